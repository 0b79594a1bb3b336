"""Return nothing."""

def double(x):
    pass
