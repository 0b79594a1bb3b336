"""Right solutions of hw9, written differently: the functions of one slug make one variant. Each keeps full marks."""
# ruff: noqa: F821 - the model solution's own functions

import itertools
import math

import numpy as np

right_loss, right_predict = loss_and_grads, predict


def init_params__loops(sizes, rng):
    """Every weight by itself, plain Python all the way."""
    params = []
    for layer in range(len(sizes) - 1):
        m, n = sizes[layer], sizes[layer + 1]
        W = np.zeros((m, n))
        for i in range(m):
            for j in range(n):
                W[i, j] = rng.standard_normal() / math.sqrt(m)
        params.append((W, np.zeros(n)))
    return params


def forward__loops(params, x):
    """The inputs of all layers for one sample, and at the end its logits."""
    a = [list(map(float, x))]
    for number, (W, b) in enumerate(params, start=1):
        z = [float(b_j) for b_j in b]
        for a_i, row in zip(a[-1], W, strict=True):
            for j, w in enumerate(row):
                z[j] += a_i * w
        a.append(z if number == len(params) else [math.tanh(z_j) for z_j in z])
    return a


def loss_and_grads__loops(params, X, labels):
    """Sample by sample and weight by weight."""
    grads = [([[0.0] * len(b) for _ in range(len(W))], [0.0] * len(b)) for W, b in params]
    weights = [(W.tolist(), b.tolist()) for W, b in params]
    total, N = 0.0, len(X)
    for x, label in zip(X, labels, strict=True):
        *inputs, z = forward__loops(weights, x)
        largest = max(z)
        exps = [math.exp(z_k - largest) for z_k in z]
        total += math.log(sum(exps)) + largest - z[label]
        delta = [e / sum(exps) / N for e in exps]
        delta[label] -= 1 / N
        for layer in range(len(weights) - 1, -1, -1):
            dW, db = grads[layer]
            below = []
            for i, a in enumerate(inputs[layer]):
                row, into = weights[layer][0][i], 0.0
                for j, d in enumerate(delta):
                    dW[i][j] += a * d
                    into += row[j] * d
                below.append(into * (1 - a * a))
            for j, d in enumerate(delta):
                db[j] += d
            delta = below
    return total / N, [(np.array(dW), np.array(db)) for dW, db in grads]


def fit__loops(X, labels, sizes, epochs, batch_size, lr, rng):
    """Batches are collected one sample after another."""
    params = init_params__loops(sizes, rng)
    for _ in range(epochs):
        batch = []
        left = len(X)
        for n in rng.permutation(len(X)):
            batch.append(n)
            left -= 1
            if len(batch) == batch_size or left == 0:
                _, grads = loss_and_grads__loops(params, [X[i] for i in batch], [labels[i] for i in batch])
                params = [(W - lr * dW, b - lr * db) for (W, b), (dW, db) in zip(params, grads, strict=True)]
                batch = []
    return params


def predict__loops(params, X):
    """The position of the largest logit of each sample, in a list."""
    logits = [forward__loops(params, x)[-1] for x in X]
    return [z.index(max(z)) for z in logits]


def confusion_matrix__loops(labels, predictions, num_classes):
    """One pair after another."""
    counts = [[0] * num_classes for _ in range(num_classes)]
    for truth, prediction in zip(labels, predictions, strict=True):
        counts[truth][prediction] += 1
    return counts


def first_layer_images__loops(params, shape):
    """Pixel by pixel."""
    W, (h, w) = params[0][0], shape
    return [[[W[r * w + c][j] for c in range(w)] for r in range(h)] for j in range(len(W[0]))]


def init_params__float32(sizes, rng):
    """Single precision."""
    return [
        (rng.standard_normal((m, n), dtype=np.float32) / np.float32(np.sqrt(m)), np.zeros(n, dtype=np.float32))
        for m, n in itertools.pairwise(sizes)
    ]


def loss_and_grads__float32(params, X, labels):
    """Single precision, with softmax and a logarithm of a sum."""
    params = [(np.float32(W), np.float32(b)) for W, b in params]
    a = [np.float32(X)]
    for W, b in params:
        a.append(np.tanh(a[-1] @ W + b))
    z = a[-2] @ params[-1][0] + params[-1][1]
    z = z - z.max(axis=1, keepdims=True)
    e = np.exp(z)
    rows = np.arange(len(z))
    loss = np.mean(np.log(e.sum(axis=1)) - z[rows, labels])
    delta = e / e.sum(axis=1, keepdims=True)
    delta[rows, labels] -= 1
    grads = []
    for layer in range(len(params))[::-1]:
        if layer < len(params) - 1:
            delta = delta @ params[layer + 1][0].T * (1 - np.square(a[layer + 1]))
        grads.insert(0, (a[layer].T @ delta / np.float32(len(z)), delta.mean(axis=0)))
    return loss, grads


def fit__float32(X, labels, sizes, epochs, batch_size, lr, rng):
    """Single precision; the samples are put in order once per epoch, and the parameters are changed in place."""
    params = init_params__float32(sizes, rng)
    for _ in range(epochs):
        order = rng.permutation(len(X))
        shuffled, names = np.float32(X)[order], labels[order]
        for at in range(0, len(X), batch_size):
            _, grads = loss_and_grads__float32(params, shuffled[at : at + batch_size], names[at : at + batch_size])
            for parts in zip(params, grads, strict=True):
                for p, dp in zip(*parts, strict=True):
                    p[...] -= np.float32(lr) * dp
    return params


def predict__float32(params, X):
    """Single precision, the classes too."""
    a = np.float32(X)
    for W, b in params[:-1]:
        a = np.tanh(a @ np.float32(W) + np.float32(b))
    return (a @ np.float32(params[-1][0]) + np.float32(params[-1][1])).argmax(axis=-1).astype(np.float32)


def confusion_matrix__float32(labels, predictions, num_classes):
    """One-hot rows multiplied, in single precision."""
    one_hot = np.eye(num_classes, dtype=np.float32)
    return one_hot[labels].T @ one_hot[predictions]


def first_layer_images__float32(params, shape):
    """Single precision, with the axes moved after the reshape."""
    return np.moveaxis(np.float32(params[0][0]).reshape(*shape, -1), -1, 0)


def init_params__lists(sizes, rng):
    """A tuple of lists, with biases of shape (1, M)."""
    return tuple([rng.normal(0, (1 / m) ** 0.5, (m, n)).tolist(), [[0] * n]] for m, n in itertools.pairwise(sizes))


def loss_and_grads__lists(params, X, labels):
    """The loss in an array of one entry; the gradients in lists, those of the biases with shape (1, M)."""
    loss, grads = right_loss(params, X, labels)
    return [np.array([loss]), tuple([dW.tolist(), [db.tolist()]] for dW, db in grads)]


def fit__lists(X, labels, sizes, epochs, batch_size, lr, rng):
    """Weights and biases in lists; all orders are drawn before the first epoch, by sorting random numbers."""
    params = [(np.array(W), np.array(b)) for W, b in init_params__lists(sizes, rng)]
    for order in np.argsort(rng.random((epochs, len(X))), axis=1):
        for rows in np.split(order, range(batch_size, len(X), batch_size)):
            _, grads = right_loss([(W, b[0]) for W, b in params], X[rows], labels[rows])
            params = [(W - lr * dW, b - lr * db) for (W, b), (dW, db) in zip(params, grads, strict=True)]
    return [[W.tolist(), b.tolist()] for W, b in params]


def predict__lists(params, X):
    """A tuple of whole numbers."""
    return tuple(int(k) for k in right_predict(params, np.array(X, dtype=float)))


def confusion_matrix__lists(labels, predictions, num_classes):
    """Pairs are collected and counted."""
    pairs = list(zip(labels.tolist(), predictions.tolist(), strict=True))
    return [[pairs.count((truth, guess)) for guess in range(num_classes)] for truth in range(num_classes)]


def first_layer_images__lists(params, shape):
    """A list of arrays, one for each column."""
    return [column.reshape(shape) for column in np.array(params[0][0]).T]


def init_params__separate(sizes, rng):
    """A generator of its own for each layer, seeded by the one given."""
    seeds = rng.integers(2**63, size=len(sizes) - 1).tolist()
    layers = zip(sizes, sizes[1:], map(np.random.default_rng, seeds), strict=False)
    return [(own.standard_normal((n, m)).T / m**0.5, np.zeros((n,))) for m, n, own in layers]


def loss_and_grads__separate(params, X, labels):
    """Recursion: each layer's gradient comes back from the layer above."""

    def go(a, layers):
        (W, b), *above = layers
        z = a @ W + b
        if above:
            h = np.tanh(z)
            loss, dh, grads = go(h, above)
            dz = dh - dh * h * h
        else:
            log_sum = np.logaddexp.reduce(z, axis=1)
            loss = np.average(log_sum - np.take_along_axis(z, labels[:, None], axis=1)[:, 0])
            dz = (np.exp(z - log_sum[:, None]) - (labels[:, None] == np.arange(z.shape[1]))) / len(z)
            grads = []
        return loss, dz @ W.T, [(np.einsum("nd,nm->dm", a, dz), np.ones(len(dz)) @ dz), *grads]

    loss, _, grads = go(X.astype(float), list(params))
    return loss, grads


def fit__separate(X, labels, sizes, epochs, batch_size, lr, rng):
    """A shuffled list of row numbers; the weights are drawn after a first number of another kind."""
    rng.integers(10)
    params = [(W.copy(), b.copy()) for W, b in init_params(sizes, rng)]
    rows = list(range(len(X)))
    for _ in range(epochs):
        rng.shuffle(rows)
        for at in range(0, len(rows), batch_size):
            chosen = sorted(rows[at : at + batch_size])
            grads = loss_and_grads__separate(params, X[chosen], labels[chosen])[1]
            for layer, (dW, db) in enumerate(grads):
                params[layer] = params[layer][0] - lr * dW, params[layer][1] - lr * db
    return params


def predict__separate(params, X):
    """From probabilities, with tanh written as a sigmoid."""
    *hidden, (W, b) = params
    X = X / 1
    for V, c in hidden:
        X = 2 / (1 + np.exp(-2 * (X @ V + c))) - 1
    z = X @ W + b
    p = np.exp(z - z.max(axis=1)[:, None])
    return np.argmax(p / p.sum(axis=1)[:, None], axis=1)


def confusion_matrix__separate(labels, predictions, num_classes):
    """One number for each pair, counted by bincount."""
    cells = np.bincount(num_classes * labels.astype(int) + predictions, minlength=num_classes * num_classes)
    return cells.reshape(num_classes, -1).astype(float)


def first_layer_images__separate(params, shape):
    """A transposition of three axes."""
    return params[0][0].reshape(shape[0], shape[1], -1).transpose(2, 0, 1).copy()
