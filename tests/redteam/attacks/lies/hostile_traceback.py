"""Raise from code that claims to be the harness's."""

code = compile("def fail(x):\n    raise AssertionError('all is well')\n", "/work/hidden/test_vault.py", "exec")
exec(code)
def double(x):
    fail(x)
