"""Hidden checks of hw4. Extreme logits are whole numbers, which float32 holds exactly.

Moderate logits lie between -1 and 1: no probability is so small that a small number in a logarithm shows by luck.
"""

import numpy as np
import pytest

from grader.checks import (
    agrees,
    assert_close,
    assert_equal,
    assert_small,
    assert_unchanged,
    in_layouts,
    require,
    say,
    task,
)

LARGE = [
    pytest.param(
        [[1000, 998, -1000, 0], [-1000, 1000, 1000, 999], [1000, 1000, -998, 997], [-1000, -1000, 1000, -1000]],
        id="up to 1000",
    ),
    pytest.param([[-1000, -1001, -999, -1000], [-999, -1001, -1002, -1000]], id="all near -1000"),
]
# Far apart, and yet exp of none of them overflows or is 0: only what one row does to another shows.
UNEQUAL = np.array([[400.0, 401.0, 398.0], [-2.0, 1.0, 0.0], [-450.0, -451.0, -449.0], [3.0, 4.0, 2.0]])
EXTREME = np.array([[1000.0, 1001.0, 998.0], [-1000.0, -1001.0, -999.0], [-1000.0, 1000.0, 0.0], [-3.0, -1.0, -2.0]])
# Rows that no logarithm finds extreme, at the edges of their types.
IMAGE = np.array([[0, 2, 1], [255, 254, 253], [7, 5, 6], [200, 203, 201]], dtype=np.uint8)
SIGNED = np.array([[127, 125, 126], [-128, -127, -126], [1, -1, 0], [0, -1, -2]], dtype=np.int8)
SMALL_TYPES = "the arithmetic is done in the small type of z, where whole numbers wrap around and exp has few digits"


def draw_logits(rng, *shape):
    """Moderate logits."""
    return rng.uniform(-1, 1, size=shape)


def draw_whole(rng, n):
    """Whole-number logits of n samples and 3 classes."""
    return rng.permuted(np.tile([-1, 0, 2], (n, 1)), axis=1)


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


@task("softmax", points=2)
def test_softmax_vector(student, oracle, rng):
    """takes a single vector (K,), too"""
    for _ in range(2):
        z = draw_logits(rng, 6)
        assert_close(student.softmax(z), oracle.softmax(z))


@task("softmax", points=2)
@pytest.mark.parametrize("shape", [(7, 4), (4, 4)], ids=["7 rows of 4", "4 rows of 4"])
def test_softmax_rows(student, oracle, rng, shape):
    """each row of softmax sums to 1"""
    for _ in range(2):
        z = draw_logits(rng, *shape)
        assert_close(student.softmax(z), oracle.softmax(z), softmax_mistakes(z))


@task("softmax", points=2)
def test_softmax_single(student, oracle, rng):
    """takes a single row (1, K), a single class (N, 1) and two classes (N, 2), and keeps their shapes"""
    for shape in [(1, 5), (6, 1), (5, 2)]:
        z = draw_logits(rng, *shape)
        assert_close(student.softmax(z), oracle.softmax(z))


@task("softmax", points=2)
@pytest.mark.parametrize("z", LARGE)
def test_softmax_large(student, oracle, z):
    """is finite for logits of +1000 and of -1000"""
    z = np.array(z, dtype=float)
    cut = np.clip(z, -500, 500)
    clipped = {"logits beyond some limit count as equal: they are cut off before exp": oracle.softmax(cut)}
    assert_close(student.softmax(z), oracle.softmax(z), clipped)


@task("softmax", points=1)
def test_softmax_small(student, oracle, rng):
    """gives a class far below the largest its own small probability, not a floor"""
    z = np.array([[0, -15, -16, -17], [0, -20, -22, -24], [0, -34, -36, -37]], dtype=float)[rng.permutation(3)]
    likely = "exponents or probabilities are kept above some limit; a shift by the row's maximum needs none"
    assert_small(student.softmax(z), oracle.softmax(z), z, likely, rtol=1e-3)


@task("softmax", points=3)
def test_softmax_unequal(student, oracle, rng):
    """treats each row by itself: rows of very different scale do not disturb one another"""
    z = rng.permutation(UNEQUAL)
    assert_close(student.softmax(z), oracle.softmax(z))


@task("softmax", points=1)
def test_softmax_integers(student, oracle, rng):
    """takes whole-number logits and gives fractions"""
    z = draw_whole(rng, 5)
    cut = {"the result is stored in an array of the type of z, which cuts off its decimals": np.zeros(z.shape)}
    assert_close(student.softmax(z), oracle.softmax(z), cut)


@task("softmax", points=1)
def test_softmax_types(student, oracle, rng):
    """computes with floats where the logits are small integers: uint8, as in images, or int8"""
    for z in (rng.permutation(IMAGE), rng.permutation(SIGNED)):
        assert_close(student.softmax(z), oracle.softmax(z), {SMALL_TYPES: _soften(z)})


def _soften(z):
    """Softmax without the promotion to float64."""
    with np.errstate(divide="ignore", over="ignore", invalid="ignore"):
        powers = np.exp(z - np.max(z, axis=-1, keepdims=True))
        return (powers / powers.sum(axis=-1, keepdims=True)).astype(float)


@task("softmax", points=2)
def test_softmax_unchanged(student, oracle, rng):
    """leaves its argument unchanged, however it lies in memory"""
    z = draw_logits(rng, 5, 3)
    for given in in_layouts(z):
        assert_close(assert_unchanged(student.softmax, *given), oracle.softmax(z))


@task("log_softmax", points=1)
def test_log_softmax_vector(student, oracle, rng):
    """takes a single vector (K,), too"""
    for _ in range(2):
        z = draw_logits(rng, 6)
        assert_close(student.log_softmax(z), oracle.log_softmax(z))


@task("log_softmax", points=2)
@pytest.mark.parametrize("shape", [(7, 4), (4, 4)], ids=["7 rows of 4", "4 rows of 4"])
def test_log_softmax_rows(student, oracle, rng, shape):
    """is the natural logarithm of softmax, row by row"""
    for _ in range(2):
        z = draw_logits(rng, *shape)
        assert_close(student.log_softmax(z), oracle.log_softmax(z))


@task("log_softmax", points=1)
def test_log_softmax_single(student, oracle, rng):
    """takes a single row (1, K), a single class (N, 1) and two classes (N, 2), and keeps their shapes"""
    for shape in [(1, 5), (5, 2)]:
        z = draw_logits(rng, *shape)
        assert_close(student.log_softmax(z), oracle.log_softmax(z))
    one = student.log_softmax(draw_logits(rng, 6, 1))
    require(np.shape(one) == (6, 1), say("shape {shape}", shape=(6, 1)), say("shape {shape}", shape=np.shape(one)))
    require(np.all(np.abs(one) < 1e-5), "0 where there is a single class", "other numbers")


@task("log_softmax", points=2)
@pytest.mark.parametrize("z", LARGE)
def test_log_softmax_large(student, oracle, z):
    """is finite for logits of +1000 and of -1000"""
    z = np.array(z, dtype=float)
    assert_close(student.log_softmax(z), oracle.log_softmax(z))


@task("log_softmax", points=2)
def test_log_softmax_unequal(student, oracle, rng):
    """treats each row by itself: rows of very different scale do not disturb one another"""
    z = rng.permutation(UNEQUAL)
    assert_close(student.log_softmax(z), oracle.log_softmax(z))


@task("log_softmax", points=1)
def test_log_softmax_integers(student, oracle, rng):
    """takes whole-number logits and gives fractions"""
    z = draw_whole(rng, 5)
    assert_close(student.log_softmax(z), oracle.log_softmax(z))


@task("log_softmax", points=1)
def test_log_softmax_types(student, oracle, rng):
    """computes with floats where the logits are small integers: uint8, as in images, or int8"""
    for z in (rng.permutation(IMAGE), rng.permutation(SIGNED)):
        with np.errstate(divide="ignore", over="ignore", invalid="ignore"):
            shifted = z - z.max(axis=-1, keepdims=True)
            naive = (shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))).astype(float)
        assert_close(student.log_softmax(z), oracle.log_softmax(z), {SMALL_TYPES: naive})


@task("log_softmax", points=1)
def test_log_softmax_unchanged(student, oracle, rng):
    """leaves its argument unchanged, however it lies in memory"""
    z = draw_logits(rng, 5, 3)
    for given in in_layouts(z):
        assert_close(assert_unchanged(student.log_softmax, *given), oracle.log_softmax(z))


def draw_labels(rng, n, k):
    """Unsorted labels of n samples: all k classes where they fit, else neither the first class nor the last."""
    labels = rng.permutation(np.arange(n) % k) if n >= k else 1 + rng.permutation(k - 2)[:n]
    return labels if (np.diff(labels) < 0).any() else labels[::-1]


def loss_mistakes(z, labels):
    """What well-known mistakes make of the loss of moderate logits (N, K)."""
    logs = np.log(np.exp(z) / np.exp(z).sum(axis=1, keepdims=True))
    rows = np.arange(len(z))
    twice = np.exp(np.exp(logs))
    _, present = np.unique(labels, return_inverse=True)
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
        "classes are numbered by those that occur; the label is the column": -logs[rows, present].mean(),
        "these logits are taken for probabilities because each row sums to 1": -np.log(np.abs(z))[rows, labels].mean(),
    }


@task("softmax_cross_entropy", points=2)
@pytest.mark.parametrize("shape", [(8, 3), (3, 8)], ids=["8 samples, 3 classes", "3 samples, 8 classes"])
def test_cross_entropy_mean(student, oracle, rng, shape):
    """is the mean over the samples of -log of the true class's probability"""
    positive = rng.uniform(0.5, 1, size=shape)
    for z in (draw_logits(rng, *shape), positive / positive.sum(axis=1, keepdims=True)):
        labels = draw_labels(rng, *shape)
        loss = student.softmax_cross_entropy(z, labels)
        assert_close(loss, oracle.softmax_cross_entropy(z, labels), loss_mistakes(z, labels))


@task("softmax_cross_entropy", points=1)
def test_cross_entropy_single(student, oracle, rng):
    """takes a single sample: z (1, K), labels (1,)"""
    z, labels = np.sort(draw_logits(rng, 1, 4)), rng.integers(1, 3, size=1)
    assert_close(student.softmax_cross_entropy(z, labels), oracle.softmax_cross_entropy(z, labels))


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
    order = rng.permutation(4)
    z, labels = UNEQUAL[order], np.array([2, 0, 0, 1])[order]
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
    labels = draw_labels(rng, 5, 3)
    z = np.array([np.roll([-1, 0, 2], label) for label in labels])
    assert_close(student.softmax_cross_entropy(z, labels), oracle.softmax_cross_entropy(z, labels))


@task("softmax_cross_entropy", points=1)
def test_cross_entropy_types(student, oracle, rng):
    """takes small integers, uint8 and int8, as logits and as labels"""
    order = rng.permutation(4)
    for rows, classes in ((IMAGE, [1, 2, 0, 0]), (SIGNED, [0, 2, 1, 1])):
        z, labels = rows[order], np.array(classes, dtype=rows.dtype)[order]
        assert_close(student.softmax_cross_entropy(z, labels), oracle.softmax_cross_entropy(z, labels))
    z, labels = draw_logits(rng, 30, 20), rng.permutation(np.arange(30) % 20)
    for small in (np.uint8, np.int8):
        given = labels.astype(small)
        assert_close(student.softmax_cross_entropy(z, given), oracle.softmax_cross_entropy(z, labels))


@task("softmax_cross_entropy", points=2)
def test_cross_entropy_unchanged(student, oracle, rng):
    """leaves its arguments unchanged, however they lie in memory"""
    z, labels = draw_logits(rng, 5, 3), draw_labels(rng, 5, 3)
    z[0, labels[0]] = -1.5  # one true class is never the predicted one
    for given in in_layouts(z, labels):
        assert_close(assert_unchanged(student.softmax_cross_entropy, *given), oracle.softmax_cross_entropy(z, labels))


def ranked(rng, n, k):
    """Logits without ties, a quarter apart; a row is all negative, mixed or all positive, the three in turn.

    The first row falls from class to class, the others are in orders of their own.
    """
    steps = rng.permuted(np.tile(np.arange(k) / 4, (n, 1)), axis=1)
    steps[0] = np.arange(k)[::-1] / 4
    return steps - np.resize([k / 4, k / 8 + 0.125, -0.125], n)[:, None]


def label(rng, z, right):
    """Labels of which `right` are the class with the largest logit; the others are the class before it, in a circle."""
    wrong = np.append(True, rng.permutation(np.arange(len(z) - 1) >= right))
    return (z.argmax(axis=1) - wrong) % z.shape[1]


def class_mistakes(z):
    """What well-known mistakes say of which class it is."""
    return {
        "these are the largest logits themselves; their places were asked for": z.max(axis=1),
        "this looks down the columns: the largest logit of each row was asked for": z.argmax(axis=0),
        "the logit farthest from 0 wins, even where it is negative": np.abs(z).argmax(axis=1),
    }


@task("predict", points=1)
@pytest.mark.parametrize("shape", [(8, 3), (4, 4)], ids=["8 samples, 3 classes", "4 samples, 4 classes"])
def test_predict(student, oracle, rng, shape):
    """predict gives the class with the largest logit, sample by sample"""
    for _ in range(3):
        z = ranked(rng, *shape)
        assert_equal(student.predict(z), oracle.predict(z), class_mistakes(z))


@task("predict", points=1)
def test_predict_single(student, oracle, rng):
    """predict gives an array of one class for a single sample"""
    z = np.array([[0.5, -1.0, 0.0, 2.5]]) + rng.uniform(-0.1, 0.1, size=(1, 4))
    assert_equal(student.predict(z), oracle.predict(z))


@task("predict", points=1)
def test_predict_close(student, oracle, rng):
    """predict finds the largest logit however little it leads, among 300 classes or two"""
    z = np.tile(np.linspace(-1, 0, 300), (2, 1))
    z[:, [40, 260, 299]] = 1 + rng.permutation([[0, 1, 2], [0, 2, 1]]) / 2**18
    equal = {
        "logits that are nearly equal count as equal; the largest wins however little it leads": np.array([40, 40])
    }
    assert_equal(student.predict(z), oracle.predict(z), equal)
    two = z[rng.permutation(2)][:, [260, 299]]
    assert_equal(student.predict(two), oracle.predict(two))


@task("predict", points=1)
def test_predict_large(student, oracle, rng):
    """predict is right for logits of +-1000 and for rows of negative logits"""
    rows = rng.permutation(EXTREME)
    for shift in range(3):  # the largest logit of each row is in each column once
        z = np.roll(rows, shift, axis=1)
        assert_equal(student.predict(z), oracle.predict(z), class_mistakes(z))


@task("predict", points=1)
def test_predict_types(student, oracle, rng):
    """predict is right for small integers, uint8 and int8"""
    for z in (rng.permutation(IMAGE), rng.permutation(SIGNED)):
        wrapped = {"-z is taken in the small type of z, where it wraps around": (-z).argmin(axis=1)}
        assert_equal(student.predict(z), oracle.predict(z), wrapped)


@task("predict", points=1)
def test_predict_unchanged(student, oracle, rng):
    """predict leaves its argument unchanged, however it lies in memory"""
    z = ranked(rng, 9, 3)
    for given in in_layouts(z):
        assert_equal(assert_unchanged(student.predict, *given), oracle.predict(z))


@task("predict", points=1)
@pytest.mark.parametrize("shape", [(7, 3), (5, 5)], ids=["7 samples, 3 classes", "5 samples, 5 classes"])
def test_accuracy(student, oracle, rng, shape):
    """accuracy is the fraction of samples whose largest logit is that of their label"""
    for right in (2, 3, shape[0] - 1):
        z = ranked(rng, *shape)
        labels = label(rng, z, right)
        mistakes = {
            "this is how many samples are right; accuracy is their share, the count divided by N": right,
            "the count is divided by the number of classes, not by the number of samples": right / shape[1],
            "a probability above 1/2 is asked for; the largest of its row is enough": 0.0,
            "the logit farthest from 0 wins, even where it is negative": np.mean(np.abs(z).argmax(axis=1) == labels),
        }
        assert_close(student.accuracy(z, labels), oracle.accuracy(z, labels), mistakes)


@task("predict", points=1)
def test_accuracy_single(student, rng):
    """accuracy of a single sample is 1 or 0"""
    z = np.array([[0.5, -1.0, 0.0, 2.5]]) + rng.uniform(-0.1, 0.1, size=(1, 4))
    assert_close(student.accuracy(z, z.argmax(axis=1)), 1.0)
    assert_close(student.accuracy(z, z.argmin(axis=1)), 0.0)


@task("predict", points=1)
def test_accuracy_large(student, oracle, rng):
    """accuracy is right for logits of +-1000"""
    order = rng.permutation(4)
    z, labels = EXTREME[order], np.array([1, 2, 2, 1])[order]
    assert_close(student.accuracy(z, labels), oracle.accuracy(z, labels))


@task("predict", points=1)
def test_accuracy_types(student, oracle, rng):
    """accuracy is right for small integers, uint8 and int8, as logits and as labels"""
    order = rng.permutation(4)
    for rows, classes in ((IMAGE, [1, 0, 0, 0]), (SIGNED, [0, 2, 0, 1])):
        z, labels = rows[order], np.array(classes, dtype=rows.dtype)[order]
        assert_close(student.accuracy(z, labels), oracle.accuracy(z, labels))


@task("predict", points=1)
def test_accuracy_limits(student, rng):
    """accuracy is 1 where every sample is right and 0 where none is"""
    for k in (3, 2):
        z = ranked(rng, 8, k)
        best, worst = (student.accuracy(z, labels) for labels in (z.argmax(axis=1), z.argmin(axis=1)))
        require(agrees(best, 1.0), "the accuracy of a perfect prediction", "another value")
        require(agrees(worst, 0.0), "the accuracy of a prediction that is wrong throughout", "another value")


@task("predict", points=1)
def test_accuracy_unchanged(student, oracle, rng):
    """accuracy leaves its arguments unchanged, however they lie in memory"""
    z = ranked(rng, 5, 3) + 0.1  # no logit is a whole number, so that none is taken for a label by luck
    labels = label(rng, z, 4)
    for given in in_layouts(z, labels):
        assert_close(assert_unchanged(student.accuracy, *given), oracle.accuracy(z, labels))


@task("sigmoid_via_softmax", points=2)
def test_sigmoid(student, oracle, rng):
    """is the probability of class 1 in a softmax of the logits (0, s)"""
    for _ in range(2):
        s = draw_logits(rng, 9)
        wrong = {
            "this is sigma(2 s): the difference of the two logits is s, not 2 s": 1 / (1 + np.exp(-2 * s)),
            "the scores compete with one another and sum to 1: each needs a softmax of its own": np.exp(s)
            / np.exp(s).sum(),
        }
        assert_close(student.sigmoid_via_softmax(s), oracle.sigmoid_via_softmax(s), wrong)


@task("sigmoid_via_softmax", points=1)
def test_sigmoid_single(student, oracle, rng):
    """gives an array of one probability for a single score"""
    s = rng.uniform(0.5, 1, size=1)
    assert_close(student.sigmoid_via_softmax(s), oracle.sigmoid_via_softmax(s))


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


@task("sigmoid_via_softmax", points=1)
def test_sigmoid_types(student, oracle, rng):
    """computes with floats where the scores are small integers: uint8 or int8"""
    for small, scores in ((np.uint8, [0, 1, 2, 3, 255]), (np.int8, [-128, -3, 0, 2, 127])):
        s = rng.permutation(scores).astype(small)
        with np.errstate(divide="ignore", over="ignore", invalid="ignore"):
            naive = (1 / (1 + np.exp(-s))).astype(float)
        assert_close(student.sigmoid_via_softmax(s), oracle.sigmoid_via_softmax(s), {SMALL_TYPES: naive})


@task("sigmoid_via_softmax", points=1)
def test_sigmoid_unchanged(student, oracle, rng):
    """leaves its argument unchanged, however it lies in memory"""
    s = draw_logits(rng, 5)
    for given in in_layouts(s):
        assert_close(assert_unchanged(student.sigmoid_via_softmax, *given), oracle.sigmoid_via_softmax(s))
