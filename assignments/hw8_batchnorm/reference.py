"""The answers to hw8 in torch, float64. Every gradient comes from automatic differentiation."""

import torch
from torch.nn import functional as F  # noqa: N812

EPS = 1e-5


def normalise(x, gamma, beta, eps):
    """Batch norm's output in training; gradients of it are asked for with oracle.vjp.

    Torch refuses one sample and an eps of 0.
    """
    if len(x) == 1 or eps == 0:
        var, mean = torch.var_mean(_real(x), dim=0, correction=0)
        return (_real(x) - mean) / (var + eps).sqrt() * _real(gamma) + _real(beta)
    return F.batch_norm(_real(x), None, None, _real(gamma), _real(beta), training=True, eps=eps)


def batchnorm_train(x, gamma, beta, running_mean, running_var, momentum=0.9, eps=EPS):
    """Torch's batch norm, and running statistics with the biased variance, which torch has not."""
    var, mean = torch.var_mean(_real(x), dim=0, correction=0)
    new_mean = torch.lerp(mean, _real(running_mean), momentum)
    new_var = torch.lerp(var, _real(running_var), momentum)
    return normalise(x, gamma, beta, eps), (x, gamma, eps), new_mean, new_var


def batchnorm_eval(x, gamma, beta, running_mean, running_var, eps=EPS):
    """Torch's batch norm with given statistics."""
    mean, var, gamma, beta = map(_real, (running_mean, running_var, gamma, beta))
    return F.batch_norm(_real(x), mean, var, gamma, beta, training=False, eps=eps)


def batchnorm_backward(dout, cache):
    """The gradients of torch's batch norm, whose output is computed once more."""
    x, gamma, eps = cache
    inputs = [_variable(x), _variable(gamma), _variable(torch.zeros(len(gamma)))]
    return torch.autograd.grad(normalise(*inputs, eps), inputs, _real(dout))


def identity_parameters(x, eps=EPS):
    """What batch norm divides by and what it subtracts."""
    var, mean = torch.var_mean(_real(x), dim=0, correction=0)
    return (var + eps).sqrt(), mean


def mlp_bn_loss_and_grads(params, X, labels):
    """The loss of the five layers, and its gradients."""
    p = {name: _variable(value) for name, value in params.items()}
    hidden = torch.tanh(normalise(_real(X) @ p["W1"] + p["b1"], p["gamma"], p["beta"], EPS))
    loss = F.cross_entropy(hidden @ p["W2"] + p["b2"], labels.long())
    return loss, dict(zip(p, torch.autograd.grad(loss, list(p.values())), strict=True))


def _variable(value):
    """A copy that gradients can be taken by."""
    return _real(value).detach().clone().requires_grad_()


def _real(value):
    return torch.as_tensor(value, dtype=torch.float64)
