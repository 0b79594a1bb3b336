"""Print and raise text that is no Unicode."""

def double(x):
    print("\udc80\ud800 \x00 \ufffe")
    raise ValueError("\udc80\x00")
