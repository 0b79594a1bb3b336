"""End the process by SIGABRT."""

import os
def double(x):
    os.abort()
