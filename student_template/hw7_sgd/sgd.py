"""hw7: mini-batches, stochastic gradient descent, momentum, learning rate schedules, and the training loop."""

from collections.abc import Callable

import numpy as np


def minibatches(
    X: np.ndarray, y: np.ndarray, batch_size: int, order: np.ndarray
) -> list[tuple[np.ndarray, np.ndarray]]:
    """Cut the samples, taken in the given order, into batches of batch_size.

    X: (N, D). y: (N,) or (N, K), the targets of the same samples. batch_size >= 1, perhaps larger than N.
    order: (N,) integers, the rows of X in the order in which they are to be visited, each once.
    X, y and order may be of any numeric type (uint8 too) and lie in memory in any way.
    Returns a list of pairs (Xb, yb). Nothing is changed.
    Convention: batch i has the rows order[i * batch_size], order[i * batch_size + 1], ... in this order; where
    batch_size does not divide N, the last batch is smaller, and kept.

    >>> X, y = np.array([[10], [11], [12]]), np.array([0, 1, 2])
    >>> [(Xb.tolist(), yb.tolist()) for Xb, yb in minibatches(X, y, 2, np.array([2, 0, 1]))]
    [([[12], [10]], [2, 0]), ([[11]], [1])]
    """
    raise NotImplementedError


def sgd_step(params: dict[str, np.ndarray], grads: dict[str, np.ndarray], lr: float) -> dict[str, np.ndarray]:
    """Take one step against the gradient: p - lr * g for every parameter.

    params, grads: dicts with the same names, each name's arrays of the same shape, floats or integers of any numpy
    type, which become float64 before anything is computed. One array may have two names.
    Returns a new dict with the names of params and float64 arrays. Neither argument is changed, nor an array in it.
    Convention: parameter and gradient belong together by name, not by their place in the dict.

    >>> sgd_step({"w": np.array([3.0, -1.0])}, {"w": np.array([2.0, 4.0])}, 0.5)
    {'w': array([ 2., -3.])}
    """
    raise NotImplementedError


def momentum_step(
    params: dict[str, np.ndarray],
    grads: dict[str, np.ndarray],
    velocity: dict[str, np.ndarray],
    lr: float,
    beta: float,
) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
    """Take one step of gradient descent with momentum: v = beta v + g, then p = p - lr v.

    params, grads, velocity: dicts with the same names, each name's arrays of the same shape, floats or integers of any
    numpy type, which become float64 before anything is computed; velocity holds zeros before the first step, and beta
    may be 0. Returns (params, velocity), two new dicts with float64 arrays.
    No argument is changed, nor an array in it.
    Convention: torch's form. The gradient enters v whole (no factor 1 - beta), lr is not in v, and p moves with the
    new v.

    >>> one, two = {"w": np.array([1.0])}, {"w": np.array([2.0])}
    >>> momentum_step(one, one, two, 0.5, 0.75)  # v = 0.75 * 2 + 1, p = 1 - 0.5 * v
    ({'w': array([-0.25])}, {'w': array([2.5])})
    """
    raise NotImplementedError


def lr_step(lr0: float, epoch: int, drop: float, every: int) -> float:
    """Give the learning rate of an epoch that is multiplied by `drop` once in `every` epochs.

    lr0: a positive number. epoch: a whole number, the first is 0. drop: in (0, 1). every: a whole number >= 1.
    Whole numbers may be of any numpy type. Returns one float.
    Convention: lr0 * drop^(epoch // every), so that epoch `every` is the first with a lower rate.

    >>> [lr_step(0.5, epoch, 0.5, 2) for epoch in range(6)]
    [0.5, 0.5, 0.25, 0.25, 0.125, 0.125]
    """
    raise NotImplementedError


def lr_exponential(lr0: float, epoch: int, decay: float) -> float:
    """Give the learning rate of an epoch that falls by the same factor from each epoch to the next.

    lr0: a positive number. epoch: a whole number, the first is 0. decay: a positive number.
    Whole numbers may be of any numpy type. Returns one float.
    Convention: lr0 * e^(-decay * epoch).

    >>> lr_exponential(0.5, 2, np.log(2))  # halved twice
    0.125
    """
    raise NotImplementedError


def lr_inverse(lr0: float, epoch: int, decay: float) -> float:
    """Give the learning rate of an epoch that falls like 1 / epoch in the long run.

    lr0: a positive number. epoch: a whole number, the first is 0. decay: a positive number.
    Whole numbers may be of any numpy type. Returns one float.
    Convention: lr0 / (1 + decay * epoch).

    >>> [lr_inverse(0.5, epoch, 1.0) for epoch in (0, 1, 3)]
    [0.5, 0.25, 0.125]
    """
    raise NotImplementedError


def train_epoch(
    loss_and_grads: Callable[[dict, np.ndarray, np.ndarray], tuple[float, dict]],
    params: dict[str, np.ndarray],
    X: np.ndarray,
    y: np.ndarray,
    lr: float,
    batch_size: int,
    order: np.ndarray,
) -> tuple[dict[str, np.ndarray], float]:
    """Pass over the samples once, in the given order, with one step of SGD for every mini-batch.

    loss_and_grads(params, Xb, yb) gives (loss, grads) of one batch: a number, and a dict with the names of params.
    Returns (params, mean_loss): the parameters after the last step, and one float. No argument is changed.
    Convention: each batch is asked with the parameters that the step before left; mean_loss is the plain mean of the
    batches' losses as they were returned, a smaller last batch counting as much as the others.

    >>> def mse(params, Xb, yb):
    ...     error = Xb @ params["w"] - yb
    ...     return np.mean(error**2), {"w": 2 * error @ Xb / len(yb)}
    >>> X, y = np.array([[2.0], [1.0], [1.0]]), np.array([4.0, 5.0, 2.0])
    >>> train_epoch(mse, {"w": np.zeros(1)}, X, y, 0.1, 2, np.array([2, 0, 1]))  # losses 10 and 16
    ({'w': array([1.8])}, 13.0)
    """
    raise NotImplementedError


def fit(
    loss_and_grads: Callable[[dict, np.ndarray, np.ndarray], tuple[float, dict]],
    params: dict[str, np.ndarray],
    X: np.ndarray,
    y: np.ndarray,
    lr: float,
    batch_size: int,
    epochs: int,
    rng: np.random.Generator,
) -> tuple[dict[str, np.ndarray], list[float]]:
    """Train for some epochs, with the samples in a new random order in each.

    loss_and_grads, params, X, y, lr, batch_size: as in train_epoch. epochs >= 1. rng: a numpy Generator.
    Returns (params, history): the parameters after the last epoch, and the mean_loss of every epoch.
    No argument is changed but rng, which advances.
    Convention: before each epoch rng.permutation(N) gives the order; nothing else is random.

    >>> def mse(params, Xb, yb):
    ...     error = Xb @ params["w"] - yb
    ...     return float(np.mean(error**2)), {"w": 2 * error @ Xb / len(yb)}
    >>> X, y = np.array([[2.0], [1.0], [1.0]]), np.array([4.0, 5.0, 2.0])
    >>> fit(mse, {"w": np.zeros(1)}, X, y, 0.1, 3, 2, np.random.default_rng(0))  # one batch: the order does not matter
    ({'w': array([1.6])}, [15.0, 7.0])
    """
    raise NotImplementedError
