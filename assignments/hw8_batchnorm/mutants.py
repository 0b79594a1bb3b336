"""Wrong solutions of hw8, one function <function>__<slug> each; its docstring is the diagnosis to be read."""

# ruff: noqa: F821 - a mutant stands behind the model solution, and what is right of it comes from there
import numpy as np

_TRAIN, _LAST = batchnorm_train, {}


def _finish(x_hat, std, x, gamma, beta, running_mean, running_var, momentum):
    """What batchnorm_train returns for this x_hat."""
    _, _, mean, var = _TRAIN(x, gamma, beta, running_mean, running_var, momentum)
    return gamma * x_hat + beta, (x_hat, std, gamma), mean, var


def _back(dout, cache, mean=1, variance=1, scaled=True):
    """The right gradients, or with paths missing."""
    x_hat, std, gamma = cache
    g = dout * gamma if scaled else dout
    dx = (g - mean * g.mean(axis=0) - variance * x_hat * (g * x_hat).mean(axis=0)) / std
    return dx, (dout * x_hat).sum(axis=0), dout.sum(axis=0)


def _network(params, X, labels, slope=lambda h: 1 - h**2, back=_back, eps=1e-5, classes=0):
    """The right network, or with another slope of tanh, another way back through batch norm, another eps or K."""
    W1, b1, gamma, beta, W2, b2 = (np.asarray(params[key]) for key in ("W1", "b1", "gamma", "beta", "W2", "b2"))
    out, cache, _, _ = _TRAIN(X @ W1 + b1, gamma, beta, 0 * b1, 0 * b1, eps=eps)
    h = np.tanh(out)
    p, loss = _softmax(h @ W2 + b2, labels)
    dz = (p - np.eye(classes or len(b2))[labels]) / len(X)
    da, dgamma, dbeta = back(dz @ W2.T * slope(h), cache)
    return loss, {"W1": X.T @ da, "b1": da.sum(axis=0), "gamma": dgamma, "beta": dbeta, "W2": h.T @ dz, "b2": dz.sum(0)}


def _softmax(z, labels):
    """Probabilities and the mean cross-entropy."""
    log_p = z - np.logaddexp.reduce(z, axis=1, keepdims=True)
    return np.exp(log_p), -log_p[np.arange(len(z)), labels].mean()


def batchnorm_train__per_sample(x, gamma, beta, running_mean, running_var, momentum=0.9, eps=1e-5):
    """Mean and variance run over each sample (axis 1), which is layer normalisation; here they run over the batch.
    Likely: axis 1"""
    std = np.sqrt(np.var(x, axis=1, keepdims=True) + eps)
    x_hat = (x - np.mean(x, axis=1, keepdims=True)) / std
    return _finish(x_hat, std, x, gamma, beta, running_mean, running_var, momentum)


def batchnorm_train__whole_array(x, gamma, beta, running_mean, running_var, momentum=0.9, eps=1e-5):
    """One mean and one variance are taken of the whole array; each feature has its own.
    Likely: whole array"""
    std = np.sqrt(np.var(x) + eps)
    return _finish((x - np.mean(x)) / std, std, x, gamma, beta, running_mean, running_var, momentum)


def batchnorm_train__eps_outside(x, gamma, beta, running_mean, running_var, momentum=0.9, eps=1e-5):
    """eps is added to the standard deviation; it belongs to the variance, inside the root.
    Likely: eps is outside"""
    std = np.std(x, axis=0) + eps
    return _finish((x - np.mean(x, axis=0)) / std, std, x, gamma, beta, running_mean, running_var, momentum)


def batchnorm_train__eps_missing(x, gamma, beta, running_mean, running_var, momentum=0.9, eps=1e-5):
    """eps is missing, so that a feature that is the same in all samples gives 0 / 0.
    Likely: eps is missing|nan comes from"""
    std = np.std(x, axis=0)
    return _finish((x - np.mean(x, axis=0)) / std, std, x, gamma, beta, running_mean, running_var, momentum)


def batchnorm_train__own_eps(x, gamma, beta, running_mean, running_var, momentum=0.9, eps=1e-5):
    """eps is always 1e-5; the one that is passed in is not used.
    Likely: not the one that is asked for"""
    return _TRAIN(x, gamma, beta, running_mean, running_var, momentum, 1e-5)


def batchnorm_train__unbiased(x, gamma, beta, running_mean, running_var, momentum=0.9, eps=1e-5):
    """The batch is normalised with the variance divided by N - 1; it is divided by N.
    Likely: N - 1"""
    std = np.sqrt(np.var(x, axis=0, ddof=1) + eps)
    return _finish((x - np.mean(x, axis=0)) / std, std, x, gamma, beta, running_mean, running_var, momentum)


def batchnorm_train__scaled_first(x, gamma, beta, running_mean, running_var, momentum=0.9, eps=1e-5):
    """gamma and beta come before the normalisation, which takes them away again; they come last.
    Likely: before it is normalised"""
    _, _, mean, var = _TRAIN(x, gamma, beta, running_mean, running_var, momentum, eps)
    ones = np.ones(np.shape(x)[1])
    return *_TRAIN(gamma * x + beta, ones, 0 * ones, 0, 0, 0, eps)[:2], mean, var


def batchnorm_train__running_used(x, gamma, beta, running_mean, running_var, momentum=0.9, eps=1e-5):
    """The running statistics are used for the output; in training it is the batch's own.
    Likely: running statistics"""
    std = np.sqrt(running_var + eps)
    return _finish((x - running_mean) / std, std, x, gamma, beta, running_mean, running_var, momentum)


def batchnorm_train__decimals_cut(x, gamma, beta, running_mean, running_var, momentum=0.9, eps=1e-5):
    """x_hat is stored in an array like x, which cuts off the decimals where x holds whole numbers.
    Likely: decimals"""
    std, x_hat = np.sqrt(np.var(x, axis=0) + eps), np.zeros_like(x)
    x_hat[...] = (x - np.mean(x, axis=0)) / std
    return _finish(x_hat, std, x, gamma, beta, running_mean, running_var, momentum)


def batchnorm_train__momentum_swapped(x, gamma, beta, running_mean, running_var, momentum=0.9, eps=1e-5):
    """Momentum and 1 - momentum have changed places (torch's momentum of 0.1 is our 0.9).
    Likely: changed places"""
    return _TRAIN(x, gamma, beta, running_mean, running_var, 1 - momentum, eps)


def batchnorm_train__first_taken(x, gamma, beta, running_mean, running_var, momentum=0.9, eps=1e-5):
    """Running statistics of 0 and 1 are replaced by the batch's; every call blends, the first one, too.
    Likely: every call blends"""
    fresh = np.all(running_mean == 0) and np.all(running_var == 1)
    return _TRAIN(x, gamma, beta, running_mean, running_var, 0 if fresh else momentum, eps)


def batchnorm_train__running_unbiased(x, gamma, beta, running_mean, running_var, momentum=0.9, eps=1e-5):
    """The variance that goes into running_var is divided by N - 1 (as in torch); here it is divided by N.
    Likely: N - 1"""
    out, cache, mean, _ = _TRAIN(x, gamma, beta, running_mean, running_var, momentum, eps)
    return out, cache, mean, momentum * running_var + (1 - momentum) * np.var(x, axis=0, ddof=1)


def batchnorm_train__not_blended(x, gamma, beta, running_mean, running_var, momentum=0.9, eps=1e-5):
    """The running statistics come back as they were: nothing of the batch has come in.
    Likely: nothing of the batch"""
    return *_TRAIN(x, gamma, beta, running_mean, running_var, momentum, eps)[:2], running_mean, running_var


def batchnorm_train__running_in_place(x, gamma, beta, running_mean, running_var, momentum=0.9, eps=1e-5):
    """The new running mean is written into the caller's own array.
    Likely: operation in place"""
    out, cache, mean, var = _TRAIN(x, gamma, beta, running_mean, running_var, momentum, eps)
    running_mean[...] = mean
    return out, cache, mean, var


def batchnorm_train__axis_lost(x, gamma, beta, running_mean, running_var, momentum=0.9, eps=1e-5):
    """A sample that is alone loses its axis: (1, D) becomes (D,).
    Likely: axis is lost"""
    out, *rest = _TRAIN(x, gamma, beta, running_mean, running_var, momentum, eps)
    return out[0] if len(out) == 1 else out, *rest


def batchnorm_train__feature_lost(x, gamma, beta, running_mean, running_var, momentum=0.9, eps=1e-5):
    """A feature that is alone loses its axis: the running statistics are single numbers.
    Likely: axis is lost"""
    out, cache, mean, var = _TRAIN(x, gamma, beta, running_mean, running_var, momentum, eps)
    return out, cache, np.squeeze(mean), np.squeeze(var)


def batchnorm_train__one_sample(x, gamma, beta, running_mean, running_var, momentum=0.9, eps=1e-5):
    """A single sample is normalised with the running statistics; in training it is its own batch.
    Likely: running statistics"""
    if len(x) == 1:
        return _finish((x - running_mean) / np.sqrt(running_var + eps), 1, x, gamma, beta, running_mean, running_var, 1)
    return _TRAIN(x, gamma, beta, running_mean, running_var, momentum, eps)


def batchnorm_train__momentum_of_zero(x, gamma, beta, running_mean, running_var, momentum=0.9, eps=1e-5):
    """`momentum or 0.9` takes a momentum of 0 for none at all.
    Likely: another momentum"""
    return _TRAIN(x, gamma, beta, running_mean, running_var, momentum or 0.9, eps)


def batchnorm_train__eps_of_zero(x, gamma, beta, running_mean, running_var, momentum=0.9, eps=1e-5):
    """`eps or 1e-5` takes an eps of 0 for none at all.
    Likely: not with the one that is passed in"""
    return _TRAIN(x, gamma, beta, running_mean, running_var, momentum, eps or 1e-5)


def batchnorm_train__limited(x, gamma, beta, running_mean, running_var, momentum=0.9, eps=1e-5):
    """x_hat is limited to -10 .. 10; by the formula an outlier is as far away as it is.
    Likely: is limited"""
    x_hat, std, _ = _TRAIN(x, gamma, beta, running_mean, running_var, momentum, eps)[1]
    return _finish(np.clip(x_hat, -10, 10), std, x, gamma, beta, running_mean, running_var, momentum)


def batchnorm_train__squares_in_bytes(x, gamma, beta, running_mean, running_var, momentum=0.9, eps=1e-5):
    """x * x is computed in the type of x: 8 bits (images) hold no square above 255."""
    std = np.sqrt(np.abs(np.mean(x * x, axis=0) - np.mean(x, axis=0) ** 2) + eps)
    return _finish((x - np.mean(x, axis=0)) / std, std, x, gamma, beta, running_mean, running_var, momentum)


def batchnorm_train__x_hat_of_out(x, gamma, beta, running_mean, running_var, momentum=0.9, eps=1e-5):
    """x_hat is recovered from out, (out - beta) / gamma, which fails where gamma is 0.
    Likely: nan comes from"""
    out, (_, std, gamma), mean, var = _TRAIN(x, gamma, beta, running_mean, running_var, momentum, eps)
    with np.errstate(all="ignore"):
        return out, ((out - beta) / gamma, std, gamma), mean, var


def batchnorm_train__written_and_restored(x, gamma, beta, running_mean, running_var, momentum=0.9, eps=1e-5):
    """The caller's x is centred in place and restored at the end: it is written to, even if no change is left.
    Likely: operation in place"""
    before = np.array(x)
    x -= np.mean(x, axis=0).astype(x.dtype)
    x[...] = before
    return _TRAIN(x, gamma, beta, running_mean, running_var, momentum, eps)


def batchnorm_backward__in_bytes(dout, cache):
    """gamma * dout is computed in the type of both: 8 bits hold no product above 255."""
    x_hat, std, gamma = cache
    g = dout * gamma.astype(dout.dtype)
    dx = (g - g.mean(axis=0) - x_hat * (g * x_hat).mean(axis=0)) / std
    return dx, (dout * x_hat).sum(axis=0), dout.sum(axis=0)


def batchnorm_backward__feature_lost(dout, cache):
    """A feature that is alone loses its axis: dx is (N,) and not (N, 1)."""
    dx, dgamma, dbeta = _back(dout, cache)
    return dx[:, 0] if dx.shape[1] == 1 else dx, dgamma, dbeta


def batchnorm_backward__zeros(dout, cache):
    """Nothing flows back: all gradients are 0.
    Likely: every entry of yours is 0"""
    return np.zeros(dout.shape), np.zeros(dout.shape[1]), np.zeros(dout.shape[1])


def batchnorm_backward__constants(dout, cache):
    """Mean and variance are treated as constants; both depend on x, and two more paths lead through them.
    Likely: as if both were constants|is missing, and the one through the variance, too"""
    return _back(dout, cache, mean=0, variance=0)


def batchnorm_backward__no_mean_path(dout, cache):
    """The path through the mean is missing: the columns of dx do not sum to 0.
    Likely: path through the mean is missing"""
    return _back(dout, cache, mean=0)


def batchnorm_backward__no_variance_path(dout, cache):
    """The path through the variance is missing: every x moves the spread of its column, and with it all of x_hat.
    Likely: path through the variance is missing"""
    return _back(dout, cache, variance=0)


def batchnorm_backward__no_gamma(dout, cache):
    """gamma is missing in dx: dout reaches x_hat through it.
    Likely: gamma is missing"""
    return _back(dout, cache, scaled=False)


def batchnorm_backward__sums(dout, cache):
    """The 1/N of the mean and of the variance is missing: sums stand where means belong.
    Likely: 1/N is missing"""
    return _back(dout, cache, mean=len(dout), variance=len(dout))


def batchnorm_backward__averaged(dout, cache):
    """dgamma and dbeta are means over the batch; they are sums, for the loss has its 1/N already.
    Likely: 1/\\d times|multiple"""
    dx, dgamma, dbeta = _back(dout, cache)
    return dx, dgamma / len(dout), dbeta / len(dout)


def batchnorm_backward__not_summed(dout, cache):
    """dgamma and dbeta have a row for each sample; the sum over the batch is missing.
    Likely: sum over axis 0 is missing"""
    return _back(dout, cache)[0], dout * cache[0], np.array(dout)


def batchnorm_backward__swapped(dout, cache):
    """dgamma and dbeta have changed places.
    Likely: this is dbeta"""
    dx, dgamma, dbeta = _back(dout, cache)
    return dx, dbeta, dgamma


def batchnorm_backward__transposed(dout, cache):
    """dx is transposed: it has features as rows.
    Likely: transpose"""
    dx, dgamma, dbeta = _back(dout, cache)
    return dx.T, dgamma, dbeta


def batchnorm_backward__dout_in_place(dout, cache):
    """dout *= gamma writes into the caller's own array.
    Likely: operation in place"""
    gradients = _back(dout, cache)
    dout[...] = dout * cache[2]
    return gradients


def batchnorm_train__one_cache(x, gamma, beta, running_mean, running_var, momentum=0.9, eps=1e-5):
    """The cache is a global variable: a second call of batchnorm_train overwrites the first one's.
    Likely: another call's cache"""
    out, _LAST["cache"], mean, var = _TRAIN(x, gamma, beta, running_mean, running_var, momentum, eps)
    return out, None, mean, var


def batchnorm_backward__one_cache(dout, cache):
    """The cache is a global variable: a second call of batchnorm_train overwrites the first one's."""
    return _back(dout, _LAST["cache"])


def batchnorm_eval__of_the_batch(x, gamma, beta, running_mean, running_var, eps=1e-5):
    """The batch's own statistics are used, as in training: what a sample gives depends on its neighbours.
    Likely: batch's own statistics"""
    return _TRAIN(x, gamma, beta, running_mean, running_var, eps=eps)[0]


def batchnorm_eval__no_root(x, gamma, beta, running_mean, running_var, eps=1e-5):
    """The difference is divided by the running variance; its root is missing.
    Likely: root is missing"""
    return gamma * (x - running_mean) / (running_var + eps) + beta


def batchnorm_eval__still_blending(x, gamma, beta, running_mean, running_var, eps=1e-5):
    """The caller's running mean is still being updated; once training is over it stays as it is.
    Likely: operation in place|8 bits"""
    out = gamma * (x - running_mean) / np.sqrt(running_var + eps) + beta
    running_mean[...] = 0.9 * running_mean + 0.1 * np.mean(x, axis=0)
    return out


def batchnorm_eval__difference_in_bytes(x, gamma, beta, running_mean, running_var, eps=1e-5):
    """x - running_mean is computed in the type of both: 8 bits hold no number below 0.
    Likely: 8 bits"""
    return gamma * (x - running_mean) / np.sqrt(running_var + eps) + beta


def batchnorm_eval__variance_of_zero(x, gamma, beta, running_mean, running_var, eps=1e-5):
    """A running variance of 0 is replaced by 1; eps is there for it."""
    std = np.sqrt(np.where(running_var == 0, 1.0, running_var) + eps)
    return gamma * (np.asarray(x, float) - running_mean) / std + beta


def batchnorm_eval__row_lost(x, gamma, beta, running_mean, running_var, eps=1e-5):
    """A sample that is alone loses its axis: (1, D) becomes (D,).
    Likely: axis is lost"""
    out = gamma * (np.asarray(x, float) - running_mean) / np.sqrt(running_var + eps) + beta
    return out[0] if len(out) == 1 else out


def identity_parameters__square_in_bytes(x, eps=1e-5):
    """x * x is computed in the type of x: 8 bits (images) hold no square above 255."""
    return np.sqrt(np.abs(np.mean(x * x, axis=0) - np.mean(x, axis=0) ** 2) + eps), np.mean(x, axis=0)


def identity_parameters__eps_forgotten(x, eps=1e-5):
    """gamma is the standard deviation without eps; batch norm divides by the root of var + eps.
    Likely: without eps"""
    return np.std(x, axis=0), np.mean(x, axis=0)


def identity_parameters__inverse(x, eps=1e-5):
    """gamma is one over what batch norm divides by: it divides a second time and does not undo the first.
    Likely: one over"""
    return 1 / np.sqrt(np.var(x, axis=0) + eps), np.mean(x, axis=0)


def mlp_bn_loss_and_grads__share_missing(params, X, labels):
    """The gradients lack the 1/N of the mean loss.
    Likely: 1/N of the mean is missing"""
    loss, grads = _network(params, X, labels)
    return loss, {name: gradient * len(X) for name, gradient in grads.items()}


def mlp_bn_loss_and_grads__grads_first(params, X, labels):
    """The gradients are returned first and the loss second.
    Likely: changed places"""
    return _network(params, X, labels)[::-1]


def mlp_bn_loss_and_grads__without_b1(params, X, labels):
    """The dict lacks the gradient of b1.
    Likely: under the same name"""
    loss, grads = _network(params, X, labels)
    return loss, {name: gradient for name, gradient in grads.items() if name != "b1"}


def mlp_bn_loss_and_grads__frozen_statistics(params, X, labels):
    """On the way back batch norm's mean and variance are taken for constants.
    Likely: the mean and the variance are missing"""
    return _network(params, X, labels, back=lambda dout, cache: _back(dout, cache, 0, 0))


def mlp_bn_loss_and_grads__skipped_back(params, X, labels):
    """On the way back batch norm is left out: W1's gradient comes straight from tanh's.
    Likely: missing on the way back"""
    return _network(params, X, labels, back=lambda dout, cache: (dout, *_back(dout, cache)[1:]))


def mlp_bn_loss_and_grads__no_slope(params, X, labels):
    """The slope of tanh, 1 - h^2, is missing on the way back.
    Likely: slope of tanh is missing"""
    return _network(params, X, labels, slope=np.ones_like)


def mlp_bn_loss_and_grads__after_tanh(params, X, labels):
    """Batch norm comes after tanh; it stands between the linear layer and tanh.
    Likely: comes after tanh"""
    t = np.tanh(X @ params["W1"] + params["b1"])
    h = _TRAIN(t, params["gamma"], params["beta"], 0, 0)[0]
    return _softmax(h @ params["W2"] + params["b2"], labels)[1], _network(params, X, labels)[1]


def mlp_bn_loss_and_grads__bias_of_beta(params, X, labels):
    """b1's gradient is that of beta; but batch norm takes away whatever b1 adds.
    Likely: what b1 adds"""
    loss, grads = _network(params, X, labels)
    return loss, grads | {"b1": grads["beta"]}


def mlp_bn_loss_and_grads__small_eps(params, X, labels):
    """Batch norm runs with an eps of 1e-8; it is 1e-5 here.
    Likely: an eps of 1e-08"""
    return _network(params, X, labels, eps=1e-8)


def mlp_bn_loss_and_grads__largest_label(params, X, labels):
    """The number of classes is taken from the largest label; it is the length of b2: the last class may be missing.
    Likely: shape"""
    return _network(params, X, labels, classes=np.max(labels) + 1)


def mlp_bn_loss_and_grads__bytes(params, X, labels):
    """X @ W1 is computed in the type of both: 8 bits (images) are too few for the sum."""
    first = {"W1": np.eye(len(params["b1"])), "b1": 0 * params["b1"]}
    loss, _ = _network(params | first, X @ params["W1"], labels)
    return loss, _network(params, np.asarray(X, float), labels)[1]


def mlp_bn_loss_and_grads__not_transposed(params, X, labels):
    """Where W2 is square, the gradient goes back through W2 itself: W2 is not transposed."""
    loss, grads = _network(params, X, labels)
    if len(set(params["W2"].shape)) == 1:
        h = np.linalg.lstsq(params["W2"].T, params["W2"], rcond=None)[0]
        other = _network(params, X, labels, back=lambda dout, cache: _back(dout @ h.T, cache))[1]
        grads |= {name: other[name] for name in ("W1", "b1", "gamma", "beta")}
    return loss, grads


def mlp_bn_loss_and_grads__one_array(params, X, labels):
    """Where W1 and W2 are one array, their gradients are added up; each was asked for by itself."""
    loss, grads = _network(params, X, labels)
    if params["W1"] is params["W2"]:
        grads["W1"] = grads["W2"] = grads["W1"] + grads["W2"]
    return loss, grads


def mlp_bn_loss_and_grads__one_class(params, X, labels):
    """Where all samples are of one class the loss is taken for 0."""
    loss, grads = _network(params, X, labels)
    return loss if len(set(labels.tolist())) > 1 else 0.0, grads


def mlp_bn_loss_and_grads__added_in_place(params, X, labels):
    """Where X and W1 hold whole numbers, so does X @ W1, to which fractions cannot be added in place.
    Likely: whole numbers"""
    linear = X @ params["W1"]
    linear += params["b1"]
    return _network(params, X, labels)


def mlp_bn_loss_and_grads__updates(params, X, labels):
    """The parameters are changed by a step of gradient descent; only the gradients were asked for.
    Likely: operation in place"""
    loss, grads = _network(params, X, labels)
    params |= {name: params[name] - 0.1 * gradient for name, gradient in grads.items()}
    return loss, grads


EQUIVALENT = {
    "mlp_bn_loss_and_grads: linear = X @ W1 + b1 -> linear = X @ W1 - b1": "batch norm takes away whatever b1 adds",
    "mlp_bn_loss_and_grads: np.logaddexp.reduce(logits, axis=1, keepdims=True)"
    " -> np.logaddexp.reduce(logits, axis=-1, keepdims=True)": "logits have two axes: the last one is axis 1",
}
