"""Write as long as anybody reads."""

import os
def double(x):
    noise = bytes(1 << 16)
    while True:
        for descriptor in range(3, 8):
            try:
                os.write(descriptor, noise)
            except OSError:
                pass
