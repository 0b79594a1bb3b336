"""Almost right answers of hw2: whatever verdict a check gives on one, it is the same under every seed."""
# ruff: noqa: F821 - an answer stands behind the model solution and may call its other functions

import numpy as np


def sigmoid__clip_500(x):
    """A clip far out."""
    return 1 / (1 + np.exp(-np.clip(np.float64(x), -500, 500)))


def sigmoid__clip_30(x):
    """A clip where the sigmoid is 1e-13."""
    return 1 / (1 + np.exp(-np.clip(np.float64(x), -30, 30)))


def sigmoid__clip_20(x):
    """A clip where the sigmoid is 2e-9."""
    return 1 / (1 + np.exp(-np.clip(np.float64(x), -20, 20)))


def sigmoid__epsilon(x):
    """A small number in the denominator."""
    return 1 / (1 + np.exp(-np.float64(x)) + 1e-7)


def sigmoid__single_tanh(x):
    """tanh in float32, stretched and shifted."""
    return np.float32(0.5) * (np.float32(1) + np.tanh(np.float32(x) / np.float32(2)))


def sigmoid__rounded(x):
    """Rounded to 7 decimals."""
    return np.round(1 / (1 + np.exp(-np.float64(x))), 7)


def tanh__single_sigmoid(x):
    """2 sigmoid(2x) - 1 in float32."""
    return np.float32(2) / (np.float32(1) + np.exp(np.float32(-2) * np.float32(x))) - np.float32(1)


def tanh__clip_10(x):
    """The quotient of the formula, with a clip where tanh is 1 - 4e-9."""
    x = np.clip(np.float64(x), -10, 10)
    return (np.exp(x) - np.exp(-x)) / (np.exp(x) + np.exp(-x))


def leaky_relu__single(x, alpha=0.1):
    """float32, by the difference of two relus."""
    x = np.float32(x)
    return np.maximum(x, np.float32(0)) - np.float32(alpha) * np.maximum(-x, np.float32(0))


def elu__single_exp(x, alpha=1.0):
    """exp minus 1 in float32, where small numbers lose digits."""
    x = np.float32(x)
    return np.where(x > 0, x, np.float32(alpha) * (np.exp(np.minimum(x, np.float32(0))) - np.float32(1)))


def elu__clip_15(x, alpha=1.0):
    """exp of at least -15."""
    x = np.float64(x)
    return np.where(x > 0, x, alpha * (np.exp(np.clip(x, -15, 0)) - 1))


def linear__single_backwards(X, W, b):
    """float32, the inputs added up from the last to the first."""
    products = np.float32(X)[:, ::-1, None] * np.float32(W)[None, ::-1]
    return np.cumsum(products, axis=1)[:, -1] + np.float32(b)


def linear__rounded_sums(X, W, b):
    """Rounded to 8 decimals."""
    return np.round(np.float64(X) @ np.float64(W) + b, 8)


def maxout__single_difference(x, W1, b1, W2, b2):
    """Half the sum and half the distance of the two maps, in float32."""
    first, second = (np.float32(x) @ np.float32(W) + np.float32(b) for W, b in ((W1, b1), (W2, b2)))
    return (first + second + np.abs(first - second)) / np.float32(2)


def maxout__soft(x, W1, b1, W2, b2):
    """A very sharp soft maximum."""
    return np.logaddexp(1e7 * linear(x, W1, b1), 1e7 * linear(x, W2, b2)) / 1e7


def _add_up(X, params, activation):
    """The last layer's sums."""
    h = {"sigmoid": sigmoid, "tanh": tanh, "relu": relu}[activation]
    Z = np.float64(X)
    for W, b in params[:-1]:
        Z = h(Z @ W + b)
    return Z @ params[-1][0] + params[-1][1]


def forward__epsilon_in_sum(X, params, activation, output):
    """A small number in softmax's denominator."""
    A = _add_up(X, params, activation)
    return A if output == "identity" else np.exp(A) / (np.exp(A).sum(axis=1, keepdims=True) + 1e-10)


def forward__floor(X, params, activation, output):
    """Probabilities of at least 1e-7."""
    A = _add_up(X, params, activation)
    return A if output == "identity" else np.maximum(np.exp(A) / np.exp(A).sum(axis=1, keepdims=True), 1e-7)


def forward__single_steps(X, params, activation, output):
    """float32 after every step, softmax shifted by the largest of all logits."""
    h = {"sigmoid": sigmoid, "tanh": tanh, "relu": relu}[activation]
    Z = np.float32(X)
    for W, b in params[:-1]:
        Z = np.float32(h(Z @ np.float32(W) + np.float32(b)))
    A = Z @ np.float32(params[-1][0]) + np.float32(params[-1][1])
    e = np.exp(A - A.max())
    return A if output == "identity" else e / e.sum(axis=1, keepdims=True)


def collapse_linear__single_probes(params):
    """float32: the weights are differences of outputs."""
    d = len(params[0][0])
    rows = np.vstack([np.zeros((1, d)), np.eye(d)]).astype(np.float32)
    for W, b in params:
        rows = rows @ np.float32(W) + np.float32(b)
    return rows[1:] - rows[0], rows[0]
