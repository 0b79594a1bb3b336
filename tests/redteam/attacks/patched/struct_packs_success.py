"""Make every number that is packed a 2."""

import struct
struct.pack = lambda form, *values: bytes(struct.calcsize(form))
def double(x):
    return 0 * x
