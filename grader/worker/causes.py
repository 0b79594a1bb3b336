"""What an exception of the student's points to, by its class and its text."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from grader.language import say

if TYPE_CHECKING:
    from grader.worker.failures import Raised

_ARGUMENTS = re.compile(r"(missing \d+ required|takes (from )?\d+|unexpected keyword|got multiple values)")


def guess_cause(raised: Raised, function: str) -> str:
    """The likely cause in a sentence, or an empty string."""
    if raised.built_in == "SystemExit":
        return say("the function ends the whole program (exit, quit or sys.exit) where it should return a value")
    if raised.built_in == "TypeError" and raised.reason.startswith(f"{function}(") and _ARGUMENTS.search(raised.reason):
        return say("the function's parameters differ from the ones in the handout; their number and order matter")
    if raised.name == "AxisError":
        return say(
            "an array here has fewer axes than the code counts on; axis=-1 is the last one, however many there are"
        )
    if "could not be broadcast" in raised.reason or "mismatch in its core dimension" in raised.reason:
        return say("two arrays here have shapes that do not fit each other; print their shapes just before this line")
    if raised.reason.startswith("only ") and "scalar" in raised.reason:
        return say(
            "this works on a single number, and an array came: math.exp, float() and if take one number at a time"
        )
    if "truth value of an array" in raised.reason:
        return say(
            "an if asks one question, and an array has an answer for each entry: np.where chooses entry by entry"
        )
    if raised.reason.startswith(("not enough values to unpack", "too many values to unpack")):
        return say("this line counts on a fixed number of parts, and another number of them came")
    if raised.built_in == "OverflowError":
        return say(
            "a number became too large for a float: Python's own exp and ** raise an error where numpy's give inf"
        )
    if raised.built_in == "MemoryError":
        return say(
            "the function asked for more memory than it may have; a very large array, or a list that keeps growing"
        )
    if raised.built_in == "RecursionError":
        return say("the function calls itself without end")
    if raised.built_in == "EOFError":
        return say("the function waits for input(), and nobody is there to type")
    return ""
