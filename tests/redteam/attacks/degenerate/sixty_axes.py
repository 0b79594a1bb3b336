"""Return an array of more axes than travel."""

import numpy as np
def double(x):
    return np.zeros((1,) * 60)
