"""Right solutions of hw4, written differently: the functions of one slug make one variant. Each keeps full marks."""

import math

import numpy as np


def softmax__loops(z):
    """Recursion over the rows, plain Python numbers."""
    if np.ndim(z) == 2:
        return np.array([softmax__loops(row) for row in z])
    z = [float(z_k) for z_k in z]
    exps = [math.exp(z_k - max(z)) for z_k in z]
    return [e / sum(exps) for e in exps]


def log_softmax__loops(z):
    """Recursion over the rows, plain Python numbers."""
    if np.ndim(z) == 2:
        return [log_softmax__loops(row) for row in z]
    z = list(map(float, z))
    largest, total = max(z), 0.0
    for z_k in z:
        total += math.exp(z_k - largest)
    return [z_k - largest - math.log(total) for z_k in z]


def softmax_cross_entropy__loops(z, labels):
    """A sum over the samples, divided at the end."""
    total = 0.0
    for row, label in zip(z, labels, strict=True):
        total -= log_softmax__loops(row)[label]
    return total / len(labels)


def predict__loops(z):
    """A comparison after another: a list of ints."""
    classes = []
    for row in z:
        best = 0
        for k in range(1, len(row)):
            if row[k] > row[best]:
                best = k
        classes.append(best)
    return classes


def accuracy__loops(z, labels):
    """A count, divided at the end."""
    right = 0
    for guess, label in zip(predict__loops(z), labels, strict=True):
        right += guess == label
    return right / len(labels)


def sigmoid_via_softmax__loops(s):
    """A softmax for each score."""
    return [softmax__loops([0.0, float(s_n)])[1] for s_n in s]


def softmax__float32(z):
    """Single precision."""
    z = np.asarray(z, dtype=np.float32)
    e = np.exp(z - z.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


def log_softmax__float32(z):
    """Single precision."""
    z = np.asarray(z, dtype=np.float32)
    m = z.max(axis=-1, keepdims=True)
    return z - m - np.log(np.exp(z - m).sum(axis=-1, keepdims=True))


def softmax_cross_entropy__float32(z, labels):
    """Single precision."""
    return -np.mean(log_softmax__float32(z)[range(len(labels)), labels])


def predict__float32(z):
    """Classes as floats in single precision."""
    return np.argmax(np.float32(z), axis=1).astype(np.float32)


def accuracy__float32(z, labels):
    """Single precision."""
    return np.mean(predict__float32(z) == labels, dtype=np.float32)


def sigmoid_via_softmax__float32(s):
    """Single precision."""
    return softmax__float32(np.stack([np.zeros_like(s), s], axis=1))[:, 1]


def softmax__lists(z):
    """Lists all the way, through the logarithms."""
    return np.exp(log_softmax__lists(z)).tolist()


def log_softmax__lists(z):
    """Lists all the way."""
    shifted = np.subtract(z, np.max(z, axis=-1, keepdims=True), dtype=float).tolist()
    rows = shifted if np.ndim(z) == 2 else [shifted]
    result = [[z_k - math.log(math.fsum(map(math.exp, row))) for z_k in row] for row in rows]
    return result if np.ndim(z) == 2 else result[0]


def softmax_cross_entropy__lists(z, labels):
    """The number comes in a list of one."""
    losses = [-row[label] for row, label in zip(log_softmax__lists(z), labels.tolist(), strict=True)]
    return [sum(losses) / len(losses)]


def predict__lists(z):
    """A tuple of positions, found by value."""
    return tuple(row.index(max(row)) for row in np.asarray(z).tolist())


def accuracy__lists(z, labels):
    """The number comes in an array of shape (1, 1)."""
    hits = [guess == label for guess, label in zip(predict__lists(z), labels.tolist(), strict=True)]
    return np.array([[hits.count(True) / len(hits)]])


def sigmoid_via_softmax__lists(s):
    """Two branches, so that no exponent is positive."""
    return [1 / (1 + math.exp(-x)) if x > 0 else math.exp(x) / (1 + math.exp(x)) for x in s.tolist()]


def softmax__ratios(z):
    """One over the sum of exp(z_i - z_k): what overflows to inf comes out as 0."""
    z = np.asarray(z, dtype=float)
    with np.errstate(over="ignore"):
        return 1 / np.exp(z[..., None, :] - z[..., :, None]).sum(axis=-1)


def log_softmax__ratios(z):
    """Minus the log of the sum above, by logaddexp."""
    z = np.asarray(z, dtype=float)
    return -np.logaddexp.reduce(z[..., None, :] - z[..., :, None], axis=-1)


def softmax_cross_entropy__ratios(z, labels):
    """One-hot rows times the table of logarithms."""
    one_hot = np.eye(np.shape(z)[1])[labels]
    return np.einsum("nk,nk->", one_hot, -log_softmax__ratios(z)) / len(z)


def predict__ratios(z):
    """The class whose logit no other exceeds, from a sorted row."""
    return np.argsort(z, axis=1)[:, -1]


def accuracy__ratios(z, labels):
    """Whether the label's logit is the row's largest."""
    return np.count_nonzero(np.take_along_axis(z, labels[:, None], axis=1).ravel() == z.max(axis=1)) / labels.size


def sigmoid_via_softmax__ratios(s):
    """The hyperbolic tangent of half the score."""
    return (1 + np.tanh(np.float64(s) / 2)) / 2


def softmax__own_copy(z):
    """Work in place on a copy, turned so that classes are the first axis, and normalised twice."""
    e = np.array(z, dtype=float).T
    e -= e.max(axis=0)
    np.exp(e, out=e)
    e /= e.sum(axis=0)
    return (e / e.sum(axis=0)).T


def log_softmax__own_copy(z):
    """Shifted by the smallest number that keeps the exponents below 700."""
    shifted = np.array(z, dtype=float).T
    shifted -= shifted.max(axis=0) - 700
    return (shifted - np.log(np.sum(np.exp(shifted), axis=0))).T


def softmax_cross_entropy__own_copy(z, labels):
    """The log of the sum minus the true class's logit."""
    z = np.array(z, dtype=float)
    largest = np.max(z, axis=1)
    log_sum = largest + np.log(np.sum(np.exp(z - largest[:, None]), axis=1))
    return np.average(log_sum - np.choose(labels, z.T))


def sigmoid_via_softmax__own_copy(s):
    """The textbook's 1 / (1 + exp(-s)): its overflow comes out as 0."""
    return 1 / (1 + np.exp(-1.0 * s.astype(float)))


def softmax__two_steps(z):
    """The exponents are kept above -700, which costs 1e-304."""
    z = z * np.float64(1)
    shifted = np.maximum(z - np.max(z, axis=-1, keepdims=True), -700)
    e = np.e**shifted
    return np.divide(e, np.sum(e, axis=-1, keepdims=True))


def sigmoid_via_softmax__two_steps(s):
    """Softmax of (-s, 0)."""
    return softmax__two_steps(np.array([0.0 - s, np.zeros(s.shape)]).T)[:, 1]


def predict__two_steps(z):
    """From the probabilities, which keep the order."""
    return softmax__two_steps(z).argmax(axis=1)


def accuracy__two_steps(z, labels):
    """One minus the fraction of errors."""
    return 1 - np.mean(predict__two_steps(z) != labels)


def softmax__vectorised(z):
    """A function of one row, applied along the last axis; lambda and class included."""

    class Row:
        def __init__(self, row):
            self.powers = [math.e ** float(entry - row.max()) for entry in row.astype(np.float64)]

        def probabilities(self):
            return [power / math.fsum(self.powers) for power in self.powers]

    return np.apply_along_axis(lambda row: Row(row).probabilities(), -1, z)


def log_softmax__vectorised(z):
    """The row's maximum by a reduction of pairs, the sum by a generator."""
    table = np.atleast_2d(np.array(z, dtype=np.float64))
    rows = []
    for row in table:
        top = np.maximum.reduce(row)
        rows.append(row - (top + math.log(sum(math.exp(entry - top) for entry in row))))
    return np.reshape(rows, np.shape(z))


def softmax_cross_entropy__vectorised(z, labels):
    """A 0-d array: the trace of what every sample costs under every label."""
    return np.asarray(np.trace(-np.array(log_softmax__vectorised(z))[:, labels]) / np.float32(len(labels)))


def predict__vectorised(z):
    """The first column that reaches the maximum of its row."""
    return [int(np.flatnonzero(row == row.max())[0]) for row in z]


def accuracy__vectorised(z, labels):
    """Bools, summed and divided, as a fraction of two integers."""
    return np.bool_(np.array(predict__vectorised(z)) == labels.astype(int)).sum() / np.int64(labels.shape[0])


def sigmoid_via_softmax__vectorised(s):
    """np.vectorize of the two-class softmax, by the ratio of the two powers."""
    return np.vectorize(lambda score: 1.0 / (1.0 + math.exp(min(-float(score), 709.0))), otypes=[float])(s)
