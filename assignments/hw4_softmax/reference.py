"""The answers to hw4 in torch, float64. Every function is differentiable where the mathematics is."""

import torch


def softmax(z):
    """exp(z_k) / sum_i exp(z_i) along the last axis."""
    return torch.softmax(z.double(), dim=-1)


def log_softmax(z):
    """z_k - log sum_i exp(z_i) along the last axis."""
    return torch.log_softmax(z.double(), dim=-1)


def softmax_cross_entropy(z, labels):
    """Mean over the rows of -log_softmax(z)[n, labels[n]]."""
    return torch.nn.functional.cross_entropy(z.double(), labels.long())


def predict(z):
    """The class with the largest logit, row by row."""
    return z.double().argmax(dim=-1)


def accuracy(z, labels):
    """The fraction of rows whose largest logit is that of the label."""
    return (predict(z) == labels.long()).double().mean()


def sigmoid_via_softmax(s):
    """The second of the two probabilities softmax gives for the logits (0, s)."""
    s = s.double()
    return softmax(torch.stack([torch.zeros_like(s), s], dim=-1))[..., 1]
