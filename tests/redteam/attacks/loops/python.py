"""Loop in Python."""

def double(x):
    while True:
        pass
