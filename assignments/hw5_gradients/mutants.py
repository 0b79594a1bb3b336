"""Wrong solutions of hw5, one function <function>__<slug> each; its docstring is the diagnosis to be read."""

# ruff: noqa: F821 - a mutant stands behind the model solution and may call its other functions
import numpy as np


def _each(x, slope, h):
    """slope(step) for each entry of x, with a step of h along that entry."""
    return np.reshape([slope(h * unit) for unit in np.eye(x.size).reshape(-1, *x.shape)], x.shape)


def _softmax(z):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def _walk(step, x0, steps):
    path = [np.array(x0, dtype=float)]
    for _ in range(steps):
        path.append(step(path[-1]))
    return np.array(path)


def numerical_derivative__forward(f, x, h):
    """This is the forward difference, from x to x + h; the central one goes from x - h to x + h.
    Likely: forward difference"""
    return (f(x + h) - f(x)) / h


def numerical_derivative__backward(f, x, h):
    """This is the backward difference, from x - h to x; the central one goes from x - h to x + h.
    Likely: backward difference"""
    return (f(x) - f(x - h)) / h


def numerical_derivative__missing_half(f, x, h):
    """The two points are 2 h apart, but the difference is divided by h: the half is missing.
    Likely: half is missing"""
    return (f(x + h) - f(x - h)) / h


def numerical_derivative__precedence(f, x, h):
    """The brackets around 2 * h are missing, so that the difference is halved and then multiplied by h.
    Likely: then multiplie[sd]"""
    return (f(x + h) - f(x - h)) / 2 * h


def numerical_derivative__own_step(f, x, h):
    """This is nearly the derivative itself: a step of 1e-4 is used in place of the h that is passed in.
    Likely: derivative itself"""
    return (f(x + 1e-4) - f(x - 1e-4)) / 2e-4


def numerical_derivative__analytic(f, x, h):
    """This is the analytic derivative of x^3, which is 3 x^2; f and h are not used at all.
    Likely: derivative itself|analytic"""
    return 3 * x**2


def numerical_derivative__half_step(f, x, h):
    """The two points lie h/2 from x; here they lie h from x.
    Likely: h/2 from x"""
    return (f(x + h / 2) - f(x - h / 2)) / h


def numerical_gradient__forward_steps(f, x, h):
    """These are forward differences, from x[i] to x[i] + h.
    Likely: forward difference"""
    return _each(x, lambda step: (f(x + step) - f(x)) / h, h)


def numerical_gradient__not_put_back(f, x, h):
    """An entry is not put back: it is still moved while the next one has its turn.
    Likely: still moved"""
    gradient = np.zeros(x.shape)
    for i in np.ndindex(x.shape):
        x[i] += h
        above = f(x)
        x[i] -= 2 * h
        gradient[i] = (above - f(x)) / (2 * h)
    return gradient


def numerical_gradient__all_at_once(f, x, h):
    """All entries are moved at once, so that the result is a single slope.
    Likely: all entries moved at once|moved at once"""
    return (f(x + h) - f(x - h)) / (2 * h)


def numerical_gradient__truncated(f, x, h):
    """x + h has lost its decimals: it is stored in an array of x's own type, and x holds whole numbers.
    Likely: lost its decimals"""
    moved = lambda step: (x + step).astype(x.dtype)  # noqa: E731
    return _each(x, lambda step: (f(moved(step)) - f(moved(-step))) / (2 * h), h)


def numerical_gradient__by_rows(f, x, h):
    """Whole rows of x are moved at once: each entry has its own turn.
    Likely: [Ww]hole rows"""
    gradient = np.zeros(x.shape)
    for i in range(len(x)):
        step = np.zeros(x.shape)
        step[i] = h
        gradient[i] = (f(x + step) - f(x - step)) / (2 * h)
    return gradient


def numerical_gradient__flat_argument(f, x, h):
    """f is handed a flattened x; it is a function of arrays of the shape of x.
    Likely: arguments that it cannot take
    """
    flat = x.ravel()
    return _each(flat, lambda step: (f(flat + step) - f(flat - step)) / (2 * h), h).reshape(x.shape)


def sigmoid_grad__of_output(x):
    """x (1 - x) takes x for the output of the sigmoid; it is its argument.
    Likely: output of the sigmoid"""
    return x * (1 - x)


def sigmoid_grad__value(x):
    """This is the value of the sigmoid; its slope was asked for.
    Likely: this is sigmoid"""
    return _sigmoid(x)


def sigmoid_grad__one_factor(x):
    """This is 1 - sigmoid(x) alone: the slope has the factor sigmoid(x), too.
    Likely: factor sigmoid"""
    return 1 - _sigmoid(x)


def sigmoid_grad__overflow(x):
    """exp(-x) / (1 + exp(-x))^2 is inf / inf at x = -800, which is nan.
    Likely: nan"""
    return np.exp(-x) / (1 + np.exp(-x)) ** 2


def tanh_grad__of_input(x):
    """1 - x^2 takes x for the output of tanh; it is its argument.
    Likely: output of tanh"""
    return 1 - x**2


def tanh_grad__no_square(x):
    """The square is missing: this is 1 - tanh(x).
    Likely: square is missing"""
    return 1 - np.tanh(x)


def tanh_grad__like_sigmoid(x):
    """tanh(x) (1 - tanh(x)) is the sigmoid's formula; the derivative of tanh is 1 - tanh(x)^2.
    Likely: form of the sigmoid's"""
    return np.tanh(x) * (1 - np.tanh(x))


def tanh_grad__wrong_sigmoid(x):
    """This is the derivative of 2 sigmoid(x) - 1, one slide's formula; tanh(x) is 2 sigmoid(2 x) - 1.
    Likely: derivative of 2 sigmoid"""
    return 2 * _sigmoid(x) * (1 - _sigmoid(x))


def relu_grad__one_at_zero(x):
    """The derivative at exactly 0 is 1 here; the handout fixes it as 0.
    Likely: exactly 0 is 1"""
    return np.where(x >= 0, 1.0, 0.0)


def relu_grad__chained(x):
    """Every entry is 1: the zeros written for negative x are taken for x >= 0 by the second np.where.
    Likely: [Ee]very entry"""
    x = np.where(x < 0, 0.0, x)
    return np.where(x >= 0, 1.0, x)


def leaky_relu_grad__times_x(x, alpha=0.1):
    """Below 0 this is alpha x, the value; the slope is alpha.
    Likely: alpha x, the value"""
    return np.where(x > 0, 1.0, alpha * x)


def leaky_relu_grad__framework(x, alpha=0.01):
    """The default of alpha is 0.01, as in some libraries; here it is 0.1.
    Likely: alpha is 0.01"""
    return np.where(x > 0, 1.0, alpha)


def elu_grad__no_alpha(x, alpha=1.0):
    """The factor alpha is missing below 0.
    Likely: alpha is missing"""
    return np.where(x > 0, 1.0, np.exp(np.minimum(x, 0)))


def mse_grad__sum(y, y_hat):
    """This is the gradient of the sum of squares, n times the mean's: it is not divided by the number of entries.
    Likely: times"""
    return 2 * (y_hat - y)


def mse_grad__rows(y, y_hat):
    """The gradient is divided by the number of rows, len(y), and comes out several times too large.
    Likely: times"""
    return 2 * (y_hat - y) / len(y)


def bce_with_logits_grad__no_mean(y, z):
    """The 1/N of the mean is missing: the gradient is N times too large.
    Likely: times"""
    return _sigmoid(z) - y


def bce_with_logits_grad__with_respect_to_p(y, z):
    """This is the gradient with respect to the probability p, without the sigmoid's own slope.
    Likely: probability p"""
    p = _sigmoid(z)
    return (p - y) / (p * (1 - p)) / len(y)


def bce_with_logits_grad__slope_twice(y, z):
    """The sigmoid's slope p (1 - p) is multiplied in once more; it has cancelled already.
    Likely: once more"""
    p = _sigmoid(z)
    return (p - y) * p * (1 - p) / len(y)


def bce_with_logits_grad__large_exponent(y, z):
    """exp(z) / (1 + exp(z)) is inf / inf at z = 800, which is nan.
    Likely: nan"""
    return (np.exp(z) / (1 + np.exp(z)) - y) / len(y)


def mse_sigmoid_grad__no_slope(y, z):
    """The chain rule stops halfway: the sigmoid's slope p (1 - p) is missing.
    Likely: stops halfway"""
    return 2 * (_sigmoid(z) - y) / len(y)


def mse_sigmoid_grad__cross_entropy(y, z):
    """This is the gradient of the cross-entropy, p - y; with squared errors nothing cancels.
    Likely: gradient of the cross-entropy"""
    return (_sigmoid(z) - y) / len(y)


def softmax_cross_entropy_grad__whole_sum(z, labels):
    """The 1/N of the mean is missing: the gradient is N times too large.
    Likely: times"""
    return _softmax(z) - np.eye(z.shape[1])[labels]


def softmax_cross_entropy_grad__whole_columns(z, labels):
    """p[:, labels] -= 1 subtracts in the columns of all labels, in every row.
    Likely: columns of all labels"""
    p = _softmax(z)
    p[:, labels] -= 1
    return p / len(labels)


def softmax_cross_entropy_grad__global_max(z, labels):
    """The largest logit of the whole array is subtracted: a row far below it vanishes, and 0 / 0 is nan.
    Likely: nan"""
    e = np.exp(z - z.max())
    return (e / e.sum(axis=1, keepdims=True) - np.eye(z.shape[1])[labels]) / len(labels)


def gradient_descent__uphill(grad_f, x0, lr, steps):
    """The gradient is added, and the path goes uphill.
    Likely: uphill"""
    return _walk(lambda x: x + lr * grad_f(x), x0, steps)


def gradient_descent__without_start(grad_f, x0, lr, steps):
    """x0 is missing at the beginning of the path, which starts with the point after the first step.
    Likely: x0 is missing"""
    return _walk(lambda x: x - lr * grad_f(x), x0, steps)[1:]


def gradient_descent__same_array(grad_f, x0, lr, steps):
    """x -= works in place, so that all rows of the path are one and the same array.
    Likely: one and the same array"""
    x = np.array(x0, dtype=float)
    path = [x]
    for _ in range(steps):
        x -= lr * grad_f(x)
        path.append(x)
    return np.array(path)


def gradient_descent__in_turn(grad_f, x0, lr, steps):
    """Entries are moved one after another, the gradient asked for anew with the first ones already moved.
    Likely: already moved"""

    def step(x):
        x = x.copy()
        for i in range(len(x)):
            x[i] -= lr * grad_f(x)[i]
        return x

    return _walk(step, x0, steps)


def gradient_descent__tolerance(grad_f, x0, lr, steps):
    """The path ends where the gradient is small; all steps are asked for, and it has steps + 1 points.
    Likely: stops where the gradient"""
    path = [np.array(x0, dtype=float)]
    for _ in range(steps):
        gradient = grad_f(path[-1])
        if np.linalg.norm(gradient) < 1e-2:
            break
        path.append(path[-1] - lr * gradient)
    return np.array(path)


def gradient_descent__stands_still(grad_f, x0, lr, steps):
    """The point stays where it is once the gradient is small; every step moves it, however little.
    Likely: stops where the gradient"""

    def step(x):
        gradient = grad_f(x)
        return x - lr * gradient if np.linalg.norm(gradient) > 1e-2 else x

    return _walk(step, x0, steps)


def gradient_descent__frozen(grad_f, x0, lr, steps):
    """The gradient is computed once, at x0, and used in every step.
    Likely: gradient at x0"""
    gradient = grad_f(x0)
    return _walk(lambda x: x - lr * gradient, x0, steps)


def gradient_check__no_tiny(f, grad_f, x, h):
    """Where both gradients are zero this divides 0 by 0, which is nan.
    Likely: nan"""
    a, b = grad_f(x), numerical_gradient(f, x, h)
    return np.linalg.norm(a - b) / (np.linalg.norm(a) + np.linalg.norm(b))


def gradient_check__absolute(f, grad_f, x, h):
    """The length of the difference is not divided by anything.
    Likely: not divided by anything"""
    return np.linalg.norm(grad_f(x) - numerical_gradient(f, x, h))


def gradient_check__larger_norm(f, grad_f, x, h):
    """The difference is divided by the larger of the two lengths, not by their sum.
    Likely: the larger of"""
    a, b = grad_f(x), numerical_gradient(f, x, h)
    return np.linalg.norm(a - b) / max(np.linalg.norm(a), np.linalg.norm(b), 1e-300)


EQUIVALENT = {
    "leaky_relu_grad: np.where(x > 0, 1.0, alpha) -> "
    "np.where(x >= 0, 1.0, alpha)": "the slope at exactly 0 is left open",
    "elu_grad: np.where(x > 0, 1.0, alpha * np.exp(-np.abs(x))) -> "
    "np.where(x >= 0, 1.0, alpha * np.exp(-np.abs(x)))": "the slope at exactly 0 is left open",
    "softmax_cross_entropy_grad: np.max(z, axis=-1, keepdims=True) -> "
    "np.max(z, axis=1, keepdims=True)": "z has two axes, and the last one is axis 1",
    "softmax_cross_entropy_grad: np.sum(e, axis=-1, keepdims=True) -> "
    "np.sum(e, axis=1, keepdims=True)": "z has two axes, and the last one is axis 1",
    "softmax_cross_entropy_grad: np.eye(np.shape(z)[-1]) -> "
    "np.eye(np.shape(z)[1])": "z has two axes, and the last one is axis 1",
}
