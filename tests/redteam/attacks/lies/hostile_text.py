"""Raise an exception whose text raises, loops and exits."""

import os
class Hostile(Exception):
    def __str__(self):
        os._exit(0)
    __repr__ = __str__
def double(x):
    raise Hostile
