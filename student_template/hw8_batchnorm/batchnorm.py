"""hw8: batch normalisation, forward, backward and inside a network."""

from typing import Any

import numpy as np


def batchnorm_train(
    x: np.ndarray,
    gamma: np.ndarray,
    beta: np.ndarray,
    running_mean: np.ndarray,
    running_var: np.ndarray,
    momentum: float = 0.9,
    eps: float = 1e-5,
) -> tuple[np.ndarray, Any, np.ndarray, np.ndarray]:
    """Normalise every feature (column) with the mean and variance of the batch, then scale by gamma and shift by beta.

    x: (N, D). gamma, beta, running_mean, running_var: (D,). N and D may be 1, gamma, momentum and eps 0. All may be
    floats or integers of any numpy type, which become float64 before anything is computed. No argument is changed.
    Returns (out, cache, running_mean, running_var): out (N, D) float64, a cache of any kind for batchnorm_backward,
    and the new running statistics, (D,) each, in new arrays.
    Convention: out = gamma (x - mean) / sqrt(var + eps) + beta; var is the biased variance (divided by N), here and in
    the running statistics; running = momentum * running + (1 - momentum) * batch.

    >>> x = np.array([[8.0, 7.0], [10.0, 1.0], [10.0, 5.0], [12.0, 7.0]])
    >>> gamma, beta = np.array([3.0, 10.0]), np.array([1.0, -1.0])
    >>> mean, var = np.array([2.0, 1.0]), np.array([6.0, 2.0])
    >>> out, cache, mean, var = batchnorm_train(x, gamma, beta, mean, var, momentum=0.75, eps=0.25)
    >>> out
    array([[ -3.,   7.],
           [  1., -17.],
           [  1.,  -1.],
           [  5.,   7.]])
    >>> mean, var
    (array([4., 2.]), array([5., 3.]))
    """
    raise NotImplementedError


def batchnorm_eval(
    x: np.ndarray,
    gamma: np.ndarray,
    beta: np.ndarray,
    running_mean: np.ndarray,
    running_var: np.ndarray,
    eps: float = 1e-5,
) -> np.ndarray:
    """Normalise with the running statistics, whatever the batch is: the form used once training is over.

    x: (N, D), N >= 1. gamma, beta, running_mean, running_var: (D,); a running variance may be 0. All may be floats or
    integers of any numpy type, which become float64 before anything is computed.
    Returns (N, D) float64. No argument is changed.
    Convention: eps is inside the root, as in training.

    >>> x, gamma, beta = np.array([[8.0, 7.0]]), np.array([3.0, 10.0]), np.array([1.0, -1.0])
    >>> batchnorm_eval(x, gamma, beta, np.array([4.0, 2.0]), np.array([2.0, 6.0]), eps=0.25)
    array([[ 9., 19.]])
    """
    raise NotImplementedError


def batchnorm_backward(dout: np.ndarray, cache: Any) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Give the gradients of the loss with respect to x, gamma and beta, from the one with respect to out.

    dout: (N, D), floats or integers of any numpy type, which become float64 before anything is computed.
    cache: what batchnorm_train returned; it may serve more than once.
    Returns (dx, dgamma, dbeta), shapes (N, D), (D,), (D,), float64. Neither argument is changed.
    Convention: mean and variance depend on x, and dx knows it. There is no 1/N of the loss in here.

    >>> x = np.array([[8.0, 7.0], [10.0, 1.0], [10.0, 5.0], [12.0, 7.0]])
    >>> gamma, beta = np.array([3.0, 10.0]), np.array([1.0, -1.0])
    >>> cache = batchnorm_train(x, gamma, beta, np.zeros(2), np.ones(2), eps=0.25)[1]
    >>> dx, dgamma, dbeta = batchnorm_backward(np.array([[-3.0, 4.0], [4.0, -2.0], [1.0, 0.0], [6.0, 2.0]]), cache)
    >>> dx.round(6) + 0.0
    array([[-2. ,  5.6],
           [ 4. ,  0.8],
           [-2. , -4. ],
           [ 0. , -2.4]])
    >>> dgamma, dbeta
    (array([12.,  8.]), array([8., 4.]))
    """
    raise NotImplementedError


def identity_parameters(x: np.ndarray, eps: float = 1e-5) -> tuple[np.ndarray, np.ndarray]:
    """Give the gamma and beta with which batch norm in training gives x back.

    x: (N, D), floats or integers of any numpy type. eps: the one that batch norm is run with.
    Returns (gamma, beta), (D,) each, float64.
    x is not changed.

    >>> identity_parameters(np.array([[8.0, 7.0], [10.0, 1.0], [10.0, 5.0], [12.0, 7.0]]), eps=0.25)
    (array([1.5, 2.5]), array([10.,  5.]))
    """
    raise NotImplementedError


def mlp_bn_loss_and_grads(
    params: dict[str, np.ndarray], X: np.ndarray, labels: np.ndarray
) -> tuple[float, dict[str, np.ndarray]]:
    """Give the loss of linear -> batch norm -> tanh -> linear -> softmax cross-entropy, and its gradients.

    params: a dict with W1 (D, H), b1, gamma and beta (H,), W2 (H, K), b2 (K,). X: (N, D). labels: (N,), in 0 .. K-1.
    Returns (loss, grads): the mean loss as one float, and a dict with the keys and shapes of params. Floats or integers
    of any numpy type come in and become float64 before anything is computed (labels stay whole numbers), float64 goes
    out; finite for b2 of +-1000. No argument is changed.
    Convention: batch norm in training, with eps = 1e-5; its running statistics are of no interest here.

    >>> params = {"W1": np.eye(2), "b1": np.zeros(2), "gamma": np.ones(2), "beta": np.zeros(2)}
    >>> params |= {"W2": np.zeros((2, 3)), "b2": np.zeros(3)}
    >>> X, labels = np.array([[1, 2], [1, -2], [-1, 2], [-1, -2]]), np.array([2, 0, 2, 1])
    >>> loss, grads = mlp_bn_loss_and_grads(params, X, labels)
    >>> round(loss, 4), grads["b2"].round(4)  # ln 3, and 1/3 less each class's share of the labels
    (1.0986, array([ 0.0833,  0.0833, -0.1667]))
    """
    raise NotImplementedError
