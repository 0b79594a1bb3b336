"""A report as JUnit XML, with a test suite for each task.

GitLab, Jenkins and Artemis read this format of test results.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from xml.etree import ElementTree as ET

from grader.language import tell
from grader.model.report import FAILING, CheckResult, Report, Status, TaskResult
from grader.model.submission import Problem
from grader.report import translate
from grader.reporters import wording
from grader.reporters.text import clean, clean_block, mark_lines

PART_LIMIT, PART_LINES = 4_000, 100
OUTPUT_LIMIT, OUTPUT_LINES = 20_000, 500


def render(report: Report) -> str:
    """Format a report as a JUnit document.

    The first suite is for the submission, and there is one more for each task. A check that failed is a `failure`, one
    that the grader could not judge an `error`, and one that was not run or not attempted `skipped`. A problem that kept
    the whole file from being checked is in the first suite.
    """
    report = translate(report)
    root = ET.Element("testsuites", name=_clean(f"{report.assignment.id} · {report.assignment.title}"))
    root.append(_write_submission(report))
    root.extend(_write_task(number, task, report) for number, task in enumerate(report.tasks, start=1))
    for total in ("tests", "failures", "errors", "skipped"):
        root.set(total, str(sum(int(suite.get(total, "0")) for suite in root)))
    root.set("time", _format_seconds(report.seconds))
    ET.indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ET.tostring(root, encoding="unicode")}\n'


def _write_submission(report: Report) -> ET.Element:
    facts = {
        "assignment": report.assignment.id,
        "assignment.sha256": report.assignment.sha256,
        "submission": report.submission.id,
        "grader": f"{report.grader.name} {report.grader.version}",
        "mode": report.mode.value,
        "official": str(report.official).lower(),
        "status": report.status.value,
        "score": "" if report.score is None else str(report.score),
        "judged": str(report.judged),
        "max_score": str(report.max_score),
    }
    suite = _write_suite(f"{report.assignment.id} submission", facts, list(_write_obstacle(report)))
    suite.set("timestamp", _clean(report.started_at))
    return suite


def _write_obstacle(report: Report) -> Iterator[ET.Element]:
    ours = report.status is Status.ERROR
    if not report.problem and (not ours or wording.find_error(report)):
        return
    problem = report.problem or Problem(Status.ERROR.value, wording.describe_our_fault())
    place = f"{_clean(report.assignment.id)}.submission"
    case = ET.Element("testcase", name=tell("the file can be checked"), classname=place)
    kind, message = _clean(problem.kind), _clean(problem.summary)
    outcome = ET.SubElement(case, "error" if ours else "failure", type=kind, message=message)
    outcome.text = wording.quote_problem(problem, PART_LIMIT, PART_LINES)
    yield case


def _write_task(number: int, task: TaskResult, report: Report) -> ET.Element:
    score = "" if task.status is Status.ERROR else str(task.score)
    facts = {"score": score, "judged": str(task.judged), "max_score": str(task.max_score)}
    if task.follow_through:
        facts["follow_through"] = ", ".join(task.follow_through)
    names = _name_checks(task)
    cases = [_write_check(check, name, task, report) for check, name in zip(task.checks, names, strict=True)]
    return _write_suite(f"{report.assignment.id} task {number}: {task.title}", facts, cases)


def _write_suite(name: str, facts: dict[str, str], cases: list[ET.Element]) -> ET.Element:
    suite = ET.Element("testsuite", name=_clean(name), tests=str(len(cases)))
    for total, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        suite.set(total, str(sum(case.find(tag) is not None for case in cases)))
    suite.set("time", _format_seconds(sum(float(case.get("time", "0")) for case in cases)))
    properties = ET.SubElement(suite, "properties")
    for key, value in facts.items():
        ET.SubElement(properties, "property", name=key, value=_clean(value))
    suite.extend(cases)
    return suite


def _name_checks(task: TaskResult) -> Iterator[str]:
    """Name each check by its docstring, and by its id if several share that.

    The student's view of hidden checks has no parameters in the ids, so even the ids may be the same: then a number
    follows.
    """
    shared = Counter(check.name for check in task.checks)
    seen: Counter[str] = Counter()
    for check in task.checks:
        name = _clean(check.name if shared[check.name] == 1 else f"{check.name} ({check.id})")
        seen[name] += 1
        yield name if seen[name] == 1 else f"{name} #{seen[name]}"


def _write_check(check: CheckResult, name: str, task: TaskResult, report: Report) -> ET.Element:
    case = ET.Element("testcase", name=name, classname=_clean(f"{report.assignment.id}.{task.id}"))
    if check.seconds is not None:
        case.set("time", _format_seconds(check.seconds))
    case.extend(_write_outcome(check, report))
    if check.output:
        ET.SubElement(case, "system-out").text = clean_block(check.output, OUTPUT_LIMIT, OUTPUT_LINES)
    return case


def _write_outcome(check: CheckResult, report: Report) -> Iterator[ET.Element]:
    if check.status in FAILING:
        yield _write_failure("failure", _summarise(check), check, report)
    elif check.status is Status.ERROR:
        yield _write_failure("error", wording.describe_our_fault(), check, report)
    elif check.status is not Status.PASSED:
        remark = tell("not attempted yet") if check.status is Status.NOT_ATTEMPTED else tell("not run")
        yield ET.Element("skipped", message=remark)


def _write_failure(tag: str, message: str, check: CheckResult, report: Report) -> ET.Element:
    outcome = ET.Element(tag, type=check.status.value, message=_clean(message))
    parts = [part for part in wording.list_parts(check, report.view) if part.kind != "output"]
    outcome.text = "\n".join(f"{part.label}: {_clean_part(part.text)}" for part in parts)
    return outcome


def _summarise(check: CheckResult) -> str:
    message = check.message
    return (message.quoted or message.likely or message.got if message else "") or wording.name_status(check.status)


def _format_seconds(seconds: float) -> str:
    return f"{seconds:.3f}"


def _clean(text: str) -> str:
    return clean(text, wording.TITLE_LIMIT)


def _clean_part(text: str) -> str:
    return mark_lines(clean_block(text, PART_LIMIT, PART_LINES))
