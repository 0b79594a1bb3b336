"""The audit of a homework, which proves it sound.

The solution has to earn everything, nothing else may, and every known mistake has to be found. Mutants prove that the
checks are strong enough, and variants that they are fair. Each finding is one sentence that holds or does not; the
command line prints them.
"""

from __future__ import annotations

import ast
import hashlib
import re
import runpy
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from grader.audit.documents import compare_documents
from grader.audit.findings import Finding, Margin
from grader.audit.inputs import Ear, list_different, list_equal, listen
from grader.audit.losses import Loss, mark_outliers, weigh
from grader.audit.mutation import mutate
from grader.audit.nulls import write_nulls
from grader.audit.recycling import RecyclingLauncher
from grader.audit.suites import list_chance, list_quoting
from grader.audit.sweep import PATCHES, Progress, Sweep, Verdict, Version, make_key
from grader.audit.watching import WatchedSource
from grader.course.layout import (
    ALMOST,
    MUTANTS,
    REFERENCE,
    VARIANTS,
    locate_solution,
    locate_stub,
    locate_suites,
    locate_traces,
)
from grader.course.patches import SEPARATOR, Patch, apply_patch, list_strangers, read_equivalents, read_patches
from grader.errors import CourseError
from grader.harness.grading import Grader, find_source
from grader.model import (
    Assignment,
    CheckResult,
    Course,
    Mode,
    Report,
    Status,
    Submission,
    SubmittedFile,
    Task,
    Visibility,
)
from grader.reporters.wording import sort_failing
from grader.typos import find_nearest
from grader.worker.process import Launcher

T = TypeVar("T")
SEED = 1
STATE = "sweep"  # the folder in `.grade` with the verdicts under each seed, in a file for each homework
MAX_IMPORT = 2.0  # seconds
MAX_FIXED = 0.25  # the share of the hidden points that may depend on inputs that no seed changes
SHOWN = 8  # places named in one sentence
MIN_MUTANTS = 12
MIN_VARIANTS = 4
MIN_KILLED = 0.95
MIN_SHOWN, MIN_NAMED = 0.9, 0.8  # the shares of mutants to be named: with lookalikes, and by the rules alone


class Audit:
    """One homework under audit, with a grader that is warm.

    `source` is the reference that `grader` asks, and `ear` hears the calls that it makes. `tell` is called with a text
    on what is being tried, and `log` with a line of progress in a long sweep.
    """

    def __init__(
        self,
        course: Course,
        assignment: Assignment,
        grader: Grader,
        source: WatchedSource,
        ear: Ear,
        tell: Callable[[str], None],
        log: Callable[[str], None],
    ) -> None:
        self.course = course
        self._tell = tell
        self._log = log
        self.assignment = assignment
        self._grader = grader
        self._source = source
        self._ear = ear
        self._solution = locate_solution(course, assignment).read_text("utf-8")
        self._functions = [name for task in assignment.tasks for name in task.functions]
        self._variants = self._read_patches(VARIANTS)
        self._mutants = self._read_patches(MUTANTS)
        self._almost = self._read_patches(ALMOST)
        self._seconds: dict[str, float] = {}
        self._nearest: dict[str, float] = {}
        self._farthest: dict[str, float] = {}

    def run(self, automatic: bool, seeds: int) -> Iterator[Finding]:
        """Yield the findings as they are made.

        `automatic` is for automatic mutants, which take longest. If `seeds` is more than 1, every version is also
        judged under so many seeds.
        """
        for holds, sentence in compare_documents(self.course, self.assignment):
            yield self._find("documents", holds, sentence)
        yield from self._audit_patches()
        yield from self._audit_solution()
        yield from self._audit_suites()
        yield from self._audit_inputs()
        yield from self._audit_stub()
        yield from self.audit_nulls()
        yield from self._audit_variants()
        yield from self._audit_mutants()
        yield from self._audit_oracle()
        if seeds > 1:
            yield from self._audit_seeds(seeds)
        if automatic:
            yield from self._audit_automatic()

    def judge_losses(self, losses: Sequence[Loss]) -> Iterator[Finding]:
        """Yield a finding for each mutant that costs more than its own checks.

        A mutant whose author has accepted the cost is not among them. The last finding counts the others.
        """
        outliers = [loss for loss in losses if loss.outlier]
        for loss in outliers:
            sentence = f"{loss.mutant} of {loss.function} loses {loss.own} of {loss.own_points}: {loss.outlier}"
            yield self._find("losses", False, sentence)
        yield self._find(
            "losses", not outliers, f"{len(outliers)} of {len(losses)} mutants cost more than their own checks"
        )

    def list_losses(self) -> list[Loss]:
        """List the points that each mutant costs in a whole grading.

        Such a grading has follow-through: tasks elsewhere that build on the mutated function run with the reference in
        its place.
        """
        losses = []
        for patch in self._say_each("loss of mutant", self._mutants):
            report = self._grade(apply_patch(self._solution, patch), "mutant")
            tasks = self._own_tasks(patch.functions)
            losses.append(weigh(self.assignment.id, patch, report, tasks, self._solution))
        return mark_outliers(losses, {check.id: check.points for check in self._grader.checks})

    def list_margins(self) -> list[Margin]:
        """List each check's margins, as far as the run has measured them."""
        return [
            Margin(
                self.assignment.id, check.id, self._farthest.get(check.id), self._nearest.get(check.id),
                self._seconds.get(check.id, 0.0),
            )
            for check in self._grader.checks
        ]  # fmt: skip

    def _find(self, subject: str, holds: bool, sentence: str) -> Finding:
        return Finding(self.assignment.id, subject, holds, sentence)

    def _say_each(self, what: str, versions: Sequence[T]) -> Iterator[T]:
        """Go through the versions that are tried, and tell which one it is."""
        for number, version in enumerate(versions, start=1):
            self._tell(f"{self.assignment.id}: {what} {number} of {len(versions)}")
            yield version

    def _grade(self, source: str, name: str) -> Report:
        return self._grader.grade_submission(self._submit(source, name), SEED)

    def _submit(self, source: str, name: str) -> Submission:
        content = source.encode()
        file = SubmittedFile(self.assignment.file, hashlib.sha256(content).hexdigest(), content)
        return Submission(name, (file,))

    # ---------------------------------------------------------------- the files themselves

    def _read_patches(self, file: str) -> tuple[Patch, ...]:
        """Read the patches of one file that can be applied.

        `_audit_patches` reports the others.
        """
        patches = read_patches(self.assignment.folder / file)
        return tuple(patch for patch in patches if not list_strangers(patch, self._functions))

    def _audit_patches(self) -> Iterator[Finding]:
        """Report the patches of functions that the homework does not have."""
        for file in PATCHES:
            for patch in read_patches(self.assignment.folder / file):
                for name in list_strangers(patch, self._functions):
                    nearest = find_nearest(name, self._functions)
                    meant = f"did you mean {nearest}?" if nearest else f"it has: {', '.join(self._functions)}"
                    sentence = f"{file}: {name}{SEPARATOR}{patch.slug} is of no function of the homework; {meant}"
                    yield self._find("patches", False, sentence)

    def _audit_suites(self) -> Iterator[Finding]:
        """Judge the source of the suites and of the reference.

        Every task needs checks of both kinds. The source may neither use chance that no seed governs, nor give hidden
        values away, nor take long to import.
        """
        folder = self.assignment.folder
        hidden = sorted(locate_suites(folder, Visibility.HIDDEN).glob("*.py"))
        paths = [*sorted(locate_suites(folder, Visibility.PUBLIC).glob("*.py")), *hidden, folder / REFERENCE]
        for visibility in Visibility:
            present = {check.task for check in self._grader.checks if check.visibility is visibility}
            lacking = [task.id for task in self.assignment.tasks if task.id not in present]
            sentence = f"every task has a {visibility} check{_list_places(lacking)}"
            yield self._find("suites", not lacking, sentence)
        chance = list_chance(path for path in paths if path.is_file())
        yield self._find("suites", not chance, f"what is random is drawn from rng, or seeded{_list_places(chance)}")
        quoting = list_quoting(hidden)
        sentence = f"no likely cause of a hidden check has a value written into it{_list_places(quoting)}"
        yield self._find("suites", not quoting, sentence)
        slow = self._list_slow(paths)
        sentence = f"suites and reference are imported within {MAX_IMPORT:.0f} s{_list_places(slow)}"
        yield self._find("suites", not slow, sentence)

    def _list_slow(self, paths: Sequence[Path]) -> list[str]:
        """List the files that take long to import, with the seconds.

        The import of torch is not counted, as it happened before.
        """
        if not self._source.answers:  # torch has not been imported, and would be timed with the reference
            paths = [path for path in paths if path.name != REFERENCE]
        times = {path: min(_time_import(path) for _ in range(2)) for path in paths if path.is_file()}
        return [f"{path.parent.name}/{path.name} {times[path]:.1f} s" for path in times if times[path] > MAX_IMPORT]

    def _audit_inputs(self) -> Iterator[Finding]:
        """Judge whether the seed alone decides what a check sends to the solution."""

        def run(check: str, seed: int) -> None:
            self._grader.run_checks(self._submit(self._solution, "solution"), [check], seed, compare=False)

        every = [check.id for check in self._grader.checks]
        first, again, other = (listen(every, seed, run, self._ear) for seed in (SEED, SEED, SEED + 1))
        changing = list_different(first, again)
        yield self._find("inputs", not changing, f"one seed gives the same inputs twice{_list_places(changing)}")
        yield self._judge_fixed(set(list_equal(first, other)))

    def _judge_fixed(self, fixed: set[str]) -> Finding:
        """Judge how many hidden points depend on inputs that are always the same.

        A few may: some properties are those of one input, such as a gate. But a student who has seen most inputs could
        return the answers to them, and needs no function.
        """
        hidden = [check for check in self._grader.checks if check.visibility is Visibility.HIDDEN]
        points = sum(check.points for check in hidden if check.id in fixed)
        total = sum(check.points for check in hidden)
        names = ", ".join(check.id for check in hidden if check.id in fixed)
        sentence = f"hidden checks worth {points} of {total} points have the same inputs under every seed"
        return self._find("inputs", points <= MAX_FIXED * total, f"{sentence}: {names}" if names else sentence)

    # ---------------------------------------------------------------- submissions that earn everything, or nothing

    def _audit_solution(self) -> Iterator[Finding]:
        self._grade(self._solution, "solution")  # the oracle's first answers are slow, and must not be timed below
        report = self._grade(self._solution, "solution")
        sentence = f"the solution earns {report.score} of {report.max_score}"
        yield self._find("solution", report.score == report.max_score, "; ".join([sentence, *_list_lost(report)]))
        self._keep_errors()
        self._seconds = {check.id: check.seconds or 0.0 for check in _list_checks(report)}
        slowest = max(self._seconds, key=self._seconds.__getitem__)
        sentence = f"{report.seconds:.2f} s for all checks; slowest {slowest} {self._seconds[slowest]:.3f} s"
        yield self._find("time", True, sentence)

    def _keep_errors(self) -> None:
        """Keep the largest error of a right answer so far, for each check."""
        for check, facts in self._grader.facts.items():
            if facts.error is not None:
                self._farthest[check] = max(facts.error, self._farthest.get(check, 0.0))

    def _audit_stub(self) -> Iterator[Finding]:
        path = locate_stub(self.course, self.assignment)
        report = self._grade(path.read_text("utf-8"), "stub")
        untouched = report.status is Status.NOT_ATTEMPTED and report.score == 0
        yield self._find("stub", untouched, f"the stub earns {report.score} and is {report.status}")

    def audit_nulls(self) -> Iterator[Finding]:
        """Yield a finding for each null submission that passes a check.

        The last finding says that null submissions were tried.
        """
        every = [check.id for check in self._grader.checks]
        for name, source in self._say_each("null submission", list(write_nulls(self._functions).items())):
            results = self._grader.run_checks(self._submit(source, "null"), every, SEED, compare=False)
            passed = [check.id for check in results if check.status is Status.PASSED]
            if passed:
                yield self._find("null", False, f"a submission returning {name} passes {', '.join(passed)}")
        yield self._find("null", True, "submissions that solve nothing were tried")

    # ---------------------------------------------------------------- mistakes, and unusual right answers

    def _audit_variants(self) -> Iterator[Finding]:
        patches = self._variants
        yield self._find("variants", len(patches) >= MIN_VARIANTS, f"{len(patches)} variants, at least {MIN_VARIANTS}")
        kept = 0
        for patch in self._say_each("variant", patches):
            report = self._grade(apply_patch(self._solution, patch), "variant")
            self._keep_errors()
            lost = ", ".join(check.id for check in _list_checks(report) if not check.points)
            kept += report.score == report.max_score
            if report.score != report.max_score:
                yield self._find("variants", False, f"{patch.slug} earns {report.score}; it loses {lost}")
        yield self._find("variants", 0 < kept == len(patches), f"{kept} of {len(patches)} keep every point")

    def _audit_mutants(self) -> Iterator[Finding]:
        patches = self._mutants
        yield self._find("mutants", len(patches) >= MIN_MUTANTS, f"{len(patches)} mutants, at least {MIN_MUTANTS}")
        dead = 0
        unshown, unnamed = [], []
        for patch in self._say_each("mutant", patches):
            source = apply_patch(self._solution, patch)
            lost = self._list_lost(source, patch)
            self._keep_distances(lost)
            dead += bool(lost)
            name = f"{patch.slug} of {patch.functions[0]}"
            shown = _find_shown(lost)
            unshown += [] if shown == patch.summary or _names(patch, shown) else [name]
            unnamed += [] if self._is_named(patch, lost) else [name]
            if len(self._own_tasks(patch.functions)) > 1:
                yield self._find("mutants", False, f"{patch.slug} is the name of mutants of two tasks")
            if not lost:
                sentence = f"{patch.slug} of {patch.functions[0]} loses nothing on its own task"
                yield self._find("mutants", False, sentence)
        count = max(1, len(patches))
        yield self._find("mutants", 0 < dead == len(patches), f"{dead} of {len(patches)} lose points on their own task")
        for missed, least, what in (
            (unshown, MIN_SHOWN, "what is shown first names the cause of"),
            (unnamed, MIN_NAMED, "without the comparison it names the cause of"),
        ):
            share = 1 - len(missed) / count if patches else 0.0
            sentence = f"{what} {share:.0%} of {len(patches)} mutants"
            yield self._find("diagnosis", share >= least, "; not of ".join(filter(None, [sentence, ", ".join(missed)])))

    def _keep_distances(self, lost: list[CheckResult]) -> None:
        """Keep a wrong answer's smallest error so far, for each check.

        Only errors beyond the tolerance count.
        """
        for check in lost:
            facts = self._grader.facts.get(check.id)
            if facts is not None and facts.error is not None and facts.error > 1:
                self._nearest[check.id] = min(facts.error, self._nearest.get(check.id, facts.error))

    def _is_named(self, patch: Patch, lost: list[CheckResult]) -> bool:
        """Tell whether the likely cause shown first names the patch's mistake.

        The cause is taken as it is without the mutants, so only the rules count.
        """
        return _names(patch, _find_shown([self._forget_mutants(check) for check in lost]))

    def _forget_mutants(self, check: CheckResult) -> CheckResult:
        """Return the check as it is without mutants to be compared with."""
        facts, message = self._grader.facts.get(check.id), check.message
        return replace(check, message=replace(message, likely=facts.likely)) if facts and message else check

    def _list_lost(self, source: str, patch: Patch) -> list[CheckResult]:
        """List the checks of the patched functions' own tasks that are not passed."""
        checks = self._own_checks(patch.functions)
        results = self._grader.run_checks(self._submit(source, "mutant"), checks, SEED, compare=True)
        return [check for check in results if check.status is not Status.PASSED]

    def _audit_oracle(self) -> Iterator[Finding]:
        """Report the reference's answers that no check can judge by.

        These are answers that are infinite, next to nothing, or in single precision.
        """
        for sentence in sorted(self._source.complaints):
            yield self._find("reference", False, sentence)
        if not self._source.complaints:
            sentence = f"{self._source.answers} values are finite, none is tiny and none in single precision"
            yield self._find("reference", self._source.answers > 0, sentence)

    def _audit_seeds(self, count: int) -> Iterator[Finding]:
        """Judge whether hidden inputs of other seeds give the same verdicts.

        Each version is compared check by check.
        """
        seeds = range(SEED, SEED + count)
        versions = self._list_versions()
        path = locate_traces(self.course.root) / STATE / f"{self.assignment.name}.jsonl"
        sweep = Sweep(versions, make_key(self.assignment), path)
        progress = Progress(self.assignment.id, count, self._log)
        for seed in sweep.run(seeds, self._judge, self._begin_seed):
            progress.note(seed, len(sweep.list_changes(seeds)))
        changes = sweep.list_changes(seeds)
        for change in changes:
            yield self._find("seeds", False, f"another verdict: {change}")
        sentence = f"{count} seeds, {len(versions)} versions, {len(changes)} verdicts change"
        yield self._find("seeds", not changes, sentence)
        tellings = sweep.list_tellings(seeds)
        for telling in tellings:
            yield self._find("telling", False, telling)
        yield self._find(
            "telling", not tellings, f"{len(tellings)} hidden checks tell students a number of their inputs"
        )

    def _begin_seed(self, seed: int) -> None:
        """Forget the reference's answers under other seeds."""
        self._tell(f"{self.assignment.id}: seed {seed}")
        self._source.renew(find_source(self.assignment, Mode.BATCH))

    def _judge(self, source: str, checks: Sequence[str], seed: int) -> dict[str, Verdict]:
        results = self._grader.run_checks(self._submit(source, "version"), checks, seed, compare=False)
        return {check.id: Verdict(check.status, check.message.likely if check.message else "") for check in results}

    def _list_versions(self) -> list[Version]:
        """List every way to solve the homework that its folder has.

        Each comes with the hidden checks of its functions' tasks.
        """
        versions = [Version("solution", self._solution, self._hidden_checks(tuple(self._functions)))]
        for kind, patches in (("variant", self._variants), ("mutant", self._mutants), ("almost", self._almost)):
            for patch in patches:
                name = f"{kind} {patch.slug} of {patch.functions[0]}"
                source = apply_patch(self._solution, patch)
                versions.append(Version(name, source, self._hidden_checks(patch.functions)))
        return versions

    def _hidden_checks(self, functions: tuple[str, ...]) -> tuple[str, ...]:
        hidden = {check.id for check in self._grader.checks if check.visibility is Visibility.HIDDEN}
        return tuple(check for check in self._own_checks(functions) if check in hidden)

    def _audit_automatic(self) -> Iterator[Finding]:
        known = read_equivalents(self.assignment.folder / MUTANTS)
        every = list(mutate(self._solution))
        for name in known.keys() - {mutant.name for mutant in every}:
            yield self._find("automatic", False, f"explained, but no automatic mutant: {name}")
        mutants = [mutant for mutant in every if mutant.name not in known]
        survivors = []
        for mutant in self._say_each("automatic mutant", mutants):
            if self._survives(mutant.source, (mutant.function,), SEED):
                survivors.append(mutant.name)
                yield self._find("automatic", False, f"survives unexplained: {mutant.name}")
        killed = 1 - len(survivors) / len(mutants) if mutants else 0.0
        sentence = (
            f"{killed:.1%} of {len(mutants)} automatic mutants die; {len(known)} more are explained as equivalent"
        )
        yield self._find("automatic", killed >= MIN_KILLED, sentence)

    def _survives(self, source: str, functions: tuple[str, ...], seed: int) -> bool:
        """Tell whether a mutant passes all checks of its functions' tasks."""
        checks = self._own_checks(functions)
        return bool(checks) and self._grader.passes(self._submit(source, "mutant"), checks, seed)

    def _own_checks(self, functions: tuple[str, ...]) -> list[str]:
        tasks = {task.id for task in self._own_tasks(functions)}
        return [check.id for check in self._grader.checks if check.task in tasks]

    def _own_tasks(self, functions: tuple[str, ...]) -> list[Task]:
        return [task for task in self.assignment.tasks if set(functions) & set(task.functions)]


def _list_lost(report: Report) -> list[str]:
    """Describe the checks that a submission lost, and the first failure.

    These are two texts, or none if no check was lost.
    """
    lost = [check for check in _list_checks(report) if check.status is not Status.PASSED]
    if not lost:
        return []
    message = lost[0].message
    said = [f"expected {message.expected}" * bool(message.expected), message.got] if message else []
    first = ", ".join(part for part in said if part) or str(lost[0].status)
    return [f"it loses {', '.join(check.id for check in lost)}", f"{lost[0].id}: {first}"]


def _list_places(places: Sequence[str]) -> str:
    return (
        f": not {', '.join(places[:SHOWN])}" + f" and {len(places) - SHOWN} more" * (len(places) > SHOWN)
        if places
        else ""
    )


def _time_import(path: Path) -> float:
    """Measure the seconds to run a file whose imports are loaded already."""
    started = time.perf_counter()
    runpy.run_path(str(path))
    return time.perf_counter() - started


def _list_checks(report: Report) -> list[CheckResult]:
    return [check for task in report.tasks for check in task.checks]


def _find_shown(lost: list[CheckResult]) -> str:
    """Find the likely cause that a report of these failing checks shows first."""
    return next((check.message.likely for check in sort_failing(lost)[:1] if check.message), "")


def _names(patch: Patch, likely: str) -> bool:
    return bool(patch.likely) and re.search(patch.likely, likely) is not None


@contextmanager
def open_audit(
    course: Course,
    assignment: Assignment,
    tell: Callable[[str], None] = lambda text: None,
    log: Callable[[str], None] = lambda text: None,
) -> Iterator[Audit]:
    """Make one homework ready for audit, and close it at the end.

    `tell` is called with a text on what is being tried, and `log` with a line of progress in a long sweep. Raises
    `CourseError` if the solution or the stub is missing, or is not valid Python.
    """
    for path in (locate_solution(course, assignment), locate_stub(course, assignment)):
        if not path.is_file():
            raise CourseError(f"{path} is missing", "CONTRIBUTING.md says which files make a homework.")
        try:
            ast.parse(path.read_bytes())
        except (SyntaxError, ValueError) as error:
            raise CourseError(f"{path} is not valid Python: {error}") from None
    source = WatchedSource(find_source(assignment, Mode.LOCAL))
    ear = Ear()
    launcher = RecyclingLauncher(Launcher(assignment.limits, spares=1), ear.hear)
    with closing(Grader(course, assignment, launcher, source=source)) as grader:
        yield Audit(course, assignment, grader, source, ear, tell, log)
