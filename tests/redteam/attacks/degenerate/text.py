"""Return the numbers as text."""

import numpy as np
def double(x):
    return np.zeros(np.shape(x)).astype(str)
