"""Put links in place of files."""

import os
def double(x):
    for target, path in ((r"@FILE@", r"@OUT@/link"), ("/etc/passwd", "/tmp/canary-link")):
        try:
            os.symlink(target, path)
        except OSError:
            pass
    return 0 * x
