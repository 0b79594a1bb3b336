"""A batch on a machine that fails for a while: see tests/rough_night.py, which does it with hundreds."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.rough_night import grade_calmly, grade_roughly, list_losses, write_class

NUMBER, SECONDS = 14, 2.0


@pytest.mark.skipif(sys.platform != "linux", reason="the failures are made of Linux's namespaces and limits")
def test_nobody_loses_a_point_by_the_machine_s_failures(tmp_path: Path) -> None:
    """Bubblewrap vanishes and comes back, memory runs out and comes back: every score is that of a calm night."""
    write_class(tmp_path, NUMBER)
    calm, rough = grade_calmly(tmp_path), grade_roughly(tmp_path, SECONDS)
    assert NUMBER == len(calm.scores) == len(rough.scores)
    assert None not in calm.scores.values()
    assert [] == list_losses(calm, rough)
