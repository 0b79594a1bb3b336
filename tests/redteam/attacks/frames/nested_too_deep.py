"""Nest ten thousand lists by hand."""

from grader.worker.inside import wire
from grader.worker.inside.child import Pipe
from grader.worker.inside.tags import Tag
def nest(self, kind, call, value):
    header = bytes([Tag.LIST, 1, 0, 0, 0]) * 10_000
    self._writer.write(wire.PREFIX.pack(wire.MAGIC, wire.VERSION, kind, call, len(header), 0) + header)
Pipe.send = nest
