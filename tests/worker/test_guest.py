"""The student's module inside the worker: loaded from bytes, called by name, its noise bounded."""

from __future__ import annotations

import builtins
import sys
import textwrap
import warnings
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from grader.worker.inside import wire
from grader.worker.inside.guest import MAX_FUNCTIONS, MAX_REASON, MAX_WARNINGS, Guest, Outcome
from grader.worker.inside.output import MAX_OUTPUT, BoundedOutput
from grader.worker.inside.tags import Callback, CallbackFailed, Handle, LaidOut, Layout, Unsupported
from grader.worker.inside.wire import MAX_NODES, Kind

FILE = "guest_under_test.py"


@pytest.fixture(autouse=True)
def forget_the_module() -> Iterator[None]:
    """A guest puts the student's module where Python keeps modules; the next test must not find it there."""
    yield
    sys.modules.pop(FILE.removesuffix(".py"), None)


def load(source: str | bytes, invoke: Any = None) -> tuple[Guest, Outcome]:
    """A guest that has run this source, and what came of it."""
    guest = Guest(invoke or refuse_callbacks)
    data = source if isinstance(source, bytes) else textwrap.dedent(source).encode()
    return guest, guest.load(FILE, data)


def refuse_callbacks(number: int, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """Most functions are given no callback, and must not call one."""
    raise AssertionError(f"an unexpected callback {number} {args} {kwargs}")


def run(source: str, *args: Any, name: str = "f", invoke: Any = None, echo: bool = False, **kwargs: Any) -> Outcome:
    """What came of one call of `f` in this source."""
    guest, loaded = load(source, invoke)
    assert loaded.kind is Kind.LOADED
    return guest.call(name, args, kwargs, (), echo)


def give_value(source: str, *args: Any, **kwargs: Any) -> Any:
    """The value that `f` returned."""
    outcome = run(source, *args, **kwargs)
    assert outcome.kind is Kind.RETURNED
    return outcome.value[0]


def give_output(source: str) -> str:
    """What `f()` printed."""
    return run(source).value[-2]


# ---------------------------------------------------------------- loading


def test_a_loaded_file_names_its_functions() -> None:
    """All that can be called and is not private; the file's own functions come first."""
    source = """\
        import math
        from math import exp
        EPS = 1e-5
        def softmax(z, axis=1, *, keep=True):
            inner = z
            return inner
        def _private(): pass
        class Layer:
            def forward(self): pass
        double = lambda x: 2 * x
        """
    assert (Kind.LOADED, (("softmax", "double", "exp", "Layer"), "", [])) == load(source)[1]


def test_a_file_with_thousands_of_functions_names_some_of_them() -> None:
    """The answer to loading stays small, whatever is in the file."""
    many = "\n".join(f"def f{i}(): pass" for i in range(1000))
    assert MAX_FUNCTIONS == len(load(many)[1].value[0])


def test_a_file_is_no_main_program() -> None:
    """What stands under `if __name__ == "__main__"` does not run."""
    assert "guest_under_test" == give_value('def f(): return __name__\nif __name__ == "__main__": raise SystemExit')


def test_a_file_with_a_byte_order_mark_runs() -> None:
    """Windows editors put one in front."""
    guest, _ = load(b"\xef\xbb\xbfdef f(): return 1\n")
    assert 1 == guest.call("f", (), {}, (), False).value[0]


def test_a_file_with_windows_line_ends_and_no_last_one_runs() -> None:
    """Carriage returns, and an end in the middle of a line."""
    guest, _ = load(b"def f():\r\n    return 1")
    assert 1 == guest.call("f", (), {}, (), False).value[0]


@pytest.mark.parametrize("encoding", ["latin-1", "cp949", "unicode_escape", "utf-7", "utf_16", "rot13", "nonsense"])
def test_whatever_encoding_a_file_declares_it_is_read_as_utf_8(encoding: str) -> None:
    """PEP 263 would let a file run that reads otherwise: what runs is what is read."""
    guest, _ = load(f"# -*- coding: {encoding} -*-\ndef f(): return 'é합' # \\u000areturn 2\n".encode())
    assert "é합" == guest.call("f", (), {}, (), False).value[0]


def test_a_stub_does_not_run_as_a_solution() -> None:
    """To whoever reads the file, and to us, the second line is a comment."""
    guest, _ = load(b"# coding: unicode_escape\ndef f(): return 0\n#\\x0adef f(): return 1\n")
    assert 0 == guest.call("f", (), {}, (), False).value[0]


def test_a_module_can_be_found_by_its_classes() -> None:
    """A dataclass looks its module up by name."""
    source = """
        from __future__ import annotations
        from dataclasses import dataclass
        @dataclass
        class Pair:
            a: float
        def f(): return Pair(2.0).a
        """
    assert 2.0 == give_value(source)


@pytest.mark.parametrize("data", [b"x = 1\x00\n", b"x = '\xff'\n", b"\xff\xfex\x00", b"def f(:\n"], ids=repr)
def test_a_file_that_is_no_python_raises_what_python_raises(data: bytes) -> None:
    """Who debugs a file, or a grader that did not ask before, meets it here."""
    kind, (_, built_in, reason, *_) = load(data)[1]
    assert (Kind.RAISED, "SyntaxError", True) == (kind, built_in, bool(reason))


@pytest.mark.parametrize(
    ("source", "built_in", "line"),
    [
        ("import numpy as np\n\nnp.ones(3) @ np.ones(2)\n", "ValueError", 3),
        ("def g():\n    return 1 / 0\ng()\n", "ZeroDivisionError", 2),
        ("import sys\nsys.exit(0)\n", "SystemExit", 2),
        ("raise KeyboardInterrupt\n", "KeyboardInterrupt", 1),
        ("class Mine(BaseException): pass\nraise Mine\n", "BaseException", 2),
        ("raise NotImplementedError\n", "NotImplementedError", 1),
        ("def f(): f()\nf()\n", "RecursionError", 1),
        ("import no_such_module\n", "ModuleNotFoundError", 1),
        ("input()\n", "EOFError", 1),
    ],
)
def test_an_exception_while_loading_has_a_line_of_the_file(
    monkeypatch: pytest.MonkeyPatch, source: str, built_in: str, line: int
) -> None:
    """Whatever is raised, and wherever: the last line of the student's own."""
    monkeypatch.setattr("builtins.input", end_of_input)
    kind, value = load(source)[1]
    assert (Kind.RAISED, built_in, line) == (kind, value[1], value[3])


def end_of_input() -> str:
    """What input() comes to where nobody types."""
    raise EOFError


# ---------------------------------------------------------------- calling


def test_a_function_is_called_with_what_was_sent() -> None:
    """By position and by name."""
    assert (1, 2, {"c": 3}) == give_value("def f(a, *, b, **rest): return a, b, rest", 1, b=2, c=3)


def test_an_echo_shows_what_became_of_the_arguments() -> None:
    """A change in place is seen; a new binding is not."""
    source = """
        def f(x, y, names):
            x *= 2
            y = y * 2
            names.append(1)
            return y
        """
    value, echoed, *_ = run(source, np.ones(2), np.ones(2), [], echo=True).value
    assert [[2, 2], [2, 2], [1, 1], [1]] == [list(part) for part in (value, *echoed)]


LOOK = "def f(x): return x.tolist(), x.strides, x.flags.c_contiguous, x.flags.writeable"
ROWS = np.arange(6.0).reshape(2, 3)


@pytest.mark.parametrize(
    ("layout", "strides", "contiguous", "writable"),
    [
        (Layout.PLAIN, (24, 8), True, True),
        (Layout.COLUMNS, (8, 16), False, True),
        (Layout.STRIDED, (48, 16), False, True),
        (Layout.REVERSED, (-24, 8), False, True),
        (Layout.READ_ONLY, (24, 8), True, False),
    ],
)
def test_an_array_arrives_in_the_layout_it_was_sent_in(
    layout: Layout, strides: tuple[int, int], contiguous: bool, writable: bool
) -> None:
    """The entries are the same, and memory is what the suite asked for."""
    assert (ROWS.tolist(), strides, contiguous, writable) == give_value(LOOK, LaidOut(ROWS.copy(), layout))


def test_a_repeated_row_is_stored_once_and_cannot_be_written() -> None:
    """As numpy.broadcast_to gives it."""
    table = np.ones((3, 2))
    assert (table.tolist(), (0, 8), False, False) == give_value(LOOK, LaidOut(table, Layout.REPEATED))


def test_one_laid_out_array_given_twice_is_one_array() -> None:
    """Two plain arrays are apart; an echo shows a change through either name."""
    same = LaidOut(np.zeros(2), Layout.PLAIN)
    source = "def f(x, y): x += 1; return x is y"
    value, echoed, *_ = run(source, same, same, echo=True).value
    assert (True, [[1, 1], [1, 1]]) == (value, [list(part) for part in echoed])
    assert give_value(source, np.zeros(2), np.zeros(2)) is False


def test_without_an_echo_none_is_sent() -> None:
    """Large arguments do not travel back for nothing."""
    assert run("def f(x): return 0", np.ones(2)).value[1] is None


def test_an_echo_leaves_functions_and_handles_as_they_were_sent() -> None:
    """They are no plain values, so they come back as what the harness knows them by."""
    guest, _ = load("def make(): return 0, object()\ndef f(g, cache, x): x += 1; return 0")
    handle = guest.call("make", (), {}, (1,), False).value[0][1]
    args = (Callback(0), handle, np.zeros(1))
    _, value = guest.call("f", args, {}, (), True)
    assert (Callback(0), handle) == value[1][:2]
    assert [1] == list(value[1][2])


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("(i * i for i in range(3))", [0, 1, 4]),
        ("range(2, 5)", [2, 3, 4]),
        ("zip('ab', (1, 2))", [("a", 1), ("b", 2)]),
        ("map(abs, (-1, 2))", [1, 2]),
        ("filter(None, (0, 1))", [1]),
        ("reversed([1, 2])", [2, 1]),
        ("enumerate('a')", [(0, "a")]),
        ("iter((1, 2))", [1, 2]),
        ("{'a': 1}.keys()", ["a"]),
        ("{'a': 1}.values()", [1]),
        ("{'a': 1}.items()", [("a", 1)]),
    ],
)
def test_what_is_nearly_a_list_becomes_one(expression: str, value: list[Any]) -> None:
    """Students return generators and views where a list is meant."""
    assert value == give_value(f"def f(): return {expression}")


def test_an_iterator_without_end_is_taken_only_so_far() -> None:
    """One part more than can travel, so that the encoder refuses it."""
    value = give_value("import itertools\ndef f(): return itertools.count()")
    assert MAX_NODES + 1 == len(value)
    with pytest.raises(Unsupported, match="parts 100000"):
        wire.encode(Kind.RETURNED, 0, value)


def test_an_iterator_that_raises_is_the_functions_exception() -> None:
    """Its body is the student's code too: what it prints is kept, what it raises has their line."""
    kind, value = run("def f():\n    print('so far')\n    yield 1\n    yield 1 / 0\n")
    assert (Kind.RAISED, "ZeroDivisionError", 4, "so far\n") == (kind, value[1], value[3], value[4])


@pytest.mark.parametrize("wrap", ["({0})", "[{0}]"])
def test_an_opaque_position_stays_inside(wrap: str) -> None:
    """Plain or not, it becomes a handle; passed back, it is the very same object."""
    source = f"""
        def forward(): return {wrap.format("1.5, {'z': object()}, [2]")}
        def backward(cache, again): return cache is again, sorted(cache)
        """
    guest, _ = load(source)
    value = guest.call("forward", (), {}, (1, 2), False).value[0]
    assert (1.5, Handle(0), Handle(1)) == value
    assert (True, ["z"]) == guest.call("backward", (value[1], value[1]), {}, (), False).value[0]
    assert [False, [2]] == list(guest.call("backward", (value[2], Handle(0)), {}, (), False).value[0])


def test_handles_are_found_inside_lists_and_keywords() -> None:
    """A network's caches travel in a list."""
    guest, _ = load("def make(): return [1], [2]\ndef f(caches, last): return [c[0] for c in caches['all']] + last")
    first, second = guest.call("make", (), {}, (0, 1), False).value[0]
    value = guest.call("f", ({"all": [first, (second,)[0]]},), {"last": second}, (), False).value[0]
    assert [1, 2, 2] == value


def test_opaque_positions_of_what_is_no_tuple_mean_nothing() -> None:
    """The suite sees the value and finds it wrong."""
    guest, _ = load("def f(): return 1.5")
    assert 1.5 == guest.call("f", (), {}, (1,), False).value[0]


@pytest.mark.parametrize("number", [0, 7])
def test_a_handle_that_is_not_there_is_no_crash(number: int) -> None:
    """A worker that took over from another one has none of its handles."""
    outcome = run("def f(cache): return cache", Handle(number))
    assert Kind.RAISED is outcome.kind


def test_a_callback_carries_its_arguments_out_and_its_answer_back() -> None:
    """Positions, keywords and iterators; called as often as the student likes."""
    seen = []

    def invoke(number: int, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        seen.append((number, args, kwargs))
        return len(seen)

    assert 3 == give_value("def f(g): return g(1, y=2) + g(range(2))", Callback(4), invoke=invoke)
    assert [(4, (1,), {"y": 2}), (4, ([0, 1],), {})] == seen


def test_a_callback_can_be_handed_on_to_another() -> None:
    """As an argument it is again what the harness knows it by."""
    seen = []

    def invoke(number: int, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        seen.append((number, args, kwargs))
        return len(seen)

    assert 1 == give_value("def f(g, h): return g(h, 2, inner=g)", Callback(4), Callback(1), invoke=invoke)
    assert [(4, (Callback(1), 2), {"inner": Callback(4)})] == seen


def test_an_exception_of_a_callback_goes_through_the_students_code() -> None:
    """They may even catch it."""

    def invoke(*_: Any) -> Any:
        raise CallbackFailed

    kind, value = run("def f(g): return g()", Callback(0), invoke=invoke)
    assert (Kind.RAISED, "CallbackFailed", "RuntimeError") == (kind, *value[:2])


# ---------------------------------------------------------------- exceptions


def test_an_exception_is_named_by_itself_and_by_its_built_in_base() -> None:
    """The first name is the student's to choose, the second is not."""
    kind, value = run("class Odd(KeyError): pass\ndef f():\n    raise Odd('no such layer')\n")
    assert (Kind.RAISED, ("Odd", "KeyError", "'no such layer'", 3, "", [])) == (kind, value)


@pytest.mark.parametrize(
    "body",
    [
        "def __str__(self): raise ValueError",
        "def __str__(self): raise SystemExit",
        "def __str__(self): return 3",
        "def __str__(self): return self.__str__()",
        "__str__ = None",
    ],
)
def test_an_exception_that_cannot_say_itself_says_nothing(body: str) -> None:
    """A hostile __str__ ends neither the call nor the worker."""
    outcome = run(f"class Odd(Exception):\n    {body}\ndef f(): raise Odd\n")
    assert (Kind.RAISED, "Odd", "") == (outcome.kind, outcome.value[0], outcome.value[2])


def test_an_exceptions_text_is_bounded() -> None:
    """A million characters are nobody's reason."""
    assert MAX_REASON == len(run("def f(): raise ValueError('x' * 10**6)").value[2])


@pytest.mark.parametrize("statement", ["exit()", "quit(3)", "raise SystemExit", "import sys; sys.exit('bye')"])
def test_ending_the_program_only_ends_the_call(monkeypatch: pytest.MonkeyPatch, statement: str) -> None:
    """SystemExit is an exception like any other."""
    monkeypatch.setattr(builtins, "exit", sys.exit, raising=False)
    monkeypatch.setattr(builtins, "quit", sys.exit, raising=False)
    assert "SystemExit" == run(f"def f(): {statement}").value[1]


def test_a_name_that_is_not_there_is_an_attribute_error() -> None:
    """The client asks only for functions it was told of, but they may have gone."""
    guest, _ = load("def f():\n    global f\n    del f\n")
    assert Kind.RETURNED is guest.call("f", (), {}, (), False).kind
    assert "AttributeError" == guest.call("f", (), {}, (), False).value[1]


def test_a_refused_value_is_said_in_the_encoders_words() -> None:
    """And what was printed meanwhile is not lost for the next call."""
    guest, _ = load("def f(): pass")
    kind, value = guest.refuse(Unsupported("type", "set"))
    assert (Kind.RAISED, ("Unsupported", "", "type set", None, "", [])) == (kind, value)


# ---------------------------------------------------------------- noise


def test_what_is_printed_comes_with_the_answer() -> None:
    """stdout and stderr, in order."""
    assert "one\ntwo" == give_output(
        "import sys\ndef f():\n    print('one')\n    print('two', end='', file=sys.stderr)"
    )


def test_what_is_printed_before_an_exception_comes_with_it() -> None:
    """Prints are how students look for the mistake."""
    assert "z = 1\n" == give_output("def f():\n    print('z =', 1)\n    raise ValueError")


@pytest.mark.parametrize(
    "statement",
    ["print('x' * 10**7, end='')", "for _ in range(10**4): print('x' * 10**3, end='')"],
    ids=["once", "often"],
)
def test_printing_is_bounded_and_the_rest_is_counted(statement: str) -> None:
    """The first characters, and how many more there were."""
    assert "x" * MAX_OUTPUT + f"\n… ({10**7 - MAX_OUTPUT} more characters)" == give_output(f"def f():\n    {statement}")


def test_exactly_as_much_as_fits_is_printed_whole() -> None:
    """At the limit nothing is lost and nothing is counted."""
    assert "x" * MAX_OUTPUT == give_output(f"def f(): print('x' * {MAX_OUTPUT}, end='')")


def test_each_call_starts_with_an_empty_page() -> None:
    """Neither the text nor the count of one call is seen in the next."""
    guest, _ = load("def f(n): print('x' * n, end='')")
    guest.call("f", (MAX_OUTPUT + 5,), {}, (), False)
    assert "xx" == guest.call("f", (2,), {}, (), False).value[2]


def test_printing_while_loading_is_kept_as_well() -> None:
    """It comes with the answer to loading, and not with the first call's."""
    guest, loaded = load("print('loading')\ndef f(): pass")
    assert "loading\n" == loaded.value[1]
    assert "" == guest.call("f", (), {}, (), False).value[2]


@pytest.mark.parametrize("value", ["b'bytes'", "3", "None", "['a']"])
def test_only_text_can_be_written(value: str) -> None:
    """As to a real stdout; the mistake is the student's exception and not our crash."""
    assert "TypeError" == run(f"import sys\ndef f(): sys.stdout.write({value})").value[1]


@pytest.mark.parametrize(
    "line",
    [
        "sys.stdout.reconfigure(encoding='utf-8')",
        "sys.stdout = io.TextIOWrapper(sys.stdout.buffer, encoding='utf-8')",
        "sys.stdout = io.TextIOWrapper(sys.stdout.detach(), encoding='utf-8', line_buffering=True)",
        "sys.stdout = codecs.getwriter('utf-8')(sys.stdout.buffer)",
        "assert sys.stdout.encoding.lower() == 'utf-8' and sys.stdout.name and not sys.stdout.isatty()",
        "out = sys.stdout.buffer; out.write(b'\\xea'); out.write(b'\\xb0\\x80\\n'); sys.stdout.close()",
    ],
)
def test_what_scripts_do_to_a_stdout_does_no_harm(line: str) -> None:
    """Consoles of some countries need it; what is printed is kept all the same, then and later."""
    guest, loaded = load(f"import codecs, io, sys\n{line}\nprint('가')\ndef f(): print('나')")
    assert (Kind.LOADED, "가") == (loaded.kind, loaded.value[1].split()[-1])
    assert ["나\n"] * 2 == [guest.call("f", (), {}, (), False).value[2] for _ in range(2)]


def test_bounded_output_tells_how_much_it_took() -> None:
    """`print` relies on it."""
    output = BoundedOutput()
    assert (True, 3) == (output.writable(), output.write("abc"))


@pytest.mark.parametrize("place", ["{names}{function}", "{function}{names}"])
def test_what_the_file_defines_comes_first(place: str) -> None:
    """However many names a star import brings."""
    source = place.format(names="from numpy import *\n", function="def step(a): return where(asarray(a) > 0, 1, 0)\n")
    kind, (functions, *_) = load(source)[1]
    assert (Kind.LOADED, "step", True) == (kind, functions[0], len(functions) > 400)


def test_stdout_and_warnings_are_put_back() -> None:
    """Even after an exception, and if the student changed them."""
    before = (sys.stdout, sys.stderr, warnings.showwarning, warnings.filters[:])
    run("import sys, warnings\ndef f():\n    sys.stdout = None; warnings.simplefilter('ignore')\n    raise ValueError")
    assert before == (sys.stdout, sys.stderr, warnings.showwarning, warnings.filters[:])


def test_warnings_come_with_the_answer_each_time() -> None:
    """Not only the first time, as Python does it."""
    guest, _ = load("import numpy as np\ndef f(): return np.log(np.zeros(1))")
    for _ in range(2):
        noted = guest.call("f", (), {}, (), False).value[3]
        assert ["RuntimeWarning: divide by zero encountered in log (line 2)"] == noted


def test_warnings_are_bounded() -> None:
    """So many, and so much of each."""
    source = "import warnings\ndef f():\n    for i in range(1000): warnings.warn('w' * 1000)"
    noted = run(source).value[3]
    assert [MAX_WARNINGS, {"UserWarning: " + "w" * 200 + " (line 3)"}] == [len(noted), set(noted)]


def test_warnings_do_not_pile_up() -> None:
    """Each answer carries its own."""
    guest, _ = load("import warnings\ndef f(n):\n    for i in range(n): warnings.warn('w')")
    counts = [len(guest.call("f", (n,), {}, (), False).value[3]) for n in (30, 1, 0)]
    assert [MAX_WARNINGS, 1, 0] == counts
