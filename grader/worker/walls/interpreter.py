"""Find the files that a worker's interpreter needs on this machine.

They are Python, numpy, the shim, and the libraries that these load.
"""

from __future__ import annotations

import contextlib
import functools
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Iterable
from importlib.util import find_spec
from pathlib import Path

from platformdirs import user_cache_path

import grader
from grader.report import write_atomically

PACKAGE = Path(grader.__file__).parent
INSIDE = PACKAGE / "worker" / "inside"
SHIM = ("__init__.py", "worker/__init__.py", *(f"worker/inside/{path.name}" for path in sorted(INSIDE.glob("*.py"))))

# The worker finds numpy and the shim where they are, and nothing else of their folders: no torch, tests or solutions.
BOOT = """
import sys
from _frozen_importlib_external import PathFinder
class OnlyThese:
    roots = dict(grader=[sys.argv[1]], numpy=[sys.argv[2]])
    @classmethod
    def find_spec(cls, name, path=None, target=None):
        return PathFinder.find_spec(name, cls.roots[name]) if name in cls.roots else None
sys.meta_path.append(OnlyThese)
del sys.argv[1:]
from grader.worker.inside.child import main
main()
"""
FLAGS = ("-s", "-S", "-P", "-B", "-X", "utf8")
# Extension modules of the standard library that a homework has no use for and that pull in libraries of their own.
_UNUSED = re.compile(r"/(_tkinter|_curses\w*|readline|nis|_ssl|_sqlite3|_gdbm|_dbm|_test\w*|xx\w+|ossaudiodev)\.")


def write_environment() -> dict[str, str]:
    """Return the environment variables of a worker.

    A worker has no others, except for those that Windows needs (see `sandbox.confine_plainly`).
    """
    one_thread = {f"{name}_NUM_THREADS": "1" for name in ("OPENBLAS", "OMP", "MKL", "VECLIB_MAXIMUM")}
    # With a fixed seed for hashes, sets of strings have one order each time: a report can be repeated to the byte.
    return {**one_thread, "PYTHONHASHSEED": "0"}


def find_python() -> str:
    """Return the path of the interpreter itself, not a virtual environment's."""
    return str(getattr(sys, "_base_executable", None) or sys.executable)


def find_stdlib() -> Path:
    """Return the folder of the standard library."""
    return Path(sysconfig.get_path("stdlib"))


def find_numpy() -> Path:
    """Return the folder that numpy is installed in, among much else.

    Raises `ModuleNotFoundError` if numpy is not installed.
    """
    spec = find_spec("numpy")
    if spec is None or spec.origin is None:  # numpy is a dependency: this is a broken installation
        raise ModuleNotFoundError("numpy")
    return Path(spec.origin).parent.parent


@functools.cache
def find_libraries() -> dict[str, str]:
    """Return {path inside: path outside} of the libraries that are needed.

    They are the libraries that Python and numpy load. `ldd` is asked for them once per installation, and its answer is
    kept in the user's cache folder.
    """
    numpy_folder = find_numpy()
    extensions = [path for path in find_stdlib().glob("lib-dynload/*.so") if not _UNUSED.search(str(path))]
    binaries = [find_python(), *map(str, extensions), *map(str, (numpy_folder / "numpy").rglob("*.so"))]
    state = [(path, os.stat(path).st_mtime_ns) for path in sorted(binaries)]
    name = hashlib.sha256(repr(state).encode()).hexdigest()[:16]
    cache = user_cache_path("nn-grader") / f"libraries-{name}.json"
    return _read_libraries(cache) or _list_libraries(binaries, numpy_folder, cache)


def _read_libraries(cache: Path) -> dict[str, str]:
    try:
        libraries: dict[str, str] = json.loads(cache.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return libraries if all(os.path.exists(path) for path in libraries.values()) else {}


def _list_libraries(binaries: Iterable[str], numpy_folder: Path, cache: Path) -> dict[str, str]:
    ldd = shutil.which("ldd") or "/usr/bin/ldd"
    done = subprocess.run([ldd, *binaries], capture_output=True, text=True, check=False)
    libraries = {}
    for line in done.stdout.splitlines():
        found = re.match(r"\t(?:(\S+) => )?(/\S+) \(0x", line)
        if found and not Path(found[2]).resolve().is_relative_to(numpy_folder):
            libraries[f"/lib/{found[1]}" if found[1] else found[2]] = found[2]
    with contextlib.suppress(OSError):  # with a read-only home, `ldd` is asked again each time
        write_atomically(cache, json.dumps(libraries))
    return libraries
