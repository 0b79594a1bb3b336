"""Almost right solutions of hw6: whatever they earn, they must earn under every seed, check by check."""

# ruff: noqa: F821 - the solution's functions are there when one of these runs

import math

import numpy as np


def _float(x):
    return np.asarray(x, dtype=float)


def _take_softmax(z):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def softmax_cross_entropy_forward__eps_7(z, labels):
    """1e-7 is added to the probabilities."""
    p, truth = _take_softmax(_float(z)), np.eye(z.shape[1])[labels]
    return -np.mean(np.log((p * truth).sum(axis=1) + 1e-7)), (p, truth)


def softmax_cross_entropy_forward__eps_12(z, labels):
    """1e-12 is added to the probabilities."""
    p, truth = _take_softmax(_float(z)), np.eye(z.shape[1])[labels]
    return -np.mean(np.log((p * truth).sum(axis=1) + 1e-12)), (p, truth)


def softmax_cross_entropy_forward__kept_inside(z, labels):
    """The probabilities are kept between 1e-7 and 1 - 1e-7, in the gradient as well."""
    p, truth = np.clip(_take_softmax(_float(z)), 1e-7, 1 - 1e-7), np.eye(z.shape[1])[labels]
    return -np.mean(np.log((p * truth).sum(axis=1))), (p, truth)


def softmax_cross_entropy_forward__naive(z, labels):
    """The exponentials are taken without a shift."""
    e = np.exp(_float(z))
    p, truth = e / e.sum(axis=1, keepdims=True), np.eye(z.shape[1])[labels]
    return -np.mean(np.log((p * truth).sum(axis=1))), (p, truth)


def sigmoid_forward__naive(x):
    """The value comes from exp(x) / (1 + exp(x)), which is nan from 710 on."""
    e = np.exp(_float(x))
    return e / (1 + e), e / (1 + e)


def sigmoid_forward__clip_30(x):
    """x is clipped at 30."""
    out = 1 / (1 + np.exp(-np.clip(_float(x), -30, 30)))
    return out, out


def tanh_forward__clip_30(x):
    """x is clipped at 30."""
    out = np.tanh(np.clip(_float(x), -30, 30))
    return out, out


def sigmoid_forward__clip_500(x):
    """x is clipped at 500."""
    out = 1 / (1 + np.exp(-np.clip(_float(x), -500, 500)))
    return out, out


def linear_forward__rounded(x, W, b):
    """The result is rounded to float32."""
    x, W = _float(x), _float(W)
    return np.float32(x @ W + b), (x, W)


def linear_backward__rounded(dout, cache):
    """The result is rounded to float32."""
    x, W = cache
    dout = _float(dout)
    return np.float32(dout @ W.T), np.float32(x.T @ dout), np.float32(dout.sum(axis=0))


def softmax_cross_entropy_backward__rounded(cache):
    """The result is rounded to float32."""
    p, truth = cache
    return np.float32((p - truth) / len(p))


def linear_forward__single(x, W, b):
    """Everything is computed in float32."""
    x, W = np.float32(x), np.float32(W)
    return x @ W + np.float32(b), (x, W)


def linear_backward__single(dout, cache):
    """Everything is computed in float32."""
    x, W = cache
    dout = np.float32(dout)
    return dout @ W.T, x.T @ dout, dout.sum(axis=0)


def tanh_forward__single(x):
    """Everything is computed in float32."""
    out = np.tanh(np.float32(x))
    return out, out


def sigmoid_forward__single(x):
    """Everything is computed in float32, with the half tanh, which has few digits left far below 0."""
    out = (1 + np.tanh(np.float32(x) / 2)) / 2
    return out, out


def softmax_cross_entropy_forward__single(z, labels):
    """Everything is computed in float32, and the logarithm is taken of the probability."""
    p, truth = _take_softmax(np.float32(z)), np.eye(z.shape[1], dtype=np.float32)[labels]
    return -np.log(np.maximum((p * truth).sum(axis=1), np.float32(1e-38))).mean(), (p, truth)


def linear_backward__sums(dout, cache):
    """The sums over the samples are taken in another order, without a rounding in between."""
    (x, W), dout = cache, _float(dout)
    db = [math.fsum(column[::-1]) for column in dout.T]
    return dout @ W.T, x[::-1].T @ dout[::-1], np.array(db)


def softmax_cross_entropy_forward__sums(z, labels):
    """The mean is taken in another order, without a rounding in between."""
    z = _float(z)
    p, truth = _take_softmax(z), np.eye(z.shape[1])[labels]
    losses = np.logaddexp.reduce(z, axis=1) - z[np.arange(len(z)), labels]
    return math.fsum(losses[::-1]) / len(z), (p, truth)


def tanh_forward__measured(x):
    """The slope is a central difference with h = 1e-5, for all entries at once."""
    x, h = _float(x), 1e-5
    return np.tanh(x), (np.tanh(x + h) - np.tanh(x - h)) / (2 * h)


def tanh_backward__measured(dout, cache):
    """The slope is a central difference with h = 1e-5, for all entries at once."""
    return dout * cache


def gradient_norms__eps_20(params, X, labels, activation):
    """1e-20 is added below the root."""
    return [np.sqrt(np.sum(dW**2) + 1e-20) for dW, _ in mlp_loss_and_grads(params, X, labels, activation)[1]]
