"""Almost right answers of hw1: whatever verdict a check gives on one, it is the same under every seed."""
# ruff: noqa: F821 - step and perceptron are the model solution's

import numpy as np


def step__tiny_threshold(a):
    """Numbers below 1e-12 count as 0."""
    return np.where(np.asarray(a) > 1e-12, 1.0, 0.0)


def step__steep_sigmoid(a):
    """A sigmoid so steep that it is rounded to 0 or 1."""
    return np.round(1 / (1 + np.exp(-np.clip(1e6 * np.asarray(a, dtype=float), -30, 30))))


def perceptron__single_precision(x, w, b):
    """float32 throughout, returned as float32."""
    return step(np.float32(x) @ np.float32(w) + np.float32(b)).astype(np.float32)


def perceptron__backwards(x, w, b):
    """The products are added up from the last to the first, in float32, the bias last."""
    products = (np.float32(x) * np.float32(w))[..., ::-1]
    return step(np.cumsum(products, axis=-1)[..., -1] + np.float32(b))


def perceptron__rounded(x, w, b):
    """Sums are rounded to 9 decimals before the step."""
    return step(np.round(np.float64(x) @ np.float64(w) + b, 9))


def two_layer_perceptron__rounded_sums(X, W1, b1, W2, b2):
    """Sums of either layer are rounded to 9 decimals before the step."""
    hidden = step(np.round(np.float64(X) @ np.float64(W1) + b1, 9))
    return step(np.round(hidden @ np.float64(W2) + b2, 9))


def _train(X, y, lr, max_epochs, number, shift=0.0):
    w, b, errors = np.zeros(X.shape[1], dtype=number), number(0), []
    while len(errors) < max_epochs and 0 not in errors:
        errors.append(0)
        for x_n, y_n in zip(X.astype(number), y, strict=True):
            delta = number(y_n) - number(x_n @ w + b > shift)
            w, b = w + number(lr) * delta * x_n, b + number(lr) * delta
            errors[-1] += int(delta != 0)
    return w, b, errors


def train_perceptron__single_numbers(X, y, lr, max_epochs):
    """float32 throughout."""
    return _train(X, y, lr, max_epochs, np.float32)


def train_perceptron__half_precision(X, y, lr, max_epochs):
    """float16 throughout: whole numbers up to 2048 are exact."""
    return _train(X, y, lr, max_epochs, np.float16)


def train_perceptron__slack(X, y, lr, max_epochs):
    """Sums below 1e-12 count as 0."""
    return _train(X, y, lr, max_epochs, np.float64, shift=1e-12)


def train_perceptron__from_the_sign(X, y, lr, max_epochs):
    """Labels -1 and 1 inside, and half the rate."""
    targets = 2.0 * y - 1
    w, b, errors = np.zeros(X.shape[1]), 0.0, []
    while len(errors) < max_epochs and 0 not in errors:
        errors.append(0)
        for x_n, target in zip(X, targets, strict=True):
            delta = (target - (1.0 if x_n @ w + b > 0 else -1.0)) / 2
            w, b = w + lr * delta * x_n, b + lr * delta
            errors[-1] += int(delta != 0)
    return w, b, errors
