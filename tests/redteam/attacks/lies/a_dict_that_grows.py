"""Return a dict that grows whenever it is looked at."""

class Growing(dict):
    def items(self):
        while True:
            yield ("a", 0)
    def __len__(self):
        return 3
def double(x):
    return Growing(a=1)
