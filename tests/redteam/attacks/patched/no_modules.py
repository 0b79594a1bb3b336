"""Empty the table of modules."""

import sys
sys.modules.clear()
def double(x):
    return 0
