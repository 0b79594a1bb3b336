"""Hidden checks of hw3's cross-entropies.

Probabilities are 0 or 1, or at least 0.02 away: no sensible clip shows, nor a small number added in the logarithm.
"""

import numpy as np
import pytest

from grader.checks import assert_close, in_layouts, require, say, shared, take_number, task


def read_number(loss, whole=False):
    """What a loss must be: one finite number. `whole` says that the probabilities were whole numbers."""
    if isinstance(loss, float):
        likely = "0 * log(0) is 0 * -inf, which is nan" if np.isnan(loss) else "log(0) is -inf"
        if whole:
            likely = (
                "log(0) is -inf; in an array of whole numbers a small number written over a 0 is cut off to 0 again"
            )
        require(np.isfinite(loss), "a finite number", str(loss), likely)
    return take_number(loss, "the loss")


def draw_labels(rng, n, k):
    """Labels of n samples: the k classes in random order, again and again."""
    return rng.permutation(np.resize(rng.permutation(k), n))


def draw_probabilities(rng, n, k):
    """Rows that sum to 1, of k <= 8 probabilities of at least 0.02."""
    p = rng.uniform(0.2, 1, size=(n, k))
    return p / p.sum(axis=1, keepdims=True)


def draw_samples(rng, n, k):
    """One-hot rows of n samples, and probabilities for them."""
    return np.eye(k)[draw_labels(rng, n, k)], draw_probabilities(rng, n, k)


def require_large(loss, n=1, others=0.0):
    """Give what a sample that is certain and wrong costs: one of the n behind this mean, the others' is `others`."""
    own = n * read_number(loss) - (n - 1) * others
    likely = ""
    if -0.1 < own < 15:
        likely = "the probability 0 counts as a much larger one: the number in its place is not small enough"
    if own > 800:
        likely = "log(0) has become an enormous number, and this one sample outweighs all others"
    require(15 <= own <= 800, "between 15 and 800 for the sample that is certain and wrong", f"{own:.4g}", likely)
    return own


def require_near(loss, right, whole=False):
    """This number, give or take what a clip at 1e-7, or 1e-7 added to the probabilities, changes."""
    got = read_number(loss, whole)
    likely = "probabilities that are small, not 0, are replaced as if they were 0" if right else ""
    require(abs(got - right) < 0.1, say("about {right:.2f}", right=right), f"{got:.4g}", likely)


def entropy_mistakes(y, p):
    """What well-known mistakes make of the cross-entropy of probabilities that are not 0."""
    largest = p[np.arange(len(y)), y.argmax(axis=1)]
    both = y * np.log(p) + (1 - y) * np.log(1 - p)
    wrong = {
        "only the class with the largest target counts; soft targets have weights": -np.log(largest).mean(),
        "this is the sum over the samples; the mean divides by N": -(y * np.log(p)).sum(),
        "this is divided by all N K entries; the mean over the samples divides by N": -(y * np.log(p)).mean(),
        "the logarithm is taken of the sum over the classes": -np.log((y * p).sum(axis=1)).mean(),
        "terms (1 - y) log(1 - p), as for two classes, are added for every class": -both.sum(axis=1).mean(),
    }
    if y.all():
        wrong["truth and prediction are swapped"] = -(p * np.log(y)).sum(axis=1).mean()
    return wrong


@task("cross_entropy", points=2)
@pytest.mark.parametrize("shape", [(8, 3), (3, 8)], ids=["8 samples, 3 classes", "3 samples, 8 classes"])
def test_cross_entropy_mean(student, oracle, rng, shape):
    """is the mean over the samples of -log of the true class's probability"""
    for _ in range(2):
        y, p = draw_samples(rng, *shape)
        assert_close(student.cross_entropy(y, p), oracle.cross_entropy(y, p), entropy_mistakes(y, p))


@task("cross_entropy", points=1)
def test_cross_entropy_single(student, oracle, rng):
    """takes a single sample: two arrays of shape (1, K)"""
    y, p = draw_samples(rng, 1, 5)
    assert_close(student.cross_entropy(y, p), oracle.cross_entropy(y, p), entropy_mistakes(y, p))


@task("cross_entropy", points=1)
def test_cross_entropy_uniform(student, rng):
    """is ln K where all K probabilities of a row are equal"""
    for k in (3, 7):
        y, _ = draw_samples(rng, 5, k)
        assert_close(student.cross_entropy(y, np.full((5, k), 1 / k)), np.log(k))


@task("cross_entropy", points=2)
def test_cross_entropy_soft(student, oracle, rng):
    """soft targets such as (0.25, 0.75) count with their weights, also where p is the very same array"""
    y, p = rng.permuted(np.tile([0.7, 0.2, 0.1], (5, 1)), axis=1), draw_probabilities(rng, 5, 3)
    assert_close(student.cross_entropy(y, p), oracle.cross_entropy(y, p), entropy_mistakes(y, p))
    itself = shared(p)
    assert_close(student.cross_entropy(itself, itself), oracle.cross_entropy(p, p))


def draw_zeros(rng):
    """Samples with an exact 0 for a wrong class; one of them is certain of the right class.

    The others give the true class 0.4 to 0.6: a clip of 1e-5 on both sides never shows, and one of 1e-4 always does.
    """
    y = np.eye(4)[draw_labels(rng, 5, 4)]
    true, part = rng.uniform(0.4, 0.6, size=(5, 1)), rng.uniform(0.4, 0.6, size=(5, 1))
    p = y * true + (1 - true) * (np.roll(y, 2, axis=1) * part + np.roll(y, 3, axis=1) * (1 - part))
    p[2] = y[2]
    return y, p


@task("cross_entropy", points=2)
def test_cross_entropy_zero(student, oracle, rng):
    """an exact 0 for a class that is not the true one adds nothing"""
    y, p = draw_zeros(rng)
    assert_close(student.cross_entropy(y, p), oracle.cross_entropy(y, p))


@task("cross_entropy", points=3)
def test_cross_entropy_wrong(student, oracle, rng):
    """an exact 0 for the true class gives that sample, and no other, a finite loss between 15 and 800"""
    y, p = draw_samples(rng, 4, 3)
    others = oracle.cross_entropy(y[1:], p[1:])
    assert_close(student.cross_entropy(y[1:], p[1:]), others)
    p[0] = np.roll(y[0], 1)
    own = require_large(student.cross_entropy(y[[0, 0]], p[[0, 0]]))  # one sample alone is another check's subject
    loss = student.cross_entropy(y, p)
    require_large(loss, 4, others)
    assert_close(loss, (own + 3 * others) / 4)


@task("cross_entropy", points=1)
def test_cross_entropy_small(student, oracle, rng):
    """a small probability of the true class, 0.00001, costs about 11.51, and not what a 0 does"""
    y, p = draw_samples(rng, 3, 3)
    p = np.where(y == 1, 1e-5, (1 - 1e-5) / 2)
    require_near(student.cross_entropy(y, p), oracle.cross_entropy(y, p))


@task("cross_entropy", points=1)
def test_cross_entropy_integers(student, oracle, rng):
    """takes whole numbers, as truth or as both"""
    y, p = draw_samples(rng, 5, 3)
    y = y.astype(int)
    assert_close(student.cross_entropy(y, p), oracle.cross_entropy(y, p))
    require_near(student.cross_entropy(y, y.copy()), 0.0, whole=True)
    read_number(student.cross_entropy(y, np.vstack([np.roll(y[:1], 1), y[1:]])), whole=True)


WRAPS = "a minus before the labels wraps around in their small type: in uint8, -1 is 255"


@task("cross_entropy", points=1)
def test_cross_entropy_types(student, oracle, rng):
    """computes with floats where the arguments are small integers, uint8 or int8"""
    y, p = draw_samples(rng, 5, 3)
    right = oracle.cross_entropy(y, p)
    for small in (np.uint8, np.int8):
        assert_close(student.cross_entropy(y.astype(small), p), right, {WRAPS: -255 * right})


@task("cross_entropy", points=2)
def test_cross_entropy_unchanged(student, oracle, rng):
    """leaves its arguments unchanged, the zeros of p included, however they lie in memory"""
    y, p = draw_zeros(rng)
    require_apart(student.cross_entropy, oracle.cross_entropy(y, p), y, p)


def require_apart(function, expected, y, p):
    """The value is right and no argument changes, also in another memory layout or protected against writing."""
    for sent, labels in in_layouts(p, y):
        loss, after = function.echo(labels, sent)
        require_same(after, y, p)
        assert_close(loss, expected)


def require_same(after, *given):
    """To the last bit: a 0 that has become 1e-15 is the clip, written into the caller's array."""
    expected = "arguments that are the same after the call as before"
    likely = "an operation in place (clip with out=, +=, p[...] =) works on the caller's own array"
    for position, (left, array) in enumerate(zip(after, given, strict=True), start=1):
        got = say("argument {position} was changed", position=position)
        require(np.array_equal(left, array), expected, got, likely)


def draw_binary(rng, n):
    """Labels of both kinds, unsorted, and the probabilities of label 1: below 0.4 where the label is 0."""
    y = rng.permutation(np.arange(n) % 2).astype(float)
    return y, rng.uniform(0.1, np.where(y == 1, 0.9, 0.4))


def binary_mistakes(y, p):
    """What well-known mistakes make of the binary cross-entropy of probabilities that are neither 0 nor 1."""
    s = 1 / (1 + np.exp(-p))
    return {
        "this is the sum over the samples; the mean divides by N": -(y * np.log(p) + (1 - y) * np.log(1 - p)).sum(),
        "the term (1 - y) log(1 - p) is missing: samples with label 0 do not count": -(y * np.log(p)).mean(),
        "p is the probability of label 1; for label 0 it is 1 - p": -np.log(p).mean(),
        "a sigmoid is applied to p, which is a probability already": -(y * np.log(s) + (1 - y) * np.log(1 - s)).mean(),
    }


@task("binary_cross_entropy", points=2)
def test_binary_mean(student, oracle, rng):
    """is the mean over the samples of -log of the label's probability"""
    for _ in range(2):
        y, p = draw_binary(rng, 7)
        loss = student.binary_cross_entropy(y, p)
        assert_close(loss, oracle.binary_cross_entropy(y, p), binary_mistakes(y, p))


@task("binary_cross_entropy", points=1)
def test_binary_single(student, oracle, rng):
    """takes a single sample: two arrays of shape (1,)"""
    for label in rng.permutation([0.0, 1.0]):
        y, p = np.array([label]), rng.uniform(0.1, 0.4, size=1)
        loss = student.binary_cross_entropy(y, p)
        assert_close(loss, oracle.binary_cross_entropy(y, p), binary_mistakes(y, p))


@task("binary_cross_entropy", points=1)
@pytest.mark.parametrize("label", [0, 1], ids=["all 0", "all 1"])
def test_binary_label(student, oracle, rng, label):
    """labels 0 and labels 1 both count"""
    y, p = np.full(5, float(label)), rng.uniform(0.1, 0.4, size=5)
    loss = student.binary_cross_entropy(y, p)
    assert_close(loss, oracle.binary_cross_entropy(y, p), binary_mistakes(y, p))


def draw_certain(rng):
    """Samples of which three are certain and right; the others give their label 0.2 to 0.24, so that no luck shows."""
    order = rng.permutation(6)
    y, own = np.array([0.0, 1.0, 1.0, 0.0, 1.0, 0.0]), np.append(np.ones(3), rng.uniform(0.2, 0.24, size=3))
    return y[order], np.where(y == 1, own, 1 - own)[order]


@task("binary_cross_entropy", points=2)
def test_binary_certain(student, oracle, rng):
    """p = 1 for label 1 and p = 0 for label 0 add nothing"""
    y, p = draw_certain(rng)
    assert_close(student.binary_cross_entropy(y, p), oracle.binary_cross_entropy(y, p))


@task("binary_cross_entropy", points=1)
@pytest.mark.parametrize("label", [1, 0], ids=["p = 0, label 1", "p = 1, label 0"])
def test_binary_wrong(student, oracle, rng, label):
    """a sample that is certain and wrong, and no other, has a finite loss between 15 and 800"""
    y, p = draw_binary(rng, 4)
    others = oracle.binary_cross_entropy(y[1:], p[1:])
    assert_close(student.binary_cross_entropy(y[1:], p[1:]), others)
    y[0], p[0] = label, 1 - label
    own = require_large(student.binary_cross_entropy(y[:1], p[:1]))
    loss = student.binary_cross_entropy(y, p)
    require_large(loss, 4, others)
    assert_close(loss, (own + 3 * others) / 4)


@task("binary_cross_entropy", points=1)
def test_binary_small(student, rng):
    """p = 0.00001 for label 1, and p = 0.99999 for label 0, cost about 11.51, and not what a 0 or a 1 does"""
    for label in rng.permutation([0.0, 1.0]):
        p = abs(1 - label - 1e-5)
        require_near(student.binary_cross_entropy(np.array([label]), np.array([p])), -np.log(1e-5))


@task("binary_cross_entropy", points=1)
def test_binary_integers(student, oracle, rng):
    """takes whole numbers, as truth or as both"""
    y, p = draw_binary(rng, 5)
    y = y.astype(int)
    assert_close(student.binary_cross_entropy(y, p), oracle.binary_cross_entropy(y, p))
    require_near(student.binary_cross_entropy(y, y.copy()), 0.0, whole=True)
    read_number(student.binary_cross_entropy(y, np.append(1 - y[:1], y[1:])), whole=True)


@task("binary_cross_entropy", points=1)
def test_binary_types(student, oracle, rng):
    """computes with floats where the arguments are small integers, uint8 or int8"""
    y, p = np.ones(5), rng.uniform(0.1, 0.4, size=5)
    y[rng.permutation(5)[:2]] = 0
    right = oracle.binary_cross_entropy(y, p)
    for small in (np.uint8, np.int8):
        given = y.astype(small)
        sign = np.array(-1).astype(small)  # 255 in uint8
        wrapped = {WRAPS: (given * sign * np.log(p) - (1 - y) * np.log(1 - p)).mean()}
        assert_close(student.binary_cross_entropy(given, p), right, wrapped)


@task("binary_cross_entropy", points=2)
def test_binary_unchanged(student, oracle, rng):
    """leaves its arguments unchanged, the zeros and ones of p included, however they lie in memory"""
    y, p = draw_certain(rng)
    require_apart(student.binary_cross_entropy, oracle.binary_cross_entropy(y, p), y, p)
