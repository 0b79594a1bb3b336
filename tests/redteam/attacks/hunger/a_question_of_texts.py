"""Ask with a list of texts, of which numpy makes an array that is as wide everywhere as the longest."""

def double(x):
    return 0 * x
def ask(f):
    f(["x" * 65_000, *["x"] * 90_000])
