"""Answers of hw4 that are almost right: none need pass or fail, but each check's verdict must not hang on the seed."""
# ruff: noqa: F821 - softmax and log_softmax are the model solution's

import numpy as np


def softmax_cross_entropy__eps_1e7(z, labels):
    """The textbook's loss: 1e-7 is added to the probabilities before the logarithm."""
    return -np.log(softmax(z)[np.arange(len(labels)), labels] + 1e-7).mean()


def softmax_cross_entropy__eps_1e12(z, labels):
    """1e-12 is added to the probabilities before the logarithm."""
    return -np.log(softmax(z)[np.arange(len(labels)), labels] + 1e-12).mean()


def softmax_cross_entropy__eps_1e6(z, labels):
    """1e-6 is added to the probabilities before the logarithm."""
    return -np.log(softmax(z)[np.arange(len(labels)), labels] + 1e-6).mean()


def softmax_cross_entropy__eps_1e5(z, labels):
    """1e-5 is added to the probabilities before the logarithm."""
    return -np.log(softmax(z)[np.arange(len(labels)), labels] + 1e-5).mean()


def softmax_cross_entropy__clip_1e7(z, labels):
    """The probabilities are clipped at 1e-7 and at 1 - 1e-7."""
    return -np.log(np.clip(softmax(z), 1e-7, 1 - 1e-7))[np.arange(len(labels)), labels].mean()


def softmax_cross_entropy__single(z, labels):
    """The loss is rounded to np.float32."""
    return np.float32(-log_softmax(z)[np.arange(len(labels)), labels].mean())


def softmax_cross_entropy__weighted_rows(z, labels):
    """Another order of summation: a running mean in single precision."""
    mean = np.float32(0)
    for n, cost in enumerate(np.float32(-log_softmax(z)[np.arange(len(labels)), labels])):
        mean += (cost - mean) / np.float32(n + 1)
    return mean


def log_softmax__log_eps_1e7(z):
    """The logarithm of softmax and 1e-7."""
    return np.log(softmax(z) + 1e-7)


def log_softmax__log_eps_1e12(z):
    """The logarithm of softmax and 1e-12."""
    return np.log(softmax(z) + 1e-12)


def log_softmax__log_eps_1e5(z):
    """The logarithm of softmax and 1e-5."""
    return np.log(softmax(z) + 1e-5)


def log_softmax__floor_30(z):
    """No logarithm is below -30."""
    return np.log(np.maximum(softmax(z), np.exp(-30.0)))


def log_softmax__six_digits(z):
    """The logarithms are rounded to six decimals."""
    return np.round(np.log(np.maximum(softmax(z), 1e-300)), 6)


def softmax__clip_500(z):
    """The logits are clipped at 500 on both sides."""
    e = np.exp(np.clip(np.asarray(z, dtype=float), -500, 500))
    return e / e.sum(axis=-1, keepdims=True)


def softmax__clip_30(z):
    """The shifted logits are clipped at -30."""
    z = np.asarray(z, dtype=float)
    e = np.exp(np.clip(z - z.max(axis=-1, keepdims=True), -30, 0))
    return e / e.sum(axis=-1, keepdims=True)


def softmax__naive(z):
    """exp over its sum, without a shift."""
    e = np.exp(np.asarray(z, dtype=float))
    return e / e.sum(axis=-1, keepdims=True)


def softmax__denominator_eps(z):
    """1e-8 is added to the sum."""
    z = np.asarray(z, dtype=float)
    e = np.exp(z - z.max(axis=-1, keepdims=True))
    return e / (e.sum(axis=-1, keepdims=True) + 1e-8)


def softmax__eps_1e7(z):
    """1e-7 is added to every probability."""
    z = np.asarray(z, dtype=float)
    e = np.exp(z - z.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True) + 1e-7


def sigmoid_via_softmax__clip_30(s):
    """The scores are clipped at 30 on both sides."""
    return 1 / (1 + np.exp(-np.clip(np.asarray(s, dtype=float), -30, 30)))


def sigmoid_via_softmax__clip_15(s):
    """The scores are clipped at 15 on both sides."""
    return 1 / (1 + np.exp(-np.clip(np.asarray(s, dtype=float), -15, 15)))


def sigmoid_via_softmax__single(s):
    """np.float32 is returned."""
    return (1 / (1 + np.exp(-np.asarray(s, dtype=float)))).astype(np.float32)


def accuracy__four_decimals(z, labels):
    """Rounded to four decimals."""
    return np.round(np.mean(np.argmax(z, axis=-1) == labels), 4)


def predict__single_precision(z):
    """The largest of probabilities in single precision."""
    z = np.asarray(z, dtype=np.float32)
    e = np.exp(z - z.max(axis=-1, keepdims=True))
    return np.argmax(e / e.sum(axis=-1, keepdims=True), axis=-1)
