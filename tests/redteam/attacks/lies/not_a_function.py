"""Put an object where the function should be."""

class Double:
    def __call__(self, *args, **kwargs):
        return 0.0
    def __getattr__(self, name):
        raise SystemExit
double = Double()
