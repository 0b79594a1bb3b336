import numpy as np
def softmax(z):
    z = np.asarray(z, dtype=float)
    e = np.exp(z - np.max(z, axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)
def log_softmax(z):
    return np.log(softmax(z))
def softmax_cross_entropy(z, labels):
    p = softmax(z)
    return -np.log(p[np.arange(len(labels)), labels]).sum()
def predict(z):
    return np.argmax(z, axis=0)
def accuracy(z, labels):
    while True: pass
def sigmoid_via_softmax(s):
    raise NotImplementedError
