"""Thirty submissions of hw4: right ones, wrong ones, and one of each kind of broken one."""

from __future__ import annotations

import zipfile
from pathlib import Path

from tests.conftest import ROOT

SOLUTION = (ROOT / "solutions/hw4_softmax/softmax.py").read_text("utf-8")
STUB = (ROOT / "student_template/hw4_softmax/softmax.py").read_text("utf-8")

FORGES = """
import os
def accuracy(z, y):
    for pipe in range(3, 9):
        try:
            os.write(pipe, bytes(64))
        except OSError:
            pass
"""
# Put at the end of the model solution, so that the rest of it stays right.
PATCHES = {
    "wrong_axis": "def predict(z):\n    return np.argmax(z, axis=0)",
    "wrong_sum": "def softmax_cross_entropy(z, y):\n    return -log_softmax(z)[np.arange(len(y)), y].sum()",
    "no_shift": "def softmax(z):\n    e = np.exp(z)\n    return e / e.sum(axis=-1, keepdims=True)",
    "half_done": "def log_softmax(z):\n    raise NotImplementedError",
    "changes_arguments": "def predict(z):\n    z -= z.max()\n    return np.argmax(z, axis=-1)",
    "returns_none": "def softmax(z):\n    pass",
    "returns_text": "def accuracy(z, y):\n    return '100 %'",
    "returns_an_object": "def predict(z):\n    return object()",
    "raises": "def softmax(z):\n    raise ValueError(f'{z.shape} \\x1b[2J')",
    "renamed": "del sigmoid_via_softmax",
    "recursive": "def sigmoid_via_softmax(s):\n    return sigmoid_via_softmax(s)",
    "hungry": "def sigmoid_via_softmax(s):\n    return np.ones((1 << 20, 1 << 20))",
    "talkative": "def accuracy(z, y):\n    print('x' * 10**7)\n    return float(np.mean(predict(z) == y))",
    "endless": "def sigmoid_via_softmax(s):\n    while True: pass",
    "exits": "import os\ndef sigmoid_via_softmax(s):\n    os._exit(0)",
    "leaves": "import sys\ndef accuracy(z, y):\n    sys.exit('100')",
    "breaks_python": "import sys\ndef accuracy(z, y):\n    sys.modules.clear()\n    np.mean = None\n    return 1.0",
    "forges": FORGES,
}
FILES: dict[str, bytes] = {
    "syntax_error": b"def softmax(z:\n    return z\n",
    "imports_torch": b"import torch\n",
    "exits_at_once": b"raise SystemExit\n",
    "empty": b"",
    "not_text": b"\xff\xfe\x00",
    "too_large": b"#" * (300 << 10),
}


def write_crowd(folder: Path) -> int:
    """Write the submissions, and a file that is none; give their number."""
    for name, patch in PATCHES.items():
        write(folder / name, f"{SOLUTION}\n{patch}\n".encode())
    for name, content in FILES.items():
        write(folder / name, content)
    write(folder / "right", SOLUTION.encode())
    write(folder / "untouched", STUB.encode())
    (folder / "no_file").mkdir()
    write(folder / "a_link", b"")
    (folder / "a_link/softmax.py").unlink()
    (folder / "a_link/softmax.py").symlink_to(folder / "right/softmax.py")
    with zipfile.ZipFile(folder / "packed.zip", "w") as archive:
        archive.writestr("hw4/hw4_softmax/softmax.py", SOLUTION)
    (folder / "torn.zip").write_bytes((folder / "packed.zip").read_bytes()[:200])
    (folder / "notes.txt").write_text("call Kim")
    return len(list(folder.iterdir())) - 1


def write(folder: Path, content: bytes) -> None:
    """Write a student's folder."""
    folder.mkdir(parents=True)
    (folder / "softmax.py").write_bytes(content)
