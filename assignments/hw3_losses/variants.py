"""Right solutions of hw3, written differently: the functions of one slug make one variant. Each keeps full marks."""

import math

import numpy as np


def sse__loops(y, y_hat):
    """Recursion over the axes, plain Python numbers."""
    if np.ndim(y) == 0:
        return (float(y) - float(y_hat)) ** 2
    return sum(sse__loops(a, b) for a, b in zip(y, y_hat, strict=True))


def mse__loops(y, y_hat):
    """A loop over all elements, one after another."""
    total, count = 0.0, 0
    for position in np.ndindex(np.shape(y)):
        total += (float(y[position]) - float(y_hat[position])) ** 2
        count += 1
    return total / count


def rmse__loops(y, y_hat):
    """math.sqrt of the function above."""
    return math.sqrt(mse__loops(y, y_hat))


def one_hot__loops(labels, num_classes):
    """A comparison for every entry."""
    rows = np.zeros((len(labels), num_classes), dtype=int)
    for n in range(len(labels)):
        for k in range(num_classes):
            if labels[n] == k:
                rows[n, k] = 1
    return rows


def cross_entropy__loops(y_onehot, p):
    """Two loops; a class without weight is skipped, an exact 0 is replaced."""
    total = 0.0
    for n in range(len(p)):
        for k in range(len(p[n])):
            if y_onehot[n][k] > 0:
                total -= y_onehot[n][k] * math.log(p[n][k] if p[n][k] > 0 else 1e-300)
    return total / len(p)


def binary_cross_entropy__loops(y, p):
    """A loop that asks for the label and takes one logarithm."""
    total = 0.0
    for label, probability in zip(y, p, strict=True):
        total -= math.log(max(probability if label == 1 else 1 - probability, 1e-15))
    return total / len(y)


def sse__float32(y, y_hat):
    """Single precision."""
    return np.sum(np.square(np.float32(y) - np.float32(y_hat)))


def mse__float32(y, y_hat):
    """Single precision."""
    return np.mean(np.square(np.float32(y) - np.float32(y_hat)))


def rmse__float32(y, y_hat):
    """Single precision."""
    return np.sqrt(mse__float32(y, y_hat))


def one_hot__float32(labels, num_classes):
    """Single precision."""
    return np.eye(num_classes, dtype=np.float32)[labels]


def cross_entropy__float32(y_onehot, p):
    """Single precision, where 1e-7 is about as close to 1 as one can come."""
    p = np.clip(np.float32(p), np.float32(1e-7), np.float32(1))
    return -np.sum(np.float32(y_onehot) * np.log(p)) / np.float32(len(p))


def binary_cross_entropy__float32(y, p):
    """Single precision, clipped at 1e-7 on both sides."""
    y, p = np.float32(y), np.clip(np.float32(p), np.float32(1e-7), np.float32(1 - 1e-7))
    return -np.mean(y * np.log(p) + (np.float32(1) - y) * np.log(np.float32(1) - p))


def sse__lists(y, y_hat):
    """The number comes in a list of one."""
    return [float(sum((a - b) ** 2 for a, b in zip(np.ravel(y).tolist(), np.ravel(y_hat).tolist(), strict=True)))]


def mse__lists(y, y_hat):
    """The number comes in an array of one entry."""
    return np.array([np.mean(np.subtract(y.astype(float), y_hat) ** 2)])


def rmse__lists(y, y_hat):
    """The number comes in an array of shape (1, 1)."""
    errors = (y * 1.0 - y_hat * 1.0).reshape(1, -1)
    return np.sqrt(errors @ errors.T / errors.size)


def one_hot__lists(labels, num_classes):
    """A list of lists of bools."""
    return [[k == label for k in range(num_classes)] for label in labels.tolist()]


def cross_entropy__lists(y_onehot, p):
    """Lists all the way, a tiny number added in the logarithm."""
    rows = zip(y_onehot.tolist(), p.tolist(), strict=True)
    losses = [-sum(t * math.log(q + 1e-12) for t, q in zip(*row, strict=True)) for row in rows]
    return sum(losses) / len(losses)


def binary_cross_entropy__lists(y, p):
    """Lists all the way, as a cross-entropy over the two columns 1 - p and p."""
    y, p = np.asarray(y), np.asarray(p)
    return cross_entropy__lists(np.stack([1 - y, y], axis=-1), np.stack([1 - p, p], axis=-1))


def sse__algebra(y, y_hat):
    """The dot product of the errors with themselves."""
    errors = np.ravel(np.float64(y_hat)) - np.ravel(y)
    return errors @ errors


def mse__algebra(y, y_hat):
    """The variance of the errors plus the square of their mean."""
    errors = np.asarray(y, dtype=float) - y_hat
    return errors.var() + errors.mean() ** 2


def rmse__algebra(y, y_hat):
    """The length of the vector of errors over the root of n."""
    return np.linalg.norm(np.ravel(y - np.array(y_hat, dtype=float))) / np.sqrt(np.size(y))


def one_hot__algebra(labels, num_classes):
    """A column of labels compared with a row of classes."""
    return labels[:, None] == np.arange(num_classes)


def cross_entropy__algebra(y_onehot, p):
    """The entropy of the truth plus the divergence from it, with logs no lower than -100, as torch has it."""
    with np.errstate(divide="ignore"):
        log_p, log_y = np.maximum(np.log(p), -100), np.maximum(np.log(y_onehot), -100)
    entropy = -np.einsum("nk,nk->n", y_onehot, log_y)
    divergence = np.einsum("nk,nk->n", y_onehot, log_y - log_p)
    return np.average(entropy + divergence)


def binary_cross_entropy__algebra(y, p):
    """By way of the logit: softplus(z) - y z."""
    p = np.clip(p, 1e-15, 1 - 1e-15)
    z = np.log(p) - np.log1p(-p)
    return np.mean(np.logaddexp(0, z) - y * z)


def cross_entropy__additive(y_onehot, p):
    """1e-7 added inside the logarithm, the largest of the usual choices."""
    return np.mean(-np.sum(y_onehot * np.log(p + 1e-7), axis=1))


def binary_cross_entropy__additive(y, p):
    """1e-7 added inside both logarithms."""
    return -np.mean(y * np.log(p + 1e-7) + (1 - y) * np.log(1 - p + 1e-7))


def cross_entropy__smallest_float(y_onehot, p):
    """Clipped at the smallest normal float: a 0 costs 708."""
    return -np.sum(y_onehot * np.log(np.clip(p, np.finfo(float).tiny, None))) / y_onehot.shape[0]


def binary_cross_entropy__smallest_float(y, p):
    """The probability of the label, whichever it is, clipped at the smallest normal float."""
    q = np.where(y == 1, p, 1 - p)
    return -np.log(np.maximum(q, np.finfo(float).tiny)).mean()


def sse__generators(y, y_hat):
    """math.fsum over a generator of Python numbers, a class of its own for a pair."""

    class Pair:
        def __init__(self, truth, guess):
            self.error = float(guess) - float(truth)

    return math.fsum(Pair(*pair).error ** 2 for pair in zip(np.ravel(y), np.ravel(y_hat), strict=True))


def mse__generators(y, y_hat):
    """einsum over the flattened errors."""
    a, b = np.reshape(y, -1).astype(float), np.reshape(y_hat, -1).astype(float)
    return np.einsum("i,i->", a - b, a - b) / a.size


def rmse__generators(y, y_hat):
    """math.dist over the root of n: a 0-d array."""
    a, b = np.ravel(y).tolist(), np.ravel(y_hat).tolist()
    return np.array(math.dist(a, b) / math.sqrt(len(a)))


def one_hot__generators(labels, num_classes):
    """np.vectorize over all pairs of a label and a class."""
    same = np.vectorize(lambda label, column: 1.0 if label == column else 0.0, otypes=[float])
    return same(np.reshape(labels, (-1, 1)), np.arange(num_classes))


def cross_entropy__generators(y_onehot, p):
    """Only the entries with a weight are looked at; in place on an own copy."""
    q = np.array(p, dtype=float)
    q[q < 1e-15] = 1e-15
    return math.fsum(
        -float(y_onehot[where]) * math.log(q[where]) for where in zip(*np.nonzero(y_onehot), strict=True)
    ) / len(p)


def binary_cross_entropy__generators(y, p):
    """By log1p, and with the labels as bools."""
    truth, q = np.asarray(y) > 0.5, np.clip(np.array(p, dtype=float), 1e-10, 1 - 1e-10)
    return np.mean(np.where(truth, -np.log(q), -np.log1p(-q)))
