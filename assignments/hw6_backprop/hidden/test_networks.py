"""Hidden checks of hw6: networks. The verdict on a gradient is automatic differentiation of the reference's loss."""

import numpy as np
import pytest

from grader.checks import (
    agrees,
    as_vector,
    assert_close,
    assert_gradient,
    assert_unchanged,
    describe_kind,
    require,
    say,
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


def draw_network(rng, sizes, samples, activation):
    """Parameters and samples of a network, with unsorted labels of all classes; no ReLU is near its kink."""
    while True:
        shapes = np.column_stack([sizes[:-1], sizes[1:]]).tolist()
        params = [(1.5 / d**0.5 * rng.normal(size=(d, m)), rng.normal(scale=0.5, size=m)) for d, m in shapes]
        X = rng.normal(size=(samples, sizes[0]))
        sums = compute(params, X, activation)[0]
        if activation != "relu" or all(np.abs(a).min() > 0.01 and (a > 0).any(axis=0).all() for a in sums[:-1]):
            return params, X, rng.permutation(np.arange(samples) % sizes[-1]), activation


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


def find_name(actual, mistakes):
    """What is to be said of the first known mistake that gives this value."""
    return next((text for text, wrong in mistakes if agrees(actual, wrong)), "")


def are_pairs(answer):
    """Whether this is a list of pairs, as parameters and their gradients are."""
    pairs = isinstance(answer, (tuple, list)) and len(answer) > 0
    return pairs and all(isinstance(pair, (tuple, list)) and len(pair) == 2 for pair in answer)


def read_answer(answer, params):
    """Loss and gradients, with dW and db of layer n under their names, the last layer first."""
    complete = isinstance(answer, (tuple, list)) and len(answer) == 2
    require(complete, "two values: loss, grads", describe_kind(answer))
    loss, grads = answer
    swapped = are_pairs(loss) and not are_pairs(grads)
    likely = "the two values have changed places"
    got = say("the list of pairs in the place of {name}", name="loss")
    require(not swapped, "two values: loss, grads", got, likely)
    fine = isinstance(grads, (tuple, list)) and len(grads) == len(params)
    require(fine, say("grads: a list of {count} pairs (dW, db)", count=len(params)), describe_kind(grads))
    named = {}
    for number in range(len(params), 0, -1):
        pair = grads[number - 1]
        fine = isinstance(pair, (tuple, list)) and len(pair) == 2
        require(fine, say("a pair (dW{number}, db{number})", number=number), describe_kind(pair))
        named[f"dW{number}"] = pair[0]
        named[f"db{number}"] = as_vector(pair[1])
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
        if other != activation:
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


def judge_gradients(student, oracle, rng, network, parts="Wb"):
    """Compare the gradients with automatic differentiation, from the last layer back to the first."""
    params = network[0]
    loss, grads = read_answer(student.mlp_loss_and_grads(*network), params)
    right_loss, right = read_answer(oracle.mlp_loss_and_grads(*network), params)
    chosen = {name: value for name, value in right.items() if name[1] in parts}
    first = next((name for name, value in chosen.items() if not agrees(grads[name], value)), None)
    if first is not None:
        mistakes = list_gradient_mistakes(*network, right)[first]
        if np.shape(grads[first]) == right[first].shape:
            loss_is_right = agrees(loss, right_loss)
            otherwise = find_place(first, len(params)) if loss_is_right else blame(student, rng, network, grads)
            mistakes.append((otherwise, grads[first]))
        if likely := find_name(grads[first], mistakes):
            got = say("{name} of shape {shape}", name=first, shape=np.shape(grads[first]))
            if np.shape(grads[first]) == right[first].shape:
                error = np.linalg.norm(np.subtract(grads[first], right[first])) / np.linalg.norm(right[first])
                got = say("{name} with a relative error of {error:.3g}", name=first, error=error)
            require(False, say("{name} as automatic differentiation gives it", name=first), got, likely)
    assert_gradient(grads, chosen)


def find_place(name, layers):
    """Where the way back goes wrong, when this is the first wrong part on it."""
    number = int(name[2:])
    if number == layers:
        return say("the loss is right, but {name} of the last layer, where the way back begins, is wrong", name=name)
    return say("the gradients above it are right; {name} is the first on the way back that is wrong", name=name)


def blame(student, rng, network, grads):
    """Whether gradients and loss are at odds: central differences of the student's own loss along one direction."""
    params, *rest = network
    moves = [(rng.normal(size=W.shape), rng.normal(size=b.shape)) for W, b in params]
    losses = []
    for step in (H, -H, 0.0):  # the last call is the one that the report shows
        moved = [(W + step * dW, b + step * db) for (W, b), (dW, db) in zip(params, moves, strict=True)]
        losses.append(read_answer(student.mlp_loss_and_grads(moved, *rest), params)[0])
    own = sum(np.sum(grads[f"d{part}{n}"] * move[i]) for n, move in enumerate(moves, 1) for i, part in enumerate("Wb"))
    if np.isclose(own, (losses[0] - losses[1]) / (2 * H), rtol=2e-3):
        return "these are the gradients of your own loss: it is the loss that is wrong"
    return "the loss is wrong, and these are not its gradients either: mend the loss first"


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
    judge_gradients(student, oracle, rng, draw_network(rng, [3, 4, 6, 2], 5, activation), "W")


@task("mlp_loss_and_grads", points=3)
def test_network_biases(student, oracle, rng):
    """the gradients of the biases of three layers: biases learn, too"""
    for activation in rng.permutation(["relu", "sigmoid", "tanh"]).tolist():
        judge_gradients(student, oracle, rng, draw_network(rng, [3, 6, 4, 2], 5, activation), "b")


@task("mlp_loss_and_grads", points=2)
def test_network_single(student, oracle, rng):
    """one layer alone, without any activation, and two layers"""
    for sizes, activation in (([4, 3], "relu"), ([4, 3], "sigmoid"), ([6, 5, 3], "sigmoid")):
        judge_gradients(student, oracle, rng, draw_network(rng, sizes, 7, activation))


@task("mlp_loss_and_grads", points=2)
def test_network_deep(student, oracle, rng):
    """six layers with hidden layers of equal width, for two networks one after the other"""
    for _ in range(2):
        judge_gradients(student, oracle, rng, draw_network(rng, [3, 4, 4, 4, 4, 4, 2], 5, "tanh"))


@task("mlp_loss_and_grads", points=1)
def test_network_integers(student, oracle, rng):
    """X may hold whole numbers"""
    params, _, labels, _ = draw_network(rng, [3, 4, 2], 5, "tanh")
    X = rng.permutation(np.arange(15) % 5 - 2).reshape(5, 3)
    judge_gradients(student, oracle, rng, (params, X, labels, "tanh"))


@task("mlp_loss_and_grads", points=1)
def test_network_unchanged(student, oracle, rng):
    """params, X and labels are the same after the call"""
    network = draw_network(rng, [3, 4, 6, 2], 5, "relu")
    _, grads = read_answer(assert_unchanged(student.mlp_loss_and_grads, *network), network[0])
    _, right = read_answer(oracle.mlp_loss_and_grads(*network), network[0])
    assert_gradient(grads, right)
