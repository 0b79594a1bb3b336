"""Listen, so that somebody else can fetch it."""

import socket
def double(x):
    with socket.socket() as line:
        line.bind(("0.0.0.0", 0))
        line.listen()
        print("listening on", line.getsockname())
    return 0 * x
