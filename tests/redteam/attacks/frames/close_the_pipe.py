"""Close every open file and go on living."""

import os, time
def double(x):
    os.closerange(0, 64)
    time.sleep(60)
