"""Read how busy the whole machine is, and who was started on it since when."""

import os
import ctypes
libc = ctypes.CDLL(None)
def double(x):
    if libc.sysinfo(ctypes.create_string_buffer(512)) == 0:
        print("canary-processes of the machine")
    try:
        print("canary-number of this process", os.fstat(os.pidfd_open(os.getpid())).st_ino)
    except OSError:
        pass
    try:
        print("canary-free space", os.statvfs(os.__file__).f_bfree)
    except OSError:
        pass
    return 0 * x
