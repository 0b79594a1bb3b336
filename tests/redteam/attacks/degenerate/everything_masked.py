"""Return an array in which every entry is masked."""

import numpy as np
def double(x):
    return np.ma.masked_all(np.shape(x))
