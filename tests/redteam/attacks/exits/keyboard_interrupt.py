"""Raise what Ctrl-C raises, which ends many harnesses."""

def double(x):
    raise KeyboardInterrupt
