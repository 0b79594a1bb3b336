"""Return complex numbers."""

import numpy as np
def double(x):
    return np.asarray(x) * 0 + 1e300j
