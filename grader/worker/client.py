"""The student's functions as the harness sees them: calls with deadlines, and a new worker after a hang or a crash.

Whatever goes wrong in a call is that check's failure (`CheckFailed`), in words for the student; the next check runs.
Only a worker that cannot be started at all is our error.
"""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import numpy as np

from grader.errors import CheckFailed, GraderError, SuiteError
from grader.explain import replies
from grader.explain.exceptions import Raised
from grader.model import Limits, Message, Problem, SandboxFacts, Status, SubmittedFile, Where
from grader.typos import find_nearest
from grader.worker import allowance, reading
from grader.worker.budget import Budget
from grader.worker.inside import wire
from grader.worker.inside.survey import split_lines
from grader.worker.inside.tags import Callback, Handle, ProtocolError
from grader.worker.inside.wire import Kind
from grader.worker.process import Answer, AnyLauncher, AnyWorker, WorkerGone, WorkerSilent
from grader.worker.reading import Function, NotLoaded, Reading
from grader.worker.trace import NOTHING, Trace

MAX_LINE = 200
FIRST_BOUND = 1_000_000  # callbacks with numbers from here on stand in for functions of the student's
ANSWER_SECONDS = 30  # for one answer of ours to student code; all together have a submission's time, or this
JUDGING_SECONDS = 10.0  # of our own processor time for one check; the slowest of the course takes 0.3
ALL_JUDGING_SECONDS = 60.0  # and for all checks of a submission
IMPATIENCE = 5  # a function that once ran into its deadline is given a fifth of it afterwards


class Client:
    """One submission, loaded into one worker after another as long as its time lasts."""

    def __init__(
        self, launcher: AnyLauncher, file: SubmittedFile, limits: Limits, wanted: frozenset[str] = frozenset()
    ) -> None:
        """`wanted` are the functions the homework asks for: none of them is what another one was meant to be."""
        self._launcher = launcher
        self._wanted = wanted
        self._file = file
        self._limits = limits
        self._lines = split_lines(file.content.decode("utf-8-sig", "replace"))
        self._reading: Reading | None = None
        self._worker: AnyWorker | None = None
        self._functions: dict[str, Function] = {}
        self._slow: set[str] = set()
        self._ended: set[str] = set()  # functions whose worker ended once
        self._bound: dict[str, Callable[..., Any]] = {}
        self._seconds_left = self._answers_left = self._answering = self._judging_left = 0.0
        self._budget = Budget()
        self._aborted = False
        self.trace = Trace()
        self.facts: SandboxFacts | None = None
        self.refresh()

    def load(self) -> Problem | None:
        """Run the student's file in a worker. Gives the problem that keeps all of it from running, if there is one."""
        try:
            self._load()
        except NotLoaded as failure:
            self._discard()
            return failure.problem
        self.refresh()
        return None

    def find_used(self, names: Iterable[str]) -> frozenset[str]:
        """The functions of the student's file that these call, directly or through one another."""
        known = [self._functions[name] for name in names if name in self._functions]
        return frozenset().union(*(function.uses for function in known))

    def bind(self, functions: dict[str, Callable[..., Any]]) -> None:
        """From now on, let these stand in for the student's functions of those names, and no others.

        Whatever of the student's calls one of them reaches it; `trace.replaced` has the names that were reached.
        """
        self._bound = dict(functions)
        self._discard()

    def refresh(self) -> None:
        """Give the submission its whole time and budget again."""
        self._budget.refill()
        self._seconds_left = self._limits.submission_seconds
        self._answers_left = max(ANSWER_SECONDS, self._limits.submission_seconds)
        self._judging_left = ALL_JUDGING_SECONDS

    def begin_check(self) -> None:
        """Forget the last check."""
        self.trace = Trace()
        self._budget.begin_check()

    @contextmanager
    def limit_judging(self) -> Iterator[None]:
        """While the harness judges a check: break it off, with `TooLong`, when the answers cost it too much.

        What student code computes is not counted here, and what it asks has a limit of its own.
        """
        started = time.thread_time()
        try:
            with allowance.limited(min(JUDGING_SECONDS, max(0.0, self._judging_left))):
                yield
        finally:
            self._judging_left -= time.thread_time() - started

    @property
    def is_judged_out(self) -> bool:
        """Whether the submission has used up the harness's time for judging it."""
        return self._judging_left <= 0

    def close(self) -> None:
        """Kill the worker. Nothing of the student's runs afterwards."""
        self._discard()

    def abort(self) -> None:
        """From another thread: end what is running, and let every further call fail at once."""
        self._aborted = True
        if (worker := self._worker) is not None:
            worker.close()

    def _load(self) -> None:
        """Run the student's file in a new worker; in another one where that ends, as the machine may have ended it."""
        try:
            try:
                self._load_once()
            except WorkerGone:
                self._discard()
                self._load_once()
        except (WorkerGone, ProtocolError):
            raise NotLoaded(replies.explain_load_crash(self._file.path)) from None

    def _load_once(self) -> None:
        with allowance.unlimited():  # a process, its thread and its buffers, whatever the answers before took
            worker = self._launcher.take()
        self._worker, self.facts = worker, worker.facts
        file = self._file.path
        try:
            request = (file, self._file.content)
            if self._reading is None:  # the first worker says so before it has run anything
                answer = self._ask(worker, Kind.SURVEY, request, self._limits.load_seconds, _refuse)
                self._reading = reading.read_survey(*answer, file)
            kind, value = self._ask(worker, Kind.LOAD, request, self._limits.load_seconds, _refuse)
            if kind is Kind.RAISED:
                raised = reading.read_raised(value)
                raise NotLoaded(replies.explain_load_error(file, raised, self._locate(raised.line)))
            known = self._reading.functions
            self._functions = {
                name: known.get(name) or Function(name, (), None, frozenset())
                for name in reading.read_names(kind, value)
            }
            if self._bound:
                callbacks = {name: Callback(FIRST_BOUND + number) for number, name in enumerate(self._bound)}
                self._ask(worker, Kind.BIND, (callbacks,), self._limits.load_seconds, _refuse)
        except WorkerSilent:
            raise NotLoaded(replies.explain_load_timeout(file, self._limits.load_seconds)) from None

    def _ask(self, worker: AnyWorker, kind: Kind, request: Any, seconds: float, answer: Answer) -> tuple[Kind, Any]:
        """One request, whose time is the submission's."""
        try:
            return worker.ask(kind, request, seconds, answer)
        finally:
            self._seconds_left -= worker.spent

    def _discard(self) -> None:
        if self._worker is not None:
            self._worker.close()
            self._worker = None

    def call(
        self,
        name: str,
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
        opaque: tuple[int, ...] = (),
        echo: bool = False,
    ) -> tuple[Any, tuple[Any, ...] | None]:
        """Call one function of the student's. Gives its value and, with `echo`, the arguments as they are afterwards.

        Values at the positions `opaque` of a returned tuple stay in the worker and come back as handles. Raises
        `CheckFailed` whatever goes wrong on the student's side, and `SuiteError` for a name that is not asked for.
        """
        if self._wanted and name not in self._wanted:
            raise _explain_unasked(name, self._wanted)
        function = self._functions.get(name) or Function(name, (), None, frozenset())
        self._note_call(function, args, kwargs)
        if name not in self._functions:
            others = tuple(other for other in self._functions if other not in self._wanted)
            raise self._fail(replies.explain_missing(name, self._file.path, others, self._lines))
        with allowance.paused():
            kind, value = self._exchange(function, args, kwargs, opaque, echo)
        return self._read_reply(kind, value, len(args) if echo else None)

    def _note_call(self, function: Function, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        self.trace.function, self.trace.parameters = function.name, function.parameters
        self.trace.args, self.trace.kwargs, self.trace.value = args, kwargs, NOTHING
        self.trace.where = self._locate(function.line)

    def _exchange(
        self,
        function: Function,
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
        opaque: tuple[int, ...],
        echo: bool,
    ) -> tuple[Kind, Any]:
        callbacks: list[Callable[..., Any]] = []
        request = (function.name, *_replace_callables((args, kwargs), callbacks), opaque, echo)
        seconds = self._allow(function.name)
        worker = self._worker_for_call()
        self._answering = 0.0
        try:
            return self._ask(worker, Kind.CALL, request, seconds, lambda value: self._answer(callbacks, value))
        except WorkerSilent:
            self._slow.add(function.name)
            self._discard()
            raise self._fail(replies.explain_timeout(seconds), Status.TIMEOUT) from None
        except WorkerGone:
            self._discard()
            if self._may_repeat(function.name, args, kwargs):
                return self._exchange(function, args, kwargs, opaque, echo)
            raise self._fail(replies.explain_crash(), Status.CRASHED) from None
        except ProtocolError:
            self._discard()
            raise self._fail(replies.explain_nonsense(), Status.CRASHED) from None
        except BaseException:  # what ends a check from inside a callback leaves the worker waiting for an answer
            self._discard()
            raise
        finally:
            self._answers_left -= self._answering

    def _may_repeat(self, name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> bool:
        """Tell whether a call whose worker ended is made once more: the kernel may have ended it, for want of memory.

        Once for each function, as code that ends its process does so again; and only where nothing is lost with the
        worker: it asked nothing back, and holds none of the arguments.
        """
        first = name not in self._ended
        self._ended.add(name)
        return first and not self._answering and not _has_handle((args, kwargs))

    def _allow(self, name: str) -> float:
        """Seconds for the next call: fewer for a function that hung before, none once the submission's are used up."""
        patience = self._limits.call_seconds / (IMPATIENCE if name in self._slow else 1)
        if self._aborted or self._seconds_left <= 0:
            raise self._fail(replies.explain_no_time_left(self._limits.submission_seconds), Status.TIMEOUT)
        return min(patience, self._seconds_left)

    def _worker_for_call(self) -> AnyWorker:
        if self._worker is None:
            try:
                self._load()
            except NotLoaded as failure:
                self._discard()
                raise self._fail(Message(got=failure.problem.summary), Status.CRASHED) from None
        assert self._worker is not None
        return self._worker

    def _answer(self, callbacks: list[Callable[..., Any]], value: Any) -> tuple[bool, Any]:
        """Answer one question; all that it costs is counted, and is none of what judging costs."""
        asked, started = time.monotonic(), time.thread_time()
        try:
            return self._evaluate(callbacks, value)
        finally:
            self._answering += time.monotonic() - asked
            self._judging_left += time.thread_time() - started

    def _evaluate(self, callbacks: list[Callable[..., Any]], value: Any) -> tuple[bool, Any]:
        """Evaluate one of the suite's functions with the student's arguments; what it raises is kept for the check."""
        number, *given = reading.read_invocation(value)
        function = self._find_callback(callbacks, number)
        args, kwargs = self._restore_callables(given, callbacks)
        self.trace.answered = True
        if not self._budget.spend(args, kwargs):
            raise self._fail(replies.explain_too_many_questions())
        seconds = min(ANSWER_SECONDS, self._answers_left - self._answering)
        if seconds <= 0:
            raise WorkerSilent  # it asks without end
        try:
            with warnings.catch_warnings(), allowance.limited(seconds):
                warnings.simplefilter("ignore")  # of what the student's arguments make numpy warn, nobody here can read
                answer = _call_plainly(function, args, kwargs)
                wire.encode(Kind.ANSWER, 0, answer)
        except (allowance.TooLong, MemoryError):
            self.trace.callback_error = self._fail(replies.explain_costly_question())
            return False, None
        except Exception as error:  # the student's arguments may make it raise anything
            self.trace.callback_error = error
            return False, None
        return True, answer

    def _restore_callables(self, value: Any, callbacks: list[Callable[..., Any]]) -> Any:
        """The opposite of `_replace_callables`, for functions that the student's code hands on."""
        if isinstance(value, Callback):
            return self._find_callback(callbacks, value.number)
        if type(value) in (list, tuple):
            return type(value)(self._restore_callables(part, callbacks) for part in value)
        if type(value) is dict:
            return {key: self._restore_callables(part, callbacks) for key, part in value.items()}
        return value

    def _find_callback(self, callbacks: list[Callable[..., Any]], number: int) -> Callable[..., Any]:
        """The function of this number. Raises `ProtocolError` for one that was never given away."""
        if number < len(callbacks):
            return callbacks[number]
        if not FIRST_BOUND <= number < FIRST_BOUND + len(self._bound):
            raise ProtocolError("a callback that nobody passed in")
        name = list(self._bound)[number - FIRST_BOUND]
        self.trace.replaced.add(name)
        return self._bound[name]

    def _read_reply(self, kind: Kind, value: Any, echoes: int | None) -> tuple[Any, tuple[Any, ...] | None]:
        """The value, and as many arguments as were asked for: with fewer, none could be found to be changed."""
        try:
            if kind is Kind.RAISED:
                raised = reading.read_raised(value)
                self._note_output(raised.output)
                if isinstance(self.trace.callback_error, (CheckFailed, GraderError)):  # raised on purpose: it says more
                    raise self.trace.callback_error
                raise self._fail_as(raised)
            result, echoed, output = reading.read_returned(kind, value)
            if echoes != (None if echoed is None else len(echoed)):
                raise ProtocolError("another number of arguments than were sent")
        except ProtocolError:
            self._discard()
            raise self._fail(replies.explain_nonsense(), Status.CRASHED) from None
        self._note_output(output)
        self.trace.answered = True
        if not self._budget.spend(result, echoed):
            raise self._fail(replies.explain_too_much())
        self.trace.value = result
        if self.trace.callback_error is not None:
            raise self.trace.callback_error
        return result, echoed

    def _note_output(self, output: str) -> None:
        if output:
            self.trace.output.append(output)

    def _fail_as(self, raised: Raised) -> CheckFailed:
        if raised.built_in == "NotImplementedError":
            return self._fail(replies.explain_not_attempted(), Status.NOT_ATTEMPTED)
        inside = raised.line is not None and self._reading is not None and self._reading.is_inside(raised.line)
        where = self._locate(raised.line) if inside else None
        return self._fail(replies.explain_raised(raised, self.trace.function), where=where)

    def _locate(self, line: int | None) -> Where | None:
        """A line of the student's file, with its text from our own copy of it; None for a line it does not have."""
        if line is None or line > len(self._lines):
            return None
        return Where(self._file.path, line, self._lines[line - 1].strip()[:MAX_LINE])

    def _fail(self, message: Message, status: Status = Status.FAILED, where: Where | None = None) -> CheckFailed:
        return CheckFailed(replace(message, called=self.trace.called, where=where or self.trace.where), status)


def _call_plainly(function: Callable[..., Any], args: Sequence[Any], kwargs: Mapping[str, Any]) -> Any:
    # A ufunc takes more than its operands: with where= it gives out memory that nobody has filled.
    if isinstance(function, np.ufunc) and (kwargs or len(args) != function.nin):
        raise TypeError(f"{function.__name__} takes {function.nin} arguments here")
    return function(*args, **kwargs)


def _explain_unasked(name: str, wanted: frozenset[str]) -> SuiteError:
    nearest = find_nearest(name, sorted(wanted))
    next_step = f"did you mean {nearest}?" if nearest else "name it in assignment.toml"
    return SuiteError(f"the suite calls {name}, a function that the manifest does not name", next_step)


def _refuse(_: Any) -> tuple[bool, Any]:
    """There are no callbacks while a file is loaded."""
    return False, None


def _has_handle(value: Any) -> bool:
    """Tell whether a value that only the worker knows is among these."""
    if isinstance(value, (list, tuple)):
        return any(map(_has_handle, value))
    return any(map(_has_handle, value.values())) if isinstance(value, dict) else isinstance(value, Handle)


def _replace_callables(value: Any, callbacks: list[Callable[..., Any]]) -> Any:
    """The same value with every function in it turned into a `Callback` and kept in `callbacks`."""
    if type(value) in (list, tuple):
        return type(value)(_replace_callables(part, callbacks) for part in value)
    if type(value) is dict:
        return {key: _replace_callables(part, callbacks) for key, part in value.items()}
    if callable(value):
        callbacks.append(value)
        return Callback(len(callbacks) - 1)
    return value
