"""Send a datagram without a connection."""

import socket
def double(x):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
        line.sendto(b"canary", ("127.0.0.1", @PORT@))
    return 0 * x
