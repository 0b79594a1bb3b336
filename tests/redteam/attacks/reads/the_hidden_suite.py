"""Read the hidden suite and return it as text."""

def double(x):
    with open(r"@COURSE@/assignments/hw1_vault/hidden/test_vault.py") as file:
        raise ValueError(file.read())
