"""Catch whatever is raised, and go on."""

def double(x):
    while True:
        try:
            while True:
                pass
        except BaseException:
            continue
