"""Swallow whatever goes wrong."""

import sys
sys.excepthook = sys.unraisablehook = lambda *args: None
def double(x):
    raise ValueError
