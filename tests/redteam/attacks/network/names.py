"""Ask for the address of a host."""

import socket
def double(x):
    print(socket.getaddrinfo("example.org", 80))
    return 0 * x
