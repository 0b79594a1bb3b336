"""What tests of several parts share: the real course, and a way to run as an ordinary user."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
from collections.abc import Callable
from pathlib import Path

import pytest

from grader.assignment import find_assignment, read_course
from grader.model import Assignment, Course

ROOT = Path(__file__).parent.parent
NOBODY = 65534

# As root, Python and this repository may lie where nobody else can read them (/root). A mount namespace of the test's
# own shows them elsewhere, and root is given up for good before Python starts.
_AS_NOBODY = """
mount -t tmpfs -o mode=0755 tmpfs /mnt
mkdir /mnt/python /mnt/root /mnt/site
mount --bind "$1" /mnt/python
mount --bind "$2" /mnt/root
mount --bind "$3" /mnt/site
shift 3
exec setpriv --reuid=65534 --regid=65534 --clear-groups --inh-caps=-all --no-new-privs "$@"
"""


@pytest.fixture(scope="session", autouse=True)
def cache_of_our_own(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Leave the cache of whoever runs the tests alone, and start each run without one."""
    os.environ["XDG_CACHE_HOME"] = str(tmp_path_factory.mktemp("cache"))


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
    base, site = Path(sys._base_executable), sysconfig.get_path("purelib")  # type: ignore[attr-defined]
    command, root = [str(base)], str(ROOT)
    environment = {"HOME": str(home), "PATH": "/usr/bin:/bin", "PYTHONDONTWRITEBYTECODE": "1"}
    if os.geteuid() == 0:
        command = ["unshare", "--mount", "sh", "-ec", _AS_NOBODY, "sh", sys.base_prefix, root, site]
        command.append(str("/mnt/python" / base.relative_to(sys.base_prefix)))
        root, site = "/mnt/root", "/mnt/site"
        environment["LD_LIBRARY_PATH"] = f"/mnt/python/{sys.platlibdir}"
    environment["PYTHONPATH"] = os.pathsep.join([root, site])

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        whole = [*command, *arguments]
        return subprocess.run(whole, env=environment, capture_output=True, text=True, cwd="/", timeout=300, check=False)

    return run
