"""Run the model solution."""

def double(x):
    space = {}
    with open(r"@COURSE@/solutions/hw1_vault/vault.py") as file:
        exec(file.read(), space)
    return space["double"](x)
