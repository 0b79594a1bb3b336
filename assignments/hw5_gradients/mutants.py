"""Wrong solutions of hw5, one function <function>__<slug> each; its docstring is the diagnosis to be read."""

# ruff: noqa: F821 - a mutant stands behind the model solution and may call its other functions
import numpy as np

_REMEMBERED = {}


def _each(x, slope, h):
    """slope(step) for each entry of x, with a step of h along that entry."""
    return np.reshape([slope(h * unit) for unit in np.eye(x.size).reshape(-1, *x.shape)], x.shape)


def _softmax(z):
    e = np.exp(z - z.max(axis=1, keepdims=True) * 1.0)
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


def numerical_derivative__capped_step(f, x, h):
    """The step is at most 1: an h above 1 is not used as it is passed in."""
    h = min(h, 1.0)
    return (f(x + h) - f(x - h)) / (2 * h)


def numerical_derivative__remembered_derivative(f, x, h):
    """The result is remembered by x and h, and comes back for another f as well.
    Likely: earlier call"""
    if (x, h) not in _REMEMBERED:
        _REMEMBERED[x, h] = (f(x + h) - f(x - h)) / (2 * h)
    return _REMEMBERED[x, h]


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


def numerical_gradient__by_value(f, x, h):
    """The entry is looked for by its value, so that equal entries are moved together."""
    gradient = np.zeros(x.shape)
    for i in np.ndindex(x.shape):
        step = h * (x == x[i])
        gradient[i] = (f(x + step) - f(x - step)) / (2 * h)
    return gradient


def numerical_gradient__zero_entries(f, x, h):
    """The slope along an entry that is 0 is left at 0: such an entry has its turn like any other.
    Likely: is 0 in some entries"""
    gradient = np.zeros(x.shape)
    for i in np.ndindex(x.shape):
        if x[i] != 0:
            step = np.zeros(x.shape)
            step[i] = h
            gradient[i] = (f(x + step) - f(x - step)) / (2 * h)
    return gradient


def numerical_gradient__one_type_gradient(f, x, h):
    """Only int64 is made float64: in other types of integers x + h has lost its decimals.
    Likely: lost its decimals"""
    x = x.astype(float) if x.dtype == np.int64 else x
    moved = lambda step: (x + step).astype(x.dtype)  # noqa: E731
    return _each(x, lambda step: (f(moved(step)) - f(moved(-step))) / (2 * h), h)


def numerical_gradient__flat_view(f, x, h):
    """x.reshape(-1) is moved, which is a copy of an array with gaps: f is asked at an x that does not move."""
    x = x if x.dtype.kind == "f" else x.astype(float)
    flat, slopes = x.reshape(-1), []
    for i in range(flat.size):
        flat[i] += h
        above = f(x)
        flat[i] -= 2 * h
        below = f(x)
        flat[i] += h
        slopes.append((above - below) / (2 * h))
    return np.reshape(slopes, x.shape)


def numerical_gradient__one_entry_gradient(f, x, h):
    """For one entry a bare number comes back: the gradient has the shape of x, (1,).
    Likely: shape|single number"""
    gradient = _each(x, lambda step: (f(x + step) - f(x - step)) / (2 * h), h)
    return gradient.item() if gradient.size == 1 else gradient


def numerical_gradient__remembered_gradient(f, x, h):
    """The result is remembered by x and h, and comes back for another f as well.
    Likely: earlier call"""
    key = (x.tobytes(), x.dtype, x.shape, h)
    if key not in _REMEMBERED:
        _REMEMBERED[key] = _each(x, lambda step: (f(x + step) - f(x - step)) / (2 * h), h)
    return _REMEMBERED[key]


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
    e = np.exp(-np.asarray(x, dtype=float))
    return e / (1 + e) ** 2


def sigmoid_grad__own_type_sigmoid(x):
    """-x is computed in the type of x, and in uint8 -3 is 253: make float64 of x first.
    Likely: small type"""
    s = 1 / (1 + np.exp(-x))
    return s * (1 - s)


def sigmoid_grad__clipped_sigmoid(x):
    """x is clipped at -20 and 20, so that smaller slopes are all the same.
    Likely: a certain number"""
    s = _sigmoid(np.clip(x, -20.0, 20.0))
    return s * (1 - s)


def sigmoid_grad__memory_order(x):
    """The entries are read in the order in which they lie in memory, which in a transposed table is another one.
    Likely: in other places"""
    s = _sigmoid(x.ravel(order="K").astype(float))
    return (s * (1 - s)).reshape(x.shape)


def sigmoid_grad__by_shape(x):
    """The result is remembered by the shape of x, and comes back for other values as well.
    Likely: earlier call"""
    key = ("sigmoid", np.shape(x))
    if key not in _REMEMBERED:
        s = _sigmoid(np.asarray(x, dtype=float))
        _REMEMBERED[key] = s * (1 - s)
    return _REMEMBERED[key]


def sigmoid_grad__one_entry_sigmoid(x):
    """Axes of length 1 are dropped: the slope of an array of one entry is an array of one entry, too.
    Likely: shape|single number"""
    s = _sigmoid(np.squeeze(x).astype(float))
    return s * (1 - s)


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


def tanh_grad__own_type_tanh(x):
    """tanh of an int8 is a float16, of 3 digits: make float64 of x first.
    Likely: small type"""
    return 1 - np.tanh(x) ** 2


def tanh_grad__clipped_tanh(x):
    """x is clipped at -5 and 5, so that smaller slopes are all the same.
    Likely: a certain number"""
    return 1 - np.tanh(np.clip(x, -5.0, 5.0)) ** 2


def relu_grad__one_at_zero(x):
    """The derivative at exactly 0 is 1 here; the handout fixes it as 0.
    Likely: exactly 0 is 1"""
    return np.where(x >= 0, 1.0, 0.0)


def relu_grad__threshold(x):
    """The slope is 0 up to x = 1e-4: it is 1 for every x above 0.
    Likely: just above 0"""
    return np.where(x > 1e-4, 1.0, 0.0)


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


def elu_grad__own_type_elu(x, alpha=1.0):
    """exp of an int8 is a float16, of 3 digits: make float64 of x first.
    Likely: small type"""
    return np.where(x > 0, 1.0, alpha * np.exp(np.minimum(x, 0)))


def elu_grad__least_alpha(x, alpha=1.0):
    """alpha is raised to 0.01: smaller values are allowed."""
    x = np.asarray(x, dtype=float)
    return np.where(x > 0, 1.0, max(alpha, 0.01) * np.exp(-np.abs(x)))


def mse_grad__sum(y, y_hat):
    """This is the gradient of the sum of squares, n times the mean's: it is not divided by the number of entries.
    Likely: times|multiple"""
    return 2 * (np.asarray(y_hat, dtype=float) - y)


def mse_grad__rows(y, y_hat):
    """The gradient is divided by the number of rows, len(y), and comes out several times too large.
    Likely: times|multiple"""
    return 2 * (np.asarray(y_hat, dtype=float) - y) / len(y)


def mse_grad__own_type_mse(y, y_hat):
    """The difference is taken in the type of the arguments, and in uint8 100 - 200 is 156: make float64 of them first.
    Likely: in uint8|small type"""
    return 2 * (y_hat - y) / np.size(y)


def mse_grad__one_row(y, y_hat):
    """Axes of length 1 are dropped: the gradient has the shape of y_hat.
    Likely: axis of length 1"""
    return np.squeeze(2 * (np.asarray(y_hat, dtype=float) - y) / np.size(y))


def bce_with_logits_grad__no_mean(y, z):
    """The 1/N of the mean is missing: the gradient is N times too large.
    Likely: times|multiple"""
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
    e = np.exp(np.asarray(z, dtype=float))
    return (e / (1 + e) - y) / len(y)


def bce_with_logits_grad__own_type_bce(y, z):
    """-z is computed in the type of z, and in uint8 -3 is 253: make float64 of z first.
    Likely: small type"""
    return (1 / (1 + np.exp(-z)) - y) / len(y)


def bce_with_logits_grad__clipped_bce(y, z):
    """p is kept above 1e-7, so that samples that are certain and right all have the same slope.
    Likely: is the same"""
    p = np.clip(_sigmoid(np.asarray(z, dtype=float)), 1e-7, 1 - 1e-7)
    return (p - y) / len(y)


def bce_with_logits_grad__one_sample_bce(y, z):
    """For one sample a bare number comes back: the gradient has the shape (1,).
    Likely: shape|single number"""
    return np.squeeze((_sigmoid(np.asarray(z, dtype=float)) - y) / len(y))


def bce_with_logits_grad__both_classes(y, z):
    """The slope is divided by the share of its class and multiplied by it again: 0 / 0 where a class is absent.
    Likely: nan"""
    shares = np.array([np.mean(y == 0), np.mean(y == 1)])
    return (_sigmoid(np.asarray(z, dtype=float)) - y) / len(y) * np.min(shares / shares)


def mse_sigmoid_grad__no_slope(y, z):
    """The chain rule stops halfway: the sigmoid's slope p (1 - p) is missing.
    Likely: stops halfway"""
    return 2 * (_sigmoid(z) - y) / len(y)


def mse_sigmoid_grad__cross_entropy(y, z):
    """This is the gradient of the cross-entropy, p - y; with squared errors nothing cancels.
    Likely: gradient of the cross-entropy"""
    return (_sigmoid(z) - y) / len(y)


def mse_sigmoid_grad__own_type_mse_sigmoid(y, z):
    """-z is computed in the type of z, and in uint8 -3 is 253: make float64 of z first.
    Likely: small type"""
    p = 1 / (1 + np.exp(-z))
    return 2 * (p - y) * p * (1 - p) / len(y)


def mse_sigmoid_grad__clipped_mse_sigmoid(y, z):
    """z is clipped at -20 and 20, so that smaller slopes are all the same.
    Likely: a certain number"""
    p = _sigmoid(np.clip(z, -20.0, 20.0))
    return np.where(np.abs(z) > 100, 0.0, 2 * (p - y) * p * (1 - p) / len(y))


def mse_sigmoid_grad__one_sample_mse_sigmoid(y, z):
    """For one sample a bare number comes back: the gradient has the shape (1,).
    Likely: shape|single number"""
    p = _sigmoid(np.asarray(z, dtype=float))
    return np.squeeze(2 * (p - y) * p * (1 - p) / len(y))


def softmax_cross_entropy_grad__whole_sum(z, labels):
    """The 1/N of the mean is missing: the gradient is N times too large.
    Likely: times|multiple"""
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
    e = np.exp(z - z.max() * 1.0)
    return (e / e.sum(axis=1, keepdims=True) - np.eye(z.shape[1])[labels]) / len(labels)


def softmax_cross_entropy_grad__own_type_softmax(z, labels):
    """The largest logit is subtracted in the type of z, and in uint8 1 - 5 is 252: make float64 of z first.
    Likely: small type|nan"""
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return (e / e.sum(axis=1, keepdims=True) - np.eye(z.shape[1])[labels]) / len(labels)


def softmax_cross_entropy_grad__one_sample_softmax(z, labels):
    """Axes of length 1 are dropped: the gradient of one sample has the shape (1, K).
    Likely: axis of length 1"""
    return np.squeeze((_softmax(z) - np.eye(z.shape[1])[labels]) / len(labels))


def softmax_cross_entropy_grad__classes_seen(z, labels):
    """The classes are counted from the labels: the last one has no column where no sample is of it.
    Likely: shape|broadcast"""
    truth = np.eye(labels.max() + 1)[labels]
    return (_softmax(z) - truth) / len(labels)


def softmax_cross_entropy_grad__floor_softmax(z, labels):
    """Probabilities below 0.001 are raised to 0.001."""
    return (np.maximum(_softmax(z), 1e-3) - np.eye(z.shape[1])[labels]) / len(labels)


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


def gradient_descent__little(grad_f, x0, lr, steps):
    """The point stays where it is once the gradient is tiny; every step moves it, however little.
    Likely: stops where the gradient"""

    def step(x):
        gradient = grad_f(x)
        return x - lr * gradient if np.linalg.norm(gradient) > 1e-6 else x

    return _walk(step, x0, steps)


def gradient_descent__own_lr(grad_f, x0, lr, steps):
    """lr = 0 is taken for no lr at all, and 0.1 is used in its place."""
    return _walk(lambda x: x - (lr or 0.1) * grad_f(x), x0, steps)


def gradient_descent__one_entry_descent(grad_f, x0, lr, steps):
    """Axes of length 1 are dropped: the path has the shape (steps + 1, D), with D = 1 and with steps = 0, too.
    Likely: axis of length 1"""
    return np.squeeze(_walk(lambda x: x - lr * grad_f(x), x0, steps))


def gradient_descent__remembered_descent(grad_f, x0, lr, steps):
    """The path is remembered by x0, and comes back for another grad_f as well.
    Likely: earlier call"""
    key = (x0.tobytes(), lr, steps)
    if key not in _REMEMBERED:
        _REMEMBERED[key] = _walk(lambda x: x - lr * grad_f(x), x0, steps)
    return _REMEMBERED[key]


def gradient_descent__one_type_descent(grad_f, x0, lr, steps):
    """The path is stored in the type of x0, and only int64 is made float64: in uint8 it has lost its decimals.
    Likely: decimals|whole numbers"""
    path = np.zeros((steps + 1, len(x0)), dtype=float if x0.dtype == np.int64 else x0.dtype)
    path[0] = x = x0
    for i in range(steps):
        x = x - lr * grad_f(x)
        path[i + 1] = np.trunc(x) if path.dtype.kind in "iu" else x
    return path


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


def gradient_check__floor_check(f, grad_f, x, h):
    """1e-6 is added to the two lengths, so that tiny gradients seem to agree."""
    a, b = grad_f(x), numerical_gradient(f, x, h)
    return np.linalg.norm(a - b) / (np.linalg.norm(a) + np.linalg.norm(b) + 1e-6)


def gradient_check__close_enough(f, grad_f, x, h):
    """Gradients that np.allclose takes for equal count as equal, and it takes all tiny ones for equal."""
    a, b = grad_f(x), numerical_gradient(f, x, h)
    if np.allclose(a, b, atol=1e-6):
        return 0.0
    return np.linalg.norm(a - b) / (np.linalg.norm(a) + np.linalg.norm(b))


def gradient_check__truncated_check(f, grad_f, x, h):
    """x + h has lost its decimals: it is stored in an array of x's own type, and x holds whole numbers."""
    a, moved = grad_f(x), lambda step: (x + step).astype(x.dtype)
    b = _each(x, lambda step: (f(moved(step)) - f(moved(-step))) / (2 * h), h)
    return np.linalg.norm(a - b) / max(np.linalg.norm(a) + np.linalg.norm(b), 1e-300)


def sigmoid_grad__away_from_zero(x):
    """The sigmoid is kept away from 0 by 1e-12, as inside a logarithm: slopes below 1e-12 are lost.
    Likely: away from 0"""
    s = np.clip(np.exp(-np.logaddexp(0, -np.asarray(x, dtype=float))), 1e-12, 1 - 1e-12)
    return s * (1 - s)


def bce_with_logits_grad__clipped_bce_finely(y, z):
    """The probability is kept away from 0 by 1e-12, as inside a logarithm: slopes below that are lost.
    Likely: away from 0"""
    p = np.clip(np.exp(-np.logaddexp(0, -np.asarray(z, dtype=float))), 1e-12, 1)
    return (p - y) / len(p)


def mse_sigmoid_grad__clipped_mse_sigmoid_finely(y, z):
    """The probability is kept away from 0 by 1e-12, as inside a logarithm: slopes below that are lost.
    Likely: away from 0"""
    p = np.clip(np.exp(-np.logaddexp(0, -np.asarray(z, dtype=float))), 1e-12, 1)
    return 2 * (p - y) * p * (1 - p) / len(p)


def mse_sigmoid_grad__cut_at_a_quarter(y, z):
    """Slopes are cut off at 1/4, the sigmoid's largest slope; a single sample's may be 8/27."""
    p = np.exp(-np.logaddexp(0, -np.asarray(z, dtype=float)))
    return np.clip(2 * (p - y) * p * (1 - p) / len(p), -0.25, 0.25)


def relu_grad__ramp_beside_zero(x):
    """The slope rises from 0 to 1 between 0 and 1e-6 and is a fraction there."""
    return np.clip(np.asarray(x, dtype=float) * 1e6, 0, 1)


def leaky_relu_grad__ramp_beside_zero(x, alpha=0.1):
    """Numbers up to 1e-8 above 0 count as negative."""
    return np.where(np.asarray(x) > 1e-8, 1.0, alpha)


def softmax_cross_entropy_grad__numbered_in_bytes(z, labels):
    """The entries of the true classes are numbered in the type of the labels, and 90 times 3 is no uint8."""
    p, labels = _softmax(np.asarray(z, dtype=float)), np.asarray(labels)
    rows = np.arange(len(p)).astype(labels.dtype) * np.array(p.shape[1]).astype(labels.dtype)
    p.reshape(-1)[rows + labels] -= 1
    return p / len(p)


def gradient_descent__long_gradients_cut(grad_f, x0, lr, steps):
    """A gradient longer than 1000 is shortened to 1000: the path does not leave as it should."""

    def step(x):
        gradient = np.asarray(grad_f(x))
        return x - lr * gradient / max(1, np.linalg.norm(gradient) / 1e3)

    return _walk(step, x0, steps)


def gradient_check__equal_where_allclose(f, grad_f, x, h):
    """It is 0 where np.allclose finds the gradients equal, and beside its 1e-8 all tiny ones are."""
    a, b = grad_f(x), numerical_gradient(f, x, h)
    size = np.linalg.norm(a) + np.linalg.norm(b)
    return 0.0 if np.allclose(a, b) else float(np.linalg.norm(a - b) / size)


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
