"""Hidden checks of hw4. Extreme logits are whole numbers, which float32 holds exactly."""

import numpy as np
import pytest

from grader.checks import assert_close, assert_equal, assert_unchanged, say, task

LARGE = [
    pytest.param([[1000, 998, -1000, 0], [-1000, 1000, 1000, 999], [1000, 1000, -998, 997]], id="up to 1000"),
    pytest.param([[-1000, -1001, -999, -1000], [-999, -1001, -1002, -1000]], id="all near -1000"),
]
UNEQUAL = np.array([[1000.0, 1001.0, 998.0], [-2.0, 1.0, 0.0], [-1000.0, -1001.0, -999.0], [3.0, 4.0, 2.0]])


def softmax_mistakes(z):
    """What well-known mistakes make of a table of moderate logits (N, K)."""
    powers = np.exp(z)
    wrong = {"the powers are of 2, not of e": 2**z / (2**z).sum(axis=-1, keepdims=True)}
    wrong["exp is asked for above the fraction line, too"] = z / powers.sum(axis=-1, keepdims=True)
    if z.shape[0] == z.shape[-1]:
        wrong["each column is divided by a row's sum: the summed axis has to be kept (keepdims)"] = powers / powers.sum(
            -1
        )
    return wrong


@task("softmax", points=3)
def test_softmax_vector(student, oracle, rng):
    """takes a single vector (K,), too"""
    z = rng.normal(scale=2, size=6)
    assert_close(student.softmax(z), oracle.softmax(z))


@task("softmax", points=2)
@pytest.mark.parametrize("shape", [(7, 4), (4, 4)], ids=["7 rows of 4", "4 rows of 4"])
def test_softmax_rows(student, oracle, rng, shape):
    """each row of softmax sums to 1"""
    z = rng.normal(scale=2, size=shape)
    assert_close(student.softmax(z), oracle.softmax(z), softmax_mistakes(z))


@task("softmax", points=2)
@pytest.mark.parametrize("z", LARGE)
def test_softmax_large(student, oracle, z):
    """is finite for logits of +1000 and of -1000"""
    z = np.array(z, dtype=float)
    cut = np.clip(z, -500, 500)
    clipped = {"logits beyond some limit count as equal: they are cut off before exp": oracle.softmax(cut)}
    assert_close(student.softmax(z), oracle.softmax(z), clipped)


@task("softmax", points=4)
def test_softmax_unequal(student, oracle, rng):
    """treats each row by itself: rows of very different scale do not disturb one another"""
    z = rng.permutation(UNEQUAL)
    assert_close(student.softmax(z), oracle.softmax(z))


@task("softmax", points=2)
def test_softmax_integers(student, oracle, rng):
    """takes whole-number logits and gives fractions"""
    z = rng.integers(-3, 4, size=(5, 3))
    assert_close(student.softmax(z), oracle.softmax(z))


@task("softmax", points=3)
def test_softmax_unchanged(student, oracle, rng):
    """leaves its argument unchanged"""
    z = rng.normal(scale=2, size=(5, 3))
    assert_close(assert_unchanged(student.softmax, z), oracle.softmax(z))


@task("log_softmax", points=2)
def test_log_softmax_vector(student, oracle, rng):
    """takes a single vector (K,), too"""
    z = rng.normal(scale=2, size=6)
    assert_close(student.log_softmax(z), oracle.log_softmax(z))


@task("log_softmax", points=2)
@pytest.mark.parametrize("shape", [(7, 4), (4, 4)], ids=["7 rows of 4", "4 rows of 4"])
def test_log_softmax_rows(student, oracle, rng, shape):
    """is the natural logarithm of softmax, row by row"""
    z = rng.normal(scale=2, size=shape)
    assert_close(student.log_softmax(z), oracle.log_softmax(z))


@task("log_softmax", points=2)
@pytest.mark.parametrize("z", LARGE)
def test_log_softmax_large(student, oracle, z):
    """is finite for logits of +1000 and of -1000"""
    z = np.array(z, dtype=float)
    assert_close(student.log_softmax(z), oracle.log_softmax(z))


@task("log_softmax", points=3)
def test_log_softmax_unequal(student, oracle, rng):
    """treats each row by itself: rows of very different scale do not disturb one another"""
    z = rng.permutation(UNEQUAL)
    assert_close(student.log_softmax(z), oracle.log_softmax(z))


@task("log_softmax", points=1)
def test_log_softmax_integers(student, oracle, rng):
    """takes whole-number logits and gives fractions"""
    z = rng.integers(-3, 4, size=(5, 3))
    assert_close(student.log_softmax(z), oracle.log_softmax(z))


@task("log_softmax", points=1)
def test_log_softmax_unchanged(student, oracle, rng):
    """leaves its argument unchanged"""
    z = rng.normal(scale=2, size=(5, 3))
    assert_close(assert_unchanged(student.log_softmax, z), oracle.log_softmax(z))


def samples(rng, n, k):
    """Logits for n samples, and unsorted labels that take turns among the k classes."""
    return rng.normal(scale=2, size=(n, k)), rng.permutation(np.arange(n) % k)


def loss_mistakes(z, labels):
    """What well-known mistakes make of the loss of moderate logits (N, K)."""
    logs = np.log(np.exp(z) / np.exp(z).sum(axis=1, keepdims=True))
    rows = np.arange(len(z))
    twice = np.exp(np.exp(logs))
    return {
        "every row is combined with the labels of all rows: N x N numbers, of which N were asked for": (
            -logs[:, labels].mean()
        ),
        "softmax is applied twice: the loss takes logits": -np.log(twice / twice.sum(axis=1, keepdims=True))[
            rows, labels
        ].mean(),
        "this is the sum over the samples; the mean divides by N": -logs[rows, labels].sum(),
        "this is divided by all N K entries; the mean over the samples divides by N": -logs[rows, labels].sum()
        / z.size,
        "the labels are not used: this is the mean over all classes, not over the true ones": -logs.mean(),
        "this is the loss of the most probable class; the labels say which class is true": -logs.max(axis=1).mean(),
        "the class beside the label is picked: labels are counted from 0": -logs[rows, labels - 1].mean(),
    }


@task("softmax_cross_entropy", points=3)
@pytest.mark.parametrize("shape", [(8, 3), (3, 8)], ids=["8 samples, 3 classes", "3 samples, 8 classes"])
def test_cross_entropy_mean(student, oracle, rng, shape):
    """is the mean over the samples of -log of the true class's probability"""
    z, labels = samples(rng, *shape)
    loss = student.softmax_cross_entropy(z, labels)
    assert_close(loss, oracle.softmax_cross_entropy(z, labels), loss_mistakes(z, labels))


@task("softmax_cross_entropy", points=4)
def test_cross_entropy_large(student, oracle, rng):
    """is finite, and still right, for logits of +-1000"""
    z = [[1000, 0, -1000], [1000, -1000, 0], [-1000, 0, 1000], [0, 1000, -1000], [1000, 999, 1000]]
    order = rng.permutation(5)
    z, labels = np.array(z, dtype=float)[order], np.array([0, 1, 0, 2, 1])[order]
    p = oracle.softmax(z)[np.arange(5), labels]
    kept = "the probability is kept above {least:g} before the logarithm, so that no sample costs what it should"
    limited = {
        say(kept, least=least): -np.log(np.maximum(p, least)).mean() for least in (1e-7, 1e-8, 1e-10, 1e-12, 1e-15)
    }
    loss = student.softmax_cross_entropy(z, labels)
    assert_close(loss, oracle.softmax_cross_entropy(z, labels), limited)


@task("softmax_cross_entropy", points=3)
def test_cross_entropy_unequal(student, oracle, rng):
    """treats each row by itself: rows of very different scale do not disturb one another"""
    z, labels = rng.permutation(UNEQUAL), rng.permutation([2, 0, 1, 1])
    assert_close(student.softmax_cross_entropy(z, labels), oracle.softmax_cross_entropy(z, labels))


@task("softmax_cross_entropy", points=2)
def test_cross_entropy_uniform(student):
    """is ln K where all K logits of a row are equal"""
    for k in (3, 7):
        loss = student.softmax_cross_entropy(np.full((4, k), 1.5), np.array([1, 0, k - 1, 0]))
        assert_close(loss, np.log(k))


@task("softmax_cross_entropy", points=1)
def test_cross_entropy_integers(student, oracle, rng):
    """takes whole-number logits"""
    z, labels = rng.integers(-3, 4, size=(5, 3)), rng.permutation([0, 1, 2, 0, 2])
    assert_close(student.softmax_cross_entropy(z, labels), oracle.softmax_cross_entropy(z, labels))


@task("softmax_cross_entropy", points=2)
def test_cross_entropy_unchanged(student, oracle, rng):
    """leaves its arguments unchanged"""
    z, labels = samples(rng, 5, 3)
    loss = assert_unchanged(student.softmax_cross_entropy, z, labels)
    assert_close(loss, oracle.softmax_cross_entropy(z, labels))


def ranked(rng, n, k):
    """Logits without ties: every row holds -0.5, 0.5, ... k - 1.5, in an order of its own."""
    return rng.permuted(np.tile(np.arange(k) - 0.5, (n, 1)), axis=1)


def class_mistakes(z):
    """What well-known mistakes say of which class it is."""
    return {
        "these are the largest logits themselves; their places were asked for": z.max(axis=1),
        "this looks down the columns: the largest logit of each row was asked for": z.argmax(axis=0),
        "the logit farthest from 0 wins, even where it is negative": np.abs(z).argmax(axis=1),
    }


@task("predict", points=2)
@pytest.mark.parametrize("shape", [(8, 3), (4, 4)], ids=["8 samples, 3 classes", "4 samples, 4 classes"])
def test_predict(student, oracle, rng, shape):
    """predict gives the class with the largest logit, sample by sample"""
    for _ in range(3):
        z = ranked(rng, *shape)
        assert_equal(student.predict(z), oracle.predict(z), class_mistakes(z))


@task("predict", points=2)
def test_predict_large(student, oracle, rng):
    """predict is right for logits of +-1000 and for rows of negative logits"""
    rows = rng.permutation(np.vstack([UNEQUAL, [[-1000, 1000, 0], [-3, -1, -2]]]))
    for shift in range(3):  # the largest logit of each row is in each column once
        z = np.roll(rows, shift, axis=1)
        assert_equal(student.predict(z), oracle.predict(z), class_mistakes(z))


@task("predict", points=1)
def test_predict_unchanged(student, oracle, rng):
    """predict leaves its argument unchanged"""
    z = ranked(rng, 9, 3)
    assert_equal(assert_unchanged(student.predict, z), oracle.predict(z))


@task("predict", points=2)
@pytest.mark.parametrize("shape", [(7, 3), (5, 5)], ids=["7 samples, 3 classes", "5 samples, 5 classes"])
def test_accuracy(student, oracle, rng, shape):
    """accuracy is the fraction of samples whose largest logit is that of their label"""
    for right in (2, 3, 4):
        z = ranked(rng, *shape)
        labels = (z.argmax(axis=1) + (rng.permutation(len(z)) >= right)) % shape[1]
        mistakes = {
            "this is how many samples are right; accuracy is their share, the count divided by N": right,
            "the count is divided by the number of classes, not by the number of samples": right / shape[1],
        }
        assert_close(student.accuracy(z, labels), oracle.accuracy(z, labels), mistakes)


@task("predict", points=2)
def test_accuracy_limits(student, rng):
    """accuracy is 1 where every sample is right and 0 where none is"""
    z = ranked(rng, 8, 3)
    assert_close(student.accuracy(z, z.argmax(axis=1)), 1.0)
    assert_close(student.accuracy(z, z.argmin(axis=1)), 0.0)


@task("predict", points=1)
def test_accuracy_unchanged(student, oracle, rng):
    """accuracy leaves its arguments unchanged"""
    z = ranked(rng, 5, 3)
    labels = (z.argmax(axis=1) + np.array([0, 0, 1, 1, 2])) % 3
    assert_close(assert_unchanged(student.accuracy, z, labels), oracle.accuracy(z, labels))


@task("sigmoid_via_softmax", points=3)
def test_sigmoid(student, oracle, rng):
    """is the probability of class 1 in a softmax of the logits (0, s)"""
    s = rng.normal(scale=2, size=9)
    wrong = {
        "this is sigma(2 s): the difference of the two logits is s, not 2 s": 1 / (1 + np.exp(-2 * s)),
        "the scores compete with one another and sum to 1: each needs a softmax of its own": np.exp(s)
        / np.exp(s).sum(),
    }
    assert_close(student.sigmoid_via_softmax(s), oracle.sigmoid_via_softmax(s), wrong)


@task("sigmoid_via_softmax", points=2)
def test_sigmoid_large(student, oracle, rng):
    """is finite for s of +-1000"""
    s = rng.permutation([1000.0, -1000.0, 0.0, 3.0, -2.0])
    assert_close(student.sigmoid_via_softmax(s), oracle.sigmoid_via_softmax(s))


@task("sigmoid_via_softmax", points=1)
def test_sigmoid_integers(student, oracle, rng):
    """takes whole numbers and gives fractions"""
    s = rng.permutation([-3, -1, 0, 2, 4])
    assert_close(student.sigmoid_via_softmax(s), oracle.sigmoid_via_softmax(s))


@task("sigmoid_via_softmax", points=2)
def test_sigmoid_unchanged(student, oracle, rng):
    """leaves its argument unchanged"""
    s = rng.normal(scale=2, size=5)
    assert_close(assert_unchanged(student.sigmoid_via_softmax, s), oracle.sigmoid_via_softmax(s))
