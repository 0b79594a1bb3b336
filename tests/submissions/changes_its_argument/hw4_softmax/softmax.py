import numpy as np


def softmax(z):
    z -= np.max(z, axis=-1, keepdims=True)
    np.exp(z, out=z)
    z /= z.sum(axis=-1, keepdims=True)
    return z


def log_softmax(z):
    z = np.asarray(z, dtype=float)
    s = z - np.max(z, axis=-1, keepdims=True)
    return s - np.log(np.exp(s).sum(axis=-1, keepdims=True))


def softmax_cross_entropy(z, labels):
    return -log_softmax(z)[np.arange(len(labels)), labels].mean()


def predict(z):
    return np.argmax(z, axis=-1)


def accuracy(z, labels):
    return np.mean(predict(z) == labels)


def sigmoid_via_softmax(s):
    return softmax(np.stack([np.zeros(len(s)), s], axis=-1))[:, 1]
