"""Hidden checks of hw6: softmax cross-entropy. The cache stays in the worker; these checks only hand it back."""

import numpy as np

from grader.checks import (
    agrees,
    assert_close,
    assert_gradient,
    assert_unchanged,
    laid_out,
    require,
    require_parts,
    take,
    task,
)

H = 1e-3
TYPES = (np.int64, np.uint8, np.int8)


def run_forward(student, z, labels, unchanged=False):
    """The loss, and a handle of the cache."""
    function = student.softmax_cross_entropy_forward.opaque(1)
    answer = assert_unchanged(function, z, labels) if unchanged else function(z, labels)
    return take(answer, "loss, cache", "a forward returns its cache, too: return loss, cache")


def differentiate(oracle, z, labels):
    """The reference's gradient with respect to z."""
    return oracle.vjp("softmax_cross_entropy", np.array(z, dtype=float), labels, upstream=1.0)[0]


def list_mistakes(z, labels):
    """What known mistakes give, for moderate logits."""
    n, k = z.shape
    e = np.exp(z - z.max(axis=1, keepdims=True))
    p, truth = e / e.sum(axis=1, keepdims=True), np.eye(k)[labels]
    columns = p - np.isin(np.arange(k), labels)
    return [
        ("no gradient comes back: every entry is 0", 0 * z),
        ("the 1/N of the mean is missing: this is N times the gradient", p - truth),
        ("the 1/N of the mean is in this gradient twice", (p - truth) / n**2),
        ("this is divided by all N K entries: the loss is a mean over the N samples", (p - truth) / z.size),
        ("this is minus the gradient: it is softmax - one-hot", (truth - p) / n),
        ("the 1 is not subtracted at the true class", p / n),
        ("the softmax is missing: this is z - one-hot", (z - truth) / n),
        ("1 is subtracted in the columns of all labels, in every row", columns / n),
        ("this is the gradient with respect to the probabilities: the softmax itself is left out", -truth / p / n),
    ]


def judge_backward(student, oracle, rng, z, labels):
    """Run it forward and back, and judge what comes back."""
    loss, cache = run_forward(student, z, labels)
    right = differentiate(oracle, z, labels)

    def find_blame():
        if agrees(loss, oracle.softmax_cross_entropy(z, labels)):
            return "your loss is right, but this is not its gradient"
        direction = rng.normal(size=z.shape)
        above, below = (run_forward(student, z + step * direction, labels)[0] for step in (H, -H))
        fits = np.isclose(np.sum(dz * direction), (above - below) / (2 * H), rtol=2e-3)
        student.softmax_cross_entropy_backward(cache)  # the report shows the last call
        if fits:
            return "this is the gradient of your own loss: it is the forward that computes something else"
        return "your loss is wrong, and this is not its gradient either: fix the forward first"

    dz = student.softmax_cross_entropy_backward(cache)
    assert_gradient(dz, right, list_mistakes(z, labels), part="dz", otherwise=find_blame)


def list_loss_mistakes(z, labels):
    """Losses that known mistakes give, for moderate logits."""
    logs, rows = z - np.log(np.exp(z).sum(axis=1, keepdims=True)), np.arange(len(z))
    losses = -logs[rows, labels]
    return {
        "this is the sum over the samples; the mean divides by N": losses.sum(),
        "this is divided by all N K entries; the mean over the samples divides by N": losses.sum() / z.size,
        "the labels are not used: this is the mean over all classes, not over the true ones": -logs.mean(),
        "every row is combined with the labels of all rows: N x N numbers, of which N were asked for": (
            -logs[:, labels].mean()
        ),
    }


def draw_samples(rng, n, k):
    """Logits for n samples, and unsorted labels that take turns among the k classes."""
    return rng.uniform(-1.2, 1.2, size=(n, k)), rng.permutation(np.arange(n) % k)


def draw_large(rng):
    """Logits of +-1000, among them wrong certain ones, and rows of very different scale."""
    z = [[1000, 0, -1000], [1000, -1000, 0], [1000, 1001, 998], [-1000, -1001, -999], [1, 3, 2]]
    order = rng.permutation(5)
    return np.array(z, dtype=float)[order], np.array([0, 2, 0, 1, 2])[order]


@task("softmax_cross_entropy", points=2)
def test_loss_forward(student, oracle, rng):
    """forward: the mean over the samples, with more samples than classes, and with more classes than samples"""
    for n, k in [(8, 3), (3, 5), (4, 4)]:
        z, labels = draw_samples(rng, n, k)
        loss, _ = run_forward(student, z, labels)
        assert_close(loss, oracle.softmax_cross_entropy(z, labels), list_loss_mistakes(z, labels), part="loss")
        for layout in ("columns", "strided"):
            z, labels = draw_samples(rng, n, k)
            loss, _ = run_forward(student, laid_out(z, layout), laid_out(labels, "reversed"))
            assert_close(loss, oracle.softmax_cross_entropy(z, labels), list_loss_mistakes(z, labels), part="loss")


@task("softmax_cross_entropy", points=1)
def test_loss_few(student, oracle, rng):
    """forward and backward: one sample, samples of one class, and one class alone"""
    for labels in map(np.array, ([0], [2], [1, 1, 1, 1])):
        z = rng.uniform(-1.2, 1.2, size=(len(labels), 3))
        assert_close(run_forward(student, z, labels)[0], oracle.softmax_cross_entropy(z, labels), part="loss")
        judge_backward(student, oracle, rng, z, labels)
    loss, cache = run_forward(student, rng.uniform(-1.2, 1.2, size=(3, 1)), np.zeros(3, dtype=int))
    loss, dz = require_parts([loss, student.softmax_cross_entropy_backward(cache)], "loss, dz")
    require(loss.size == 1 and abs(loss.item()) < 1e-5, "a loss of 0, or nearly", f"{loss}")
    require(dz.shape == (3, 1) and np.abs(dz).max() < 1e-5, "dz of shape (3, 1), and 0 or nearly", f"{dz.tolist()}")


@task("softmax_cross_entropy", points=1)
def test_loss_many(student, oracle, rng):
    """backward: 96,000 logits in the time of one call, which measuring slope by slope does not keep"""
    z, labels = rng.uniform(-1.2, 1.2, size=(48, 2000)), rng.permutation(1999)[:48]
    _, cache = run_forward(student, z, labels)
    assert_gradient(student.softmax_cross_entropy_backward(cache), differentiate(oracle, z, labels))


@task("softmax_cross_entropy", points=1)
def test_loss_forward_large(student, oracle, rng):
    """forward: finite and right for logits of +-1000 and for rows of very different scale"""
    z, labels = draw_large(rng)
    assert_close(run_forward(student, z, labels)[0], oracle.softmax_cross_entropy(z, labels), part="loss")


@task("softmax_cross_entropy", points=2)
def test_loss_backward(student, oracle, rng):
    """backward: the gradient with respect to the logits, with the 1/N of the mean"""
    for n, k in [(8, 3), (3, 5), (4, 4)]:
        judge_backward(student, oracle, rng, *draw_samples(rng, n, k))


@task("softmax_cross_entropy", points=2)
def test_loss_backward_large(student, oracle, rng):
    """backward: finite and right for logits of +-1000 and for rows of very different scale"""
    z, labels = draw_large(rng)
    _, cache = run_forward(student, z, labels)
    assert_gradient(student.softmax_cross_entropy_backward(cache), differentiate(oracle, z, labels))


@task("softmax_cross_entropy", points=1)
def test_loss_integers(student, oracle, rng):
    """forward and backward take logits and labels that are integers of any type, and give fractions"""
    for kind in TYPES:
        z = rng.permuted(np.tile([0, 1, 3], (5, 1)) - (0 if kind is np.uint8 else 2), axis=1).astype(kind)
        labels = rng.permutation([0, 1, 2, 0, 2]).astype(kind)
        assert_close(run_forward(student, z, labels)[0], oracle.softmax_cross_entropy(z, labels), part="loss")
        judge_backward(student, oracle, rng, z, labels)
        z, labels = draw_samples(rng, 90, 3)  # 270 entries: too many to be numbered in the labels' type
        labels = labels.astype(kind)
        assert_close(run_forward(student, z, labels)[0], oracle.softmax_cross_entropy(z, labels), part="loss")
        judge_backward(student, oracle, rng, z, labels)


@task("softmax_cross_entropy", points=1)
def test_loss_cache(student, oracle, rng):
    """loss: each cache belongs to its own forward, and may be handed in twice"""
    samples = [draw_samples(rng, 5, 3) for _ in range(2)]
    caches = [run_forward(student, *sample)[1] for sample in samples]
    rights = [differentiate(oracle, *sample) for sample in samples]
    spoilt = "the same cache gave the right gradient before: the backward changes what is in it"
    other = "this is the gradient for the arguments of a later forward: what the backward needs belongs into its cache"
    for number, again in ((0, False), (1, False), (0, True)):
        dz = student.softmax_cross_entropy_backward(caches[number])
        assert_gradient(dz, rights[number], [(other, rights[1 - number])] + [(spoilt, dz)] * again, part="dz")


@task("softmax_cross_entropy", points=1)
def test_loss_unchanged(student, oracle, rng):
    """loss: z and labels are the same after the calls, and may be read-only"""
    z, labels = draw_samples(rng, 5, 3)
    loss, cache = run_forward(student, z, labels, unchanged=True)
    assert_close(loss, oracle.softmax_cross_entropy(z, labels), part="loss")
    assert_gradient(student.softmax_cross_entropy_backward(cache), differentiate(oracle, z, labels))
    z, labels = draw_samples(rng, 5, 3)
    loss, cache = run_forward(student, laid_out(z, "read-only"), laid_out(labels, "read-only"))
    assert_close(loss, oracle.softmax_cross_entropy(z, labels), part="loss")
    assert_gradient(student.softmax_cross_entropy_backward(cache), differentiate(oracle, z, labels))
