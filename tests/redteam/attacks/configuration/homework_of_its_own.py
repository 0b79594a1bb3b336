"""Bring a manifest and a suite that ask for nothing."""

def double(x):
    return 0 * x
#--- assignment.toml
id = "hw1"
title = "Nothing"
file = "vault.py"
#--- public/test_vault.py
def test_nothing(): pass
#--- hidden/test_vault.py
def test_nothing(): pass
#--- course.toml
name = "Nothing"
assignments = []
