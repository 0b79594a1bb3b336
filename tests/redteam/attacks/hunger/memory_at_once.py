"""Ask for a hundred gigabytes."""

import numpy as np
def double(x):
    return np.ones(100 << 27)
