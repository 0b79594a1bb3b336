"""hw5: derivatives, gradients and gradient descent.

Integers may be of any numpy type (images are uint8). They are promoted to float64 before anything is computed.
"""

from collections.abc import Callable

import numpy as np


def numerical_derivative(f: Callable[[float], float], x: float, h: float) -> float:
    """Give the slope of f at x by the central difference, (f(x + h) - f(x - h)) / (2 h).

    f: a function of one number that gives one number. x, h: numbers of any type, h > 0. Returns one float.
    Convention: the two points are x + h and x - h, with the h that is passed in.

    >>> numerical_derivative(lambda x: x**3, 2.0, 0.5)  # the derivative is 12, the error exactly h^2
    12.25
    """
    raise NotImplementedError


def numerical_gradient(f: Callable[[np.ndarray], float], x: np.ndarray, h: float) -> np.ndarray:
    """Give the central difference of f along each entry of x, one entry at a time.

    f: a function of an array of the shape of x that gives one number. x: any shape, floats or integers of any type.
    h > 0.
    Returns float64 of the shape of x. x may be moved while f is evaluated, but is as before afterwards.
    Convention: entry i is (f(x with x[i] + h) - f(x with x[i] - h)) / (2 h), all other entries being those of x.

    >>> numerical_gradient(lambda x: x[0] ** 2 + x[1] ** 2, np.array([3.0, 4.0]), 0.5)  # the notes' example
    array([6., 8.])
    """
    raise NotImplementedError


def sigmoid_grad(x: np.ndarray) -> np.ndarray:
    """Give the derivative of the sigmoid 1 / (1 + exp(-x)) at x, entry by entry.

    x: any shape, floats or integers of any type. Returns float64 of the same shape. Finite for x = +-800.
    x is not changed.
    Convention: x is the sigmoid's argument (the pre-activation), not its output.

    >>> sigmoid_grad(np.log([1.0, 3.0]))  # the sigmoid is 1/2 and 3/4 there
    array([0.25  , 0.1875])
    """
    raise NotImplementedError


def tanh_grad(x: np.ndarray) -> np.ndarray:
    """Give the derivative of tanh at x, entry by entry.

    x: any shape, floats or integers of any type. Returns float64 of the same shape. Finite for x = +-800.
    x is not changed.
    Convention: x is the argument of tanh (the pre-activation), not its output.

    >>> tanh_grad(np.log([1.0, 3.0])).round(6)  # tanh is 0 and 0.8 there
    array([1.  , 0.36])
    """
    raise NotImplementedError


def relu_grad(x: np.ndarray) -> np.ndarray:
    """Give the derivative of max(0, x) at x, entry by entry.

    x: any shape, floats or integers of any type. Returns numbers of the same shape. x is not changed.
    Convention: at exactly 0, where there is no derivative, the answer is 0.

    >>> relu_grad(np.array([-2.0, 0.0, 3.0]))
    array([0., 0., 1.])
    """
    raise NotImplementedError


def leaky_relu_grad(x: np.ndarray, alpha: float = 0.1) -> np.ndarray:
    """Give the derivative of the leaky ReLU (x above 0, alpha x below) at x, entry by entry.

    x: any shape, floats or integers of any type; never exactly 0. alpha: in (0, 1]. Returns float64 of the same shape.
    x is not changed.

    >>> leaky_relu_grad(np.array([-2.0, 3.0]))
    array([0.1, 1. ])
    """
    raise NotImplementedError


def elu_grad(x: np.ndarray, alpha: float = 1.0) -> np.ndarray:
    """Give the derivative of the ELU (x above 0, alpha (exp(x) - 1) below) at x, entry by entry.

    x: any shape, floats or integers of any type; never exactly 0. alpha: in (0, 1]. Returns float64 of the same shape.
    Finite for x = +-800. x is not changed.

    >>> elu_grad(np.array([-np.log(2), 3.0]))
    array([0.5, 1. ])
    """
    raise NotImplementedError


def mse_grad(y: np.ndarray, y_hat: np.ndarray) -> np.ndarray:
    """Give the gradient of the mean squared error, mean of (y - y_hat)^2, with respect to y_hat.

    y: the truth, y_hat: the prediction; equal shapes, any number of axes, floats or integers of any type.
    Returns float64 of the same shape. Neither argument is changed.
    Convention: the error is a mean over all entries, not over the rows, and has no factor 1/2.

    >>> mse_grad(np.array([3.0, 4.0, 5.0]), np.array([2.7, 4.2, 5.5])).round(4)  # the notes' Example 2
    array([-0.2   ,  0.1333,  0.3333])
    """
    raise NotImplementedError


def bce_with_logits_grad(y: np.ndarray, z: np.ndarray) -> np.ndarray:
    """Give the gradient of the binary cross-entropy of sigmoid(z), a mean over the samples, with respect to z.

    y: (N,), the truth, 0 or 1. z: (N,), logits, floats or integers of any type. Returns (N,) float64.
    Finite for z = +-800. Neither argument is changed.
    Convention: z holds logits, not probabilities; the mean's 1/N is in the gradient.

    >>> bce_with_logits_grad(np.array([1, 0]), np.log([1.0, 3.0]))  # probabilities 1/2 and 3/4
    array([-0.25 ,  0.375])
    """
    raise NotImplementedError


def mse_sigmoid_grad(y: np.ndarray, z: np.ndarray) -> np.ndarray:
    """Give the gradient of the mean of (y - sigmoid(z))^2 with respect to z.

    y: (N,), the truth, 0 or 1. z: (N,), logits, floats or integers of any type. Returns (N,) float64.
    Finite for z = +-800, where it is 0. Neither argument is changed.
    Convention: z holds logits, not probabilities; the mean's 1/N is in the gradient, and there is no factor 1/2.

    >>> mse_sigmoid_grad(np.array([0]), np.log([2.0])) * 27  # the largest there is, at sigmoid 2/3
    array([8.])
    """
    raise NotImplementedError


def softmax_cross_entropy_grad(z: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Give the gradient of the cross-entropy between the labels and softmax(z), a mean over the samples.

    z: (N, K) logits, floats or integers of any type. labels: (N,) integers in 0 .. K-1. Returns (N, K) float64.
    Finite for logits of +-1000 and for rows of very different scale. Neither argument is changed.
    Convention: the gradient is with respect to z; the mean's 1/N is in it.

    >>> softmax_cross_entropy_grad(np.log([[1.0, 1.0, 2.0], [3.0, 4.0, 1.0]]), np.array([2, 0]))
    array([[ 0.125 ,  0.125 , -0.25  ],
           [-0.3125,  0.25  ,  0.0625]])
    """
    raise NotImplementedError


def gradient_descent(grad_f: Callable[[np.ndarray], np.ndarray], x0: np.ndarray, lr: float, steps: int) -> np.ndarray:
    """Go downhill from x0: x <- x - lr grad_f(x), `steps` times.

    grad_f: a function of an array (D,) that gives the gradient (D,). x0: (D,), floats or integers of any type.
    steps >= 0.
    Returns (steps + 1, D) float64: every point of the path, x0 first. x0 is not changed.
    Convention: all D entries move at once, with the gradient at the point before the step.

    >>> gradient_descent(lambda x: 2 * x, np.array([3.0, 4.0]), 0.25, 2)
    array([[3.  , 4.  ],
           [1.5 , 2.  ],
           [0.75, 1.  ]])
    """
    raise NotImplementedError


def gradient_check(
    f: Callable[[np.ndarray], float], grad_f: Callable[[np.ndarray], np.ndarray], x: np.ndarray, h: float
) -> float:
    """Give the relative distance ||a - b|| / (||a|| + ||b||) of a = grad_f(x) and b, the central difference of f at x.

    f: an array of the shape of x -> one number. grad_f: the same -> an array of the shape of x. x: any shape. h > 0.
    Returns one float from 0 to 1: about 0 if grad_f is the gradient of f. x is as before afterwards.
    Convention: || || is the root of the sum of the squares of all entries; where a and b are both 0, the answer is 0.

    >>> round(gradient_check(lambda x: x @ x, lambda x: 4 * x, np.array([3.0, 4.0]), 0.5), 6)  # twice too large: 1/3
    0.333333
    """
    raise NotImplementedError
