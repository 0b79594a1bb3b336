"""Call a student's functions from the harness, with deadlines.

A worker that hung or crashed is replaced by a new one. Anything that goes wrong in a call fails the check that made it
(`CheckFailed`), in words for the student, and the next check runs. Only a worker that cannot be started at all is an
error of the grader.
"""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import numpy as np

from grader.arrays import iter_leaves
from grader.errors import CheckFailed, GraderError, SuiteError
from grader.explain import replies
from grader.explain.causes import explain_cause
from grader.explain.exceptions import Raised
from grader.model.course import Limits
from grader.model.report import Message, SandboxFacts, Status
from grader.model.submission import Problem, SubmittedFile, Where
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
FIRST_BOUND = 1_000_000  # callbacks numbered from here on are in place of the student's functions, see `Client.bind`
# For one answer of the harness to student code. All answers together have a submission's time, or this if it is longer.
ANSWER_SECONDS = 30
JUDGING_SECONDS = 10.0  # of the harness's processor time for one check; the slowest check of the course takes 0.3
ALL_JUDGING_SECONDS = 60.0  # of the harness's processor time for all checks of a submission
IMPATIENCE = 5  # a function that once ran into its deadline is given one fifth of the time afterwards


class Client:
    """One submission, whose functions are called in a worker.

    The submission is loaded into one worker after another, as long as its time lasts. `trace` holds the events of the
    current check. `facts` is how the last worker was confined, None before the first one is ready.
    """

    def __init__(
        self, launcher: AnyLauncher, file: SubmittedFile, limits: Limits, wanted: frozenset[str] = frozenset()
    ) -> None:
        """Prepare the submission `file`; no worker is started yet.

        `wanted` are the functions that the manifest names; if it is empty, every function may be called. No function of
        `wanted` is offered to the student as a misspelled name of another one.
        """
        self._launcher = launcher
        self._wanted = wanted
        self._file = file
        self._limits = limits
        self._lines = split_lines(file.content.decode("utf-8-sig", "replace"))
        self._reading: Reading | None = None
        self._worker: AnyWorker | None = None
        self._functions: dict[str, Function] = {}
        self._slow: set[str] = set()
        self._ended: set[str] = set()  # functions during whose call a worker ended once
        self._bound: dict[str, Callable[..., Any]] = {}
        self._seconds_left = self._answers_left = self._answering = self._judging_left = 0.0
        self._budget = Budget()
        self._aborted = False
        self.trace = Trace()
        self.facts: SandboxFacts | None = None
        self.refresh()

    def load(self) -> Problem | None:
        """Run the student's file in a worker, and give it its whole time again.

        Return the problem that keeps all of the file from running, or None. Raises `WorkerError` or `SandboxError` if
        no worker can be started.
        """
        try:
            self._load()
        except NotLoaded as failure:
            self._discard()
            return failure.problem
        self.refresh()
        return None

    def find_used(self, names: Iterable[str]) -> frozenset[str]:
        """Return the functions of the student's file that `names` call.

        Direct calls count, and calls through other functions of the file. A name that the file does not define is left
        out.
        """
        known = [self._functions[name] for name in names if name in self._functions]
        return frozenset().union(*(function.uses for function in known))

    def bind(self, functions: dict[str, Callable[..., Any]]) -> None:
        """Put `functions` in place of the student's functions of those names.

        All earlier replacements end. Every call that the student's code makes to one of these names then reaches the
        replacement; `trace.replaced` has the names that were reached. The current worker is killed, and the next one
        starts with the replacements.
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
        """Forget the last check: start a new trace and a new share of the budget."""
        self.trace = Trace()
        self._budget.begin_check()

    @contextmanager
    def limit_judging(self) -> Iterator[None]:
        """Limit the time in which the harness judges one check.

        If the student's answers cost the harness too much processor time inside this context, `TooLong` breaks the
        check off. The time in which student code computes is not counted here, and the questions that student code asks
        have a limit of their own.
        """
        started = time.thread_time()
        try:
            with allowance.limited(min(JUDGING_SECONDS, max(0.0, self._judging_left))):
                yield
        finally:
            self._judging_left -= time.thread_time() - started

    @property
    def is_judged_out(self) -> bool:
        """Tell whether the harness's time for judging the submission is used up."""
        return self._judging_left <= 0

    def close(self) -> None:
        """Kill the worker; no student code runs afterwards."""
        self._discard()

    def abort(self) -> None:
        """End the running call, and let every further call fail at once.

        This method is for another thread than the one that makes the calls.
        """
        self._aborted = True
        if (worker := self._worker) is not None:
            worker.close()

    def _load(self) -> None:
        """Run the student's file in a new worker.

        If that worker ends, the file is run once more in another one, because the machine may have ended the first.
        """
        try:
            try:
                self._load_once()
            except WorkerGone:
                self._discard()
                self._load_once()
        except (WorkerGone, ProtocolError):
            raise NotLoaded(replies.explain_load_crash(self._file.path)) from None

    def _load_once(self) -> None:
        # Earlier answers may have used up the memory, and a worker needs a process, a thread and buffers.
        with allowance.unlimited():
            worker = self._launcher.take()
        self._worker, self.facts = worker, worker.facts
        file = self._file.path
        try:
            request = (file, self._file.content)
            if self._reading is None:  # the first worker is asked before student code runs and could forge the answer
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
        """Send one request; its time is subtracted from the submission's."""
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
        """Call one of the student's functions in the worker.

        Return (value, echoed). `echoed` are the arguments as they are after the call, or None without `echo`. Values at
        the positions `opaque` of a returned tuple stay in the worker and come back as handles.

        Raises `CheckFailed` for anything that goes wrong on the student's side, and `SuiteError` for a name that the
        manifest does not name. A `CheckFailed` or `GraderError` from a callback is raised here again, and so is any
        other exception from a callback if student code caught it and returned a value.
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
            raise self._fail(explain_cause("endless", seconds=seconds), Status.TIMEOUT) from None
        except WorkerGone:
            self._discard()
            if self._may_repeat(function.name, args, kwargs):
                return self._exchange(function, args, kwargs, opaque, echo)
            raise self._fail(explain_cause("process-ended"), Status.CRASHED) from None
        except ProtocolError:
            self._discard()
            raise self._fail(explain_cause("no-answer"), Status.CRASHED) from None
        except BaseException:  # an exception from inside a callback leaves the worker waiting for its answer
            self._discard()
            raise
        finally:
            self._answers_left -= self._answering

    def _may_repeat(self, name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> bool:
        """Tell whether a call whose worker ended is made once more.

        The kernel may have ended the worker because memory ran out. This happens once for each function, because code
        that ends its process does so again. It happens only where nothing is lost with the worker: the call asked the
        harness nothing, and none of its arguments stays in the worker.
        """
        first = name not in self._ended
        self._ended.add(name)
        return (
            first and not self._answering and not any(isinstance(part, Handle) for part in iter_leaves((args, kwargs)))
        )

    def _allow(self, name: str) -> float:
        """Return the seconds for the next call.

        A function that hung before gets fewer. Raises `CheckFailed` once the submission's seconds are used up.
        """
        patience = self._limits.call_seconds / (IMPATIENCE if name in self._slow else 1)
        if self._aborted or self._seconds_left <= 0:
            raise self._fail(explain_cause("no-time-left", seconds=self._limits.submission_seconds), Status.TIMEOUT)
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
        """Answer one question of student code, and count the cost apart."""
        asked, started = time.monotonic(), time.thread_time()
        try:
            return self._evaluate(callbacks, value)
        finally:
            self._answering += time.monotonic() - asked
            # `limit_judging` subtracts all processor time of this thread, so the answer's part is given back.
            self._judging_left += time.thread_time() - started

    def _evaluate(self, callbacks: list[Callable[..., Any]], value: Any) -> tuple[bool, Any]:
        """Evaluate a function of the suite with the student's arguments.

        Return (worked, value). An exception that the function raises is kept for the check.
        """
        number, *given = reading.read_invocation(value)
        function = self._find_callback(callbacks, number)
        args, kwargs = self._restore_callables(given, callbacks)
        self.trace.answered = True
        if not self._budget.spend(args, kwargs):
            raise self._fail(explain_cause("too-many-questions"))
        seconds = min(ANSWER_SECONDS, self._answers_left - self._answering)
        if seconds <= 0:
            raise WorkerSilent  # student code asks without end
        try:
            with warnings.catch_warnings(), allowance.limited(seconds):
                warnings.simplefilter("ignore")  # numpy may warn of the student's arguments; no reader would see it
                answer = _call_plainly(function, args, kwargs)
                wire.encode(Kind.ANSWER, 0, answer)  # raises here if the answer cannot be sent
        except (allowance.TooLong, MemoryError):
            self.trace.callback_error = self._fail(explain_cause("costly-question"))
            return False, None
        except Exception as error:  # the student's arguments may make the function raise anything
            self.trace.callback_error = error
            return False, None
        return True, answer

    def _restore_callables(self, value: Any, callbacks: list[Callable[..., Any]]) -> Any:
        """Return the value with every `Callback` in it turned into its function.

        This is the opposite of `_replace_callables`, for functions that the student's code hands on.
        """
        if isinstance(value, Callback):
            return self._find_callback(callbacks, value.number)
        if type(value) in (list, tuple):
            return type(value)(self._restore_callables(part, callbacks) for part in value)
        if type(value) is dict:
            return {key: self._restore_callables(part, callbacks) for key, part in value.items()}
        return value

    def _find_callback(self, callbacks: list[Callable[..., Any]], number: int) -> Callable[..., Any]:
        """Return the function that has this number.

        Raises `ProtocolError` for a number that was never given away.
        """
        if number < len(callbacks):
            return callbacks[number]
        if not FIRST_BOUND <= number < FIRST_BOUND + len(self._bound):
            raise ProtocolError("a callback that nobody passed in")
        name = list(self._bound)[number - FIRST_BOUND]
        self.trace.replaced.add(name)
        return self._bound[name]

    def _read_reply(self, kind: Kind, value: Any, echoes: int | None) -> tuple[Any, tuple[Any, ...] | None]:
        """Return the value and the echoed arguments of a reply.

        `echoes` is the number of arguments that must come back, or None for no echo. A reply with another number is
        refused: a missing argument could not be found to be changed.
        """
        try:
            if kind is Kind.RAISED:
                raised = reading.read_raised(value)
                self._note_output(raised.output)
                # An error that was raised on purpose says more than the student's exception that followed from it.
                if isinstance(self.trace.callback_error, (CheckFailed, GraderError)):
                    raise self.trace.callback_error
                raise self._fail_as(raised)
            result, echoed, output = reading.read_returned(kind, value)
            if echoes != (None if echoed is None else len(echoed)):
                raise ProtocolError("another number of arguments than were sent")
        except ProtocolError:
            self._discard()
            raise self._fail(explain_cause("no-answer"), Status.CRASHED) from None
        self._note_output(output)
        self.trace.answered = True
        if not self._budget.spend(result, echoed):
            raise self._fail(explain_cause("too-much"))
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
        """Return a place in the student's file, None for a line that it lacks.

        The text of the line is from the harness's own copy of the file.
        """
        if line is None or line > len(self._lines):
            return None
        return Where(self._file.path, line, self._lines[line - 1].strip()[:MAX_LINE])

    def _fail(self, message: Message, status: Status = Status.FAILED, where: Where | None = None) -> CheckFailed:
        return CheckFailed(replace(message, called=self.trace.called, where=where or self.trace.where), status)


def _call_plainly(function: Callable[..., Any], args: Sequence[Any], kwargs: Mapping[str, Any]) -> Any:
    # A ufunc takes more arguments than its operands: with where= it returns memory of the harness that was not filled.
    if isinstance(function, np.ufunc) and (kwargs or len(args) != function.nin):
        raise TypeError(f"{function.__name__} takes {function.nin} arguments here")
    return function(*args, **kwargs)


def _explain_unasked(name: str, wanted: frozenset[str]) -> SuiteError:
    nearest = find_nearest(name, sorted(wanted))
    next_step = f"did you mean {nearest}?" if nearest else "name it in assignment.toml"
    return SuiteError(f"the suite calls {name}, a function that the manifest does not name", next_step)


def _refuse(_: Any) -> tuple[bool, Any]:
    """Refuse a question: there are no callbacks while a file is loaded."""
    return False, None


def _replace_callables(value: Any, callbacks: list[Callable[..., Any]]) -> Any:
    """Return the value with every function in it turned into a `Callback`.

    The functions are added to `callbacks`.
    """
    if type(value) in (list, tuple):
        return type(value)(_replace_callables(part, callbacks) for part in value)
    if type(value) is dict:
        return {key: _replace_callables(part, callbacks) for key, part in value.items()}
    if callable(value):
        callbacks.append(value)
        return Callback(len(callbacks) - 1)
    return value
