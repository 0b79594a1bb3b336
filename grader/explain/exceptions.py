"""What an exception of the student's points to, by its class and its text.

The sentences hold nothing of the exception's own text: they are shown of hidden checks too, and the text is the
student's to write.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import NamedTuple

from grader.explain.causes import Cause
from grader.language import Sentence, say
from grader.typos import find_nearest

_ARGUMENTS = re.compile(r"(missing \d+ required|takes (from )?\d+|unexpected keyword|got multiple values)")
_BROADCAST = re.compile(r"could not be broadcast together with shapes \(([\d,]*)\) \(([\d,]*)\)")
FILE_ERRORS = {"FileNotFoundError", "PermissionError", "IsADirectoryError", "NotADirectoryError", "OSError"}


class Raised(NamedTuple):
    """An exception of the student's as the worker told it. Any of it may be a lie."""

    name: str
    built_in: str
    reason: str
    line: int | None
    output: str


def advise_on_import(raised: Raised, file: str) -> str:
    """What to do about an exception that ended the file before anything of it could be called."""
    if raised.built_in in ("ModuleNotFoundError", "ImportError"):
        return _advise_on_module(raised.reason)
    if raised.built_in in FILE_ERRORS:
        return say(
            "Only {file} is there when it is graded, and nothing can be written; "
            "move what needs files under `if __name__ == '__main__':`.",
            file=file,
        )
    return say("Running the file on its own, in its folder, must work: python {file}", file=file)


def _advise_on_module(reason: str) -> str:
    quoted = re.match(r"No module named '(\w+)'", reason)
    if quoted and (nearest := find_nearest(quoted[1], ["numpy"])):
        return say("Is {name} meant? The name has a typing error.", name=nearest)
    return say("Only numpy and Python's own modules are there when your file is graded; remove the other import.")


def guess_cause(raised: Raised, function: str) -> Cause | None:
    """The likely cause; None where the exception is not one of those that the rules know."""
    if raised.built_in == "TypeError" and raised.reason.startswith(f"{function}(") and _ARGUMENTS.search(raised.reason):
        return Cause(
            "parameters",
            say(
                "the function's parameters differ from the ones in the handout; their number, order and defaults matter"
            ),
        )
    if _have_other_axes(raised.reason):
        return Cause(
            "missing-axis",
            say(
                "two arrays here have a different number of axes, and numpy lines them up from the last one; "
                "keepdims=True keeps the axis that sum, mean or max would take away"
            ),
        )
    return next((Cause(rule.code, rule.sentence) for rule in RULES if rule.fits(raised)), None)


def _have_other_axes(reason: str) -> bool:
    """Whether numpy could not broadcast two shapes of which one has more axes than the other."""
    found = _BROADCAST.search(reason)
    return found is not None and len({shape.strip(",").count(",") for shape in found.groups()}) > 1


class _Rule(NamedTuple):
    """The cause of the exceptions of some classes (of any, where none is named) whose text has a pattern."""

    code: str
    classes: Collection[str]
    pattern: str
    sentence: Sentence

    def fits(self, raised: Raised) -> bool:
        """Whether an exception is one of these; of its own class or of the built-in one that this is made of."""
        named = not self.classes or raised.built_in in self.classes or raised.name in self.classes
        return named and re.search(self.pattern, raised.reason) is not None


# The first that fits speaks.
RULES = (
    _Rule(
        "few-axes",
        ("AxisError",),
        "",
        say("an array here has fewer axes than the code counts on; axis=-1 is the last one, however many there are"),
    ),
    _Rule(
        "product-shapes",
        (),
        r"mismatch in its core dimension|not aligned",
        say(
            "in a product A @ B, A needs as many columns as B has rows; "
            "here one of them is transposed or of a wrong size, or the two stand in the wrong order"
        ),
    ),
    _Rule(
        "unequal-shapes",
        (),
        r"could not be broadcast",
        say("two arrays here have shapes that do not fit each other; print their shapes just before this line"),
    ),
    _Rule(
        "reshape-count",
        (),
        r"cannot reshape array",
        say("reshape keeps the number of entries, and the new shape has another; print the old one first"),
    ),
    _Rule(
        "index-range",
        ("IndexError",),
        r"is out of bounds for axis|out of range",
        say("an index is too large: n entries have the indices 0 to n - 1"),
    ),
    _Rule(
        "index-count",
        (),
        r"too many indices for array",
        say("there are more indices in the brackets than the array has axes"),
    ),
    _Rule(
        "array-for-number",
        (),
        r"^only integer scalar arrays",
        say(
            "an array stands where one whole number belongs, such as an axis; "
            "np.max takes one array and an axis, np.maximum compares two arrays"
        ),
    ),
    _Rule(
        "number-function",
        (),
        r"^only .*scalar",
        say("this works on a single number, and an array came: math.exp, float() and if take one number at a time"),
    ),
    _Rule(
        "truth-of-array",
        (),
        r"truth value of an array",
        say(
            "if, and, or and Python's own max and min ask one question, and an array has an answer for each entry: "
            "np.where and np.maximum go entry by entry"
        ),
    ),
    _Rule(
        "unpack-count",
        (),
        r"^(not enough|too many) values to unpack",
        say("this line counts on a fixed number of parts, and another number of them came"),
    ),
    _Rule(
        "ragged-list",
        (),
        r"inhomogeneous shape",
        say("the rows of this list have different lengths, so no array can be made of it"),
    ),
    _Rule(
        "none-value",
        ("TypeError", "AttributeError"),
        r"'NoneType'",
        say("something here is None: a function that ends without return gives None"),
    ),
    _Rule(
        "list-arithmetic",
        ("TypeError", "AttributeError"),
        r"'list' object has no attribute|unsupported operand .*'list'|multiply sequence|concatenate list",
        say("a list has no shape and does no arithmetic entry by entry; np.asarray(...) makes an array of it"),
    ),
    _Rule(
        "bit-operators",
        (),
        r"ufunc 'bitwise_|unsupported operand type\(s\) for [&|^]=?:",
        say("&, | and ^ work on the bits of whole numbers and on True and False; floats have neither"),
    ),
    _Rule(
        "in-place-cast",
        (),
        r"Cannot cast ufunc",
        say("an array of whole numbers cannot be changed in place (+=, -=, *=, /=) by fractions"),
    ),
    _Rule(
        "read-only",
        (),
        r"is read-only$",
        say("this array may only be read; an operation in place (-=, *=, x[...] =) works on the caller's own array"),
    ),
    _Rule(
        "shape-set",
        (),
        r"Incompatible shape for in-place modification",
        say("setting .shape works only where the entries lie in one piece in memory; x.reshape(...) always works"),
    ),
    _Rule(
        "callback-arguments",
        ("CallbackFailed",),
        "",
        say(
            "a function that yours was handed got arguments that it cannot take; "
            "their number, shape and kind are in the handout"
        ),
    ),
    _Rule(
        "float-index",
        ("IndexError",),
        r"must be of integer",
        say("an index must be a whole number, and a float came; astype(int) makes whole numbers of an array"),
    ),
    _Rule(
        "not-callable",
        ("TypeError",),
        r"object is not callable$",
        say("round brackets call a function, and no function stands before them; an index has square ones"),
    ),
    _Rule(
        "unbound-variable",
        ("UnboundLocalError",),
        "",
        say("a variable is read before this function has given it a value, on this path at least"),
    ),
    _Rule(
        "unknown-name",
        ("NameError",),
        "",
        say("this name is not defined in your file: a typing error, or a missing import or line"),
    ),
    _Rule(
        "ends-program",
        ("SystemExit",),
        "",
        say("the function ends the whole program (exit, quit or sys.exit) where it should return a value"),
    ),
    _Rule(
        "zero-division",
        ("ZeroDivisionError",),
        "",
        say("a number is divided by 0 here; ask in which case the divisor is 0"),
    ),
    _Rule(
        "small-integers",
        ("OverflowError",),
        r"out of bounds for u?int",
        say(
            "a number does not fit into an array of small whole numbers, such as uint8; "
            "make float64 of the argument first: np.asarray(x, dtype=float)"
        ),
    ),
    _Rule(
        "float-overflow",
        ("OverflowError",),
        "",
        say("a number became too large for a float: Python's own exp and ** raise an error where numpy's give inf"),
    ),
    _Rule(
        "memory",
        ("MemoryError",),
        "",
        say("the function asked for more memory than it may have; a very large array, or a list that keeps growing"),
    ),
    _Rule("recursion", ("RecursionError",), "", say("the function calls itself without end")),
    _Rule(
        "file-access",
        FILE_ERRORS,
        "",
        say("a file is opened here: none is there when this is graded, and none can be written"),
    ),
    _Rule("input-call", ("EOFError",), "", say("the function waits for input(), and nobody is there to type")),
)
