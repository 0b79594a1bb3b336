"""Read the results so far, with the secret seed."""

def double(x):
    print(open(r"@OUT@/seed.json").read())
    return 0 * x
