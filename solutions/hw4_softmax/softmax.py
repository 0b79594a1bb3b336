"""hw4: softmax, cross-entropy from logits, and the two-class case."""

import numpy as np


def softmax(z: np.ndarray) -> np.ndarray:
    """Turn logits into probabilities along the last axis: y_k = exp(z_k) / sum_i exp(z_i).

    z: (K,) or (N, K), floats or integers of any numpy type (images are uint8), computed as float64.
    Returns float64 of the same shape; each row sums to 1.
    Finite for logits of +-1000 and for rows of very different scale. z is not changed.

    >>> softmax(np.log([1.0, 2.0, 5.0]))
    array([0.125, 0.25 , 0.625])
    """
    z = np.asarray(z, dtype=float)
    e = np.exp(z - np.max(z, axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


def log_softmax(z: np.ndarray) -> np.ndarray:
    """Give the natural logarithm of softmax along the last axis, without computing softmax first.

    z: (K,) or (N, K), floats or integers of any numpy type (images are uint8), computed as float64.
    Returns float64 of the same shape, every entry <= 0.
    Finite for logits of +-1000, also where softmax itself rounds to 0. z is not changed.

    >>> log_softmax(np.array([0.0, 1000.0]))
    array([-1000.,     0.])
    """
    z = np.asarray(z, dtype=float)
    shifted = z - np.max(z, axis=-1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))


def softmax_cross_entropy(z: np.ndarray, labels: np.ndarray) -> float:
    """Give the cross-entropy between the labels and softmax(z), a mean over the samples.

    z: (N, K) logits, floats or integers of any numpy type, computed as float64.
    labels: (N,) integers of any numpy type in 0 .. K-1. Returns one float64 number.
    Finite for logits of +-1000. Neither argument is changed.
    Convention: z holds logits, not probabilities; labels holds class numbers, not one-hot rows;
    the mean is over the N samples, the logarithm is natural.

    >>> softmax_cross_entropy(np.log([[0.7, 0.3]]), np.array([1]))  # the notes' example, -ln 0.3
    1.2039728043259361
    """
    rows = np.arange(len(labels))
    return float(-log_softmax(z)[rows, labels].mean())


def predict(z: np.ndarray) -> np.ndarray:
    """Give the class with the largest logit, sample by sample.

    z: (N, K) logits, floats or integers of any numpy type. Returns (N,) integers in 0 .. K-1. z is not changed.

    >>> predict(np.array([[0.2, 3.0, -1.0], [5.0, 0.0, 1.0]]))
    array([1, 0])
    """
    return np.argmax(z, axis=-1)


def accuracy(z: np.ndarray, labels: np.ndarray) -> float:
    """Give the fraction of samples whose predicted class is their label.

    z: (N, K) logits, floats or integers of any numpy type. labels: (N,) integers of any numpy type in 0 .. K-1.
    Returns one float between 0 and 1.
    Neither argument is changed.
    Convention: a fraction (0.75), not a percentage (75) and not a count.

    >>> accuracy(np.array([[2.0, 1.0], [0.0, 3.0], [4.0, 0.0], [1.0, 5.0]]), np.array([0, 1, 1, 1]))
    0.75
    """
    return float(np.mean(predict(z) == labels))


def sigmoid_via_softmax(s: np.ndarray) -> np.ndarray:
    """Give sigma(s) = 1 / (1 + exp(-s)) as a softmax over two classes.

    s: (N,), floats or integers of any numpy type, computed as float64.
    Returns (N,) float64. Finite for s = +-1000. s is not changed.
    Convention: the two logits are 0 for class 0 and s for class 1; the result is the probability of class 1.

    >>> sigmoid_via_softmax(np.log([1.0, 3.0]))
    array([0.5 , 0.75])
    """
    logits = np.column_stack([np.zeros(len(s)), s])
    return softmax(logits)[:, 1]
