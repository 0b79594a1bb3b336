"""Hidden checks of hw6: networks. The verdict on a gradient is automatic differentiation of the reference's loss."""

import numpy as np
import pytest

from grader.checks import (
    agrees,
    are_pairs,
    as_vector,
    assert_close,
    assert_gradient,
    assert_unchanged,
    laid_out,
    say,
    shared,
    take,
    take_pairs,
    task,
)

H = 1e-3
VALUES = {
    "relu": lambda a: np.maximum(a, 0),
    "sigmoid": lambda a: (1 + np.tanh(a / 2)) / 2,
    "tanh": np.tanh,
    "no activation": lambda a: a,
}
SLOPES = {"relu": lambda out: out > 0, "sigmoid": lambda out: out * (1 - out), "tanh": lambda out: 1 - out**2}


def draw_between(rng, least, largest, shape):
    """Numbers of both signs between two sizes."""
    return rng.choice([-1.0, 1.0], size=shape) * rng.uniform(least, largest, size=shape)


def draw_params(rng, sizes):
    """Parameters of a network, of moderate size: the logits are, too."""
    shapes = np.column_stack([sizes[:-1], sizes[1:]]).tolist()
    gains = [1.8] * (len(shapes) - 1) + [1.2]
    return [
        (draw_between(rng, 0.4 * gain / d**0.5, gain / d**0.5, (d, m)), draw_between(rng, 0.1, 0.6, m))
        for gain, (d, m) in zip(gains, shapes, strict=True)
    ]


def draw_network(rng, sizes, samples, activation, is_tied=False):
    """Parameters and samples of a network, with unsorted labels of all classes, drawn until it is a fair one."""
    while True:
        params = draw_params(rng, sizes)
        if is_tied:
            params[2] = params[1]
        X, labels = draw_between(rng, 0.2, 1.5, (samples, sizes[0])), rng.permutation(np.arange(samples) % sizes[-1])
        if is_fair(params, X, labels, activation):
            return params, X, labels, activation


def is_fair(params, X, labels, activation):
    """Whether no ReLU is near its kink, no true class is unlikely, and no sum on the way back cancels.

    Where one of these does not hold, the digits of float32 or a 1e-7 in a logarithm would decide by luck.
    """
    sums, outs = compute(params, X, activation)
    z = sums.pop()
    if activation == "relu" and not all(np.abs(a).min() > 0.02 and (a > 0).any(axis=0).all() for a in sums):
        return False
    delta, p = evaluate(z, labels)[1], np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)
    if p[np.arange(len(z)), labels].min() < 0.05:
        return False
    for (W, _), out in zip(reversed(params), reversed(outs[:-1]), strict=True):
        for left, right in ((out.T, delta), (np.ones((1, len(delta))), delta), (delta, W.T)):
            if np.abs(left @ right).max() < 0.1 * (np.abs(left) @ np.abs(right)).max():
                return False
        delta = delta @ W.T * SLOPES[activation](out)
    return True


def compute(params, X, activation, at_the_top=False):
    """The weighted sums of every layer, and the values that go into every layer and out of the last one."""
    sums, outs = [], [X]
    for number, (W, b) in enumerate(params, start=1):
        sums.append(outs[-1] @ W + b)
        outs.append(VALUES[activation](sums[-1]) if number < len(params) or at_the_top else sums[-1])
    return sums, outs


def evaluate(z, labels):
    """The loss of logits, and its gradient."""
    e = np.exp(z - z.max(axis=1, keepdims=True))
    p, rows = e / e.sum(axis=1, keepdims=True), np.arange(len(z))
    return -np.mean(np.log(p[rows, labels])), (p - np.eye(z.shape[1])[labels]) / len(z)


def backpropagate(params, X, labels, activation, slope):
    """The gradients that a network with this slope between its layers gives."""
    outs = compute(params, X, activation)[1]
    delta, grads = evaluate(outs.pop(), labels)[1], []
    for (W, _), out in zip(reversed(params), reversed(outs), strict=True):
        grads.append((out.T @ delta, delta.sum(axis=0)))
        delta = delta @ W.T * slope(out)
    return grads[::-1]


def read_answer(answer, params):
    """Loss and gradients, with dW and db of layer n under their names, the last layer first."""
    loss, grads = take(answer, "loss, grads", grads=are_pairs)
    pairs, named = take_pairs(grads, "dW, db", len(params), "grads"), {}
    for number, (dW, db) in reversed(list(enumerate(pairs, start=1))):
        named |= {f"dW{number}": dW, f"db{number}": as_vector(db)}
    return loss, named


def list_loss_mistakes(params, X, labels, activation):
    """Losses that known mistakes give."""
    text = "this is the loss of a network with {other} between its layers"
    losses = {say(text, other=say(other)): compute(params, X, other)[1][-1] for other in VALUES if other != activation}
    losses["the activation is applied to the logits, too"] = compute(params, X, activation, at_the_top=True)[1][-1]
    return [(text, evaluate(z, labels)[0]) for text, z in losses.items()]


def list_gradient_mistakes(params, X, labels, activation, right):
    """For each part the gradients that known mistakes give."""
    missing = say("the slope of {activation} is missing on the way back", activation=activation)
    twice = say("the slope of {activation} is taken at its output: it is applied twice", activation=activation)
    slopes = {missing: lambda out: 1.0, twice: lambda out: SLOPES[activation](VALUES[activation](out))}
    for other, slope in SLOPES.items():
        if other != activation and (activation, other) != ("sigmoid", "relu"):  # there ReLU's slope is 1: it is missing
            slopes[say("the way back takes the slope of {other}", other=other)] = slope
    mistakes = {name: [("no gradient comes back: every entry is 0", 0 * value)] for name, value in right.items()}
    if len(params) > 1:
        swapped = "the gradients are in the wrong order: the first layer's come first"
        mistakes["dW1"].append((swapped, right[f"dW{len(params)}"]))
        mistakes[f"dW{len(params)}"].append((swapped, right["dW1"]))
    for name, value in right.items():
        transposed = say("this is the transpose of {name}: rows and columns are swapped", name=name)
        mistakes[name].append((transposed, value.T))
        mistakes[name].append(("the 1/N of the mean is missing: this is N times the gradient", value * len(X)))
        mistakes[name].append(("the 1/N of the mean is in this gradient twice", value / len(X)))
    for text, slope in slopes.items():
        for number, (dW, db) in enumerate(backpropagate(params, X, labels, activation, slope), start=1):
            mistakes[f"dW{number}"].append((text, dW))
            mistakes[f"db{number}"].append((text, db))
    return mistakes


def judge_gradients(student, oracle, rng, network, parts="Wb", sent=None):
    """Compare the gradients with automatic differentiation, from the last layer back to the first.

    Where `sent` is given, the student is sent it in place of the network: the same numbers in another form.
    """
    params = network[0]
    loss, grads = read_answer(student.mlp_loss_and_grads(*(sent or network)), params)
    right_loss, right = read_answer(oracle.mlp_loss_and_grads(*network), params)

    def find_mistakes():
        return list_gradient_mistakes(*network, right)[name]

    def find_blame():
        return find_place(name, len(params)) if agrees(loss, right_loss) else blame(student, rng, network, grads)

    for name, value in right.items():
        if name[1] in parts:
            assert_gradient(grads[name], value, find_mistakes, part=name, otherwise=find_blame)


def find_place(name, layers):
    """Where the way back goes wrong, when this is the first wrong part on it."""
    number = int(name[2:])
    if number == layers:
        return say("the loss is right, but {name} of the last layer, where the way back begins, is wrong", name=name)
    return say("the gradients above it are right; {name} is the first on the way back that is wrong", name=name)


def blame(student, rng, network, grads):
    """Whether gradients and loss are at odds: central differences of the student's own loss along one direction."""
    params, *rest = network
    moves = [(rng.uniform(-1, 1, size=W.shape), rng.uniform(-1, 1, size=b.shape)) for W, b in params]
    losses = []
    for step in (H, -H, 0.0):  # the last call is the one that the report shows
        moved = [(W + step * dW, b + step * db) for (W, b), (dW, db) in zip(params, moves, strict=True)]
        losses.append(read_answer(student.mlp_loss_and_grads(moved, *rest), params)[0])
    own = sum(np.sum(grads[f"d{part}{n}"] * move[i]) for n, move in enumerate(moves, 1) for i, part in enumerate("Wb"))
    if np.isclose(own, (losses[0] - losses[1]) / (2 * H), rtol=2e-3):
        return "these are the gradients of your own loss: it is the loss that is wrong"
    return "the loss is wrong, and these are not its gradients either: fix the loss first"


@task("mlp_loss_and_grads", points=2)
def test_network_losses(student, oracle, rng):
    """the loss of three layers with each activation, none on the last layer"""
    for activation in rng.permutation(["relu", "sigmoid", "tanh"]).tolist():
        network = draw_network(rng, [3, 4, 6, 2], 5, activation)
        loss, _ = read_answer(student.mlp_loss_and_grads(*network), network[0])
        right, _ = oracle.mlp_loss_and_grads(*network)
        assert_close(loss, right, list_loss_mistakes(*network), part="loss")


@task("mlp_loss_and_grads", points=2)
@pytest.mark.parametrize("activation", ["relu", "sigmoid", "tanh"])
def test_network_weights(student, oracle, rng, activation):
    """the gradients of the weights of three layers"""
    params, *rest = draw_network(rng, [3, 4, 6, 2], 5, activation)
    W, b = params[-1]
    lower = [*params[:-1], (W, b - 3)]  # to softmax it is all the same, to an activation above the logits it is not
    judge_gradients(student, oracle, rng, (lower, *rest), "W")


@task("mlp_loss_and_grads", points=2)
def test_network_biases(student, oracle, rng):
    """the gradients of the biases of three layers: biases learn, too"""
    for activation in rng.permutation(["relu", "sigmoid", "tanh"]).tolist():
        judge_gradients(student, oracle, rng, draw_network(rng, [3, 6, 4, 2], 5, activation), "b")


@task("mlp_loss_and_grads", points=1)
def test_network_single(student, oracle, rng):
    """one layer alone, without any activation, and two layers"""
    for sizes, activation in (([4, 3], "relu"), ([4, 3], "sigmoid"), ([6, 5, 3], "sigmoid")):
        judge_gradients(student, oracle, rng, draw_network(rng, sizes, 7, activation))


@task("mlp_loss_and_grads", points=1)
def test_network_few(student, oracle, rng):
    """one sample, one input, one hidden unit, and classes that no sample is of"""
    for sizes, samples in (([3, 4, 3], 1), ([1, 4, 3], 5), ([3, 1, 3], 5), ([4, 5, 6], 3)):
        for activation in ("relu", "tanh"):
            judge_gradients(student, oracle, rng, draw_network(rng, sizes, samples, activation))


@task("mlp_loss_and_grads", points=1)
def test_network_deep(student, oracle, rng):
    """six tanh layers of equal width, twice, and eight sigmoid layers, where the smallest gradients are right too"""
    for _ in range(2):
        judge_gradients(student, oracle, rng, draw_network(rng, [3, 4, 4, 4, 4, 4, 2], 5, "tanh"))
    params, X, labels, activation = draw_network(rng, [3, 4, 4, 4, 4, 4, 4, 4, 2], 5, "sigmoid")
    judge_gradients(student, oracle, rng, (params, X, labels, activation))
    judge_gradients(student, oracle, rng, (params, X[::-1].copy(), labels, activation))


@task("mlp_loss_and_grads", points=1)
def test_network_tied(student, oracle, rng):
    """layers that share one W and one b have a gradient each, and as many samples as units change nothing"""
    params, *rest = draw_network(rng, [4, 4, 4, 4], 4, "tanh")
    judge_gradients(student, oracle, rng, (params, *rest))
    for sizes in ([4, 4, 4, 4], [4, 4, 4, 4, 4]):  # the last two layers are one array, then two hidden ones
        params, *rest = draw_network(rng, sizes, 4, "tanh", is_tied=True)
        pair = tuple(map(shared, params[1]))
        judge_gradients(student, oracle, rng, (params, *rest), sent=([params[0], pair, pair, *params[3:]], *rest))


@task("mlp_loss_and_grads", points=1)
def test_network_many(student, oracle, rng):
    """a network of 89,050 parameters in the time of one call, which measuring slope by slope does not keep"""
    params, X, labels = (
        draw_params(rng, [784, 112, 10]),
        rng.uniform(0.1, 1, size=(4, 784)),
        rng.permutation([0, 4, 7, 9]),
    )
    judge_gradients(student, oracle, rng, (params, X, labels, "tanh"))


@task("mlp_loss_and_grads", points=1)
def test_network_integers(student, oracle, rng):
    """X, the weights and the labels may hold integers of any type"""
    for kind in (np.int64, np.uint8, np.int8):
        params, _, labels, _ = draw_network(rng, [3, 4, 2], 5, "tanh")
        X = rng.permutation(np.arange(15) % 5 - (0 if kind is np.uint8 else 2)).reshape(5, 3).astype(kind)
        judge_gradients(student, oracle, rng, (params, X, labels.astype(kind), "tanh"))
        W = rng.permutation(np.arange(7, 13)).reshape(3, 2).astype(kind)
        X = rng.permutation(np.arange(7, 22)).reshape(5, 3).astype(kind)
        right = oracle.mlp_loss_and_grads([(W, np.array([0.5, -0.5]))], X, labels, "tanh")[0]
        single = [(W, np.array([0.5, -0.5]))], X, labels, "tanh"
        assert_close(read_answer(student.mlp_loss_and_grads(*single), single[0])[0], right, part="loss")


@task("mlp_loss_and_grads", points=1)
def test_network_unchanged(student, oracle, rng):
    """params, X and labels are the same after the call, and may be read-only"""
    network = draw_network(rng, [3, 4, 6, 2], 5, "relu")
    _, grads = read_answer(assert_unchanged(student.mlp_loss_and_grads, *network), network[0])
    _, right = read_answer(oracle.mlp_loss_and_grads(*network), network[0])
    assert_gradient(grads, right)
    for layout in ("read-only", "columns", "strided"):
        network = draw_network(rng, [3, 4, 6, 2], 5, "tanh")
        judge_gradients(student, oracle, rng, network, sent=laid_out(network, layout))
