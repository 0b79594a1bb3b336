"""All that runs beside student code, and nothing else. It imports numpy, Python's own modules, and itself."""
