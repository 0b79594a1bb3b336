"""The student's module inside the worker, and the requests it answers.

The module is loaded from source and its functions are called by name. What it prints is kept, up to a limit.
"""

from __future__ import annotations

import builtins
import itertools
import linecache
import os
import sys
import types
import warnings
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from typing import Any, NamedTuple, TextIO

from grader.worker.inside import survey, wire
from grader.worker.inside.layout import lay_out
from grader.worker.inside.output import BoundedOutput
from grader.worker.inside.survey import MAX_FUNCTIONS, MAX_NAME
from grader.worker.inside.tags import MAX_REASON, Callback, Handle, LaidOut, Unsupported
from grader.worker.inside.wire import Kind

MAX_WARNINGS = 20
Invoke = Callable[[int, tuple[Any, ...], dict[str, Any]], Any]
_LAZY: tuple[Any, ...] = (Iterator, range, type({}.values()), type({}.items()), type({}.keys()))


class Outcome(NamedTuple):
    """The result of a request: the kind of the frame that answers, its value."""

    kind: Kind
    value: tuple[Any, ...]


class Proxy:
    """A function of the harness, as student code sees it.

    If student code passes a proxy as an argument of another proxy, the harness gets back its own function.
    """

    def __init__(self, callback: Callback, invoke: Invoke) -> None:
        self.callback = callback
        self.__name__ = "function"  # every function has a name, and student code may print it
        self._invoke = invoke

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Ask the harness to call the function, and return the answer."""
        out = {key: _send_back(value) for key, value in kwargs.items()}
        return self._invoke(self.callback.number, tuple(map(_send_back, args)), out)


class Guest:
    """The student's module: loaded from source text, called by name.

    `invoke` sends the number and the arguments of a callback to the harness, and returns its answer. With `captured`,
    printed text and warnings are kept and sent with the next reply.
    """

    def __init__(self, invoke: Invoke, captured: bool = True) -> None:
        self._invoke = invoke
        self._capture = captured
        self._module: types.ModuleType | None = None
        self._file = ""
        self._handles: dict[int, Any] = {}
        self._placed: dict[int, Any] = {}  # laid-out arrays of the running call, as one array may come more than once
        self._output = BoundedOutput()
        self._warnings: list[str] = []

    def survey(self, file: str, source: bytes) -> Outcome:
        """Say which functions stand in the student's file.

        None of the file runs, so the harness can believe the answer.
        """
        return Outcome(Kind.SURVEYED, tuple(survey.survey(file, source)))

    def load(self, file: str, source: bytes) -> Outcome:
        """Run the student's file as a module, and return its functions' names.

        The outcome is LOADED, or RAISED if the file raises an exception.
        """
        self._file = file
        self._handles.clear()
        module = types.ModuleType(file.removesuffix(".py"))
        module.__file__ = file
        try:
            text = survey.read_text(source)
            for name in (file, os.path.abspath(file)):  # tracebacks look for the first, pdb for the second
                linecache.cache[name] = (len(source), None, survey.split_lines(text), name)
            with self._captured():
                code = compile(text, file, "exec", dont_inherit=True)  # text, so that no declared encoding counts
                sys.modules[module.__name__] = module
                exec(code, module.__dict__)  # noqa: S102 - running student code is what this process is for
        except BaseException as error:  # student code may raise SystemExit and KeyboardInterrupt, too
            return self._describe(error)
        self._module = module
        return Outcome(Kind.LOADED, (tuple(self._list_functions(module)), *self._take_noise()))

    def _list_functions(self, module: types.ModuleType) -> list[str]:
        """List the names that can be called, those that the file defines first.

        The order matters because the list is cut off, and `from numpy import *` brings hundreds of names.
        """
        found = [(name, value) for name, value in vars(module).items() if _is_name(name) and callable(value)]
        found.sort(key=lambda pair: getattr(_get_code(pair[1]), "co_filename", "") != self._file)
        return [name for name, _ in found if not name.startswith("_")][:MAX_FUNCTIONS]

    def call(
        self, name: str, args: tuple[Any, ...], kwargs: dict[str, Any], opaque: tuple[int, ...], echo: bool
    ) -> Outcome:
        """Call one of the student's functions.

        The outcome is RETURNED, or RAISED for any exception. With `echo` the arguments travel back as they are after
        the call. Parts of a returned tuple or list at the positions `opaque` stay here, and a handle travels in place
        of each.
        """
        self._placed.clear()
        try:
            given = tuple(self._bring_in(value) for value in args)
            kwargs = {key: self._bring_in(value) for key, value in kwargs.items()}
            with self._captured():
                function = getattr(self._module, name)
                value = self._send_out(function(*given, **kwargs), opaque)
                echoed = tuple(map(_echo, args, given)) if echo else None
        except BaseException as error:
            return self._describe(error)
        return Outcome(Kind.RETURNED, (value, echoed, *self._take_noise()))

    def bind(self, names: dict[str, Callback]) -> Outcome:
        """Put callbacks in place of these functions of the student's."""
        vars(self._module).update({name: self._bring_in(callback) for name, callback in names.items()})
        return Outcome(Kind.BOUND, ())

    def refuse(self, reason: Unsupported) -> Outcome:
        """Build the outcome for a function whose value cannot travel."""
        text = _say(reason)
        return Outcome(Kind.RAISED, ("Unsupported", "", text, None, *self._take_noise()))

    def _bring_in(self, value: Any) -> Any:
        if isinstance(value, Handle):
            return self._handles[value.number]
        if isinstance(value, Callback):
            return Proxy(value, self._invoke)
        if isinstance(value, LaidOut):
            if value.number not in self._placed:
                self._placed[value.number] = lay_out(value)
            return self._placed[value.number]
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
        """Build the outcome for an exception.

        It has the exception's class, the nearest built-in class, the text, and the line in the student's file.
        """
        kind = type(error)
        built_in = next((base.__name__ for base in kind.__mro__ if _is_built_in(base)), "")
        line = self._locate(error)
        return Outcome(Kind.RAISED, (kind.__name__[:MAX_NAME], built_in, _say(error), line, *self._take_noise()))

    def _locate(self, error: BaseException) -> int | None:
        """Return the last line of the student's file that an exception passed."""
        line = None
        traceback = error.__traceback__
        while traceback is not None:
            if traceback.tb_frame.f_code.co_filename == self._file:
                line = traceback.tb_lineno
            traceback = traceback.tb_next
        return line


REQUESTS: dict[Kind, Callable[..., Outcome]] = {
    Kind.SURVEY: Guest.survey,
    Kind.LOAD: Guest.load,
    Kind.CALL: Guest.call,
    Kind.BIND: Guest.bind,
}


class _Capture(AbstractContextManager[None]):
    """A context that keeps printed text and warnings while student code runs."""

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


def _is_name(name: Any) -> bool:
    """Tell whether the harness may ask for a function of this name.

    Student code can put anything into a module as a name.
    """
    return type(name) is str and name.isidentifier() and len(name) <= MAX_NAME


def _get_code(function: Any) -> types.CodeType | None:
    code = getattr(function, "__code__", None)
    return code if isinstance(code, types.CodeType) else None


def _plain(value: Any) -> Any:
    """Turn an iterator, a range or a dict view into a list.

    All other values are left to the encoder.
    """
    if isinstance(value, _LAZY):
        # An iterator may have no end. One part more than allowed is enough for the encoder to refuse the list.
        return list(itertools.islice(value, wire.MAX_NODES + 1))
    return value


def _send_back(value: Any) -> Any:
    return value.callback if isinstance(value, Proxy) else _plain(value)


def _echo(sent: Any, value: Any) -> Any:
    """Return an argument as it is after the call.

    Functions and handles go back in the form in which the harness knows them.
    """
    return sent if isinstance(sent, (Callback, Handle)) else _plain(value)


def _is_built_in(kind: type) -> bool:
    return getattr(builtins, kind.__name__, None) is kind


def _say(error: BaseException) -> str:
    try:
        return str(error)[:MAX_REASON]
    except BaseException:  # a hostile __str__ may raise anything
        return ""
