"""Answer with a kind that there is not."""

from grader.worker.inside import wire
from grader.worker.inside.child import Pipe
def other(self, kind, call, value):
    data = bytearray(wire.encode(kind, call, value))
    data[5] = 200
    self._writer.write(bytes(data))
Pipe.send = other
