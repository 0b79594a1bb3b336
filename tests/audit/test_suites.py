"""What the source of a suite gives away: chance without a seed, and values in what students read."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.audit.suites import list_chance, list_quoting


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("rng.normal(size=3)", False),
        ("np.random.default_rng(3)", False),
        ("np.random.default_rng(seed=3)", False),
        ("default_rng(7).normal()", False),
        ("time.sleep(1)", False),
        ("self.random.choice(3)", False),
        ("np.random.default_rng()", True),
        ("numpy.random.default_rng().normal()", True),
        ("default_rng()", True),
        ("np.random.rand(3)", True),
        ("np.random.seed(3)", True),
        ("random.random()", True),
        ("random.choice([1, 2])", True),
        ("time.time()", True),
        ("os.urandom(8)", True),
        ("uuid.uuid4()", True),
        ("hash('a')", True),
    ],
)
def test_chance_without_a_seed_is_found(tmp_path: Path, line: str, found: bool) -> None:
    """Each call on a line of its own; a seed that is written down is one."""
    path = tmp_path / "test_x.py"
    path.write_text(f"def f(rng):\n    return {line}\n")
    places = list_chance([path])
    assert found == bool(places)
    assert all(place.startswith(f"{tmp_path.name}/test_x.py:2 ") for place in places)


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ('require(ok, "small", f"{x}", "too large")', False),
        ('require(ok, say("{n} values", n=3), say("{x:.3f}", x=x), "too large")', False),
        ('require(ok, "a", "b", say("layer {number} is missing", number=n))', False),
        ('assert_close(a, b, {"the sum": a.sum()})', False),
        ('{f"dW{n}": a}', False),
        ('require(ok, "small", "large", f"x was {x}")', True),
        ('require(ok, "small", "large", likely=f"x was {x}")', True),
        ('require(ok, "small", "large", "x was %s" % x)', True),
        ('require(ok, "small", "large", "x was {}".format(x))', True),
        ('require(ok, "small", "large", "x was " + str(x))', True),
        ('require(ok, "small", "large", say("x was {x:.3f}", x=x))', True),
        ('assert_close(a, b, {f"not {x} times": a})', True),
        ('raise CheckFailed(Message(likely=f"x was {x}"), Status.FAILED)', True),
    ],
)
def test_a_value_in_a_likely_cause_is_found(tmp_path: Path, line: str, found: bool) -> None:
    """What was expected and what came may have values: students do not see either of a hidden check."""
    path = tmp_path / "test_x.py"
    path.write_text(f"def f(x):\n    {line}\n")
    assert found == bool(list_quoting([path]))
