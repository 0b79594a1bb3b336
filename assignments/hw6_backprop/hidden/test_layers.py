"""Hidden checks of hw6: layers. The verdict on a gradient is automatic differentiation of the reference's forward.

Whatever a forward keeps in its cache stays in the worker; these checks only hand it back.
"""

import numpy as np
import pytest

from grader.checks import (
    agrees,
    as_vector,
    assert_close,
    assert_gradient,
    assert_small,
    assert_unchanged,
    draw_balanced,
    laid_out,
    require,
    say,
    take,
    task,
    to_array,
)

H = 1e-3
FROM_BEFORE = "this is the answer to an earlier call, with other arguments: it must not be kept for this one"
NOTHING = "no gradient comes back: every entry is 0"
CUT_OFF = "the decimals are cut off: an array of whole numbers was filled with results"
BACKWARD = "your forward is right, but this is not its gradient"
FORWARD = "this is the gradient of your own forward: it is the forward that computes something else"
BOTH = "your forward is wrong, and this is not its gradient either: fix the forward first"
OF_ANOTHER = "this is the gradient for the arguments of a later forward: what a backward needs belongs into its cache"
SPOILT = "the same cache gave the right gradient before: the backward changes what is in it"
DIVIDED = "this is divided by N: the 1/N of the mean is in dout already, from the loss"
CLIPPED = "something is clipped or added to keep it away from 0, and that is larger than the number itself"
TYPES = (np.int64, np.uint8, np.int8)
each = pytest.mark.parametrize("layer", ["relu", "sigmoid", "tanh"])


def run_forward(student, layer, *args, unchanged=False):
    """The output of a forward, and a handle of its cache."""
    function = getattr(student, f"{layer}_forward").opaque(1)
    answer = assert_unchanged(function, *args) if unchanged else function(*args)
    return take(answer, "out, cache", "a forward returns its cache, too: return out, cache")


def run_backward(student, layer, dout, cache, unchanged=False):
    """The gradients that a backward gives, by the names of what they belong to."""
    function = getattr(student, f"{layer}_backward")
    answer = assert_unchanged(function, dout, cache) if unchanged else function(dout, cache)
    if layer != "linear":
        return {"dx": answer}
    dx, dW, db = take(answer, "dx, dW, db")
    return {"dx": dx, "dW": dW, "db": as_vector(db)}


def differentiate(oracle, layer, args, dout):
    """The reference's gradients, by the same names."""
    gradients = oracle.vjp(layer, *(np.array(arg, dtype=float) for arg in args), upstream=dout)
    return {f"d{name}": gradient for name, gradient in zip("xWb", gradients, strict=False)}


def judge_part(name, actual, right, mistakes, find_blame=lambda name, actual: ""):
    """As assert_gradient, with a word on the cause: a known mistake's name, or which half is wrong."""
    known = [(NOTHING, 0 * right), *mistakes, (CUT_OFF, np.trunc(right))]
    assert_gradient(actual, right, known, part=name, otherwise=lambda: find_blame(name, actual))


def draw_dout(rng, shape):
    """A gradient from above, with entries of both signs that keep away from 0."""
    return rng.choice([-1.0, 1.0], size=shape) * rng.uniform(0.5, 2, size=shape)


def judge_backward(student, oracle, rng, layer, args, parts=("dx",), layout="", dout=None):
    """Run a layer forward and back, and judge what comes back. The layout is that of all arguments."""
    send = (lambda array: laid_out(array, layout)) if layout else lambda array: array
    out, cache = run_forward(student, layer, *map(send, args))
    right_out = getattr(oracle, layer)(*args)
    dout = draw_dout(rng, np.shape(right_out)) if dout is None else dout
    gradients = run_backward(student, layer, send(dout), cache)
    right = differentiate(oracle, layer, args, dout)
    mistakes = list_linear_mistakes(*args, dout) if layer == "linear" else list_activation_mistakes(layer, *args, dout)

    def find_blame(name, gradient):
        if agrees(out, right_out) or np.shape(out) != np.shape(right_out):
            return BACKWARD if agrees(out, right_out) else BOTH
        fits = fits_forward(student, layer, args, list(right).index(name), dout, gradient, rng)
        run_backward(student, layer, dout, cache)  # the report shows the last call
        return FORWARD if fits else BOTH

    for name in parts:
        judge_part(name, gradients[name], right[name], mistakes[name], find_blame)


def fits_forward(student, layer, args, position, dout, gradient, rng):
    """Whether a gradient is the slope of the student's own forward, by central differences along one direction."""
    direction = rng.normal(size=np.shape(args[position]))
    ends = []
    for step in (H, -H):
        moved = [arg + step * direction if i == position else arg for i, arg in enumerate(args)]
        ends.append(run_forward(student, layer, *moved)[0])
    slope = np.sum(dout * np.subtract(*ends)) / (2 * H)
    return bool(np.isclose(np.sum(gradient * direction), slope, rtol=2e-3))


def judge_cache(student, oracle, rng, layer, first, second):
    """Two forwards, then backwards with both caches, with the first one twice."""
    caches = [run_forward(student, layer, *args)[1] for args in (first, second)]
    shape = np.shape(getattr(oracle, layer)(*first))
    for number, spoilt in ((0, False), (1, False), (0, True)):
        dout = draw_dout(rng, shape)
        gradients = run_backward(student, layer, dout, caches[number])
        rights = [differentiate(oracle, layer, args, dout) for args in (first, second)]
        for name, right in rights[number].items():
            mistakes = [(OF_ANOTHER, rights[1 - number][name])] + [(SPOILT, gradients[name])] * spoilt
            judge_part(name, gradients[name], right, mistakes)


def judge_unchanged(student, oracle, rng, layer, args):
    """Run a layer forward and back, and look at the arguments afterwards."""
    right = getattr(oracle, layer)(*args)
    out, cache = run_forward(student, layer, *args, unchanged=True)
    assert_close(out, right, part="out")
    dout = draw_dout(rng, np.shape(right))
    gradients = run_backward(student, layer, dout, cache, unchanged=True)
    assert_gradient(gradients, differentiate(oracle, layer, args, dout))
    parts = ("dx", "dW", "db") if layer == "linear" else ("dx",)
    judge_backward(student, oracle, rng, layer, args, parts, "read-only")


# ---------------------------------------------------------------- linear


def draw_linear(rng, n=5, d=3, m=4):
    """x, W and b for n samples, d inputs and m outputs; x is above 0, so that few samples do not cancel."""
    return rng.uniform(0.2, 2, size=(n, d)), draw_dout(rng, (d, m)), draw_dout(rng, m)


def list_linear_mistakes(x, W, b, dout):
    """What known mistakes give for each part."""
    single = "this is dout of a single sample, not the sum over all of them"
    as_it_is = [("W is not transposed in this product", dout @ W)] if W.shape[0] == W.shape[1] else []
    return {
        "dx": [(DIVIDED, dout @ W.T / len(x)), *as_it_is],
        "dW": [(DIVIDED, x.T @ dout / len(x)), ("x is missing in this product", np.ones_like(x).T @ dout)],
        "db": [
            ("dout is not summed over the samples, who all share the one bias", dout),
            ("dout is summed over the units, not over the samples", dout.sum(axis=1)),
            ("this is the mean over the samples, not the sum: the 1/N is in dout already", dout.mean(axis=0)),
            (single, dout[0]),
            (single, dout[-1]),
        ],
    }


@task("linear", points=2)
def test_linear_forward(student, oracle, rng):
    """linear_forward gives x W + b for any N, D and M, however the arguments lie in memory"""
    for sizes, layout in (((5, 3, 4), "columns"), ((2, 6, 3), "strided"), ((3, 3, 3), "reversed")):
        for args in (draw_linear(rng, *sizes), [laid_out(arg, layout) for arg in draw_linear(rng, *sizes)]):
            assert_close(run_forward(student, "linear", *args)[0], oracle.linear(*args), part="out")


@task("linear", points=2)
@pytest.mark.parametrize("part", ["dx", "dW", "db"])
def test_linear_backward(student, oracle, rng, part):
    """linear_backward gives the gradient with respect to each argument, for any dout, and where W is square, too"""
    for sizes, layout in (((5, 3, 4), ""), ((5, 3, 3), "columns"), ((3, 3, 3), "strided")):
        judge_backward(student, oracle, rng, "linear", draw_linear(rng, *sizes), [part], layout)


@task("linear", points=1)
def test_linear_few(student, oracle, rng):
    """linear: one sample, one input, one output, or one of each"""
    for sizes in ((1, 3, 4), (4, 1, 3), (4, 3, 1), (1, 1, 1)):
        args = draw_linear(rng, *sizes)
        assert_close(run_forward(student, "linear", *args)[0], oracle.linear(*args), part="out")
        dout = rng.uniform(0.5, 2, size=(sizes[0], sizes[2]))
        judge_backward(student, oracle, rng, "linear", args, ["dx", "dW", "db"], dout=dout)


@task("linear", points=1)
def test_linear_enormous(student, oracle, rng):
    """linear: a sample whose dout is enormous leaves the other rows of dx as they are"""
    args = draw_linear(rng, 8, 30, 20)
    judge_backward(student, oracle, rng, "linear", args, ["dx", "dW", "db"])
    dout = draw_dout(rng, (8, 20)) * np.where(np.arange(8) == 3, 1e12, 1)[:, None]
    _, cache = run_forward(student, "linear", *args)
    tables = run_backward(student, "linear", dout, cache)["dx"], differentiate(oracle, "linear", args, dout)["dx"]
    others, right = (np.delete(to_array(table), 3, axis=0) for table in tables)
    lost = "a sum over all samples, whose digits the enormous sample takes: each row of dx belongs to its own sample"
    require(agrees(others, right), "the rows of dx of the other samples", "rows that have lost their digits", lost)


@task("linear", points=1)
def test_linear_integers(student, oracle, rng):
    """linear: x, W and dout may hold integers of any type where b is fractions"""
    for kind in TYPES:
        x, W = (rng.permutation(np.arange(6, 18)).astype(kind) for _ in range(2))
        args = x.reshape(4, 3), W.reshape(3, 4), rng.uniform(1.2, 1.8, size=4)
        small = [
            ("x W is computed in the small type of x and W: make float64 of them first", args[0] @ args[1] + args[2])
        ]
        assert_close(run_forward(student, "linear", *args)[0], oracle.linear(*args), small, part="out")
        judge_backward(student, oracle, rng, "linear", args, ["dx", "dW", "db"])
        dout = rng.permutation(np.arange(100, 116)).astype(kind).reshape(4, 4)  # no column's sum fits into a byte
        judge_backward(student, oracle, rng, "linear", args, ["dx", "dW", "db"], dout=dout)


@task("linear", points=1)
def test_linear_cache(student, oracle, rng):
    """linear: each cache belongs to its own forward, and may be handed in twice"""
    judge_cache(student, oracle, rng, "linear", draw_linear(rng), draw_linear(rng))


@task("linear", points=1)
def test_linear_unchanged(student, oracle, rng):
    """linear: x, W, b and dout are the same after the calls, and may be read-only"""
    judge_unchanged(student, oracle, rng, "linear", draw_linear(rng))


# ---------------------------------------------------------------- activations


ONE_MINUS = {
    "sigmoid": "this is dout (1 - out): the factor out is missing",
    "tanh": "the square is missing in 1 - out^2",
}


def list_activation_mistakes(layer, x, dout):
    """What known mistakes give."""
    out, slope = evaluate(layer, x)
    twice = evaluate(layer, out)[1]
    mistakes = [
        ("this is dout itself: the slope of the activation is missing", dout),
        ("this is the slope alone: it is not multiplied by dout, which comes from above", slope),
        ("dout is multiplied by the value of the activation, not by its slope", dout * out),
        (say("the slope is taken at out instead of x: {layer} is applied twice", layer=layer), dout * twice),
        ("the slope is multiplied in twice", dout * slope**2),
        ("it is the sign of x that decides what passes, not that of dout", dout * (dout > 0)),
        ("out (1 - out) is the sigmoid's slope", dout * out * (1 - out)),
        ("out (1 - out) takes the output, and was given x", dout * x * (1 - x)),
        ("1 - out^2 is the slope of tanh", dout * (1 - out**2)),
        ("1 - out^2 takes the output, and was given x", dout * (1 - x**2)),
    ]
    late = ("the slope just above 0 is 0: it is 1 for every x above 0", dout * (x > 1e-3))
    return {"dx": [*mistakes, (ONE_MINUS[layer], dout * (1 - out)) if layer in ONE_MINUS else late]}


def evaluate(layer, x):
    """Value and slope of an activation."""
    if layer == "relu":
        return np.maximum(x, 0), (x > 0) * 1.0
    if layer == "tanh":
        return np.tanh(x), 1 - np.tanh(x) ** 2
    out = (1 + np.tanh(x / 2)) / 2
    return out, out * (1 - out)


@task("activations", points=1)
@each
def test_activation_forward(student, oracle, rng, layer):
    """forward, entry by entry: for one, two and three axes and one entry, however x lies in memory"""
    shapes, before = [(6,), (6,), (1,), (3, 4), (2, 3, 2)], []
    table = draw_balanced(rng, (3, 4))
    plain = [(x, x) for x in (draw_balanced(rng, shape) for shape in shapes)]
    for x, sent in [*plain, *((table, laid_out(table, layout)) for layout in ("columns", "strided", "reversed"))]:
        right = getattr(oracle, layer)(x)
        slide = [("this is 2 sigmoid(x) - 1: tanh(x) is 2 sigmoid(2 x) - 1", np.tanh(x / 2))] if layer == "tanh" else []
        assert_close(run_forward(student, layer, sent)[0], right, [*before, *slide], part="out")
        before = [(FROM_BEFORE, right)]


@task("activations", points=1)
@each
def test_activation_backward(student, oracle, rng, layer):
    """backward gives dout times the slope at x: for one, two and three axes and one entry, in any place in memory"""
    for shape, layout in (((4, 3), ""), ((7,), ""), ((1,), ""), ((4, 3), "columns"), ((2, 3, 2), "strided")):
        judge_backward(student, oracle, rng, layer, (draw_balanced(rng, shape),), layout=layout)


@task("activations", points=1)
@each
def test_activation_integers(student, oracle, rng, layer):
    """forward and backward take integers of any type, as x and as dout, and give fractions"""
    for kind in TYPES:
        x = rng.permutation([1, 2, 3, 4] if kind is np.uint8 else [-3, -1, 1, 2]).astype(kind)
        with np.errstate(over="ignore"):
            small = 1 / (1 + np.exp(-x)) if layer == "sigmoid" else np.tanh(x)
        mistakes = {"this is computed in the small type of x: make float64 of it first": small}
        assert_close(run_forward(student, layer, x)[0], getattr(oracle, layer)(x), mistakes, part="out")
        judge_backward(student, oracle, rng, layer, (x,))
        judge_backward(student, oracle, rng, layer, (x,), dout=rng.permutation([20, 3, 100, 125]).astype(kind))


@task("activations", points=1)
@each
def test_activation_large(student, oracle, rng, layer):
    """forward and backward are finite and right for x = +-800, right beside 0, and where slopes are small"""
    x = rng.permutation([-800.0, -8.0, -2.0, -1e-6, 1e-6, 1.0, 5.5, 800.0])
    assert_close(run_forward(student, layer, x)[0], getattr(oracle, layer)(x), part="out")
    dout = draw_dout(rng, 8)
    dout[x == 800] = -abs(dout[x == 800])  # not every entry of dout has the sign of its x
    judge_backward(student, oracle, rng, layer, (x,), dout=dout)
    if layer == "sigmoid":  # so far below 0 that all slopes are tiny, where float32 has all its digits too
        x = rng.permutation([-17.0, -20.0, -24.0, -27.9]) + rng.uniform(-0.1, 0.1, size=4)
        (out, cache), dout = run_forward(student, layer, x), draw_dout(rng, 4)
        assert_small(out, 1 / (1 + np.exp(-x)), x, CLIPPED, part="out")
        right = dout / (1 + np.exp(-x)) / (1 + np.exp(x))
        assert_small(student.sigmoid_backward(dout, cache), right, x, CLIPPED, part="dx")


@task("activations", points=1)
@each
def test_activation_cache(student, oracle, rng, layer):
    """activations: each cache belongs to its own forward, and may be handed in twice"""
    judge_cache(student, oracle, rng, layer, (draw_balanced(rng, (3, 4)),), (draw_balanced(rng, (3, 4)),))


@task("activations", points=1)
@each
def test_activation_unchanged(student, oracle, rng, layer):
    """activations: x and dout are the same after the calls, and may be read-only"""
    judge_unchanged(student, oracle, rng, layer, (draw_balanced(rng, (3, 4)),))
