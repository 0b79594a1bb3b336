"""Right solutions of hw7, written differently: the functions of one slug make one variant. Each keeps full marks."""

# ruff: noqa: F821 - the solution's functions are there when a variant runs

import math

import numpy as np


def minibatches__loops(X, y, batch_size, order):
    """One sample after another; a full batch is put away."""
    batches, rows = [], []
    for i in order:
        rows.append(i)
        if len(rows) == batch_size:
            batches.append((np.array([X[r] for r in rows]), np.array([y[r] for r in rows])))
            rows = []
    if rows:
        batches.append((np.array([X[r] for r in rows]), np.array([y[r] for r in rows])))
    return batches


def sgd_step__loops(params, grads, lr):
    """One number after another."""
    moved = {}
    for name in params:
        moved[name] = np.zeros(params[name].shape)
        for i in np.ndindex(params[name].shape):
            moved[name][i] = float(params[name][i]) - lr * float(grads[name][i])
    return moved


def momentum_step__loops(params, grads, velocity, lr, beta):
    """One number after another."""
    moved, speeds = {}, {}
    for name in params:
        moved[name], speeds[name] = np.zeros(params[name].shape), np.zeros(params[name].shape)
        for i in np.ndindex(params[name].shape):
            speeds[name][i] = beta * velocity[name][i] + grads[name][i]
            moved[name][i] = params[name][i] - lr * speeds[name][i]
    return moved, speeds


def lr_step__loops(lr0, epoch, drop, every):
    """From epoch to epoch."""
    lr = lr0
    for passed in range(1, epoch + 1):
        if passed % every == 0:
            lr *= drop
    return lr


def lr_exponential__loops(lr0, epoch, decay):
    """From epoch to epoch."""
    for _ in range(epoch):
        lr0 /= math.e ** float(decay)
    return lr0


def lr_inverse__loops(lr0, epoch, decay):
    """The denominator grows from epoch to epoch."""
    below = 1
    for _ in range(epoch):
        below += float(decay)
    return lr0 / below


def train_epoch__loops(loss_and_grads, params, X, y, lr, batch_size, order):
    """Batches cut while going, and the mean kept up to date."""
    moved, count, mean = {name: np.array(p, dtype=float) for name, p in params.items()}, 0, 0.0
    while count * batch_size < len(order):
        rows = order[count * batch_size : (count + 1) * batch_size]
        loss, grads = loss_and_grads(moved, X[rows], y[rows])
        for name, g in grads.items():
            moved[name] -= lr * g
        count += 1
        mean += (loss - mean) / count
    return moved, mean


def fit__loops(loss_and_grads, params, X, y, lr, batch_size, epochs, rng):
    """X and y are replaced by shuffled copies, each epoch's order building on the one before."""
    history = []
    for _ in range(epochs):
        order = rng.permutation(len(X))
        X, y = X[order], y[order]
        params, mean_loss = train_epoch(loss_and_grads, params, X, y, lr, batch_size, np.arange(len(X)))
        history.append(mean_loss)
    return params, np.array(history)


def minibatches__float32(X, y, batch_size, order):
    """Single precision."""
    X, y = X.astype(np.float32), y.astype(np.float32)
    return [(X[order[i : i + batch_size]], y[order[i : i + batch_size]]) for i in range(0, len(X), batch_size)]


def sgd_step__float32(params, grads, lr):
    """Single precision."""
    return {name: np.float32(p) - np.float32(lr) * np.float32(grads[name]) for name, p in params.items()}


def momentum_step__float32(params, grads, velocity, lr, beta):
    """Single precision."""
    v = {name: np.float32(beta) * np.float32(velocity[name]) + np.float32(grads[name]) for name in params}
    return sgd_step__float32(params, v, lr), v


def lr_step__float32(lr0, epoch, drop, every):
    """Single precision."""
    return np.float32(lr0) * np.float32(drop) ** (epoch // every)


def lr_exponential__float32(lr0, epoch, decay):
    """Single precision."""
    return np.float32(lr0) * np.exp(-np.float32(decay) * np.float32(epoch))


def lr_inverse__float32(lr0, epoch, decay):
    """Single precision."""
    return np.float32(lr0) / (1 + np.float32(decay) * np.float32(epoch))


def train_epoch__float32(loss_and_grads, params, X, y, lr, batch_size, order):
    """Single precision all the way: parameters, batches and losses."""
    params, losses = {name: np.float32(p) for name, p in params.items()}, []
    for Xb, yb in minibatches__float32(X, y, batch_size, order):
        loss, grads = loss_and_grads(params, Xb, yb)
        params = sgd_step__float32(params, grads, lr)
        losses.append(np.float32(loss))
    return params, np.mean(losses, dtype=np.float32)


def fit__float32(loss_and_grads, params, X, y, lr, batch_size, epochs, rng):
    """Single precision, and the history in an array."""
    history = np.zeros(epochs, dtype=np.float32)
    for epoch in range(epochs):
        order = rng.permutation(len(X)).astype(np.int32)
        params, history[epoch] = train_epoch__float32(loss_and_grads, params, X, y, lr, batch_size, order)
    return params, history


def minibatches__lists(X, y, batch_size, order):
    """Batches as lists of rows, in a list of lists."""
    rows = [X[i].tolist() for i in order], [y[i].tolist() for i in order]
    return [[part[i : i + batch_size] for part in rows] for i in range(0, len(order), batch_size)]


def sgd_step__lists(params, grads, lr):
    """Parameters as lists."""
    return {name: np.subtract(params[name], np.multiply(float(lr), grads[name])).tolist() for name in params}


def momentum_step__lists(params, grads, velocity, lr, beta):
    """Parameters and velocities as lists, the pair as a list."""
    v = {name: np.add(np.multiply(beta, velocity[name]), grads[name]).tolist() for name in params}
    return [sgd_step__lists(params, v, lr), v]


def lr_step__lists(lr0, epoch, drop, every):
    """The number comes in a list of one."""
    return [lr0 * math.prod([drop] * (epoch // every))]


def lr_exponential__lists(lr0, epoch, decay):
    """The number comes in an array of shape (1, 1)."""
    return np.array([[lr0 * math.exp(-float(decay) * epoch)]])


def lr_inverse__lists(lr0, epoch, decay):
    """The number comes in an array without axes."""
    return np.array(lr0 / (1 + float(decay) * epoch))


def train_epoch__lists(loss_and_grads, params, X, y, lr, batch_size, order):
    """Lists all the way, also into loss_and_grads."""
    params, losses = {name: p.tolist() for name, p in params.items()}, []
    for Xb, yb in minibatches__lists(X, y, batch_size, order):
        loss, grads = loss_and_grads(params, Xb, yb)
        params = sgd_step__lists(params, grads, lr)
        losses += [loss]
    return [params, [sum(losses) / len(losses)]]


def fit__lists(loss_and_grads, params, X, y, lr, batch_size, epochs, rng):
    """The history holds lists of one number."""
    history = []
    for _ in range(epochs):
        order = list(range(len(X)))
        rng.shuffle(order)
        params, mean_loss = train_epoch__lists(
            loss_and_grads, {name: np.array(p) for name, p in params.items()}, X, y, lr, batch_size, order
        )
        history += mean_loss
    return [params, tuple(history)]


def minibatches__generator(X, y, batch_size, order):
    """A generator of batches, cut from shuffled copies."""
    X, y = np.take(X, order, axis=0), np.take(y, order, axis=0)
    while len(X):
        yield X[:batch_size], y[:batch_size]
        X, y = X[batch_size:], y[batch_size:]


def sgd_step__generator(params, grads, lr):
    """A deep copy, changed in place."""
    moved = {name: np.array(p, dtype=float) for name, p in params.items()}
    for name in moved:
        moved[name] -= np.asarray(grads[name], dtype=float) * lr
    return moved


def momentum_step__generator(params, grads, velocity, lr, beta):
    """By the other book's form, v = beta v - lr g and p = p + v, turned into torch's at the end."""
    u = {name: -lr * beta * velocity[name] - lr * grads[name] for name in grads}
    return {name: params[name] + u[name] for name in grads}, {name: -u[name] / lr for name in grads}


def lr_step__generator(lr0, epoch, drop, every):
    """By logarithms, with the number of drops from a rounded fraction."""
    return lr0 * np.exp(np.log(drop) * np.floor(epoch / every))


def lr_exponential__generator(lr0, epoch, decay):
    """A power of the factor between two epochs."""
    return lr0 * np.exp(-float(decay)) ** epoch


def lr_inverse__generator(lr0, epoch, decay):
    """The reciprocal of the reciprocal."""
    return (1 / lr0 + float(decay) / lr0 * epoch) ** -1


def train_epoch__asked_twice(loss_and_grads, params, X, y, lr, batch_size, order):
    """loss_and_grads is asked once for the loss and once for the gradients, which is slow and right."""
    total = 0
    batches = list(minibatches(X, y, batch_size, order))
    for Xb, yb in batches:
        total += loss_and_grads(params, Xb, yb)[0] / len(batches)
        params = {name: p - lr * loss_and_grads(params, Xb, yb)[1][name] for name, p in params.items()}
    return params, total


def fit__asked_twice(loss_and_grads, params, X, y, lr, batch_size, epochs, rng):
    """An index array is shuffled in place, again and again, and copies of the parameters are used."""
    params, history, order = {name: p.copy() for name, p in params.items()}, [], np.arange(len(X))
    for _ in range(epochs):
        rng.shuffle(order)
        params, mean_loss = train_epoch__asked_twice(loss_and_grads, params, X, y, lr, batch_size, order)
        history.append(mean_loss)
    return params, history


def momentum_step__asked_twice(params, grads, velocity, lr, beta):
    """What was not asked for: gradients' names decide, and the velocity is copied first."""
    v = {name: velocity[name].astype(float) for name in velocity}
    for name, g in grads.items():
        v[name] *= beta
        v[name] += g
    return {name: params[name] - lr * v[name] for name in v}, v


def fit__alone(loss_and_grads, params, X, y, lr, batch_size, epochs, rng):
    """Without the functions before it, and with an order drawn by sorting random numbers."""
    history = []
    for _ in range(epochs):
        order, losses = np.argsort(rng.random(len(X))), []
        for i in range(0, len(X), batch_size):
            loss, grads = loss_and_grads(params, X[order[i : i + batch_size]], y[order[i : i + batch_size]])
            params = {name: params[name] - lr * grads[name] for name in params}
            losses.append(loss)
        history.append(sum(losses) / len(losses))
    return params, history
