"""Answers to hw9 that are almost right: whatever their verdict, it is the same under every seed."""

# ruff: noqa: F821 - the solution's functions are there when one of these runs
import numpy as np

right_loss, right_fit, right_predict, right_init = loss_and_grads, fit, predict, init_params


def compute_logits(params, X):
    """The last layer's numbers."""
    a = np.asarray(X, dtype=float)
    for W, b in params[:-1]:
        a = np.tanh(a @ W + b)
    return a @ np.asarray(params[-1][0], dtype=float) + params[-1][1]


def loss_and_grads__epsilon(params, X, labels):
    """The textbook loss, with 1e-7 in the logarithm."""
    z = compute_logits(params, X)
    e = np.exp(z - z.max(axis=1, keepdims=True))
    chosen = (e / e.sum(axis=1, keepdims=True))[np.arange(len(z)), labels]
    return -np.log(chosen + 1e-7).mean(), right_loss(params, X, labels)[1]


def loss_and_grads__tiny_epsilon(params, X, labels):
    """The textbook loss, with 1e-12 in the logarithm."""
    z = compute_logits(params, X)
    e = np.exp(z - z.max(axis=1, keepdims=True))
    chosen = (e / e.sum(axis=1, keepdims=True))[np.arange(len(z)), labels]
    return -np.log(chosen + 1e-12).mean(), right_loss(params, X, labels)[1]


def loss_and_grads__far_clip(params, X, labels):
    """Logits are clipped far out, at 500."""
    z = np.clip(compute_logits(params, X), -500, 500)
    log_p = z - np.logaddexp.reduce(z, axis=1, keepdims=True)
    return -log_p[np.arange(len(z)), labels].mean(), right_loss(params, X, labels)[1]


def loss_and_grads__naive(params, X, labels):
    """exp of the logits as they are."""
    e = np.exp(compute_logits(params, X))
    chosen = (e / e.sum(axis=1, keepdims=True))[np.arange(len(e)), labels]
    return -np.log(chosen).mean(), right_loss(params, X, labels)[1]


def loss_and_grads__backwards(params, X, labels):
    """The samples are added up from the last to the first, in single precision."""
    loss, grads = right_loss([(np.float32(W), np.float32(b)) for W, b in params], np.float32(X)[::-1], labels[::-1])
    return np.float32(loss), [(np.float32(dW), np.float32(db)) for dW, db in grads]


def fit__rounded(X, labels, sizes, epochs, batch_size, lr, rng):
    """The trained parameters are rounded to single precision."""
    return [(np.float32(W), np.float32(b)) for W, b in right_fit(X, labels, sizes, epochs, batch_size, lr, rng)]


def predict__half(params, X):
    """Logits in half precision."""
    with np.errstate(over="ignore"):
        return np.argmax(compute_logits(params, X).astype(np.float16), axis=1)


def init_params__uneven(sizes, rng):
    """The spread is 2 % too large."""
    return [(1.02 * W, b) for W, b in right_init(sizes, rng)]
