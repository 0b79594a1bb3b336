"""Send SIGSTOP to itself: alive, and silent for good."""

import os, signal
def double(x):
    os.kill(os.getpid(), signal.SIGSTOP)
