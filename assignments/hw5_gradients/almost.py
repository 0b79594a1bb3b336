"""Almost right solutions of hw5: whatever they earn, they must earn under every seed, check by check."""

# ruff: noqa: F821 - the solution's functions are there when one of these runs

import math

import numpy as np


def _float(x):
    return np.asarray(x, dtype=float)


def numerical_derivative__rounded(f, x, h):
    """The result is rounded to float32."""
    return np.float32((f(x + h) - f(x - h)) / (2 * h))


def numerical_gradient__rounded(f, x, h):
    """The result is rounded to float32."""
    units = np.eye(x.size).reshape(-1, *x.shape)
    return np.float32([(f(x + h * unit) - f(x - h * unit)) / (2 * h) for unit in units]).reshape(x.shape)


def sigmoid_grad__rounded(x):
    """The result is rounded to float32."""
    s = _sigmoid(_float(x))
    return np.float32(s * (1 - s))


def bce_with_logits_grad__rounded(y, z):
    """The result is rounded to float32."""
    return np.float32((_sigmoid(_float(z)) - y) / len(y))


def gradient_descent__rounded(grad_f, x0, lr, steps):
    """Every point is rounded to float32."""
    path = [np.float32(x0)]
    for _ in range(steps):
        path.append(np.float32(path[-1] - lr * grad_f(_float(path[-1]))))
    return np.array(path)


def numerical_derivative__halves(f, x, h):
    """Each value is divided by 2 h, and the second point is reached from the first one."""
    above = x + h
    return f(above) / (2 * h) - f(above - 2 * h) / (2 * h)


def sigmoid_grad__clip_30(x):
    """x is clipped at 30."""
    s = 1 / (1 + np.exp(-np.clip(_float(x), -30, 30)))
    return s * (1 - s)


def tanh_grad__clip_30(x):
    """x is clipped at 30."""
    return 1 - np.tanh(np.clip(_float(x), -30, 30)) ** 2


def elu_grad__clip_30(x, alpha=1.0):
    """x is clipped at 30."""
    return np.where(x > 0, 1.0, alpha * np.exp(np.clip(_float(x), -30, 30)))


def bce_with_logits_grad__clip_30(y, z):
    """z is clipped at 30."""
    return (1 / (1 + np.exp(-np.clip(_float(z), -30, 30))) - y) / len(y)


def mse_sigmoid_grad__clip_30(y, z):
    """z is clipped at 30."""
    p = 1 / (1 + np.exp(-np.clip(_float(z), -30, 30)))
    return 2 * (p - y) * p * (1 - p) / len(y)


def sigmoid_grad__clip_500(x):
    """x is clipped at 500."""
    s = 1 / (1 + np.exp(-np.clip(_float(x), -500, 500)))
    return s * (1 - s)


def bce_with_logits_grad__clip_500(y, z):
    """z is clipped at 500."""
    return (1 / (1 + np.exp(-np.clip(_float(z), -500, 500))) - y) / len(y)


def sigmoid_grad__naive(x):
    """The value comes from exp(x) / (1 + exp(x)), which is nan from 710 on."""
    e = np.exp(_float(x))
    return e / (1 + e) ** 2


def tanh_grad__naive(x):
    """The value comes from exponentials, which are inf / inf from 710 on."""
    x = _float(x)
    return 1 - ((np.exp(x) - np.exp(-x)) / (np.exp(x) + np.exp(-x))) ** 2


def elu_grad__naive(x, alpha=1.0):
    """The slope below 0 is the value plus alpha, which loses digits."""
    return np.where(x > 0, 1.0, alpha * (np.exp(_float(x)) - 1) + alpha)


def bce_with_logits_grad__naive(y, z):
    """The middle form of the handout, with the probability clipped at 1e-7."""
    p = np.clip(_sigmoid(_float(z)), 1e-7, 1 - 1e-7)
    return (p - y) / (p * (1 - p)) * p * (1 - p) / len(y)


def softmax_cross_entropy_grad__naive(z, labels):
    """The exponentials are taken without a shift."""
    e = np.exp(_float(z))
    return (e / e.sum(axis=1, keepdims=True) - np.eye(z.shape[1])[labels]) / len(labels)


def bce_with_logits_grad__eps_12(y, z):
    """The middle form of the handout, with 1e-12 added to the denominator."""
    p = _sigmoid(_float(z))
    return (p - y) / (p * (1 - p) + 1e-12) * p * (1 - p) / len(y)


def softmax_cross_entropy_grad__eps_12(z, labels):
    """1e-12 is added to the sum of the exponentials."""
    e = np.exp(_float(z) - z.max(axis=1, keepdims=True))
    return (e / (e.sum(axis=1, keepdims=True) + 1e-12) - np.eye(z.shape[1])[labels]) / len(labels)


def gradient_check__eps_12(f, grad_f, x, h):
    """1e-12 is added to the denominator."""
    a, b = grad_f(x), numerical_gradient(f, x, h)
    return np.linalg.norm(a - b) / (np.linalg.norm(a) + np.linalg.norm(b) + 1e-12)


def softmax_cross_entropy_grad__eps_7(z, labels):
    """1e-7 is added to the sum of the exponentials, and probabilities are kept above it."""
    e = np.exp(_float(z) - z.max(axis=1, keepdims=True))
    p = np.clip(e / (e.sum(axis=1, keepdims=True) + 1e-7), 1e-7, 1)
    return (p - np.eye(z.shape[1])[labels]) / len(labels)


def gradient_check__eps_7(f, grad_f, x, h):
    """1e-7 is added to the denominator."""
    a, b = grad_f(x), numerical_gradient(f, x, h)
    return np.linalg.norm(a - b) / (np.linalg.norm(a) + np.linalg.norm(b) + 1e-7)


def gradient_check__sums(f, grad_f, x, h):
    """The sums are taken in another order, without a rounding in between."""
    a, b = np.ravel(grad_f(x))[::-1], np.ravel(numerical_gradient(f, x, h))[::-1]
    lengths = [math.sqrt(math.fsum(t * t for t in v)) for v in (a - b, a, b)]
    return lengths[0] / max(lengths[1] + lengths[2], 1e-300)


def softmax_cross_entropy_grad__sums(z, labels):
    """The exponentials are summed in another order, without a rounding in between."""
    e = np.exp(_float(z) - z.max(axis=1, keepdims=True))
    sums = np.array([[math.fsum(row[::-1])] for row in e])
    return (e / sums - np.eye(z.shape[1])[labels]) / len(labels)
