import numpy as np


class NotToday(Exception):
    pass


def softmax(z):
    z = np.asarray(z, dtype=float)
    e = np.exp(z - np.max(z, axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


def log_softmax(z):
    z = np.asarray(z, dtype=float)
    s = z - np.max(z, axis=-1, keepdims=True)
    return s - np.log(np.exp(s).sum(axis=-1, keepdims=True))


def softmax_cross_entropy(z, labels):
    return -log_softmax(z)[np.arange(len(labels)), labels].mean()


def predict(z):
    return z.argmax(axis=2)


def accuracy(z, labels):
    raise NotToday(f"largest logit {z.max()}")


def sigmoid_via_softmax(s):
    return 1 / (1 + math.exp(-s))
