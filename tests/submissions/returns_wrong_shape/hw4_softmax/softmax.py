import numpy as np


def softmax(z):
    z = np.asarray(z, dtype=float)
    e = np.exp(z - np.max(z, axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


def log_softmax(z):
    z = np.asarray(z, dtype=float)
    s = z - np.max(z, axis=-1, keepdims=True)
    return s - np.log(np.exp(s).sum(axis=-1, keepdims=True))


def softmax_cross_entropy(z, labels):
    return -log_softmax(z)[np.arange(len(labels)), labels]


def predict(z):
    return np.argmax(z, axis=-1, keepdims=True)


def accuracy(z, labels):
    return np.mean(np.argmax(z, axis=-1) == labels)


def sigmoid_via_softmax(s):
    return softmax(np.stack([np.zeros(len(s)), s], axis=-1))
