"""The verdict on a check: what of a likely cause is said in a public check, and what in a hidden one."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any, cast

import pytest

from grader.checks.run import Run
from grader.errors import CheckFailed
from grader.harness.verdict import judge
from grader.model.course import Visibility
from grader.model.report import Check, Message, Status
from grader.worker.trace import Trace

FAILED = Message(expected="1", got="3", likely="yours is too large", quoted="yours is 2 too large", cause="offset")


def judge_failure(visibility: Visibility, message: Message) -> Message | None:
    """The message of a check that failed with this one."""
    client = cast("Any", SimpleNamespace(trace=Trace(answered=True), is_judged_out=False))
    check = Check(f"{visibility}/test_double", "double of 2 is 4", "double", visibility, 1)
    run = Run(check, client, source=cast("Any", None), seed=0)
    return judge(run, CheckFailed(message, Status.FAILED), 0.1).message


def test_of_a_public_check_the_cause_is_told_with_its_values() -> None:
    """There is nothing to hide, and one text is enough."""
    assert judge_failure(Visibility.PUBLIC, FAILED) == replace(FAILED, likely="yours is 2 too large", quoted="")
    plain = replace(FAILED, quoted="")
    assert judge_failure(Visibility.PUBLIC, plain) == plain


@pytest.mark.parametrize("quoted", ["yours is 2 too large", ""])
def test_of_a_hidden_check_the_values_are_kept_apart(quoted: str) -> None:
    """The staff read them; `redact` takes the text that has none."""
    message = replace(FAILED, quoted=quoted)
    assert judge_failure(Visibility.HIDDEN, message) == message
