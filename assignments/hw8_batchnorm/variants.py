"""Right solutions of hw8, written differently: the functions of one slug make one variant. Each keeps full marks."""

# ruff: noqa: F821 - a variant stands behind the model solution and may call its functions
import math

import numpy as np


def _column(rows, j):
    """Column j as plain numbers."""
    return [float(row[j]) for row in rows]


def _matmul(A, B):
    """A B with loops."""
    return [[sum(a * b for a, b in zip(row, _column(B, j), strict=True)) for j in range(len(B[0]))] for row in A]


def _transpose(A):
    return [list(column) for column in zip(*A, strict=True)]


def batchnorm_train__loops(x, gamma, beta, running_mean, running_var, momentum=0.9, eps=1e-5):
    """Loops over features and samples; lists come back."""
    n, d = len(x), len(x[0])
    out, x_hat, stds = [[0.0] * d for _ in range(n)], [[0.0] * d for _ in range(n)], []
    means, variances = [], []
    for j in range(d):
        mean = sum(_column(x, j)) / n
        var = sum((value - mean) ** 2 for value in _column(x, j)) / n
        stds.append(math.sqrt(var + eps))
        for i in range(n):
            x_hat[i][j] = (float(x[i][j]) - mean) / stds[j]
            out[i][j] = float(gamma[j]) * x_hat[i][j] + float(beta[j])
        means.append(momentum * float(running_mean[j]) + (1 - momentum) * mean)
        variances.append(momentum * float(running_var[j]) + (1 - momentum) * var)
    return out, {"x_hat": x_hat, "std": stds, "gamma": [float(g) for g in gamma]}, means, variances


def batchnorm_backward__loops(dout, cache):
    """The three paths, one after another."""
    n, d, x_hat = len(dout), len(dout[0]), cache["x_hat"]
    dx = [[0.0] * d for _ in range(n)]
    dgamma, dbeta = [0.0] * d, [0.0] * d
    for j in range(d):
        std = cache["std"][j]
        g = [float(dout[i][j]) * cache["gamma"][j] for i in range(n)]
        dvar = sum(g[i] * x_hat[i][j] for i in range(n)) * -0.5 / std**2
        dmean = -sum(g) / std
        for i in range(n):
            dx[i][j] = g[i] / std + dvar * 2 * x_hat[i][j] * std / n + dmean / n
            dgamma[j] += float(dout[i][j]) * x_hat[i][j]
            dbeta[j] += float(dout[i][j])
    return dx, dgamma, dbeta


def batchnorm_eval__loops(x, gamma, beta, running_mean, running_var, eps=1e-5):
    """A comprehension over samples and features."""
    return [
        [
            float(gamma[j]) * (float(row[j]) - float(running_mean[j])) / math.sqrt(running_var[j] + eps)
            + float(beta[j])
            for j in range(len(row))
        ]
        for row in x
    ]


def identity_parameters__loops(x, eps=1e-5):
    """One feature after another."""
    gamma, beta = [], []
    for j in range(len(x[0])):
        mean = sum(_column(x, j)) / len(x)
        gamma.append((sum((value - mean) ** 2 for value in _column(x, j)) / len(x) + eps) ** 0.5)
        beta.append(mean)
    return gamma, beta


def mlp_bn_loss_and_grads__loops(params, X, labels):
    """Nested lists all the way."""
    W1, b1, W2, b2 = params["W1"], params["b1"], params["W2"], params["b2"]
    n, width = len(X), len(b1)
    a = [[value + float(b) for value, b in zip(row, b1, strict=True)] for row in _matmul(X.tolist(), W1.tolist())]
    statistics = [0.0] * width
    out, cache, _, _ = batchnorm_train__loops(a, params["gamma"], params["beta"], statistics, statistics)
    h = [[math.tanh(value) for value in row] for row in out]
    loss, dz = 0.0, []
    for row, label in zip(_matmul(h, W2.tolist()), labels, strict=True):
        z = [value + float(b) for value, b in zip(row, b2, strict=True)]
        total = sum(math.exp(value - max(z)) for value in z)
        loss -= (z[label] - max(z) - math.log(total)) / n
        dz.append([(math.exp(value - max(z)) / total - (k == label)) / n for k, value in enumerate(z)])
    dh = _matmul(dz, _transpose(W2.tolist()))
    dout = [[dh[i][j] * (1 - h[i][j] ** 2) for j in range(width)] for i in range(n)]
    da, dgamma, dbeta = batchnorm_backward__loops(dout, cache)
    return loss, {
        "b2": [sum(column) for column in _transpose(dz)],
        "W2": _matmul(_transpose(h), dz),
        "beta": dbeta,
        "gamma": dgamma,
        "b1": [sum(column) for column in _transpose(da)],
        "W1": _matmul(_transpose(X.tolist()), da),
        "more": "keys",
    }


def batchnorm_train__float32(x, gamma, beta, running_mean, running_var, momentum=0.9, eps=1e-5):
    """Single precision."""
    x, gamma, beta, old_mean, old_var = (np.float32(a) for a in (x, gamma, beta, running_mean, running_var))
    momentum, eps = np.float32(momentum), np.float32(eps)
    mean, var = x.mean(axis=0), x.var(axis=0)
    x_hat = (x - mean) / np.sqrt(var + eps)
    cache = x_hat, np.sqrt(var + eps), gamma
    blend = momentum * old_mean + (1 - momentum) * mean, momentum * old_var + (1 - momentum) * var
    return gamma * x_hat + beta, cache, *blend


def batchnorm_backward__float32(dout, cache):
    """Single precision."""
    x_hat, std, gamma = cache
    g = np.float32(dout) * gamma
    dx = (g - g.mean(axis=0) - x_hat * (g * x_hat).mean(axis=0)) / std
    return dx, (np.float32(dout) * x_hat).sum(axis=0), np.float32(dout).sum(axis=0)


def batchnorm_eval__float32(x, gamma, beta, running_mean, running_var, eps=1e-5):
    """Single precision."""
    x, gamma, beta, mean, var = (np.float32(a) for a in (x, gamma, beta, running_mean, running_var))
    return (x - mean) / np.sqrt(var + np.float32(eps)) * gamma + beta


def identity_parameters__float32(x, eps=1e-5):
    """Single precision."""
    return np.sqrt(np.var(np.float32(x), axis=0) + np.float32(eps)), np.mean(np.float32(x), axis=0)


def mlp_bn_loss_and_grads__float32(params, X, labels):
    """Single precision."""
    p, X = {name: np.float32(value) for name, value in params.items()}, np.float32(X)
    out, cache, _, _ = batchnorm_train__float32(X @ p["W1"] + p["b1"], p["gamma"], p["beta"], 0, 0)
    h = np.tanh(out)
    z = h @ p["W2"] + p["b2"]
    z = z - z.max(axis=1, keepdims=True)
    log_p = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
    truth = np.eye(z.shape[1], dtype=np.float32)[labels]
    dz = (np.exp(log_p) - truth) / np.float32(len(X))
    da, dgamma, dbeta = batchnorm_backward__float32(dz @ p["W2"].T * (1 - h * h), cache)
    grads = {"W1": X.T @ da, "b1": da.sum(0), "gamma": dgamma, "beta": dbeta, "W2": h.T @ dz, "b2": dz.sum(0)}
    return -(truth * log_p).sum() / np.float32(len(X)), grads


def batchnorm_train__lists(x, gamma, beta, running_mean, running_var, momentum=0.9, eps=1e-5):
    """Lists and a list for the tuple; the cache is a function."""
    x_hat = (x - np.average(x, axis=0)) * (np.var(x, axis=0) + eps) ** -0.5
    mean = np.average([running_mean, np.average(x, axis=0)], axis=0, weights=[momentum, 1 - momentum])
    var = np.average([running_var, np.var(x, axis=0)], axis=0, weights=[momentum, 1 - momentum])

    def backward(dout):
        g = np.multiply(dout, gamma, dtype=float)
        dx = (g - g.mean(axis=0) - x_hat * (g * x_hat).mean(axis=0)) * (np.var(x, axis=0) + eps) ** -0.5
        return [dx.tolist(), np.einsum("nd,nd->d", dout, x_hat).tolist(), np.ones(len(x)) @ dout]

    return [(gamma * x_hat + beta).tolist(), backward, mean.tolist(), tuple(var.tolist())]


def batchnorm_backward__lists(dout, cache):
    """Ask the closure."""
    return cache(dout)


def batchnorm_eval__lists(x, gamma, beta, running_mean, running_var, eps=1e-5):
    """As a straight line: slope times x plus intercept; tuples come back."""
    slope = gamma / (running_var + eps) ** 0.5
    return tuple(tuple(row) for row in (slope * x + (beta - slope * running_mean)).tolist())


def identity_parameters__lists(x, eps=1e-5):
    """A list of two lists."""
    return [((np.var(x, axis=0) + eps) ** 0.5).tolist(), np.average(x, axis=0).tolist()]


def mlp_bn_loss_and_grads__lists(params, X, labels):
    """The loss in a list of one, the gradients as lists."""
    W2 = np.array(params["W2"])
    a = X.astype(float) @ params["W1"] + params["b1"]
    out, backward, _, _ = batchnorm_train__lists(a, params["gamma"], params["beta"], 0 * a[0], 0 * a[0])
    h = np.tanh(out)
    z = h @ W2 + params["b2"]
    p = np.exp(z - z.max(axis=1)[:, None])
    p /= p.sum(axis=1)[:, None]
    loss = np.logaddexp.reduce(z, axis=1) - np.choose(labels, z.T)
    p[range(len(X)), labels] -= 1
    da, dgamma, dbeta = backward(p / len(X) @ W2.T / np.cosh(out) ** 2)
    grads = {"W1": X.T @ da, "b1": np.sum(da, axis=0), "W2": h.T @ p / len(X), "b2": p.mean(axis=0)}
    return [np.mean(loss).tolist()], {name: g.tolist() for name, g in grads.items()} | {"gamma": dgamma, "beta": dbeta}


def batchnorm_train__rows(x, gamma, beta, running_mean, running_var, momentum=0.9, eps=1e-5):
    """Everything that belongs to the features is kept as a row (1, D); the variance is E[x^2] - E[x]^2."""
    gamma, beta = np.reshape(gamma, (1, -1)).astype(float), np.reshape(beta, (1, -1))
    x = np.asarray(x, dtype=float)
    mean = np.mean(x, axis=0, keepdims=True)
    var = np.mean(x * x, axis=0, keepdims=True) - mean * mean
    out = (x - mean) / np.sqrt(var + eps) * gamma + beta
    blend = running_mean + (1 - momentum) * (mean - running_mean), running_var + (1 - momentum) * (var - running_var)
    return out, (x, mean, var, eps, gamma), *blend


def batchnorm_backward__rows(dout, cache):
    """Node by node, backwards through the graph of computation, with rows (1, D)."""
    x, mean, var, eps, gamma = cache
    std = np.sqrt(var + eps)
    dx_hat = dout * gamma
    d_inverse = np.sum(dx_hat * (x - mean), axis=0, keepdims=True)
    d_var = d_inverse * -1 / std**2 * 0.5 / std
    d_centred = dx_hat / std + 2 * (x - mean) * np.ones(x.shape) / len(x) * d_var
    dx = d_centred - np.ones(x.shape) * np.sum(d_centred, axis=0, keepdims=True) / len(x)
    dgamma = np.sum(dout * (x - mean) / std, axis=0, keepdims=True)
    return dx, dgamma, np.sum(dout, axis=0, keepdims=True)


def identity_parameters__rows(x, eps=1e-5):
    """As rows (1, D); a feature that is constant may have any gamma."""
    gamma = np.sqrt(np.var(x, axis=0, keepdims=True) + eps)
    gamma[np.var(x, axis=0, keepdims=True) == 0] = 1
    return gamma, np.mean(x, axis=0, keepdims=True)


def mlp_bn_loss_and_grads__rows(params, X, labels):
    """Gradients of biases as rows (1, H), and that of b1 as the zero that it is."""
    loss, grads = _ours(params, X, labels)
    as_rows = {name: np.reshape(grads[name], (1, -1)) for name in ("gamma", "beta", "b2")}
    return np.array([[loss]]), grads | as_rows | {"b1": np.zeros((1, len(params["b1"])))}


_ours = mlp_bn_loss_and_grads


def batchnorm_backward__matrices(dout, cache):
    """For each feature the whole matrix of derivatives, N x N, applied to dout."""
    x_hat, std, gamma = cache
    n = len(dout)
    columns = []
    for j in range(dout.shape[1]):
        jacobian = (np.eye(n) - np.ones((n, n)) / n - np.outer(x_hat[:, j], x_hat[:, j]) / n) * gamma[j] / std[j]
        columns.append(jacobian @ dout[:, j])
    return np.stack(columns, axis=1), np.diag(x_hat.T @ dout), np.add.reduce(dout)


def mlp_bn_loss_and_grads__matrices(params, X, labels):
    """Batch norm written out in place, with its own backward."""
    X = 1.0 * X
    a = X @ params["W1"]  # b1 adds nothing that batch norm would not take away
    centred = a - a.mean(axis=0)
    s = np.sqrt((centred**2).mean(axis=0) + 1e-5)
    h = np.tanh(params["gamma"] * centred / s + params["beta"])
    z = h @ params["W2"] + params["b2"]
    log_p = z - np.logaddexp.reduce(z, axis=1)[:, None]
    dz = np.exp(log_p) / len(z)
    dz[np.arange(len(z)), labels] -= 1 / len(z)
    dout = dz @ params["W2"].T * (1 - h**2)
    da, dgamma, dbeta = batchnorm_backward__matrices(dout, (centred / s, s, params["gamma"]))
    grads = {"W1": X.T @ da, "b1": 0 * dbeta, "gamma": dgamma, "beta": dbeta, "W2": h.T @ dz, "b2": dz.sum(axis=0)}
    return np.mean([-log_p[i, label] for i, label in enumerate(labels)]), grads
