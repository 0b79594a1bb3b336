"""Hidden checks of hw3's cross-entropies. Probabilities are 0 or 1, or at least 0.02 away: no sensible clip shows."""

import numpy as np
import pytest

from grader.checks import assert_close, require, require_parts, say, task


def read_number(loss, whole=False):
    """What a loss must be: one finite number. `whole` says that the probabilities were whole numbers."""
    if isinstance(loss, float):
        likely = "0 * log(0) is 0 * -inf, which is nan" if np.isnan(loss) else "log(0) is -inf"
        if whole:
            likely = (
                "log(0) is -inf; in an array of whole numbers a small number written over a 0 is cut off to 0 again"
            )
        require(np.isfinite(loss), "a finite number", str(loss), likely)
    (value,) = require_parts([loss], "the loss")
    require(value.size == 1, "a single number", say("shape {shape}", shape=value.shape))
    return value.item()


def draw_labels(rng, n, k):
    """Unsorted labels of n samples: the k classes in random order, again and again."""
    return rng.permutation(np.resize(rng.permutation(k), n))


def draw_probabilities(rng, n, k):
    """Rows that sum to 1, of k <= 8 probabilities of at least 0.02."""
    p = rng.uniform(0.2, 1, size=(n, k))
    return p / p.sum(axis=1, keepdims=True)


def draw_samples(rng, n, k):
    """One-hot rows of n samples, and probabilities for them."""
    return np.eye(k)[draw_labels(rng, n, k)], draw_probabilities(rng, n, k)


def require_large(loss, n=1, others=0.0, whole=False):
    """Of the n samples behind this mean one is certain and wrong, and the others have a mean of `others`."""
    own = n * read_number(loss, whole) - (n - 1) * others
    likely = ""
    if -0.1 < own < 15:
        likely = say("the probability 0 counts as if it were {assumed:.1g}", assumed=np.exp(-own))
    if own > 800:
        likely = "log(0) has become an enormous number, and this one sample outweighs all others"
    require(15 <= own <= 800, "between 15 and 800 for the sample that is certain and wrong", f"{own:.4g}", likely)


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
    y, p = draw_samples(rng, *shape)
    assert_close(student.cross_entropy(y, p), oracle.cross_entropy(y, p), entropy_mistakes(y, p))


@task("cross_entropy", points=2)
def test_cross_entropy_uniform(student, rng):
    """is ln K where all K probabilities of a row are equal"""
    for k in (3, 7):
        y, _ = draw_samples(rng, 5, k)
        assert_close(student.cross_entropy(y, np.full((5, k), 1 / k)), np.log(k))


@task("cross_entropy", points=3)
def test_cross_entropy_soft(student, oracle, rng):
    """soft targets such as (0.25, 0.75) count with their weights"""
    y, p = draw_probabilities(rng, 5, 3), draw_probabilities(rng, 5, 3)
    assert_close(student.cross_entropy(y, p), oracle.cross_entropy(y, p), entropy_mistakes(y, p))


def draw_zeros(rng):
    """Samples with an exact 0 for a wrong class; one of them is certain of the right class."""
    y, p = draw_samples(rng, 5, 4)
    p[np.roll(y, 1, axis=1) == 1] = 0
    p[2] = y[2]
    return y, p / p.sum(axis=1, keepdims=True)


@task("cross_entropy", points=3)
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
    require_large(student.cross_entropy(y[:1], p[:1]))
    require_large(student.cross_entropy(y, p), 4, others)


@task("cross_entropy", points=1)
def test_cross_entropy_integers(student, oracle, rng):
    """takes whole numbers, as truth or as both"""
    y, p = draw_samples(rng, 5, 3)
    y = y.astype(int)
    assert_close(student.cross_entropy(y, p), oracle.cross_entropy(y, p))
    require_large(student.cross_entropy(y, np.vstack([np.roll(y[:1], 1), y[1:]])), 5, whole=True)


@task("cross_entropy", points=2)
def test_cross_entropy_unchanged(student, oracle, rng):
    """leaves its arguments unchanged, the zeros of p included"""
    y, p = draw_zeros(rng)
    loss, after = student.cross_entropy.echo(y, p)
    require_same(after, y, p)
    assert_close(loss, oracle.cross_entropy(y, p))


def require_same(after, *given):
    """To the last bit: a 0 that has become 1e-15 is the clip, written into the caller's array."""
    expected = "arguments that are the same after the call as before"
    likely = "an operation in place (clip with out=, +=, p[...] =) works on the caller's own array"
    for position, (left, array) in enumerate(zip(after, given, strict=True), start=1):
        got = say("argument {position} was changed", position=position)
        require(np.array_equal(left, array), expected, got, likely)


def draw_binary(rng, n):
    """Labels of both kinds, unsorted, and the probabilities of label 1."""
    return rng.permutation(np.arange(n) % 2).astype(float), rng.uniform(0.05, 0.95, size=n)


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
    y, p = draw_binary(rng, 7)
    loss = student.binary_cross_entropy(y, p)
    assert_close(loss, oracle.binary_cross_entropy(y, p), binary_mistakes(y, p))


@task("binary_cross_entropy", points=1)
@pytest.mark.parametrize("label", [0, 1], ids=["all 0", "all 1"])
def test_binary_label(student, oracle, rng, label):
    """labels 0 and labels 1 both count"""
    y, p = np.full(5, float(label)), rng.uniform(0.05, 0.95, size=5)
    loss = student.binary_cross_entropy(y, p)
    assert_close(loss, oracle.binary_cross_entropy(y, p), binary_mistakes(y, p))


def draw_certain(rng):
    """Samples of which three are certain and right."""
    y, p = draw_binary(rng, 6)
    p[:3] = y[:3]
    return y, p


@task("binary_cross_entropy", points=3)
def test_binary_certain(student, oracle, rng):
    """p = 1 for label 1 and p = 0 for label 0 add nothing"""
    y, p = draw_certain(rng)
    assert_close(student.binary_cross_entropy(y, p), oracle.binary_cross_entropy(y, p))


@task("binary_cross_entropy", points=2)
@pytest.mark.parametrize("label", [1, 0], ids=["p = 0, label 1", "p = 1, label 0"])
def test_binary_wrong(student, oracle, rng, label):
    """a sample that is certain and wrong, and no other, has a finite loss between 15 and 800"""
    y, p = draw_binary(rng, 4)
    others = oracle.binary_cross_entropy(y[1:], p[1:])
    assert_close(student.binary_cross_entropy(y[1:], p[1:]), others)
    y[0], p[0] = label, 1 - label
    require_large(student.binary_cross_entropy(y[:1], p[:1]))
    require_large(student.binary_cross_entropy(y, p), 4, others)


@task("binary_cross_entropy", points=1)
def test_binary_integers(student, oracle, rng):
    """takes whole numbers, as truth or as both"""
    y, p = draw_binary(rng, 5)
    y = y.astype(int)
    assert_close(student.binary_cross_entropy(y, p), oracle.binary_cross_entropy(y, p))
    require_large(student.binary_cross_entropy(y, np.append(1 - y[:1], y[1:])), 5, whole=True)


@task("binary_cross_entropy", points=2)
def test_binary_unchanged(student, oracle, rng):
    """leaves its arguments unchanged, the zeros and ones of p included"""
    y, p = draw_certain(rng)
    loss, after = student.binary_cross_entropy.echo(y, p)
    require_same(after, y, p)
    assert_close(loss, oracle.binary_cross_entropy(y, p))
