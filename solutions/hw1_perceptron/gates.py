"""hw1: perceptrons, logic gates, and the perceptron's learning rule.

Integers may be of any numpy type (int64, uint8, int8): turn them into float64 before you compute anything.
"""

import numpy as np


def step(a):
    """Fire or stay silent: 1 where a > 0, otherwise 0.

    a: a number or an array of any shape, floats or integers of any numpy type. Returns 0/1 values of the same shape.
    a is not changed.
    Convention: the rule is strict, so step(0) = 0.

    >>> step(np.array([-0.2, 0.0, 0.3]))
    array([0., 0., 1.])
    """
    return np.where(np.asarray(a) > 0, 1.0, 0.0)


def perceptron(x: np.ndarray, w: np.ndarray, b: float):
    """Compute step(x @ w + b), for one sample or for a batch.

    x: (D,) or (N, D), floats or integers of any numpy type. w: (D,). b: a number.
    Returns a single 0/1 for x of shape (D,), and (N,) 0/1 values for x of shape (N, D).
    The arguments are not changed.
    Convention: the bias is added (b = -theta), and x @ w + b = 0 gives 0.

    >>> perceptron(np.array([[0, 1], [1, 1]]), np.array([0.5, 0.5]), -0.7)  # the notes' AND
    array([0., 1.])
    """
    return step(np.asarray(x, dtype=float) @ np.asarray(w) + b)


def gate_weights(name: str):
    """Give weights with which one perceptron realises a logic gate.

    name: "AND", "NAND", "OR", "NOR" or "NOT". Returns (w, b): w of shape (2,), for NOT (1,); b a number.
    Any weights that realise the gate are right; the notes give (0.5, 0.5) and -0.7 for AND.
    """
    weights = {
        "AND": ([0.5, 0.5], -0.7),
        "NAND": ([-0.5, -0.5], 0.7),
        "OR": ([0.5, 0.5], -0.3),
        "NOR": ([-0.5, -0.5], 0.3),
        "NOT": ([-1.0], 0.5),
    }
    w, b = weights[name]
    return np.array(w), b


def xor(x1, x2):
    """Tell whether exactly one of the two inputs is 1, with perceptrons that feed a perceptron.

    x1, x2: two numbers 0/1, or two arrays of 0/1 of equal shape; floats or integers of any numpy type.
    Returns 0/1, of the same shape. The arguments are not changed.

    >>> xor(np.array([0, 0, 1, 1]), np.array([0, 1, 0, 1]))
    array([0., 1., 1., 0.])
    """
    x = np.stack([x1, x2], axis=-1)
    s1 = perceptron(x, *gate_weights("NAND"))
    s2 = perceptron(x, *gate_weights("OR"))
    return perceptron(np.stack([s1, s2], axis=-1), *gate_weights("AND"))


def xnor(x1, x2):
    """Tell whether the two inputs are equal, with perceptrons that feed a perceptron.

    x1, x2: two numbers 0/1, or two arrays of 0/1 of equal shape; floats or integers of any numpy type.
    Returns 0/1, of the same shape. The arguments are not changed.

    >>> xnor(np.array([0, 0, 1, 1]), np.array([0, 1, 0, 1]))
    array([1., 0., 0., 1.])
    """
    x = np.stack([x1, x2], axis=-1)
    s1 = perceptron(x, *gate_weights("AND"))
    s2 = perceptron(x, *gate_weights("NOR"))
    return perceptron(np.stack([s1, s2], axis=-1), *gate_weights("OR"))


def xor_network():
    """Give the weights of a two-layer perceptron that computes XOR.

    Returns (W1, b1, W2, b2): W1 (2, H), b1 (H,), W2 (H,), b2 a number. The number H of hidden units is yours.
    Judged by the truth table of step(step(X @ W1 + b1) @ W2 + b2); the numbers themselves are yours, too.
    Convention: column j of W1 and entry j of b1 belong to hidden unit j.
    """
    (w_nand, b_nand), (w_or, b_or) = gate_weights("NAND"), gate_weights("OR")
    W1, b1 = np.column_stack([w_nand, w_or]), np.array([b_nand, b_or])
    W2, b2 = gate_weights("AND")
    return W1, b1, W2, b2


def two_layer_perceptron(X, W1, b1, W2, b2):
    """Compute step(step(X @ W1 + b1) @ W2 + b2): a hidden layer of perceptrons and one perceptron on top.

    X: (N, D). W1: (D, H). b1: (H,). W2: (H,). b2: a number; floats or integers of any numpy type.
    Returns (N,) 0/1 values.
    The arguments are not changed.
    Convention: both layers use step, and step(0) = 0.
    """
    hidden = step(np.asarray(X, dtype=float) @ W1 + b1)
    return perceptron(hidden, W2, b2)


def train_perceptron(X, y, lr, max_epochs):
    """Learn w and b from labelled rows with the perceptron's rule.

    X: (N, D), y: (N,) of 0/1, floats or integers of any numpy type. lr: a number above 0.
    max_epochs: a whole number, 0 or more.
    Returns (w, b, errors): w (D,), b a number, errors a list with one whole number for each epoch.
    Start with w = 0 and b = 0. In every epoch visit the rows in order; for each, y_hat = step(x @ w + b) with
    the current weights, then w += lr (y - y_hat) x and b += lr (y - y_hat) before the next row is looked at.
    errors[i] is the number of mistakes met in epoch i. Stop after the first epoch without a mistake (its 0 is
    in errors) or after max_epochs epochs. The arguments are not changed.

    >>> X, y = np.array([[0, 0], [0, 1], [1, 0], [1, 1]]), np.array([0, 0, 0, 1])
    >>> train_perceptron(X, y, 1.0, 20)  # AND
    (array([2., 1.]), -2.0, [1, 3, 3, 2, 1, 0])
    """
    X, y = np.asarray(X, dtype=float), np.asarray(y, dtype=float)
    N, D = X.shape
    w, b, errors = np.zeros(D), 0.0, []
    for _ in range(max_epochs):
        mistakes = 0
        for n in range(N):
            delta = float(y[n] - perceptron(X[n], w, b))
            w, b = w + lr * delta * X[n], b + lr * delta
            mistakes += delta != 0
        errors.append(mistakes)
        if mistakes == 0:
            break
    return w, b, errors
