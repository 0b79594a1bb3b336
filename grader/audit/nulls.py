"""Submissions that solve nothing: no check may give any of them a point."""

from __future__ import annotations

from collections.abc import Iterable

BODIES = {
    "none": "return None",
    "zero": "return 0",
    "empty list": "return []",
    "nan": "return float('nan')",
    "empty": "return np.empty(0)",
    "echo": "return args[0] if args else None",
    "echo last": "return args[-1] if args else None",
    "zeros": "return np.zeros(np.shape(args[0])) if args else 0",
    "ones": "return np.ones(np.shape(args[0])) if args else 1",
}


def write_nulls(functions: Iterable[str]) -> dict[str, str]:
    """The source of each null submission, by its name."""
    names = list(functions)
    return {
        title: "import numpy as np\n" + "\n".join(f"def {name}(*args, **kwargs):\n    {body}\n" for name in names)
        for title, body in BODIES.items()
    }
