"""hw3: loss functions: squared errors for regression, cross-entropy for classification."""

import numpy as np


def sse(y: np.ndarray, y_hat: np.ndarray) -> float:
    """Give the sum of squared errors, sum_i (y_i - y_hat_i)^2, over all elements.

    y: the truth, y_hat: the prediction; equal shapes, any number of axes.
    Floats or integers of any numpy type (images are uint8), promoted to float64 before anything is computed.
    Returns one float64 number. Neither argument is changed.
    Convention: there is no factor 1/2.

    >>> round(sse(np.array([0.7]), np.array([0.5])), 12)  # the notes' Example 1
    0.04
    """
    raise NotImplementedError


def mse(y: np.ndarray, y_hat: np.ndarray) -> float:
    """Give the mean squared error over all elements.

    y: the truth, y_hat: the prediction; equal shapes, any number of axes.
    Floats or integers of any numpy type (images are uint8), promoted to float64 before anything is computed.
    Returns one float64 number. Neither argument is changed.
    Convention: there is no factor 1/2; the mean is over all elements, not over the rows.

    >>> round(mse(np.array([3, 4, 5]), np.array([2.7, 4.2, 5.5])), 6)  # the notes' Example 2, 0.38 / 3
    0.126667
    """
    raise NotImplementedError


def rmse(y: np.ndarray, y_hat: np.ndarray) -> float:
    """Give the square root of the mean squared error over all elements; it has the unit of y.

    y: the truth, y_hat: the prediction; equal shapes, any number of axes.
    Floats or integers of any numpy type (images are uint8), promoted to float64 before anything is computed.
    Returns one float64 number. Neither argument is changed.

    >>> round(rmse(np.array([3, 4, 5]), np.array([2.7, 4.2, 5.5])), 6)  # the notes' Example 3
    0.355903
    """
    raise NotImplementedError


def one_hot(labels: np.ndarray, num_classes: int) -> np.ndarray:
    """Turn class numbers into rows that are 1 in the column of the class and 0 elsewhere.

    labels: (N,) integers of any numpy type in 0 .. num_classes-1, in any order; not every class need occur.
    Returns (N, num_classes) float64. labels is not changed.
    Convention: samples are rows, classes are counted from 0.

    >>> one_hot(np.array([2, 0]), 3)
    array([[0., 0., 1.],
           [1., 0., 0.]])
    """
    raise NotImplementedError


def cross_entropy(y_onehot: np.ndarray, p: np.ndarray) -> float:
    """Give the cross-entropy, the mean over the samples of -sum_k y_k log p_k.

    y_onehot: (N, K), the truth: one-hot rows, or soft targets that sum to 1. p: (N, K), predicted probabilities.
    Floats or integers of any numpy type, promoted to float64 before anything is computed.
    Returns one float64 number. Neither argument is changed.
    An exact 0 in p adds nothing where the target is 0; where it is the true class's, the loss of that sample is
    finite, between 15 and 800.
    Convention: p holds probabilities, not logits; the mean is over the N samples; the logarithm is natural.

    >>> round(cross_entropy(np.array([[0, 1]]), np.array([[0.7, 0.3]])), 6)  # the notes' Example 4, -ln 0.3
    1.203973
    """
    raise NotImplementedError


def binary_cross_entropy(y: np.ndarray, p: np.ndarray) -> float:
    """Give the two-class cross-entropy, the mean of -y log p - (1 - y) log(1 - p).

    y: (N,), the truth, 0 or 1. p: (N,), the predicted probability of class 1, from 0 to 1.
    Floats or integers of any numpy type, promoted to float64 before anything is computed.
    Returns one float64 number. Neither argument is changed.
    At p = 0 and p = 1 the loss is finite: nearly 0 for a sample that is right, between 15 and 800 for a wrong one.
    Convention: p is a probability, not a logit; the logarithm is natural.

    >>> round(binary_cross_entropy(np.array([1, 0]), np.array([0.3, 0.3])), 6)  # (-ln 0.3 - ln 0.7) / 2
    0.780324
    """
    raise NotImplementedError
