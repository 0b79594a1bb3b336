"""What runs inside the sandbox: read frames, run the student's functions, send values back.

It imports the standard library and numpy and holds nothing worth stealing: no tests, no answers, no score. A
student's code shares this interpreter and can change anything here; all it can reach that way is the values it
was asked for anyway.
"""

from __future__ import annotations

import builtins
import io
import itertools
import linecache
import os
import random
import sys
import types
import warnings
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from typing import Any, NamedTuple, NoReturn, TextIO

import numpy as np

from grader.worker import wire
from grader.worker.wire import Callback, Handle, Kind, Unsupported

MAX_OUTPUT = 8_000
MAX_WARNINGS = 20
MAX_REASON = 2_000
CALLBACK_FAILED = "the function that was passed in could not be evaluated with these arguments"
_LAZY = (Iterator, range, type({}.values()), type({}.items()), type({}.keys()))


class Outcome(NamedTuple):
    """What a call came to: a frame's kind and its value."""

    kind: Kind
    value: tuple[Any, ...]


class BoundedOutput(io.TextIOBase):
    """A stdout that keeps the first MAX_OUTPUT characters and counts the rest."""

    def __init__(self) -> None:
        self.kept: list[str] = []
        self.room = MAX_OUTPUT
        self.lost = 0

    def writable(self) -> bool:
        """Tell `print` that writing is fine."""
        return True

    def write(self, text: str) -> int:
        """Keep what there is room for."""
        if self.room > 0:
            self.kept.append(text[: self.room])
        self.lost += max(0, len(text) - max(0, self.room))
        self.room -= len(text)
        return len(text)

    def take(self) -> str:
        """Give what was written since the last time, and start anew."""
        text = "".join(self.kept)
        if self.lost:
            text += f"\n… ({self.lost} more characters)"
        self.kept, self.room, self.lost = [], MAX_OUTPUT, 0
        return text


class Guest:
    """The student's module: loaded from source text, called by name.

    `invoke` carries a callback's arguments out and its answer back.
    """

    def __init__(
        self, invoke: Callable[[int, tuple[Any, ...], dict[str, Any]], Any], captured: bool = True
    ) -> None:
        self._invoke = invoke
        self._capture = captured
        self._module: types.ModuleType | None = None
        self._file = ""
        self._handles: dict[int, Any] = {}
        self._output = BoundedOutput()
        self._warnings: list[str] = []

    def load(self, file: str, source: bytes) -> Outcome:
        """Run the student's file as a module. Gives its functions: name, parameters and line of each."""
        self._file = file
        module = types.ModuleType(file.removesuffix(".py"))
        module.__file__ = file
        text = source.decode("utf-8-sig", "replace")
        for name in (file, os.path.abspath(file)):  # tracebacks look for the one, pdb for the other
            linecache.cache[name] = (len(source), None, text.splitlines(keepends=True), name)
        try:
            with self._captured():
                code = compile(source, file, "exec", dont_inherit=True)
                sys.modules[module.__name__] = module
                exec(code, module.__dict__)  # noqa: S102: running student code is what this process is for
        except BaseException as error:  # noqa: BLE001: SystemExit and KeyboardInterrupt are theirs too
            return self._describe(error)
        self._module = module
        functions = tuple(_describe_function(name, value) for name, value in _public_functions(module))
        return Outcome(Kind.LOADED, (functions, *self._take_noise()))

    def call(
        self, name: str, args: tuple[Any, ...], kwargs: dict[str, Any], opaque: tuple[int, ...], echo: bool
    ) -> Outcome:
        """Call one function. With `echo` the arguments travel back as they are afterwards."""
        args = tuple(self._bring_in(value) for value in args)
        kwargs = {key: self._bring_in(value) for key, value in kwargs.items()}
        try:
            with self._captured():
                function = getattr(self._module, name)
                value = self._send_out(function(*args, **kwargs), opaque)
                echoed = tuple(_plain(arg) for arg in args) if echo else None
        except BaseException as error:  # noqa: BLE001
            return self._describe(error)
        return Outcome(Kind.RETURNED, (value, echoed, *self._take_noise()))

    def refuse(self, reason: Unsupported) -> Outcome:
        """Say that a function returned what cannot travel."""
        text = _say(reason)
        return Outcome(Kind.RAISED, ("Unsupported", "", text, None, "", *self._take_noise()))

    def _bring_in(self, value: Any) -> Any:
        if isinstance(value, Handle):
            return self._handles[value.number]
        if isinstance(value, Callback):
            return lambda *args, **kwargs: self._invoke(value.number, tuple(map(_plain, args)), kwargs)
        if type(value) in (list, tuple):
            return type(value)(self._bring_in(part) for part in value)
        if type(value) is dict:
            return {key: self._bring_in(part) for key, part in value.items()}
        return value

    def _send_out(self, value: Any, opaque: tuple[int, ...]) -> Any:
        if opaque and isinstance(value, (tuple, list)):
            return tuple(
                self._keep(part) if position in opaque else _plain(part) for position, part in enumerate(value)
            )
        return _plain(value)

    def _keep(self, value: Any) -> Handle:
        handle = Handle(len(self._handles))
        self._handles[handle.number] = value
        return handle

    def _captured(self) -> AbstractContextManager[None]:
        return _Capture(self._output, self._warnings) if self._capture else nullcontext()

    def _take_noise(self) -> tuple[str, list[str]]:
        noise = (self._output.take(), self._warnings[:MAX_WARNINGS])
        self._warnings.clear()
        return noise

    def _describe(self, error: BaseException) -> Outcome:
        """Name an exception: its class, the nearest built-in class, its text, and the line in the student's file."""
        kind = type(error)
        built_in = next((base.__name__ for base in kind.__mro__ if _is_built_in(base)), "")
        line, text = self._locate(error)
        return Outcome(Kind.RAISED, (kind.__name__, built_in, _say(error), line, text, *self._take_noise()))

    def _locate(self, error: BaseException) -> tuple[int | None, str]:
        if isinstance(error, SyntaxError) and error.filename == self._file:
            caret = " " * max(0, (error.offset or 1) - 1) + "^"
            return error.lineno, (error.text or "").rstrip("\n")[:200] + "\n" + caret[:200]
        line = None
        traceback = error.__traceback__
        while traceback is not None:
            if traceback.tb_frame.f_code.co_filename == self._file:
                line = traceback.tb_lineno
            traceback = traceback.tb_next
        return line, ""


class _Capture(AbstractContextManager[None]):
    """Send printed text and warnings to the guest's own lists while student code runs."""

    def __init__(self, output: BoundedOutput, noted: list[str]) -> None:
        self._output = output
        self._noted = noted

    def __enter__(self) -> None:
        self._before = (sys.stdout, sys.stderr, warnings.showwarning, warnings.filters[:])
        sys.stdout = sys.stderr = self._output
        warnings.simplefilter("always")
        warnings.showwarning = self._note

    def __exit__(self, *_: object) -> None:
        sys.stdout, sys.stderr, warnings.showwarning, warnings.filters[:] = self._before  # type: ignore[index]

    def _note(
        self,
        message: Warning | str,
        category: type[Warning],
        filename: str,
        lineno: int,
        file: TextIO | None = None,
        line: str | None = None,
    ) -> None:
        if len(self._noted) < MAX_WARNINGS:
            self._noted.append(f"{category.__name__}: {str(message)[:200]} (line {lineno})")


def _public_functions(module: types.ModuleType) -> list[tuple[str, Any]]:
    found = [(name, value) for name, value in vars(module).items() if type(name) is str and callable(value)]
    return [(name, value) for name, value in found if not name.startswith("_")][:200]


def _describe_function(name: str, function: Any) -> tuple[str, tuple[str, ...], int | None]:
    code = getattr(function, "__code__", None)
    if not isinstance(code, types.CodeType):
        return name, (), None
    return name, code.co_varnames[: code.co_argcount][:20], code.co_firstlineno


def _plain(value: Any) -> Any:
    """Turn what is nearly plain (iterators, ranges, dict views) into a list; leave the rest to the encoder."""
    if isinstance(value, _LAZY):
        return list(itertools.islice(value, wire.MAX_NODES + 1))
    return value


def _is_built_in(kind: type) -> bool:
    return getattr(builtins, kind.__name__, None) is kind


def _say(error: BaseException) -> str:
    try:
        return str(error)[:MAX_REASON]
    except BaseException:  # noqa: BLE001: a hostile __str__
        return ""


# ------------------------------------------------------------------------------------------------ the process


class Pipe:
    """The two ends of the harness's pipes, moved away from stdin and stdout so that student code has those free."""

    def __init__(self) -> None:
        self._reader = os.fdopen(os.dup(0), "rb", buffering=0)
        self._writer = os.fdopen(os.dup(1), "wb", buffering=0)
        self._received = 0
        self._limit = wire.MAX_BODY
        void = os.open(os.devnull, os.O_RDWR)
        for descriptor in (0, 1):
            os.dup2(void, descriptor)

    def close_stderr(self) -> None:
        """From here on nothing can be written that anyone reads; start-up errors could."""
        os.dup2(0, 2)

    def receive(self) -> tuple[Kind, int, Any]:
        """Wait for the next frame; leave quietly when the harness is gone."""
        self._received = 0
        kind, call, value = wire.read_frame(self._read_exactly)
        if kind is not Kind.ANSWER:
            self._limit = wire.limit_reply(self._received)
        return kind, call, value

    def send(self, kind: Kind, call: int, value: object) -> None:
        """Send one frame whole. Raises `Unsupported` before the first byte if it cannot be."""
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
    """Answer frames until the harness hangs up."""
    call = 0

    def invoke(number: int, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        pipe.send(Kind.INVOKE, call, (number, args, kwargs))
        _, _, (fine, value) = pipe.receive()
        if not fine:
            raise RuntimeError(CALLBACK_FAILED)
        return value

    guest = Guest(invoke)
    while True:
        kind, call, value = pipe.receive()
        outcome = guest.load(*value) if kind is Kind.LOAD else guest.call(*value)
        try:
            pipe.send(outcome.kind, call, outcome.value)
        except Unsupported as reason:
            refusal = guest.refuse(reason)
            pipe.send(refusal.kind, call, refusal.value)


def confine(limits: dict[str, int], user: int) -> None:
    """Give up memory, files, processes and root itself, before anything of the student's is read."""
    try:
        import resource  # noqa: PLC0415: Unix only
    except ImportError:
        return
    for name, value in limits.items():
        number = getattr(resource, f"RLIMIT_{name}", None)
        if number is not None:
            _limit(resource, number, value)
    if user:
        os.setgroups([])
        os.setresgid(user, user, user)
        os.setresuid(user, user, user)


def _limit(resource: Any, number: int, value: int) -> None:
    hard = resource.getrlimit(number)[1]
    most = value if hard == resource.RLIM_INFINITY else min(value, hard)
    try:
        resource.setrlimit(number, (most, most))
    except (ValueError, OSError):  # macOS refuses some of them
        return


def probe(canary: str) -> dict[str, bool]:
    """Try what a student might try, and report what holds. `canary` is a file of the host's."""
    return {
        "no_host_files": not os.path.exists(canary) and not os.path.exists("/proc/self"),
        "no_writing": not _can_write(),
        "no_network": not _has_network(),
        "no_root": hasattr(os, "getuid") and os.getuid() != 0,
        "own_processes": os.getpid() < 10,
        "clean_environment": not {"HOME", "USER", "PATH"} & set(os.environ),
    }


def _can_write() -> bool:
    for folder in ("/tmp", "/dev/shm", "/", "."):  # noqa: S108: trying is the point
        path = os.path.join(folder, f"probe-{os.getpid()}")
        try:
            os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY))
        except OSError:
            continue
        os.unlink(path)
        return True
    return False


def _has_network() -> bool:
    import socket  # noqa: PLC0415: costs a few milliseconds that only the probe needs

    try:
        return any(name != "lo" for _, name in socket.if_nameindex())
    except (OSError, AttributeError):
        return not hasattr(socket, "if_nameindex")


def main() -> NoReturn:
    """Start: confine, report what holds, then serve."""
    pipe = Pipe()
    _, call, (limits, user, canary) = pipe.receive()
    sys.stdin = io.StringIO()
    builtins.exit = builtins.quit = sys.exit  # type: ignore[assignment]  # `site` is not imported in here
    _warm_up()
    confine(limits, user)
    pipe.send(Kind.READY, call, (probe(canary) if canary else {}, np.__version__, sys.version.split()[0]))
    pipe.close_stderr()
    serve(pipe)


def _warm_up() -> None:
    """Seed what students forget to seed, and make numpy allocate its buffers before memory is limited."""
    random.seed(0)
    np.random.seed(0)  # noqa: NPY002: it is the legacy generator that students use unseeded
    np.ones((2, 2)) @ np.ones((2, 2))
