"""Print a gigabyte."""

def double(x):
    for _ in range(1 << 10):
        print("x" * (1 << 20))
    return 0 * x
