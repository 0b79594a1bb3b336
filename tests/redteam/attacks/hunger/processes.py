"""Start a thousand processes."""

import os, time
def double(x):
    for _ in range(1000):
        try:
            if os.fork() == 0:
                time.sleep(30)
                os._exit(0)
        except OSError:
            break
    return 0 * x
