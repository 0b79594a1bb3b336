"""Choose a processor, a node of memory and a rank among all that run: whoever measures could tell."""

import ctypes, os
libc = ctypes.CDLL(None)
def double(x):
    for act in (lambda: os.sched_setaffinity(0, {0}), lambda: os.nice(1)):
        try:
            act()
            print("canary-chosen")
        except OSError:
            pass
    if libc.syscall(ctypes.c_long(239 if os.uname().machine == "x86_64" else 236), None, None, 0, None, 0) == 0:
        print("canary-a node of memory")
    return 0 * x
