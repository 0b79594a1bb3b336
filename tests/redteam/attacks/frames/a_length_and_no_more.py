"""Announce a frame of a megabyte and send nothing of it."""

from grader.worker.inside import wire
from grader.worker.inside.child import Pipe
def announce(self, kind, call, value):
    self._writer.write(wire.PREFIX.pack(wire.MAGIC, wire.VERSION, kind, call, 64, 1 << 20))
Pipe.send = announce
