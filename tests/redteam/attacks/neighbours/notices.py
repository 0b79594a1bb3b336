"""Be told whenever anybody on the machine opens a file of Python's."""

import ctypes, fcntl, os
libc = ctypes.CDLL(None)
def double(x):
    folder = os.path.dirname(os.__file__)
    if libc.inotify_init() >= 0:
        print("canary-a watch")
    try:
        fcntl.fcntl(os.open(folder, os.O_RDONLY), 1026, 1)
        print("canary-a notice")
    except OSError:
        pass
    return 0 * x
