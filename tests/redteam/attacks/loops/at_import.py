"""Loop before there is a function."""

while True:
    pass
