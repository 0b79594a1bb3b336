"""Grading in the background: always the newest state of one submission.

The grading of an older state is not brought to its end.
"""

from __future__ import annotations

import threading
from collections.abc import Callable

from grader.harness.grading import Grader
from grader.model import Report, Submission


class Regrader:
    """A grader in its own thread that grades one submission at each request.

    `take` reads the submission as it is now. `tell` is called in that thread, with every report that is not out of date
    already, or with the exception that was raised instead of one.
    """

    def __init__(
        self, grader: Grader, seed: int, take: Callable[[], Submission], tell: Callable[[Report | Exception], None]
    ) -> None:
        self._grader = grader
        self._seed = seed
        self._take, self._tell = take, tell
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
            self._newest += 1
            self._asked.notify()
        self._grader.cancel()

    def close(self) -> None:
        """Give up the grading that is under way, and clean up."""
        with self._asked:
            self._closing = True
            self._newest += 1
            self._asked.notify()
        self._grader.cancel()
        self._thread.join(timeout=10)
        self._grader.close()

    def _serve(self) -> None:
        while (number := self._wait()) is not None:
            result: Report | Exception
            try:
                result = self._grader.grade_submission(self._take(), self._seed)
            except Exception as error:  # passed on, as a student would not see an error that stays in this thread
                result = error
            if number == self._newest:
                self._done = number
                self._tell(result)

    def _wait(self) -> int | None:
        """Wait for a request, and give the number of the newest; None for the end."""
        with self._asked:
            self._asked.wait_for(lambda: self._done != self._newest)
            return None if self._closing else self._newest
