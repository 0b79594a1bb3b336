"""The shim: all that runs beside student code, and nothing else.

These modules import only numpy, Python's standard library and one another.
"""
