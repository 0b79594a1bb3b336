"""Print what a CI log would obey."""

def double(x):
    print("::set-output name=score::100\n::add-mask::1\n##[error]no")
    raise ValueError("::error file=x::y\n::stop-commands::z")
