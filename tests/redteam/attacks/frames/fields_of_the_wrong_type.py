"""Answer with text where a list of warnings belongs."""

from grader.worker.inside.child import Pipe
send = Pipe.send
def garble(self, kind, call, value):
    send(self, kind, call, (2.0, 5, ["a"], {"b": 1}))
Pipe.send = garble
def double(x):
    return 0 * x
