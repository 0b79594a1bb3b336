"""Return a list that holds itself."""

def double(x):
    mine = []
    mine.append(mine)
    return mine
