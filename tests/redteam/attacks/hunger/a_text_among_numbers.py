"""Return rows of numbers with one long text in the last of them."""

def double(x):
    return [*[[1.0] * 10 for _ in range(8_000)], [1.0] * 9 + ["x" * 65_000]]
