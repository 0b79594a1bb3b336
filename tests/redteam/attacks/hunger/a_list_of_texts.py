"""Return 300 KiB of which numpy makes an array of 24 GiB."""

def double(x):
    return ["x" * 65_000, *["x"] * 90_000]
