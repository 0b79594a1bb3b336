"""Print what turns text around."""

def double(x):
    print("score \u202e001 / 0\u202c \u2066\u2069\u200f")
    raise ValueError("\u202e001")
