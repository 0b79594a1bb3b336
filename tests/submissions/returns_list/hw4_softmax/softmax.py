import numpy as np


def softmax(z):
    z = np.asarray(z, dtype=float)
    e = np.exp(z - np.max(z, axis=-1, keepdims=True))
    return (e / e.sum(axis=-1, keepdims=True)).tolist()


def log_softmax(z):
    z = np.asarray(z, dtype=float)
    s = z - np.max(z, axis=-1, keepdims=True)
    return (s - np.log(np.exp(s).sum(axis=-1, keepdims=True))).tolist()


def softmax_cross_entropy(z, labels):
    return [-np.mean([row[k] for row, k in zip(log_softmax(z), labels)])]


def predict(z):
    return np.argmax(z, axis=-1).tolist()


def accuracy(z, labels):
    return [float(np.mean(np.equal(predict(z), labels)))]


def sigmoid_via_softmax(s):
    return [softmax([0.0, x])[1] for x in s]
