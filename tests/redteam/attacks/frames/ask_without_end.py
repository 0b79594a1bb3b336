"""Ask callbacks for ever instead of answering."""

from grader.worker.inside import wire
from grader.worker.inside.child import Pipe
send = Pipe.send
def ask(self, kind, call, value):
    while True:
        send(self, wire.Kind.INVOKE, call, (0, (), {}))
        self.receive()
Pipe.send = ask
def double(x):
    return 0 * x
