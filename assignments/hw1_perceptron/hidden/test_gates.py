"""Hidden checks of hw1. Inputs are built so that no rounding decides on which side of 0 a sum falls."""

import numpy as np
import pytest

from grader.checks import (
    agrees,
    assert_equal,
    assert_unchanged,
    draw_balanced,
    laid_out,
    require,
    require_parts,
    shared,
    task,
)

ROWS = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
CUBE = np.indices((2, 2, 2)).reshape(3, 8).T.astype(float)
TRUTH = {"NAND": [1, 1, 1, 0], "OR": [0, 1, 1, 1], "NOR": [1, 0, 0, 0]}
XOR = [0, 1, 1, 0]
LAYOUTS = ["columns", "strided", "reversed"]
AS_IT_LIES = "the numbers are read as they lie in memory: a transposed table has another order there"


def compare_small(function, reference, *args):
    """Small integers must give what the same numbers give as int64; if those are right, a sentence says so."""
    sentence = (
        "as int64 these numbers give the right answer: as uint8 or int8 they wrap round, so turn them into floats"
    )
    plain = function(*(part.astype(int) if hasattr(part, "astype") else part for part in args))
    answer, right = function(*args), reference(*args)
    assert_equal(answer, right, {sentence: answer} if agrees(plain, right) else {})


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
    a = np.array([[0.0, 1e-9, 2.0], [-1e-9, -0.0, -3.0], [1e-30, -1e-30, 1e-20], [1e-36, -1e-36, 0.0]])
    assert_equal(student.step(a), oracle.step(a), step_mistakes(a))


@task("step", points=1)
def test_step_shape(student, oracle, rng):
    """step keeps the shape of an array, also where an axis has length 1"""
    for shape in ((4, 3), (2, 3, 4), (5, 1), (1, 4), (1,), (1, 1)):
        a = draw_balanced(rng, shape)
        assert_equal(student.step(a), oracle.step(a), step_mistakes(a))


@task("step", points=1)
def test_step_layout(student, oracle, rng):
    """step takes an array that is a view of another one"""
    a = draw_balanced(rng, (4, 3))
    for layout in LAYOUTS:
        a = -a
        assert_equal(student.step(laid_out(a, layout)), oracle.step(a))


@task("step", points=1)
def test_step_number(student, rng):
    """step of a single number is a single 0 or 1"""
    a = rng.uniform(0.05, 3)
    for number in (a, np.float64(a), np.array(a), 3):
        assert_equal(student.step(number), 1)
        assert_equal(student.step(-number), 0)


@task("step", points=1)
def test_step_integers(student, oracle, rng):
    """step takes whole numbers of any type: int64, uint8, int8"""
    large = rng.permutation([-4, -2, -1, 2, 3, 5, 7])
    unsigned = rng.permutation([1, 3, 127, 128, 200, 255]).astype(np.uint8)
    signed_bytes = rng.permutation([-128, -127, -1, 1, 5, 127]).astype(np.int8)
    for whole in (large, unsigned, signed_bytes, np.uint8(3), np.int8(-128)):
        compare_small(student.step, oracle.step, whole)


@task("step", points=1)
def test_step_unchanged(student, oracle, rng):
    """step leaves its argument, which may be read-only, unchanged"""
    a = rng.permutation([-2.5, -1.5, -0.5, 1.5, 2.5, 3.5])
    for argument in (a, laid_out(a, "read-only")):
        assert_equal(assert_unchanged(student.step, argument), oracle.step(a))


def samples(rng, n, d, bias=0.1):
    """Rows whose sums x @ w + bias have both signs and keep 0.3 away from 0: further than a small bias takes them."""
    sums = rng.permutation((-1.0) ** np.arange(n)) * rng.uniform(0.3, 2, size=n)
    w = rng.choice([-1, 1], size=d) * rng.uniform(0.5, 2, size=d)
    X = rng.uniform(-2, 2, size=(n, d))
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


@task("perceptron", points=2)
def test_perceptron_sample(student, oracle, rng):
    """one sample x (D,) gives a single 0 or 1, also where D = 1"""
    for d in (5, 1):
        X, w, b = samples(rng, 4, d)
        for x in X:
            assert_equal(student.perceptron(x, w, b), oracle.perceptron(x, w, b))


@task("perceptron", points=1)
def test_perceptron_layout(student, oracle, rng):
    """perceptron takes arrays that are views of others, and one array as x and as w"""
    for layout in LAYOUTS:
        X, w, b = samples(rng, 40, 3)  # so many that no other order has the same answers by luck
        y = student.perceptron(laid_out(X, layout), laid_out(w, layout), b)
        mistakes = {AS_IT_LIES: X.ravel(order="F").reshape(X.shape) @ w + b > 0}
        assert_equal(y, oracle.perceptron(X, w, b), mistakes)
    x = rng.uniform(0.5, 1, size=3)
    same = shared(x)
    for b in (-0.5 * (x @ x), -2 * (x @ x)):
        assert_equal(student.perceptron(same, same, b), oracle.perceptron(x, x, b))


@task("perceptron", points=2)
def test_perceptron_bias(student, oracle, rng):
    """the bias is added to the weighted sum before the step"""
    for bias in (2.5, -2.5):  # larger than every sum, so that leaving it out shows
        X, w, b = samples(rng, 6, 3, bias)
        assert_equal(student.perceptron(X, w, b), oracle.perceptron(X, w, b), perceptron_mistakes(X, w, b))


@task("perceptron", points=2)
def test_perceptron_boundary(student, oracle, rng):
    """a sum of exactly 0 gives 0, and a very small positive one gives 1"""
    X, w, b = whole_samples(rng, [-2, 0, 0, 0, 1, 3], bias=1)
    y = student.perceptron(X.astype(float), w.astype(float), b)
    assert_equal(y, oracle.perceptron(X, w, b), perceptron_mistakes(X, w, b))
    X = np.array(
        [[1e-30, 0, 0], [0, -1e-30, 0], [0, 0, 1e-9], [0, 0, 0]]
    )  # one product each, so that no sum is rounded
    y = student.perceptron(X, w.astype(float), 0.0)
    assert_equal(y, np.array([1, 0, 1, 0]), {"very small positive sums count as 0": np.zeros(4)})


@task("perceptron", points=1)
def test_perceptron_integers(student, oracle, rng):
    """perceptron takes whole numbers, also beside weights or a bias that are none"""
    X, w, whole = whole_samples(rng, [-4, -3, -1, 1, 2], bias=2)
    for weights, b in ((w, whole), (w, whole - 0.5), (w / 8, whole / 8)):
        mistakes = perceptron_mistakes(X, weights, b) | {
            "the decimals of the bias are cut off": X @ weights + int(b) > 0,
            "the decimals of the weights are cut off": X @ np.trunc(weights) + b > 0,
        }
        assert_equal(student.perceptron(X, weights, b), oracle.perceptron(X, weights, b), mistakes)


@task("perceptron", points=1)
def test_perceptron_small_integers(student, oracle, rng):
    """perceptron takes whole numbers of the types uint8 and int8, as x, w and b"""
    pixels = np.array([[200, 100, 0], [0, 100, 200], [1, 2, 3], [120, 130, 140]], np.uint8)
    signed_bytes = rng.permutation([[-128, 1, 0], [100, -100, 1], [127, 127, 127], [1, 2, 3]]).astype(np.int8)
    for X, w, b in (
        (pixels, np.array([1, 1, 2], np.uint8), -250.5),
        (pixels[0], np.array([1, 1, 2], np.uint8), -250.5),
        (rng.permutation(pixels), np.array([3, 2, 1], np.uint8), np.int8(-128)),
        (signed_bytes, np.array([2, 1, 1], np.int8), np.int8(-100)),
        (signed_bytes, np.array([-1, 1, -1], np.int8), np.uint8(5)),
    ):
        compare_small(student.perceptron, oracle.perceptron, X, w, b)


@task("perceptron", points=1)
def test_perceptron_unchanged(student, oracle, rng):
    """perceptron leaves its arguments, which may be read-only, unchanged"""
    X, w, b = samples(rng, 5, 3)
    for args in ((X, w, b), laid_out((X, w, b), "read-only")):
        assert_equal(assert_unchanged(student.perceptron, *args), oracle.perceptron(X, w, b))


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


def both_gates(test):
    """A parameter `gate` over xor and xnor."""
    return pytest.mark.parametrize("gate", ["xor", "xnor"])(test)


def xor_mistakes(x1, x2, right):
    """What well-known mistakes make of two arrays of 0 and 1."""
    return {
        "this is OR, which one line can draw; the answers for (1, 1) differ": np.maximum(x1, x2),
        "0 and -1 come out: a minus does not turn 0 into 1 and 1 into 0": right - 1,
    }


def compare_gate(student, oracle, gate, x1, x2):
    """The student's gate must have the reference's outputs."""
    right = getattr(oracle, gate)(x1, x2)
    plain = (getattr(part, "array", part) for part in (x1, x2))
    assert_equal(getattr(student, gate)(x1, x2), right, xor_mistakes(*plain, right))


ARRAYS = [
    pytest.param(((8,), int), id="integers, one axis"),
    pytest.param(((3, 4), float), id="floats, two axes"),
]


@task("xor", points=1)
@pytest.mark.parametrize("arrays", ARRAYS)
@both_gates
def test_xor_arrays(student, oracle, rng, gate, arrays):
    """works on two arrays, entry by entry"""
    x1, x2 = inputs(rng, *arrays)
    compare_gate(student, oracle, gate, x1, x2)
    for layout in LAYOUTS:
        compare_gate(student, oracle, gate, laid_out(x1, layout), laid_out(x2, layout))


@task("xor", points=1)
@both_gates
def test_xor_few(student, oracle, rng, gate):
    """works on single numbers, on axes of length 1, and on arrays with one pair of inputs alone"""
    for a, b in rng.permutation(ROWS):
        compare_gate(student, oracle, gate, float(a), float(b))
        for shape in ((1,), (3, 1), (1, 2), (2, 2)):
            compare_gate(student, oracle, gate, np.full(shape, a), np.full(shape, b))


@task("xor", points=1)
@both_gates
def test_xor_small_integers(student, oracle, rng, gate):
    """takes 0 and 1 of the types uint8 and int8"""
    for dtype in (np.uint8, np.int8):
        compare_small(getattr(student, gate), getattr(oracle, gate), *inputs(rng, (2, 4), dtype))


@task("xor", points=1)
@both_gates
def test_xor_unchanged(student, oracle, rng, gate):
    """leaves its arguments, which may be read-only or one and the same array, unchanged"""
    x1, x2 = inputs(rng, (8,), int)
    for a, b in ((x1, x2), (x1, x1)):
        same = laid_out(a, "read-only")
        for args in ((a, b), (same, same if a is b else laid_out(b, "read-only"))):
            assert_equal(assert_unchanged(getattr(student, gate), *args), getattr(oracle, gate)(a, b))


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


NETWORKS = [  # W1, b1, W2, b2: no sum is 0 on CUBE, and each well-known mistake gives another truth table
    ([[2, -3, 1, -2], [3, 3, -1, 3], [3, -1, 3, 3]], [-5.5, -2.5, 0.5, -3.5], [4, 1, -8, 2], 2.5),
    ([[-2, -3, -2, 2], [1, -1, 1, 3], [2, 3, -3, -3]], [1.5, 0.5, 1.5, -4.5], [-4, -8, -1, 2], 4.5),
    ([[-1, -2, 1, -3], [2, -2, -2, 2], [3, 3, 2, -3]], [-0.5, -2.5, 1.5, 0.5], [-1, -8, -2, -4], 3.5),
]


def networks(rng):
    """The weights of each network, its hidden units and its inputs in random order."""
    for network in rng.permutation(len(NETWORKS)):
        W1, b1, W2, b2 = NETWORKS[network]
        units = rng.permutation(len(b1))
        W1 = rng.permutation(np.array(W1, dtype=float))
        yield W1[:, units], np.array(b1)[units], np.array(W2, dtype=float)[units], b2


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


@task("two_layer_perceptron", points=2)
def test_two_layer_batch(student, oracle, rng):
    """X (N, D) goes through H hidden units to N outputs of 0 or 1"""
    for weights in networks(rng):
        X = rng.permutation(CUBE)
        y = student.two_layer_perceptron(X, *weights)
        assert_equal(y, oracle.two_layer_perceptron(X, *weights), two_layer_mistakes(X, *weights))


@task("two_layer_perceptron", points=1)
def test_two_layer_ones(student, oracle, rng):
    """a batch of one row, a single hidden unit and a single input are nothing special"""
    # one hidden unit decides alone; for two rows its sum is 0.25, which its step makes 1
    single = np.array([[2.0], [-3.0], [1.0]]), np.array([0.25]), np.array([-1.0]), 0.5
    for weights in (next(networks(rng)), single):
        right = oracle.two_layer_perceptron(CUBE, *weights)
        assert_equal(student.two_layer_perceptron(CUBE, *weights), right, two_layer_mistakes(CUBE, *weights))
        for n in range(len(CUBE)):
            assert_equal(student.two_layer_perceptron(CUBE[n : n + 1], *weights), right[n : n + 1])
    X, weights = np.array([[-2.0], [1.0], [0.25]]), (np.array([[2.0]]), np.array([-1.0]), np.array([-1.0]), 0.5)
    assert_equal(student.two_layer_perceptron(X, *weights), oracle.two_layer_perceptron(X, *weights))


@task("two_layer_perceptron", points=1)
def test_two_layer_layout(student, oracle, rng):
    """takes arrays that are views of others"""
    for *weights, b2 in networks(rng):
        arrays = [rng.permutation(CUBE), *weights]
        X, W1, b1, W2 = arrays
        right = oracle.two_layer_perceptron(*arrays, b2)
        mistakes = {AS_IT_LIES: (X @ W1.ravel(order="F").reshape(W1.shape) + b1 > 0) @ W2 + b2 > 0}
        for layout in LAYOUTS:
            answer = student.two_layer_perceptron(*laid_out(arrays, layout), b2)
            assert_equal(answer, right, mistakes)


@task("two_layer_perceptron", points=2)
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
            for rows in (X, X[:2]):  # five rows, and as many as there are hidden units
                y = student.two_layer_perceptron(rows, *weights)
                assert_equal(y, oracle.two_layer_perceptron(rows, *weights), two_layer_mistakes(rows, *weights))


@task("two_layer_perceptron", points=2)
def test_two_layer_boundary(student, oracle, rng):
    """a sum of exactly 0 gives 0 in both layers, and a very small positive one gives 1"""
    X, k = rng.permutation(ROWS), float(rng.integers(1, 6))
    weights = k * np.array([[1.0, 2.0], [1.0, 2.0]]), k * np.array([-1.0, 0.0]), k * np.array([-2.0, 1.0]), 0.0
    y = student.two_layer_perceptron(X, *weights)
    assert_equal(y, oracle.two_layer_perceptron(X, *weights), two_layer_mistakes(X, *weights))
    weights = np.diag([1e-30, 1.0]), np.array([0.0, -1.0]), np.array([1e-30, -1.0]), 0.0
    y = student.two_layer_perceptron(X, *weights)  # the first unit alone decides, by next to nothing
    mistakes = {"very small positive sums count as 0": np.zeros(4)}
    assert_equal(y, oracle.two_layer_perceptron(X, *weights), mistakes)


def small_networks(rng):
    """Arguments in one byte a number, whose sums do not fit into a byte."""
    pixels = rng.permutation([[200, 100], [100, 100], [250, 250], [0, 20]]).astype(np.uint8)
    yield pixels, np.array([[1, 1], [1, 2]], np.uint8), np.array([-250.0, -450.0]), np.array([100, 100], np.int8), -150
    X = rng.permutation([[120, 120], [-120, -120], [120, -120], [-128, -128]]).astype(np.int8)
    yield X, np.array([[1, 1], [1, -1]], np.int8), np.full(2, -100, np.int8), np.full(2, 100, np.int8), np.int8(-50)
    W1, b1 = np.array([[-1, 1], [-1, 1]], np.int8), np.array([250, 200], np.uint8)  # -250 and -200 are 6 and 56 there
    yield pixels, W1, b1, np.array([200, 100], np.uint8), -250.0


@task("two_layer_perceptron", points=1)
def test_two_layer_integers(student, oracle, rng):
    """takes whole numbers of any type (int64, uint8, int8), also beside fractions"""
    X = rng.permutation(CUBE).astype(int)
    for W1, b1, W2, b2 in networks(rng):  # whole numbers as weights, halves as biases
        for weights in ((W1.astype(int), b1, W2.astype(int), b2), (W1 / 4, b1 / 4, W2 / 16, b2 / 16)):
            V1, c1, V2, c2 = weights
            mistakes = {
                "the decimals of W1 are cut off": (X @ np.trunc(V1) + c1 > 0) @ V2 + c2 > 0,
                "the decimals of the hidden layer's sums are cut off": (np.trunc(X @ V1 + c1) > 0) @ V2 + c2 > 0,
            }
            y = student.two_layer_perceptron(X, *weights)
            assert_equal(y, oracle.two_layer_perceptron(X, *weights), mistakes)
    for args in small_networks(rng):
        compare_small(student.two_layer_perceptron, oracle.two_layer_perceptron, *args)


@task("two_layer_perceptron", points=1)
def test_two_layer_unchanged(student, oracle, rng):
    """two_layer_perceptron leaves its arguments, which may be read-only, unchanged"""
    *weights, b2 = next(networks(rng))
    arrays = [rng.permutation(CUBE), *weights]
    for args in (arrays, laid_out(arrays, "read-only")):
        y = assert_unchanged(student.two_layer_perceptron, *args, b2)
        assert_equal(y, oracle.two_layer_perceptron(*arrays, b2))
