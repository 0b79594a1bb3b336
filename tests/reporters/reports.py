"""Tiny reports, each named by what became of the submission."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from grader.model.course import Visibility
from grader.model.report import (
    AssignmentRef,
    CheckResult,
    Environment,
    FileRef,
    GraderRef,
    Message,
    Mode,
    Report,
    Status,
    SubmissionRef,
    TaskResult,
    View,
)
from grader.model.submission import Problem, Where

NOW = datetime(2026, 10, 10, 15, 0, tzinfo=UTC)

EVIL = (
    "\x1b[31mred\x1b[0m \x1b]8;;http://evil.example\x07link\x1b]8;;\x07 \x9b2J"
    " \u202egnp.exe\u202c \u200b\ufeff"
    " <script>alert(1)</script> | ]]> `tick` ``` @teacher https://evil.example [a](b) \x00 \udc80 \r%"
    " ##[add-mask]x"
)
EVIL_LINES = f"::error::{EVIL}\n  ::set-output name=score::100\n```\n</pre><b>bold</b>\n"


def make_check(  # one keyword per thing a test varies
    name: str,
    status: Status = Status.PASSED,
    points: int = 2,
    *,
    message: Message | None = None,
    output: str = "",
    visibility: Visibility = Visibility.PUBLIC,
    case: str = "",
) -> CheckResult:
    """Make the result of one check, worth `points` if it passed."""
    earned = points if status is Status.PASSED else 0
    id = f"{visibility}/test_{name.replace(' ', '_')}{case}"
    return CheckResult(id, name, visibility, status, earned, points, 0.25, message, output)


def make_task(title: str, status: Status, *checks: CheckResult, max_score: int = 20, **more: object) -> TaskResult:
    """Make the result of one task from its checks."""
    score, judged = sum(check.points for check in checks), sum(check.max_points for check in checks)
    task = TaskResult(title.partition(",")[0], title, status, score, judged, max_score, checks)
    return replace(task, **more)  # type: ignore[arg-type]


def make_report(*tasks: TaskResult, status: Status = Status.FAILED, **more: object) -> Report:
    """Make a report of the fourth homework from its tasks."""
    report = Report(
        view=View.STUDENT,
        mode=Mode.LOCAL,
        official=False,
        grader=GraderRef("nn-grader", "0.1.0"),
        course="Neural networks",
        assignment=AssignmentRef("hw4", "Softmax", "a1" * 32, "hw4_softmax", "softmax.py", "2026-10-12T23:59:00+00:00"),
        submission=SubmissionRef("kim", (FileRef("softmax.py", "b2" * 32),)),
        status=status,
        score=sum(task.score for task in tasks),
        judged=sum(task.judged for task in tasks),
        max_score=100,
        problem=None,
        tasks=tasks,
        sandbox=None,
        environment=Environment("3.12.1", "2.1.0", None, "linux"),
        seed=None,
        started_at="2026-10-10T15:00:00+00:00",
        seconds=1.5,
    )
    return replace(report, **more)  # type: ignore[arg-type]


def make_partly_right() -> Report:
    """One task fails, one is a stub, one passes only with the course's function."""
    message = Message(
        called="log_softmax(z)      z is float64 (3, 5), largest entry 1000.0",
        expected="finite numbers",
        got="-inf in 8 of 15 entries; first at [0, 1]",
        where=Where("softmax.py", 14),
        likely="softmax gave exactly 0 there (it underflows), and log(0) is -inf",
    )
    return make_report(
        make_task(
            "softmax",
            Status.PASSED,
            *(make_check(f"each row sums to {word}", Status.PASSED) for word in ("1", "one", "1.0", "unity")),
        ),
        make_task(
            "log_softmax",
            Status.FAILED,
            make_check("agrees with the logarithm of softmax"),
            make_check("is finite when one logit dominates", Status.FAILED, 3, message=message),
        ),
        make_task(
            "softmax_cross_entropy",
            Status.PASSED,
            make_check("is the mean over the batch", points=6),
            follow_through=("log_softmax",),
        ),
        make_task(
            "predict, accuracy",
            Status.NOT_ATTEMPTED,
            make_check("takes the largest", Status.NOT_ATTEMPTED),
            make_check("counts the right ones", Status.NOT_ATTEMPTED),
        ),
        make_task("sigmoid_via_softmax", Status.PASSED, make_check("agrees with sigmoid")),
    )


def make_all_right() -> Report:
    """Every public and every hidden check passes, as the staff sees it."""
    hidden = make_check("holds for other shapes", points=58, visibility=Visibility.HIDDEN)
    return make_report(
        make_task("softmax", Status.PASSED, make_check("each row sums to 1"), hidden, max_score=60),
        make_task("log_softmax", Status.PASSED, make_check("is never positive", points=40), max_score=40),
        status=Status.PASSED,
        view=View.STAFF,
        mode=Mode.BATCH,
        official=True,
    )


def make_untouched() -> Report:
    """Nothing has been written yet; the second task has hidden checks alone."""
    todo = make_check("each row sums to 1", Status.NOT_ATTEMPTED)
    return make_report(
        make_task("softmax", Status.NOT_ATTEMPTED, todo, max_score=60),
        make_task("train", Status.SKIPPED, max_score=40),
        status=Status.NOT_ATTEMPTED,
    )


def make_syntax_error() -> Report:
    """The file cannot be read by Python, so no check was run."""
    skipped = make_check("each row sums to 1", Status.SKIPPED, 8)
    problem = Problem(
        kind="syntax_error",
        summary="Python cannot read softmax.py: '(' was never closed",
        next_step="Look for the missing bracket at the caret, or just before it.",
        where=Where("softmax.py", 14),
        excerpt="    가중치 = np.exp(z - z.max(\n                         ^",
    )
    return make_report(
        make_task("softmax", Status.SKIPPED, skipped),
        make_task("log_softmax", Status.SKIPPED, make_check("is never positive", Status.SKIPPED, 5)),
        problem=problem,
    )


def make_missing_file() -> Report:
    """There is no file to grade, hence no place in it either."""
    skipped = make_check("each row sums to 1", Status.SKIPPED, 8)
    problem = Problem("missing_file", "softmax.py is not in this folder", "Save it as hw4_softmax/softmax.py.")
    return make_report(
        make_task("softmax", Status.SKIPPED, skipped), problem=problem, submission=SubmissionRef("kim", ())
    )


def make_our_error() -> Report:
    """One task could not be checked because the reference failed; another failed by itself."""
    fault = Message(got="the reference needs torch, which is not installed")
    wrong = Message(expected="shape (3, 5)", got="shape (5,)", likely="the rows were summed away")
    return make_report(
        make_task("softmax", Status.FAILED, make_check("keeps the shape", Status.FAILED, message=wrong)),
        make_task(
            "log_softmax",
            Status.ERROR,
            make_check("is never positive", Status.ERROR, message=fault),
            max_score=80,
        ),
        status=Status.ERROR,
        score=None,
        view=View.STAFF,
        warnings=("Student code ran at sandbox level 1 of 3.",),
    )


def make_slow_and_crashed() -> Report:
    """One task never ends, one takes the process down, a hidden check fails without a message."""
    hidden = make_check("holds for one column", Status.FAILED, visibility=Visibility.HIDDEN)
    return make_report(
        make_task(
            "softmax",
            Status.TIMEOUT,
            make_check("ends", Status.TIMEOUT, output="step 1\nstep 2\n"),
            max_score=40,
        ),
        make_task("log_softmax", Status.CRASHED, make_check("returns", Status.CRASHED), max_score=40),
        make_task(
            "predict, accuracy",
            Status.FAILED,
            make_check("takes the largest"),
            hidden,
            make_check("counts", Status.NOT_ATTEMPTED),
        ),
    )


def make_korean() -> Report:
    """Titles and names take two columns per letter."""
    message = Message(expected="합이 1", got="합이 2", where=Where("softmax.py", 9))
    return make_report(
        make_task("소프트맥스", Status.FAILED, make_check("각 행의 합은 1이다", Status.FAILED, message=message)),
        make_task("log_softmax", Status.PASSED, make_check("음수이거나 0이다", points=5)),
        make_task("교차 엔트로피와 그 기울기", Status.NOT_ATTEMPTED, make_check("평균", Status.NOT_ATTEMPTED, 8)),
        assignment=AssignmentRef(
            "hw4", "소프트맥스 회귀", "a1" * 32, "hw4_softmax", "softmax.py", "2026-10-12T23:59:00+09:00"
        ),
    )


def make_hostile() -> Report:
    """Every string that a student may have had a hand in attacks whoever shows it."""
    message = Message(EVIL, EVIL_LINES, EVIL_LINES, Where("soft\x1b[2Jmax.py", 3), EVIL)
    check = make_check("is bounded", Status.FAILED, message=message, output=EVIL_LINES * 20)
    return make_report(
        make_task(f"softmax {EVIL}", Status.FAILED, check),
        make_task(f"=1+1 {EVIL}", Status.PASSED, make_check(EVIL), follow_through=(EVIL,)),
        problem=Problem(EVIL, EVIL_LINES, EVIL_LINES, Where(EVIL, 3), f"{EVIL}\n     ^"),
        warnings=(EVIL_LINES,),
        submission=SubmissionRef(EVIL, (FileRef(EVIL, "b2" * 32),)),
        mode=Mode.BATCH,
    )
