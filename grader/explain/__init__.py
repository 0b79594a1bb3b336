"""All sentences about mistakes, and the rules that find a mistake's cause.

This package is pure: its functions take values and return sentences. Nothing here runs student code, knows the reader
of a report, or decides whether a check is passed.
"""
