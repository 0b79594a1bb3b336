"""The report as it is drawn in a terminal."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest
from rich.cells import cell_len

from grader.model.course import Visibility
from grader.model.report import AssignmentRef, Changes, Message, Report, Status
from grader.model.submission import Problem, Where
from grader.reporters import terminal
from tests.reporters import reports
from tests.reporters.golden_texts import TEXTS, list_texts, read_golden

MAKERS = [
    reports.make_partly_right,
    reports.make_all_right,
    reports.make_untouched,
    reports.make_syntax_error,
    reports.make_missing_file,
    reports.make_our_error,
    reports.make_slow_and_crashed,
    reports.make_korean,
    reports.make_hostile,
]
STYLE = re.compile(r"\x1b\[[0-9;]*m")


def draw_lines(report: Report, width: int = 80) -> list[str]:
    """Draw a report without colour, as lines without their margins."""
    return [line.strip() for line in terminal.render(report, width=width).splitlines()]


@pytest.mark.parametrize("name", list_texts("terminal"))
def test_screens_are_as_agreed(name: str) -> None:
    """Each kind of report is drawn exactly as its golden text."""
    assert read_golden(name) == TEXTS[name]()


@pytest.mark.parametrize("width", [40, 60, 61, 80, 99, 120, 200])
@pytest.mark.parametrize("encoding", ["utf-8", "ascii"])
@pytest.mark.parametrize("make", MAKERS)
def test_lines_fit_and_end_without_blanks(make: type[Report], width: int, encoding: str) -> None:
    """No line is wider than the terminal, none ends in a space, none is empty."""
    lines = terminal.render(make(), width=width, encoding=encoding, now=reports.NOW).split("\n")
    assert lines.pop() == ""
    assert [line for line in lines if cell_len(line) > width or line.endswith(" ") or not line] == []


@pytest.mark.parametrize("make", MAKERS)
def test_colour_adds_nothing_but_style(make: type[Report]) -> None:
    """Without its style sequences a coloured screen is the plain one."""
    colored = terminal.render(make(), color=True)
    assert terminal.render(make()) == STYLE.sub("", colored)
    assert colored != STYLE.sub("", colored)


@pytest.mark.parametrize("make", MAKERS)
def test_ascii_means_ascii(make: type[Report]) -> None:
    """Where a stream encodes ASCII alone, a report can be written to it."""
    assert terminal.render(make(), encoding="ascii").isascii()


@pytest.mark.parametrize("color", [False, True], ids=["plain", "color"])
def test_the_environment_decides_nothing(color: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whether there is colour, and how wide a line is, is the caller's to say."""
    expected = terminal.render(reports.make_korean(), color=color)
    for name, value in {"NO_COLOR": "1", "FORCE_COLOR": "1", "TERM": "dumb", "COLUMNS": "20"}.items():
        monkeypatch.setenv(name, value)
    assert expected == terminal.render(reports.make_korean(), color=color)


def test_hostile_text_is_shown_and_not_obeyed() -> None:
    """What students wrote reaches the terminal as printable characters and line ends only."""
    shown = set(terminal.render(reports.make_hostile(), width=200))
    assert {"\n"} == {character for character in shown if not character.isprintable()}


def test_titles_are_no_markup() -> None:
    """Square brackets and colons in a title are letters, not styles and pictures."""
    task = reports.make_task("[bold]a[/] :smile:", Status.PASSED, reports.make_check("b"))
    report = reports.make_report(task)
    assert draw_lines(report)[2] == "✓ 1  [bold]a[/] :smile:    ok        2 /  2    1 check passed"


def test_columns_align_with_wide_letters() -> None:
    """The status words stand below each other whatever the script of the titles."""
    rows = terminal.render(reports.make_korean()).splitlines()[2:5]
    starts = [cell_len(re.split("FAIL|ok|todo", row)[0]) for row in rows]
    assert starts == [36, 36, 36]


@pytest.mark.usefixtures("korean")
@pytest.mark.parametrize("width", [60, 80, 200])
@pytest.mark.parametrize("encoding", ["utf-8", "cp949"])
@pytest.mark.parametrize("make", MAKERS)
def test_a_korean_report_fits(make: Callable[[], Report], width: int, encoding: str) -> None:
    """No line is wider than the terminal, and what an encoding with Korean lacks is spelt."""
    text = terminal.render(make(), width=width, encoding=encoding, now=reports.NOW)
    text.encode(encoding)
    assert [line for line in text.splitlines() if cell_len(line) > width or line.endswith(" ") or not line] == []


@pytest.mark.usefixtures("korean")
@pytest.mark.parametrize("width", [60, 80, 200])
def test_korean_words_keep_the_columns(width: int) -> None:
    """A status of any length is followed by the points, a label by the text: each in a column of its own."""
    tasks = [reports.make_task("softmax", status, reports.make_check("b")) for status in Status]
    lines = terminal.render(reports.make_report(*tasks), width=width).splitlines()
    points = [cell_len(line[: line.index(" /  2")]) for line in lines if " /  2" in line]
    assert (len(Status), 1) == (len(points), len(set(points)))
    lines = terminal.render(reports.make_partly_right(), width=width).splitlines()
    parts = {
        "호출": "log_",
        "기대한 값": "finite",
        "결과": "-inf in",
        "위치": "softmax.py:",
        "추정 원인": "softmax gave",
    }
    told = [line for line in lines if line.strip().startswith(tuple(parts))]
    assert [(4, 15)] * 5 == [
        (cell_len(line[: line.index(label)]), cell_len(line[: line.index(text)]))
        for line, (label, text) in zip(told, parts.items(), strict=True)
    ]


@pytest.mark.usefixtures("korean")
@pytest.mark.parametrize(
    ("due", "words"),
    [
        ("2026-10-12T23:59:00+00:00", "마감 10월 12일 (월) 23:59, 2일 남음"),
        ("2026-10-12T15:00:00+09:00", "마감 10월 12일 (월) 06:00 UTC, 39시간 남음"),
        ("2026-10-10T15:01:00+00:00", "마감 10월 10일 (토) 15:01, 1분 남음"),
        ("2026-10-10T14:59:00+00:00", "10월 10일 (토) 14:59에 마감됨"),
    ],
)
def test_the_due_date_is_told_in_korean(due: str, words: str) -> None:
    """The month first, and the weekday after the day."""
    assignment = AssignmentRef("hw4", "Softmax", "", "hw4_softmax", "softmax.py", due)
    head = terminal.render(replace(reports.make_untouched(), assignment=assignment), now=reports.NOW).splitlines()[0]
    assert words == head.removeprefix("hw4 · Softmax").strip()


def test_ten_tasks_keep_the_columns() -> None:
    """A number of two digits does not shift its row."""
    tasks = [reports.make_task("t", Status.PASSED, reports.make_check("c")) for _ in range(10)]
    rows = terminal.render(reports.make_report(*tasks)).splitlines()[2:12]
    assert [rows[0][:15], rows[9][:15]] == ["  ✓  1  t    ok", "  ✓ 10  t    ok"]


@pytest.mark.parametrize(
    ("due", "words"),
    [
        (None, "hw4 · Softmax"),
        ("2026-10-12T23:59:00+00:00", "due Mon 12 Oct 23:59, in 2 days"),
        ("2026-10-12T23:59:00", "due Mon 12 Oct 23:59, in 2 days"),
        ("2026-10-12T15:00:00+09:00", "due Mon 12 Oct 06:00 UTC, in 39 hours"),
        ("2026-10-10T16:59:59+00:00", "due Sat 10 Oct 16:59, in 119 minutes"),
        ("2026-10-10T15:01:00+00:00", "due Sat 10 Oct 15:01, in 1 minute"),
        ("2026-10-10T14:59:00+00:00", "was due Sat 10 Oct 14:59"),
        ("soon", "due soon"),
    ],
)
def test_the_due_date_is_told_with_the_time_left(due: str | None, words: str) -> None:
    """The date is told on the clock of whoever reads it, and named as such; what is left is counted from now."""
    report = replace(
        reports.make_untouched(), assignment=AssignmentRef("hw4", "Softmax", "", "hw4_softmax", "softmax.py", due)
    )
    head = terminal.render(report, now=reports.NOW).splitlines()[0]
    assert words == head.removeprefix("hw4 · Softmax").strip() or words == head


def test_now_may_be_in_another_time_zone() -> None:
    """Two clocks that show the same moment give the same time left."""
    seoul = timezone(timedelta(hours=9))
    head = terminal.render(reports.make_untouched(), now=datetime(2026, 10, 13, 7, 0, tzinfo=seoul))
    assert head.splitlines()[0].endswith("due Tue 13 Oct 08:59 UTC+09:00, in 119 minutes")
    newfoundland = timezone(-timedelta(hours=2, minutes=30))
    head = terminal.render(reports.make_untouched(), now=datetime(2026, 10, 13, 7, 0, tzinfo=newfoundland))
    assert head.splitlines()[0].endswith("was due Mon 12 Oct 21:29 UTC-02:30")


def test_without_a_clock_the_date_stands_alone() -> None:
    """A stored report can be shown without saying how long is left."""
    assert terminal.render(reports.make_untouched()).splitlines()[0].endswith("  due Mon 12 Oct 23:59")


@pytest.mark.parametrize(
    ("excerpt", "drawn"),
    [
        ("x = (1\n    ^", ["x = (1", "    ^"]),
        ("\ty = [\n     ^", ["    y = [", "        ^"]),
        ("합 = (\n    ^", ["합 = (", "     ^"]),
        ("a = 1\nb = (2\n    ^^", ["a = 1", "b = (2", "    ^^"]),
        ("no caret\nat all", ["no caret", "at all"]),
        ("x = (\n          ^", ["x = (", "     ^"]),
        ("", []),
    ],
)
def test_the_caret_stays_under_its_character(excerpt: str, drawn: list[str]) -> None:
    """Tabs and wide letters before the caret move it along."""
    problem = Problem("syntax_error", "SUMMARY", "NEXT", None, excerpt)
    lines = terminal.render(replace(reports.make_untouched(), problem=problem)).splitlines()
    first = lines.index("  SUMMARY") + 1
    assert drawn == [line.removeprefix(" " * 17) for line in lines[first : lines.index("    Next         NEXT")]]


def test_a_long_line_is_cut_around_its_caret() -> None:
    """The caret stays on the screen and under its character, however long the line."""
    problem = Problem("syntax_error", "s", "", None, "a" * 300 + "!" + "b" * 300 + "\n" + " " * 300 + "^")
    lines = terminal.render(replace(reports.make_untouched(), problem=problem), width=60).splitlines()
    row = next(number for number, line in enumerate(lines) if line.strip() == "^")
    assert (lines[row].index("^"), lines[row - 1][30]) == (30, "!")


def test_a_caret_beyond_a_long_line_stands_at_its_end() -> None:
    """The end of the line is shown, not the emptiness after it."""
    problem = Problem("syntax_error", "s", "", None, "a" * 99 + "(" + "\n" + " " * 400 + "^")
    lines = terminal.render(replace(reports.make_untouched(), problem=problem), width=60).splitlines()
    row = next(number for number, line in enumerate(lines) if line.strip() == "^")
    assert lines[row - 1 : row + 1] == [f"{' ' * 17}{'a' * 12}(", f"{' ' * 17}{' ' * 13}^"]


def test_an_excerpt_is_capped() -> None:
    """The excerpt comes from the student's process, which may send a book."""
    problem = Problem("syntax_error", "SUMMARY", "NEXT", None, "x = (\n" * 10_000 + "^")
    lines = terminal.render(replace(reports.make_untouched(), problem=problem)).splitlines()
    assert [line.strip() for line in lines].count("x = (") == 12


def test_output_is_capped() -> None:
    """A student's debug prints cannot push the score off the screen."""
    check = reports.make_check("ends", Status.FAILED, output="step\n" * 10_000)
    lines = draw_lines(reports.make_report(reports.make_task("softmax", Status.FAILED, check)))
    assert sum("step" in line for line in lines) == 12
    assert lines[-2] == "step… (49940 more characters)"


def test_a_failure_without_a_message_still_names_its_check() -> None:
    """A bare failed check is shown by name and by what was printed."""
    check = reports.make_check("sums to 1", Status.FAILED)
    lines = draw_lines(reports.make_report(reports.make_task("softmax", Status.FAILED, check)))
    assert lines[-3:-1] == ["sums to 1", "Your output  (nothing printed)"]


def test_nothing_is_said_of_what_a_hidden_check_printed() -> None:
    """To a student an empty output of a hidden check may be a withheld one."""
    check = reports.make_check("sums to 1", Status.FAILED, visibility=Visibility.HIDDEN)
    report = reports.make_report(reports.make_task("softmax", Status.FAILED, check))
    assert draw_lines(report)[-2] == "sums to 1"


def test_the_second_failing_check_is_counted_and_not_shown() -> None:
    """One thing at a time: the heading says how many wait."""
    first = reports.make_check("first", Status.FAILED, message=Message(where=Where("softmax.py", 3)))
    second = reports.make_check("second", Status.TIMEOUT)
    lines = draw_lines(reports.make_report(reports.make_task("softmax", Status.FAILED, first, second)))
    assert lines[3].endswith("failing check 1 of 2")
    assert [line for line in lines if "second" in line] == []


@pytest.mark.parametrize(
    ("visibility", "said"),
    [(Visibility.PUBLIC, "  the failing check"), (Visibility.HIDDEN, "  the failing check (hidden)")],
)
def test_one_failing_check_is_not_the_first_of_many(visibility: Visibility, said: str) -> None:
    """Where there is one, nothing is counted."""
    check = reports.make_check("sums to 1", Status.FAILED, visibility=visibility)
    lines = draw_lines(reports.make_report(reports.make_task("softmax", Status.FAILED, check)))
    assert lines[3].endswith(said)


# ---------------------------------------------------------------- where there is little room


def make_long() -> Report:
    """Ten tasks; two of them fail, each with all there is to say."""
    message = Message(
        "relu(x)\nx is [1 2 3]\ny is 3\nz is 4", "EXPECTED " * 30, "GOT", Where("f.py", 7, "x"), "LIKELY " * 30
    )
    checks = [reports.make_check("is right", Status.FAILED, message=message, output="printed\n" * 30)] * 2
    good, bad = reports.make_check("is", Status.PASSED), (Status.FAILED, *checks)
    tasks = [reports.make_task(f"t{n}", *(bad if n in (3, 7) else (Status.PASSED, good))) for n in range(1, 11)]
    return reports.make_report(*tasks)


def test_a_brief_report_leaves_the_room_to_one_failing_check() -> None:
    """Its task has a row, all others have a line together, and so have the changes of each kind."""
    changes = Changes(fixed=("a", "b", "c"), broken=("d",))
    text = terminal.render(make_long(), lines=terminal.PART_LINES, changes=changes, focus="t7")
    lines = [line.strip() for line in text.splitlines()]
    assert lines[2].startswith("✗  7  t7")
    assert ["9 other tasks: 8 ok, 1 FAIL", "+ 3 more now pass", "- no longer passes: d"] == lines[3:6]
    assert ["Task 7", "Score"] == [lines[6][:6], lines[-1][:5]]
    assert "Task 3" not in text
    assert "Task 3  t3" in terminal.render(make_long(), lines=terminal.PART_LINES)


def test_what_mends_a_failure_is_never_shortened() -> None:
    """Of the rest there are as many lines as one asks for; what nobody printed is not even mentioned."""
    text = terminal.render(make_long(), lines=1)
    assert 30 == text.count("LIKELY")
    assert text.count("EXPECTED") < 8
    assert "f.py:7" in text
    assert len(text.splitlines()) < 18
    silent = reports.make_task("t", Status.FAILED, reports.make_check("c", Status.FAILED))
    assert "nothing printed" in terminal.render(reports.make_report(silent), lines=terminal.PART_LINES)
    assert "nothing printed" not in terminal.render(reports.make_report(silent), lines=1)


def test_a_brief_report_without_a_failure_counts_the_tasks() -> None:
    """Nothing to mend needs no row."""
    assert "2 tasks: 2 ok" in draw_brief(reports.make_all_right())
    assert "2 tasks: 2 not run" in draw_brief(reports.make_syntax_error())


def draw_brief(report: Report) -> list[str]:
    """Draw a report for a small window, as lines without their margins."""
    return [line.strip() for line in terminal.render(report, lines=terminal.PART_LINES).splitlines()]


def test_a_failure_of_ours_before_any_check_is_owned_up_to() -> None:
    """Without a single result the screen still says whose fault it is."""
    report = reports.make_report(status=Status.ERROR, score=None)
    expected = ["! could not be checked (our fault, not yours). Nothing was deducted.", "No score this time"]
    assert expected == draw_lines(report)[-2:]


@pytest.mark.parametrize(
    ("judged", "sentence"),
    [
        (100, "Score 2 of 100"),
        (99, "Score 2 of 99 public points; 1 more is judged at hand-in"),
        (25, "Score 2 of 25 public points; 75 more are judged at hand-in"),
    ],
)
def test_the_score_says_what_is_left_to_judge(judged: int, sentence: str) -> None:
    """A score of public checks alone is never told as if it were the whole."""
    task = reports.make_task("a", Status.PASSED, reports.make_check("b"))
    report = reports.make_report(task, judged=judged)
    assert sentence == draw_lines(report)[-1]


def test_a_check_that_knows_a_cause_is_shown_first() -> None:
    """Of a task's failing checks; without a cause they keep their order."""
    silent = reports.make_check("is silent", Status.FAILED, message=Message(got="3"))
    telling = reports.make_check("tells", Status.FAILED, message=Message(got="3", likely="the sum is missing"))
    task = reports.make_task("double", Status.FAILED, silent, telling)
    text = terminal.render(reports.make_report(task))
    assert "tells" in text
    assert "is silent" not in text
    task = reports.make_task("double", Status.FAILED, silent, silent)
    assert "is silent" in terminal.render(reports.make_report(task))


def test_the_trouble_of_another_function_is_shown_last() -> None:
    """A backward that trips over what the forward returned knows a cause, but the forward's is the check to read."""
    cause = Message(called="predict(z)", got="3")
    effect = Message(called="accuracy(z, labels)", got="ValueError", likely="the shapes differ")
    checks = (reports.make_check(n, Status.FAILED, message=m) for n, m in (("first", cause), ("second", effect)))
    text = terminal.render(reports.make_report(reports.make_task("predict", Status.FAILED, *checks)))
    assert "first" in text
    assert "second" not in text
