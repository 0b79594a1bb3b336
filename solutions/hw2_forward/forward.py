"""hw2: activation functions, linear layers, and the forward pass of a network.

Integers may be of any numpy type (int64, uint8, int8): turn them into float64 before you compute anything.
"""

from itertools import pairwise

import numpy as np


def sigmoid(x: np.ndarray) -> np.ndarray:
    """Give sigma(x) = 1 / (1 + exp(-x)), entry by entry.

    x: an array of any shape, floats or integers of any numpy type. Returns float64 of the same shape. x is not changed.
    Finite for x = +-800, where the answers are 1 and 0.

    >>> sigmoid(np.log([1.0, 3.0, 9.0]))
    array([0.5 , 0.75, 0.9 ])
    """
    x = np.asarray(x, dtype=float)
    # the fraction multiplied by exp(min(x, 0)) above and below, so that no exponent is positive
    return np.exp(np.minimum(x, 0)) / (1 + np.exp(-np.abs(x)))


def tanh(x: np.ndarray) -> np.ndarray:
    """Give tanh(x) = (exp(x) - exp(-x)) / (exp(x) + exp(-x)), entry by entry.

    x: an array of any shape, floats or integers of any numpy type. Returns float64 of the same shape. x is not changed.
    Finite for x = +-800, where the answers are 1 and -1.

    >>> np.round(tanh(np.log([1.0, 2.0, 3.0])), 12)
    array([0. , 0.6, 0.8])
    """
    return 2 * sigmoid(2 * np.asarray(x, dtype=float)) - 1


def relu(x: np.ndarray) -> np.ndarray:
    """Give max(0, x), entry by entry.

    x: an array of any shape, floats or integers of any numpy type. Returns float64 of the same shape. x is not changed.

    >>> relu(np.array([-2.0, 0.0, 3.0]))
    array([0., 0., 3.])
    """
    return np.maximum(x, 0.0)


def leaky_relu(x: np.ndarray, alpha: float = 0.1) -> np.ndarray:
    """Give x where x > 0 and alpha x elsewhere, entry by entry.

    x: an array of any shape, floats or integers of any numpy type. alpha: a number, 0 < alpha <= 1.
    Returns float64 of the same shape. x is not changed.
    Convention: the slope to the left of 0 is 0.1 unless alpha says otherwise.

    >>> leaky_relu(np.array([-2.0, 0.0, 3.0]))
    array([-0.2,  0. ,  3. ])
    """
    x = np.asarray(x, dtype=float)
    return np.maximum(x, alpha * x)


def elu(x: np.ndarray, alpha: float = 1.0) -> np.ndarray:
    """Give x where x >= 0 and alpha (exp(x) - 1) elsewhere, entry by entry.

    x: an array of any shape, floats or integers of any numpy type. alpha: a number, 0 < alpha <= 1.
    Returns float64 of the same shape. x is not changed. Finite for x = +-800, where the answers are 800 and -alpha.

    >>> elu(np.array([-np.log(2), 0.0, 3.0]))
    array([-0.5,  0. ,  3. ])
    """
    x = np.asarray(x, dtype=float)
    return np.maximum(x, 0) + alpha * np.expm1(np.minimum(x, 0))


def linear(X: np.ndarray, W: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Compute a fully connected layer without its activation: XW + b.

    X: (N, D). W: (D, M). b: (M,); floats or integers of any numpy type. Returns (N, M) float64.
    The arguments are not changed.
    Convention: samples are rows; column j of W and entry j of b belong to unit j.

    >>> linear(np.array([[1, 2]]), np.array([[1.0, 0.0, 2.0], [0.0, 1.0, -1.0]]), np.array([0.5, -0.5, 0.0]))
    array([[1.5, 1.5, 0. ]])
    """
    return np.asarray(X, dtype=float) @ W + b


def maxout(x: np.ndarray, W1: np.ndarray, b1: np.ndarray, W2: np.ndarray, b2: np.ndarray) -> np.ndarray:
    """Give the larger one of two linear maps, max(xW1 + b1, xW2 + b2), unit by unit.

    x: (N, D). W1, W2: (D, M). b1, b2: (M,); floats or integers of any numpy type. Returns (N, M) float64.
    The arguments are not changed.

    >>> maxout(np.array([[2.0], [-3.0]]), np.array([[1.0]]), np.array([0.0]), np.array([[-1.0]]), np.array([1.0]))
    array([[2.],
           [4.]])
    """
    return np.maximum(linear(x, W1, b1), linear(x, W2, b2))


def parameter_shapes(sizes: list[int]) -> list[tuple[tuple[int, int], tuple[int]]]:
    """Give the shapes of the weights and biases of a fully connected network.

    sizes: the numbers of units, from the input layer to the output layer; two or more whole numbers.
    Returns a list with ((D, M), (M,)) for each pair of neighbouring layers of D and M units. sizes is not changed.

    >>> parameter_shapes([784, 50, 10])
    [((784, 50), (50,)), ((50, 10), (10,))]
    """
    return [((d, m), (m,)) for d, m in pairwise(sizes)]


def forward(X: np.ndarray, params: list, activation: str, output: str) -> np.ndarray:
    """Compute the output of a fully connected network.

    X: (N, D). params: a list of one or more layers (W, b), W (D_in, D_out), b (D_out,).
    Floats or integers of any numpy type.
    activation: "sigmoid", "tanh" or "relu", applied after every layer but the last.
    output: "identity" or "softmax", applied after the last layer; softmax runs along each row and meets logits of
    at most 5 in size here. Returns (N, K) float64, K the width of the last layer. The arguments are not changed.

    >>> params = [(np.array([[1, -1], [-1, 1]]), np.array([0, 0])), (np.array([[1], [1]]), np.array([0]))]
    >>> forward(np.array([[0, 0], [0, 1], [1, 0], [1, 1]]), params, "relu", "identity")  # XOR
    array([[0.],
           [1.],
           [1.],
           [0.]])
    """
    h = {"sigmoid": sigmoid, "tanh": tanh, "relu": relu}[activation]
    *hidden, last = params
    Z = X
    for W, b in hidden:
        Z = h(linear(Z, W, b))
    A = linear(Z, *last)
    if output == "identity":
        return A
    e = np.exp(A)
    return e / e.sum(axis=1, keepdims=True)


def collapse_linear(params: list) -> tuple[np.ndarray, np.ndarray]:
    """Give the single linear layer that computes the same as several in a row without activations.

    params: a list of one or more layers (W, b), W (D_in, D_out), b (D_out,), floats or integers of any numpy type.
    The arrays are not changed.
    Returns (W, b) with X @ W + b equal to the output of the last layer for every X: W (D, K), b (K,), float64.

    >>> first = np.array([[1.0, 2.0]]), np.array([3.0, 4.0])
    >>> second = np.array([[5.0], [6.0]]), np.array([7.0])
    >>> collapse_linear([first, second])
    (array([[17.]]), array([46.]))
    """
    W, b = (np.asarray(part, dtype=float) for part in params[0])
    for W_next, b_next in params[1:]:
        W, b = W @ W_next, b @ W_next + b_next
    return W, b
