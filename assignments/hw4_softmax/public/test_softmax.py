"""Public checks of hw4: the ones you can run at home."""

import numpy as np

from grader.checks import assert_close, assert_equal, task


@task("softmax", points=2)
def test_softmax_worked(student):
    """softmax of (ln 1, ln 2, ln 5) is (1/8, 2/8, 5/8)"""
    assert_close(student.softmax(np.log([1.0, 2.0, 5.0])), np.array([0.125, 0.25, 0.625]))


@task("softmax", points=2)
def test_softmax_rows(student, oracle, rng):
    """each row of softmax sums to 1"""
    z = rng.uniform(-2, 2, size=(5, 3))
    assert_close(student.softmax(z), oracle.softmax(z))


@task("softmax", points=2)
def test_softmax_shift(student, oracle, rng):
    """adding the same number to all logits of a row changes nothing"""
    z, c = rng.uniform(-2, 2, size=(4, 6)), rng.uniform(-9, 9, size=(4, 1))
    assert_close(student.softmax(z + c), oracle.softmax(z))


@task("softmax", points=2)
def test_softmax_large(student, oracle):
    """is finite when logits are as large as 1000"""
    z = np.array([[1000.0, 1001.0, 998.0, 0.0], [1001.0, 0.0, 1001.0, 999.0]])
    assert_close(student.softmax(z), oracle.softmax(z))


@task("log_softmax", points=2)
def test_log_softmax_rows(student, oracle, rng):
    """is the natural logarithm of softmax, row by row"""
    z = rng.uniform(-2, 2, size=(5, 3))
    assert_close(student.log_softmax(z), oracle.log_softmax(z))


@task("log_softmax", points=3)
def test_log_softmax_dominated(student, oracle):
    """is finite when one logit dominates"""
    z = np.array([[0.0, 1000.0, 3.0], [1000.0, -1000.0, 999.0]])
    assert_close(student.log_softmax(z), oracle.log_softmax(z))


def loss_mistakes(z, labels):
    """What well-known mistakes make of the loss of moderate logits (N, K)."""
    logs, rows = z - np.log(np.exp(z).sum(axis=1, keepdims=True)), np.arange(len(z))
    losses = -logs[rows, labels]
    return {
        "the class beside the label is picked: labels are counted from 0": -logs[rows, labels - 1].mean(),
        "the labels are not used: this is the mean over all classes, not over the true ones": -logs.mean(),
        "this is the loss of the most probable class; the labels say which class is true": -logs.max(axis=1).mean(),
        "this is the sum over the samples; the mean divides by N": losses.sum(),
        "this is divided by all N K entries; the mean over the samples divides by N": losses.sum() / z.size,
        "every row is combined with the labels of all rows: l[:, labels] holds N x N numbers, "
        "and l[np.arange(N), labels] the N that were asked for": -logs[:, labels].mean(),
    }


@task("softmax_cross_entropy", points=2)
def test_cross_entropy_worked(student):
    """logits (ln 0.7, ln 0.3) and label 1 give the notes' -ln 0.3"""
    z, labels = np.log([[0.7, 0.3]]), np.array([1])
    assert_close(student.softmax_cross_entropy(z, labels), -np.log(0.3), loss_mistakes(z, labels))


@task("softmax_cross_entropy", points=2)
def test_cross_entropy_mean(student, oracle, rng):
    """is the mean over the samples of -log of the true class's probability"""
    z, labels = rng.uniform(-2, 2, size=(5, 3)), np.array([2, 0, 1, 1, 0])
    loss = student.softmax_cross_entropy(z, labels)
    assert_close(loss, oracle.softmax_cross_entropy(z, labels), loss_mistakes(z, labels))


@task("softmax_cross_entropy", points=2)
def test_cross_entropy_large(student, oracle):
    """is finite when a confident prediction is wrong: logits (0, 1000), label 0"""
    z, labels = np.array([[0.0, 1000.0]]), np.array([0])
    assert_close(student.softmax_cross_entropy(z, labels), oracle.softmax_cross_entropy(z, labels))


@task("predict", points=2)
def test_predict(student):
    """predict gives the class with the largest logit, sample by sample"""
    z = np.array([[0.2, 3.0, -1.0], [5.0, 0.0, 1.0], [-4.0, -2.5, -0.5], [0.1, 0.2, 0.3]])
    mistakes = {
        "these are the largest logits themselves (np.max); their places were asked for (np.argmax)": z.max(axis=1),
        "this looks down the columns: the largest logit of each row was asked for": z.argmax(axis=0),
        "the logit farthest from 0 wins, even where it is negative": np.abs(z).argmax(axis=1),
    }
    assert_equal(student.predict(z), np.array([1, 0, 2, 2]), mistakes)


@task("predict", points=2)
def test_accuracy(student):
    """accuracy is 3/4 where three samples of four are right"""
    z = np.array([[2.0, 1.0, 0.0], [0.0, 3.0, 1.0], [4.0, 0.0, 2.0], [1.0, 2.0, 5.0]])
    mistakes = {
        "this is how many samples are right; accuracy is their share, the count divided by N": 3,
        "the count is divided by the number of classes, not by the number of samples": 1.0,
        "this is the share of the wrong predictions; accuracy is 1 minus this": 0.25,
    }
    assert_close(student.accuracy(z, np.array([0, 1, 1, 2])), 0.75, mistakes)


@task("sigmoid_via_softmax", points=2)
def test_sigmoid(student, oracle, rng):
    """is the probability of class 1 in a softmax of the logits (0, s)"""
    s = rng.uniform(-2, 2, size=6)
    assert_close(student.sigmoid_via_softmax(s), oracle.sigmoid_via_softmax(s))
