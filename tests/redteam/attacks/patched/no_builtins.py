"""Delete every built-in function."""

import builtins
def double(x):
    for name in list(vars(builtins)):
        if not name.startswith("__"):
            delattr(builtins, name)
    return 0
