"""Answers of hw3 that are almost right: none need pass or fail, but each check's verdict must not hang on the seed."""

import numpy as np


def cross_entropy__eps_1e7(y_onehot, p):
    """1e-7 is added to the probabilities before the logarithm."""
    return -np.sum(y_onehot * np.log(p + 1e-7), axis=1).mean()


def cross_entropy__eps_1e6(y_onehot, p):
    """1e-6 is added to the probabilities before the logarithm."""
    return -np.sum(y_onehot * np.log(p + 1e-6), axis=1).mean()


def cross_entropy__eps_1e5(y_onehot, p):
    """1e-5 is added to the probabilities before the logarithm."""
    return -np.sum(y_onehot * np.log(p + 1e-5), axis=1).mean()


def cross_entropy__clip_1e5(y_onehot, p):
    """The probabilities are clipped at 1e-5 and at 1 - 1e-5."""
    return -np.sum(y_onehot * np.log(np.clip(p, 1e-5, 1 - 1e-5)), axis=1).mean()


def cross_entropy__clip_1e4(y_onehot, p):
    """The probabilities are clipped at 1e-4 and at 1 - 1e-4."""
    return -np.sum(y_onehot * np.log(np.clip(p, 1e-4, 1 - 1e-4)), axis=1).mean()


def cross_entropy__clip_1e3(y_onehot, p):
    """The probabilities are clipped at 0.001 and at 0.999."""
    return -np.sum(y_onehot * np.log(np.clip(p, 1e-3, 1 - 1e-3)), axis=1).mean()


def cross_entropy__single(y_onehot, p):
    """Single precision, summed class by class, without a clip of its own but the smallest number it has."""
    q = np.maximum(np.float32(p), np.finfo(np.float32).tiny)
    total = np.float32(0)
    for column in (np.float32(y_onehot) * np.log(q)).T:
        total -= column.sum()
    return total / np.float32(len(q))


def binary_cross_entropy__eps_inside_1e7(y, p):
    """1e-7 is added inside both logarithms."""
    return -np.mean(y * np.log(p + 1e-7) + (1 - y) * np.log(1 - p + 1e-7))


def binary_cross_entropy__eps_inside_1e6(y, p):
    """1e-6 is added inside both logarithms."""
    return -np.mean(y * np.log(p + 1e-6) + (1 - y) * np.log(1 - p + 1e-6))


def binary_cross_entropy__eps_inside_1e5(y, p):
    """1e-5 is added inside both logarithms."""
    return -np.mean(y * np.log(p + 1e-5) + (1 - y) * np.log(1 - p + 1e-5))


def binary_cross_entropy__clip_at_1e5(y, p):
    """The probabilities are clipped at 1e-5 on both sides."""
    p = np.clip(p, 1e-5, 1 - 1e-5)
    return -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))


def binary_cross_entropy__clip_at_1e4(y, p):
    """The probabilities are clipped at 1e-4 on both sides."""
    p = np.clip(p, 1e-4, 1 - 1e-4)
    return -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))


def binary_cross_entropy__single_precision(y, p):
    """Single precision, clipped at 1e-8, which single precision cannot tell from 1 at the upper end."""
    y, p = np.float32(y), np.clip(np.float32(p), np.float32(1e-8), np.float32(1 - 1e-8))
    return -np.mean(y * np.log(p) + (np.float32(1) - y) * np.log(np.float32(1) - p))


def mse__other_order(y, y_hat):
    """The squares are summed in single precision from the smallest to the largest."""
    squares = np.sort(np.square(np.float32(y) - np.float32(y_hat)), axis=None)
    return sum(squares, np.float32(0)) / np.float32(np.size(y))


def mse__expanded(y, y_hat):
    """The square is multiplied out in single precision."""
    y, y_hat = np.float32(y), np.float32(y_hat)
    return np.mean(y * y - 2 * y * y_hat + y_hat * y_hat)


def mse__six_decimals(y, y_hat):
    """The mean is rounded to six decimals."""
    return np.round(np.mean(np.subtract(y, y_hat, dtype=float) ** 2), 6)


def rmse__small_number(y, y_hat):
    """1e-12 is added below the root."""
    return np.sqrt(np.mean(np.subtract(y, y_hat, dtype=float) ** 2) + 1e-12)
