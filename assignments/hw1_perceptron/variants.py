"""Right solutions of hw1, written differently: the functions of one slug make one variant. Each keeps full marks."""
# ruff: noqa: F821 - step and perceptron are the model solution's, or the variant's own

import math
from itertools import product

import numpy as np


def step__loops(a):
    """An if, and recursion over the axes: lists of whole numbers."""
    if np.ndim(a) == 0:
        return 1 if a > 0 else 0
    return [step__loops(part) for part in a]


def perceptron__loops(x, w, b):
    """A loop over the entries, and recursion over the rows."""
    if np.ndim(x) == 2:
        return [perceptron__loops(row, w, b) for row in x]
    total = float(b)
    for x_d, w_d in zip(x, w, strict=True):
        total += float(x_d) * float(w_d)
    return 1 if total > 0 else 0


def gate_weights__loops(name):
    """One if for each gate, whole numbers and halves."""
    if name == "AND":
        return np.array([1, 1]), -1.5
    if name == "NAND":
        return np.array([-1, -1]), 1.5
    if name == "OR":
        return np.array([1, 1]), -0.5
    if name == "NOR":
        return np.array([-1, -1]), 0.5
    return np.array([-1]), 0.5


def xor__loops(x1, x2):
    """and, or and not, and recursion over the axes."""
    if np.ndim(x1) == 0:
        return int((x1 or x2) and not (x1 and x2))
    return [xor__loops(a, b) for a, b in zip(x1, x2, strict=True)]


def xnor__loops(x1, x2):
    """One minus the function above, entry by entry."""
    if np.ndim(x1) == 0:
        return 1 - xor__loops(x1, x2)
    return [xnor__loops(a, b) for a, b in zip(x1, x2, strict=True)]


def two_layer_perceptron__loops(X, W1, b1, W2, b2):
    """Three loops: over rows, hidden units and inputs."""
    outputs = []
    for x in X:
        top = float(b2)
        for h in range(len(b1)):
            total = float(b1[h])
            for d in range(len(x)):
                total += float(x[d]) * float(W1[d, h])
            top += float(W2[h]) if total > 0 else 0
        outputs.append(1 if top > 0 else 0)
    return outputs


def train_perceptron__loops(X, y, lr, max_epochs):
    """Plain numbers, and a correction in two branches."""
    w, b, errors = [0.0] * len(X[0]), 0.0, []
    while len(errors) < max_epochs:
        count = 0
        for x_n, y_n in zip(X.tolist(), y.tolist(), strict=True):
            fires = b + sum(w_d * x_d for w_d, x_d in zip(w, x_n, strict=True)) > 0
            if fires == y_n:
                continue
            sign = -1 if fires else 1
            w = [w_d + sign * lr * x_d for w_d, x_d in zip(w, x_n, strict=True)]
            b += sign * lr
            count += 1
        errors.append(count)
        if not count:
            return w, b, errors
    return w, b, errors


def step__float32(a):
    """Single precision."""
    return np.heaviside(np.float32(a), np.float32(0))


def perceptron__float32(x, w, b):
    """Single precision."""
    return step(np.float32(x) @ np.float32(w) + np.float32(b))


def gate_weights__float32(name):
    """Single precision, large numbers."""
    w, b = {"AND": (20, -30), "NAND": (-20, 30), "OR": (20, -10), "NOR": (-20, 10), "NOT": (-20, 10)}[name]
    return np.full(1 if name == "NOT" else 2, w, dtype=np.float32), np.float32(b)


def xor__float32(x1, x2):
    """Single precision, as a polynomial."""
    x1, x2 = np.float32(x1), np.float32(x2)
    return x1 + x2 - 2 * x1 * x2


def xnor__float32(x1, x2):
    """Single precision, as a polynomial."""
    return np.float32(1) - xor__float32(x1, x2)


def two_layer_perceptron__float32(X, W1, b1, W2, b2):
    """Single precision."""
    return perceptron(step(np.float32(X) @ np.float32(W1) + np.float32(b1)), W2, b2)


def train_perceptron__float32(X, y, lr, max_epochs):
    """Single precision, with the bias as the weight of an input that is always 1."""
    X = np.column_stack([np.ones(len(X)), X]).astype(np.float32)
    w, errors = np.zeros(X.shape[1], dtype=np.float32), []
    for _ in range(max_epochs):
        deltas = []
        for x_n, y_n in zip(X, y, strict=True):
            deltas.append(np.float32(y_n) - np.float32(x_n @ w > 0))
            w += np.float32(lr) * deltas[-1] * x_n
        errors.append(np.count_nonzero(deltas))
        if errors[-1] == 0:
            break
    return w[1:], w[0], np.array(errors)


def gate_weights__lists(name):
    """Lists, the bias in a list of one, weights of unequal size."""
    w, b = {"AND": ([2, 3], -4), "NAND": ([-3, -2], 4), "OR": ([2, 3], -1), "NOR": ([-3, -2], 1), "NOT": ([-7], 3)}[
        name
    ]
    return [w, [b]]


def xor__lists(x1, x2):
    """Two lists of bools, flat and folded again."""
    flat = [a != b for a, b in zip(np.ravel(x1).tolist(), np.ravel(x2).tolist(), strict=True)]
    return np.reshape(flat, np.shape(x1)).tolist()


def xnor__lists(x1, x2):
    """Two lists of bools, flat and folded again."""
    flat = [a == b for a, b in zip(np.ravel(x1).tolist(), np.ravel(x2).tolist(), strict=True)]
    return np.reshape(flat, np.shape(x1)).tolist()


def xor_network__lists():
    """Nested lists; OR and AND in the hidden layer, the second one holding the output back."""
    return [[1, 1], [1, 1]], [-0.5, -1.5], [1, -2], -0.5


def two_layer_perceptron__lists(X, W1, b1, W2, b2):
    """A tuple of bools."""
    X, W1, b1, W2, b2 = (np.asarray(part, dtype=float) for part in (X, W1, b1, W2, b2))
    return tuple(bool(y) for y in (-b1 < X @ W1).astype(int) @ W2 > -b2)


def train_perceptron__lists(X, y, lr, max_epochs):
    """A list of three: w as a tuple, b as an array of one, errors as floats; the stop is asked for at the start."""
    w, b, errors = np.zeros((X.shape[1], 1)), np.zeros(1), []
    while 0.0 not in errors and len(errors) < max_epochs:
        errors.append(0.0)
        for n, label in enumerate(y):
            delta = label - (X[[n]] @ w + b > 0).astype(int)
            w, b = w + lr * X[[n]].T @ delta, b + lr * delta[0]
            errors[-1] += abs(delta.item())
    return [tuple(w.ravel()), b, errors]


def step__bools(a):
    """A comparison is enough: True and False are 1 and 0."""
    return np.greater(a, 0)


def perceptron__bools(x, w, b):
    """The sum compared with the threshold -b."""
    return np.dot(np.float64(x), np.float64(w)) > -float(b)


def xor__bools(x1, x2):
    """1 where the inputs differ."""
    return x1 != x2


def xnor__bools(x1, x2):
    """1 where the inputs are equal."""
    return x1 == x2


def xor_network__three_units():
    """OR, AND and a unit that never fires; b1 and W2 as a row and a column, b2 in an array."""
    return (
        np.array([[1.0, 1, 0], [1, 1, 0]]),
        np.array([[-0.5, -1.5, -1]]),
        np.array([[1.0], [-1], [5]]),
        np.array([-0.5]),
    )


def step__arithmetic(a):
    """The sign, moved from -1, 0, 1 to 0, 0, 1."""
    return (np.sign(a) + 1) // 2


def perceptron__arithmetic(x, w, b):
    """An input that is always 1 has the bias as its weight."""
    ones = np.ones((*np.shape(x)[:-1], 1))
    return step(np.concatenate([ones, x], axis=-1) @ np.concatenate([[b], w]))


def gate_weights__arithmetic(name):
    """Small whole numbers with sums of exactly 0: the strict rule allows it."""
    gates = {"AND": ([1, 1], -1), "NAND": ([-1, -1], 2), "OR": ([1, 1], 0), "NOR": ([-1, -1], 1), "NOT": ([-1], 1)}
    return gates[name]


def xor__arithmetic(x1, x2):
    """The rest of the sum divided by 2."""
    return np.add(x1, x2) % 2


def xnor__arithmetic(x1, x2):
    """One minus the distance of the inputs."""
    return 1 - abs(np.subtract(x1, x2, dtype=float))


def two_layer_perceptron__arithmetic(X, W1, b1, W2, b2):
    """With an input of 1 in either layer."""
    S = step(np.insert(X.astype(float), 0, 1, axis=1) @ np.vstack([b1, W1]))
    return step(np.insert(S, 0, 1, axis=1) @ np.hstack([b2, W2]))


def step__vectorized(a):
    """np.vectorize with a comparison; an array without axes comes back as such."""
    return np.vectorize(lambda v: v > 0, otypes=[float])(a)


def perceptron__vectorized(x, w, b):
    """einsum over the last axis, and np.heaviside."""
    return np.heaviside(np.einsum("...d,d->...", np.float64(x), np.float64(w)) + b, 0)


def gate_weights__vectorized(name):
    """Weights in the type int8 and large biases as 0-d arrays; NOR and NAND are OR and AND with the signs turned."""
    sign = -1 if name[0] == "N" else 1
    if name == "NOT":
        return np.array([-100], dtype=np.int8), np.array(50.0)
    return np.array([sign * 100, sign * 100], dtype=np.int8), np.array(sign * (-150.0 if "AND" in name else -50.0))


def xor__vectorized(x1, x2):
    """The truth table, looked up by the inputs as indices."""
    return np.array([[0, 1], [1, 0]], dtype=np.uint8)[np.asarray(x1, dtype=int), np.asarray(x2, dtype=int)]


def xnor__vectorized(x1, x2):
    """1 where the difference is 0, in floats."""
    return np.isclose(np.subtract(x1, x2, dtype=float), 0)


def xor_network__vectorized():
    """A hidden unit for each row of the truth table; the two with XOR 1 count on top. Numbers as float32."""
    rows = np.array(list(product([0, 1], repeat=2)), dtype=np.float32)
    return (2 * rows - 1).T, 0.5 - rows.sum(axis=1), np.array([0, 1, 1, 0], dtype=np.float32), np.float32(-0.5)


def two_layer_perceptron__vectorized(X, W1, b1, W2, b2):
    """Rows from a generator, sums by math.fsum."""

    def fire(numbers, bias):
        return math.fsum([*numbers, float(bias)]) > 0

    def answer(x):
        units = (
            fire((float(v) * float(w) for v, w in zip(x, column, strict=True)), b)
            for column, b in zip(W1.T, b1, strict=True)
        )
        return fire((float(w) for w, fires in zip(W2, units, strict=True) if fires), b2)

    return np.fromiter((answer(x) for x in X), dtype=np.int8, count=len(X))


def train_perceptron__vectorized(X, y, lr, max_epochs):
    """A class inside learns with a rate of 1; w and b are multiplied by lr at the end: the predictions agree."""

    class Neuron:
        def __init__(self, d):
            self.w = np.zeros(d + 1)

        def visit(self, x, truth):
            error = float(truth) - float(self.w @ x > 0)
            self.w = self.w + error * x
            return abs(int(error))

    neuron, errors = Neuron(X.shape[1]), []
    rows = np.hstack([X, np.ones((len(X), 1))]).astype(np.float64)
    for _ in range(max_epochs):
        errors.append(sum(neuron.visit(x, truth) for x, truth in zip(rows, y, strict=True)))
        if not errors[-1]:
            break
    return lr * neuron.w[:-1], lr * neuron.w[-1], np.array(errors, dtype=np.int64)
