"""Public checks of hw9: the ones you can run at home."""

from itertools import pairwise

import numpy as np

from grader.checks import (
    are_pairs,
    assert_close,
    assert_equal,
    assert_gradient,
    name_layers,
    require,
    say,
    show_images,
    take,
    take_layers,
    task,
)

ENOUGH = 0.81  # of 30,000 right networks 25 miss it: see calibrate.py

SUMMED = "this is the sum over the samples; the mean divides by N"
TIMES_N = "the 1/N of the mean is missing: this is N times the gradient"


def make_network(rng, *sizes):
    """Weights and biases of about the size of 1."""
    return [(rng.normal(size=shape), rng.normal(size=shape[1])) for shape in pairwise(sizes)]


def softmax(z):
    """Enough for small logits."""
    return np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)


@task("init_params", points=2)
def test_init_shapes(student):
    """gives a W (fan_in, fan_out) and zeros b (fan_out,) for each layer"""
    layers = take_layers(student.init_params([6, 5, 3], np.random.default_rng(1)), "W, b", [6, 5, 3])
    for W, b in layers:
        require(W.all(), "random weights", "weights that are 0", "units that start alike stay alike")
        require(not b.any(), "biases of 0", "other biases", "the biases begin at 0: only the weights are random")


@task("init_params", points=2)
def test_init_spread(student):
    """the weights' standard deviation is sqrt(1 / fan_in)"""
    layers = take_layers(student.init_params([64, 50, 30], np.random.default_rng(2)), "W, b", [64, 50, 30])
    for W, _ in layers:
        right = len(W) ** -0.5
        expected = say("a standard deviation near {right:.3g}", right=right)
        require(abs(W.std() / right - 1) < 0.15, expected, f"{W.std():.3g}")


@task("loss_and_grads", points=2)
def test_loss_uniform(student):
    """the loss is ln K where all K classes are equally likely"""
    params = [(np.zeros((2, 3)), np.zeros(3)), (np.zeros((3, 4)), np.zeros(4))]
    answer = student.loss_and_grads(params, np.array([[1.0, -2.0], [3.0, 0.5]]), np.array([3, 1]))
    loss, _ = take(answer, "loss, grads", grads=are_pairs)
    assert_close(loss, np.log(4), {SUMMED: 2 * np.log(4)}, part="loss")


@task("loss_and_grads", points=2)
def test_loss_hidden(student, oracle, rng):
    """the loss of a network with a hidden layer is right"""
    params, X, labels = make_network(rng, 3, 4, 2), rng.normal(size=(5, 3)), np.array([0, 1, 1, 0, 1])
    loss, _ = take(student.loss_and_grads(params, X, labels), "loss, grads", grads=are_pairs)
    right, _ = oracle.loss_and_grads(params, X, labels)
    (W1, b1), (W2, b2) = params
    p = softmax(np.tanh(np.tanh(X @ W1 + b1) @ W2 + b2))
    ended = -np.log(p[np.arange(5), labels]).mean()
    mistakes = {SUMMED: 5 * right, "the last layer ends in tanh, too: logits are not limited to -1 .. 1": ended}
    assert_close(loss, right, mistakes, part="loss")


@task("loss_and_grads", points=3)
def test_gradients_hidden(student, oracle, rng):
    """the gradients of a network with a hidden layer are right"""
    params, X, labels = make_network(rng, 3, 4, 2), rng.normal(size=(5, 3)), np.array([0, 1, 1, 0, 1])
    _, grads = take(student.loss_and_grads(params, X, labels), "loss, grads", grads=are_pairs)
    _, right = oracle.loss_and_grads(params, X, labels)
    (W1, b1), (W2, b2) = params
    a = np.tanh(X @ W1 + b1)
    delta = (softmax(a @ W2 + b2) - np.eye(2)[labels]) / 5
    slopes = {
        "the gradient does not go through tanh: its slope 1 - a**2 is missing": np.ones(a.shape),
        "the slope of tanh is taken to be a * (1 - a), that of the sigmoid": a * (1 - a),
    }
    below = {likely: delta @ W2.T * slope for likely, slope in slopes.items()}
    mistakes = {likely: name_layers([(X.T @ d, d.sum(axis=0)), right[1]], "dW, db") for likely, d in below.items()}
    right = name_layers(right, "dW, db")
    mistakes[TIMES_N] = {name: 5 * part for name, part in right.items()}
    layers = take_layers(grads, "dW, db", [3, 4, 2])
    assert_gradient(name_layers(layers, "dW, db"), right, mistakes)


@task("fit", points=3)
def test_fit_step(student, rng):
    """one epoch with one batch of all samples is one step of gradient descent"""
    X, labels = rng.normal(size=(6, 4)), np.array([2, 0, 1, 1, 0, 2])
    runs = [student.fit(X, labels, [4, 3], 1, 6, lr, np.random.default_rng(3)) for lr in (0.0, 4.0)]
    ((W, b),), ((W_after, b_after),) = (take_layers(run, "W, b", [4, 3]) for run in runs)
    delta = (softmax(X @ W + b) - np.eye(3)[labels]) / 6
    assert_gradient((W - W_after) / 4, X.T @ delta, {TIMES_N: 6 * X.T @ delta}, part=say("(W before - W after) / lr"))
    right = delta.sum(axis=0)
    assert_gradient((b - b_after) / 4, right, {TIMES_N: 6 * right}, part=say("(b before - b after) / lr"))


@task("fit", points=3)
def test_fit_recognises(student, oracle, rng):
    """a network trained on 300 digits recognises most of 200 others"""
    images, labels = oracle.digits(rng.permutation(1797)[:500])
    X = images / 16
    accuracy = 0.0
    for seed in (4, 5):  # one of 1,000 right networks or so misses, and may try again
        answer = student.fit(X[:300], labels[:300], [64, 16, 10], 12, 30, 0.8, np.random.default_rng(seed))
        (W1, b1), (W2, b2) = take_layers(answer, "W, b", [64, 16, 10])
        guesses = np.argmax(np.tanh(X[300:] @ W1 + b1) @ W2 + b2, axis=1)
        accuracy = max(accuracy, np.mean(guesses == labels[300:]))
        if accuracy >= ENOUGH:
            break
    show_images("weights into the first units of the hidden layer", W1.T.reshape(-1, 8, 8))
    expected = say("at least {enough:.0%} of 200 digits recognised", enough=ENOUGH)
    require(accuracy >= ENOUGH, expected, f"{accuracy:.1%}")


@task("predict", points=1)
def test_predict_worked(student):
    """gives the class with the largest logit, sample by sample"""
    params = [(np.array([[1.0, -1.0, 0.5], [0.0, 2.0, 0.5]]), np.array([0.0, 0.5, -0.5]))]
    assert_equal(student.predict(params, np.array([[3.0, 1.0], [0.0, 1.0], [-4.0, 9.0], [5.0, 4.5]])), [0, 1, 1, 0])


@task("predict", points=2)
def test_predict_hidden(student, oracle, rng):
    """takes the samples through the hidden layer and its tanh"""
    params = make_network(rng, 3, 6, 4)
    X = 3 * rng.normal(size=(40, 3))
    z = oracle.logits(params, X)
    z.sort(axis=1)
    X = X[z[:, -1] - z[:, -2] > 0.01]  # no two classes are nearly equal
    classes = student.predict(params, X)
    (W1, b1), (W2, b2) = params
    z, by_class = np.tanh(X @ W1 + b1) @ W2 + b2, "the largest entry of each class is looked for, not of each sample"
    mistakes = [
        ("there is no tanh between the layers", np.argmax((X @ W1 + b1) @ W2 + b2, axis=1)),
        ("the biases are left out", np.argmax(np.tanh(X @ W1) @ W2, axis=1)),
        (by_class, np.argmax(z, axis=0)),
        (by_class, np.argmax(softmax(z), axis=0)),
    ]
    assert_equal(classes, oracle.predict(params, X), mistakes)


@task("confusion_matrix", points=1)
def test_confusion_worked(student):
    """row = truth, column = prediction, and every pair counts"""
    counts = student.confusion_matrix(np.array([0, 0, 0, 1, 2]), np.array([0, 1, 1, 1, 0]), 3)
    once = {"a cell is counted once, however often its pair occurs": np.array([[1, 1, 0], [0, 1, 0], [1, 0, 0]])}
    assert_equal(counts, np.array([[1, 2, 0], [0, 1, 0], [1, 0, 0]]), once)


@task("confusion_matrix", points=1)
def test_confusion_bytes(student):
    """with 20 classes and labels of 8 bits, a 19 that was taken for a 3 counts in row 19, column 3"""
    right = np.zeros((20, 20))
    right[19, 3], right[7, 7] = 2, 1
    labels, predictions = np.array([19, 7, 19], np.uint8), np.array([3, 7, 3], np.uint8)
    wrapped = np.zeros((20, 20))
    wrapped[6, 7], wrapped[7, 7] = 2, 1  # 20 * 19 + 3 is 127 in 8 bits
    likely = "cells were numbered in the type of the labels, and 8 bits are too few: make larger integers of them first"
    assert_equal(student.confusion_matrix(labels, predictions, 20), right, {likely: wrapped})


@task("confusion_matrix", points=1)
def test_confusion_diagonal(student):
    """right predictions lie on the diagonal"""
    labels = np.array([3, 1, 1, 0, 3, 3, 2])
    assert_equal(student.confusion_matrix(labels, labels.copy(), 4), np.diag([1, 2, 1, 3]))


@task("first_layer_images", points=2)
def test_images_worked(student):
    """image j holds the weights into unit j, row by row"""
    W = np.array([[1.0, 10.0], [2.0, 20.0], [3.0, 30.0], [4.0, 40.0], [5.0, 50.0], [6.0, 60.0]])
    images = student.first_layer_images([(W, np.zeros(2))], (2, 3))
    right = np.array([[[1.0, 2, 3], [4, 5, 6]], [[10, 20, 30], [40, 50, 60]]])
    mistakes = {
        "the units are the last axis: they are the first": np.moveaxis(right, 0, -1),
        "shape is read as (width, height): it is (height, width)": right.reshape(2, 3, 2),
        "the weights are scaled to 0 .. 1: they are asked for as they are": (right - 1) / 59,
    }
    assert_close(images, right, mistakes)
