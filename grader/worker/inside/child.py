"""The program of a worker, which runs inside the sandbox.

It reads frames, runs the student's functions and sends values back. It imports the standard library and numpy and holds
nothing worth stealing: no tests, no answers, no score. Student code shares this interpreter and can change anything in
it, but all that it can reach that way is the values that it was asked for anyway.
"""

from __future__ import annotations

import builtins
import io
import os
import random
import sys
from typing import Any, NoReturn

import numpy as np

from grader.worker.inside import wire
from grader.worker.inside.guest import REQUESTS, Guest
from grader.worker.inside.tags import CallbackFailed, Unsupported
from grader.worker.inside.wire import Kind

NO_NEW_PRIVILEGES, SECCOMP, SECCOMP_FILTER = 38, 22, 2  # constants of prctl(2)


class Pipe:
    """The worker's ends of the pipes to the harness.

    They are moved away from stdin and stdout, so that student code has these free.
    """

    def __init__(self) -> None:
        self._reader = os.fdopen(os.dup(0), "rb", buffering=0)
        self._writer = os.fdopen(os.dup(1), "wb", buffering=0)
        self._received = 0
        self._limit = wire.MAX_BODY
        void = os.open(os.devnull, os.O_RDWR)
        for descriptor in (0, 1):
            os.dup2(void, descriptor)

    def close_stderr(self) -> None:
        """Discard everything that is written to stderr from now on.

        Before this call, while the worker starts, the harness can read its errors.
        """
        os.dup2(0, 2)

    def receive(self) -> tuple[Kind, int, Any]:
        """Wait for the next frame, and return its kind, call id and value.

        The process ends quietly when the harness is gone.
        """
        self._received = 0
        kind, call, value = wire.read_frame(self._read_exactly)
        if kind is not Kind.ANSWER:
            self._limit = wire.limit_reply(self._received)
        return kind, call, value

    def send(self, kind: Kind, call: int, value: object) -> None:
        """Send one whole frame.

        Raises `Unsupported`, before the first byte is sent, for a value that cannot be sent.
        """
        data = memoryview(wire.encode(kind, call, value, limit=self._limit))
        while data:
            data = data[self._writer.write(data) or 0 :]

    def _read_exactly(self, size: int) -> bytearray:
        self._received += size
        data = bytearray(size)
        view = memoryview(data)
        while view:
            got = self._reader.readinto(view)
            if not got:
                os._exit(0)
            view = view[got:]
        return data


def serve(pipe: Pipe) -> NoReturn:
    """Answer requests until the harness closes the pipe."""
    call = 0

    def invoke(number: int, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        pipe.send(Kind.INVOKE, call, (number, args, kwargs))
        _, _, (fine, value) = pipe.receive()
        if not fine:
            raise CallbackFailed
        return value

    guest = Guest(invoke)
    while True:
        kind, call, value = pipe.receive()
        outcome = REQUESTS[kind](guest, *value)
        try:
            pipe.send(outcome.kind, call, outcome.value)
        except Unsupported as reason:
            refusal = guest.refuse(reason)
            pipe.send(refusal.kind, call, refusal.value)


def confine(limits: dict[str, int], user: int, calls: bytes) -> None:
    """Give up memory, files, processes, root and system calls.

    This happens before any of the student's file is read. `limits` are rlimits by their names without "RLIMIT_", `user`
    is the user to become (0 for no change), and `calls` is the filter for system calls (empty for none). Nothing
    happens on systems without rlimits (Windows).
    """
    try:
        import resource  # Unix only
    except ImportError:
        return
    for name, value in limits.items():
        number = getattr(resource, f"RLIMIT_{name}", None)
        if number is not None:
            _limit(resource, number, value)
    if user:
        _become(user)
    if calls:
        _filter_calls(calls)


def _become(user: int) -> None:
    """Become another user than root, where there is another one.

    Errors are ignored, as the probes find out whether it worked.
    """
    try:
        os.setgroups([])
        os.setresgid(user, user, user)
        os.setresuid(user, user, user)
    except OSError:  # a namespace with one user has no other one
        pass


def _filter_calls(program: bytes) -> None:
    """Let the kernel refuse the system calls that `program` names.

    The filter holds for good and for every thread; the harness's seccomp.py writes it. The probes find out whether it
    worked.
    """
    import ctypes  # only Linux gets here

    class Program(ctypes.Structure):
        _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.c_char_p))

    libc = ctypes.CDLL(None)
    libc.prctl(NO_NEW_PRIVILEGES, 1, 0, 0, 0)  # else a filter needs CAP_SYS_ADMIN, see seccomp(2)
    libc.prctl(SECCOMP, SECCOMP_FILTER, ctypes.byref(Program(len(program) // 8, program)), 0, 0)


def _limit(resource: Any, number: int, value: int) -> None:
    hard = resource.getrlimit(number)[1]
    most = value if hard == resource.RLIM_INFINITY else min(value, hard)
    try:
        resource.setrlimit(number, (most, most))
    except (ValueError, OSError):  # macOS refuses some limits
        return


def probe(canary: str) -> dict[str, bool]:
    """Try what a student might try, and report which walls hold.

    `canary` is the path of a file on the host. In the returned dict, True is good: that wall holds.
    """
    return {
        "no_host_files": not os.path.exists(canary) and not os.path.exists("/proc/self"),
        "no_writing": not _can_write(),
        "no_network": not _has_network(),
        "no_root": hasattr(os, "getuid") and os.getuid() != 0,
        "own_processes": os.getpid() < 10,
        "clean_environment": not {"HOME", "USER", "PATH"} & set(os.environ),
        "no_dangerous_calls": _is_filtered(),
    }


def _is_filtered() -> bool:
    """Tell whether the kernel refuses system calls.

    The call that is tried, `unshare(0)`, asks for nothing, so that without a filter it is always granted.
    """
    try:
        import ctypes

        return bool(ctypes.CDLL(None).unshare(0))
    except (ImportError, OSError, TypeError, AttributeError):  # there is no such library or call, so this is not Linux
        return False


def _can_write() -> bool:
    for folder in ("/tmp", "/dev/shm", "/", "."):  # noqa: S108 - trying is the point
        path = os.path.join(folder, f"probe-{os.getpid()}")
        try:
            os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY))
        except OSError:
            continue
        os.unlink(path)
        return True
    return False


def _has_network() -> bool:
    import socket  # costs a few milliseconds that only the probe needs

    try:
        return any(name != "lo" for _, name in socket.if_nameindex())
    except (OSError, AttributeError):
        return not hasattr(socket, "if_nameindex")


def main() -> NoReturn:
    """Start the worker: confine it, report which walls hold, then serve."""
    pipe = Pipe()
    _, call, (limits, user, canary, calls) = pipe.receive()
    sys.stdin = io.StringIO()
    builtins.exit = builtins.quit = sys.exit  # type: ignore[assignment]  # `site`, which makes them, is not imported
    _warm_up()
    confine(limits, user, calls)
    pipe.send(Kind.READY, call, (probe(canary) if canary else {}, np.__version__, sys.version.split()[0]))
    pipe.close_stderr()
    serve(pipe)


def _warm_up() -> None:
    """Seed the random generators, and make numpy allocate its buffers.

    Students forget to seed. The buffers have to be there before memory is limited.
    """
    random.seed(0)
    np.random.seed(0)
    np.ones((2, 2)) @ np.ones((2, 2))
