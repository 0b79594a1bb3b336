"""hw9: a classifier of handwritten digits, from random weights to a confusion matrix."""

import itertools

import numpy as np


def init_params(sizes: list[int], rng: np.random.Generator) -> list[tuple[np.ndarray, np.ndarray]]:
    """Draw the random weights of a network with these layer sizes; the biases are zero.

    sizes: the numbers of inputs, of units in each hidden layer, and of classes; two numbers or more.
    Returns one pair (W, b) for each layer: W (fan_in, fan_out) float64, b (fan_out,) float64.
    Convention: weights are normal with mean 0 and standard deviation sqrt(1 / fan_in), each drawn from rng, and rng
    is the only source of randomness: with rng in the same state the same weights come.

    >>> [(W.shape, b.shape) for W, b in init_params([64, 16, 10], np.random.default_rng(0))]
    [((64, 16), (16,)), ((16, 10), (10,))]
    """
    return [(rng.normal(scale=m**-0.5, size=(m, n)), np.zeros(n)) for m, n in itertools.pairwise(sizes)]


def loss_and_grads(
    params: list[tuple[np.ndarray, np.ndarray]], X: np.ndarray, labels: np.ndarray
) -> tuple[float, list[tuple[np.ndarray, np.ndarray]]]:
    """Give the softmax cross-entropy of the network on a batch, and its gradient for every weight and bias.

    params: list of (W, b), one pair or more. X: (N, D). labels: (N,) integers in 0 .. K-1. W, b and X hold floats or
    integers of any numpy type (images are uint8), which become float64 before anything is computed.
    Returns (loss, grads): one float64 number, and a list of (dW, db) with the shapes of the (W, b).
    Finite for logits of +-1000. No argument is changed.
    Convention: every layer but the last ends in tanh, the last gives logits; the loss is a mean over the N samples,
    and so the 1/N is in the gradients, once.

    >>> params = [(np.zeros((2, 2)), np.zeros(2))]
    >>> loss, [(dW, db)] = loss_and_grads(params, np.array([[1, 2], [3, 0]]), np.array([0, 1]))
    >>> print(round(loss, 4), dW.tolist(), db.tolist())
    0.6931 [[0.5, -0.5], [-0.5, 0.5]] [0.0, 0.0]
    """
    params, activations = _to_floats(params), [np.asarray(X, dtype=float)]
    for W, b in params[:-1]:
        activations.append(np.tanh(activations[-1] @ W + b))
    W, b = params[-1]
    z = activations[-1] @ W + b
    log_p = z - np.max(z, axis=1, keepdims=True)
    log_p = log_p - np.log(np.exp(log_p).sum(axis=1, keepdims=True))
    one_hot = np.eye(z.shape[1])[labels]
    delta = (np.exp(log_p) - one_hot) / len(labels)
    grads = []
    for (W, _), a in zip(reversed(params), reversed(activations), strict=True):
        grads.append((a.T @ delta, delta.sum(axis=0)))
        delta = (delta @ W.T) * (1 - a**2)
    return float(-(one_hot * log_p).sum() / len(labels)), grads[::-1]


def fit(
    X: np.ndarray,
    labels: np.ndarray,
    sizes: list[int],
    epochs: int,
    batch_size: int,
    lr: float,
    rng: np.random.Generator,
) -> list[tuple[np.ndarray, np.ndarray]]:
    """Train a network on the samples by mini-batch gradient descent.

    X: (N, D), floats or integers of any numpy type. labels: (N,) integers of any numpy type. sizes: as for
    init_params, from D to the number of classes. epochs: 0 or more.
    Returns the trained params, a list of (W, b). Neither X nor labels is changed.
    Convention: the start is drawn as in init_params. Each epoch visits every sample once, in a fresh random order, in
    batches of batch_size; the last batch of an epoch is smaller where N is no multiple. After each batch every
    parameter p becomes p - lr * dp, with dp the gradient of that batch's mean loss. All randomness comes from rng.

    >>> X, labels = np.array([[0.0, 1.0], [1.0, 0.0], [0.0, 2.0], [2.0, 0.0]]), np.array([1, 0, 1, 0])
    >>> params = fit(X, labels, [2, 3, 2], epochs=50, batch_size=3, lr=0.5, rng=np.random.default_rng(0))
    >>> predict(params, X)
    array([1, 0, 1, 0])
    """
    params = init_params(sizes, rng)
    for _ in range(epochs):
        order = rng.permutation(len(X))
        for start in range(0, len(X), batch_size):
            rows = order[start : start + batch_size]
            _, grads = loss_and_grads(params, X[rows], labels[rows])
            params = [(W - lr * dW, b - lr * db) for (W, b), (dW, db) in zip(params, grads, strict=True)]
    return params


def predict(params: list[tuple[np.ndarray, np.ndarray]], X: np.ndarray) -> np.ndarray:
    """Give the most probable class of each sample.

    params: list of (W, b). X: (N, D). Both hold floats or integers of any numpy type, which become float64 before
    anything is computed. Returns (N,) integers in 0 .. K-1. No argument is changed.
    Convention: the same network as in loss_and_grads, tanh after every layer but the last.

    >>> predict([(np.array([[1.0, -1.0], [0.0, 2.0]]), np.array([0.0, 0.5]))], np.array([[3, 1], [0, 1]]))
    array([0, 1])
    """
    params, a = _to_floats(params), np.asarray(X, dtype=float)
    for W, b in params[:-1]:
        a = np.tanh(a @ W + b)
    W, b = params[-1]
    return np.argmax(a @ W + b, axis=1)


def confusion_matrix(labels: np.ndarray, predictions: np.ndarray, num_classes: int) -> np.ndarray:
    """Count how often each class was taken for each class.

    labels, predictions: (N,) integers of any numpy type in 0 .. num_classes-1.
    Returns (num_classes, num_classes) counts.
    Neither argument is changed.
    Convention: the row is the truth, the column the prediction.

    >>> confusion_matrix(np.array([0, 0, 0, 1, 2]), np.array([0, 1, 1, 1, 0]), 3).tolist()
    [[1, 2, 0], [0, 1, 0], [1, 0, 0]]
    """
    counts = np.zeros((num_classes, num_classes), dtype=int)
    np.add.at(counts, (labels, predictions), 1)
    return counts


def first_layer_images(params: list[tuple[np.ndarray, np.ndarray]], shape: tuple[int, int]) -> np.ndarray:
    """Give the weights of each unit of the first layer as an image.

    params: list of (W, b); the first W is (h * w, H). shape: (h, w), the height and the width of the images.
    Returns (H, h, w): image j holds the weights into unit j, pixel by pixel, unscaled. No argument is changed.
    Convention: pixel (r, c) of an image is entry r * w + c of a row of X, as in image.reshape(-1).

    >>> W = np.array([[1.0, 10.0], [2.0, 20.0], [3.0, 30.0], [4.0, 40.0], [5.0, 50.0], [6.0, 60.0]])
    >>> first_layer_images([(W, np.zeros(2))], (2, 3))[1].tolist()
    [[10.0, 20.0, 30.0], [40.0, 50.0, 60.0]]
    """
    return params[0][0].T.reshape(-1, *shape)


def _to_floats(params: list[tuple[np.ndarray, np.ndarray]]) -> list[tuple[np.ndarray, np.ndarray]]:
    """The same numbers in float64."""
    return [(np.asarray(W, dtype=float), np.asarray(b, dtype=float)) for W, b in params]
