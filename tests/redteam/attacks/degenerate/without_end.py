"""Return a generator that never ends."""

import itertools
def double(x):
    return (0.0 for _ in itertools.count())
