"""Connect to a server of this machine and tell it."""

import socket
def double(x):
    with socket.create_connection(("127.0.0.1", @PORT@), 1) as line:
        line.send(b"canary")
    return 0 * x
