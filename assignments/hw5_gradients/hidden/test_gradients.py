"""Hidden checks of hw5: derivatives of activations and losses, and the way down. Kinks at 0 are kept away from."""

import numpy as np
import pytest

from grader.checks import assert_close, assert_gradient, assert_unchanged, require, require_parts, say, task

each = pytest.mark.parametrize("name", ["sigmoid_grad", "tanh_grad", "relu_grad", "leaky_relu_grad", "elu_grad"])


def draw_inputs(rng, shape):
    """Numbers of both signs that keep away from 0."""
    size = int(np.prod(shape))
    signs = rng.permutation((-1.0) ** np.arange(size))
    return (signs * rng.uniform(0.05, 3, size=size)).reshape(shape)


@task("activation_grads", points=1)
@each
def test_activation_shape(student, oracle, rng, name):
    """is the derivative at x, entry by entry, for one, two and three axes"""
    for shape in [(6,), (3, 4), (2, 3, 2)]:
        x = draw_inputs(rng, shape)
        assert_close(getattr(student, name)(x), getattr(oracle, name)(x))


@task("activation_grads", points=1)
@each
def test_activation_integers(student, oracle, rng, name):
    """takes whole numbers and gives fractions"""
    x = rng.permutation([-3, -2, -1, 1, 2, 4])
    alpha = [0.5] if name in ("leaky_relu_grad", "elu_grad") else []
    assert_close(getattr(student, name)(x, *alpha), getattr(oracle, name)(x, *alpha))


@task("activation_grads", points=1)
@each
def test_activation_unchanged(student, oracle, rng, name):
    """leaves its argument unchanged"""
    x = draw_inputs(rng, (5,))
    assert_close(assert_unchanged(getattr(student, name), x), getattr(oracle, name)(x))


@task("activation_grads", points=1)
@pytest.mark.parametrize("name", ["sigmoid_grad", "tanh_grad"])
def test_activation_large(student, oracle, rng, name):
    """is finite and right for x = +-800"""
    x = rng.permutation([-800.0, -2.0, 1.0, 3.0, 800.0])
    assert_close(getattr(student, name)(x), getattr(oracle, name)(x))


@task("activation_grads", points=1)
@pytest.mark.parametrize("name", ["leaky_relu_grad", "elu_grad"])
def test_activation_alpha(student, oracle, rng, name):
    """alpha scales the slope below 0, and x = +-800 is fine"""
    x, alpha = rng.permutation([-800.0, -2.0, -1.0, 0.5, 3.0, 800.0]), rng.uniform(0.2, 0.8)
    slope = {"leaky_relu_grad": 0.1, "elu_grad": np.exp(np.minimum(x, 0))}[name]
    mistakes = {"alpha is missing below 0": np.where(x > 0, 1.0, slope)}
    assert_close(getattr(student, name)(x, alpha), getattr(oracle, name)(x, alpha), mistakes)


@task("activation_grads", points=1)
def test_activation_kink(student, oracle, rng):
    """relu_grad is 0 at exactly 0"""
    x = rng.permutation([-2.0, 0.0, 1.0, 3.0])
    mistakes = {"the slope at exactly 0 is 1: the handout fixes it as 0": np.where(x >= 0, 1.0, 0.0)}
    assert_close(student.relu_grad(x), oracle.relu_grad(x), mistakes)


def judge(student, oracle, name, n, *args):
    """The gradient of a mean over n numbers must agree."""
    right = getattr(oracle, name)(*args)
    times_n = {"the 1/N of the mean is missing: this is N times the gradient": n * right}
    assert_gradient(getattr(student, name)(*args), right, times_n)


@task("mse_grad", points=1)
@pytest.mark.parametrize("shape", [(7,), (4, 3), (2, 3, 4)], ids=["one axis", "two axes", "three axes"])
def test_mse_shape(student, oracle, rng, shape):
    """is the gradient with respect to y_hat, and contains the mean over all entries"""
    y, y_hat = rng.normal(size=shape), rng.normal(size=shape)
    judge(student, oracle, "mse_grad", y.size, y, y_hat)


@task("mse_grad", points=1)
@pytest.mark.parametrize("both", [False, True], ids=["truth", "both"])
def test_mse_integers(student, oracle, rng, both):
    """takes whole numbers and gives fractions"""
    y, y_hat = rng.permutation([-4, -1, 0, 2, 5, 6, 9]), rng.permutation([-5, -3, 1, 2, 3, 4, 7])
    y_hat = y_hat if both else y_hat + rng.uniform(0.2, 0.8, size=7)
    judge(student, oracle, "mse_grad", y.size, y, y_hat)


@task("mse_grad", points=1)
def test_mse_unchanged(student, oracle, rng):
    """leaves its arguments unchanged"""
    y, y_hat = rng.normal(size=(4, 3)), rng.normal(size=(4, 3))
    assert_gradient(assert_unchanged(student.mse_grad, y, y_hat), oracle.mse_grad(y, y_hat))


def draw_binary(rng, n):
    """Labels of both kinds, unsorted, and logits."""
    return rng.permutation(np.arange(n) % 2).astype(float), draw_inputs(rng, (n,))


LARGE_Y = np.array([0.0, 1.0, 0.0, 1.0, 0.0, 1.0])
LARGE_Z = np.array([800.0, 800.0, -800.0, -800.0, 1.0, -2.0])


@task("bce_with_logits_grad", points=1)
@pytest.mark.parametrize("n", [5, 8], ids=["5 samples", "8 samples"])
def test_bce_mean(student, oracle, rng, n):
    """is the gradient with respect to the logits z, and contains the mean's 1/N"""
    y, z = draw_binary(rng, n)
    judge(student, oracle, "bce_with_logits_grad", len(z), y, z)


@task("bce_with_logits_grad", points=2)
def test_bce_large(student, oracle, rng):
    """is finite for z = +-800: there a wrong sample has the slope 1 or -1, divided by N, and a right one 0"""
    order = rng.permutation(6)
    y, z = LARGE_Y[order], LARGE_Z[order]
    judge(student, oracle, "bce_with_logits_grad", len(z), y, z)


@task("bce_with_logits_grad", points=1)
def test_bce_integers(student, oracle, rng):
    """takes whole numbers and gives fractions"""
    y, z = rng.permutation([0, 1, 1, 0, 1]), rng.permutation([-3, -1, 0, 2, 4])
    judge(student, oracle, "bce_with_logits_grad", len(z), y, z)


@task("bce_with_logits_grad", points=1)
def test_bce_unchanged(student, oracle, rng):
    """leaves its arguments unchanged"""
    y, z = draw_binary(rng, 5)
    assert_gradient(assert_unchanged(student.bce_with_logits_grad, y, z), oracle.bce_with_logits_grad(y, z))


@task("mse_sigmoid_grad", points=1)
def test_mse_sigmoid_mean(student, oracle, rng):
    """is the gradient with respect to the logits z, and contains the mean's 1/N"""
    for n in (5, 8):
        y, z = draw_binary(rng, n)
        judge(student, oracle, "mse_sigmoid_grad", len(z), y, z)


@task("mse_sigmoid_grad", points=1)
def test_mse_sigmoid_bound(student, rng):
    """no sample's slope is larger than 8/27, divided by N, and where sigmoid(z) is 2/3 away from y it is that large"""
    z = np.append(np.log(2), draw_inputs(rng, (30,)))
    for sign, label in ((1.0, 0.0), (-1.0, 1.0)):
        (slopes,) = require_parts([student.mse_sigmoid_grad(np.full(31, label), sign * z)], "the gradient")
        got = say("an array of shape {shape}", shape=slopes.shape)
        require(slopes.shape == (31,), "an array of shape (31,)", got)
        assert_close(sign * slopes[0] * 31, 8 / 27)
        steepest = np.abs(slopes * 31).max()
        got = say("{steepest:.4g} divided by N", steepest=steepest)
        require(steepest < 0.2964, "no slope of more than 8/27 = 0.2963, divided by N", got)


@task("mse_sigmoid_grad", points=2)
def test_mse_sigmoid_large(student, oracle, rng):
    """is 0 for z = +-800, for wrong samples as for right ones"""
    order = rng.permutation(6)
    y, z = LARGE_Y[order], LARGE_Z[order]
    judge(student, oracle, "mse_sigmoid_grad", len(z), y, z)


@task("mse_sigmoid_grad", points=1)
def test_mse_sigmoid_integers(student, oracle, rng):
    """takes whole numbers and gives fractions"""
    y, z = rng.permutation([0, 1, 1, 0, 1]), rng.permutation([-3, -1, 0, 2, 4])
    judge(student, oracle, "mse_sigmoid_grad", len(z), y, z)


@task("mse_sigmoid_grad", points=1)
def test_mse_sigmoid_unchanged(student, oracle, rng):
    """leaves its arguments unchanged"""
    y, z = draw_binary(rng, 5)
    assert_gradient(assert_unchanged(student.mse_sigmoid_grad, y, z), oracle.mse_sigmoid_grad(y, z))


def draw_samples(rng, n, k):
    """Logits for n samples, and unsorted labels that take turns among the k classes."""
    return rng.normal(scale=1.5, size=(n, k)), rng.permutation(np.arange(n) % k)


@task("softmax_cross_entropy_grad", points=1)
@pytest.mark.parametrize(
    "shape", [(8, 3), (3, 5), (4, 4)], ids=["8 samples, 3 classes", "3 samples, 5 classes", "4 samples, 4 classes"]
)
def test_softmax_mean(student, oracle, rng, shape):
    """is the gradient with respect to the logits z, row by row, and contains the mean's 1/N"""
    z, labels = draw_samples(rng, *shape)
    judge(student, oracle, "softmax_cross_entropy_grad", len(z), z, labels)


@task("softmax_cross_entropy_grad", points=2)
def test_softmax_large(student, oracle, rng):
    """is finite and right for logits of +-1000"""
    z = [[1000, 0, -1000], [1000, -1000, 0], [-1000, 0, 1000], [0, 1000, -1000], [1000, 999, 1000]]
    order = rng.permutation(5)
    z, labels = np.array(z, dtype=float)[order], np.array([0, 1, 0, 2, 1])[order]
    judge(student, oracle, "softmax_cross_entropy_grad", len(z), z, labels)


@task("softmax_cross_entropy_grad", points=2)
def test_softmax_unequal(student, oracle, rng):
    """treats each row by itself: rows of very different scale do not disturb one another"""
    z = rng.permutation([[1000.0, 1001.0, 998.0], [-2.0, 1.0, 0.0], [-1000.0, -1001.0, -999.0], [3.0, 4.0, 2.0]])
    labels = rng.permutation([2, 0, 1, 1])
    judge(student, oracle, "softmax_cross_entropy_grad", len(z), z, labels)


@task("softmax_cross_entropy_grad", points=1)
def test_softmax_integers(student, oracle, rng):
    """takes whole-number logits and gives fractions"""
    z, labels = rng.integers(-3, 4, size=(5, 3)), rng.permutation([0, 1, 2, 0, 2])
    judge(student, oracle, "softmax_cross_entropy_grad", len(z), z, labels)


@task("softmax_cross_entropy_grad", points=1)
def test_softmax_unchanged(student, oracle, rng):
    """leaves its arguments unchanged"""
    z, labels = draw_samples(rng, 5, 3)
    gradient = assert_unchanged(student.softmax_cross_entropy_grad, z, labels)
    assert_gradient(gradient, oracle.softmax_cross_entropy_grad(z, labels))


def draw_slopes(rng, target=1.0):
    """A gradient that mixes its three entries, with a steep and a flat direction, and a place away from its zero."""
    matrix = np.diag(rng.permutation([1.0, 2.0, 4.0])) + 0.5
    return (lambda x: matrix @ x - target), rng.permutation([-3.0, 2.0, 4.0]) + rng.uniform(-0.5, 0.5, size=3)


@task("gradient_descent", points=2)
def test_descent_path(student, oracle, rng):
    """every point of the path is the one before less lr times the gradient there, all entries moved at once"""
    grad_f, x0 = draw_slopes(rng)
    assert_close(student.gradient_descent(grad_f, x0, 0.25, 4), oracle.gradient_descent(grad_f, x0, 0.25, 4))


@task("gradient_descent", points=1)
def test_descent_far(student, oracle, rng):
    """with a large lr the path jumps to and fro and away from the minimum"""
    grad_f, x0 = draw_slopes(rng)
    assert_close(student.gradient_descent(grad_f, x0, 0.75, 5), oracle.gradient_descent(grad_f, x0, 0.75, 5))


@task("gradient_descent", points=1)
def test_descent_flat(student, oracle, rng):
    """all steps are made where the gradient is nearly 0, or 0, too: the path has steps + 1 points"""
    grad_f, x0 = draw_slopes(rng, target=0.0)
    for start in (x0 / 10_000, np.zeros(3)):
        right = oracle.gradient_descent(grad_f, start, 0.25, 4)
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
    asked = []

    def watched(x):
        asked.append(np.array(x, dtype=float))
        return grad_f(asked[-1])

    student.gradient_descent(watched, x0, 0.25, 3)
    path = oracle.gradient_descent(grad_f, x0, 0.25, 3)
    expected = say_asked(path[:-1])
    require(len(asked) > 0, expected, "grad_f was never asked")
    near = np.abs(np.array(asked)[:, None] - path).max(axis=-1) < 1e-4
    require(near.any(axis=1).all() and near.any(axis=0)[:-1].all(), expected, say_asked(asked[:4]))


@task("gradient_descent", points=1)
def test_descent_integers(student, oracle, rng):
    """x0 may hold whole numbers, and the path fractions all the same; with steps = 0 the path is x0 alone"""
    grad_f, _ = draw_slopes(rng)
    x0 = rng.permutation([-3, 1, 2, 5])[:3]
    assert_close(student.gradient_descent(grad_f, x0, 0.125, 3), oracle.gradient_descent(grad_f, x0, 0.125, 3))
    assert_close(student.gradient_descent(grad_f, x0, 0.125, 0), x0[None])


@task("gradient_descent", points=1)
def test_descent_unchanged(student, oracle, rng):
    """leaves x0 unchanged"""
    grad_f, x0 = draw_slopes(rng)
    path = assert_unchanged(student.gradient_descent, grad_f, x0, 0.25, 2)
    assert_close(path, oracle.gradient_descent(grad_f, x0, 0.25, 2))
