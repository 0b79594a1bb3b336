"""Reports on disk: the same after a round trip, never half written, and a student's view that gives nothing away."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from grader.errors import ReportError
from grader.language import Sentence, add_catalogue, reading, say, say_number
from grader.model.course import Visibility
from grader.model.report import CheckResult, Message, Report, SandboxFacts, Status, SubmissionRef, View
from grader.model.submission import Where
from grader.report import dump, read_report, redact, to_json, translate, write_atomically, write_report
from tests.reporters import reports

FACTS = SandboxFacts(2, "/usr/bin/bwrap", "0.11.0", False, {"AS": 1 << 31}, {"no_network": True})
MAKERS = [
    reports.make_partly_right,
    reports.make_all_right,
    reports.make_untouched,
    reports.make_syntax_error,
    reports.make_missing_file,
    reports.make_our_error,
    reports.make_slow_and_crashed,
    reports.make_korean,
]
SECRET = "canary-5e1f"
WHERE = Where("softmax.py", 14, "return z")


def make_hidden(status: Status = Status.FAILED, **message: Any) -> CheckResult:
    """Make a hidden check whose every word is a secret, but for its name."""
    told = Message(SECRET, SECRET, SECRET, WHERE, "yours is minus the expected value", quoted=SECRET, **message)
    check_id = f"hidden/test_rows[{SECRET}]"
    return CheckResult(check_id, "rows sum to 1", Visibility.HIDDEN, status, 0, 3, 0.25, told, SECRET)


def make_report(*checks: CheckResult, **more: Any) -> Report:
    """Make the staff's report of one task with these checks."""
    task = reports.make_task("softmax", Status.FAILED, *checks)
    return reports.make_report(task, view=View.STAFF, seed=12345, **more)


# ---------------------------------------------------------------- JSON


@pytest.mark.parametrize("make", MAKERS)
def test_a_round_trip_changes_nothing(make: Callable[[], Report], tmp_path: Path) -> None:
    """Written and read again, a report is equal, and so is its text."""
    report = replace(make(), sandbox=FACTS, seed=7)
    write_report(report, tmp_path / "report.json")
    assert read_report(tmp_path / "report.json") == report
    assert dump(read_report(tmp_path / "report.json")) == (tmp_path / "report.json").read_text("utf-8")


def make_told() -> Report:
    """Make a report whose words were built as graders build them."""
    message = Message(
        got=say("{value} everywhere", value="3"), likely=say("only the last {line} is wrong", line=say("row"))
    )
    check = replace(make_hidden(), name=say("rows sum to 1"), visibility=Visibility.PUBLIC, message=message)
    return make_report(check, warnings=(say_number("{number} check passed", "{number} checks passed", 2),))


def test_sentences_come_back_as_they_were(tmp_path: Path) -> None:
    """Template, values and plural; texts that are none come back as texts."""
    write_report(make_told(), tmp_path / "report.json")
    (check,) = (back := read_report(tmp_path / "report.json")).tasks[0].checks
    assert check.message is not None
    assert isinstance(check.message.likely, Sentence)
    assert isinstance(check.message.likely.values["line"], Sentence)
    assert not isinstance(check.output, Sentence)
    with reading("ko"):
        assert translate(back).warnings == ("검사 2개 통과",)
        assert dump(translate(back)) == dump(translate(make_told()))
    assert translate(back) is back


def test_a_report_says_how_its_writer_says_it(tmp_path: Path) -> None:
    """Who reads it may lack the catalogues: of hidden checks every student does."""
    (tmp_path / "ko.po").write_text('msgid ""\nmsgstr ""\n\nmsgid "rows sum to 1"\nmsgstr "행의 합은 1"\n', "utf-8")
    with (tmp_path / "ko.po").open("rb") as source, (tmp_path / "ko.mo").open("wb") as compiled:
        write_mo(compiled, read_po(source, locale="ko"))
    with reading("ko"):
        add_catalogue(tmp_path)
        write_report(make_told(), tmp_path / "report.json")
    report = read_report(tmp_path / "report.json")
    assert report.tasks[0].checks[0].name == "rows sum to 1"
    assert dump(report) == (tmp_path / "report.json").read_text("utf-8")
    with reading("ko"):
        assert translate(report).tasks[0].checks[0].name == "행의 합은 1"


def test_the_text_is_one_form_of_many() -> None:
    """Keys are sorted and every character is ASCII, so that equal reports are equal files."""
    text = dump(reports.make_korean())
    assert text.isascii()
    assert text == json.dumps(json.loads(text), indent=1, sort_keys=True) + "\n"
    assert json.loads(text)["schema"] == "report/v1"


def test_hostile_text_survives_as_data() -> None:
    """Escapes, surrogates and markup are letters in JSON; the id alone must be a plain one."""
    report = replace(reports.make_hostile(), submission=SubmissionRef("kim", (), reports.EVIL))
    assert json.loads(dump(report))["problem"]["summary"] == reports.EVIL_LINES


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"score": -1}, "-1 is less than the minimum of 0 in score"),
        ({"score": 1.5}, "1.5 is not of type 'integer', 'null' in score"),
        (
            {"submission": SubmissionRef("../kim", ())},
            "'../kim' does not match '^[A-Za-z0-9._-]{1,64}$' in submission.id",
        ),
        ({"submission": SubmissionRef("", ())}, "'' does not match '^[A-Za-z0-9._-]{1,64}$' in submission.id"),
        ({"seconds": -0.1}, "-0.1 is less than the minimum of 0 in seconds"),
        ({"seed": -1}, "-1 is less than the minimum of 0 in seed"),
        ({"mode": "fast"}, "'fast' is not one of ['local', 'batch', 'feedback', 'debug'] in mode"),
        ({"course": None}, "None is not of type 'string' in course"),
    ],
)
def test_a_report_that_does_not_fit_is_not_written(change: dict[str, Any], sentence: str, tmp_path: Path) -> None:
    """The schema is asked on every write, and names the field."""
    with pytest.raises(ReportError) as raised:
        write_report(replace(reports.make_partly_right(), **change), tmp_path / "report.json")
    assert raised.value.message == f"the report does not fit report/v1: {sentence}"
    assert [] == list(tmp_path.iterdir())


def test_no_number_is_nan(tmp_path: Path) -> None:
    """JSON has no NaN, and half the programs that read it do not either."""
    with pytest.raises(ReportError, match="'nan' is not of type 'number' in seconds"):
        write_report(replace(reports.make_partly_right(), seconds=float("nan")), tmp_path / "report.json")
    assert [] == list(tmp_path.iterdir())


# ---------------------------------------------------------------- files


def test_folders_are_made(tmp_path: Path) -> None:
    """OUT/kim/report.json needs no mkdir."""
    write_atomically(tmp_path / "out/kim/report.json", "x")
    assert (tmp_path / "out/kim/report.json").read_text() == "x"


def test_what_was_there_stays_when_writing_fails(tmp_path: Path) -> None:
    """The old report is whole, and no temporary file is left beside it."""
    path = tmp_path / "report.json"
    write_report(reports.make_partly_right(), path)
    before = path.read_bytes()
    with pytest.raises(UnicodeEncodeError):
        write_atomically(path, "half \udcff way")
    with pytest.raises(ReportError):
        write_report(replace(reports.make_partly_right(), score=-1), path)
    assert (path.read_bytes(), [path]) == (before, list(tmp_path.iterdir()))


def test_a_folder_in_the_way_is_an_error_that_leaves_nothing(tmp_path: Path) -> None:
    """The rename fails, and the temporary file goes."""
    (tmp_path / "report.json/x").mkdir(parents=True)
    with pytest.raises(OSError, match="directory"):
        write_atomically(tmp_path / "report.json", "text")
    assert ["report.json"] == [path.name for path in tmp_path.iterdir()]


def test_a_link_is_replaced_and_not_followed(tmp_path: Path) -> None:
    """Nothing is written through a link that lies where the report goes."""
    (tmp_path / "target").write_text("mine")
    (tmp_path / "report.json").symlink_to(tmp_path / "target")
    write_atomically(tmp_path / "report.json", "text")
    assert ((tmp_path / "target").read_text(), (tmp_path / "report.json").is_symlink()) == ("mine", False)


def test_line_ends_are_the_same_everywhere(tmp_path: Path) -> None:
    """Text is UTF-8 with line feeds, on Windows too."""
    write_atomically(tmp_path / "x", "합\n")
    assert (tmp_path / "x").read_bytes() == "합\n".encode()


@pytest.mark.parametrize(("view", "mode"), [(View.STAFF, 0o600), (View.STUDENT, 0o644)])
@pytest.mark.parametrize("mask", [0o000, 0o022, 0o077])
def test_the_staff_s_view_is_for_its_owner(view: View, mode: int, mask: int, tmp_path: Path) -> None:
    """It holds the class's seed and hidden values, and students may have accounts on the same machine."""
    before = os.umask(mask)
    try:
        write_report(replace(reports.make_partly_right(), view=view), tmp_path / "report.json")
    finally:
        os.umask(before)
    assert oct(mode) == oct(stat.S_IMODE((tmp_path / "report.json").stat().st_mode))


def make_submission(id: str) -> dict[str, Any]:
    """Make the plain data of a submission with this id."""
    return {**to_json(reports.make_partly_right())["submission"], "id": id}


def make_nested(depth: int) -> dict[str, Any]:
    """Make the plain data of a sentence in a sentence, `depth` times."""
    values = {"x": make_nested(depth - 1)} if depth else {}
    return {"text": "x", "template": "{x}", "values": values}


def make_data(**changes: Any) -> str:
    """Write a report as JSON with some keys changed; None takes a key out."""
    data = {**to_json(reports.make_partly_right()), **changes}
    return json.dumps({key: value for key, value in data.items() if value != "-"})


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "is no report: it is not JSON"),
        ("{", "is no report: it is not JSON"),
        ("\udcff", "is no report: it is not JSON"),
        ("[" * 100_000, "is no report: it is not JSON"),
        ("[]", "is no report/v1: [] is not of type 'object'"),
        (make_data(schema="report/v2"), "is no report/v1: 'report/v1' was expected in schema"),
        (make_data(score="-"), "is no report/v1: the key 'score' is missing"),
        (make_data(tasks=[{}]), "is no report/v1: the key 'id' is missing in tasks[0]"),
        (make_data(veiw="staff"), "is no report/v1: unknown key 'veiw'; did you mean 'view'?"),
        (make_data(status="fine"), "is no report/v1: 'fine' is not one of ['passed', 'failed', 'error', 'timeout',"),
        (make_data(submission=make_submission("kim\n")), r"is no report/v1: 'kim\n' "),
        (make_data(sentences=[make_nested(300)]), "is no report/v1: its sentences are nested too deeply"),
    ],
    ids=[
        *("empty", "cut off", "no text", "too deep", "a list", "a newer one", "no score", "no task", "typo", "status"),
        *("line feed", "nested"),
    ],
)
def test_a_file_that_is_no_report_is_told(text: str, sentence: str, tmp_path: Path) -> None:
    """The path, and what is wrong with what lies there."""
    path = tmp_path / "report.json"
    path.write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(ReportError) as raised:
        read_report(path)
    assert raised.value.message.startswith(f"{path} {sentence}")


def test_a_report_that_cannot_be_opened_is_told(tmp_path: Path) -> None:
    """No file there, or a folder."""
    sentences = []
    for path in (tmp_path / "none.json", tmp_path):
        with pytest.raises(ReportError) as raised:
            read_report(path)
        sentences.append(raised.value.message)
    assert sentences == [
        f"{tmp_path / 'none.json'} cannot be read: No such file or directory",
        f"{tmp_path} cannot be read: Is a directory",
    ]


# ---------------------------------------------------------------- the student's view


@pytest.mark.parametrize("status", [Status.FAILED, Status.TIMEOUT, Status.CRASHED])
def test_of_a_hidden_check_only_what_is_listed_is_shown(status: Status) -> None:
    """Task, property, kind of failure, line of their own file, likely cause; every other field is empty."""
    shown = redact(make_report(make_hidden(status)))
    (check,) = shown.tasks[0].checks
    message = Message(where=WHERE, likely="yours is minus the expected value")
    assert check == CheckResult(
        "hidden/test_rows", "rows sum to 1", Visibility.HIDDEN, status, 0, 3, seconds=None, message=message, output=""
    )
    assert (View.STUDENT, None) == (shown.view, shown.seed)
    assert SECRET not in dump(shown)


@pytest.mark.parametrize(
    ("exception", "got"), [("ValueError", "raised ValueError"), ("Exception", "raised an exception")]
)
def test_of_an_exception_only_a_common_class_is_shown(exception: str, got: str) -> None:
    """Its text may repeat an input, and so may the cause that the text points to."""
    check = redact(make_report(make_hidden(exception=exception))).tasks[0].checks[0]
    assert check.message == Message(got=got, where=WHERE, exception=exception)


def test_no_value_of_a_hidden_check_is_in_a_sentence() -> None:
    """What sentences are made of is redacted with them; the staff have all of it."""
    told = Message(
        called=say("f({x})", x=SECRET),
        expected=say("about {x}", x=SECRET),
        got=say("{value} in {row}", value=say("not {x}", x=SECRET), row=say("row")),
        where=WHERE,
        likely=say("only the first {line} is wrong", line=say("row")),
    )
    report = make_report(replace(make_hidden(), message=told), warnings=(say("seen {x}", x=2),))
    assert json.loads(dump(report))["sentences"][-1] == {"text": "seen 2", "template": "seen {x}", "values": {"x": "2"}}
    shown = dump(redact(report))
    assert SECRET not in shown
    texts = [entry["text"] for entry in json.loads(shown)["sentences"]]
    assert texts == ["only the first row is wrong", "seen 2"]


def test_neither_our_folders_nor_the_digits_of_the_time_are_told() -> None:
    """How long a run takes is the student's code's to choose, to the microsecond."""
    shown = redact(replace(make_report(make_hidden()), sandbox=FACTS, seconds=3.141592))
    assert shown.sandbox is not None
    assert ("bwrap", FACTS.probes, 4.0) == (shown.sandbox.tool, shown.sandbox.probes, shown.seconds)
    assert redact(make_report()).sandbox is None


@pytest.mark.parametrize("status", [Status.PASSED, Status.NOT_ATTEMPTED, Status.SKIPPED, Status.ERROR])
def test_nothing_is_said_of_a_hidden_check_that_did_not_fail(status: Status) -> None:
    """Our own error may tell what the reference was asked."""
    check = redact(make_report(make_hidden(status))).tasks[0].checks[0]
    assert (None, status, "") == (check.message, check.status, check.output)


def test_a_public_check_is_shown_whole() -> None:
    """The student has its source."""
    check = replace(make_hidden(), visibility=Visibility.PUBLIC, id="public/test_rows[3]")
    assert redact(make_report(check)).tasks[0].checks == (check,)


def test_why_we_failed_is_the_staff_s_to_know() -> None:
    """The reason may name paths and values; that it was not their fault is in the status."""
    shown = redact(make_report(status=Status.ERROR, score=None, warnings=(f"could not be graded: {SECRET}",)))
    assert ((), Status.ERROR, None) == (shown.warnings, shown.status, shown.score)
    assert redact(make_report(warnings=("sandbox level 1",))).warnings == ("sandbox level 1",)


@pytest.mark.parametrize("make", [*MAKERS, reports.make_hostile])
def test_points_are_the_same_in_both_views(make: Callable[[], Report]) -> None:
    """Redaction takes words away and nothing else; doing it twice does no more than once."""
    report = make()
    shown = redact(report)
    assert [(task.score, task.judged, task.status) for task in report.tasks] == [
        (task.score, task.judged, task.status) for task in shown.tasks
    ]
    assert (report.score, report.judged, report.max_score) == (shown.score, shown.judged, shown.max_score)
    assert redact(shown) == shown
