"""Run a homework's harness in a process of its own.

Suites, reference and answers live in that process, with its own limits of memory and time. Every face holds a
`Harness`: one run of `grade hw4`, each `grade watch`, each job of a batch. The face needs neither numpy nor pytest, and
ends a grading by one kill.

Requests and answers are pickled, and only these two processes of the grader write them: nothing that student code sends
is ever unpickled.
"""

from __future__ import annotations

import faulthandler
import os
import pickle
import queue
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Self

from grader.errors import CouldNotGrade
from grader.language import say
from grader.model.course import Assignment, Course
from grader.model.report import Mode, Report
from grader.model.submission import Submission

if TYPE_CHECKING:
    from grader.harness.grading import Grader

HUNG = 20  # times the seconds of a submission, by the wall clock; every other limit is far below
END_SECONDS = 10.0  # that an idle process has to close its workers and end
KILL_SECONDS = 2.0  # that a busy one has to kill its workers before it is killed itself
_TICK_SECONDS = 0.2
_STDERR = 2  # the descriptor
# The code of the process. With -P Python looks for no modules in the current folder, which may be a student's.
_CODE = "import sys; sys.path.append(sys.argv[1]); from grader.harness.process import serve; serve()"

# What a harness is asked to do: a function of a module, which is called with the harness's grader and the arguments.
Work = Callable[..., Any]


@dataclass(frozen=True, slots=True)
class Settings:
    """What a harness grades, and how.

    It does not start where student code would be confined below the sandbox level `least`. `spares` workers more than
    needed are always starting. `answers` are the oracle's, as far as another harness has listed them.
    """

    course: Course
    assignment: Assignment
    mode: Mode
    least: int = 0
    spares: int = 0
    answers: Mapping[bytes, bytes] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer of a harness: a value, or the exception that came instead."""

    harness: Harness
    value: Any = None
    error: Exception | None = None

    def read(self) -> Any:
        """Return the value, or raise the exception."""
        if self.error is not None:
            raise self.error
        return self.value


Answers = queue.SimpleQueue[Answer]


class HarnessEnded(CouldNotGrade):
    """The harness's process ended before it answered."""

    def __init__(self) -> None:
        super().__init__(
            say("the process that grades ended before it was done, by no fault of yours"),
            say("run the command again; if it ends again, tell your course staff"),
        )


class Harness:
    """A harness, seen from the face that started it; it does one piece of work after another.

    Its answers come into the queue `answers`, which several harnesses may share. After the last answer, `HarnessEnded`
    comes once. Every harness must be ended: by `close` if it is idle, or by `kill` at any time.
    """

    def __init__(self, settings: Settings, answers: Answers | None = None) -> None:
        self._answers: Answers = queue.SimpleQueue() if answers is None else answers
        # In a group of its own it gets none of the terminal's signals: they are for the face.
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-c", _CODE, str(Path(__file__).parents[2])],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            start_new_session=os.name == "posix",
            creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
        )
        threading.Thread(target=self._listen, daemon=True, name="harness").start()
        self._send(settings)

    @property
    def pid(self) -> int:
        """The system's id of the process."""
        return self._process.pid

    def ask(self, work: Work, *arguments: object) -> None:
        """Ask for a piece of work; its answer comes into the queue."""
        self._send((work, arguments))

    def do(self, work: Work, *arguments: object) -> Any:
        """Ask for a piece of work, and wait for its answer.

        Raises `HarnessEnded`, or the exception that the work raised. The queue must be this harness's own.
        """
        self.ask(work, *arguments)
        return wait_for(self._answers).read()

    def grade(self, submission: Submission, seed: int) -> Report:
        """Grade one submission, with hidden inputs drawn from `seed`."""
        report: Report = self.do(grade, submission, seed)
        return report

    def is_alive(self) -> bool:
        """Tell whether the process has not ended yet."""
        return self._process.poll() is None

    def release(self) -> None:
        """Let the process end as soon as it is idle; do not wait for that."""
        assert self._process.stdin is not None
        with suppress(OSError):
            self._process.stdin.close()

    def close(self) -> None:
        """Let an idle process close its workers and end, or kill it."""
        self._end(END_SECONDS)

    def kill(self) -> None:
        """End the process now, with the workers that it started."""
        self._end(KILL_SECONDS)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is None:
            self.close()
        else:
            self.kill()

    def _end(self, seconds: float) -> None:
        self.release()  # a busy process that finds its pipe closed kills its workers first
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(seconds)
        self._process.kill()
        self._process.wait()

    def _send(self, message: object) -> None:
        assert self._process.stdin is not None
        content = pickle.dumps(message)
        with suppress(OSError, ValueError):  # the process has ended, and `_listen` says so
            self._process.stdin.write(content)
            self._process.stdin.flush()

    def _listen(self) -> None:
        assert self._process.stdout is not None
        with self._process.stdout as answers:
            try:
                while True:
                    self._answers.put(Answer(self, *pickle.load(answers)))  # noqa: S301
            except Exception:  # the end of the pipe, or an answer that was cut off: nobody may wait for it for ever
                self._answers.put(Answer(self, error=HarnessEnded()))


def wait_for(answers: Answers) -> Answer:
    """Wait for the next answer."""
    while True:
        with suppress(queue.Empty):  # each wait is short, because Windows delivers Ctrl-C only between waits
            return answers.get(timeout=_TICK_SECONDS)


# ---------------------------------------------------------------- in the process


def grade(grader: Grader, submission: Submission, seed: int) -> Report:
    """Grade one submission: the work of `Harness.grade`."""
    return grader.grade_submission(submission, seed)


def serve() -> None:
    """Do one piece of work after another until the pipe is closed."""
    # Whatever prints in this process prints on stderr, and reads nothing.
    requests, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    with open(os.devnull, "r+b") as nothing:
        os.dup2(nothing.fileno(), 0)
        os.dup2(nothing.fileno() if sys.stderr is None else _STDERR, 1)
    with suppress(EOFError, OSError):  # the other process is gone
        server = _Server(pickle.load(requests))  # noqa: S301
        threading.Thread(target=server.listen, args=(requests,), daemon=True, name="requests").start()
        while (request := server.requests.get()) is not None:
            answer = _pack(*server.do(*request))
            server.requests.task_done()
            answers.write(answer)
            answers.flush()
        server.close()


def _pack(value: object, error: Exception | None) -> bytes:
    try:
        content = pickle.dumps((value, error))
        if error is not None:
            pickle.loads(content)  # noqa: S301  # some exceptions can be written, and not be read
    except Exception as refused:
        content = pickle.dumps((None, CouldNotGrade(f"{type(error or refused).__name__}: {error or refused}")))
    return content


class _Server:
    """The process's side: the requests that have come, and a grader for them."""

    def __init__(self, settings: Settings) -> None:
        self.requests: queue.Queue[tuple[Work, tuple[Any, ...]] | None] = queue.Queue()
        self._settings = settings
        self._grader: Grader | None = None

    def listen(self, requests: IO[bytes]) -> None:
        """Put every request into the queue; at the end of the pipe, end this process.

        The pipe is closed while there is work if nobody waits for the answer any more: the other process was killed, or
        it gave this grading up.
        """
        with suppress(EOFError, OSError, pickle.UnpicklingError):
            while True:
                self.requests.put(pickle.load(requests))  # noqa: S301
        if self.requests.unfinished_tasks:
            if self._grader is not None:
                self._grader.abandon()
            os._exit(1)
        self.requests.put(None)

    def do(self, work: Work, arguments: tuple[Any, ...]) -> tuple[object, Exception | None]:
        """Do one piece of work; return its value, or the exception it raised.

        If it takes far too long (`HUNG`), this process writes a traceback to stderr and ends. `faulthandler` needs
        neither Python nor memory for that: the work may be waiting for either of them.
        """
        seconds = HUNG * self._settings.assignment.limits.submission_seconds
        faulthandler.dump_traceback_later(seconds, exit=True, file=_STDERR)
        try:
            return work(self._open(), *arguments), None
        except Exception as error:
            return None, error
        finally:
            faulthandler.cancel_dump_traceback_later()

    def close(self) -> None:
        """Close the grader and its workers."""
        if self._grader is not None:
            self._grader.close()

    def _open(self) -> Grader:
        """Return the grader; it is made when it is needed first."""
        if self._grader is None:
            from grader.harness.grading import Grader, find_source
            from grader.worker.process import Launcher

            settings = self._settings
            launcher = Launcher(settings.assignment.limits, settings.spares, least=settings.least)
            source = find_source(settings.assignment, settings.mode, settings.answers)
            grader = Grader(settings.course, settings.assignment, launcher, settings.mode, source)
            try:
                if settings.least:
                    grader.require()
            except BaseException:
                grader.close()
                raise
            self._grader = grader
        return self._grader
