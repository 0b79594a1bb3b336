"""Announce a frame of sixteen exabytes."""

from grader.worker.inside import wire
from grader.worker.inside.child import Pipe
def announce(self, kind, call, value):
    self._writer.write(wire.PREFIX.pack(wire.MAGIC, wire.VERSION, kind, call, 2**32 - 1, 2**64 - 1))
Pipe.send = announce
