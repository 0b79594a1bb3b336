"""What an exception of the student's points to, by its class and its text.

The sentences hold nothing of the exception's own text: they are shown of hidden checks too, and the text is the
student's to write.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from grader.language import say
from grader.typos import find_nearest

if TYPE_CHECKING:
    from grader.worker.failures import Raised

_ARGUMENTS = re.compile(r"(missing \d+ required|takes (from )?\d+|unexpected keyword|got multiple values)")
_BROADCAST = re.compile(r"could not be broadcast together with shapes \(([\d,]*)\) \(([\d,]*)\)")
_FILE_ERRORS = {"FileNotFoundError", "PermissionError", "IsADirectoryError", "NotADirectoryError", "OSError"}
_LIST = re.compile(r"'list' object has no attribute|unsupported operand .*'list'|multiply sequence|concatenate list")


def advise_on_import(raised: Raised, file: str) -> str:
    """What to do about an exception that ended the file before anything of it could be called."""
    if raised.built_in in ("ModuleNotFoundError", "ImportError"):
        return _advise_on_module(raised.reason)
    if raised.built_in in _FILE_ERRORS:
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


def guess_cause(raised: Raised, function: str) -> str:
    """The likely cause in a sentence, or an empty string."""
    if raised.built_in == "TypeError" and raised.reason.startswith(f"{function}(") and _ARGUMENTS.search(raised.reason):
        return say(
            "the function's parameters differ from the ones in the handout; their number, order and defaults matter"
        )
    guesses = (_guess_shapes, _guess_kinds, _guess_types, _guess_names, _guess_limits)
    return next((cause for guess in guesses if (cause := guess(raised))), "")


def _guess_shapes(raised: Raised) -> str:
    """Arrays that do not fit each other, or not the code."""
    reason = raised.reason
    if raised.name == "AxisError":
        return say(
            "an array here has fewer axes than the code counts on; axis=-1 is the last one, however many there are"
        )
    if "mismatch in its core dimension" in reason or "not aligned" in reason:
        return say(
            "in a product A @ B, A needs as many columns as B has rows; "
            "here one of them is transposed or of a wrong size, or the two stand in the wrong order"
        )
    if match := _BROADCAST.search(reason):
        one, other = (shape.strip(",").count(",") for shape in match.groups())
        if one != other:
            return say(
                "two arrays here have a different number of axes, and numpy lines them up from the last one; "
                "keepdims=True keeps the axis that sum, mean or max would take away"
            )
    if "could not be broadcast" in reason:
        return say("two arrays here have shapes that do not fit each other; print their shapes just before this line")
    if "cannot reshape array" in reason:
        return say("reshape keeps the number of entries, and the new shape has another; print the old one first")
    if "is out of bounds for axis" in reason or (raised.built_in == "IndexError" and "out of range" in reason):
        return say("an index is too large: n entries have the indices 0 to n - 1")
    if "too many indices for array" in reason:
        return say("there are more indices in the brackets than the array has axes")
    return ""


def _guess_kinds(raised: Raised) -> str:
    """A value of another kind than the code counts on."""
    reason = raised.reason
    if reason.startswith("only integer scalar arrays"):
        return say(
            "an array stands where one whole number belongs, such as an axis; "
            "np.max takes one array and an axis, np.maximum compares two arrays"
        )
    if reason.startswith("only ") and "scalar" in reason:
        return say(
            "this works on a single number, and an array came: math.exp, float() and if take one number at a time"
        )
    if "truth value of an array" in reason:
        return say(
            "if, and, or and Python's own max and min ask one question, and an array has an answer for each entry: "
            "np.where and np.maximum go entry by entry"
        )
    if reason.startswith(("not enough values to unpack", "too many values to unpack")):
        return say("this line counts on a fixed number of parts, and another number of them came")
    if "inhomogeneous shape" in reason:
        return say("the rows of this list have different lengths, so no array can be made of it")
    return ""


def _guess_types(raised: Raised) -> str:
    """A type that lacks what the code asks of it."""
    reason = raised.reason
    if raised.built_in in ("TypeError", "AttributeError") and "'NoneType'" in reason:
        return say("something here is None: a function that ends without return gives None")
    if raised.built_in in ("TypeError", "AttributeError") and _LIST.search(reason):
        return say("a list has no shape and does no arithmetic entry by entry; np.asarray(...) makes an array of it")
    if "ufunc 'bitwise_" in reason or re.search(r"unsupported operand type\(s\) for [&|^]=?:", reason):
        return say("&, | and ^ work on the bits of whole numbers and on True and False; floats have neither")
    if "Cannot cast ufunc" in reason:
        return say("an array of whole numbers cannot be changed in place (+=, -=, *=, /=) by fractions")
    if reason.endswith("is read-only"):
        return say(
            "this array may only be read; an operation in place (-=, *=, x[...] =) works on the caller's own array"
        )
    if "Incompatible shape for in-place modification" in reason:
        return say(
            "setting .shape works only where the entries lie in one piece in memory; x.reshape(...) always works"
        )
    if reason.startswith("the function that was passed in"):
        return say(
            "a function that yours was handed got arguments that it cannot take; "
            "their number, shape and kind are in the handout"
        )
    if raised.built_in == "IndexError" and "must be of integer" in reason:
        return say("an index must be a whole number, and a float came; astype(int) makes whole numbers of an array")
    if raised.built_in == "TypeError" and reason.endswith("object is not callable"):
        return say("round brackets call a function, and no function stands before them; an index has square ones")
    return ""


def _guess_names(raised: Raised) -> str:
    """A name that means nothing yet."""
    if raised.built_in == "UnboundLocalError":
        return say("a variable is read before this function has given it a value, on this path at least")
    if raised.built_in == "NameError":
        return say("this name is not defined in your file: a typing error, or a missing import or line")
    return ""


def _guess_limits(raised: Raised) -> str:
    """More than the program, or Python, allows."""
    if raised.built_in == "SystemExit":
        return say("the function ends the whole program (exit, quit or sys.exit) where it should return a value")
    if raised.built_in == "ZeroDivisionError":
        return say("a number is divided by 0 here; ask in which case the divisor is 0")
    if raised.built_in == "OverflowError" and re.search(r"out of bounds for u?int", raised.reason):
        return say(
            "a number does not fit into an array of small whole numbers, such as uint8; "
            "make float64 of the argument first: np.asarray(x, dtype=float)"
        )
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
    if raised.built_in in _FILE_ERRORS:
        return say("a file is opened here: none is there when this is graded, and none can be written")
    if raised.built_in == "EOFError":
        return say("the function waits for input(), and nobody is there to type")
    return ""
