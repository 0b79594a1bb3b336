"""Start a thousand threads."""

import threading, time
def double(x):
    for _ in range(1000):
        threading.Thread(target=time.sleep, args=(30,), daemon=True).start()
    return 0 * x
