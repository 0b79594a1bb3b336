"""Ask with empty lists: four bytes each on the wire, and more than ten times as much where they are kept."""

def double(x):
    return 0 * x
def ask(f):
    while True:
        f([[] for _ in range(90_000)])
