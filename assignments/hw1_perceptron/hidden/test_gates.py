"""Hidden checks of hw1. Inputs are built so that no rounding decides on which side of 0 a sum falls."""

import numpy as np
import pytest

from grader.checks import assert_equal, assert_unchanged, require, require_parts, task

ROWS = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
CUBE = np.indices((2, 2, 2)).reshape(3, 8).T.astype(float)
TRUTH = {"NAND": [1, 1, 1, 0], "OR": [0, 1, 1, 1], "NOR": [1, 0, 0, 0]}
XOR = [0, 1, 1, 0]


def step_mistakes(a):
    """What well-known mistakes make of step(a)."""
    return {
        "step(0) is 1 here; the rule is strict: only what is above 0 fires": a >= 0,
        "below 0 this gives -1: it is the sign, and the step gives 0 there": np.sign(a),
        "very small positive numbers count as 0": a > 1e-6,
    }


@task("step", points=2)
def test_step_zero(student, oracle):
    """step(0) is 0 and step of a very small positive number is 1"""
    a = np.array([[0.0, 1e-9, 2.0], [-1e-9, 0.0, -3.0], [1e-30, -1e-30, 1e-20]])
    assert_equal(student.step(a), oracle.step(a), step_mistakes(a))


@task("step", points=1)
@pytest.mark.parametrize("shape", [(4, 3), (2, 3, 4)], ids=["two axes", "three axes"])
def test_step_shape(student, oracle, rng, shape):
    """step keeps the shape of an array"""
    signs = rng.permutation((-1.0) ** np.arange(np.prod(shape))).reshape(shape)
    a = signs * rng.uniform(0.05, 3, size=shape)
    assert_equal(student.step(a), oracle.step(a), step_mistakes(a))


@task("step", points=1)
def test_step_number(student, rng):
    """step of a single number is a single 0 or 1"""
    a = rng.uniform(0.05, 3)
    assert_equal(student.step(a), 1)
    assert_equal(student.step(-a), 0)


@task("step", points=1)
def test_step_integers(student, oracle, rng):
    """step takes whole numbers, too"""
    a = rng.permutation([-4, -2, -1, 2, 3, 5, 7])
    assert_equal(student.step(a), oracle.step(a))


@task("step", points=1)
def test_step_unchanged(student, oracle, rng):
    """step leaves its argument unchanged"""
    a = rng.permutation([-2.5, -1.5, -0.5, 1.5, 2.5, 3.5])
    assert_equal(assert_unchanged(student.step, a), oracle.step(a))


def samples(rng, n, d, bias=0.2):
    """Rows whose sums x @ w + bias have both signs and keep 0.3 away from 0."""
    sums = rng.permutation((-1.0) ** np.arange(n)) * rng.uniform(0.3, 2, size=n)
    w = rng.choice([-1, 1], size=d) * rng.uniform(0.5, 2, size=d)
    X = rng.normal(size=(n, d))
    return X + np.outer(sums - bias - X @ w, w) / (w @ w), w, bias


def whole_samples(rng, sums, bias):
    """Whole-number rows whose sums x @ w + bias are exactly `sums`, in random order."""
    w = np.append(1, rng.integers(2, 5, size=2))
    X = rng.integers(-3, 4, size=(len(sums), 3))
    X[:, 0] += rng.permutation(sums) - (X @ w + bias)
    return X, w, bias


def perceptron_mistakes(X, w, b):
    """What well-known mistakes make of a batch."""
    sums = X @ w
    return {
        "the bias is left out": sums > 0,
        "the bias is subtracted; here it is added": sums - b > 0,
        "a sum of exactly 0 fires; the rule is strict": sums + b >= 0,
        "the products x w are not added up: each has a step of its own": X * w + b > 0,
        "all rows of the batch are added up into one sum": sums.sum() + b > 0,
    }


@task("perceptron", points=2)
@pytest.mark.parametrize(
    "shapes", [[(7, 4), (1, 3)], [(4, 4), (6, 1)]], ids=["7 rows of 4, 1 row", "4 rows of 4, 1 column"]
)
def test_perceptron_batch(student, oracle, rng, shapes):
    """a batch X (N, D) gives N values, one for each row"""
    for shape in shapes:
        X, w, b = samples(rng, *shape)
        assert_equal(student.perceptron(X, w, b), oracle.perceptron(X, w, b), perceptron_mistakes(X, w, b))


@task("perceptron", points=3)
def test_perceptron_sample(student, oracle, rng):
    """one sample x (D,) gives a single 0 or 1"""
    X, w, b = samples(rng, 4, 5)
    for x in X:
        assert_equal(student.perceptron(x, w, b), oracle.perceptron(x, w, b))


@task("perceptron", points=2)
def test_perceptron_bias(student, oracle, rng):
    """the bias is added to the weighted sum before the step"""
    for bias in (2.5, -2.5):  # larger than every sum, so that leaving it out shows
        X, w, b = samples(rng, 6, 3, bias)
        assert_equal(student.perceptron(X, w, b), oracle.perceptron(X, w, b), perceptron_mistakes(X, w, b))


@task("perceptron", points=2)
def test_perceptron_boundary(student, oracle, rng):
    """a sum of exactly 0 gives 0"""
    X, w, b = whole_samples(rng, [-2, 0, 0, 0, 1, 3], bias=1)
    y = student.perceptron(X.astype(float), w.astype(float), b)
    assert_equal(y, oracle.perceptron(X, w, b), perceptron_mistakes(X, w, b))


@task("perceptron", points=2)
def test_perceptron_integers(student, oracle, rng):
    """perceptron takes whole numbers, also beside a bias that is none"""
    X, w, whole = whole_samples(rng, [-4, -3, -1, 1, 2], bias=2)
    for b in (whole, whole - 0.5):
        mistakes = perceptron_mistakes(X, w, b) | {"the decimals of the bias are cut off": X @ w + int(b) > 0}
        assert_equal(student.perceptron(X, w, b), oracle.perceptron(X, w, b), mistakes)


@task("perceptron", points=1)
def test_perceptron_unchanged(student, oracle, rng):
    """perceptron leaves its arguments unchanged"""
    X, w, b = samples(rng, 5, 3)
    assert_equal(assert_unchanged(student.perceptron, X, w, b), oracle.perceptron(X, w, b))


@task("gate_weights", points=3)
@pytest.mark.parametrize("name", ["NAND", "OR", "NOR"])
def test_gate(student, oracle, name):
    """one perceptron with the weights for the gate has the gate's truth table"""
    w, b = require_parts(student.gate_weights(name), "w, b")
    require((w.size, b.size) == (2, 1), "w of shape (2,) and a number b", f"w {w.shape}, b {b.shape}")
    assert_equal(oracle.perceptron(ROWS, w.ravel(), b.item()), np.array(TRUTH[name]))


def inputs(rng, shape, dtype):
    """Two arrays of 0/1 in which every pair occurs, in random order."""
    pairs = rng.permutation(np.tile(ROWS, (np.prod(shape) // 4, 1)))
    return pairs.T.reshape(2, *shape).astype(dtype)


ARRAYS = [
    pytest.param(((8,), int), id="integers, one axis"),
    pytest.param(((3, 4), float), id="floats, two axes"),
]


def xor_mistakes(x1, x2, right):
    """What well-known mistakes make of two arrays of 0 and 1."""
    return {
        "this is OR, which one line can draw; the answers for (1, 1) differ": np.maximum(x1, x2),
        "0 and -1 come out: a minus does not turn 0 into 1 and 1 into 0": right - 1,
    }


@task("xor", points=2)
@pytest.mark.parametrize("arrays", ARRAYS)
@pytest.mark.parametrize("gate", ["xor", "xnor"])
def test_xor_arrays(student, oracle, rng, gate, arrays):
    """works on two arrays, entry by entry"""
    x1, x2 = inputs(rng, *arrays)
    right = getattr(oracle, gate)(x1, x2)
    assert_equal(getattr(student, gate)(x1, x2), right, xor_mistakes(x1, x2, right))


@task("xor", points=1)
@pytest.mark.parametrize("gate", ["xor", "xnor"])
def test_xor_unchanged(student, oracle, rng, gate):
    """leaves its arguments unchanged"""
    x1, x2 = inputs(rng, (8,), int)
    assert_equal(assert_unchanged(getattr(student, gate), x1, x2), getattr(oracle, gate)(x1, x2))


@task("xor_network", points=6)
def test_xor_network(student, oracle):
    """the course's two-layer perceptron computes XOR with your weights"""
    weights = require_network(student.xor_network())
    assert_equal(oracle.two_layer_perceptron(ROWS, *weights), np.array(XOR))


def require_network(answer):
    """Weights whose shapes fit together: W1 (2, H), b1 (H,), W2 (H,), b2 a number."""
    W1, b1, W2, b2 = require_parts(answer, "W1, b1, W2, b2")
    h, expected = W1.size // 2, "W1 of shape (2, H), b1 and W2 of shape (H,) and a number b2"
    got = f"W1 {W1.shape}, b1 {b1.shape}, W2 {W2.shape}, b2 {b2.shape}"
    require((W1.shape, b1.size, W2.size, b2.size) == ((2, h), h, h, 1), expected, got)
    return W1, b1.ravel(), W2.ravel(), b2.item()


def network(rng):
    """Random weights with which no sum is 0 and every unit fires on some rows of CUBE but not on all."""
    W1 = rng.choice([-1.0, 1.0], size=(3, 4)) * rng.integers(1, 4, size=(3, 4))
    b1 = dividing_bias(rng, CUBE @ W1)
    W2 = rng.choice([-1.0, 1.0], size=4) * rng.permutation([1, 2, 4, 8])
    b2 = dividing_bias(rng, (CUBE @ W1 + b1 > 0) @ W2)
    return W1, b1, W2, float(b2)


def dividing_bias(rng, sums):
    """Half way between whole numbers: it takes some of each column's whole sums above 0 and some below."""
    return 0.5 - rng.integers(sums.min(axis=0) + 1, sums.max(axis=0) + 1)


def two_layer_mistakes(X, W1, b1, W2, b2):
    """What well-known mistakes make of a two-layer perceptron."""
    sums = X @ W1 + b1
    top = (sums > 0) @ W2 + b2
    return {
        "the hidden layer has no step: the two layers are a single line": sums @ W2 + b2 > 0,
        "the last layer has no step: sums come out": top,
        "the bias b1 of the hidden layer is left out": (X @ W1 > 0) @ W2 + b2 > 0,
        "b1 is added after the step of the hidden layer: it belongs before": ((X @ W1 > 0) + b1) @ W2 + b2 > 0,
        "the bias b2 of the last layer is left out": top - b2 > 0,
        "a sum of exactly 0 makes a hidden unit fire": (sums >= 0) @ W2 + b2 > 0,
        "a sum of exactly 0 makes the last perceptron fire": top >= 0,
    }


@task("two_layer_perceptron", points=3)
def test_two_layer_batch(student, oracle, rng):
    """X (N, D) goes through H hidden units to N outputs of 0 or 1"""
    for _ in range(5):
        X, weights = rng.permutation(CUBE), network(rng)
        y = student.two_layer_perceptron(X, *weights)
        assert_equal(y, oracle.two_layer_perceptron(X, *weights), two_layer_mistakes(X, *weights))
    for x in X:  # a batch of one
        y = student.two_layer_perceptron(x[None], *weights)
        assert_equal(y, oracle.two_layer_perceptron(x[None], *weights))
    W1, b1, W2, _ = weights
    single = W1[:, :1], b1[:1], np.sign(W2[:1]), -np.sign(W2[0]) / 2  # one hidden unit decides alone
    assert_equal(student.two_layer_perceptron(X, *single), oracle.two_layer_perceptron(X, *single))


@task("two_layer_perceptron", points=3)
def test_two_layer_hidden_step(student, oracle, rng):
    """the hidden layer ends in a step, too: without it no weights give XOR"""
    nand = rng.uniform(0.9, 1.1)  # OR and NAND of such unequal size that each mistake gives another table
    scale = np.array([nand + rng.uniform(0.5, 0.7), nand])
    W1, b1 = scale * np.array([[1, -1], [1, -1]]), scale * np.array([-0.5, 1.5])
    X, weights = rng.permutation(ROWS), (W1, b1, np.ones(2), -1.5)
    y = student.two_layer_perceptron(X, *weights)
    assert_equal(y, oracle.two_layer_perceptron(X, *weights), two_layer_mistakes(X, *weights))


@task("two_layer_perceptron", points=2)
def test_two_layer_bias(student, oracle, rng):
    """both biases are added before the step"""
    X, W1 = rng.choice([-1.0, 0.0, 1.0], size=(5, 3)), rng.choice([-1.0, 1.0], size=(3, 2))
    for b1 in ([4.0, -4.0], [-4.0, 4.0]):  # larger than every sum of the hidden layer, so that it decides
        for b2 in (-0.5, 1.5):
            weights = W1, np.array(b1), np.array([1.0, -1.0]), b2
            y = student.two_layer_perceptron(X, *weights)
            assert_equal(y, oracle.two_layer_perceptron(X, *weights), two_layer_mistakes(X, *weights))


@task("two_layer_perceptron", points=2)
def test_two_layer_boundary(student, oracle, rng):
    """a sum of exactly 0 gives 0 in both layers"""
    X, k = rng.permutation(ROWS), float(rng.integers(1, 6))
    weights = k * np.array([[1.0, 2.0], [1.0, 2.0]]), k * np.array([-1.0, 0.0]), k * np.array([-2.0, 1.0]), 0.0
    y = student.two_layer_perceptron(X, *weights)
    assert_equal(y, oracle.two_layer_perceptron(X, *weights), two_layer_mistakes(X, *weights))


@task("two_layer_perceptron", points=1)
def test_two_layer_integers(student, oracle, rng):
    """takes whole numbers, also beside fractions"""
    X = rng.permutation(CUBE).astype(int)
    for _ in range(3):
        W1, b1, W2, b2 = network(rng)  # whole numbers as weights, halves as biases
        for weights in ((W1.astype(int), b1, W2.astype(int), b2), (W1 / 4, b1 / 4, W2 / 16, b2 / 16)):
            W1, b1, W2, b2 = weights
            mistakes = {
                "the decimals of W1 are cut off": (X @ np.trunc(W1) + b1 > 0) @ W2 + b2 > 0,
                "the decimals of the hidden layer's sums are cut off": (np.trunc(X @ W1 + b1) > 0) @ W2 + b2 > 0,
            }
            y = student.two_layer_perceptron(X, *weights)
            assert_equal(y, oracle.two_layer_perceptron(X, *weights), mistakes)


@task("two_layer_perceptron", points=1)
def test_two_layer_unchanged(student, oracle, rng):
    """two_layer_perceptron leaves its arguments unchanged"""
    X, weights = rng.permutation(CUBE), network(rng)
    y = assert_unchanged(student.two_layer_perceptron, X, *weights)
    assert_equal(y, oracle.two_layer_perceptron(X, *weights))
