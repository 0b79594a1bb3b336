"""Define names that look like results."""

def passed(x):
    return 0
score = 100
status = "passed"
double = passed
