"""Replace the module by one that answers every name."""

import sys
class Module(type(sys)):
    def __getattr__(self, name):
        return lambda *args: 0.0
sys.modules[__name__] = Module(__name__)
