"""Signal every process that may be signalled."""

import os
def double(x):
    pids = [pid for pid in range(2, 99_999) if pid != os.getpid()]
    for pid in pids:
        try:
            os.kill(pid, 0)
        except OSError:
            continue
        if pid > 100:
            print("canary-kill")
            break
    return 0 * x
