"""Print the environment."""

import os
def double(x):
    print(dict(os.environ))
    return 0 * x
