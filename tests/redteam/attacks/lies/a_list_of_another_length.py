"""Return a list whose length changes while it is read."""

class Lying(list):
    count = 0
    def __len__(self):
        Lying.count += 1
        return Lying.count
    def __iter__(self):
        while True:
            yield 0.0
def double(x):
    return Lying([0.0] * 3)
