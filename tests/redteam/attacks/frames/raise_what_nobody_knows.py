"""Report an exception whose every part is a lie."""

from grader.worker.inside import wire
from grader.worker.inside.child import Pipe
send = Pipe.send
def lie(self, kind, call, value):
    if kind is wire.Kind.RETURNED:
        kind, value = wire.Kind.RAISED, ("Passed", "AssertionError", "x" * 60_000, 10**15, "y" * 60_000, "", [])
    send(self, kind, call, value)
Pipe.send = lie
def double(x):
    return 0 * x
