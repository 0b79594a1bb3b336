"""The report for GitHub Actions: summary, annotations and the quoted log."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace

import pytest
from markdown_it import MarkdownIt

from grader.model.report import Message, Report, Status
from grader.model.submission import Problem, Where
from grader.reporters import github, terminal
from tests.reporters import reports
from tests.reporters.golden_texts import TEXTS, list_texts, read_golden

TOKEN = "0123456789abcdef0123456789abcdef"
KNOWN = {"error", "warning", "add-mask", "set-output", "group", "stop-commands"}


def count_tokens(markdown: str) -> Counter[str]:
    """Count what Markdown makes of a text: headings, cells, links, HTML, code."""
    tokens = MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(markdown)
    return Counter(
        token.type.removesuffix("_open")
        for outer in tokens
        for token in [outer, *(outer.children or [])]
        if not token.type.endswith("_close")
    )


def read_command(line: str) -> tuple[str, dict[str, str], str] | None:
    """Read a line as GitHub's runner does: `::name key=value,…::data`."""
    found = re.match(r"\s*::(\S+?)(?: (.*?))?::(.*)", line)
    if not found or found[1] not in KNOWN:
        return None
    pairs = [pair.split("=", 1) for pair in (found[2] or "").split(",") if pair]
    return found[1], {key: unescape(value) for key, value in pairs}, unescape(found[3])


def unescape(text: str) -> str:
    """Undo the escapes of a workflow command."""
    for code, mark in (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%")):
        text = text.replace(code, mark)
    return text


def list_obeyed(log: str) -> list[str]:
    """List the commands that the runner obeys in a log: in both spellings, unless they are stopped."""
    obeyed: list[str] = []
    stopped = ""
    for line in log.splitlines():
        names = re.findall(r"^\s*::([^\s:]+).*?::|##\[([^\s\]]+).*?\]", line)
        for name in [first or second for first, second in names]:
            if stopped:
                stopped = "" if name == stopped else stopped
            elif name in KNOWN:
                obeyed.append(name)
                stopped = line.strip().removeprefix("::stop-commands::") if name == "stop-commands" else ""
    return obeyed


def fail(title: str, message: Message | None = None) -> Report:
    """Make a report of one task with one failing check."""
    check = reports.make_check("sums to 1", Status.FAILED, message=message)
    return reports.make_report(reports.make_task(title, Status.FAILED, check))


@pytest.mark.parametrize("name", list_texts("github"))
def test_texts_are_as_agreed(name: str) -> None:
    """Each kind of report is written exactly as its golden text."""
    assert read_golden(name) == TEXTS[name]()


def test_hostile_text_means_nothing_in_markdown() -> None:
    """A Markdown reader finds our headings, our table and our code blocks, and nothing else."""
    found = count_tokens(github.summary(reports.make_hostile()))
    expected = {
        "heading": 3,
        "table": 1,
        "th": 5,
        "tr": 3,
        "td": 10,
        "fence": 2,
        "blockquote": 1,
        "strong": 1,
    }
    assert expected == {kind: found[kind] for kind in expected}
    assert {"inline", "text", "text_special", "paragraph", "thead", "tbody"} >= set(found) - set(expected)


@pytest.mark.parametrize(
    ("title", "written"),
    [
        ("log_softmax", "log\\_softmax"),
        ("a | b", "a &#124; b"),
        ("a \\| b", "a \\\\&#124; b"),
        ("<img src=x>", "&lt;img src=x&gt;"),
        ("&lt;", "&amp;lt;"),
        ("@teacher", "@&#8203;teacher"),
        ("[a](http://b.example)", "\\[a\\](http&#8203;://b.example)"),
        ("www.evil.example", "www&#8203;.evil.example"),
        ("`code` *bold* ~no~ $x$ #1", "\\`code\\` \\*bold\\* \\~no\\~ \\$x\\$ \\#1"),
        ("- item", "\\- item"),
        ("12. item", "12\\. item"),
        ("=1+1", "\\=1+1"),
    ],
)
def test_marks_of_markdown_are_escaped(title: str, written: str) -> None:
    """Each mark that could open something is spelt so that it is shown."""
    assert f"| 1 | {written} | ✗ FAIL | 0 / 2 | 0 of 1 checks passed |" in github.summary(fail(title)).split("\n")


def test_backticks_do_not_close_the_fence() -> None:
    """The fence is longer than the longest run of backticks inside it."""
    text = github.summary(fail("softmax", Message(got="`````\n# out")))
    found = count_tokens(text)
    assert (found["fence"], found["heading"]) == (1, 2)
    assert [line for line in text.split("\n") if line.startswith("``")] == ["``````text", "``````"]


def test_the_summary_stays_within_its_limit() -> None:
    """A summary too long for GitHub is cut between two blocks and says so."""
    message = Message(*["\U000e0041" * 5_000] * 3)
    check = reports.make_check("sums to 1", Status.FAILED, message=message)
    tasks = [reports.make_task(f"task {number}", Status.FAILED, check) for number in range(100)]
    text = github.summary(reports.make_report(*tasks))
    assert 900_000 < len(text.encode()) <= 1024 * 1024
    assert text.endswith("```\n\n_More is in the report; it would not fit here._\n")


def test_an_annotation_reads_back_as_it_was_meant() -> None:
    """Percent signs, line ends, colons and commas survive the command."""
    message = Message(expected="50 %: a, b", got="line 1\nline 2", likely="%0A", where=Where("softmax.py", 14))
    [command] = github.annotations(fail("a: b, c", message), "50%, x")
    expected = (
        "error",
        {"file": "50%, x/softmax.py", "line": "14", "title": "Task 1 a: b, c"},
        "sums to 1\nExpected: 50 %: a, b\nGot: line 1\n  | line 2\nLikely: %0A",
    )
    assert "\n" not in command
    assert expected == read_command(command)


@pytest.mark.parametrize(
    ("prefix", "file"),
    [("", "softmax.py"), ("hw4_softmax", "hw4_softmax/softmax.py"), ("a/b/", "a/b/softmax.py")],
)
def test_a_path_is_told_from_the_repository(prefix: str, file: str) -> None:
    """GitHub finds a line only by the path from the repository's root."""
    [command] = github.annotations(fail("softmax", Message(where=Where("softmax.py", 14))), prefix)
    assert command == f"::error file={file},line=14,title=Task 1 softmax::sums to 1"


def test_a_problem_is_one_annotation() -> None:
    """A file that cannot run is marked once, on its line."""
    [command] = github.annotations(reports.make_syntax_error(), "hw4_softmax/")
    read = read_command(command)
    assert read is not None
    assert (read[0], read[1]["file"], read[1]["line"]) == ("error", "hw4_softmax/softmax.py", "14")


def test_a_problem_without_a_place_has_no_file() -> None:
    """A missing file is no line of a file."""
    report = replace(reports.make_missing_file(), problem=Problem("missing_file", "softmax.py is missing"))
    assert github.annotations(report) == ["::error title=Softmax::softmax.py is missing"]


def test_there_are_ten_annotations_at_most() -> None:
    """GitHub shows ten; ours comes first, then the tasks in their order."""
    fault = reports.make_task("t", Status.ERROR, reports.make_check("c", Status.ERROR))
    tasks = [reports.make_task("t", Status.FAILED, *[reports.make_check("c", Status.FAILED)] * 2) for _ in range(12)]
    commands = github.annotations(reports.make_report(*tasks, fault))
    titles = [command.split("::")[1] for command in commands]
    assert ["warning title=Softmax", *(f"error title=Task {number} t" for number in range(1, 10))] == titles


@pytest.mark.parametrize("make", [reports.make_all_right, reports.make_untouched])
def test_nothing_wrong_is_not_annotated(make: type[Report]) -> None:
    """Passing checks and untouched stubs need no mark."""
    assert github.annotations(make()) == []


def test_every_annotation_of_a_hostile_report_is_one_command() -> None:
    """Student text inside an annotation starts no second command."""
    commands = github.annotations(reports.make_hostile(), "hw4_softmax/")
    assert [read_command(line)[0] for line in commands] == ["error", "error"]  # type: ignore[index]
    assert [line for line in commands if not line.isprintable()] == []


def test_a_quoted_log_obeys_nothing_of_a_student() -> None:
    """The screen of a hostile report holds commands; quoted, only the quotation itself is obeyed."""
    screen = terminal.render(reports.make_hostile(), width=200)
    assert {"error", "add-mask", "set-output"} == set(list_obeyed(screen))
    quoted = github.quote_log(screen, TOKEN)
    assert list_obeyed(f"{quoted}::group::after\n") == ["stop-commands", "group"]


def test_a_quoted_log_is_the_text_between_two_commands() -> None:
    """The text stays as it is, on lines of its own."""
    assert f"::stop-commands::{TOKEN}\na\nb\n::{TOKEN}::\n" == github.quote_log("a\nb\n", TOKEN)


@pytest.mark.parametrize("token", ["", "short", "error", f"{TOKEN}\n", "a b" * 10, TOKEN.upper()])
def test_a_token_that_could_be_guessed_is_refused(token: str) -> None:
    """Too short, not a word, or already in the text in any case."""
    with pytest.raises(ValueError, match="token"):
        github.quote_log(f"::{TOKEN}::", token)
