"""Import torch and its neighbours."""

found = []
for name in ("torch", "pytest", "_pytest", "pip", "setuptools", "click", "jsonschema", "cryptography"):
    try:
        found.append(__import__(name))
    except ImportError:
        pass
def double(x):
    print([module.__file__ for module in found])
    return 0 * x
