"""Return the widest floats that there are."""

import numpy as np
def double(x):
    return np.zeros(np.shape(x), np.longdouble)
