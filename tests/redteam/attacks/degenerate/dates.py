"""Return dates."""

import numpy as np
def double(x):
    return np.zeros(np.shape(x), "datetime64[s]")
