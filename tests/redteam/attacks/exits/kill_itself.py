"""Send SIGKILL to itself."""

import os, signal
def double(x):
    os.kill(os.getpid(), signal.SIGKILL)
