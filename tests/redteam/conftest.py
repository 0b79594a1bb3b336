"""The red team's nights: one at every level that this machine has with `--every-level`, otherwise at the best one."""

from __future__ import annotations

import pytest

from grader.worker.walls import cgroup


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A night for each level."""
    if "night" in metafunc.fixturenames:
        levels = find_levels()
        every = metafunc.config.getoption("--every-level")
        metafunc.parametrize(
            "night", levels if every else levels[:1], indirect=True, scope="module", ids="level{}".format
        )


def find_levels() -> list[int]:
    """3 where control groups can be made; 2 as an ordinary user; 1 as one who has no bubblewrap."""
    return [3] * bool(cgroup.find_place()) + [2, 1]
