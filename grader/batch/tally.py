"""Count how many of a batch's submissions failed each check."""

from __future__ import annotations

from collections import Counter

from grader.model import FAILING, Report


class Tally:
    """The checks of a batch, and how often each one was judged and failed."""

    def __init__(self) -> None:
        self._names: dict[str, str] = {}
        self._judged: Counter[str] = Counter()
        self._failed: Counter[str] = Counter()

    def add(self, report: Report) -> None:
        """Count the checks of one report."""
        for task in report.tasks:
            for check in task.checks:
                self._names[check.id] = f"{task.title}: {check.name}"
                self._judged[check.id] += 1
                self._failed[check.id] += check.status in FAILING

    def name_hardest(self) -> str:
        """Name the check that most submissions failed, and count its failures.

        The count is out of the submissions that the check judged. Empty if no check failed.
        """
        [(hardest, count)] = self._failed.most_common(1) or [("", 0)]
        if not count:
            return ""
        name = self._names[hardest]
        place = f" [{hardest}]" if list(self._names.values()).count(name) > 1 else ""
        return f"{name}{place} ({count} of {self._judged[hardest]} failed it)"
