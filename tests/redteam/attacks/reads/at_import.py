"""Read it while the file is loaded, and fail with it."""

raise ImportError(open(r"@FILE@").read())
