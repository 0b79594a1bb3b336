"""Return zeros."""

def double(x):
    return 0 * x
