"""Answers to hw7 that are almost right: whatever their verdict, it is the same under every seed."""

# ruff: noqa: F821 - the solution's functions are there when one of these runs

import math

import numpy as np


def sgd_step__epsilon(params, grads, lr):
    """Every gradient has 1e-8 added to it."""
    return {name: p - lr * (np.asarray(grads[name], dtype=float) + 1e-8) for name, p in params.items()}


def sgd_step__half(params, grads, lr):
    """Half precision."""
    return {name: np.float16(p) - np.float16(lr) * np.float16(grads[name]) for name, p in params.items()}


def sgd_step__single(params, grads, lr):
    """Single precision, the step first divided and then multiplied by 3."""
    thirds = {name: np.float32(lr) * np.float32(grads[name]) / np.float32(3) for name in params}
    return {name: np.float32(p) - np.float32(3) * thirds[name] for name, p in params.items()}


def momentum_step__rounded(params, grads, velocity, lr, beta):
    """Velocities are rounded to twelve decimals."""
    new = {name: np.round(beta * np.asarray(velocity[name], dtype=float) + g, 12) for name, g in grads.items()}
    return sgd_step(params, new, lr), new


def momentum_step__far_clip(params, grads, velocity, lr, beta):
    """Gradients are clipped far out, at 500."""
    new = {name: beta * np.asarray(velocity[name], float) + np.clip(g, -500.0, 500.0) for name, g in grads.items()}
    return sgd_step(params, new, lr), new


def lr_step__rounded(lr0, epoch, drop, every):
    """The rate is rounded to eight decimals."""
    return round(float(lr0) * float(drop) ** (int(epoch) // int(every)), 8)


def lr_exponential__epsilon(lr0, epoch, decay):
    """The exponent is clipped far out, at 30."""
    return float(lr0) * math.exp(-min(float(decay) * float(epoch), 30.0))


def lr_inverse__epsilon(lr0, epoch, decay):
    """1e-7 is added below the fraction line."""
    return float(lr0) / (1 + float(decay) * float(epoch) + 1e-7)


def train_epoch__single(loss_and_grads, params, X, y, lr, batch_size, order):
    """Parameters and the sum of the losses in single precision."""
    params, total, count = {name: np.float32(p) for name, p in params.items()}, np.float32(0), 0
    for Xb, yb in minibatches(X, y, batch_size, order):
        loss, grads = loss_and_grads(params, Xb, yb)
        params = {name: np.float32(p) for name, p in sgd_step(params, grads, np.float32(lr)).items()}
        total, count = total + np.float32(loss), count + 1
    return params, total / np.float32(count)


def train_epoch__backwards(loss_and_grads, params, X, y, lr, batch_size, order):
    """The losses are added up from the last to the first."""
    losses = []
    for Xb, yb in minibatches(X, y, batch_size, order):
        loss, grads = loss_and_grads(params, Xb, yb)
        params = sgd_step(params, grads, lr)
        losses.insert(0, loss)
    return params, math.fsum(losses) / len(losses)


def fit__rounded(loss_and_grads, params, X, y, lr, batch_size, epochs, rng):
    """The history is rounded to eight decimals."""
    history = []
    for _ in range(epochs):
        params, mean_loss = train_epoch(loss_and_grads, params, X, y, lr, batch_size, rng.permutation(len(X)))
        history.append(round(float(mean_loss), 8))
    return params, history
