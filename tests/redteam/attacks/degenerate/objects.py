"""Return an array of Python objects."""

import numpy as np
def double(x):
    return np.array([object() for _ in x], dtype=object)
