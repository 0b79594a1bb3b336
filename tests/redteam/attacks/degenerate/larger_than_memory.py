"""Return a view that claims a terabyte."""

import numpy as np
def double(x):
    return np.broadcast_to(np.float64(2.0), (1 << 20, 1 << 17))
