"""Hidden checks of hw8: a network with batch norm in it."""

import numpy as np

from grader.checks import (
    agrees,
    as_vector,
    assert_close,
    assert_gradient,
    assert_unchanged,
    describe_kind,
    draw_grid,
    draw_signed,
    is_dict,
    laid_out,
    require,
    say,
    shared,
    take,
    task,
)

KEYS = ("W1", "b1", "gamma", "beta", "W2", "b2")
SUMMED = "this is the sum over the samples; the mean divides by N"
TIMES_N = "the 1/N of the mean is missing: this is N times the gradient"


def draw_net(rng, n=8, d=3, h=5, k=4):
    """Parameters, samples, and unsorted labels that take turns among the k classes. No probability is small."""
    X, W1 = 24 * draw_grid(rng, n, d), draw_signed(rng, 0.5, 1.5, (d, h))
    while n > 1 and (X @ W1).var(axis=0).min() < 180:  # so that eps = 1e-5 is nothing
        W1 = draw_signed(rng, 0.5, 1.5, (d, h))
    params = {"W1": W1, "b1": draw_signed(rng, 1, 3, h), "gamma": draw_signed(rng, 0.4, 0.9, h)}
    params |= {"beta": draw_signed(rng, 0.3, 0.6, h), "W2": draw_signed(rng, 0.2, 0.6, (h, k))}
    return params | {"b2": draw_signed(rng, 0.3, 1, k)}, X, rng.permutation(np.arange(n) % k)


def draw_clear_net(oracle, rng, *sizes):
    """Draw a network of which no gradient is a small rest of large terms: in single precision that loses digits."""
    while True:
        net = draw_net(rng, *sizes)
        _, grads = oracle.mlp_bn_loss_and_grads(*net)
        if min(np.abs(grads[name]).max() for name in ("W1", "gamma", "beta", "W2", "b2")) > 0.02:
            return net


def check_net(student, oracle, params, X, labels, *names, sent=None):
    """Compare the loss and these gradients with the reference's; `sent` are the arguments as they are sent."""
    loss, grads = ask(student, *(sent or (params, X, labels)))
    right_loss, right = oracle.mlp_bn_loss_and_grads(params, X, labels)
    assert_close(loss, right_loss, part="loss")
    assert_grads(grads, right, *names)


def ask(student, params, X, labels):
    """The loss and the gradients, by name, those of vectors as (H,)."""
    loss, grads = take(student.mlp_bn_loss_and_grads(params, X, labels), "loss, grads", grads=is_dict)
    return loss, take_grads(grads)


def take_grads(grads):
    """The gradients by name, those of vectors as (H,)."""
    missing = [key for key in KEYS if not isinstance(grads, dict) or key not in grads]
    without = say("a dict without {keys}", keys=", ".join(missing))
    got = without if isinstance(grads, dict) else describe_kind(grads)
    likely = "every array in params has its gradient in grads, under the same name"
    require(not missing, say("gradients in a dict with the keys {keys}", keys=", ".join(KEYS)), got, likely)
    return {key: as_vector(grads[key]) if key[0] != "W" else grads[key] for key in KEYS}


def assert_grads(grads, right, *names):
    """These gradients must agree."""
    assert_gradient({name: grads[name] for name in names}, {name: right[name] for name in names})


def standardise(a, eps=1e-5):
    """x_hat."""
    return (a - a.mean(axis=0)) / np.sqrt(a.var(axis=0) + eps)


def compute_loss(z, labels):
    """Mean softmax cross-entropy."""
    log_p = z - np.logaddexp.reduce(z, axis=1, keepdims=True)
    return -log_p[np.arange(len(z)), labels].mean()


def list_losses(params, X, labels):
    """The losses of other networks, each with what is to be said of it."""
    W1, b1, gamma, beta, W2, b2 = (params[key] for key in KEYS)
    a = X @ W1 + b1
    hidden = {
        "batch norm is missing between the linear layer and tanh": np.tanh(a),
        "gamma and beta are missing": np.tanh(standardise(a)),
        "batch norm comes after tanh; it stands before": gamma * standardise(np.tanh(a)) + beta,
        "tanh is missing": gamma * standardise(a) + beta,
        "in place of the batch's statistics stand the mean 0 and the variance 1": np.tanh(gamma * a + beta),
        "ReLU stands in the place of tanh": np.maximum(gamma * standardise(a) + beta, 0),
    }
    right = np.tanh(gamma * standardise(a) + beta)
    losses = {text: compute_loss(h @ W2 + b2, labels) for text, h in hidden.items()}
    return losses | {"b2 is missing": compute_loss(right @ W2, labels)}


def list_douts(params, X, labels):
    """x_hat, and what stands at batch norm's output on the way back with mistakes, by what is to be said of each.

    The right one has no name.
    """
    W1, b1, gamma, beta, W2, b2 = (params[key] for key in KEYS)
    a_hat = standardise(X @ W1 + b1)
    h = np.tanh(gamma * a_hat + beta)
    z = h @ W2 + b2
    dz = np.exp(z - np.logaddexp.reduce(z, axis=1, keepdims=True)) - np.eye(len(b2))[labels]
    dh = dz @ W2.T / len(X)
    douts = {
        "": dh * (1 - h**2),
        "the slope of tanh is missing": dh,
        "the slope of tanh is taken at its output: 1 - tanh(h)^2": dh * (1 - np.tanh(h) ** 2),
        "the slope of tanh is 1 - h^2, not 1 - h": dh * (1 - h),
    }
    return a_hat, douts


def list_first(params, X, labels):
    """What mistakes give as W1's gradient, each with what is to be said of it."""
    a_hat, douts = list_douts(params, X, labels)
    gamma, s = params["gamma"], np.sqrt((X @ params["W1"] + params["b1"]).var(axis=0) + 1e-5)

    def gradient(dout, mean=1, variance=1):
        through_variance = a_hat * (dout * a_hat).mean(axis=0)
        return X.T @ (gamma / s * (dout - mean * dout.mean(axis=0) - variance * through_variance))

    right = douts.pop("")
    named = {
        "in batch norm the paths through the mean and the variance are missing": gradient(right, 0, 0),
        "in batch norm the path through the mean is missing": gradient(right, mean=0),
        "in batch norm the path through the variance is missing": gradient(right, variance=0),
    }
    named |= {text: gradient(dout) for text, dout in douts.items()}
    return named | {"batch norm is missing on the way back": X.T @ right}


@task("mlp_bn_loss_and_grads", points=2)
def test_network_value(student, oracle, rng):
    """the mean loss of linear, batch norm, tanh, linear, softmax cross-entropy, in this order"""
    args = draw_net(rng)
    loss, _ = take(student.mlp_bn_loss_and_grads(*args), "loss, grads", grads=is_dict)
    right, _ = oracle.mlp_bn_loss_and_grads(*args)
    assert_close(loss, right, {**list_losses(*args), SUMMED: 8 * right}, part="loss")


@task("mlp_bn_loss_and_grads", points=1)
def test_network_second(student, oracle, rng):
    """the gradients of W2 and b2"""
    params, X, labels = draw_net(rng, 5, 4, 6, 3)
    _, grads = ask(student, params, X, labels)
    _, right = oracle.mlp_bn_loss_and_grads(params, X, labels)
    for name in ("b2", "W2"):
        assert_gradient(grads[name], right[name], {TIMES_N: 5 * right[name]}, part=name)


@task("mlp_bn_loss_and_grads", points=1)
def test_network_absent(student, oracle, rng):
    """not every class need occur: the last may be missing, and all samples may be of one class"""
    params, X, every = draw_net(rng, 5, 4, 6, 3)
    for labels in (every % 2, 0 * every + 1):
        check_net(student, oracle, params, X, labels, "b2", "W2")


@task("mlp_bn_loss_and_grads", points=2)
def test_network_batchnorm(student, oracle, rng):
    """the gradients of gamma and beta"""
    args = draw_net(rng)
    _, grads = ask(student, *args)
    _, right = oracle.mlp_bn_loss_and_grads(*args)
    a_hat, douts = list_douts(*args)
    for name, factor in (("beta", 1), ("gamma", a_hat)):
        named = {text: (d * factor).sum(axis=0) for text, d in douts.items()}
        assert_gradient(grads[name], right[name], {**named, TIMES_N: 8 * right[name]}, part=name)


@task("mlp_bn_loss_and_grads", points=3)
def test_network_first(student, oracle, rng):
    """the gradient of W1, through all three paths of batch norm"""
    args = draw_net(rng)
    _, grads = ask(student, *args)
    right = oracle.mlp_bn_loss_and_grads(*args)[1]["W1"]
    assert_gradient(grads["W1"], right, {**list_first(*args), TIMES_N: 8 * right}, part="W1")


@task("mlp_bn_loss_and_grads", points=1)
def test_network_bias(student, oracle, rng):
    """b1's gradient is 0, up to rounding: batch norm subtracts whatever b1 adds"""
    args = draw_net(rng, 5, 3, 6, 4)
    _, grads = ask(student, *args)
    right = oracle.mlp_bn_loss_and_grads(*args)[1]["W1"]
    assert_gradient(grads["W1"], right, part="W1")
    largest, limit = np.abs(np.asarray(grads["b1"], dtype=float)).max(), 1e-5 * np.abs(right).max()
    assert_close(np.shape(grads["b1"]), (6,), part=say("shape of {name}", name="b1"))
    require(
        largest <= limit,
        say("b1: 0, up to {limit:.2g} (1e-5 of the largest entry of W1's gradient)", limit=limit),
        f"{largest:.4g}",
        "something is left of what b1 adds: the path through the mean takes all of it away",
    )


@task("mlp_bn_loss_and_grads", points=2)
def test_network_eps(student, oracle, rng):
    """batch norm's eps is 1e-5, which shows where W1 is small"""
    params, X, labels = draw_net(rng)
    params |= {"W1": 0.0006 * params["W1"], "b1": 0.0006 * params["b1"]}
    loss, grads = ask(student, params, X, labels)
    right_loss, right = oracle.mlp_bn_loss_and_grads(params, X, labels)
    a_hats = {eps: standardise(X @ params["W1"] + params["b1"], eps) for eps in (1e-30, 1e-8, 1e-6, 1e-3)}
    hidden = {eps: np.tanh(params["gamma"] * a_hat + params["beta"]) for eps, a_hat in a_hats.items()}
    losses = {eps: compute_loss(h @ params["W2"] + params["b2"], labels) for eps, h in hidden.items()}
    named = {say("batch norm runs with an eps of {eps:.0e} here", eps=eps): losses[eps] for eps in losses}
    assert_close(loss, right_loss, named, part="loss")
    assert_grads(grads, right, "W1", "gamma")


@task("mlp_bn_loss_and_grads", points=1)
def test_network_large(student, oracle, rng):
    """is finite for b2 of +-1000"""
    params, X, labels = draw_net(rng, 5, 3, 6, 4)
    params["b2"] = rng.permutation([1000.0, -1000.0, 0.0, 500.0])
    loss, grads = ask(student, params, X, labels)
    right_loss, right = oracle.mlp_bn_loss_and_grads(params, X, labels)
    # A loss near 1000 hides what the other parameters do to it: here it is finite and of that size.
    require(agrees(np.round(np.divide(loss, right_loss), 2), 1.0), "a loss near 1000", "another one, or none")
    assert_grads(grads, right, "b2", "W2")


@task("mlp_bn_loss_and_grads", points=1)
def test_network_integers(student, oracle, rng):
    """X and the parameters may be whole numbers, all of them or some"""
    drawn, _, labels = draw_net(rng)
    whole = {key: rng.integers(1, 3, size=np.shape(value)) for key, value in drawn.items()}
    X = rng.permuted([9 * np.arange(8) - 30] * 3, axis=1).T * [1, 2, 4]  # no sum of columns cancels
    for params in (whole, whole | {key: drawn[key] for key in ("b1", "gamma", "beta", "b2")}):
        check_net(student, oracle, params, X, labels, "W1", "W2")


@task("mlp_bn_loss_and_grads", points=1)
def test_network_bytes(student, oracle, rng):
    """X, labels and the parameters may be whole numbers of any type: 8 bits (images) do not hold X W1"""
    for kind, low, high in ((np.uint8, 0, 255), (np.int8, -128, 127)):
        n, k = 120, 5  # more samples times classes than 8 bits count to
        X = rng.permuted([np.linspace(low, high, n)] * 3, axis=1).T.astype(kind)
        params = {key: rng.integers(1, 4, size=np.shape(value)) for key, value in draw_net(rng, k=k)[0].items()}
        params |= {"W2": rng.permutation(np.eye(k)), "b2": rng.permutation(k) % 2}
        params = {key: value.astype(kind) for key, value in params.items()}
        check_net(student, oracle, params, X, rng.permutation(np.arange(n) % k).astype(kind), "W1", "W2", "gamma")


@task("mlp_bn_loss_and_grads", points=1)
def test_network_single(student, oracle, rng):
    """no axis is lost with one feature, one hidden unit, or one sample"""
    params, X, labels = draw_net(rng, 5, 1, 4, 3)
    check_net(student, oracle, params, 1e4 * X, labels, "gamma", "beta", "W2", "b2")
    check_net(student, oracle, *draw_clear_net(oracle, rng, 6, 3, 1, 2), "W1", "gamma", "beta", "W2", "b2")
    check_net(student, oracle, *draw_net(rng, 1, 3, 4, 2), "beta", "W2", "b2")


@task("mlp_bn_loss_and_grads", points=1)
def test_network_square(student, oracle, rng):
    """N, D, H and K may be equal, and W1 and W2 one array, of the same or another call"""
    params, X, labels = draw_net(rng, 4, 4, 4, 4)
    names = ("W1", "gamma", "beta", "W2", "b2")
    for _ in range(2):
        check_net(student, oracle, params, X, labels, *names)
        params, X, labels = draw_net(rng, 4, 4, 4, 4)
    tied = params | {"W1": params["W1"] / 3, "W2": params["W1"] / 3, "b1": params["b1"] / 3, "b2": params["b1"] / 3}
    W, b = shared(tied["W1"]), shared(tied["b1"])
    sent = tied | {"W1": W, "W2": W, "b1": b, "b2": b}, X, labels
    check_net(student, oracle, tied, X, labels, *names, sent=sent)


@task("mlp_bn_loss_and_grads", points=1)
def test_network_unchanged(student, oracle, rng):
    """leaves the parameters, X and labels as they are, which may be read-only or lie otherwise in memory"""
    args = draw_net(rng, 5, 3, 6, 4)
    answer = assert_unchanged(student.mlp_bn_loss_and_grads, *args)
    loss, grads = take(answer, "loss, grads", grads=is_dict)
    right_loss, right = oracle.mlp_bn_loss_and_grads(*args)
    assert_close(loss, right_loss, part="loss")
    assert_grads(take_grads(grads), right, "W1")
    for layout in ("read-only", "columns", "strided", "reversed"):
        check_net(student, oracle, *args, "W1", "W2", sent=laid_out(args, layout))
