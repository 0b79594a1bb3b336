"""Loop in the matcher of regular expressions."""

import re
def double(x):
    return re.match(r"(a+)+$", "a" * 64 + "b")
