"""The fuzz job itself: short here, by the million with `make fuzz`."""

from __future__ import annotations

import pytest

from tests import fuzz
from tests.fuzz import TARGETS, try_many


@pytest.mark.parametrize("name", TARGETS)
def test_damaged_input_is_refused_in_our_own_words(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Some of it is still good, most is not, nothing crashes and no memory goes."""
    assert try_many(name, 5000, seed=2)
    told = capsys.readouterr().out
    assert "accepted" in told
    assert "refused" in told or "bad_archive" in told
    assert "0 crashes" in told


@pytest.mark.parametrize("name", TARGETS)
def test_what_was_not_damaged_is_accepted(name: str) -> None:
    """Otherwise nothing would be tried."""
    assert ["accepted"] * len(TARGETS[name].valid()) == list(map(TARGETS[name].attempt, TARGETS[name].valid()))


def test_a_crash_is_shown(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """With the bytes that did it."""

    def crash(data: bytes) -> str:
        return f"{1 / (len(data) % 7)}"

    monkeypatch.setitem(fuzz.TARGETS, "frames", TARGETS["frames"]._replace(attempt=crash))
    monkeypatch.setattr(fuzz, "WARM_UP", 0)
    assert not try_many("frames", 100, seed=2)
    assert "ZeroDivisionError" in capsys.readouterr().out
