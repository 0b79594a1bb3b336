"""Grading in the background: always the newest state of one submission.

The grading of an older state is not brought to its end.
"""

from __future__ import annotations

import threading
from collections.abc import Callable

from grader.harness.process import Harness, HarnessEnded, Settings
from grader.model.report import Report
from grader.model.submission import Submission


class Regrader:
    """Grades one submission at each request, in a thread and a harness of its own.

    `take` reads the submission as it is now. `tell` is called in that thread, with every report that is not out of date
    already, or with the exception that was raised instead of one.
    """

    def __init__(
        self, settings: Settings, seed: int, take: Callable[[], Submission], tell: Callable[[Report | Exception], None]
    ) -> None:
        self._settings = settings
        self._seed = seed
        self._take, self._tell = take, tell
        self._harness = Harness(settings)
        self._asked = threading.Condition()
        self._newest = self._done = 0
        self._closing = False
        self._thread = threading.Thread(target=self._serve, daemon=True, name="regrader")
        self._thread.start()

    def request(self) -> None:
        """Grade the submission as it is now.

        A grading that is under way is given up, as its report would be out of date.
        """
        with self._asked:
            self._give_up()

    def close(self) -> None:
        """Give up the grading that is under way, and clean up."""
        with self._asked:
            self._closing = True
            self._give_up()
        self._thread.join(timeout=10)
        self._harness.close()

    def _give_up(self) -> None:
        if self._done != self._newest:
            self._harness.release()  # a busy harness that is released ends at once
        self._newest += 1
        self._asked.notify()

    def _serve(self) -> None:
        while (number := self._wait()) is not None:
            result: Report | Exception
            try:
                result = self._grade(number)
            except Exception as error:  # passed on, as a student would not see an error that stays in this thread
                result = error
            with self._asked:
                if number != self._newest:
                    continue
                self._done = number
            self._tell(result)

    def _grade(self, number: int) -> Report:
        """Grade the submission as it is now; `number` is that of the request.

        A harness that was given up, or that died while it was idle, is replaced by a new one.
        """
        submission = self._take()
        try:
            return self._harness.grade(submission, self._seed)
        except HarnessEnded:
            self._harness.kill()
            if self._closing:
                raise
            self._harness = Harness(self._settings)
            if number != self._newest:
                raise
            return self._harness.grade(submission, self._seed)

    def _wait(self) -> int | None:
        """Wait for a request, and give the number of the newest; None for the end."""
        with self._asked:
            self._asked.wait_for(lambda: self._closing or self._done != self._newest)
            return None if self._closing else self._newest
