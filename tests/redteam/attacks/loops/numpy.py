"""Loop in C, where no signal handler of Python's runs."""

import numpy as np
def double(x):
    while True:
        np.linalg.svd(np.ones((1500, 1500)))
