"""Make ten thousand files."""

import os
def double(x):
    for number in range(10_000):
        try:
            open(f"/tmp/canary-file-{number}", "w").close()
        except OSError:
            break
    return 0 * x
