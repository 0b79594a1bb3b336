"""Hidden checks of hw5: differences. Functions passed in stay here, so every evaluation of them is seen."""

import numpy as np
import pytest

from grader.checks import assert_close, assert_gradient, assert_unchanged, laid_out, require, say, take_number, task

TYPES = (np.int64, np.uint8, np.int8)
FROM_BEFORE = "this is the answer to an earlier call, with another f: it must not be kept for this one"


def watch(function, x, places):
    """The same function, which of these places (distances from x) it is asked at, and the first moves it sees.

    Only these are kept, not every question: a student's code may ask millions of times.
    """
    seen, moves, strange = np.zeros(len(places), dtype=bool), [], []

    def watched(point):
        value = function(np.array(point, dtype=float))
        move = np.reshape(np.array(point, dtype=float), np.shape(x)) - x
        here = np.abs(places - move).reshape(len(places), -1).max(axis=1) < 1e-5
        seen[here] = True
        moves.extend([move] if len(moves) < 4 else [])
        strange.extend([] if here.any() or strange else [move])
        return value

    return watched, seen, moves, strange


def move(f, x, distance):
    """The values of f with one entry of x moved by `distance`, each in its turn."""
    units = np.eye(np.size(x)).reshape(-1, *np.shape(x))
    return np.reshape([f(x + distance * unit) for unit in units], np.shape(x))


def list_formulas(f, x, h):
    """What other formulas than the central difference give, each with what is to be said of it."""
    above, here, below = move(f, x, h), f(np.array(x)), move(f, x, -h)
    near, half = h / 1000, h / 2
    return [
        ("this is the forward difference, (f(x + h) - f(x)) / h", (above - here) / h),
        ("this is the backward difference, (f(x) - f(x - h)) / h", (here - below) / h),
        (
            "this is (f(x + h) - f(x - h)) / h: the half is missing, for the two points are 2 h apart",
            (above - below) / h,
        ),
        (
            "this is (f(x + h) - f(x - h)) / 2 * h: Python divides by 2 and then multiplies by h",
            (above - below) / 2 * h,
        ),
        (
            "this is the derivative itself, the limit for small h: f was not asked at a distance of h",
            (move(f, x, near) - move(f, x, -near)) / (2 * near),
        ),
        (
            "this is (f(x + h/2) - f(x - h/2)) / h: the two points lie h/2 from x, not h",
            (move(f, x, half) - move(f, x, -half)) / h,
        ),
    ]


def cubic(rng, first=1):
    """A cubic with whole coefficients, bent everywhere to the right of 0, where x lies, so that formulas differ."""
    coefficients = first + rng.integers(0, 3, size=4)
    return (lambda x: np.polyval(coefficients, x)), rng.integers(4, 9) / 4


@task("numerical_derivative", points=2)
def test_derivative_cubic(student, oracle, rng):
    """is the central difference of a cubic: off by h^2 times its first coefficient"""
    for h in rng.permutation([0.125, 0.25, 0.75, 3.0]).tolist():
        x = rng.integers(4, 9) / 4
        before = []
        for f in (cubic(rng)[0], cubic(rng, first=4)[0]):
            right = oracle.numerical_derivative(f, x, h)
            assert_gradient(student.numerical_derivative(f, x, h), right, [*before, *list_formulas(f, x, h)])
            before = [(FROM_BEFORE, right)]


def take_sine(x):
    """A function of one argument: a student's code may try the others that np.sin itself would take."""
    return np.sin(x)


def take_power(x):
    """e to the power of x."""
    return np.exp(x)


@task("numerical_derivative", points=1)
@pytest.mark.parametrize("function", [take_sine, take_power], ids=["sin", "exp"])
def test_derivative_smooth(student, oracle, rng, function):
    """is right for any function, here at negative x"""
    x, h = -rng.uniform(0.5, 1), rng.uniform(0.3, 0.6)
    right = oracle.numerical_derivative(function, x, h)
    assert_gradient(student.numerical_derivative(function, x, h), right, list_formulas(function, x, h))


@task("numerical_derivative", points=1)
def test_derivative_integers(student, oracle, rng):
    """x may be a whole number of any type"""
    f, _ = cubic(rng)
    whole = int(rng.integers(2, 6))
    steps = rng.uniform([0.2, 5.8, 0.4], [0.3, 6.2, 0.6]).tolist()
    for x, h in zip((whole, np.uint8(whole), np.int8(-whole)), steps, strict=True):
        right = oracle.numerical_derivative(f, x, h)
        assert_gradient(student.numerical_derivative(f, x, h), right, list_formulas(f, float(x), h))


def read_point(point):
    """The one number that a function of one number is asked at."""
    if np.size(point) != 1:
        raise ValueError(say("f takes one number, and was given an array of shape {shape}", shape=np.shape(point)))
    return float(np.ravel(point)[0])


@task("numerical_derivative", points=1)
def test_derivative_points(student, rng):
    """asks f at x + h and at x - h, and nowhere else but perhaps at x"""
    f, x = cubic(rng)
    h = rng.uniform(0.2, 0.6)
    watched, seen, moves, strange = watch(lambda point: f(read_point(point)), x, np.array([h, -h, 0.0]))
    student.numerical_derivative(watched, x, h)
    steps = [float(np.mean(move)) for move in (strange or moves)]
    points = ", ".join(["x", *(f"x {'+-'[int(step < 0)]} {abs(step):.4g}" for step in steps)])
    got = say("evaluations at {points}", points=points)
    expected = say("evaluations at x + h and x - h, with h = {h:.4g}", h=h)
    require(seen[:2].all() and not strange, expected, got if moves else "f was never asked")


def coupled(rng, shape):
    """A cubic function of arrays of this shape that multiplies every pair of entries, and a place for it."""
    size = int(np.prod(shape))
    pairs, cubes = rng.integers(1, 4, size=(size, size)), rng.integers(1, 4, size=size)

    def f(x):
        if np.shape(x) != shape:
            complaint = "f was given an array of shape {given}, and takes those of the shape of x, {shape}"
            raise ValueError(say(complaint, given=np.shape(x), shape=shape))
        entries = np.ravel(np.asarray(x, dtype=float))
        return (entries @ pairs @ entries + cubes @ entries**3) / size

    # Never the same place twice: what is remembered of one function may not come back for another by luck alone.
    return f, (rng.permutation(np.arange(2, 2 + size) / 4) + rng.integers(-8, 9, size=size) / 128).reshape(shape)


def list_mistakes(f, x, h):
    """What mistakes in the loop over the entries give, each with what is to be said of it."""
    moved = "an earlier entry is still moved while a later one has its turn"
    together = (f(x + h) - f(x - h)) / (2 * h)
    turns = [np.trunc(x + distance * unit) for distance in (h, -h) for unit in np.eye(x.size).reshape(-1, *x.shape)]
    cut = np.reshape([f(turn) for turn in turns], (2, *x.shape))
    rows = [step * np.ones(x.shape) for step in h * np.eye(len(x)).reshape(len(x), len(x), *(1,) * (x.ndim - 1))]
    by_row = np.array([(f(x + row) - f(x - row)) / (2 * h) * np.ones(x.shape[1:]) for row in rows])
    return [
        *list_formulas(f, x, h),
        (moved, leave_moved(f, x, (h, -h))),
        (moved, leave_moved(f, x, (-h, h))),
        ("this is the slope with all entries moved at once", np.full(x.shape, together)),
        ("this is the slope with all entries moved at once", together),
        ("whole rows are moved: each entry has its own turn", by_row),
        ("x + h has lost its decimals: x holds whole numbers, and so does a copy of it", (cut[0] - cut[1]) / (2 * h)),
    ]


def leave_moved(f, x, distances):
    """The central difference with every entry left where its second evaluation had it."""
    moved, gradient = np.array(x, dtype=float), np.zeros(x.shape)
    for i in np.ndindex(x.shape):
        for distance in distances:
            moved[i] = x[i] + distance
            gradient[i] += f(moved) / (2 * distance)
    return gradient


@task("numerical_gradient", points=2)
def test_gradient_coupled(student, oracle, rng):
    """is the central difference along each entry of a vector, also where f multiplies entries with one another"""
    for h in (0.5, 0.25, 2.0):
        (_, x), before = coupled(rng, (3,)), []
        for f in (coupled(rng, (3,))[0], coupled(rng, (3,))[0]):
            right = oracle.numerical_gradient(f, x, h)
            assert_gradient(student.numerical_gradient(f, x, h), right, [*before, *list_mistakes(f, x, h)])
            before = [(FROM_BEFORE, right)]


@task("numerical_gradient", points=1)
def test_gradient_values(student, oracle, rng):
    """is right where entries are 0, negative or equal, and for an array of one entry"""
    for entries in ([0.0, -1.25, 0.5, 0.5, 1.75], [0.75], [0.0]):
        f, _ = coupled(rng, (len(entries),))
        x = rng.permutation(entries)
        right = oracle.numerical_gradient(f, x, 0.5)
        assert_gradient(student.numerical_gradient(f, x, 0.5), right, list_mistakes(f, x, 0.5))


@task("numerical_gradient", points=1)
@pytest.mark.parametrize("shape", [(3, 2), (2, 1, 3)], ids=["two axes", "three axes"])
def test_gradient_shape(student, oracle, rng, shape):
    """takes x of any shape, however it lies in memory, hands arrays of that shape to f, and gives the gradient in it"""
    for layout in ("", "columns", "strided", "reversed"):
        f, x = coupled(rng, shape)
        right = oracle.numerical_gradient(f, x, 0.5)
        sent = laid_out(x, layout) if layout else x
        assert_gradient(student.numerical_gradient(f, sent, 0.5), right, list_mistakes(f, x, 0.5))


@task("numerical_gradient", points=1)
def test_gradient_integers(student, oracle, rng):
    """x may hold integers of any type, and is moved by h all the same"""
    for kind in TYPES:
        f, _ = coupled(rng, (4,))
        x = rng.permutation([1, 2, 3, 5]).astype(kind)
        right = oracle.numerical_gradient(f, x, 0.25)
        assert_gradient(student.numerical_gradient(f, x, 0.25), right, list_mistakes(f, x.astype(np.int64), 0.25))


@task("numerical_gradient", points=2)
def test_gradient_unchanged(student, oracle, rng):
    """x is the same after the call as before"""
    f, x = coupled(rng, (5,))
    gradient = assert_unchanged(student.numerical_gradient, f, x, 0.5)
    assert_gradient(gradient, oracle.numerical_gradient(f, x, 0.5))


@task("numerical_gradient", points=2)
def test_gradient_points(student, rng):
    """whenever f is asked, at most one entry of x is moved, by +h or -h"""
    f, x = coupled(rng, (2, 3))
    h = float(rng.choice([0.25, 0.5, 0.75]))
    units = np.eye(x.size).reshape(-1, *x.shape)
    watched, seen, _, strange = watch(f, x, np.concatenate([h * units, -h * units, 0 * units[:1]]))
    student.numerical_gradient(watched, x, h)
    got = "f was not asked for every entry"
    if strange:
        got = say("an evaluation with x moved by {moves}", moves=strange[0].ravel().round(4))
    several = strange and (np.abs(strange[0]) > 1e-5).sum() > 1
    likely = "an earlier entry is still moved while a later one has its turn" if several else ""
    expected = say("evaluations with one entry moved by +{h} or -{h}, all entries in turn", h=h)
    require(seen[:-1].all() and not strange, expected, got, likely)


def draw_gradients(rng, shape, degree=3):
    """A function of arrays of this shape that mixes the entries, its gradient by calculus, and a place for it."""
    squares, cubes = rng.integers(1, 5, size=(2, *shape))
    cubes *= degree - 2

    def f(x):
        x = np.asarray(x, dtype=float)
        return np.sum(squares * x**2 + cubes * x**3) + np.sum(x) ** 2

    def grad_f(x):
        x = np.asarray(x, dtype=float)
        return 2 * squares * x + 3 * cubes * x**2 + 2 * np.sum(x)

    return f, grad_f, rng.integers(1, 6, size=shape) / 4


@task("gradient_check", points=1)
@pytest.mark.parametrize("kind", [float, np.uint8], ids=["floats", "integers"])
def test_check_formula(student, oracle, rng, kind):
    """is ||a - b|| over ||a|| + ||b||, with a from grad_f and b from the central difference, for x of any shape"""
    for shape in [(5,), (2, 3), (1,)] if kind is float else [(4,)]:
        f, grad_f, x = draw_gradients(rng, shape)
        x = x if kind is float else rng.permutation([0, 1, 2, 3]).astype(kind)
        shift = rng.choice([-8.0, -5.0, 4.0, 7.0], size=shape)
        right = oracle.gradient_check(f, lambda x, g=grad_f, s=shift: g(x) + s, x, 0.5)
        assert_close(student.gradient_check(f, lambda x, g=grad_f, s=shift: g(x) + s, x, 0.5), right)


@task("gradient_check", points=1)
def test_check_right(student, oracle, rng):
    """for a right gradient it is below 1e-6 where f is quadratic, and else as large as the error of order h^2"""
    f, grad_f, x = draw_gradients(rng, (4,), degree=2)
    distance = take_number(student.gradient_check(f, grad_f, x, 0.5), "the distance")
    require(abs(distance) < 1e-6, "a number below 1e-6", f"{distance}")
    f, grad_f, x = draw_gradients(rng, (4,))
    assert_close(student.gradient_check(f, grad_f, x, 0.5), oracle.gradient_check(f, grad_f, x, 0.5))


@task("gradient_check", points=1)
def test_check_zero(student, rng):
    """is 0.0 where both gradients are zero, 1 where only one is, and right where both are tiny"""
    x = rng.permutation([0.5, -1.0, 1.5])
    assert_close(student.gradient_check(lambda x: 3.0, lambda x: 0.0 * x, x, 0.5), 0.0)
    assert_close(student.gradient_check(lambda x: x @ x, lambda x: 0.0 * x, x, 0.5), 1.0)
    assert_close(student.gradient_check(lambda x: 3.0, lambda x: 2 * x, x, 0.5), 1.0)
    for slope, distance in ((1.2e-7, 1 / 3), (6.6e-8, 1 / 21)):  # twice the right one, and a tenth more
        answer = student.gradient_check(lambda x: 3e-8 * (x @ x), lambda x, slope=slope: slope * x, x, 0.5)
        assert_close(answer, distance)


@task("gradient_check", points=1)
def test_check_unchanged(student, oracle, rng):
    """x is the same after the call as before"""
    f, grad_f, x = draw_gradients(rng, (4,))
    distance = assert_unchanged(student.gradient_check, f, lambda x: 2 * grad_f(x), x, 0.5)
    assert_close(distance, oracle.gradient_check(f, lambda x: 2 * grad_f(x), x, 0.5))
