"""Hidden checks of hw5: derivatives of activations and losses, and the way down. Kinks at 0 are kept away from."""

import numpy as np
import pytest

from grader.checks import (
    assert_close,
    assert_gradient,
    assert_small,
    assert_unchanged,
    draw_balanced,
    laid_out,
    require,
    require_parts,
    say,
    shared,
    task,
)

CLIPPED = "something is clipped or added to keep it away from 0, and that is larger than the number itself"
each = pytest.mark.parametrize("name", ["sigmoid_grad", "tanh_grad", "relu_grad", "leaky_relu_grad", "elu_grad"])
TYPES = (np.int64, np.uint8, np.int8)


def draw_integers(rng, values, kind):
    """These whole numbers as an array of this type, those below 0 turned around where it has no sign."""
    return np.abs(rng.permutation(values)).astype(kind) if kind is np.uint8 else rng.permutation(values).astype(kind)


FROM_BEFORE = "this is the answer to an earlier call, with other arguments: it must not be kept for this one"
DEFAULT = {"leaky_relu_grad": [0.1], "elu_grad": [1.0]}  # alpha, where a check is about something else
SMALL_TYPE = "this is computed in the small type of the argument: make float64 of it before anything else"


def compute_small(formulas, *args):
    """What these formulas give in the arguments' own small type of integers, each with what is to be said of it."""
    with np.errstate(all="ignore"):
        return [(SMALL_TYPE, formula(*args)) for formula in formulas]


SMALL_SIGMOIDS = (
    lambda x: 1 / (1 + np.exp(-x)),
    lambda x: np.exp(-np.logaddexp(0, -x)),
    lambda x: np.exp(x) / (1 + np.exp(x)),
)
SMALL_SLOPES = {
    "sigmoid_grad": [lambda x, f=f: f(x) * (1 - f(x)) for f in SMALL_SIGMOIDS],
    "tanh_grad": [lambda x: 1 - np.tanh(x) ** 2, lambda x: 1 / np.cosh(x) ** 2],
    "elu_grad": [
        lambda x: np.where(x > 0, 1.0, 0.5 * np.exp(x)),
        lambda x: np.where(x > 0, 1.0, 0.5 * np.exp(-abs(x))),
    ],
}


@task("activation_grads", points=1)
@each
def test_activation_shape(student, oracle, rng, name):
    """is the derivative at x, entry by entry, for one, two and three axes, however x lies in memory"""
    alpha = DEFAULT.get(name, [])
    plain = [draw_balanced(rng, shape) for shape in [(6,), (6,), (1,), (3, 4), (2, 3, 2)]]
    table, before = draw_balanced(rng, (3, 4)), []
    for x in [*plain, *(laid_out(table, layout) for layout in ("columns", "strided", "reversed"))]:
        right = getattr(oracle, name)(x, *alpha)
        assert_close(getattr(student, name)(x, *alpha), right, before)
        before = [(FROM_BEFORE, right)]


@task("activation_grads", points=1)
@each
def test_activation_integers(student, oracle, rng, name):
    """takes integers of any type and gives fractions"""
    alpha = [0.5] if name in DEFAULT else []
    for kind in TYPES:
        x = draw_integers(rng, [-3, -2, -1, 1, 2, 4], kind)
        mistakes = compute_small(SMALL_SLOPES.get(name, ()), x)
        assert_close(getattr(student, name)(x, *alpha), getattr(oracle, name)(x, *alpha), mistakes)


@task("activation_grads", points=1)
@each
def test_activation_unchanged(student, oracle, rng, name):
    """leaves its argument unchanged, which may be read-only"""
    x, alpha = draw_balanced(rng, (5,)), DEFAULT.get(name, [])
    assert_close(assert_unchanged(getattr(student, name), x, *alpha), getattr(oracle, name)(x, *alpha))
    fixed = laid_out(draw_balanced(rng, (5,)), "read-only")
    assert_close(getattr(student, name)(fixed, *alpha), getattr(oracle, name)(fixed, *alpha))


def draw_saturated(rng):
    """Numbers so far below 0 that the slope of the sigmoid is tiny, where float32 has all its digits too."""
    return rng.permutation([-17.0, -20.0, -24.0, -27.9]) + rng.uniform(-0.1, 0.1, size=4)


def take_sigmoid(x):
    """The sigmoid, for numbers that are not large."""
    return 1 / (1 + np.exp(-x))


@task("activation_grads", points=1)
@pytest.mark.parametrize("name", ["sigmoid_grad", "tanh_grad"])
def test_activation_large(student, oracle, rng, name):
    """is finite and right for x = +-800, and right where slopes are small"""
    x = rng.permutation([-800.0, -8.0, -2.0, 1.0, 3.0, 5.5, 800.0])
    assert_close(getattr(student, name)(x), getattr(oracle, name)(x))
    if name == "sigmoid_grad":
        x = draw_saturated(rng)
        assert_small(student.sigmoid_grad(x), take_sigmoid(x) * take_sigmoid(-x), x, CLIPPED)


@task("activation_grads", points=1)
@pytest.mark.parametrize("name", ["leaky_relu_grad", "elu_grad"])
def test_activation_alpha(student, oracle, rng, name):
    """alpha, from 0.001 to 1, scales the slope below 0, also just below it, and x = +-800 is fine"""
    for alpha in (rng.uniform(0.2, 0.8), 1.0, 0.001):
        x = rng.permutation([-800.0, -8.0, -2.0, -1.0, -1e-6, -1e-9, 1e-9, 1e-6, 0.5, 3.0, 800.0])
        slope = {"leaky_relu_grad": 0.1, "elu_grad": np.exp(np.minimum(x, 0))}[name]
        mistakes = {"alpha is missing below 0": np.where(x > 0, 1.0, slope)}
        assert_close(getattr(student, name)(x, alpha), getattr(oracle, name)(x, alpha), mistakes)


@task("activation_grads", points=1)
def test_activation_kink(student, oracle, rng):
    """relu_grad is 0 at exactly 0, and 0 or 1 just beside it"""
    x = rng.permutation([-2.0, -1e-6, -1e-9, 0.0, 1e-9, 1e-6, 1.0, 3.0])
    mistakes = {
        "the slope at exactly 0 is 1: the handout fixes it as 0": np.where(x >= 0, 1.0, 0.0),
        "the slope just above 0 is 0: it is 1 for every x above 0": np.where(x > 0.5, 1.0, 0.0),
    }
    assert_close(student.relu_grad(x), oracle.relu_grad(x), mistakes)


def judge(student, oracle, name, n, *args, mistakes=()):
    """The gradient of a mean over n numbers must agree."""
    right = getattr(oracle, name)(*args)
    times_n = ("the 1/N of the mean is missing: this is N times the gradient", n * right)
    assert_gradient(getattr(student, name)(*args), right, [*mistakes, times_n])


@task("mse_grad", points=1)
@pytest.mark.parametrize(
    "shapes", [[(7,), (1,)], [(4, 3), (1, 3), (5, 1)], [(2, 3, 4)]], ids=["one axis", "two axes", "three axes"]
)
def test_mse_shape(student, oracle, rng, shapes):
    """is the gradient with respect to y_hat, and contains the mean over all entries, of one entry or row too"""
    for shape in shapes:
        y, y_hat = draw_balanced(rng, shape), draw_balanced(rng, shape)
        judge(student, oracle, "mse_grad", y.size, y, y_hat)
    judge(student, oracle, "mse_grad", y.size, laid_out(y_hat, "strided"), laid_out(y, "columns"))
    same = shared(y)
    assert_close(student.mse_grad(same, same), 0 * y)


@task("mse_grad", points=1)
@pytest.mark.parametrize("both", [False, True], ids=["truth", "both"])
def test_mse_integers(student, oracle, rng, both):
    """takes integers of any type and gives fractions"""
    for kind in TYPES:
        y = draw_integers(rng, [-4, -1, 0, 2, 100, 6, 9], kind)
        y_hat = draw_integers(rng, [-105, -3, 1, 2, 3, 4, 7], kind)
        y_hat = y_hat if both else y_hat + rng.uniform(0.2, 0.8, size=7)
        formulas = lambda y, t: 2 * (t - y) / 7, lambda y, t: 2.0 * (t - y) / 7
        judge(student, oracle, "mse_grad", 7, y, y_hat, mistakes=compute_small(formulas, y, y_hat))


@task("mse_grad", points=1)
def test_mse_unchanged(student, oracle, rng):
    """leaves its arguments unchanged, which may be read-only"""
    y, y_hat = draw_balanced(rng, (6,)), draw_balanced(rng, (6,))
    assert_gradient(assert_unchanged(student.mse_grad, y, y_hat), oracle.mse_grad(y, y_hat))
    fixed = laid_out((y_hat, y), "read-only")
    assert_gradient(student.mse_grad(*fixed), oracle.mse_grad(*fixed))


def draw_binary(rng, n):
    """Labels of both kinds, unsorted, and logits."""
    return rng.permutation(np.arange(n) % 2).astype(float), draw_balanced(rng, (n,))


LARGE_Y = np.array([0.0, 1.0, 0.0, 1.0, 0.0, 1.0])
LARGE_Z = np.array([800.0, 800.0, -800.0, -800.0, 1.0, -2.0])


def judge_few(student, oracle, rng, name):
    """The gradient for one sample of either class, and for samples that are all of one class."""
    for y in ([0.0], [1.0], [0.0] * 4, [1.0] * 4):
        judge(student, oracle, name, len(y), np.array(y), draw_balanced(rng, (len(y),)))


SMALL_GRADIENTS = {
    "bce_with_logits_grad": [lambda y, z, f=f: (f(z) - y) / len(y) for f in SMALL_SIGMOIDS],
    "mse_sigmoid_grad": [lambda y, z, f=f: 2 * (f(z) - y) * f(z) * (1 - f(z)) / len(y) for f in SMALL_SIGMOIDS],
}


def judge_integers(student, oracle, rng, name):
    """The gradient for labels and logits of every type of integers."""
    for kind in TYPES:
        y, z = rng.permutation([0, 1, 1, 0, 1]).astype(kind), draw_integers(rng, [-3, -1, 0, 2, 4], kind)
        judge(student, oracle, name, len(z), y, z, mistakes=compute_small(SMALL_GRADIENTS[name], y, z))


def judge_unchanged(student, oracle, rng, name):
    """Labels and logits after the call, and the gradient for read-only ones."""
    y, z = draw_binary(rng, 5)
    assert_gradient(assert_unchanged(getattr(student, name), y, z), getattr(oracle, name)(y, z))
    y, z = laid_out(draw_binary(rng, 5), "read-only")
    assert_gradient(getattr(student, name)(y, z), getattr(oracle, name)(y, z))


@task("bce_with_logits_grad", points=1)
def test_bce_mean(student, oracle, rng):
    """is the gradient with respect to the logits z, and contains the mean's 1/N"""
    for n in (5, 8):
        y, z = draw_binary(rng, n)
        judge(student, oracle, "bce_with_logits_grad", len(z), y, z)
    y, z = draw_binary(rng, 8)
    judge(student, oracle, "bce_with_logits_grad", len(z), laid_out(y, "strided"), laid_out(z, "reversed"))


@task("bce_with_logits_grad", points=1)
def test_bce_few(student, oracle, rng):
    """is right for one sample, and for samples of one class"""
    judge_few(student, oracle, rng, "bce_with_logits_grad")


@task("bce_with_logits_grad", points=1)
def test_bce_large(student, oracle, rng):
    """is finite for z = +-800: there a wrong sample has the slope 1 or -1, divided by N, and a right one 0"""
    order = rng.permutation(6)
    y, z = LARGE_Y[order], LARGE_Z[order]
    judge(student, oracle, "bce_with_logits_grad", len(z), y, z)


@task("bce_with_logits_grad", points=1)
def test_bce_small(student, rng):
    """is right where all samples are nearly certain and right, for z from -17 to -28 and labels 0"""
    z = draw_saturated(rng)
    assert_small(student.bce_with_logits_grad(np.zeros(4), z), take_sigmoid(z) / 4, z, CLIPPED)


@task("bce_with_logits_grad", points=1)
def test_bce_integers(student, oracle, rng):
    """takes integers of any type and gives fractions"""
    judge_integers(student, oracle, rng, "bce_with_logits_grad")


@task("bce_with_logits_grad", points=1)
def test_bce_unchanged(student, oracle, rng):
    """leaves its arguments unchanged, which may be read-only"""
    judge_unchanged(student, oracle, rng, "bce_with_logits_grad")


@task("mse_sigmoid_grad", points=1)
def test_mse_sigmoid_mean(student, oracle, rng):
    """is the gradient with respect to the logits z, and contains the mean's 1/N"""
    for n in (5, 8):
        y, z = draw_binary(rng, n)
        judge(student, oracle, "mse_sigmoid_grad", len(z), y, z)
    y, z = draw_binary(rng, 8)
    judge(student, oracle, "mse_sigmoid_grad", len(z), laid_out(y, "strided"), laid_out(z, "reversed"))


@task("mse_sigmoid_grad", points=1)
def test_mse_sigmoid_bound(student, oracle, rng):
    """is right for one sample and for one class: no sample's slope is larger than 8/27, divided by N"""
    judge_few(student, oracle, rng, "mse_sigmoid_grad")
    z = np.append(np.log(2), draw_balanced(rng, (30,)))
    for sign, label in ((1.0, 0.0), (-1.0, 1.0)):
        judge(student, oracle, "mse_sigmoid_grad", 1, np.array([label]), sign * z[:1])
        (slopes,) = require_parts([student.mse_sigmoid_grad(np.full(31, label), sign * z)], "the gradient")
        got = say("an array of shape {shape}", shape=slopes.shape)
        require(slopes.shape == (31,), "an array of shape (31,)", got)
        assert_close(sign * slopes[0] * 31, 8 / 27)
        steepest = np.abs(slopes * 31).max()
        got = say("{steepest:.4g} divided by N", steepest=steepest)
        require(steepest < 0.2964, "no slope of more than 8/27 = 0.2963, divided by N", got)


@task("mse_sigmoid_grad", points=1)
def test_mse_sigmoid_large(student, oracle, rng):
    """is 0 for z = +-800, for wrong samples as for right ones"""
    order = rng.permutation(6)
    y, z = LARGE_Y[order], LARGE_Z[order]
    judge(student, oracle, "mse_sigmoid_grad", len(z), y, z)


@task("mse_sigmoid_grad", points=1)
def test_mse_sigmoid_small(student, rng):
    """is right where all samples are nearly certain and wrong, for z from -17 to -28 and labels 1"""
    z = draw_saturated(rng)
    right = -2 * take_sigmoid(-z) * take_sigmoid(z) * take_sigmoid(-z) / 4
    assert_small(student.mse_sigmoid_grad(np.ones(4), z), right, z, CLIPPED)


@task("mse_sigmoid_grad", points=1)
def test_mse_sigmoid_integers(student, oracle, rng):
    """takes integers of any type and gives fractions"""
    judge_integers(student, oracle, rng, "mse_sigmoid_grad")


@task("mse_sigmoid_grad", points=1)
def test_mse_sigmoid_unchanged(student, oracle, rng):
    """leaves its arguments unchanged, which may be read-only"""
    judge_unchanged(student, oracle, rng, "mse_sigmoid_grad")


def draw_samples(rng, n, k):
    """Logits for n samples, and unsorted labels that take turns among the k classes."""
    return rng.uniform(-3, 3, size=(n, k)), rng.permutation(np.arange(n) % k)


@task("softmax_cross_entropy_grad", points=1)
@pytest.mark.parametrize(
    "shape", [(8, 3), (3, 5), (4, 4)], ids=["8 samples, 3 classes", "3 samples, 5 classes", "4 samples, 4 classes"]
)
def test_softmax_mean(student, oracle, rng, shape):
    """is the gradient with respect to the logits z, row by row, and contains the mean's 1/N"""
    for layout in ("columns", "strided"):
        z, labels = draw_samples(rng, *shape)
        judge(student, oracle, "softmax_cross_entropy_grad", len(z), z, labels)
        z, labels = draw_samples(rng, *shape)
        arguments = laid_out(z, layout), laid_out(labels, "reversed")
        judge(student, oracle, "softmax_cross_entropy_grad", len(z), *arguments)


@task("softmax_cross_entropy_grad", points=1)
def test_softmax_few(student, oracle, rng):
    """is right for one sample, for samples of one class, and where there is one class"""
    z = rng.uniform(-3, 3, size=(4, 3))
    for labels in ([0], [2], [1, 1, 1, 1]):
        some = z[: len(labels)]
        judge(student, oracle, "softmax_cross_entropy_grad", len(labels), some, np.array(labels))
    (gradient,) = require_parts([student.softmax_cross_entropy_grad(z[:, :1], np.zeros(4, dtype=int))], "the gradient")
    fine = gradient.shape == (4, 1) and np.abs(gradient).max() < 1e-5
    require(fine, "a gradient of shape (4, 1), and 0 or nearly", f"{gradient.tolist()}")


@task("softmax_cross_entropy_grad", points=1)
def test_softmax_large(student, oracle, rng):
    """is finite and right for logits of +-1000, and where logits lie 9 apart"""
    z = [[1000, 0, -1000], [1000, -1000, 0], [-1000, 0, 1000], [0, 1000, -1000], [1000, 999, 1000]]
    order = rng.permutation(5)
    z, labels = np.array(z, dtype=float)[order], np.array([0, 1, 0, 2, 1])[order]
    judge(student, oracle, "softmax_cross_entropy_grad", len(z), z, labels)
    z = rng.permutation([[9.0, 0.0, 1.0], [2.0, 1.0, 9.0]])
    judge(student, oracle, "softmax_cross_entropy_grad", 2, z, np.array([1, 1]))


@task("softmax_cross_entropy_grad", points=2)
def test_softmax_unequal(student, oracle, rng):
    """treats each row by itself: rows of very different scale do not disturb one another"""
    z = rng.permutation([[1000.0, 1001.0, 998.0], [-2.0, 1.0, 0.0], [-1000.0, -1001.0, -999.0], [3.0, 4.0, 2.0]])
    labels = rng.permutation([2, 0, 1, 1])
    judge(student, oracle, "softmax_cross_entropy_grad", len(z), z, labels)


@task("softmax_cross_entropy_grad", points=1)
def test_softmax_integers(student, oracle, rng):
    """takes logits and labels that are integers of any type, and gives fractions"""
    for kind in TYPES:
        z = rng.permuted(np.tile([-3, -1, 0, 2], (5, 1)), axis=1).astype(np.int64)
        z = (z + 3 if kind is np.uint8 else z).astype(kind)
        labels = rng.permutation([0, 1, 2, 3, 2]).astype(kind)
        formulas = (lambda z, labels: (take_softmax(z) - np.eye(4)[labels]) / 5,)
        mistakes = compute_small(formulas, z, labels)
        judge(student, oracle, "softmax_cross_entropy_grad", len(z), z, labels, mistakes=mistakes)
        z, labels = draw_samples(rng, 90, 3)  # 270 entries: too many to be numbered in the labels' type
        judge(student, oracle, "softmax_cross_entropy_grad", 90, z, labels.astype(kind))


def take_softmax(z):
    """The softmax in the type that z has."""
    powers = np.exp(z - np.max(z, axis=1, keepdims=True))
    return powers / np.sum(powers, axis=1, keepdims=True)


@task("softmax_cross_entropy_grad", points=1)
def test_softmax_unchanged(student, oracle, rng):
    """leaves its arguments unchanged, which may be read-only"""
    z, labels = draw_samples(rng, 5, 3)
    gradient = assert_unchanged(student.softmax_cross_entropy_grad, z, labels)
    assert_gradient(gradient, oracle.softmax_cross_entropy_grad(z, labels))
    fixed = laid_out(draw_samples(rng, 5, 3), "read-only")
    assert_gradient(student.softmax_cross_entropy_grad(*fixed), oracle.softmax_cross_entropy_grad(*fixed))


def draw_slopes(rng, target=1.0):
    """A gradient that mixes its three entries, with a steep and a flat direction, and a place away from its zero."""
    matrix = np.diag(rng.permutation([1.0, 2.0, 4.0])) + 0.5
    return (lambda x: matrix @ x - target), rng.permutation([-3.0, 2.0, 4.0]) + rng.uniform(-0.5, 0.5, size=3)


@task("gradient_descent", points=1)
def test_descent_path(student, oracle, rng):
    """every point of the path is the one before less lr times the gradient there, all entries moved at once"""
    (_, x0), before = draw_slopes(rng), []
    for target in (1.0, -2.0):
        grad_f, _ = draw_slopes(rng, target)
        right = oracle.gradient_descent(grad_f, x0, 0.25, 4)
        assert_close(student.gradient_descent(grad_f, x0, 0.25, 4), right, before)
        before = [(FROM_BEFORE, right)]


@task("gradient_descent", points=1)
def test_descent_few(student, oracle, rng):
    """is right with one entry, with one step, with steps = 0 (x0 alone) and with lr = 0 (x0 again and again)"""
    grad_f, x0 = draw_slopes(rng)
    for lr, steps in ((0.25, 1), (0.25, 0), (0.0, 3)):
        assert_close(student.gradient_descent(grad_f, x0, lr, steps), oracle.gradient_descent(grad_f, x0, lr, steps))
    double = lambda x: 2.0 * x  # noqa: E731
    assert_close(
        student.gradient_descent(double, x0[:1], 0.125, 3), x0[:1] * np.array([[1.0], [0.75], [0.5625], [0.421875]])
    )


@task("gradient_descent", points=1)
def test_descent_far(student, oracle, rng):
    """with a large lr the path jumps to and fro and away from the minimum"""
    grad_f, x0 = draw_slopes(rng)
    assert_close(student.gradient_descent(grad_f, x0, 0.75, 12), oracle.gradient_descent(grad_f, x0, 0.75, 12))


@task("gradient_descent", points=1)
def test_descent_flat(student, oracle, rng):
    """all steps are made where the gradient is nearly 0, or 0, too: the path has steps + 1 points"""
    grad_f, x0 = draw_slopes(rng, target=0.0)
    path = oracle.gradient_descent(grad_f, x0, 0.25, 4)  # with the minimum at 0, it grows and shrinks with x0
    for scale in (1e-4, 1e-7, 1e-10, 0.0):
        start, right = scale * x0, scale * path
        stops = [right[np.minimum(range(points), last)] for last in range(4) for points in (last + 1, 5)]
        mistakes = [("the path stops where the gradient is small: all steps are asked for", path) for path in stops]
        assert_close(student.gradient_descent(grad_f, start, 0.25, 4), right, mistakes)


def say_asked(points):
    """At which points grad_f was asked, in words."""
    return say("grad_f asked at {points}", points=", ".join(str(point.round(4)) for point in points))


@task("gradient_descent", points=1)
def test_descent_points(student, oracle, rng):
    """asks grad_f for the gradient at each point of the path"""
    grad_f, x0 = draw_slopes(rng)
    path = oracle.gradient_descent(grad_f, x0, 0.25, 3)
    seen, first, strange = np.zeros(len(path), dtype=bool), [], []  # not every point: a student may ask for millions

    def watched(x):
        point = np.array(x, dtype=float)
        if point.shape != x0.shape:
            raise ValueError(say("grad_f was given an array of shape {given}", given=point.shape))
        near = np.abs(point - path).max(axis=-1) < 1e-4
        seen[near] = True
        if len(first) < 4:
            first.append(point)
        if not near.any() and not strange:
            strange.append(point)
        return grad_f(point)

    student.gradient_descent(watched, x0, 0.25, 3)
    expected = say_asked(path[:-1])
    require(len(first) > 0, expected, "grad_f was never asked")
    require(not strange and seen[:-1].all(), expected, say_asked(strange or first))


@task("gradient_descent", points=1)
def test_descent_integers(student, oracle, rng):
    """x0 may hold integers of any type, and the path fractions all the same"""
    grad_f, _ = draw_slopes(rng)
    slope = lambda x: grad_f(np.asarray(x, dtype=float))  # noqa: E731
    for kind in TYPES:
        x0 = draw_integers(rng, [-3, 1, 2], kind)
        assert_close(student.gradient_descent(slope, x0, 0.125, 3), oracle.gradient_descent(slope, x0, 0.125, 3))


@task("gradient_descent", points=1)
def test_descent_unchanged(student, oracle, rng):
    """leaves x0 unchanged, which may be read-only"""
    grad_f, x0 = draw_slopes(rng)
    path = assert_unchanged(student.gradient_descent, grad_f, x0, 0.25, 2)
    assert_close(path, oracle.gradient_descent(grad_f, x0, 0.25, 2))
    for layout in ("read-only", "strided"):
        start = laid_out(draw_slopes(rng)[1], layout)
        assert_close(student.gradient_descent(grad_f, start, 0.25, 2), oracle.gradient_descent(grad_f, start, 0.25, 2))
