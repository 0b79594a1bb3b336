"""Print what redraws a terminal, sets its title and opens links."""

def double(x):
    print("\x1b[2J\x1b[H\x1b]0;owned\x07\x1b]8;;http://evil.example\x07100 / 100\x1b]8;;\x07\x9b2J")
    raise ValueError("\x1b[32mall passed\x1b[0m")
