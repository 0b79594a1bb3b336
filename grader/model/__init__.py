"""Define the values that travel between the floors.

All are frozen, and none knows where it came from or how it is shown.
"""
