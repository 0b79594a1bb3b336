"""Take memory until there is none."""

def double(x):
    hoard = []
    while True:
        hoard.append(bytearray(1 << 20))
