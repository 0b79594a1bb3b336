"""The answers to hw1 in torch, float64."""

import torch

WEIGHTS = {
    "AND": ([0.5, 0.5], -0.7),
    "NAND": ([-0.5, -0.5], 0.7),
    "OR": ([0.5, 0.5], -0.3),
    "NOR": ([-0.5, -0.5], 0.3),
    "NOT": ([-1.0], 0.5),
}


def step(a):
    """1 where a > 0, else 0; the notes' rule is strict, so step(0) = 0."""
    return (_real(a) > 0).double()


def perceptron(x, w, b):
    """step(x @ w + b) for one sample (D,) or a batch (N, D)."""
    return step(_real(x) @ _real(w) + b)


def gate_weights(name):
    """The notes' weights; many others realise the same gate."""
    w, b = WEIGHTS[name]
    return torch.tensor(w, dtype=torch.float64), b


def xor(x1, x2):
    """AND of NAND and OR, as the notes' table has it."""
    x = torch.stack([_real(x1), _real(x2)], dim=-1)
    s = torch.stack([perceptron(x, *gate_weights("NAND")), perceptron(x, *gate_weights("OR"))], dim=-1)
    return perceptron(s, *gate_weights("AND"))


def xnor(x1, x2):
    """NOT of xor."""
    return perceptron(xor(x1, x2)[..., None], *gate_weights("NOT"))


def xor_network():
    """NAND and OR side by side in the hidden layer, AND on top."""
    W1 = torch.tensor([[-0.5, 0.5], [-0.5, 0.5]], dtype=torch.float64)
    b1 = torch.tensor([0.7, -0.3], dtype=torch.float64)
    return W1, b1, *gate_weights("AND")


def two_layer_perceptron(X, W1, b1, W2, b2):
    """step(step(X @ W1 + b1) @ W2 + b2)."""
    return perceptron(step(_real(X) @ _real(W1) + _real(b1)), W2, b2)


def train_perceptron(X, y, lr, max_epochs):
    """Rosenblatt's rule from zero weights, row after row; errors counts the mistakes of each epoch."""
    X, y = _real(X), _real(y)
    w, b, errors = torch.zeros(X.shape[1], dtype=torch.float64), 0.0, []
    while len(errors) < max_epochs and 0 not in errors:
        errors.append(0)
        for x_n, y_n in zip(X, y, strict=True):
            mistake = float(y_n - perceptron(x_n, w, b))
            w, b = w + lr * mistake * x_n, b + lr * mistake
            errors[-1] += mistake != 0
    return w, b, errors


def _real(value):
    return torch.as_tensor(value, dtype=torch.float64)
