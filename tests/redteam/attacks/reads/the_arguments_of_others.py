"""Print the command line of every process."""

import glob
def double(x):
    for path in glob.glob("/proc/[0-9]*/cmdline"):
        try:
            print(open(path, "rb").read())
        except OSError:
            pass
    return 0 * x
