"""Keep what was asked last, and answer with that.

Deserves: 20
"""

kept = []
def double(x):
    kept.append(x)
    return 2 * kept[0]
