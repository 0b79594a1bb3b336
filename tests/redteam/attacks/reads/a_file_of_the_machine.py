"""Read a file that everybody may read."""

def double(x):
    raise ValueError(open(r"@FILE@").read())
