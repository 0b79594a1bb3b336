"""hw6: backpropagation, layer by layer, and a network that learns XOR.

Integers may be of any numpy type (images are uint8). They are promoted to float64 before anything is computed.
"""

from typing import Any

import numpy as np

Params = list[tuple[np.ndarray, np.ndarray]]

XOR_INPUTS = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
XOR_LABELS = np.array([0, 1, 1, 0])


def linear_forward(x: np.ndarray, W: np.ndarray, b: np.ndarray) -> tuple[np.ndarray, Any]:
    """Give (out, cache) of a linear layer: out = x W + b.

    x: (N, D), W: (D, M), b: (M,), floats or integers of any type. out: (N, M) float64. The arguments are not changed.
    cache: whatever linear_backward will need; nobody else looks into it.

    >>> x, W = np.array([[1, 2, 0], [0, -1, 3]]), np.array([[1, 0], [2, 1], [-1, 1]])
    >>> linear_forward(x, W, np.array([0.5, -1.0]))[0]
    array([[ 5.5,  1. ],
           [-4.5,  1. ]])
    """
    x, W = np.asarray(x, dtype=float), np.asarray(W, dtype=float)
    return x @ W + b, (x, W)


def linear_backward(dout: np.ndarray, cache: Any) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Give (dx, dW, db): the loss's gradients with respect to what linear_forward was given.

    dout: (N, M), the loss's gradient with respect to out, floats or integers of any type.
    cache: from linear_forward; it may be handed in twice.
    dx: (N, D), dW: (D, M), db: (M,), float64. dout is not changed.
    Convention: no 1/N in here; it is in dout already, from the loss.

    >>> x, W = np.array([[1, 2, 0], [0, -1, 3]]), np.array([[1, 0], [2, 1], [-1, 1]])
    >>> out, cache = linear_forward(x, W, np.array([0.5, -1.0]))
    >>> dx, dW, db = linear_backward(np.array([[1.0, 2.0], [3.0, -1.0]]), cache)
    >>> dx
    array([[ 1.,  4.,  1.],
           [ 3.,  5., -4.]])
    >>> dW
    array([[ 1.,  2.],
           [-1.,  5.],
           [ 9., -3.]])
    >>> db
    array([4., 1.])
    """
    x, W = cache
    dout = np.asarray(dout, dtype=float)
    return dout @ W.T, x.T @ dout, dout.sum(axis=0)


def relu_forward(x: np.ndarray) -> tuple[np.ndarray, Any]:
    """Give (out, cache) with out = max(0, x), entry by entry.

    x: any shape, floats or integers of any type. out: float64 of the same shape. x is not changed.

    >>> relu_forward(np.array([-2.0, 3.0, 0.5]))[0]
    array([0. , 3. , 0.5])
    """
    x = np.asarray(x, dtype=float)
    return np.maximum(x, 0.0), x > 0


def relu_backward(dout: np.ndarray, cache: Any) -> np.ndarray:
    """Give dx = dout times the slope of max(0, x), entry by entry.

    dout: the shape of out. cache: from relu_forward. Returns dx, float64 of the same shape. dout is not changed.
    At exactly 0, where there is no derivative, any slope from 0 to 1 is right.

    >>> out, cache = relu_forward(np.array([-2.0, 3.0, 0.5]))
    >>> relu_backward(np.array([8.0, 16.0, -16.0]), cache) + 0.0  # + 0.0 makes 0 of -0
    array([  0.,  16., -16.])
    """
    positive = cache
    return np.asarray(dout, dtype=float) * positive


def sigmoid_forward(x: np.ndarray) -> tuple[np.ndarray, Any]:
    """Give (out, cache) with out = 1 / (1 + exp(-x)), entry by entry.

    x: any shape, floats or integers of any type. out: float64 of the same shape. Finite for x = +-800.
    x is not changed.

    >>> sigmoid_forward(np.log([1.0, 3.0, 1 / 3]))[0]
    array([0.5 , 0.75, 0.25])
    """
    out = np.exp(-np.logaddexp(0.0, -np.asarray(x, dtype=float)))
    return out, out


def sigmoid_backward(dout: np.ndarray, cache: Any) -> np.ndarray:
    """Give dx = dout times the slope of the sigmoid at x, entry by entry.

    dout: the shape of out. cache: from sigmoid_forward. Returns dx, float64 of the same shape. dout is not changed.

    >>> out, cache = sigmoid_forward(np.log([1.0, 3.0, 1 / 3]))
    >>> sigmoid_backward(np.array([8.0, 16.0, -16.0]), cache)
    array([ 2.,  3., -3.])
    """
    out = cache
    return dout * out * (1 - out)


def tanh_forward(x: np.ndarray) -> tuple[np.ndarray, Any]:
    """Give (out, cache) with out = tanh(x), entry by entry.

    x: any shape, floats or integers of any type. out: float64 of the same shape. Finite for x = +-800.
    x is not changed.

    >>> tanh_forward(np.log([1.0, 3.0, 1 / 3]))[0].round(6)
    array([ 0. ,  0.8, -0.8])
    """
    out = np.tanh(np.asarray(x, dtype=float))
    return out, out


def tanh_backward(dout: np.ndarray, cache: Any) -> np.ndarray:
    """Give dx = dout times the slope of tanh at x, entry by entry.

    dout: the shape of out. cache: from tanh_forward. Returns dx, float64 of the same shape. dout is not changed.

    >>> out, cache = tanh_forward(np.log([1.0, 3.0, 1 / 3]))
    >>> tanh_backward(np.array([8.0, 16.0, -16.0]), cache).round(6)
    array([ 8.  ,  5.76, -5.76])
    """
    out = cache
    return dout * (1 - out * out)


def softmax_cross_entropy_forward(z: np.ndarray, labels: np.ndarray) -> tuple[float, Any]:
    """Give (loss, cache): the cross-entropy between the labels and softmax(z), a mean over the samples.

    z: (N, K) logits, floats or integers of any type. labels: (N,) integers in 0 .. K-1. loss: one float.
    Finite for logits of +-1000 and for rows of very different scale. The arguments are not changed.

    >>> z = np.log([[1.0, 2.0, 5.0], [6.0, 1.0, 1.0]])
    >>> round(softmax_cross_entropy_forward(z, np.array([2, 1]))[0], 4)  # the mean of ln 8/5 and ln 8
    1.2747
    """
    z = np.asarray(z, dtype=float)
    shifted = z - z.max(axis=1, keepdims=True)
    log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    truth = np.eye(z.shape[1])[labels]
    loss = -np.sum(truth * log_p) / len(z)
    return float(loss), (np.exp(log_p), truth)


def softmax_cross_entropy_backward(cache: Any) -> np.ndarray:
    """Give dz, the gradient of the loss of softmax_cross_entropy_forward with respect to the logits z.

    cache: from softmax_cross_entropy_forward; it may be handed in twice. Returns (N, K) float64.
    Convention: the loss is a mean, so its 1/N is in dz. It is in no other backward.

    >>> loss, cache = softmax_cross_entropy_forward(np.log([[1.0, 2.0, 5.0], [6.0, 1.0, 1.0]]), np.array([2, 1]))
    >>> softmax_cross_entropy_backward(cache)
    array([[ 0.0625,  0.125 , -0.1875],
           [ 0.375 , -0.4375,  0.0625]])
    """
    p, truth = cache
    return (p - truth) / len(p)


def mlp_loss_and_grads(params: Params, X: np.ndarray, labels: np.ndarray, activation: str) -> tuple[float, Params]:
    """Give (loss, grads) of linear layers with the activation between them and softmax cross-entropy on top.

    params: list of (W, b), first layer first; W: (fan_in, fan_out), b: (fan_out,). One layer or more.
    X: (N, D), floats or integers of any type. labels: (N,) integers in 0 .. K-1.
    activation: "relu", "sigmoid" or "tanh".
    loss: one float, a mean over the samples. grads: list of (dW, db) in the order of params, each of its array's shape.
    No argument is changed.

    >>> first = (np.array([[0.5]]), np.array([np.log(3) - 1]))
    >>> last = (np.array([[0.0, 2.0]]), np.array([0.0, np.log(3) - 1.6]))
    >>> loss, grads = mlp_loss_and_grads([first, last], np.array([[2.0]]), np.array([0]), "tanh")
    >>> round(loss, 4)  # ln 4
    1.3863
    >>> [dW.round(6).tolist() for dW, db in grads]
    [[[1.08]], [[-0.6, 0.6]]]
    >>> [db.round(6).tolist() for dW, db in grads]
    [[0.54], [-0.75, 0.75]]
    """
    forward = {"relu": relu_forward, "sigmoid": sigmoid_forward, "tanh": tanh_forward}[activation]
    backward = {"relu": relu_backward, "sigmoid": sigmoid_backward, "tanh": tanh_backward}[activation]
    out, linear_caches, activation_caches = X, [], []
    for W, b in params[:-1]:
        out, linear_cache = linear_forward(out, W, b)
        out, activation_cache = forward(out)
        linear_caches.append(linear_cache)
        activation_caches.append(activation_cache)
    z, cache = linear_forward(out, *params[-1])
    loss, loss_cache = softmax_cross_entropy_forward(z, labels)

    dout, dW, db = linear_backward(softmax_cross_entropy_backward(loss_cache), cache)
    grads = [(dW, db)]
    while linear_caches:
        dout = backward(dout, activation_caches.pop())
        dout, dW, db = linear_backward(dout, linear_caches.pop())
        grads.insert(0, (dW, db))
    return loss, grads


def gradient_norms(params: Params, X: np.ndarray, labels: np.ndarray, activation: str) -> list[float]:
    """Give the length of the gradient of each layer's weights, ||dW||, first layer first.

    The arguments are those of mlp_loss_and_grads and are not changed. Returns one float for each layer.
    Convention: || || is the root of the sum of the squares of all entries; the biases are left out.

    >>> first = (np.array([[0.5]]), np.array([np.log(3) - 1]))
    >>> last = (np.array([[0.0, 2.0]]), np.array([0.0, np.log(3) - 1.6]))
    >>> norms = gradient_norms([first, last], np.array([[2.0]]), np.array([0]), "tanh")
    >>> [round(norm, 4) for norm in norms]
    [1.08, 0.8485]
    """
    _, grads = mlp_loss_and_grads(params, X, labels, activation)
    return [float(np.linalg.norm(dW)) for dW, _ in grads]


def train_xor(params: Params, lr: float, steps: int) -> tuple[Params, list[float]]:
    """Train a tanh network on the four points of XOR by full-batch gradient descent, and give (params, losses).

    params: list of (W, b), from 2 inputs to 2 classes, where the training starts; they are not changed.
    Inputs: the rows 00, 01, 10, 11 of numbers 0 and 1. Labels: 0, 1, 1, 0. A step is p <- p - lr dp, for all at once.
    Returns the parameters after `steps` steps and `steps` losses.
    Convention: losses[i] is the loss before update i, so losses[0] belongs to the params that were given.

    >>> zeros = [(np.zeros((2, 3)), np.zeros(3)), (np.zeros((3, 2)), np.zeros(2))]
    >>> params, losses = train_xor(zeros, 0.5, 2)  # nothing tells the hidden units apart: stuck at ln 2
    >>> [round(loss, 4) for loss in losses]
    [0.6931, 0.6931]
    """
    losses = []
    for _ in range(steps):
        loss, grads = mlp_loss_and_grads(params, XOR_INPUTS, XOR_LABELS, "tanh")
        params = [(W - lr * dW, b - lr * db) for (W, b), (dW, db) in zip(params, grads, strict=True)]
        losses.append(loss)
    return params, losses
