"""Answer with a wrong value, and once more from a thread a moment later."""

import threading, time
from grader.worker.inside.child import Pipe
send = Pipe.send
def later(self, kind, call, value):
    send(self, kind, call, value)
    def again():
        time.sleep(0.05)
        send(self, kind, call, value)
    threading.Thread(target=again, daemon=True).start()
Pipe.send = later
def double(x):
    return 0 * x
