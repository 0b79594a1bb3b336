"""Hidden checks of hw8: batch norm forwards, in training and afterwards, and its identity."""

import numpy as np
import pytest

from grader.checks import (
    as_vector,
    assert_close,
    assert_unchanged,
    draw_grid,
    draw_signed,
    laid_out,
    require,
    say,
    shared,
    take,
    task,
)


def draw_batch(rng, n, d):
    """Columns of unequal mean, and a spread to which eps = 1e-5 is nothing; the other arguments far from 0 and 1."""
    scale, shift = rng.permutation(np.geomspace(8, 30, d)), rng.permutation(np.linspace(-20, 20, d + 1)[1:])
    gamma, beta = draw_signed(rng, 1.5, 3, d), draw_signed(rng, 10, 30, d) / 10
    return scale * draw_grid(rng, n, d) + shift, gamma, beta, draw_signed(rng, 20, 40, d), rng.uniform(200, 500, size=d)


def train(student, *batch, **settings):
    """out and the running statistics of one call of batchnorm_train."""
    answer = student.batchnorm_train.opaque(1)(*batch, **settings)
    out, _, mean, var = take(answer, "out, cache, running_mean, running_var")
    return out, as_vector(mean), as_vector(var)


def assert_statistics(answer, right, mistakes=()):
    """Both running statistics must agree."""
    assert_close(answer, right, mistakes, part="running_mean, running_var")


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
        "this is with eps = 1e-5, not with the one that is passed in": gamma * centred / np.sqrt(biased + 1e-5) + beta,
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


LOST = "an axis is lost: one sample is still (1, D), one feature (N, 1)"


def check_train(student, oracle, batch, *settings, sent=None):
    """Compare out and both running statistics with the reference's; `sent` are the arguments as they are sent."""
    out, *statistics = train(student, *(sent or batch), *settings)
    right, _, *right_statistics = oracle.batchnorm_train(*batch, *settings)
    assert_close(out, right, part="out")
    assert_statistics(statistics, right_statistics)


@task("batchnorm", points=2)
@pytest.mark.parametrize("shape", [(4, 6), (5, 5)], ids=["4 samples, 6 features", "5 samples, 5 features"])
def test_train_output(student, oracle, rng, shape):
    """normalises every feature over the batch, then scales by gamma and shifts by beta"""
    for _ in range(2):  # an earlier call leaves nothing behind
        batch = draw_batch(rng, *shape)
        out, _, _ = train(student, *batch)
        assert_close(out, oracle.batchnorm_train(*batch)[0], list_outputs(*batch, 1e-5), part="out")


@task("batchnorm", points=2)
def test_train_eps(student, oracle, rng):
    """eps is the one that is passed in, large or 0, and has its place inside the root"""
    for scale, eps in ((0.5, 0.1), (1e-4, 0), (2e-3, 1e-4)):
        _, *rest = draw_batch(rng, 5, 3)
        x = scale * draw_grid(rng, 5, 3)
        out, _, _ = train(student, x, *rest, eps=eps)
        assert_close(out, oracle.batchnorm_train(x, *rest, eps=eps)[0], list_outputs(x, *rest, eps), part="out")


@task("batchnorm", points=1)
def test_train_single(student, oracle, rng):
    """no axis is lost with one sample, which becomes beta, or with one feature"""
    for n, d in ((1, 3), (5, 1), (1, 1)):
        batch = draw_batch(rng, n, d)
        out, *statistics = train(student, *batch)
        right, _, *right_statistics = oracle.batchnorm_train(*batch)
        assert_close(out, right, {**list_outputs(*batch, 1e-5), LOST: np.squeeze(right)}, part="out")
        assert_statistics(statistics, right_statistics, {LOST: [np.squeeze(part) for part in right_statistics]})


@task("batchnorm", points=1)
def test_train_momentum(student, oracle, rng):
    """momentum = 0 keeps nothing of the old running statistics, and momentum = 1 everything"""
    drawn = draw_batch(rng, 5, 3)
    hardly = 0.02 * draw_grid(rng, 5, 3), *drawn[1:]  # features that hardly vary
    for batch, momentum in ((drawn, 0), (drawn, 1), (hardly, 0.0)):
        _, *statistics = train(student, *batch, momentum=momentum)
        likely = "another momentum stands in the place of this one"
        other = oracle.batchnorm_train(*batch, 0.9)[2:]
        assert_statistics(statistics, oracle.batchnorm_train(*batch, momentum)[2:], {likely: other})


@task("batchnorm", points=1)
def test_train_outlier(student, oracle, rng):
    """an outlier keeps its distance, and a feature whose gamma is 0 becomes beta"""
    x, gamma, beta, *rest = draw_batch(rng, 200, 3)
    x[rng.integers(200)] += [4000, -3000, 2000]
    gamma[rng.integers(3)] = 0
    out, _, _ = train(student, x, gamma, beta, *rest)
    x_hat = (x - x.mean(axis=0)) / np.sqrt(x.var(axis=0) + 1e-5)
    limited = {"x_hat is limited: it is as large as it is": gamma * np.clip(x_hat, -10, 10) + beta}
    assert_close(out, oracle.batchnorm_train(x, gamma, beta, *rest)[0], limited, part="out")


@task("batchnorm", points=2)
def test_train_running(student, oracle, rng):
    """blends the batch's mean and biased variance into the running statistics, momentum for the old ones"""
    batch = draw_batch(rng, 5, 3)
    _, mean, var = train(student, *batch, momentum=0.7)
    _, _, right_mean, right_var = oracle.batchnorm_train(*batch, 0.7)
    assert_close(mean, right_mean, list_blends(batch[3], batch[0].mean(axis=0), 0.7), part="running_mean")
    assert_close(var, right_var, list_variances(batch[4], batch[0], 0.7, 1e-5), part="running_var")


@task("batchnorm", points=2)
def test_train_three_batches(student, oracle, rng):
    """from 0 and 1 on, the running statistics that come back go into the next call: three batches of unequal size"""
    _, gamma, beta, _, _ = draw_batch(rng, 8, 3)
    right = mean, var = np.zeros(3), np.ones(3)
    for n in (8, 4, 5):
        x = draw_batch(rng, n, 3)[0]
        right = oracle.batchnorm_train(x, gamma, beta, *right, 0.7)[2:]
        _, mean, var = train(student, x, gamma, beta, mean, var, momentum=0.7)
        alone = "the batch's statistics alone: every call blends, the first one from 0 and 1, too"
        assert_statistics((mean, var), right, {alone: (x.mean(axis=0), x.var(axis=0))})
        mean, var = np.array(mean, dtype=float), np.array(var, dtype=float)


@task("batchnorm", points=1)
def test_train_constant(student, oracle, rng):
    """a feature that is the same in all samples is finite and becomes beta"""
    x, *rest = draw_batch(rng, 8, 3)
    x[:, 1] = 3.0
    assert_close(train(student, x, *rest)[0], oracle.batchnorm_train(x, *rest)[0], part="out")


@task("batchnorm", points=2)
def test_train_defaults(student, oracle, rng):
    """momentum is 0.9 and eps 1e-5 where nothing is said; with features that hardly vary, eps shows"""
    _, gamma, beta, *_ = draw_batch(rng, 8, 3)
    x, rest = 0.004 * draw_grid(rng, 8, 3), (gamma, beta, draw_signed(rng, 2, 4, 3), rng.uniform(2, 5, size=3))
    out, mean, var = train(student, x, *rest)
    _, _, *statistics = right = oracle.batchnorm_train(x, *rest)
    assert_close(out, right[0], list_outputs(x, *rest, 1e-5), part="out")
    assert_statistics((mean, var), statistics)


def draw_whole(rng, n, d):
    """A batch of whole numbers, in which no feature is constant."""
    x = rng.permuted(np.tile(np.arange(n), (d, 1)), axis=1).T * rng.permutation([7, 11, 15])
    return x, *(rng.integers(2, 6, size=d) for _ in range(4))


@task("batchnorm", points=1)
def test_train_integers(student, oracle, rng):
    """takes whole numbers and gives fractions"""
    batch = draw_whole(rng, 5, 3)
    out, *statistics = train(student, *batch)
    right, _, *right_statistics = oracle.batchnorm_train(*batch)
    assert_close(out, right, list_outputs(*batch, 1e-5), part="out")
    assert_statistics(statistics, right_statistics)


def draw_bytes(rng, kind):
    """A batch of whole numbers of 8 bits that fill their range, so that sums and squares go beyond it."""
    numbers, others = (
        ([[0, 9, 120, 200, 255]] * 3, [40, 130, 250])
        if kind is np.uint8
        else ([[-128, -90, 7, 60, 127]] * 3, [50, 90, 120])
    )
    arguments = rng.permuted(numbers, axis=1).T, *(rng.permutation(others) for _ in range(4))
    return [part.astype(kind) for part in arguments]


@task("batchnorm", points=1)
def test_train_bytes(student, oracle, rng):
    """takes whole numbers of any type: 8 bits (images) hold neither sums nor squares"""
    for kind in (np.uint8, np.int8):
        check_train(student, oracle, draw_bytes(rng, kind))


@task("batchnorm", points=1)
def test_train_unchanged(student, oracle, rng):
    """batchnorm_train leaves its arguments as they are, which may be read-only, lie otherwise in memory, or be one"""
    batch = draw_batch(rng, 5, 3)
    answer = assert_unchanged(student.batchnorm_train.opaque(1), *batch)
    out, _, mean, var = take(answer, "out, cache, running_mean, running_var")
    right = oracle.batchnorm_train(*batch)
    assert_close(out, right[0], part="out")
    assert_statistics((as_vector(mean), as_vector(var)), right[2:])
    for layout in ("read-only", "columns", "strided", "reversed"):
        check_train(student, oracle, batch, sent=laid_out(batch, layout))
    one = [batch[0], *[batch[4]] * 4]
    again = shared(batch[4])
    check_train(student, oracle, one, sent=[batch[0], again, again, again, again])


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
def test_eval_output(student, oracle, rng):
    """normalises with the running statistics, whatever the other samples are"""
    for shape in ((8, 3), (4, 4)):
        args = draw_batch(rng, *shape)
        assert_close(student.batchnorm_eval(*args), oracle.batchnorm_eval(*args), list_evals(*args, 1e-5))


@task("batchnorm_eval", points=1)
def test_eval_single(student, oracle, rng):
    """a single sample, or a single feature, is no exception"""
    for shape in ((1, 3), (5, 1), (1, 1)):
        args = draw_batch(rng, *shape)
        right = oracle.batchnorm_eval(*args)
        known = {**list_evals(*args, 1e-5), LOST: np.squeeze(right)}
        assert_close(student.batchnorm_eval(*args), right, known)


@task("batchnorm_eval", points=1)
def test_eval_eps(student, oracle, rng):
    """eps is the one that is passed in, and 1e-5 where nothing is said; it shows where a running variance is small"""
    x, gamma, beta, mean, var = draw_batch(rng, 5, 5)
    for args, eps in (
        ((mean / 20 + 0.01 * x, gamma, beta, mean / 20, rng.uniform(4e-4, 8e-4, size=5)), ()),
        ((x, gamma, beta, mean, var / 500), (0.1,)),
    ):
        right = oracle.batchnorm_eval(*args, *eps)
        assert_close(student.batchnorm_eval(*args, *eps), right, list_evals(*args, *(eps or (1e-5,))))


@task("batchnorm_eval", points=1)
def test_eval_zero(student, oracle, rng):
    """a running variance may be 0, and what is far from the running mean stays far from it"""
    x, gamma, beta, mean, var = draw_batch(rng, 5, 3)
    var[rng.integers(3)] = 0
    x[0] += 3000
    right = oracle.batchnorm_eval(x, gamma, beta, mean, var)
    column = np.flatnonzero(var > 0)  # the feature without a variance has a scale of its own
    out = student.batchnorm_eval(x, gamma, beta, mean, var)
    assert_close(out, right)
    assert_close(np.asarray(out)[:, column], right[:, column])


@task("batchnorm_eval", points=1)
def test_eval_integers(student, oracle, rng):
    """batchnorm_eval takes whole numbers and gives fractions"""
    args = rng.integers(-4, 5, size=(4, 3)), *(rng.integers(2, 6, size=3) for _ in range(4))
    assert_close(student.batchnorm_eval(*args), oracle.batchnorm_eval(*args))


@task("batchnorm_eval", points=1)
def test_eval_bytes(student, oracle, rng):
    """batchnorm_eval takes whole numbers of any type: with 8 bits 3 - 5 is to be -2"""
    wrapped = "x - running_mean was computed in 8 bits, which are too few: make floats of the arguments first"
    for kind in (np.uint8, np.int8):
        x, gamma, beta, mean, _ = draw_bytes(rng, kind)
        var = np.array([3, 20, 100], kind)
        less = (x - mean).astype(float) * gamma.astype(float) / np.sqrt(var + 1e-5) + beta
        right = oracle.batchnorm_eval(x, gamma, beta, mean, var)
        assert_close(student.batchnorm_eval(x, gamma, beta, mean, var), right, {wrapped: less})


@task("batchnorm_eval", points=1)
def test_eval_unchanged(student, oracle, rng):
    """batchnorm_eval leaves its arguments as they are, which may be read-only or lie otherwise in memory"""
    args = draw_batch(rng, 5, 3)
    right = oracle.batchnorm_eval(*args)
    assert_close(assert_unchanged(student.batchnorm_eval, *args), right)
    for layout in ("read-only", "columns", "strided", "reversed"):
        assert_close(student.batchnorm_eval(*laid_out(args, layout)), right)


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
    gamma, beta = map(as_vector, take(student.identity_parameters(x, *eps), "gamma, beta"))
    right_gamma, right_beta = oracle.identity_parameters(x, *eps)
    wanted, got = say("gamma of shape {shape}", shape=right_gamma.shape), say("shape {shape}", shape=np.shape(gamma))
    require(np.shape(gamma) == right_gamma.shape, wanted, got)
    held = x.var(axis=0) > 0  # where a feature is constant, any gamma will do
    assert_close(np.where(held, gamma, right_gamma), right_gamma, list_scales(x, *eps or (1e-5,)), part="gamma")
    others = {"the sign is the opposite": -right_beta, "this is mean over root": right_beta / right_gamma}
    assert_close(beta, right_beta, others, part="beta")
    back = oracle.normalise(x, np.array(gamma, float), np.array(beta, float), *eps or (1e-5,))
    assert_close(back, x, part=say("batch norm with this gamma and beta"))


@task("identity_parameters", points=1)
def test_identity(student, oracle, rng):
    """with the gamma and beta that come back, batch norm in training gives x itself"""
    for n, d in ((8, 3), (4, 4)):
        give_back(student, oracle, draw_batch(rng, n, d)[0])


@task("identity_parameters", points=1)
def test_identity_eps(student, oracle, rng):
    """eps is the one that is passed in, also 0"""
    give_back(student, oracle, draw_grid(rng, 8, 3), 0.1)
    give_back(student, oracle, 1e-3 * draw_grid(rng, 8, 3), 0)


@task("identity_parameters", points=1)
def test_identity_default(student, oracle, rng):
    """eps is 1e-5 where nothing is said; features that hardly vary, or not at all, come back, too"""
    x = 0.02 * draw_grid(rng, 8, 3)
    x[:, 1] = 0.5
    give_back(student, oracle, x)


@task("identity_parameters", points=1)
def test_identity_integers(student, oracle, rng):
    """identity_parameters takes whole numbers, of any type"""
    for kind in (int, np.uint8, np.int8):
        x = rng.permuted([[0, 11, 13, 34, 42]] * 3, axis=1).T * [1, 2, 3]
        give_back(student, oracle, (x + (0 if kind is np.int8 else 100)).astype(kind))


@task("identity_parameters", points=1)
def test_identity_single(student, oracle, rng):
    """no axis is lost with one feature, or with one sample"""
    give_back(student, oracle, draw_batch(rng, 5, 1)[0])
    give_back(student, oracle, draw_batch(rng, 1, 3)[0])


@task("identity_parameters", points=1)
def test_identity_unchanged(student, oracle, rng):
    """identity_parameters leaves x as it is, which may be read-only or lie otherwise in memory"""
    x = draw_batch(rng, 5, 3)[0]
    right = oracle.identity_parameters(x)
    answers = [assert_unchanged(student.identity_parameters, x)]
    answers += [student.identity_parameters(laid_out(x, layout)) for layout in ("read-only", "columns", "strided")]
    for answer in answers:
        for name, value, part in zip(("gamma", "beta"), take(answer, "gamma, beta"), right, strict=True):
            assert_close(as_vector(value), part, part=name)
