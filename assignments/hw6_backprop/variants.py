"""Right solutions of hw6, written differently: the functions of one slug make one variant. Each keeps full marks."""

# ruff: noqa: F821 - the solution's functions are there when a variant runs

import math

import numpy as np


def linear_forward__loops(x, W, b):
    """An entry at a time; the cache is a dict."""
    n, d, m = len(x), len(W), len(b)
    out = [[sum(float(x[i][j]) * float(W[j][k]) for j in range(d)) + b[k] for k in range(m)] for i in range(n)]
    return np.array(out), {"x": x.tolist(), "W": W.tolist()}


def linear_backward__loops(dout, cache):
    """An entry at a time."""
    x, W = cache["x"], cache["W"]
    dx, dW, db = np.zeros(np.shape(x)), np.zeros(np.shape(W)), np.zeros(len(W[0]))
    dout = dout.tolist()
    for i in range(len(x)):
        for k in range(len(W[0])):
            db[k] += dout[i][k]
            for j in range(len(W)):
                dx[i, j] += dout[i][k] * W[j][k]
                dW[j, k] += dout[i][k] * x[i][j]
    return dx, dW, db


def relu_forward__loops(x):
    """An entry at a time; the cache is x itself."""
    return np.array([t if t > 0 else 0 for t in x.ravel().tolist()]).reshape(x.shape), x


def relu_backward__loops(dout, cache):
    """An entry at a time."""
    dx = [g if t > 0 else 0 for g, t in zip(dout.ravel(), cache.ravel(), strict=True)]
    return np.array(dx).reshape(dout.shape)


def _logistic(t):
    return 1 / (1 + math.exp(-t)) if t >= 0 else math.exp(t) / (1 + math.exp(t))


def sigmoid_forward__loops(x):
    """An entry at a time, in two branches; the cache is x."""
    return np.array([_logistic(t) for t in x.ravel().tolist()]).reshape(x.shape), x


def sigmoid_backward__loops(dout, cache):
    """An entry at a time, from x."""
    slopes = [_logistic(t) * _logistic(-t) for t in cache.ravel().tolist()]
    return np.array([g * slope for g, slope in zip(dout.ravel(), slopes, strict=True)]).reshape(dout.shape)


def tanh_forward__loops(x):
    """An entry at a time; the cache is x."""
    return np.array([math.tanh(t) for t in x.ravel().tolist()]).reshape(x.shape), x


def tanh_backward__loops(dout, cache):
    """An entry at a time, from x."""
    dx = [g * (1 - math.tanh(t) ** 2) for g, t in zip(dout.ravel(), cache.ravel().tolist(), strict=True)]
    return np.array(dx).reshape(dout.shape)


def softmax_cross_entropy_forward__loops(z, labels):
    """A sample and a class at a time; the cache is a list of rows."""
    rows, losses = [], []
    for logits, label in zip(z.tolist(), labels.tolist(), strict=True):
        largest = max(logits)
        total = sum(math.exp(t - largest) for t in logits)
        losses.append(math.log(total) + largest - logits[label])
        rows.append([math.exp(t - largest) / total - (k == label) for k, t in enumerate(logits)])
    return sum(losses) / len(losses), rows


def softmax_cross_entropy_backward__loops(cache):
    """An entry at a time."""
    return np.array([[entry / len(cache) for entry in row] for row in cache])


def gradient_norms__loops(params, X, labels, activation):
    """Sums of squares, an entry at a time."""
    norms = []
    for dW, _ in mlp_loss_and_grads(params, X, labels, activation)[1]:
        norms.append(math.sqrt(sum(entry**2 for row in dW for entry in row)))
    return norms


def train_xor__loops(params, lr, steps):
    """On copies, entry by entry, in place."""
    params = [(W.copy(), b.copy()) for W, b in params]
    losses = np.zeros(steps)
    for i in range(steps):
        losses[i], grads = mlp_loss_and_grads(params, XOR_INPUTS, XOR_LABELS, "tanh")
        for layer, gradient in zip(params, grads, strict=True):
            for array, slope in zip(layer, gradient, strict=True):
                for place in np.ndindex(array.shape):
                    array[place] -= lr * slope[place]
    return tuple(params), losses


def linear_forward__float32(x, W, b):
    """Single precision."""
    x, W = np.float32(x), np.float32(W)
    return x @ W + np.float32(b), (x, W)


def linear_backward__float32(dout, cache):
    """Single precision."""
    x, W = cache
    dout = np.float32(dout)
    return dout @ W.T, x.T @ dout, dout.sum(axis=0)


def relu_forward__float32(x):
    """Single precision."""
    x = np.float32(x)
    return x * (x > 0), x > 0


def relu_backward__float32(dout, cache):
    """Single precision."""
    return np.where(cache, np.float32(dout), np.float32(0))


def sigmoid_forward__float32(x):
    """Single precision, with a clip against overflow."""
    out = 1 / (1 + np.exp(-np.clip(np.float32(x), -80, 80)))
    return out, out


def sigmoid_backward__float32(dout, cache):
    """Single precision."""
    return np.float32(dout) * (cache - cache**2)


def tanh_forward__float32(x):
    """Single precision."""
    out = np.tanh(np.float32(x))
    return out, 1 - np.square(out)


def tanh_backward__float32(dout, cache):
    """Single precision, with the slope in the cache."""
    return np.float32(dout) * cache


def softmax_cross_entropy_forward__float32(z, labels):
    """Single precision."""
    z = np.float32(z)
    z = z - z.max(axis=1, keepdims=True)
    log_p = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
    return -log_p[np.arange(len(z)), labels].mean(), (log_p, labels)


def softmax_cross_entropy_backward__float32(cache):
    """Single precision."""
    log_p, labels = cache
    dz = np.exp(log_p)
    dz[np.arange(len(dz)), labels] -= 1
    return dz / np.float32(len(dz))


def train_xor__float32(params, lr, steps):
    """Single precision."""
    params, losses = [(np.float32(W), np.float32(b)) for W, b in params], []
    for _ in range(steps):
        loss, grads = mlp_loss_and_grads(params, XOR_INPUTS, XOR_LABELS, "tanh")
        losses.append(np.float32(loss))
        params = [
            (W - np.float32(lr) * dW, b - np.float32(lr) * db) for (W, b), (dW, db) in zip(params, grads, strict=True)
        ]
    return params, losses


def linear_forward__lists(x, W, b):
    """Lists of lists, also in the cache."""
    x, W = np.array(x, dtype="d"), np.array(W, dtype="d")
    return [(x @ W + b).tolist(), (x.tolist(), W.tolist())]


def linear_backward__lists(dout, cache):
    """Lists of lists, and db as one row."""
    (x, W), dout = map(np.array, cache), np.array(dout)
    return [(dout @ W.T).tolist(), (x.T @ dout).tolist(), dout.sum(axis=0, keepdims=True).tolist()]


def relu_forward__lists(x):
    """Lists."""
    x = np.asarray(x)
    return [((x + abs(x)) / 2).tolist(), np.sign(x).tolist()]


def relu_backward__lists(dout, cache):
    """Lists."""
    return (np.asarray(dout) * (np.array(cache) + 1) / 2).tolist()


def sigmoid_forward__lists(x):
    """Lists."""
    out = (1 + np.tanh(np.asarray(x) / 2)) / 2
    return out.tolist(), out


def sigmoid_backward__lists(dout, cache):
    """Lists."""
    return (np.asarray(dout) * cache * (1 - cache)).tolist()


def tanh_forward__lists(x):
    """Lists."""
    x = np.array(x, dtype="d")
    return np.tanh(x).tolist(), x


def tanh_backward__lists(dout, cache):
    """Lists."""
    return (np.asarray(dout) / np.cosh(np.clip(cache, -300, 300)) ** 2).tolist()


def softmax_cross_entropy_forward__lists(z, labels):
    """The loss comes in a list of one."""
    z, labels = np.array(z, dtype="d"), np.asarray(labels)
    z = z - z.max(axis=1, keepdims=True)
    loss = np.mean(np.log(np.exp(z).sum(axis=1)) - z[range(len(z)), labels])
    return [loss], (z, labels)


def softmax_cross_entropy_backward__lists(cache):
    """Lists of lists."""
    z, labels = cache
    p = np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)
    return ((p - (np.arange(z.shape[1]) == labels[:, None])) / len(z)).tolist()


def gradient_norms__lists(params, X, labels, activation):
    """A tuple of lists of one."""
    return tuple(np.linalg.norm(dW) for dW, _ in mlp_loss_and_grads(params, X, labels, activation)[1])


def train_xor__lists(params, lr, steps):
    """Lists of lists for parameters and losses; biases as they come, in rows."""
    losses = []
    for _ in range(steps):
        (loss,), grads = mlp_loss_and_grads(params, XOR_INPUTS.tolist(), [0, 1, 1, 0], "tanh")
        losses.append(loss)
        params = [
            [
                np.subtract(part, lr * np.reshape(slope, np.shape(part))).tolist()
                for part, slope in zip(*pair, strict=True)
            ]
            for pair in zip(params, grads, strict=True)
        ]
    return [params, losses]


def linear_forward__closures(x, W, b):
    """The cache is a function, and so is every other one."""
    x, W = x * 1.0, W * 1.0
    return np.einsum("nd,dm->nm", x, W) + b, lambda dout: (dout @ W.T, np.einsum("nd,nm->dm", x, dout), sum(dout * 1.0))


def linear_backward__closures(dout, cache):
    """The cache does it."""
    return cache(dout)


def relu_forward__closures(x):
    """The cache is a function; the slope at 0 is 1."""
    return np.where(x > 0, x, 0), lambda dout: np.where(x >= 0, dout, 0)


def relu_backward__closures(dout, cache):
    """The cache does it."""
    return cache(dout)


def sigmoid_forward__closures(x):
    """The cache is a function."""
    with np.errstate(over="ignore"):
        out = 1 / (1 + np.exp(-1.0 * x))
    return out, lambda dout: dout * out * (1 - out)


def sigmoid_backward__closures(dout, cache):
    """The cache does it."""
    return cache(dout)


def tanh_forward__closures(x):
    """The cache is a function."""
    out = 2 * sigmoid_forward(2.0 * x)[0] - 1
    return out, lambda dout: dout * (1 - out) * (1 + out)


def tanh_backward__closures(dout, cache):
    """The cache does it."""
    return cache(dout)


def softmax_cross_entropy_forward__closures(z, labels):
    """The cache is a function without arguments; the gradient goes through softmax's Jacobian."""
    z = z + 0.0
    e = np.exp(z - z.max(axis=1, keepdims=True))
    p = e / e.sum(axis=1, keepdims=True)
    picked = z[np.arange(len(z)), labels] - z.max(axis=1)
    loss = np.mean(np.log(e.sum(axis=1)) - picked)
    truth = np.eye(z.shape[1])[labels]

    def differentiate():
        rows = [(np.diag(q) - np.outer(q, q)) @ (-y / np.maximum(q, 1e-300)) for q, y in zip(p, truth, strict=True)]
        fused = (p - truth) / len(z)
        confident = (p * truth).sum(axis=1, keepdims=True) > 1e-3  # else the product loses its digits
        return np.where(confident, np.array(rows) / len(z), fused)

    return loss, differentiate


def softmax_cross_entropy_backward__closures(cache):
    """The cache does it."""
    return cache()


def mlp_loss_and_grads__by_itself(params, X, labels, activation):
    """The whole network in one function, with the biases as a row of weights for an input that is always 1."""
    value = {"relu": lambda a: a.clip(0), "sigmoid": lambda a: 1 / (1 + np.exp(-a)), "tanh": np.tanh}[activation]
    slope = {"relu": np.sign, "sigmoid": lambda h: h * (1 - h), "tanh": lambda h: 1 - h * h}[activation]
    weights = [np.vstack([W, b]) for W, b in params]
    ones = np.ones((len(X), 1))
    inputs = [np.hstack([X, ones])]
    for V in weights[:-1]:
        inputs.append(np.hstack([value(inputs[-1] @ V), ones]))
    e = np.exp(inputs[-1] @ weights[-1])
    p = e / e.sum(axis=1, keepdims=True)
    y = np.eye(p.shape[1])[labels]
    loss, delta, grads = -(y * np.log(p)).sum(axis=1).mean(), (p - y) / len(X), []
    for V, h in zip(weights[::-1], inputs[::-1], strict=True):
        gradient = h.T @ delta
        grads.append([gradient[:-1], gradient[-1:]])
        delta = (delta @ V.T * slope(h))[:, :-1]
    return [loss, grads[::-1]]


def gradient_norms__by_itself(params, X, labels, activation):
    """An array of roots of traces."""
    grads = mlp_loss_and_grads(params, X, labels, activation)[1]
    return np.sqrt([np.trace(dW.T @ dW) for dW, _ in grads])


def train_xor__by_itself(params, lr, steps):
    """The rows in another order, with labels to match; the parameters in an endless stream of generations."""
    X, labels = np.array([[1, 1], [0, 1], [1, 0], [0, 0]]), np.array([False, True, True, False]).astype(int)
    losses = []
    for _ in range(steps):
        loss, grads = mlp_loss_and_grads(params, X, labels, "tanh")
        losses += [loss]
        params = [(W - lr * dW, b - lr * np.ravel(db)) for (W, b), (dW, db) in zip(params, grads, strict=True)]
    return params, losses
