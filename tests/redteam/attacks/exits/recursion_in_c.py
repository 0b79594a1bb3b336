"""Crash the interpreter by nesting in C."""

def double(x):
    nested = []
    for _ in range(10**6):
        nested = [nested]
    return repr(nested)
