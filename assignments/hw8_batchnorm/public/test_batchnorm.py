"""Public checks of hw8: the ones you can run at home."""

import numpy as np

from grader.checks import (
    as_vector,
    assert_close,
    assert_gradient,
    describe_kind,
    is_dict,
    require,
    say,
    show_histogram,
    take,
    task,
)

X = np.array(
    [[8.0, 7.0], [10.0, 1.0], [10.0, 5.0], [12.0, 7.0]]
)  # the handout's batch: means (10, 5), variances (2, 6)
GAMMA, BETA = np.array([3.0, 10.0]), np.array([1.0, -1.0])
MEAN, VAR = np.array([2.0, 1.0]), np.array([6.0, 2.0])
DOUT = np.array([[-3.0, 4.0], [4.0, -2.0], [1.0, 0.0], [6.0, 2.0]])

# What known mistakes give for the handout's numbers, rounded to five decimals.
OUTPUTS = {
    "gamma is missing": [[-0.33333, -0.2], [1, -2.6], [1, -1], [2.33333, -0.2]],
    "beta is missing": [[-4, 8], [0, -16], [0, 0], [4, 8]],
    "eps is outside the root": [[-2.60531, 6.40881], [1, -15.81762], [1, -1], [4.60531, 6.40881]],
    "eps is missing, or is not the one that is asked for": [
        [-3.24264, 7.16497],
        [1, -17.32993],
        [1, -1],
        [5.24264, 7.16497],
    ],
    "the root is missing: this is divided by the variance": [[-1.66667, 2.2], [1, -7.4], [1, -1], [3.66667, 2.2]],
    "the variance is the one divided by N - 1": [[-2.51324, 5.96311], [1, -14.92621], [1, -1], [4.51324, 5.96311]],
    "the statistics are those of each sample (axis 1); they run over the batch, one per feature": [
        [3.12132, -8.07107],
        [3.98165, -10.93884],
        [3.94174, -10.80581],
        [3.94174, -10.80581],
    ],
    "mean and variance run over the whole array, all features together": [
        [1.46291, -2.54303],
        [3.31455, -21.05944],
        [3.31455, -8.71517],
        [5.16619, -2.54303],
    ],
    "the running statistics are used in training, too": [[8.2, 39], [10.6, -1], [10.6, 25.66667], [13, 39]],
    "x is scaled and shifted before it is normalised; that comes last": [
        [-1.40449, 0.81633],
        [0, -1.63265],
        [0, 0],
        [1.40449, 0.81633],
    ],
}
SWAPPED = "momentum and 1 - momentum have changed places"
BATCH_ALONE = "these are the batch's statistics alone: the old running ones have no share"
NOT_UPDATED = "these are the old running statistics: nothing of the batch has come in"
MEANS = {SWAPPED: [8, 4], BATCH_ALONE: [10, 5], NOT_UPDATED: [2, 1]}
VARS = {
    SWAPPED: [3, 5],
    BATCH_ALONE: [2, 6],
    NOT_UPDATED: [6, 2],
    "the variance that comes in is the one divided by N - 1": [5.16667, 3.5],
    "the standard deviation comes in, not the variance": [4.85355, 2.11237],
    "eps has come into the running variance": [5.0625, 3.0625],
}
GRADIENTS = {
    "the path through the mean is missing, and the one through the variance, too": [[-6, 16], [8, -8], [2, 0], [12, 8]],
    "the path through the mean is missing": [[2, 9.6], [8, 4.8], [2, 0], [4, 1.6]],
    "the path through the variance is missing": [[-10, 12], [4, -12], [-2, -4], [8, 4]],
    "gamma is missing: dout reaches x through it": [[-2 / 3, 0.56], [4 / 3, 0.08], [-2 / 3, -0.4], [0, -0.24]],
    "the 1/N is missing: mean and variance are means over the batch": [
        [10, -25.6],
        [-8, 27.2],
        [-14, -16],
        [-36, -33.6],
    ],
}


def require_grads(answer, keys):
    """The loss and the dict of gradients; fails unless the dict has these keys, in second place."""
    loss, grads = take(answer, "loss, grads", grads=is_dict)
    missing = [key for key in keys if not isinstance(grads, dict) or key not in grads]
    without = say("a dict without {keys}", keys=", ".join(missing))
    got = without if isinstance(grads, dict) else describe_kind(grads)
    likely = "every array in params has its gradient in grads, under the same name"
    require(not missing, say("grads: a dict with the keys {keys}", keys=", ".join(KEYS)), got, likely)
    return loss, {key: grads[key] if key[0] == "W" else as_vector(grads[key]) for key in keys}


def go_forward(student, *args, **kwargs):
    """What batchnorm_train returns; the cache stays with the student's code."""
    answer = student.batchnorm_train.opaque(1)(*args, **kwargs)
    return take(answer, "out, cache, running_mean, running_var")


def go_back(student):
    """What batchnorm_backward makes of the handout's example."""
    answer = student.batchnorm_train.opaque(1)(X, GAMMA, BETA, MEAN, VAR, momentum=0.75, eps=0.25)
    fine = isinstance(answer, (tuple, list)) and len(answer) > 1
    require(fine, "a cache in second place: out, cache, running_mean, running_var", describe_kind(answer))
    return take(student.batchnorm_backward(DOUT, answer[1]), "dx, dgamma, dbeta")


@task("batchnorm", points=3)
def test_train_worked(student):
    """batchnorm_train gives the handout's out, in whole numbers"""
    out, _, _, _ = go_forward(student, X, GAMMA, BETA, MEAN, VAR, momentum=0.75, eps=0.25)
    assert_close(out, np.array([[-3, 7], [1, -17], [1, -1], [5, 7]]), OUTPUTS, part="out")


@task("batchnorm", points=2)
def test_running_worked(student):
    """batchnorm_train gives the handout's running statistics, (4, 2) and (5, 3)"""
    _, _, mean, var = go_forward(student, X, GAMMA, BETA, MEAN, VAR, momentum=0.75, eps=0.25)
    assert_close(as_vector(mean), [4, 2], MEANS, part="running_mean")
    assert_close(as_vector(var), [5, 3], VARS, part="running_var")


@task("batchnorm", points=2)
def test_train_standard(student, oracle, rng):
    """with gamma = 1 and beta = 0 every column has mean 0 and variance var / (var + eps)"""
    x = rng.normal(size=(8, 3)) * [0.5, 1, 3] + [-2, 4, 1]
    out, _, _, _ = go_forward(student, x, np.ones(3), np.zeros(3), np.zeros(3), np.ones(3), momentum=0.7, eps=0.1)
    right = oracle.normalise(x, np.ones(3), np.zeros(3), 0.1)
    show_histogram("values after batch norm", out, right, bins=12)
    assert_close(out, right, part="out")


@task("batchnorm", points=4)
def test_backward_worked(student):
    """batchnorm_backward gives the handout's dx, to which all three paths contribute"""
    dx, _, _ = go_back(student)
    assert_gradient(dx, np.array([[-2, 5.6], [4, 0.8], [-2, -4], [0, -2.4]]), GRADIENTS, part="dx")


@task("batchnorm", points=2)
def test_backward_parameters(student):
    """batchnorm_backward gives the handout's dgamma, (12, 8), and dbeta, (8, 4)"""
    _, dgamma, dbeta = go_back(student)
    known = {"this is dbeta": [8, 4], "x stands in the place of x_hat": [98, 40]}
    assert_gradient(as_vector(dgamma), [12, 8], known, part="dgamma")
    assert_gradient(as_vector(dbeta), [8, 4], {"this is dgamma": [12, 8]}, part="dbeta")


@task("batchnorm_eval", points=2)
def test_eval_worked(student):
    """running means (4, 2) and variances (2, 6) give the handout's (9, 19) and more, for each sample by itself"""
    right = np.array([[9, 19], [13, -5], [13, 11], [17, 19]])
    of_the_batch = "the batch's own statistics are used, as in training"
    mistaken = {
        of_the_batch: [[-3, 7], [1, -17], [1, -1], [5, 7]],
        "the root is missing: this is divided by the variance": [[6.33333, 7], [9, -2.6], [9, 3.8], [11.66667, 7]],
    }
    out = student.batchnorm_eval(X, GAMMA, BETA, np.array([4.0, 2.0]), np.array([2.0, 6.0]), eps=0.25)
    assert_close(out, right, mistaken)
    one = student.batchnorm_eval(X[:1], GAMMA, BETA, np.array([4.0, 2.0]), np.array([2.0, 6.0]), eps=0.25)
    assert_close(one, right[:1], {of_the_batch: [[1, -1]]})


@task("batchnorm_eval", points=1)
def test_eval_bytes(student):
    """with running means (4, 2), variances 1 and eps = 0, (3, 5) becomes (-1, 3), also where 3 and 4 are of 8 bits"""
    one, zero = np.ones(2, np.uint8), np.zeros(2, np.uint8)
    wrapped = "this was computed in 8 bits, which hold 0 to 255 alone: make floats of the arguments first"
    out = student.batchnorm_eval(np.array([[3, 5]], np.uint8), one, zero, np.array([4, 2], np.uint8), one, eps=0.0)
    assert_close(out, np.array([[-1.0, 3.0]]), {wrapped: [[255.0, 3.0]]})


@task("identity_parameters", points=2)
def test_identity_worked(student):
    """for the handout's batch and eps = 0.25, gamma is (1.5, 2.5) and beta (10, 5)"""
    gamma, beta = take(student.identity_parameters(X, eps=0.25), "gamma, beta")
    mistaken = {
        "this is the standard deviation without eps, or with another one than is asked for": [1.41421, 2.44949],
        "this is var + eps, without the root": [2.25, 6.25],
        "this is one over the number that batch norm divides by": [0.66667, 0.4],
        "gamma and beta have changed places": [10, 5],
    }
    assert_close(as_vector(gamma), [1.5, 2.5], mistaken, part="gamma")
    assert_close(as_vector(beta), [10, 5], {"the minus is one too many": [-10, -5]}, part="beta")


KEYS = ("W1", "b1", "gamma", "beta", "W2", "b2")


SUMMED = "this is the sum over the samples; the mean divides by N"
TIMES_N = "the 1/N of the mean is missing: this is N times the gradient"


def draw_network(rng):
    """Parameters of a network with 3 inputs, 5 hidden units and 4 classes, 8 samples, and labels in no order."""
    params = {"W1": rng.normal(size=(3, 5)), "b1": rng.normal(size=5)}
    params |= {"gamma": rng.uniform(0.4, 0.9, size=5), "beta": rng.uniform(-0.6, 0.6, size=5)}
    params |= {"W2": rng.normal(size=(5, 4)), "b2": rng.normal(size=4)}
    return params, rng.normal(size=(8, 3)), np.array([2, 0, 3, 1, 1, 3, 0, 2])


@task("mlp_bn_loss_and_grads", points=2)
def test_network_worked(student, oracle):
    """with W2 = 0 and b2 = 0 the loss is ln K, and b2's gradient 1/K less each class's share of the labels"""
    params = {"W1": np.eye(2), "b1": np.zeros(2), "gamma": np.log([2.0, 3.0]), "beta": np.zeros(2)}
    params |= {"W2": np.zeros((2, 3)), "b2": np.zeros(3)}
    batch = np.array([[1.0, 2.0], [1.0, -2.0], [-1.0, 2.0], [-1.0, -2.0]]), np.array([2, 0, 2, 1])
    loss, grads = require_grads(student.mlp_bn_loss_and_grads(params, *batch), ("W2", "b2"))
    assert_close(loss, np.log(3), {SUMMED: 4 * np.log(3)}, part="loss")
    _, right = oracle.mlp_bn_loss_and_grads(params, *batch)
    for name in ("b2", "W2"):
        assert_gradient(grads[name], right[name], {TIMES_N: 4 * right[name]}, part=name)


@task("mlp_bn_loss_and_grads", points=2)
def test_network_loss(student, oracle, rng):
    """the loss is that of linear, batch norm, tanh, linear, softmax cross-entropy, in this order"""
    params, x, labels = draw_network(rng)
    loss, _ = require_grads(student.mlp_bn_loss_and_grads(params, x, labels), ())
    right, _ = oracle.mlp_bn_loss_and_grads(params, x, labels)
    assert_close(loss, right, {SUMMED: 8 * right}, part="loss")


@task("mlp_bn_loss_and_grads", points=3)
def test_network_grads(student, oracle, rng):
    """the gradients are those of the loss, for W1, gamma, beta, W2 and b2"""
    params, x, labels = draw_network(rng)
    _, grads = require_grads(student.mlp_bn_loss_and_grads(params, x, labels), KEYS)
    _, right = oracle.mlp_bn_loss_and_grads(params, x, labels)
    for name in ("W2", "b2", "beta", "gamma", "W1"):  # from the loss backwards
        assert_gradient(grads[name], right[name], {TIMES_N: 8 * right[name]}, part=name)
