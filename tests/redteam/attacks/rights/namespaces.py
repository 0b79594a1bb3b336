"""Make a user namespace and mount in it."""

import ctypes
def double(x):
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(0x10000000 | 0x00020000) == 0:
        print("canary-namespace")
    return 0 * x
