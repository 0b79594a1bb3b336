"""Every sentence about a mistake, and every rule that finds one. Pure: values in, words out.

Nothing here runs student code, knows who reads, or decides whether a check is passed.
"""
