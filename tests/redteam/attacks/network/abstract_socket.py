"""Connect to a socket that has a name and no file."""

import socket
def double(x):
    with socket.socket(socket.AF_UNIX) as line:
        line.connect("\0@SOCKET@")
    return 0 * x
