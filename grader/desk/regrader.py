"""Grading again and again in the background: always the newest state of one submission, and no older one to its end."""

from __future__ import annotations

import threading
from collections.abc import Callable

from grader.harness.grading import Grader
from grader.model import Report, Submission


class Regrader:
    """Grades in a thread of its own, whenever it is asked to.

    `take` reads the submission as it is now; `tell` is given every report that is still news, in that thread, or the
    exception that there is instead of one.
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
        """Grade what is there now. What is being graded is given up: nobody waits for it any more."""
        with self._asked:
            self._newest += 1
            self._asked.notify()
        self._grader.cancel()

    @property
    def busy(self) -> bool:
        """Whether a report is still to come."""
        return self._done != self._newest

    def close(self) -> None:
        """Give up what is being graded, and clean up."""
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
            except Exception as error:  # whoever watches has to hear of it
                result = error
            if number == self._newest:
                self._done = number
                self._tell(result)

    def _wait(self) -> int | None:
        """The number of the newest request, as soon as there is one; None for the end."""
        with self._asked:
            self._asked.wait_for(lambda: self._done != self._newest)
            return None if self._closing else self._newest
