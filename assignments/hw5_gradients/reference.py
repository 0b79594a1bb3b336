"""The answers to hw5 in torch, float64. Derivatives come from automatic differentiation, so that no formula is assumed.

Functions that are passed in take and give numpy arrays.
"""

import torch
from torch.nn import functional as F  # noqa: N812
from torch.optim.sgd import sgd


def numerical_derivative(f, x, h):
    """The central difference."""
    return (f(x + h) - f(x - h)) / (2 * h)


def numerical_gradient(f, x, h):
    """The central difference along each entry of x in turn."""
    x = _real(x)
    units = torch.eye(x.numel(), dtype=x.dtype).reshape(-1, *x.shape)
    slopes = [(f((x + h * unit).numpy()) - f((x - h * unit).numpy())) / (2 * h) for unit in units]
    return _real(slopes).reshape(x.shape)


def sigmoid_grad(x):
    """The slope of the sigmoid."""
    return _differentiate(lambda t: torch.sigmoid(t).sum(), x)


def tanh_grad(x):
    """The slope of tanh."""
    return _differentiate(lambda t: torch.tanh(t).sum(), x)


def relu_grad(x):
    """The slope of ReLU, 0 at 0."""
    return _differentiate(lambda t: torch.relu(t).sum(), x)


def leaky_relu_grad(x, alpha=0.1):
    """The slope of the leaky ReLU."""
    return _differentiate(lambda t: F.leaky_relu(t, alpha).sum(), x)


def elu_grad(x, alpha=1.0):
    """The slope of the ELU."""
    return _differentiate(lambda t: F.elu(t, alpha).sum(), x)


def mse_grad(y, y_hat):
    """The gradient of torch's mean squared error."""
    return _differentiate(lambda t: F.mse_loss(t, _real(y)), y_hat)


def bce_with_logits_grad(y, z):
    """The gradient of torch's binary cross-entropy with logits."""
    return _differentiate(lambda t: F.binary_cross_entropy_with_logits(t, _real(y)), z)


def mse_sigmoid_grad(y, z):
    """The gradient of the mean squared error of the sigmoid."""
    return _differentiate(lambda t: F.mse_loss(torch.sigmoid(t), _real(y)), z)


def softmax_cross_entropy_grad(z, labels):
    """The gradient of torch's cross-entropy."""
    return _differentiate(lambda t: F.cross_entropy(t, torch.as_tensor(labels).long()), z)


def gradient_descent(grad_f, x0, lr, steps):
    """The path of torch's plain SGD, in its functional form: the class SGD imports a compiler, for seconds."""
    path = [_real(x0)]
    for _ in range(steps):
        gradient = _real(grad_f(path[-1].numpy()))
        x = path[-1].clone()
        sgd(
            [x],
            [gradient],
            [None],
            weight_decay=0.0,
            momentum=0.0,
            lr=lr,
            dampening=0.0,
            nesterov=False,
            maximize=False,
        )
        path.append(x)
    return torch.stack(path)


def gradient_check(f, grad_f, x, h):
    """||a - b|| / (||a|| + ||b||), 0 where both are 0."""
    x = _real(x)
    a, b = _real(grad_f(x.numpy())).ravel(), numerical_gradient(f, x, h).ravel()
    return torch.dist(a, b) / (a.norm() + b.norm()).clamp(min=torch.finfo(x.dtype).tiny)


def _differentiate(function, x):
    """The gradient at x of a function that gives one number."""
    x = _real(x).detach().clone().requires_grad_()
    (gradient,) = torch.autograd.grad(function(x), x)
    return gradient


def _real(value):
    return torch.as_tensor(value, dtype=torch.float64)
