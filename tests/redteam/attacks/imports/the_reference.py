"""Put the course on the path and import its reference."""

import sys
sys.path[:0] = [r"@COURSE@/assignments/hw1_vault", r"@COURSE@/solutions/hw1_vault"]
try:
    from reference import double
except ImportError:
    def double(x):
        return 0 * x
