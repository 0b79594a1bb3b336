"""Claim a second time that the file was loaded, with functions that it lacks."""

from grader.worker.inside import wire
import os
frame = wire.encode(wire.Kind.LOADED, 0, ((("double", ("x",), 1, ()),), "", []))
for descriptor in range(3, 32):
    try:
        os.write(descriptor, frame)
    except OSError:
        pass
