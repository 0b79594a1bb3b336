"""Nest ten thousand lists by hand."""

from grader.worker.inside import wire
from grader.worker.inside.child import Pipe
def nest(self, kind, call, value):
    header = b"[0," * 10_000 + b"0" + b"]" * 10_000
    self._writer.write(wire.PREFIX.pack(wire.MAGIC, wire.VERSION, kind, call, len(header), 0) + header)
Pipe.send = nest
