"""Send every frame a byte at a time, slowly."""

import time
from grader.worker.inside import wire
from grader.worker.inside.child import Pipe
def drip(self, kind, call, value):
    for byte in wire.encode(kind, call, value):
        self._writer.write(bytes([byte]))
        time.sleep(0.05)
Pipe.send = drip
def double(x):
    return 0 * x
