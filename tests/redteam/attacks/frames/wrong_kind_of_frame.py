"""Answer a call as if it were another request."""

from grader.worker.inside import wire
from grader.worker.inside.child import Pipe
send = Pipe.send
def other(self, kind, call, value):
    send(self, wire.Kind.BOUND if kind is wire.Kind.RETURNED else kind, call, ())
Pipe.send = other
def double(x):
    return 2 * x
