"""A worker from outside: deadlines, crashes, forged frames, and the ladder of ways to start one."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from grader.errors import CheckFailed, WorkerError
from grader.model.report import Status
from grader.worker import process
from grader.worker.clock import BACKSTOP_SECONDS
from grader.worker.inside.tags import Callback, ProtocolError, Unsupported
from grader.worker.inside.wire import Kind
from grader.worker.process import ATTEMPTS, Launcher, Worker, WorkerGone, WorkerSilent
from grader.worker.student import Student
from grader.worker.walls import sandbox
from grader.worker.walls.sandbox import Confinement
from tests.worker.processes import (
    GENEROUS,
    HASTY,
    MARK,
    are_gone,
    find_processes,
    find_stopped,
    make_launcher,
    mark,
    wait_until,
)
from tests.worker.students import fail, open_student

OWN_MARK = f"{MARK}-alone"

# Every function runs inside the worker. Those with an underscore find what a student must not rely on finding: the
# descriptors of the pipe, and the number of the call on the shim's stack.
SOURCE = """
import ctypes, os, signal, sys, threading, time
import numpy as np
from grader.worker.inside import wire
from grader.worker.inside.wire import Kind, MAGIC, PREFIX, VERSION

def _find_call():
    frame = sys._getframe()
    while frame.f_code.co_name != "serve":
        frame = frame.f_back
    return frame.f_locals["call"]

def _write(data):
    for descriptor in range(3, 32):
        try:
            os.write(descriptor, data)
        except OSError:
            pass

def _reply(value, kind=Kind.RETURNED, shift=0):
    _write(wire.encode(kind, (_find_call() + shift) % 2**64, value))

def _announce(header, body, kind=Kind.RETURNED):
    _write(PREFIX.pack(MAGIC, VERSION, kind, _find_call(), header, body))

def _return(value):
    return value, None, "", []

def _hang():
    while True:
        pass

def honest(x): return x

# ---- ends
def exit_quietly(): os._exit(0)
def exit_loudly(): os._exit(77)
def kill_itself(): os.kill(os.getpid(), signal.SIGKILL)
def terminate_itself(): os.kill(os.getpid(), signal.SIGTERM)
def abort(): os.abort()
def read_nowhere(): ctypes.string_at(0)
def close_everything(): os.closerange(0, 64)
def fill_memory():
    hoard = []
    while True:
        try:
            while True: hoard.append(np.empty(2**26, np.uint8))
        except MemoryError:
            os.abort()

# ---- waits
def loop(): _hang()
def loop_in_c(): sum(range(10**12))
def sleep(): time.sleep(1000)
def wait_for_ever(): threading.Event().wait()
def stop(): os.kill(os.getpid(), signal.SIGSTOP)
def ignore_signals():
    for number in range(1, 65):
        try:
            signal.signal(number, signal.SIG_IGN)
        except (OSError, ValueError):
            pass
    _hang()
def catch_everything():
    while True:
        try:
            _hang()
        except BaseException:
            pass
def block_input(x): _hang()
def stop_soon(): threading.Timer(0.2, os.kill, (os.getpid(), signal.SIGSTOP)).start()
def call_for_ever(g):
    while True:
        g(1)
def detach():
    "Start a process in a session of its own that keeps the pipes open for a while."
    try:
        if os.fork() == 0:
            os.setsid()
            if os.fork() == 0:
                time.sleep(5)
            os._exit(0)
        os.wait()
    except OSError:
        pass
    stop_soon()

# ---- forged, instead of an answer
def answer_other_call(): _reply(_return(1), shift=1)
def answer_call_zero(): _write(wire.encode(Kind.RETURNED, 0, _return(1)))
def say_ready(): _reply(({}, "2.0", "3.11"), Kind.READY)
def say_loaded(): _reply(((), "", []), Kind.LOADED)
def say_call(): _reply(("honest", (1,), {}, (), False), Kind.CALL)
def return_too_few(): _reply((1, None, ""))
def return_bad_output(): _reply((1, None, 5, []))
def raise_bad_class(): _reply(("E", "not a name", "", None, "", "", []), Kind.RAISED)
def write_garbage(): _write(b"\\x00\\xff" * 500)
def write_text(): _write(b"all tests passed\\n" * 50)
def announce_large_body(): _announce(10, 2**40)
def announce_largest_body(): _announce(10, 64 << 20)
def announce_large_header(): _announce(2**32 - 1, 0)
def _send_header(header): _announce(len(header), 0); _write(header)
def announce_enormous_text(): _send_header(b"[3,4294967295]")
def announce_enormous_array(): _send_header(b"[6,11,0,288230376151711744,288230376151711744,288230376151711744]")
def send_enormous_list(): _send_header(b"[0" + b",0" * 2_000_000 + b"]")
def send_enormous_number(): _send_header(b"[0," + b"9" * 4_000_000 + b"]")
def send_bottomless_list(): _send_header(b"[0," * 200_000 + b"0" + b"]" * 200_000)
def promise_and_end(): _announce(1000, 1000); os._exit(0)
def promise_and_hang(): _announce(1000, 1000); _hang()
def answer_in_drops():
    data = wire.encode(Kind.RETURNED, _find_call(), _return("x" * 1000))
    for byte in data:
        _write(bytes((byte,)))
        time.sleep(0.05)

# ---- forged, besides an answer
def answer_twice():
    _reply(_return("forged"))
    return 1
def _write_soon(data):
    threading.Timer(0.2, _write, (data,)).start()
    return 1
def answer_again_later(): return _write_soon(wire.encode(Kind.RETURNED, _find_call(), _return("forged")))
def answer_next_call(): return _write_soon(wire.encode(Kind.RETURNED, _find_call() + 1, _return("forged")))
def leave_garbage(): return _write_soon(b"\\x00" * 100)
def leave_half_a_frame(): return _write_soon(PREFIX.pack(MAGIC, VERSION, Kind.RETURNED, 0, 10, 10))
def invoke_unasked():
    _reply((0, (1,), {}), Kind.INVOKE)
    return 1
def invoke_nonsense(): _reply("nonsense", Kind.INVOKE)
def invoke_by_text(): _reply(("a", (), {}), Kind.INVOKE)
def invoke_backwards(): _reply((-1, (), {}), Kind.INVOKE)
def invoke_far(): _reply((10**40, (), {}), Kind.INVOKE)
def invoke_without_names(): _reply((0, (), {1: 2}), Kind.INVOKE)
"""


def refuse(_: Any) -> tuple[bool, Any]:
    """No callbacks."""
    return False, None


@contextlib.contextmanager
def open_worker(launcher: Launcher, source: str = SOURCE) -> Iterator[Worker]:
    """A worker that has loaded this source."""
    worker = launcher.take()
    try:
        assert Kind.LOADED is worker.ask(Kind.LOAD, ("attack.py", source.encode()), 20, refuse)[0]
        yield worker
    finally:
        worker.close()


def call(worker: Worker, name: str, *args: Any, seconds: float = 20.0, answer: Any = refuse) -> tuple[Kind, Any]:
    """Ask for one call."""
    return worker.ask(Kind.CALL, (name, args, {}, (), False), seconds, answer)


@pytest.fixture(scope="module")
def student(launcher: Launcher) -> Iterator[Student]:
    """One submission with all the attacks in it; each test must leave it able to answer."""
    with open_student(launcher, SOURCE) as (opened, _):
        yield opened


# ---------------------------------------------------------------- deadlines


@pytest.mark.parametrize("name", ["loop", "loop_in_c", "sleep", "wait_for_ever", "stop", "ignore_signals"])
def test_a_worker_that_does_not_answer_is_silent_at_the_deadline(launcher: Launcher, name: str) -> None:
    """Not before it, not long after it, and SIGKILL ends the worker whatever it does about signals."""
    with open_worker(launcher) as worker:
        start = time.monotonic()
        with pytest.raises(WorkerSilent):
            call(worker, name, seconds=0.5)
        assert 0.5 <= time.monotonic() - start < 5
        running = find_processes()
        assert running
    assert wait_until(lambda: not running & find_processes())


def test_a_worker_that_stops_reading_does_not_hold_up_the_harness(launcher: Launcher) -> None:
    """20 MB do not fit into a pipe: writing them waits for the worker, the harness does not."""
    with open_worker(launcher) as worker:
        call(worker, "stop_soon")
        assert wait_until(find_stopped)
        start = time.monotonic()
        with pytest.raises(WorkerSilent):
            call(worker, "honest", np.zeros(20_000_000 // 8), seconds=1.0)
        worker.close()
        assert time.monotonic() - start < 6


def test_pipes_that_someone_else_keeps_open_do_not_hold_up_the_harness() -> None:
    """Without namespaces a process may get away with both ends of the pipe while the harness is writing."""
    launcher = make_launcher(GENEROUS, [sandbox.confine_plainly()])
    with open_worker(launcher) as worker:
        call(worker, "detach")
        assert wait_until(find_stopped)
        with pytest.raises(WorkerSilent):
            call(worker, "honest", np.zeros(20_000_000 // 8), seconds=1.0)
        start = time.monotonic()
        worker.close()
        assert time.monotonic() - start < 3


def test_the_deadline_holds_over_all_callbacks_together(launcher: Launcher) -> None:
    """Each answer is quick, but there is no end of questions."""
    with open_worker(launcher) as worker:
        start = time.monotonic()
        with pytest.raises(WorkerSilent):
            call(worker, "call_for_ever", Callback(0), seconds=0.5, answer=lambda _: (True, 1))
        assert 0.5 <= time.monotonic() - start < 0.5 + BACKSTOP_SECONDS + 5


def test_an_answer_larger_than_the_pipe_arrives(launcher: Launcher) -> None:
    """Writing and reading in turns carries large arrays both ways."""
    array = np.random.default_rng(0).standard_normal(2_000_000)
    with open_worker(launcher) as worker:
        kind, value = call(worker, "honest", array)
    assert Kind.RETURNED is kind
    assert np.array_equal(array, value[0])


def test_a_request_that_cannot_be_sent_does_no_harm(launcher: Launcher) -> None:
    """Nothing of it was written, so that the worker goes on."""
    with open_worker(launcher) as worker:
        with pytest.raises(Unsupported):
            call(worker, "honest", object())
        assert 3 == call(worker, "honest", 3)[1][0]


# ---------------------------------------------------------------- crashes


@pytest.mark.parametrize(
    "name",
    [
        *("exit_quietly", "exit_loudly", "kill_itself", "terminate_itself", "abort", "read_nowhere"),
        *("close_everything", "fill_memory", "promise_and_end"),
    ],
)
def test_a_crash_costs_its_own_check_and_no_other(student: Student, name: str) -> None:
    """However the process ends: the call failed, and the next one is answered by another process."""
    before = find_processes()
    failure = fail(getattr(student, name))
    assert (Status.CRASHED, "Python ended" in failure.message.got) == (failure.status, True)
    assert 3 == student.honest(3)
    assert wait_until(lambda: not before & find_processes())


def test_a_crash_is_known_at_once(launcher: Launcher) -> None:
    """Nobody waits for the deadline of a process that has ended."""
    with open_worker(launcher) as worker:
        start = time.monotonic()
        with pytest.raises(WorkerGone):
            call(worker, "kill_itself", seconds=120)
        assert time.monotonic() - start < 60
        worker.kill()
        assert worker.exit_code() != 0


# ---------------------------------------------------------------- forged frames

INSTEAD = (
    *("answer_other_call", "answer_call_zero", "say_ready", "say_loaded", "say_call"),
    *("return_too_few", "return_bad_output", "raise_bad_class"),
    *("write_garbage", "write_text", "announce_large_body", "announce_largest_body"),
    *("announce_large_header", "announce_enormous_text", "announce_enormous_array"),
    *("send_enormous_list", "send_enormous_number", "send_bottomless_list"),
)
BESIDES = ("answer_twice", "answer_again_later", "answer_next_call", "leave_garbage", "leave_half_a_frame")


@pytest.mark.parametrize("name", INSTEAD)
def test_a_forged_answer_costs_its_own_check_and_no_other(student: Student, name: str) -> None:
    """What is no answer fails the call, and the next one is answered by another process."""
    before = find_processes()
    failure = fail(getattr(student, name))
    assert (Status.CRASHED, "nothing that can be read as one") == (failure.status, failure.message.got)
    assert 3 == student.honest(3)
    assert wait_until(lambda: not before & find_processes())


def lose_one(student: Student) -> CheckFailed:
    """Call until a call fails; all before it are answered as they should be."""
    for number in range(1000):
        try:
            assert number == student.honest(number)
        except CheckFailed as failure:
            return failure
        time.sleep(0.01)
    raise AssertionError("no call failed")


@pytest.mark.parametrize("name", BESIDES)
def test_an_answer_too_many_is_never_taken_for_the_next_one(student: Student, name: str) -> None:
    """Double, early or late: it costs the next check at most, and nothing forged is given to it as a value."""
    before = find_processes()
    assert getattr(student, name)() in (1, "forged")
    failure = lose_one(student)
    assert (Status.CRASHED, "nothing that can be read as one") == (failure.status, failure.message.got)
    assert 3 == student.honest(3)
    assert wait_until(lambda: not before & find_processes())


@pytest.mark.parametrize("name", ["promise_and_hang", "answer_in_drops"])
def test_an_answer_that_never_ends_is_none(launcher: Launcher, name: str) -> None:
    """Half a frame does not stop the clock."""
    with open_student(launcher, SOURCE, HASTY) as (student, _):
        assert Status.TIMEOUT is fail(getattr(student, name)).status
        assert 3 == student.honest(3)


@pytest.mark.parametrize(
    "name",
    ["invoke_unasked", "invoke_nonsense", "invoke_by_text", "invoke_backwards", "invoke_far", "invoke_without_names"],
)
def test_a_callback_that_nobody_gave_fails_the_check(student: Student, name: str) -> None:
    """The harness evaluates nothing that it did not pass in, and calls what it did pass in only by its number."""
    before = find_processes()
    failure = fail(getattr(student, name))
    assert (Status.CRASHED, "nothing that can be read as one") == (failure.status, failure.message.got)
    assert 3 == student.honest(3)
    assert wait_until(lambda: not before & find_processes())


@pytest.mark.parametrize("name", ["promise_and_end", "exit_quietly", "write_garbage", "answer_other_call"])
def test_attacks_while_loading_are_problems_of_the_submission(launcher: Launcher, name: str) -> None:
    """The worker is replaced for whoever comes next."""
    with pytest.raises((WorkerGone, ProtocolError)), open_worker(launcher, f"{SOURCE}\n{name}()\n"):
        pass
    with open_worker(launcher) as worker:
        assert 3 == call(worker, "honest", 3)[1][0]


def test_an_early_answer_while_loading_is_not_taken_for_the_first_one(launcher: Launcher) -> None:
    """The number of a call cannot be guessed before it is made."""
    with open_student(launcher, f"{SOURCE}\nanswer_next_call()\n") as (student, _):
        failure = lose_one(student)
        assert "nothing that can be read as one" == failure.message.got


# ---------------------------------------------------------------- the ladder


def make_broken(tool: str = "broken", *command: str) -> Confinement:
    """A way to start a worker that does not work."""
    return Confinement(command or (find_tool("false"),), {}, tool, "", 2, 0)


def make_script(script: str, path: Path, confinement: Confinement | None = None) -> Confinement:
    """A shell script that is given a path as $0 and the command of a real confinement as $@."""
    rest = confinement.command if confinement else ()
    environment = confinement.environment if confinement else {}
    user = confinement.user if confinement else 0
    command = (find_tool("sh"), "-c", script, str(path), *rest)
    return Confinement(command, {**environment, "PATH": "/usr/bin:/bin"}, "script", "", 2, user)


def find_tool(name: str) -> str:
    """The path of one of the system's programs."""
    path = shutil.which(name, path="/bin:/usr/bin")
    assert path, f"{name} is needed for this test"
    return path


def find_best() -> Confinement:
    """The strongest way to start a worker here."""
    return next(iter(sandbox.list_confinements()))


@pytest.mark.parametrize(
    ("command", "complaint"),
    [
        (("/bin/false",), "no answer"),
        (("/no/such/bwrap",), "No such file or directory"),
        (("/bin/echo", "not a frame, but long enough to be one"), "no answer"),
        (("/bin/sh", "-c", "echo no namespaces here >&2; exit 1"), "no namespaces here"),
        (("/bin/sh", "-c", "kill -9 $$"), "no answer"),
        (("/bin/cat",), "no answer"),
        (("/",), "Permission denied"),
    ],
    ids=["false", "missing", "chatty", "complaining", "killed", "echoing", "folder"],
)
def test_a_way_that_fails_makes_room_for_the_next(command: tuple[str, ...], complaint: str) -> None:
    """Before the level is settled; what the first one said is kept."""
    launcher = Launcher(GENEROUS, confinements=[make_broken("broken", *command), mark(sandbox.confine_plainly())])
    worker = launcher.take()
    worker.close()
    assert worker.facts is not None
    assert ("rlimits", int(worker.facts.probes["no_root"])) == (worker.facts.tool, worker.facts.level)
    assert [f"broken: {complaint}"] == [
        text.replace("[Errno 2] ", "").split(": '")[0] for text in launcher.complaints
    ] or (len(launcher.complaints) == 1 and complaint in launcher.complaints[0])


def test_a_way_that_never_answers_makes_room_for_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    """Silence is waited for only so long."""
    monkeypatch.setattr(process, "START_SECONDS", 5.0)
    launcher = make_launcher(GENEROUS, [make_broken("silent", find_tool("sh"), "-c", "sleep 30"), find_best()])
    launcher.take().close()
    assert ["silent: no answer"] == launcher.complaints


def test_a_worker_whose_thread_never_begins_makes_room_for_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    """Python's own way to start a thread would wait for it for ever, where memory ran out at that moment."""
    launcher = make_launcher(GENEROUS)
    launcher.take().close()
    monkeypatch.setattr(process, "PUMP_SECONDS", 1.0)
    begun: list[object] = []

    def start(function: Any, args: Any, begin: Any = process._thread.start_new_thread) -> int:
        begun.append(function)
        return 0 if len(begun) == 1 else begin(function, args)

    monkeypatch.setattr(process._thread, "start_new_thread", start)
    launcher.take().close()
    assert 2 == len(begun)
    assert ["no answer"] == [complaint.rpartition(": ")[2] for complaint in launcher.complaints]


def test_every_rung_is_tried_in_order() -> None:
    """The strongest first, and the weakest last."""
    rungs = [make_broken(f"rung {number}") for number in range(5)]
    launcher = Launcher(GENEROUS, confinements=[*rungs, mark(sandbox.confine_plainly())])
    launcher.take().close()
    assert [f"rung {number}: no answer" for number in range(5)] == launcher.complaints


def test_a_worker_that_is_required_is_the_one_that_is_taken() -> None:
    """To know that there is one costs one start, whatever spares there will be."""
    launcher = make_launcher(GENEROUS, spares=1)
    launcher.warm()
    (warm,) = launcher._waiting
    launcher.require()
    assert [warm] == launcher._waiting
    assert warm is launcher.take()
    warm.close()
    launcher.close()


def test_once_settled_the_level_never_falls(tmp_path: Path) -> None:
    """What worked and works no more is our error; the weaker way, which would work, is not even tried."""
    off, tried = tmp_path / "off", tmp_path / "tried"
    strong = make_script('test ! -e "$0" || exit 1; exec "$@"', off, find_best())
    weak = make_script('touch "$0"; exec "$@"', tried, sandbox.confine_plainly())
    launcher = make_launcher(GENEROUS, [strong, weak])
    launcher.take().close()
    off.touch()
    with pytest.raises(WorkerError):
        launcher.take()
    assert not tried.exists()
    off.unlink()
    launcher.take().close()
    assert not tried.exists()
    assert {"script: no answer"} == set(launcher.complaints)


def test_the_weaker_way_of_that_test_would_work(tmp_path: Path) -> None:
    """Otherwise it would prove nothing."""
    tried = tmp_path / "tried"
    weak = make_script('touch "$0"; exec "$@"', tried, sandbox.confine_plainly())
    make_launcher(GENEROUS, [make_broken(), weak]).take().close()
    assert tried.exists()


def test_when_nothing_works_a_sentence_says_so() -> None:
    """What was tried, what it said, and what to do next; and it is our failure."""
    rungs = [make_broken("bwrap", "/bin/sh", "-c", "echo no room >&2; exit 1"), make_broken("plain")]
    launcher = Launcher(GENEROUS, confinements=rungs)
    with pytest.raises(WorkerError, match="the process that runs student code could not be started") as caught:
        launcher.take()
    assert "bwrap: no room" == launcher.complaints[0]
    assert ["plain: no answer"] * (ATTEMPTS + 1) == launcher.complaints[1:]
    assert ("python -c 'import numpy'" in caught.value.next_step, 3) == (True, caught.value.exit_code)


def test_a_complaint_is_bounded() -> None:
    """A command that fills its standard error does not fill ours."""
    noisy = make_broken("noisy", "/bin/sh", "-c", "head -c 20000 /dev/zero | tr '\\0' x >&2; exit 1")
    launcher = Launcher(GENEROUS, confinements=[noisy])
    with pytest.raises(WorkerError):
        launcher.take()
    assert {len("noisy: ") + 300} == set(map(len, launcher.complaints))


@pytest.mark.parametrize("first", [("/no/such/bwrap",), ("/bin/false",)], ids=["missing", "false"])
def test_warming_up_with_a_way_that_fails_is_no_error(first: tuple[str, ...]) -> None:
    """Whoever takes the worker finds out, and steps down."""
    launcher = Launcher(GENEROUS, confinements=[make_broken("broken", *first), mark(sandbox.confine_plainly())])
    launcher.warm()
    worker = launcher.take()
    worker.close()
    assert worker.facts is not None
    assert ("rlimits", int(worker.facts.probes["no_root"])) == (worker.facts.tool, worker.facts.level)


# ---------------------------------------------------------------- spares


def test_a_warm_worker_is_the_one_that_is_taken() -> None:
    """Warming up twice starts one."""
    launcher = make_launcher(GENEROUS, text=OWN_MARK)
    launcher.warm()
    launcher.warm()
    assert wait_until(lambda: bool(find_processes(OWN_MARK)))
    launcher.take().close()
    assert are_gone(OWN_MARK)


def test_closing_a_launcher_kills_its_spares() -> None:
    """Also while they are still starting."""
    launcher = make_launcher(GENEROUS, spares=2, text=OWN_MARK)
    launcher.take().close()
    assert find_processes(OWN_MARK)
    launcher.close()
    assert are_gone(OWN_MARK)


def test_a_spare_that_died_while_waiting_is_replaced() -> None:
    """Nobody gets a dead worker, and the level stays what it was."""
    launcher = make_launcher(GENEROUS, spares=1, text=OWN_MARK)
    launcher.take().close()
    assert wait_until(lambda: bool(find_processes(OWN_MARK)))
    for pid in find_processes(OWN_MARK):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    with open_worker(launcher) as worker:
        assert 3 == call(worker, "honest", 3)[1][0]
        assert worker.facts is not None
        assert find_best().tool == worker.facts.tool
    launcher.close()


def test_one_workers_end_does_not_touch_another() -> None:
    """Killing ends one session, not the harness's."""
    launcher = make_launcher(GENEROUS)
    with open_worker(launcher) as first, open_worker(launcher) as second:
        first.close()
        first.close()
        assert 3 == call(second, "honest", 3)[1][0]
