"""Return ninety thousand lists of lists."""

def double(x):
    return [[[]] * 3 for _ in range(20_000)]
