"""Return one number where an array belongs."""

def double(x):
    return 0.0
