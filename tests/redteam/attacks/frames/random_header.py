"""Answer with a right head and a header of noise."""

import os
from grader.worker.inside import wire
from grader.worker.inside.child import Pipe
def noise(self, kind, call, value):
    self._writer.write(wire.PREFIX.pack(wire.MAGIC, wire.VERSION, kind, call, 64, 64) + os.urandom(128))
Pipe.send = noise
