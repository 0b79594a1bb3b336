"""Solve it.

Deserves: 100
"""

def double(x):
    return 2 * x
