"""Answers to hw8 that are almost right: whatever their verdict, it is the same under every seed."""

# ruff: noqa: F821 - the solution's functions are there when one of these runs
import numpy as np

_TRAIN, _NETWORK = batchnorm_train, mlp_bn_loss_and_grads


def batchnorm_train__eps_outside(x, gamma, beta, running_mean, running_var, momentum=0.9, eps=1e-5):
    """eps is added to the standard deviation."""
    _, _, mean, var = _TRAIN(x, gamma, beta, running_mean, running_var, momentum, eps)
    x, gamma, beta = (np.asarray(part, dtype=float) for part in (x, gamma, beta))
    std = np.std(x, axis=0) + eps
    x_hat = (x - np.mean(x, axis=0)) / std
    return gamma * x_hat + beta, (x_hat, std, gamma), mean, var


def batchnorm_train__own_eps(x, gamma, beta, running_mean, running_var, momentum=0.9, eps=1e-5):
    """eps is always 1e-8."""
    return _TRAIN(x, gamma, beta, running_mean, running_var, momentum, 1e-8)


def batchnorm_train__single(x, gamma, beta, running_mean, running_var, momentum=0.9, eps=1e-5):
    """The statistics are added up in single precision, the last sample first."""
    x = np.float32(x)
    mean = np.add.reduce(x[::-1], dtype=np.float32) / np.float32(len(x))
    var = np.add.reduce((x[::-1] - mean) ** 2, dtype=np.float32) / np.float32(len(x))
    std = np.sqrt(var + np.float32(eps))
    x_hat = (x - mean) / std
    blend = momentum * np.float32(running_mean) + (1 - momentum) * mean
    return (
        np.float32(gamma) * x_hat + np.float32(beta),
        (x_hat, std, np.asarray(gamma, dtype=np.float32)),
        blend,
        momentum * np.float32(running_var) + (1 - momentum) * var,
    )


def batchnorm_train__squares(x, gamma, beta, running_mean, running_var, momentum=0.9, eps=1e-5):
    """The variance is the mean square less the square of the mean, and x_hat is clipped far out, at 500."""
    x, gamma, beta = (np.asarray(part, dtype=float) for part in (x, gamma, beta))
    _, _, mean, var = _TRAIN(x, gamma, beta, running_mean, running_var, momentum, eps)
    spread = np.mean(x**2, axis=0) - np.mean(x, axis=0) ** 2
    std = np.sqrt(np.maximum(spread, 0) + eps)
    x_hat = np.clip((x - np.mean(x, axis=0)) / std, -500, 500)
    return gamma * x_hat + beta, (x_hat, std, gamma), mean, var


def batchnorm_eval__epsilon(x, gamma, beta, running_mean, running_var, eps=1e-5):
    """1e-7 is added below the fraction line."""
    x, gamma, var = (np.asarray(part, dtype=float) for part in (x, gamma, running_var))
    return gamma * (x - running_mean) / (np.sqrt(var + eps) + 1e-7) + beta


def identity_parameters__epsilon(x, eps=1e-5):
    """1e-7 is added to gamma."""
    return np.sqrt(np.var(x, axis=0) + eps) + 1e-7, np.mean(x, axis=0)


def mlp_bn_loss_and_grads__epsilon(params, X, labels):
    """The textbook loss, with 1e-7 in the logarithm."""
    p = {name: np.asarray(value, dtype=float) for name, value in params.items()}
    width = np.zeros(len(p["b1"]))
    out = _TRAIN(np.asarray(X, dtype=float) @ p["W1"] + p["b1"], p["gamma"], p["beta"], width, width)[0]
    z = np.tanh(out) @ p["W2"] + p["b2"]
    e = np.exp(z - z.max(axis=1, keepdims=True))
    chosen = (e / e.sum(axis=1, keepdims=True))[np.arange(len(z)), labels]
    return -np.log(chosen + 1e-7).mean(), _NETWORK(params, X, labels)[1]


def mlp_bn_loss_and_grads__small_eps(params, X, labels):
    """X and W1 are made a millionth larger, as a smaller eps would."""
    return _NETWORK(params | {"W1": np.asarray(params["W1"], dtype=float) * (1 + 1e-6)}, X, labels)
