"""The answers to hw7 in torch, float64. Steps are torch's own SGD; schedules go from epoch to epoch where they can.

The function that is passed in, `loss_and_grads`, takes and gives numpy arrays.
"""

import math

import torch
from torch.optim.sgd import sgd


def minibatches(X, y, batch_size, order):
    """Consecutive slices of order, the last one perhaps smaller."""
    return [(X[rows], y[rows]) for rows in torch.split(torch.as_tensor(order), batch_size)]


def sgd_step(params, grads, lr):
    """One step of torch's SGD."""
    return _step(params, grads, dict.fromkeys(params), lr, 0.0)[0]


def momentum_step(params, grads, velocity, lr, beta):
    """One step of torch's SGD with momentum; the velocity is torch's momentum buffer."""
    return _step(params, grads, velocity, lr, beta)


def lr_step(lr0, epoch, drop, every):
    """Multiplied by drop in every epoch whose number is a multiple of every, the first one aside."""
    return lr0 * math.prod(drop for passed in range(1, epoch + 1) if passed % every == 0)


def lr_exponential(lr0, epoch, decay):
    """Divided by e^decay from each epoch to the next."""
    return lr0 * math.prod(1 / math.exp(decay) for _ in range(epoch))


def lr_inverse(lr0, epoch, decay):
    """1 / lr grows by decay / lr0 with every epoch."""
    return 1 / (1 / lr0 + epoch * decay / lr0)


def train_epoch(loss_and_grads, params, X, y, lr, batch_size, order):
    """One pass, with one step for every batch, and the plain mean of the batches' losses."""
    losses = []
    for Xb, yb in minibatches(X, y, batch_size, order):
        loss, grads = loss_and_grads({name: p.numpy() for name, p in params.items()}, Xb.numpy(), yb.numpy())
        losses.append(loss)
        params = sgd_step(params, {name: torch.as_tensor(g) for name, g in grads.items()}, lr)
    return params, math.fsum(losses) / len(losses)


def fit(loss_and_grads, params, X, y, lr, batch_size, epochs, rng):
    """One pass after another, each in an order of its own."""
    history = []
    for _ in range(epochs):
        order = torch.as_tensor(rng.permutation(len(X)))
        params, mean_loss = train_epoch(loss_and_grads, params, X, y, lr, batch_size, order)
        history.append(mean_loss)
    return params, history


def _step(params, grads, velocity, lr, beta):
    """New parameters and momentum buffers, by torch's functional SGD, which works in place on copies."""
    names = list(params)
    moved = [params[name].detach().clone().double() for name in names]
    buffers = [None if velocity[name] is None else velocity[name].clone().double() for name in names]
    sgd(
        moved,
        [grads[name].double() for name in names],
        buffers,
        foreach=False,
        weight_decay=0.0,
        momentum=beta,
        lr=lr,
        dampening=0.0,
        nesterov=False,
        maximize=False,
    )
    if beta == 0:  # torch keeps no buffer then
        buffers = [grads[name].double() for name in names]
    return dict(zip(names, moved, strict=True)), dict(zip(names, buffers, strict=True))
