"""Hidden checks of hw8: batch norm backwards. The cache never leaves the student's code."""

import numpy as np
import pytest

from grader.checks import (
    as_vector,
    assert_gradient,
    assert_unchanged,
    describe_kind,
    draw_grid,
    draw_signed,
    laid_out,
    require,
    take,
    task,
)

SHAPES = [(8, 3), (4, 6), (5, 5)]


def draw_batch(rng, n, d):
    """Columns of unequal mean, and a spread to which eps = 1e-5 is nothing; the other arguments far from 0 and 1."""
    scale, shift = rng.permutation(np.geomspace(20, 75, d)), rng.permutation(np.linspace(-20, 20, d + 1)[1:])
    gamma = rng.permutation((-1.0) ** np.arange(d)) * rng.uniform(1.5, 3, size=d)  # of both signs
    beta = draw_signed(rng, 10, 30, d) / 10
    return scale * draw_grid(rng, n, d) + shift, gamma, beta, draw_signed(rng, 20, 40, d), rng.uniform(200, 500, size=d)


def make_cache(student, *batch, **settings):
    """A handle for the cache, whatever else batchnorm_train returns."""
    answer = student.batchnorm_train.opaque(1)(*batch, **settings)
    fine = isinstance(answer, (tuple, list)) and len(answer) > 1
    require(fine, "a cache as batchnorm_train's second value", describe_kind(answer))
    return answer[1]


def draw_slopes(rng, *shape):
    """Slopes between 0.2 and 2 of either sign, the upstream gradient."""
    return draw_signed(rng, 0.2, 2, shape)


def check_back(student, oracle, dout, batch, *, sent=None, **settings):
    """Compare all three gradients with the reference's; `sent` is dout as it is sent."""
    answer = go_back(student, dout if sent is None else sent, *batch, **settings)
    real = [np.asarray(part, dtype=float) for part in batch[:3]]
    assert_all(
        answer, oracle.vjp("normalise", *real, settings.get("eps", 1e-5), upstream=np.asarray(dout, dtype=float))
    )


def go_back(student, dout, *batch, **settings):
    """What batchnorm_backward returns for the cache of this batch."""
    return name_parts(student.batchnorm_backward(dout, make_cache(student, *batch, **settings)))


def name_parts(answer):
    """The three gradients, those of gamma and beta as (D,)."""
    dx, dgamma, dbeta = take(answer, "dx, dgamma, dbeta")
    return dx, as_vector(dgamma), as_vector(dbeta)


def assert_all(answer, right):
    """All three gradients must agree."""
    assert_gradient(answer, right, part="dx, dgamma, dbeta")


def list_dx(dout, x, gamma, eps):
    """What is left of dx when a path is missing or wrong, each with what is to be said of it."""
    var, n = x.var(axis=0), len(x)
    s = np.sqrt(var + eps)
    x_hat = (x - x.mean(axis=0)) / s

    def combine(mean=1.0, variance=1.0, g=dout * gamma, divisor=s, axis=0, x_hat=x_hat):
        through_mean = g.mean(axis=axis, keepdims=True)
        through_variance = x_hat * (g * x_hat).mean(axis=axis, keepdims=True)
        return (g - mean * through_mean - variance * through_variance) / divisor

    return {
        "the paths through the mean and through the variance are missing, as if both were constants": combine(0, 0),
        "the path through the mean is missing": combine(mean=0),
        "the path through the variance is missing": combine(variance=0),
        "gamma is missing: dout reaches x_hat through it": combine(g=dout),
        "gamma is missing, and so are the paths through mean and variance": combine(0, 0, g=dout),
        "the 1/N is missing in both paths: mean and variance are means over the batch": combine(n, n),
        "the 1/N is missing in the path through the mean": combine(mean=n),
        "the 1/N is missing in the path through the variance": combine(variance=n),
        "the path through the mean has the wrong sign": combine(mean=-1),
        "the path through the variance has the wrong sign": combine(variance=-1),
        "half of the path through the variance is missing: (x - mean)^2 has a 2 in its slope": combine(variance=0.5),
        "this is not divided by the root of var + eps": combine(divisor=1),
        "this is divided by var + eps; its root is asked for": combine(divisor=s**2),
        "eps is missing, or is another one, where dx is divided by the root": combine(divisor=np.sqrt(var + 1e-30)),
        "the means run over each sample (axis 1), not over the batch": combine(axis=1),
        "x_hat has lost its decimals: it was stored among whole numbers": combine(x_hat=np.trunc(x_hat)),
    }


def list_dgamma(dout, x, gamma, beta, eps):
    """What other sums give as dgamma, each with what is to be said of it."""
    x_hat = (x - x.mean(axis=0)) / np.sqrt(x.var(axis=0) + eps)
    factors = {
        "x stands in the place of x_hat": x,
        "out stands in the place of x_hat": gamma * x_hat + beta,
        "gamma is in it; out = gamma x_hat + beta has the slope x_hat": gamma * x_hat,
        "this is dbeta": np.ones(x.shape),
    }
    return {text: np.sum(dout * factor, axis=0) for text, factor in factors.items()}


@task("batchnorm", points=2)
@pytest.mark.parametrize(
    "shape", SHAPES, ids=["8 samples, 3 features", "4 samples, 6 features", "5 samples, 5 features"]
)
def test_backward_x(student, oracle, rng, shape):
    """dx is the gradient of batch norm as a whole: straight, through the mean and through the variance"""
    x, gamma, beta, *_ = batch = draw_batch(rng, *shape)
    dout = draw_slopes(rng, *shape)
    dx, _, _ = go_back(student, dout, *batch)
    right, _, _ = oracle.vjp("normalise", x, gamma, beta, 1e-5, upstream=dout)
    assert_gradient(dx, right, list_dx(dout, x, gamma, 1e-5), part="dx")


@task("batchnorm", points=3)
def test_backward_parameters(student, oracle, rng):
    """dgamma and dbeta are sums over the batch, of dout times x_hat and of dout"""
    x, gamma, beta, *_ = batch = draw_batch(rng, 5, 3)
    dout = draw_slopes(rng, 5, 3) + 1
    _, dgamma, dbeta = go_back(student, dout, *batch)
    _, right_gamma, right_beta = oracle.vjp("normalise", x, gamma, beta, 1e-5, upstream=dout)
    assert_gradient(dgamma, right_gamma, list_dgamma(dout, x, gamma, beta, 1e-5), part="dgamma")
    others = {"this is dgamma": right_gamma, "gamma is in it; beta is added as it is": gamma * right_beta}
    assert_gradient(dbeta, right_beta, others, part="dbeta")


@task("batchnorm", points=2)
def test_backward_one_sample(student, oracle, rng):
    """where dout is 0 for all samples but one, dx still reaches every sample: all share one mean and one variance"""
    x, gamma, beta, *_ = batch = draw_batch(rng, 5, 3)
    dout = np.zeros((5, 3))
    dout[rng.integers(5)] = draw_signed(rng, 1, 2, 3)
    dx, _, _ = go_back(student, dout, *batch)
    right, _, _ = oracle.vjp("normalise", x, gamma, beta, 1e-5, upstream=dout)
    assert_gradient(dx, right, list_dx(dout, x, gamma, 1e-5), part="dx")


@task("batchnorm", points=2)
def test_backward_constant(student, oracle, rng):
    """with eps = 1e-5 and a feature that is the same in all samples, dx is finite and right"""
    x, gamma, beta, *rest = draw_batch(rng, 8, 3)
    x[:, 1], dout = 3.0, draw_slopes(rng, 8, 3)
    dout[:, 1] *= 1e-4  # divided by the root of eps, its column of dx is no larger than the others
    answer = go_back(student, dout, x, gamma, beta, *rest)
    assert_all(answer, oracle.vjp("normalise", x, gamma, beta, 1e-5, upstream=dout))


@task("batchnorm", points=3)
def test_backward_caches(student, oracle, rng):
    """each cache belongs to its own call of batchnorm_train, and serves twice"""
    batches = [draw_batch(rng, 5, 3) for _ in range(2)]
    caches = [make_cache(student, *batch) for batch in batches]
    for turn in (0, 1, 0):
        dout = draw_slopes(rng, 5, 3)
        answer = name_parts(student.batchnorm_backward(dout, caches[turn]))
        own, other = (oracle.vjp("normalise", *batches[place][:3], 1e-5, upstream=dout) for place in (turn, 1 - turn))
        assert_gradient(answer[0], own[0], {"this is the gradient for another call's cache": other[0]}, part="dx")
        assert_all(answer, own)


@task("batchnorm", points=2)
def test_backward_eps(student, oracle, rng):
    """eps is the one that was passed to batchnorm_train, large or small"""
    for scale, eps in ((0.5, 0.1), (2e-3, 1e-4)):
        _, *rest = draw_batch(rng, 5, 3)
        x, dout = scale * draw_grid(rng, 5, 3), draw_slopes(rng, 5, 3)
        answer = go_back(student, dout, x, *rest, eps=eps)
        right = oracle.vjp("normalise", x, *rest[:2], eps, upstream=dout)
        assert_gradient(answer[0], right[0], list_dx(dout, x, rest[0], eps), part="dx")
        assert_all(answer, right)


@task("batchnorm", points=1)
def test_backward_gamma(student, oracle, rng):
    """a feature whose gamma is 0 has a dx of 0, and a dgamma of its own"""
    x, gamma, *rest = draw_batch(rng, 8, 3)
    gamma[rng.integers(3)] = 0
    check_back(student, oracle, draw_slopes(rng, 8, 3), (x, gamma, *rest))


@task("batchnorm", points=1)
def test_backward_single(student, oracle, rng):
    """no axis is lost where there is one feature"""
    for n in (5, 8):
        batch = draw_batch(rng, n, 1)
        rank = batch[0].argsort(axis=0).argsort(axis=0)
        while True:
            # Signs that alternate along x: no line fits dout, so dx is large.
            dout = np.where(rank % 2, -1, 1) * rng.uniform(0.5, 2, size=(n, 1))
            _, *sums = oracle.vjp("normalise", *batch[:3], 1e-5, upstream=dout)
            if np.abs(sums).min() > 0.3:  # else one is a small rest of large terms: single precision loses its digits
                break
        check_back(student, oracle, dout, batch)


def draw_whole(rng, n, d):
    """A batch of whole numbers, in which no feature is constant, and to whose spread eps = 1e-5 is nothing."""
    x = rng.permuted(np.tile(np.arange(n), (d, 1)), axis=1).T * rng.permutation([70, 110, 150])
    return x, *(rng.integers(2, 6, size=d) for _ in range(4))


@task("batchnorm", points=1)
def test_backward_integers(student, oracle, rng):
    """batchnorm_backward takes whole numbers and gives fractions"""
    x, gamma, beta, *_ = batch = draw_whole(rng, 5, 3)
    dout = rng.permuted([[-2, 1, 3, 5, -4]] * 3, axis=1).T * [1, 2, -3]
    dx, dgamma, dbeta = go_back(student, dout, *batch)
    right = oracle.vjp("normalise", *(part.astype(float) for part in (x, gamma, beta)), 1e-5, upstream=dout)
    assert_gradient(dx, right[0], list_dx(dout, x, gamma, 1e-5), part="dx")
    assert_all((dx, dgamma, dbeta), right)


@task("batchnorm", points=1)
def test_backward_bytes(student, oracle, rng):
    """batchnorm_backward takes whole numbers of any type: 8 bits are too few for gamma times dout"""
    for kind, values, gamma, slopes in (
        (np.uint8, [0, 9, 120, 200, 255], [40, 130, 250], [3, 90, 200, 0, 255]),
        (np.int8, [-128, -90, 7, 60, 127], [50, 90, 120], [-128, -3, 40, 100, 127]),
    ):
        x, dout = (rng.permuted([part] * 3, axis=1).T.astype(kind) for part in (values, slopes))
        vectors = [rng.permutation(gamma).astype(kind) for _ in range(4)]
        check_back(student, oracle, dout, (x, *vectors))


@task("batchnorm", points=1)
def test_backward_layouts(student, oracle, rng):
    """dout may be read-only, or lie otherwise in memory"""
    batch, dout = draw_batch(rng, 5, 3), draw_slopes(rng, 5, 3)
    for layout in ("read-only", "columns", "strided", "reversed"):
        check_back(student, oracle, dout, batch, sent=laid_out(dout, layout))


@task("batchnorm", points=1)
def test_backward_unchanged(student, oracle, rng):
    """batchnorm_backward leaves dout unchanged"""
    x, gamma, beta, *_ = batch = draw_batch(rng, 5, 3)
    dout, cache = draw_slopes(rng, 5, 3), make_cache(student, *batch)
    answer = name_parts(assert_unchanged(student.batchnorm_backward, dout, cache))
    assert_all(answer, oracle.vjp("normalise", x, gamma, beta, 1e-5, upstream=dout))
