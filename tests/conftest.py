"""What tests of several parts share: the real course, and a way to run as an ordinary user."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from grader.course.manifest import find_assignment, read_course
from grader.language import choose
from grader.model.course import Assignment, Course
from tests.cli.commands import clean_environment
from tests.courses import write_course
from tests.nobody import write_command

ROOT = Path(__file__).parent.parent


def pytest_addoption(parser: pytest.Parser) -> None:
    """What takes too long for every day."""
    parser.addoption("--every-level", action="store_true", help="grade the red team at every level that there is here")


@pytest.fixture(scope="session", autouse=True)
def cache_of_our_own(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Leave the cache of whoever runs the tests alone, and start each run without one."""
    os.environ["XDG_CACHE_HOME"] = str(tmp_path_factory.mktemp("cache"))


@pytest.fixture(scope="session", autouse=True)
def plain_environment(cache_of_our_own: None) -> Iterator[None]:
    """Leave out what the machine that runs the tests has set for itself, such as CI."""
    with pytest.MonkeyPatch.context() as patch:
        for name in set(os.environ) - set(clean_environment()):
            patch.delenv(name)
        yield


@pytest.fixture
def tiny(tmp_path: Path) -> Path:
    """A course of one homework with two tasks, in a folder of the test's own."""
    return write_course(tmp_path / "course").root


@pytest.fixture(scope="session", autouse=True)
def english(plain_environment: None) -> None:
    """Whatever language the machine of whoever runs the tests is set to."""
    os.environ["GRADE_LANG"] = "en"


@pytest.fixture(scope="session", autouse=True)
def interruptible() -> None:
    """Let no process of the tests inherit that Ctrl-C or the end of a terminal is ignored.

    A script's background job ignores the one, a command behind `nohup` the other, and both hand that on.
    """
    signal.signal(signal.SIGINT, signal.default_int_handler)
    if hasattr(signal, "SIGHUP"):
        signal.signal(signal.SIGHUP, signal.SIG_DFL)


@pytest.fixture
def korean() -> Iterator[None]:
    """Speak Korean, and English again afterwards, as the other tests expect."""
    choose("ko")
    yield
    choose("en")


@pytest.fixture(scope="session")
def course() -> Course:
    """The course of this repository."""
    return read_course(ROOT)


@pytest.fixture(scope="session")
def hw4(course: Course) -> Assignment:
    """The homework that most tests grade."""
    return find_assignment(course, "hw4")


@pytest.fixture
def run_as_nobody(tmp_path: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Run Python with these arguments as an ordinary user (uid 65534 under root, else the one who runs the tests)."""
    home = tmp_path / "nobody"
    home.mkdir(mode=0o777)
    home.chmod(0o777)
    command, environment = write_command(home)

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        whole = [*command, *arguments]
        return subprocess.run(whole, env=environment, capture_output=True, text=True, cwd="/", timeout=300, check=False)

    return run
