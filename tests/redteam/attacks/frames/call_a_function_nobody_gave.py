"""Ask for the value of a callback that was never passed in."""

from grader.worker.inside import wire
from grader.worker.inside.child import Pipe
send = Pipe.send
def ask(self, kind, call, value):
    if kind is wire.Kind.RETURNED:
        send(self, wire.Kind.INVOKE, call, (0, (1.0,), {}))
        self.receive()
    send(self, kind, call, value)
Pipe.send = ask
def double(x):
    return 0 * x
