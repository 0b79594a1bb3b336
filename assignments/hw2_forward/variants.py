"""Right solutions of hw2, written differently: the functions of one slug make one variant. Each keeps full marks."""

# ruff: noqa: F821 - a variant stands behind the model solution and may call its other functions

import math
from functools import reduce
from itertools import pairwise

import numpy as np


def sigmoid__loops(x):
    """A loop over all entries, and a branch for each sign."""
    y = np.zeros(np.shape(x))
    for i in np.ndindex(y.shape):
        v = float(x[i])
        y[i] = 1 / (1 + math.exp(-v)) if v >= 0 else math.exp(v) / (1 + math.exp(v))
    return y


def tanh__loops(x):
    """math.tanh of all entries, one after another."""
    return np.reshape([math.tanh(v) for v in x.flat], x.shape)


def relu__loops(x):
    """A copy, in which negative entries are replaced in a loop."""
    y = x.copy()
    for i in np.ndindex(y.shape):
        if y[i] < 0:
            y[i] = 0
    return y


def leaky_relu__loops(x, alpha=0.1):
    """Python's max of each entry, by np.vectorize."""
    return np.vectorize(lambda v: max(float(v), alpha * v))(x)


def elu__loops(x, alpha=1.0):
    """A loop over all entries with math.exp on the negative side alone."""
    y = np.zeros(np.shape(x))
    for i in np.ndindex(y.shape):
        y[i] = x[i] if x[i] >= 0 else alpha * (math.exp(x[i]) - 1)
    return y


def linear__loops(X, W, b):
    """Three loops: samples, units, inputs."""
    A = np.zeros((len(X), len(b)))
    for n in range(len(X)):
        for m in range(len(b)):
            total = float(b[m])
            for d in range(len(W)):
                total = total + float(X[n][d]) * float(W[d][m])
            A[n, m] = total
    return A


def maxout__loops(x, W1, b1, W2, b2):
    """The two maps by the loops above, then a comparison for every entry."""
    first, second = linear__loops(x, W1, b1), linear__loops(x, W2, b2)
    for i in np.ndindex(first.shape):
        first[i] = max(first[i], second[i])
    return first


def parameter_shapes__loops(sizes):
    """An index and append."""
    shapes = []
    for i in range(1, len(sizes)):
        shapes.append(((sizes[i - 1], sizes[i]), (sizes[i],)))
    return shapes


def forward__loops(X, params, activation, output):
    """A loop over the layers, an if for each name, softmax row by row."""
    Z = X
    for W, b in params[:-1]:
        A = linear__loops(Z, W, b)
        if activation == "sigmoid":
            Z = sigmoid__loops(A)
        elif activation == "tanh":
            Z = tanh__loops(A)
        else:
            Z = relu__loops(A)
    A = linear__loops(Z, *params[-1])
    if output == "identity":
        return A
    rows = [[math.exp(a) for a in row] for row in A]
    return np.array([[e / sum(row) for e in row] for row in rows])


def collapse_linear__loops(params):
    """The weights from the unit vectors and the bias from 0, sent through the layers by the loops above."""
    d = len(params[0][0])
    rows = np.vstack([np.eye(d), np.zeros((1, d))])
    for W, b in params:
        rows = linear__loops(rows, W, b)
    b = rows[d]
    return np.array([row - b for row in rows[:d]]), b


def sigmoid__float32(x):
    """Single precision."""
    return np.float32(1) / (np.float32(1) + np.exp(-np.float32(x)))


def tanh__float32(x):
    """Single precision."""
    return np.tanh(np.float32(x))


def relu__float32(x):
    """Single precision."""
    return np.maximum(np.float32(x), np.float32(0))


def leaky_relu__float32(x, alpha=0.1):
    """Single precision."""
    x = np.float32(x)
    return np.where(x > 0, x, np.float32(alpha) * x)


def elu__float32(x, alpha=1.0):
    """Single precision."""
    x = np.float32(x)
    return np.where(x > 0, x, np.float32(alpha) * (np.exp(np.minimum(x, np.float32(0))) - np.float32(1)))


def linear__float32(X, W, b):
    """Single precision."""
    return np.float32(X) @ np.float32(W) + np.float32(b)


def maxout__float32(x, W1, b1, W2, b2):
    """Single precision."""
    return np.maximum(linear__float32(x, W1, b1), linear__float32(x, W2, b2))


def forward__float32(X, params, activation, output):
    """Single precision all the way."""
    Z = np.float32(X)
    for number, (W, b) in enumerate(params):
        if number:
            Z = {"sigmoid": sigmoid__float32, "tanh": tanh__float32, "relu": relu__float32}[activation](Z)
        Z = linear__float32(Z, W, b)
    e = np.exp(Z)
    return Z if output == "identity" else e / np.sum(e, axis=1, keepdims=True)


def collapse_linear__float32(params):
    """Single precision all the way."""
    W, b = np.float32(params[0][0]), np.float32(params[0][1])
    for W_next, b_next in params[1:]:
        W, b = W @ np.float32(W_next), b @ np.float32(W_next) + np.float32(b_next)
    return W, b


def sigmoid__lists(x):
    """Nested lists come back (for an array without axes, a Python number)."""
    return (0.5 + 0.5 * np.tanh(np.asarray(x) / 2)).tolist()


def tanh__lists(x):
    """Nested lists come back."""
    return np.tanh(x, dtype=float).tolist()


def relu__lists(x):
    """Nested lists come back, whole numbers where they went in."""
    return (x * (x > 0)).tolist()


def leaky_relu__lists(x, alpha=0.1):
    """Nested lists come back."""
    return np.where(x < 0, alpha * x, x).tolist()


def elu__lists(x, alpha=1.0):
    """Nested lists come back."""
    return np.where(x < 0, alpha * np.expm1(x, dtype=float), x).tolist()


def linear__lists(X, W, b):
    """A list of lists, from lists."""
    columns = list(zip(*W.tolist(), strict=True))
    return [
        [
            sum(v * w for v, w in zip(row, column, strict=True)) + bias
            for column, bias in zip(columns, b.tolist(), strict=True)
        ]
        for row in X.tolist()
    ]


def maxout__lists(x, W1, b1, W2, b2):
    """A list of lists, the larger one of two by Python's max."""
    first, second = linear__lists(x, W1, b1), linear__lists(x, W2, b2)
    return [list(map(max, *rows)) for rows in zip(first, second, strict=True)]


def parameter_shapes__lists(sizes):
    """Lists where tuples were shown."""
    return [[[d, m], [m]] for d, m in pairwise(sizes)]


def forward__lists(X, params, activation, output):
    """Rows are lists, one sample after another."""
    h = {"sigmoid": sigmoid__lists, "tanh": tanh__lists, "relu": relu__lists}[activation]
    rows = []
    for x in X:
        row = np.array([x])
        for W, b in params[:-1]:
            row = np.array(h(np.array(linear__lists(row, W, b))))
        (row,) = linear__lists(row, *params[-1])
        exps = [math.exp(a) for a in row]
        rows.append(row if output == "identity" else [e / sum(exps) for e in exps])
    return rows


def collapse_linear__lists(params):
    """A list of two lists; the bias is a row, (1, K)."""
    W, b = np.float64(params[0][0]), np.reshape(params[0][1], (1, -1)).astype(float)
    for W_next, b_next in params[1:]:
        W, b = W.dot(W_next), b.dot(W_next) + b_next
    return [W.tolist(), b.tolist()]


def sigmoid__algebra(x):
    """1 / (1 + exp(-x)) as it stands: the overflow at -800 is a warning, and 1 / inf is the right 0."""
    return 1 / (1 + np.exp(-np.float64(x)))


def tanh__algebra(x):
    """Exponents clipped where tanh has long been 1."""
    e = np.exp(2 * np.clip(np.float64(x), -300, 300))
    return (e - 1) / (e + 1)


def relu__algebra(x):
    """(x + |x|) / 2."""
    x = x * 1.0
    return (x + np.abs(x)) / 2


def elu__algebra(x, alpha=1.0):
    """By np.where as it stands: the overflow on the side that is not chosen is a warning."""
    return np.where(x >= 0, x, alpha * np.exp(x.astype(float)) - alpha)


def linear__algebra(X, W, b):
    """The bias as one more row of weights, for an input that is always 1."""
    ones = np.ones((len(X), 1))
    return np.hstack([X, ones]) @ np.vstack([W, b])


def maxout__algebra(x, W1, b1, W2, b2):
    """Both maps in one einsum, then a maximum over the maps."""
    maps = np.einsum("nd,kdm->knm", x, np.stack([W1, W2]), dtype=float) + np.stack([b1, b2])[:, None, :]
    return maps.max(axis=0)


def forward__algebra(X, params, activation, output):
    """Recursion over the layers; softmax shifted by each row's maximum."""
    W, b = params[-1]
    if len(params) > 1:
        inner = forward__algebra(X, params[:-1], activation, "identity")
        X = np.maximum(inner, 0) if activation == "relu" else {"tanh": np.tanh, "sigmoid": sigmoid}[activation](inner)
    A = np.dot(X, np.float64(W)) + b
    if output == "softmax":
        A = np.exp(A - A.max(axis=1, keepdims=True))
        A /= A.sum(axis=1, keepdims=True)
    return A


def collapse_linear__algebra(params):
    """Each layer as one matrix with the bias in its last row, multiplied together."""
    product = np.eye(len(params[0][0]) + 1)
    for W, b in params:
        corner = np.zeros((len(W) + 1, 1))
        corner[-1] = 1
        product = product @ np.hstack([np.vstack([W, b]), corner])
    return product[:-1, :-1], product[-1, :-1]


def sigmoid__masks(x):
    """Two masks, one for each sign, filled separately."""
    x = np.asarray(x, dtype=float)
    y = np.empty_like(x)
    positive = x >= 0
    y[positive] = 1 / (1 + np.exp(-x[positive]))
    e = np.exp(x[~positive])
    y[~positive] = e / (1 + e)
    return y


def forward__folded(X, params, activation, output):
    """The activation stands before every layer but the first."""
    h = {"sigmoid": lambda a: np.exp(-np.logaddexp(0, -a)), "tanh": np.tanh, "relu": lambda a: a.clip(0, None)}
    A = np.matmul(X, params[0][0], dtype=float) + params[0][1]
    for W, b in params[1:]:
        A = h[activation](A) @ W + b
    return A if output == "identity" else np.exp(A - np.logaddexp.reduce(A, axis=1, keepdims=True))


def sigmoid__functional(x):
    """By logaddexp: exp(-log(1 + exp(-x)))."""
    return np.exp(-np.logaddexp(0, -np.asarray(x, dtype=np.float64)))


def tanh__functional(x):
    """By sigmoids of both signs."""
    x = np.asarray(x, dtype=np.float64)
    return sigmoid(2 * x) - sigmoid(-2 * x)


def relu__functional(x):
    """clip with an open end, in a new array."""
    return np.asarray(x, dtype=np.float64).clip(0, None)


def leaky_relu__functional(x, alpha=0.1):
    """Two relus: x to the right less alpha times -x to the left."""
    x = np.asarray(x, dtype=np.float64)
    return relu__functional(x) - alpha * relu__functional(-x)


def elu__functional(x, alpha=1.0):
    """exp with `where`, in a copy of its own that is filled in place."""
    x = np.array(x, dtype=np.float64)
    y = np.expm1(x, where=x < 0, out=np.zeros_like(x))
    y *= alpha
    y += np.maximum(x, 0)
    return y


def linear__functional(X, W, b):
    """einsum in float64, with the bias as (1, M); the result is a view in another order of memory."""
    return (np.einsum("dm,nd->mn", W, X, dtype=np.float64) + np.reshape(b, (-1, 1))).T


def maxout__functional(x, W1, b1, W2, b2):
    """One map plus the relu of the difference."""
    second = linear__functional(x, W2, b2)
    return second + relu__functional(linear__functional(x, W1, b1) - second)


def parameter_shapes__functional(sizes):
    """map over two shifted lists; shapes of arrays that hold next to nothing."""
    return list(map(lambda d, m: (np.broadcast_to(0, (d, m)).shape, np.empty(m).shape), sizes[:-1], sizes[1:]))


def forward__functional(X, params, activation, output):
    """functools.reduce over closures; the layers are numbered by enumerate."""

    class Layer:
        def __init__(self, W, b, h):
            self.W, self.b, self.h = np.asarray(W, dtype=np.float64), np.ravel(b), h

        def __call__(self, Z):
            return self.h(Z @ self.W + self.b)

    chosen = {"sigmoid": sigmoid__functional, "tanh": np.tanh, "relu": relu__functional}[activation]
    last = (lambda A: A) if output == "identity" else lambda A: np.exp(A) / np.exp(A).sum(axis=-1)[:, None]
    layers = [Layer(W, b, last if n == len(params) else chosen) for n, (W, b) in enumerate(params, start=1)]
    return reduce(lambda Z, layer: layer(Z), layers, np.asarray(X, dtype=np.float64))


def collapse_linear__functional(params):
    """From the last layer to the first: what comes before is multiplied from the left."""
    *earlier, (W, b) = [(W.astype(float), b.astype(float)) for W, b in params]
    for W_before, b_before in reversed(earlier):
        W, b = W_before @ W, b_before @ W + b
    return W, b[None, :]
