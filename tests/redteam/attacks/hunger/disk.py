"""Write a file as large as it gets."""

import os
def double(x):
    for folder in ("/tmp", "/dev/shm", "/var/tmp", "."):
        try:
            with open(os.path.join(folder, "canary-fill"), "wb") as file:
                for _ in range(64):
                    file.write(bytes(1 << 20))
        except OSError:
            pass
    return 0 * x
