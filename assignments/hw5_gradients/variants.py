"""Right solutions of hw5, written differently: the functions of one slug make one variant. Each keeps full marks."""

# ruff: noqa: F821 - the solution's functions are there when a variant runs

import math

import numpy as np


def numerical_gradient__loops(f, x, h):
    """Entries of a copy are moved and put back one after another, by their place in the flat array."""
    moved = np.array(x, dtype=float)
    slopes = []
    for place in range(moved.size):
        before = moved.flat[place]
        values = []
        for distance in (h, -h):
            moved.flat[place] = before + distance
            values.append(f(moved))
        moved.flat[place] = before
        slopes.append((values[0] - values[1]) / 2 / h)
    return np.array(slopes).reshape(moved.shape)


def sigmoid_grad__loops(x):
    """One number after another, with the symmetry of the derivative against overflow."""
    slopes = [math.exp(-abs(t)) / (1 + math.exp(-abs(t))) ** 2 for t in x.ravel().tolist()]
    return np.array(slopes).reshape(x.shape)


def tanh_grad__loops(x):
    """One number after another."""
    return np.array([1 - math.tanh(t) ** 2 for t in x.ravel().tolist()]).reshape(x.shape)


def relu_grad__loops(x):
    """Whole numbers 0 and 1, one after another."""
    return np.array([1 if t > 0 else 0 for t in x.ravel().tolist()]).reshape(x.shape)


def leaky_relu_grad__loops(x, alpha=0.1):
    """One number after another."""
    return np.array([1 if t > 0 else alpha for t in x.ravel().tolist()]).reshape(x.shape)


def elu_grad__loops(x, alpha=1.0):
    """One number after another."""
    return np.array([1 if t > 0 else alpha * math.exp(t) for t in x.ravel().tolist()]).reshape(x.shape)


def mse_grad__loops(y, y_hat):
    """An entry at a time."""
    gradient = np.empty(y.shape)
    for i in np.ndindex(y.shape):
        gradient[i] = (float(y_hat[i]) - float(y[i])) / y.size * 2
    return gradient


def bce_with_logits_grad__loops(y, z):
    """A sample at a time, with a sigmoid in two branches."""
    return np.array([(_branched_sigmoid(t) - label) / len(y) for label, t in zip(y, z.tolist(), strict=True)])


def mse_sigmoid_grad__loops(y, z):
    """A sample at a time, with a sigmoid in two branches."""
    gradient = []
    for label, t in zip(y, z.tolist(), strict=True):
        p = _branched_sigmoid(t)
        gradient.append(2 * (p - label) * p * (1 - p) / len(y))
    return np.array(gradient)


def _branched_sigmoid(t):
    return 1 / (1 + math.exp(-t)) if t >= 0 else math.exp(t) / (1 + math.exp(t))


def softmax_cross_entropy_grad__loops(z, labels):
    """A sample and a class at a time."""
    gradient, z = np.zeros(z.shape), z.tolist()
    for n in range(len(z)):
        largest = max(z[n])
        total = sum(math.exp(t - largest) for t in z[n])
        for k in range(len(z[n])):
            gradient[n, k] = (math.exp(z[n][k] - largest) / total - (labels[n] == k)) / len(z)
    return gradient


def gradient_descent__loops(grad_f, x0, lr, steps):
    """Entry by entry, from a gradient asked for once in every step."""
    point = [float(t) for t in x0]
    path = [point]
    for _ in range(steps):
        slopes = grad_f(np.array(point))
        point = [t - lr * slope for t, slope in zip(point, slopes, strict=True)]
        path.append(point)
    return np.array(path)


def gradient_check__loops(f, grad_f, x, h):
    """Sums of squares, an entry at a time."""
    a, b = grad_f(x), numerical_gradient(f, x, h)
    squares = [0.0, 0.0, 0.0]
    for s, t in zip(np.ravel(a), np.ravel(b), strict=True):
        squares[0] += (s - t) ** 2
        squares[1] += s**2
        squares[2] += t**2
    length = math.sqrt(squares[1]) + math.sqrt(squares[2])
    return math.sqrt(squares[0]) / length if length > 0 else 0.0


def numerical_derivative__float32(f, x, h):
    """Single precision."""
    x, h = np.float32(x), np.float32(h)
    return (np.float32(f(x + h)) - np.float32(f(x - h))) / (2 * h)


def numerical_gradient__float32(f, x, h):
    """Single precision, the values of f included."""
    x, h = np.asarray(x, dtype=np.float32), np.float32(h)
    gradient = np.zeros(x.shape, dtype=np.float32)
    for i in np.ndindex(x.shape):
        step = np.zeros(x.shape, dtype=np.float32)
        step[i] = h
        gradient[i] = (np.float32(f(x + step)) - np.float32(f(x - step))) / (2 * h)
    return gradient


def sigmoid_grad__float32(x):
    """Single precision, with a clip against overflow."""
    s = 1 / (1 + np.exp(-np.clip(np.float32(x), -80, 80)))
    return s * (1 - s)


def tanh_grad__float32(x):
    """Single precision."""
    return 1 - np.square(np.tanh(np.float32(x)))


def relu_grad__float32(x):
    """Single precision."""
    return (x > 0).astype(np.float32)


def leaky_relu_grad__float32(x, alpha=0.1):
    """Single precision."""
    return np.where(x > 0, np.float32(1), np.float32(alpha))


def elu_grad__float32(x, alpha=1.0):
    """Single precision."""
    return np.where(x > 0, np.float32(1), np.float32(alpha) * np.exp(np.minimum(np.float32(x), np.float32(0))))


def mse_grad__float32(y, y_hat):
    """Single precision."""
    return np.float32(2 / y.size) * (np.float32(y_hat) - np.float32(y))


def bce_with_logits_grad__float32(y, z):
    """Single precision."""
    p = np.exp(-np.logaddexp(np.float32(0), -np.float32(z)))
    return (p - np.float32(y)) / np.float32(len(y))


def mse_sigmoid_grad__float32(y, z):
    """Single precision."""
    p = np.exp(-np.logaddexp(np.float32(0), -np.float32(z)))
    return np.float32(2 / len(y)) * (p - np.float32(y)) * p * (1 - p)


def softmax_cross_entropy_grad__float32(z, labels):
    """Single precision, 1 subtracted in the array of the probabilities."""
    z = np.float32(z)
    e = np.exp(z - z.max(axis=1, keepdims=True))
    p = e / e.sum(axis=1, keepdims=True)
    p[np.arange(len(labels)), labels] -= 1
    return p / np.float32(len(labels))


def gradient_descent__float32(grad_f, x0, lr, steps):
    """Single precision."""
    path = [np.asarray(x0, dtype=np.float32)]
    for _ in range(steps):
        path.append(path[-1] - np.float32(lr) * np.float32(grad_f(path[-1])))
    return np.stack(path)


def gradient_check__float32(f, grad_f, x, h):
    """Single precision, and a floor of 1e-8."""
    x = np.asarray(x, dtype=np.float32)
    a, b = np.float32(grad_f(x)), np.float32(numerical_gradient(f, x, h))
    return np.linalg.norm(a - b) / np.maximum(np.linalg.norm(a) + np.linalg.norm(b), np.float32(1e-8))


def numerical_derivative__lists(f, x, h):
    """The number comes in a list of one."""
    return [(f(x + h) - f(x - h)) / (2 * h)]


def numerical_gradient__lists(f, x, h):
    """A list, or a list of lists."""
    units = np.eye(x.size).reshape(-1, *x.shape)
    return np.reshape([(f(x + h * unit) - f(x - h * unit)) / (2 * h) for unit in units], x.shape).tolist()


def sigmoid_grad__lists(x):
    """A list, or a list of lists."""
    return (0.25 * (1 - np.tanh(x / 2) ** 2)).tolist()


def tanh_grad__lists(x):
    """A list, or a list of lists."""
    return (1 - np.tanh(x.astype(float)) ** 2).tolist()


def relu_grad__lists(x):
    """Bools in a list."""
    return (x > 0).tolist()


def leaky_relu_grad__lists(x, alpha=0.1):
    """A list, or a list of lists."""
    return np.where(x > 0, 1, alpha).tolist()


def elu_grad__lists(x, alpha=1.0):
    """A list, or a list of lists."""
    return np.where(x > 0, 1, alpha * np.exp(x.astype(float))).tolist()


def mse_grad__lists(y, y_hat):
    """A list, or a list of lists."""
    return (np.subtract(y_hat, y, dtype=float) * 2 / y.size).tolist()


def bce_with_logits_grad__lists(y, z):
    """A list."""
    return [(0.5 + 0.5 * math.tanh(t / 2) - label) / len(y) for label, t in zip(y, z, strict=True)]


def mse_sigmoid_grad__lists(y, z):
    """A tuple."""
    p = [0.5 + 0.5 * math.tanh(t / 2) for t in z]
    return tuple(2 * (q - label) * q * (1 - q) / len(y) for label, q in zip(y, p, strict=True))


def softmax_cross_entropy_grad__lists(z, labels):
    """A list of rows."""
    rows = []
    for logits, label in zip(z.astype(float), labels, strict=True):
        e = np.exp(logits - max(logits))
        rows.append([(p - (k == label)) / len(labels) for k, p in enumerate(e / sum(e))])
    return rows


def gradient_descent__lists(grad_f, x0, lr, steps):
    """A list of arrays."""
    path = [x0]
    for _ in range(steps):
        path.append(path[-1] - lr * np.asarray(grad_f(path[-1])))
    return path


def gradient_check__lists(f, grad_f, x, h):
    """The number comes in an array of shape (1, 1)."""
    a, b = np.reshape(grad_f(x), (1, -1)), np.reshape(numerical_gradient(f, x, h), (1, -1))
    length = np.sqrt(a @ a.T) + np.sqrt(b @ b.T)
    return np.sqrt((a - b) @ (a - b).T) / np.maximum(length, 1e-12)


def numerical_gradient__in_place(f, x, h):
    """The caller's own array is moved and put back by -2 h and + h, which may change its last bit."""
    if x.dtype.kind != "f":
        x = x.astype(float)
    gradient = np.zeros_like(x)
    with np.nditer(x, flags=["multi_index"], op_flags=[["readwrite"]]) as entries:
        for _ in entries:
            i = entries.multi_index
            x[i] += h
            above = f(x)
            x[i] -= 2 * h
            below = f(x)
            x[i] += h
            gradient[i] = (above - below) / (2 * h)
    return gradient


def gradient_check__in_place(f, grad_f, x, h):
    """The tests for zero come first."""
    a, b = np.ravel(grad_f(x)), np.ravel(numerical_gradient(f, x, h))
    if not a.any() and not b.any():
        return 0
    return np.sqrt(np.sum((a - b) ** 2)) / (np.sqrt(a @ a) + np.sqrt(b @ b))


def numerical_derivative__curious(f, x, h):
    """The mean of the forward and the backward difference, with f asked at x as well."""
    forward, backward = (f(x + h) - f(x)) / h, (f(x) - f(x - h)) / h
    return (forward + backward) / 2


def numerical_gradient__curious(f, x, h):
    """One numerical derivative for each entry, of a function of one number, with f asked at x first."""
    f(x)

    def slope(i):
        def along(t):
            moved = np.array(x, dtype=float)
            moved[i] = t
            return f(moved)

        return numerical_derivative(along, float(x[i]), h)

    return np.array([slope(i) for i in np.ndindex(x.shape)]).reshape(x.shape)


def gradient_descent__curious(grad_f, x0, lr, steps):
    """The gradient is asked for once for every entry, and at the last point as well."""
    x = np.array(x0, dtype=float)
    path = [x.copy()]
    for _ in range(steps):
        x = np.array([x[i] - lr * grad_f(x)[i] for i in range(len(x))])
        path.append(x.copy())
    grad_f(x)
    return np.vstack(path)


def sigmoid_grad__algebra(x):
    """1 / (4 cosh(x / 2)^2), whose overflow to infinity gives the right 0."""
    return 0.25 / np.cosh(x / 2) ** 2


def tanh_grad__algebra(x):
    """1 / cosh(x)^2, whose overflow to infinity gives the right 0."""
    return 1 / np.cosh(x, dtype=float) ** 2


def relu_grad__algebra(x):
    """The sign, cut off below 0."""
    return np.sign(np.maximum(x, 0))


def leaky_relu_grad__algebra(x, alpha=0.1):
    """Masks added up."""
    return (x > 0) + alpha * (x <= 0)


def elu_grad__algebra(x, alpha=1.0):
    """ELU's value plus alpha below 0, 1 above."""
    below = np.minimum(x, 0.0)
    return np.where(x > 0, 1, alpha * np.expm1(below) + alpha)


def mse_grad__algebra(y, y_hat):
    """The mean's factor multiplied into both arrays."""
    return (2 / np.size(y)) * y_hat - (2 / np.size(y)) * y


def bce_with_logits_grad__algebra(y, z):
    """-sigmoid(-z) for label 1 and sigmoid(z) for label 0, as one sigmoid with a sign."""
    sign = 1 - 2 * np.asarray(y, dtype=float)
    return sign / (1 + np.exp(-sign * np.clip(z, -700, 700))) / y.shape[0]


def mse_sigmoid_grad__algebra(y, z):
    """The chain rule with sigmoid_grad."""
    p = (1 + np.tanh(z / 2)) / 2
    return (p - y) * sigmoid_grad(z) * (2 / len(z))


def softmax_cross_entropy_grad__algebra(z, labels):
    """The Jacobian of softmax times the gradient with respect to log p, row by row."""
    shifted = z * 1.0
    shifted -= shifted.max(axis=1, keepdims=True)
    log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    upstream = np.zeros(z.shape)
    upstream[np.arange(len(z)), labels] = -1 / len(z)
    return upstream - np.exp(log_p) * upstream.sum(axis=1, keepdims=True)


def gradient_descent__algebra(grad_f, x0, lr, steps):
    """By recursion."""
    start = np.array(x0, dtype=float).reshape(1, -1)
    if steps == 0:
        return start
    return np.concatenate([start, gradient_descent__algebra(grad_f, x0 - lr * grad_f(x0), lr, steps - 1)])
