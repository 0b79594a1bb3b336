"""Public checks of hw2: the ones you can run at home."""

from itertools import pairwise

import numpy as np

from grader.checks import assert_close, name_mistake, require, require_parts, say, take_pairs, task, to_array


@task("sigmoid", points=1)
def test_sigmoid_worked(student):
    """sigmoid of 0, ln 3 and -ln 3 is 1/2, 3/4 and 1/4"""
    mistakes = {
        "the sign in the exponent is missing: yours is sigmoid(-x)": np.array([0.5, 0.25, 0.75]),
        "brackets are missing: 1 / 1 + exp(-x) is 1 + exp(-x)": np.array([2, 4 / 3, 4]),
    }
    assert_close(student.sigmoid(np.log([1.0, 3.0, 1 / 3])), np.array([0.5, 0.75, 0.25]), mistakes)


@task("sigmoid", points=1)
def test_sigmoid_large(student, oracle, rng):
    """sigmoid is finite for x = +-800, and right beside them"""
    x = rng.permutation([800.0, -800.0, 0.5, -1.5])
    assert_close(student.sigmoid(x), oracle.sigmoid(x))


@task("sigmoid", points=1)
def test_sigmoid_pixels(student, oracle):
    """whole numbers may be of any type: sigmoid of 0, 3 and 9 as uint8"""
    x = np.array([0, 3, 9], np.uint8)
    mistakes = {"in the type uint8 -3 is 253: turn x into floats before you compute": np.array([0.5, 0.0, 0.0])}
    assert_close(student.sigmoid(x), oracle.sigmoid(x), mistakes)


@task("tanh", points=1)
def test_tanh_worked(student):
    """tanh of 0, ln 2 and ln 3 is 0, 0.6 and 0.8"""
    mistakes = {"yours is tanh(x / 2): the formula 2 sigmoid(x) - 1 lacks a factor": np.array([0, 1 / 3, 1 / 2])}
    assert_close(student.tanh(np.log([1.0, 2.0, 3.0])), np.array([0.0, 0.6, 0.8]), mistakes)


@task("tanh", points=1)
def test_tanh_values(student, oracle, rng):
    """tanh of an array has its shape and the right values"""
    x = rng.uniform(0.05, 3, size=(2, 3)) * [-1, 1, -1]
    assert_close(student.tanh(x), oracle.tanh(x))


@task("relu", points=2)
def test_relu_values(student, oracle, rng):
    """relu keeps what is positive and makes the rest 0"""
    x = np.append(rng.uniform(0.05, 3, size=6) * [-1, 1, 1, -1, 1, -1], 0.0)
    mistakes = {
        "yours is the step function, 1 where x is positive: x itself belongs there": (x > 0).astype(float),
        "negative entries lose their sign: they become 0": np.abs(x),
    }
    assert_close(student.relu(x), oracle.relu(x), mistakes)


@task("leaky_relu", points=1)
def test_leaky_relu_worked(student):
    """leaky_relu of (-2, 0, 3) is (-0.2, 0, 3): the slope is 0.1 unless alpha says otherwise"""
    mistakes = {
        "the slope is 0.01, as in most frameworks": np.array([-0.02, 0.0, 3.0]),
        "negative entries become -alpha, not alpha times x": np.array([-0.1, -0.1, 3.0]),
    }
    assert_close(student.leaky_relu(np.array([-2.0, 0.0, 3.0])), np.array([-0.2, 0.0, 3.0]), mistakes)


@task("leaky_relu", points=1)
def test_leaky_relu_alpha(student):
    """leaky_relu of (-2, 0, 3) with alpha 0.25 is (-0.5, 0, 3)"""
    mistakes = {"the slope is 0.1 although alpha says otherwise": np.array([-0.2, 0.0, 3.0])}
    assert_close(student.leaky_relu(np.array([-2.0, 0.0, 3.0]), 0.25), np.array([-0.5, 0.0, 3.0]), mistakes)


@task("elu", points=1)
def test_elu_worked(student):
    """elu of (-ln 2, 0, 3) is (-0.5, 0, 3)"""
    mistakes = {"the - 1 is missing: exp(x) alone is positive on the left, too": np.array([0.5, 1.0, 3.0])}
    assert_close(student.elu(np.array([-np.log(2), 0.0, 3.0])), np.array([-0.5, 0.0, 3.0]), mistakes)


@task("elu", points=1)
def test_elu_alpha(student):
    """elu of (-ln 4, 2) with alpha 0.2 is (-0.15, 2)"""
    mistakes = {
        "alpha multiplies exp(x) alone: it belongs before the bracket (exp(x) - 1)": np.array([-0.95, 2.0]),
        "alpha is not used": np.array([-0.75, 2.0]),
        "alpha multiplies the positive side, too": np.array([-0.15, 0.4]),
    }
    assert_close(student.elu(np.array([-np.log(4), 2.0]), 0.2), np.array([-0.15, 2.0]), mistakes)


@task("linear", points=1)
def test_linear_worked(student):
    """linear with one sample and three units gives the handout's (1.5, 1.5, 0)"""
    W, b = np.array([[1.0, 0.0, 2.0], [0.0, 1.0, -1.0]]), np.array([0.5, -0.5, 0.0])
    mistakes = {
        "the bias is missing": np.array([[1.0, 2.0, 0.0]]),
        "the bias is subtracted, as a threshold would be: it is added": np.array([[0.5, 2.5, 0.0]]),
        "b is made a column: each unit has a bias, not each sample": np.array([[1.0, 2.0, 0.0]]) + b[:, None],
    }
    assert_close(student.linear(np.array([[1.0, 2.0]]), W, b), np.array([[1.5, 1.5, 0.0]]), mistakes)


@task("linear", points=1)
def test_linear_batch(student, oracle, rng):
    """linear turns N rows of D numbers into N rows of M"""
    X, W, b = (rng.uniform(-2, 2, size=shape) for shape in ((5, 3), (3, 4), (4,)))
    assert_close(student.linear(X, W, b), oracle.linear(X, W, b))


@task("maxout", points=1)
def test_maxout_worked(student):
    """maxout of the two lines x and 1 - x is 2 at x = 2 and 4 at x = -3"""
    x, one = np.array([[2.0], [-3.0]]), np.array([[1.0]])
    assert_close(student.maxout(x, one, np.array([0.0]), -one, np.array([1.0])), np.array([[2.0], [4.0]]))


@task("maxout", points=2)
def test_maxout_batch(student, oracle, rng):
    """maxout turns N rows of D numbers into N rows of M, each the larger one of two"""
    x, W1, W2, b1, b2 = (rng.uniform(-2, 2, size=shape) for shape in ((6, 3), (3, 4), (3, 4), (4,), (4,)))
    mistakes = {
        "the first map is compared with 0, which is ReLU: the second map belongs there": np.maximum(x @ W1 + b1, 0),
        "the biases come after the maximum: each belongs to its own map": np.maximum(x @ W1, x @ W2) + b1 + b2,
    }
    assert_close(student.maxout(x, W1, b1, W2, b2), oracle.maxout(x, W1, b1, W2, b2), mistakes)


def assert_shapes(answer, right, mistakes):
    """Compare pairs of shapes layer by layer; a known mistake has its name."""
    pairs = take_pairs(answer, say("shape of W, shape of b"), len(right))
    for number, (yours, pair) in enumerate(zip(pairs, right, strict=True), start=1):
        wanted, got = (
            say("layer {number}: W {W}, b {b}", number=number, W=W, b=b) for W, b in map(write, (pair, yours))
        )
        require(all(map(is_same, yours, pair)), wanted, got, name_mistake(answer, mistakes))


def is_same(yours, shape):
    """Whether these are exactly the numbers of a shape."""
    array = to_array(yours)
    return array is not None and array.shape == np.shape(shape) and np.array_equal(array, shape)


def write(pair):
    """Two shapes as tuples, however they were written; a number that stands for one as it is."""
    arrays = map(to_array, pair)
    return [str(tuple(a.ravel().tolist()) if np.ndim(a) else part)[:40] for a, part in zip(arrays, pair, strict=True)]


@task("parameter_shapes", points=2)
def test_parameter_shapes_worked(student):
    """sizes [784, 50, 10] give [((784, 50), (50,)), ((50, 10), (10,))]"""
    mistakes = {
        "W is (outputs, inputs) here, as torch keeps it": [((50, 784), (50,)), ((10, 50), (10,))],
        "a comma is missing: (50) is the number 50, (50,) is a shape": [((784, 50), 50), ((50, 10), 10)],
    }
    assert_shapes(student.parameter_shapes([784, 50, 10]), [((784, 50), (50,)), ((50, 10), (10,))], mistakes)


def draw_params(rng, *sizes):
    """A layer (W, b) between each pair of neighbours in sizes: from |X| <= 2, logits stay below 5."""
    return [(rng.uniform(-2, 2, size=(d, m)) / d, rng.uniform(-1, 1, size=m)) for d, m in pairwise(sizes)]


def run_layers(X, params, activate):
    """The last layer's sums."""
    *hidden, (W_last, b_last) = params
    for W, b in hidden:
        X = activate(X @ W + b)
    return X @ W_last + b_last


def sigmoid(x):
    """Enough for small numbers."""
    return 1 / (1 + np.exp(-x))


def sum_to_one(powers, axis):
    """Positive numbers divided by their sum along an axis."""
    return powers / powers.sum(axis=axis, keepdims=True)


@task("forward", points=1)
def test_forward_xor(student):
    """the network of the handout with two ReLU units computes XOR"""
    X = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
    params = [(np.array([[1.0, -1.0], [-1.0, 1.0]]), np.zeros(2)), (np.ones((2, 1)), np.zeros(1))]
    assert_close(student.forward(X, params, "relu", "identity"), np.array([[0.0], [1.0], [1.0], [0.0]]))


@task("forward", points=2)
def test_forward_slides(student, oracle, rng):
    """the 2-3-2-2 network of the slides, with sigmoid and identity"""
    X, params = rng.uniform(-2, 2, size=(5, 2)), draw_params(rng, 2, 3, 2, 2)
    mistakes = {
        "no activation stands between the layers": run_layers(X, params, np.positive),
        "the activation also follows the last layer": sigmoid(run_layers(X, params, sigmoid)),
        "the activation also acts on the input X": run_layers(sigmoid(X), params, sigmoid),
    }
    right = oracle.forward(X, params, "sigmoid", "identity")
    assert_close(student.forward(X, params, "sigmoid", "identity"), right, mistakes)


@task("forward", points=2)
def test_forward_softmax(student, oracle, rng):
    """with softmax at the end each row holds K probabilities that sum to 1"""
    X, params = rng.uniform(-2, 2, size=(5, 4)), draw_params(rng, 4, 6, 3)
    logits = run_layers(X, params, np.tanh)
    mistakes = {
        "softmax is missing at the end": logits,
        "softmax runs down the columns: it runs along each row": sum_to_one(np.exp(logits), axis=0),
        "the hidden layers are sigmoids, whatever activation says": sum_to_one(
            np.exp(run_layers(X, params, sigmoid)), axis=1
        ),
    }
    assert_close(student.forward(X, params, "tanh", "softmax"), oracle.forward(X, params, "tanh", "softmax"), mistakes)


@task("collapse_linear", points=2)
def test_collapse_linear_worked(student):
    """3 (x + 2) - 1 is 3x + 5: two layers become one"""
    layers = [(np.array([[1.0]]), np.array([2.0])), (np.array([[3.0]]), np.array([-1.0]))]
    W, b = require_parts(student.collapse_linear(layers), "W, b")
    assert_close(W, np.array([[3.0]]), {"W and b have changed places": np.array([5.0])}, part="W")
    mistakes = {
        "only the last bias is left: an early one passes through the later weights": np.array([-1.0]),
        "the biases are added as they are: an early one passes through the later weights": np.array([1.0]),
    }
    assert_close(b.reshape(-1), np.array([5.0]), mistakes, part="b")
