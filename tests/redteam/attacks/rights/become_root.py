"""Become root again."""

import os
def double(x):
    done = []
    for act in (lambda: os.setuid(0), lambda: os.setresuid(0, 0, 0), lambda: os.setgid(0), lambda: os.setgroups([0])):
        try:
            act()
            done.append(True)
        except OSError:
            pass
    if done and os.getuid() == 0:
        print("canary-root")
    return 0 * x
