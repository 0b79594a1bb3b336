"""Warn a million times."""

import warnings
def double(x):
    for number in range(1_000_000):
        warnings.warn(str(number))
    return 0 * x
