"""Return bools whose bytes are 2."""

import numpy as np
def double(x):
    return np.full(np.shape(x), 2, np.uint8).view(bool)
