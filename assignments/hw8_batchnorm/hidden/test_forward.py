"""Hidden checks of hw8: batch norm forwards, in training and afterwards, and its identity."""

import numpy as np
import pytest

from grader.checks import as_vector, assert_close, assert_unchanged, describe_kind, require, say, task


def draw_signed(rng, low, high, d):
    """One number for each feature, away from 0, of either sign."""
    return rng.uniform(low, high, size=d) * rng.choice([-1, 1], size=d)


def draw_batch(rng, n, d):
    """Columns of unequal mean and spread; gamma, beta and running statistics far from 0 and 1."""
    scale, shift = rng.permutation(np.geomspace(0.5, 3, d)), rng.permutation(np.linspace(-4, 4, d))
    gamma, beta = draw_signed(rng, 1.5, 3, d), draw_signed(rng, 1, 3, d)
    return scale * rng.normal(size=(n, d)) + shift, gamma, beta, draw_signed(rng, 2, 4, d), rng.uniform(2, 5, size=d)


def take(answer, count, names):
    """The parts of a returned tuple; fails where there are not so many."""
    fine = isinstance(answer, (tuple, list)) and len(answer) == count
    require(fine, say("{count} values: {names}", count=count, names=names), describe_kind(answer))
    return answer


def train(student, *batch, **settings):
    """out and the running statistics of one call of batchnorm_train."""
    answer = student.batchnorm_train.opaque(1)(*batch, **settings)
    out, _, mean, var = take(answer, 4, "out, cache, running_mean, running_var")
    return out, as_vector(mean), as_vector(var)


def name_statistics(pair):
    """Both running statistics by name."""
    return dict(zip(("running_mean", "running_var"), pair, strict=True))


def assert_statistics(answer, right, mistakes=None):
    """Both running statistics must agree."""
    known = {text: name_statistics(pair) for text, pair in (mistakes or {}).items()}
    assert_close(name_statistics(answer), name_statistics(right), known)


def list_outputs(x, gamma, beta, mean, var, eps):
    """What other formulas give as out, each with what is to be said of it."""
    centred, biased = x - x.mean(axis=0), x.var(axis=0)
    x_hat, early = centred / np.sqrt(biased + eps), np.abs(gamma) * centred / np.sqrt(gamma**2 * biased + eps)
    whole = (x - x.mean()) / np.sqrt(x.var() + eps)
    per_sample = (x - x.mean(axis=1, keepdims=True)) / np.sqrt(x.var(axis=1, keepdims=True) + eps)
    return {
        "gamma is missing": x_hat + beta,
        "beta is missing": gamma * x_hat,
        "beta is multiplied by gamma, too: the shift comes last": gamma * (x_hat + beta),
        "eps is outside the root": gamma * centred / (np.sqrt(biased) + eps) + beta,
        "eps is missing, or is not the one that is asked for": gamma * centred / np.sqrt(biased + 1e-30) + beta,
        "the root is missing: this is divided by var + eps": gamma * centred / (biased + eps) + beta,
        "the variance is divided by N - 1, not by N": gamma * centred / np.sqrt(x.var(axis=0, ddof=1) + eps) + beta,
        "the statistics run over each sample (axis 1), not over the batch": gamma * per_sample + beta,
        "mean and variance run over the whole array, not over each column": gamma * whole + beta,
        "the running statistics stand in for the batch's": gamma * (x - mean) / np.sqrt(var + eps) + beta,
        "x is scaled and shifted before it is normalised, which undoes both": np.sign(gamma) * early,
        "x_hat has lost its decimals: it was stored among whole numbers": gamma * np.trunc(x_hat) + beta,
    }


def list_blends(old, batch, momentum):
    """What other rules give as the running statistic, each with what is to be said of it."""
    return {
        "momentum and 1 - momentum have changed places": (1 - momentum) * old + momentum * batch,
        "the batch's statistic alone: the old running one has no share": batch,
        "the old running statistic is returned: nothing of the batch has come in": old,
        "the shares of the old one and of the batch do not add up to 1": momentum * old + batch,
    }


def list_variances(old, x, momentum, eps):
    """As above, and other kinds of variance that may come in."""
    kinds = {
        "the variance that comes in is divided by N - 1, not by N": x.var(axis=0, ddof=1),
        "the standard deviation comes in, not the variance": x.std(axis=0),
        "var + eps comes in, not the variance": x.var(axis=0) + eps,
    }
    mixed = {text: momentum * old + (1 - momentum) * kind for text, kind in kinds.items()}
    return list_blends(old, x.var(axis=0), momentum) | mixed


@task("batchnorm", points=3)
@pytest.mark.parametrize("shape", [(4, 6), (5, 5)], ids=["4 samples, 6 features", "5 samples, 5 features"])
def test_train_output(student, oracle, rng, shape):
    """normalises every feature over the batch, then scales by gamma and shifts by beta"""
    batch = draw_batch(rng, *shape)
    out, _, _ = train(student, *batch, momentum=0.7, eps=0.1)
    assert_close(out, oracle.batchnorm_train(*batch, 0.7, 0.1)[0], list_outputs(*batch, 0.1), part="out")


@task("batchnorm", points=2)
def test_train_running(student, oracle, rng):
    """blends the batch's mean and biased variance into the running statistics, momentum for the old ones"""
    batch = draw_batch(rng, 5, 3)
    _, mean, var = train(student, *batch, momentum=0.7, eps=0.1)
    _, _, right_mean, right_var = oracle.batchnorm_train(*batch, 0.7, 0.1)
    assert_close(mean, right_mean, list_blends(batch[3], batch[0].mean(axis=0), 0.7), part="running_mean")
    assert_close(var, right_var, list_variances(batch[4], batch[0], 0.7, 0.1), part="running_var")


@task("batchnorm", points=2)
def test_train_three_batches(student, oracle, rng):
    """from 0 and 1 on, the running statistics that come back go into the next call: three batches of unequal size"""
    _, gamma, beta, _, _ = draw_batch(rng, 8, 3)
    right = mean, var = np.zeros(3), np.ones(3)
    for n in (8, 4, 5):
        x = draw_batch(rng, n, 3)[0]
        right = oracle.batchnorm_train(x, gamma, beta, *right, 0.7, 0.1)[2:]
        _, mean, var = train(student, x, gamma, beta, mean, var, momentum=0.7, eps=0.1)
        alone = "the batch's statistics alone: every call blends, the first one from 0 and 1, too"
        assert_statistics((mean, var), right, {alone: (x.mean(axis=0), x.var(axis=0))})
        mean, var = np.array(mean, dtype=float), np.array(var, dtype=float)


@task("batchnorm", points=2)
def test_train_constant(student, oracle, rng):
    """a feature that is the same in all samples is finite and becomes beta"""
    x, *rest = draw_batch(rng, 8, 3)
    x[:, 1] = 3.0
    assert_close(train(student, x, *rest)[0], oracle.batchnorm_train(x, *rest)[0], part="out")


@task("batchnorm", points=3)
def test_train_defaults(student, oracle, rng):
    """momentum is 0.9 and eps 1e-5 where nothing is said; with features that hardly vary, eps shows"""
    _, *rest = draw_batch(rng, 8, 3)
    x = 0.004 * rng.normal(size=(8, 3))
    out, mean, var = train(student, x, *rest)
    _, _, *statistics = right = oracle.batchnorm_train(x, *rest)
    assert_close(out, right[0], list_outputs(x, *rest, 1e-5), part="out")
    assert_statistics((mean, var), statistics)


def draw_whole(rng, n, d):
    """A batch of whole numbers, in which no feature is constant."""
    x = rng.permuted(np.tile(np.arange(n), (d, 1)), axis=1).T * rng.integers(1, 4, size=d)
    return x, *(rng.integers(2, 6, size=d) for _ in range(4))


@task("batchnorm", points=2)
def test_train_integers(student, oracle, rng):
    """takes whole numbers and gives fractions"""
    batch = draw_whole(rng, 5, 3)
    out, *statistics = train(student, *batch, momentum=0.7, eps=0.1)
    right, _, *right_statistics = oracle.batchnorm_train(*batch, 0.7, 0.1)
    assert_close(out, right, list_outputs(*batch, 0.1), part="out")
    assert_statistics(statistics, right_statistics)


@task("batchnorm", points=2)
def test_train_unchanged(student, oracle, rng):
    """batchnorm_train leaves its arguments unchanged, the running statistics among them"""
    batch = draw_batch(rng, 5, 3)
    answer = assert_unchanged(student.batchnorm_train.opaque(1), *batch, 0.7, 0.1)
    out, _, mean, var = take(answer, 4, "out, cache, running_mean, running_var")
    right = oracle.batchnorm_train(*batch, 0.7, 0.1)
    assert_close(out, right[0], part="out")
    assert_statistics((as_vector(mean), as_vector(var)), right[2:])


def list_evals(x, gamma, beta, mean, var, eps):
    """What other formulas than batchnorm_eval's give, each with what is to be said of it."""
    centred = x - mean
    return {
        "the batch's own statistics are used": gamma * (x - x.mean(axis=0)) / np.sqrt(x.var(axis=0) + eps) + beta,
        "the mean is that of the batch": gamma * (x - x.mean(axis=0)) / np.sqrt(var + eps) + beta,
        "eps is outside the root": gamma * centred / (np.sqrt(var) + eps) + beta,
        "eps is missing, or is not the one that is asked for": gamma * centred / np.sqrt(var) + beta,
        "the root is missing: running_var holds variances": gamma * centred / (var + eps) + beta,
        "gamma is missing": centred / np.sqrt(var + eps) + beta,
        "beta is missing": gamma * centred / np.sqrt(var + eps),
        "gamma and beta are both missing": centred / np.sqrt(var + eps),
    }


@task("batchnorm_eval", points=2)
@pytest.mark.parametrize("n", [8, 1], ids=["8 samples", "a single sample"])
def test_eval_output(student, oracle, rng, n):
    """normalises with the running statistics, whatever the other samples are"""
    args = draw_batch(rng, n, 3)
    out = student.batchnorm_eval(*args, eps=0.1)
    assert_close(out, oracle.batchnorm_eval(*args, eps=0.1), list_evals(*args, 0.1))


@task("batchnorm_eval", points=1)
def test_eval_default(student, oracle, rng):
    """eps is 1e-5 where nothing is said, which shows where a running variance is small"""
    x, gamma, beta, mean, _ = draw_batch(rng, 5, 5)
    args = mean + 0.01 * x, gamma, beta, mean, rng.uniform(1e-5, 5e-5, size=5)
    assert_close(student.batchnorm_eval(*args), oracle.batchnorm_eval(*args), list_evals(*args, 1e-5))


@task("batchnorm_eval", points=1)
def test_eval_integers(student, oracle, rng):
    """batchnorm_eval takes whole numbers and gives fractions"""
    args = rng.integers(-4, 5, size=(4, 3)), *(rng.integers(2, 6, size=3) for _ in range(4))
    assert_close(student.batchnorm_eval(*args, eps=0.1), oracle.batchnorm_eval(*args, eps=0.1))


@task("batchnorm_eval", points=2)
def test_eval_unchanged(student, oracle, rng):
    """batchnorm_eval leaves its arguments unchanged: nothing is updated any more"""
    args = draw_batch(rng, 5, 3)
    assert_close(assert_unchanged(student.batchnorm_eval, *args, 0.1), oracle.batchnorm_eval(*args, 0.1))


def list_scales(x, eps):
    """What other formulas give as the gamma of the identity, each with what is to be said of it."""
    var = x.var(axis=0)
    return {
        "this is the standard deviation without eps, or with another one than is asked for": np.sqrt(var),
        "eps stands outside the root; batch norm has it inside": np.sqrt(var) + eps,
        "the root is missing": var + eps,
        "this is one over the number that batch norm divides by": 1 / np.sqrt(var + eps),
        "the variance is divided by N - 1; batch norm divides by N": np.sqrt(x.var(axis=0, ddof=1) + eps),
        "gamma and beta have changed places": x.mean(axis=0),
    }


def give_back(student, oracle, x, *eps):
    """Ask for gamma and beta, and fail unless the reference's batch norm gives x back with them."""
    gamma, beta = map(as_vector, take(student.identity_parameters(x, *eps), 2, "gamma, beta"))
    right_gamma, right_beta = oracle.identity_parameters(x, *eps)
    wanted, got = say("gamma of shape {shape}", shape=right_gamma.shape), say("shape {shape}", shape=np.shape(gamma))
    require(np.shape(gamma) == right_gamma.shape, wanted, got)
    held = x.var(axis=0) > 0  # where a feature is constant, any gamma will do
    assert_close(np.where(held, gamma, right_gamma), right_gamma, list_scales(x, *eps or (1e-5,)), part="gamma")
    others = {"the sign is the opposite": -right_beta, "this is mean over root": right_beta / right_gamma}
    assert_close(beta, right_beta, others, part="beta")
    back = oracle.normalise(x, np.array(gamma, float), np.array(beta, float), *eps or (1e-5,))
    assert_close(back, x, part=say("batch norm with this gamma and beta"))


@task("identity_parameters", points=2)
def test_identity(student, oracle, rng):
    """with the gamma and beta that come back, batch norm in training gives x itself; eps counts"""
    for n, d in ((8, 3), (4, 4)):
        give_back(student, oracle, draw_batch(rng, n, d)[0], 0.1)


@task("identity_parameters", points=2)
def test_identity_default(student, oracle, rng):
    """eps is 1e-5 where nothing is said; features that hardly vary, or not at all, come back, too"""
    x = 0.004 * rng.normal(size=(8, 3))
    x[:, 1] = 0.5
    give_back(student, oracle, x)


@task("identity_parameters", points=1)
def test_identity_integers(student, oracle, rng):
    """identity_parameters takes whole numbers"""
    give_back(student, oracle, rng.permuted([[0, 1, 3, 4, 9]] * 3, axis=1).T * [1, 2, 3], 0.1)


@task("identity_parameters", points=1)
def test_identity_unchanged(student, oracle, rng):
    """identity_parameters leaves x unchanged"""
    x = draw_batch(rng, 5, 3)[0]
    answer = take(assert_unchanged(student.identity_parameters, x, 0.1), 2, "gamma, beta")
    for name, value, right in zip(("gamma", "beta"), answer, oracle.identity_parameters(x, 0.1), strict=True):
        assert_close(as_vector(value), right, part=name)
