"""A student who tries to get out, and a harness that notes how far it went.

`investigate` runs in the tests' own process, and as an ordinary user through `main`; both times everything that was
found comes back as plain data, and the tests say what it has to be.
"""

from __future__ import annotations

import contextlib
import dataclasses
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from grader.errors import CheckFailed
from grader.model.course import Limits
from grader.worker.student import Student
from grader.worker.walls import bubblewrap, sandbox
from grader.worker.walls.sandbox import Confinement
from tests.worker.processes import MARK, are_gone, find_processes, make_launcher, wait_until
from tests.worker.students import open_student

ROOT = Path(__file__).parents[2]
LIMITS = Limits(load_seconds=60.0, call_seconds=60.0, submission_seconds=3600.0, memory_mib=1024)
SECRET = "a-secret-of-the-harness"
SECRET_NAME = "GRADER_TEST_SECRET"
MARK_NAME = "GRADER_TEST_MARK"
BOUND = ("app", "dev", "lib", "lib64", "python", "site", "tmp")

SOURCE = """
import ctypes, os, resource, signal, socket, sys, time
import numpy as np

def open_files(paths):
    found = []
    for path in paths:
        try:
            with open(path, "rb") as file:
                file.read(1)
            found.append(path)
        except OSError:
            pass
    return found

def list_folder(path):
    try:
        return sorted(os.listdir(path))
    except OSError:
        return []

def find_import(names):
    found = []
    for name in names:
        try:
            __import__(name)
            found.append(name)
        except ImportError:
            pass
    return found

def connect(port, name):
    found = []
    tries = [(socket.AF_INET, ("127.0.0.1", port)), (socket.AF_INET, ("0.0.0.0", port)),
        (socket.AF_UNIX, "\\\\0" + name), (socket.AF_INET6, ("::1", port))]
    for family, address in tries:
        try:
            with socket.socket(family) as line:
                line.settimeout(2)
                line.connect(address)
                found.append(repr(address))
        except OSError:
            pass
    return found

def read_environment():
    return dict(os.environ), sys.argv, socket.gethostname()

def write_anywhere(folders):
    found = []
    for folder in [*folders, os.path.dirname(os.__file__), os.path.dirname(np.__file__), os.getcwd()]:
        path = os.path.join(folder, f"intruder-{os.getpid()}")
        for act, undo in ((lambda: os.close(os.open(path, os.O_CREAT | os.O_WRONLY)), os.unlink),
                (lambda: os.mkdir(path), os.rmdir), (lambda: os.symlink("x", path), os.unlink),
                (lambda: os.mkfifo(path), os.unlink)):
            try:
                act()
            except OSError:
                continue
            found.append(folder)
            try:
                undo(path)
            except OSError:
                pass
    return found

def change_files():
    "Everything is put to what it is already: this runs without a sandbox too."
    found = []
    for path in (np.__file__, os.__file__, sys.modules["grader.worker.inside.child"].__file__, sys.executable):
        state = os.stat(path)
        for act in (lambda: os.close(os.open(path, os.O_WRONLY)), lambda: os.chmod(path, state.st_mode & 0o7777),
                lambda: os.utime(path, ns=(state.st_atime_ns, state.st_mtime_ns))):
            try:
                act()
                found.append(path)
            except OSError:
                pass
    return found

def fork_often(number):
    children = []
    for _ in range(number):
        try:
            child = os.fork()
        except OSError:
            break
        if child == 0:
            time.sleep(60)
            os._exit(0)
        children.append(child)
    for child in children:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    return len(children)

def allocate(mib):
    return np.ones((mib, 1 << 17)).nbytes

def allocate_in_small_pieces(mib):
    hoard = []
    for _ in range(mib):
        hoard.append(np.empty(1 << 20, np.uint8))
    return len(hoard)

def make_device():
    path = f"/tmp/device-{os.getpid()}"
    os.mknod(path, 0o20600, os.makedev(1, 3))
    os.unlink(path)

def become_root():
    found = []
    for act in (lambda: os.setuid(0), lambda: os.setresuid(0, 0, 0), lambda: os.setgid(0), lambda: os.setgroups([0]),
            lambda: os.chroot("/"), lambda: os.nice(-1), make_device):
        try:
            act()
            found.append(True)
        except OSError:
            pass
    return found, os.getuid(), os.getgid(), os.getgroups()

def raise_limits():
    found = []
    for name in ("AS", "CPU", "FSIZE", "NOFILE", "NPROC", "CORE", "STACK"):
        number = getattr(resource, "RLIMIT_" + name)
        soft, hard = resource.getrlimit(number)
        try:
            resource.setrlimit(number, (hard + 1, hard + 1))
            found.append(name)
        except (OSError, ValueError):
            pass
    return found

def read_limits():
    names = [name for name in dir(resource) if name.startswith("RLIMIT_")]
    return {name[7:]: resource.getrlimit(getattr(resource, name)) for name in names}

def fill_up(number):
    for _ in range(number):
        try:
            if os.fork() == 0:
                time.sleep(600)
                os._exit(0)
        except OSError:
            break
    return True

def list_descriptors():
    found = []
    for descriptor in range(1024):
        try:
            state = os.fstat(descriptor)
        except OSError:
            continue
        found.append((descriptor, state.st_dev, state.st_ino))
    return found

def list_processes():
    found = []
    for pid in range(1, 40_000):
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            continue
        except PermissionError:
            pass
        found.append(pid)
    return found

def read_no_new_privileges():
    return ctypes.CDLL(None).prctl(39, 0, 0, 0, 0)

def start_daemon():
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            for number in range(1, 65):
                try:
                    signal.signal(number, signal.SIG_IGN)
                except (OSError, ValueError):
                    pass
            for descriptor in range(64):
                try:
                    os.close(descriptor)
                except OSError:
                    pass
            while True:
                time.sleep(0.05)
        os._exit(0)
    os.wait()
    return True

def hang():
    while True:
        pass
"""


def main() -> None:
    """Print what was found as JSON."""
    print(json.dumps(investigate()))


def investigate() -> dict[str, Any]:
    """Everything, at the best level that there is here; with less than level 2 nothing else is tried."""
    with tempfile.TemporaryDirectory() as folder, set_secret():
        ladder = list(sandbox.list_confinements())
        found = try_values(ladder[0], Path(folder))
        found["uid"] = os.geteuid()
        found["tools"] = {path: describe(sandbox.confine_with_bubblewrap(path)) for path in bubblewrap.find_tools()}
        if found["facts"]["level"] >= 2:
            found["forks"] = try_forks(ladder[0])
            found["daemon"] = try_daemon(ladder[0])
            found["orphan"] = try_orphan()
        return found


@contextlib.contextmanager
def set_secret() -> Iterator[None]:
    """A secret in the harness's environment."""
    os.environ[SECRET_NAME] = SECRET
    try:
        yield
    finally:
        del os.environ[SECRET_NAME]


def describe(confinement: Confinement) -> dict[str, Any]:
    """What a worker started in this way says of itself."""
    launcher = make_launcher(LIMITS, [confinement])
    worker = launcher.take()
    worker.close()
    assert worker.facts is not None
    return dataclasses.asdict(worker.facts)


# ---------------------------------------------------------------- one worker, many tries


def try_values(confinement: Confinement, folder: Path) -> dict[str, Any]:
    """What does no harm at any level: reading, connecting, and making files that are removed at once."""
    folder.chmod(0o755)
    canary = folder / "canary"
    canary.write_text(SECRET)
    with open_listeners() as (port, name, listeners), canary.open() as inherited:
        os.set_inheritable(inherited.fileno(), True)
        with open_student(make_launcher(LIMITS, [confinement]), SOURCE, LIMITS) as (student, client):
            assert client.facts is not None
            found = look_around(student, canary)
            found["facts"] = dataclasses.asdict(client.facts)
            found["connected"] = student.connect(port, name)
            found["canary_inode"] = os.fstat(inherited.fileno()).st_ino
        found["accepted"] = sum(map(count_connections, listeners))
    return found


def look_around(student: Student, canary: Path) -> dict[str, Any]:
    """Whatever the student's functions give back."""
    paths = [canary, "/etc/passwd", "/etc/hostname", "/proc/self/environ", "/proc/1/environ", "/proc/self/mem"]
    paths += [ROOT / "assignments/hw4_softmax/hidden/test_softmax.py", ROOT / "solutions/hw4_softmax/softmax.py"]
    paths += [
        sandbox.canary(),
        ROOT / "pyproject.toml",
        "/root/.bashrc",
        "/dev/vda",
        "/dev/sda",
        "/dev/kmsg",
        "/dev/mem",
    ]
    environment, arguments, host = student.read_environment()
    return {
        "opened": student.open_files([str(path) for path in paths]),
        "readable_outside": [str(path) for path in paths[:2] if os.access(path, os.R_OK)],
        "top": student.list_folder("/"),
        "packages": student.list_folder("/site"),
        "imported": student.find_import(["torch", "pytest", "click", "grader.checks", "grader.model", "pip", "site"]),
        "environment": environment,
        "arguments": arguments,
        "host": host,
        "written": student.write_anywhere(
            ["/", "/tmp", "/dev", "/dev/shm", "/app", "/site", "/python", "/lib", "/var/tmp"]
        ),
        "changed": student.change_files(),
        "allocated": [try_call(student.allocate, 2048), try_call(student.allocate_in_small_pieces, 2048)],
        "little": student.allocate(64),
        "root": student.become_root(),
        "raised": student.raise_limits(),
        "limits": student.read_limits(),
        "descriptors": student.list_descriptors(),
        "processes": student.list_processes(),
        "no_new_privileges": student.read_no_new_privileges(),
    }


def try_call(call: Any, *args: Any) -> str:
    """The exception that a call ended with, or nothing."""
    try:
        call(*args)
    except CheckFailed as failure:
        return failure.message.got.partition(":")[0]
    return ""


@contextlib.contextmanager
def open_listeners() -> Iterator[tuple[int, str, list[socket.socket]]]:
    """A port, for datagrams too, and an abstract socket of the host's: nobody has any business to speak to them."""
    name = f"intruder-{os.getpid()}"
    with socket.socket() as tcp, socket.socket(type=socket.SOCK_DGRAM) as udp, socket.socket(socket.AF_UNIX) as unix:
        tcp.bind(("127.0.0.1", 0))
        udp.bind(tcp.getsockname())
        unix.bind(f"\0{name}")
        for listener in (tcp, unix):
            listener.listen()
        for listener in (tcp, udp, unix):
            listener.setblocking(False)
        yield tcp.getsockname()[1], name, [tcp, udp, unix]


def count_connections(listener: socket.socket) -> int:
    """How many are waiting to be accepted, or how many datagrams came."""
    number = 0
    with contextlib.suppress(BlockingIOError):
        while True:
            if listener.type == socket.SOCK_DGRAM:
                listener.recv(100)
            else:
                listener.accept()[0].close()
            number += 1
    return number


# ---------------------------------------------------------------- processes


def try_forks(confinement: Confinement) -> list[int]:
    """How many of fifty processes could be started: alone, and beside a worker that started all it could."""
    launcher = make_launcher(LIMITS, [confinement])
    with open_student(launcher, SOURCE, LIMITS) as (first, _), open_student(launcher, SOURCE, LIMITS) as (second, _):
        alone = first.fork_often(50)
        first.fill_up(50)
        return [alone, second.fork_often(50)]


def try_daemon(confinement: Confinement) -> dict[str, int]:
    """A process that left its session and listens to no signal, and what is left of it when the worker is killed."""
    text = f"{MARK}-daemon"
    with open_student(make_launcher(LIMITS, [confinement], text=text), SOURCE, LIMITS) as (student, _):
        before = len(find_processes(text))
        student.start_daemon()
        started = wait_until(lambda: len(find_processes(text)) == before + 1)
    return {"started": started, "left": kill_what_is_left(text)}


def try_orphan() -> dict[str, int]:
    """The same, when not the worker but the harness is killed, in the middle of a call."""
    text = f"{MARK}-orphan"
    command = [sys.executable, "-c", "from tests.worker.intruder import serve_daemon; serve_daemon()"]
    environment = {**os.environ, MARK_NAME: text, "PYTHONPATH": os.pathsep.join([str(ROOT), *sys.path])}
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, cwd="/") as harness:
        assert harness.stdout is not None
        before = int(harness.stdout.readline())
        started = wait_until(lambda: len(find_processes(text)) == before + 1)
        harness.send_signal(signal.SIGKILL)
    return {"started": started, "left": kill_what_is_left(text)}


def serve_daemon() -> None:
    """A harness with one worker: say how many processes it has, start a daemon in it, and wait for a loop's end."""
    text = os.environ[MARK_NAME]
    with open_student(make_launcher(LIMITS, text=text), SOURCE, LIMITS) as (student, _):
        print(len(find_processes(text)), flush=True)
        student.start_daemon()
        student.hang()


def kill_what_is_left(text: str) -> int:
    """How many processes outlived what should have ended them; none does from here on."""
    if are_gone(text):
        return 0
    left = find_processes(text)
    for pid in left:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.kill(pid, signal.SIGKILL)
    return len(left)
