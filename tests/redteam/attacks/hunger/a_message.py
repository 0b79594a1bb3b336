"""Raise an exception with a message of half a gigabyte."""

def double(x):
    raise ValueError("x" * (1 << 29))
