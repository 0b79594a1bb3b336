"""Draw the figures of the handout beside this file: python figures.py (needs matplotlib)."""

import itertools
from pathlib import Path

import matplotlib as mpl
import numpy as np
from matplotlib import pyplot as plt

HERE = Path(__file__).parent
INK, WITHOUT, WITH, THIRD, GREY = "#1f3b5c", "#b3500b", "#2a7f62", "#7a4fa3", "#6f6f6f"
STYLE = {"svg.hashsalt": "hw8", "axes.spines.top": False, "axes.spines.right": False}


def standardise(a):
    """Batch norm with gamma = 1 and beta = 0, and what it divided by."""
    s = np.sqrt(a.var(axis=0) + 1e-5)
    return (a - a.mean(axis=0)) / s, s


def draw_activations():
    """Outputs of five tanh layers of 100 units: small and large random weights, without and with batch norm."""
    figure, panels = plt.subplots(2, 5, figsize=(9.6, 3.9), sharex=True, layout="constrained")
    cases = [("weights too small", 0.04, WITHOUT), ("weights too large", 0.4, THIRD)]
    for row, normalised in enumerate((False, True)):
        for name, scale, colour in cases:
            rng = np.random.default_rng(8)
            h = rng.normal(size=(500, 100))
            for panel in panels[row]:
                a = h @ rng.normal(scale=scale, size=(100, 100))
                h = np.tanh(standardise(a)[0] if normalised else a)
                draw_histogram(panel, h, name, colour, filled=name == cases[0][0])
    for layer, panel in enumerate(panels[0], start=1):
        panel.set_title(f"layer {layer}")
    panels[0, 0].set_ylabel("without")
    panels[1, 0].set_ylabel("with batch norm")
    figure.legend(*panels[0, 0].get_legend_handles_labels(), loc="outside lower center", ncols=2, frameon=False)
    save(figure, "activations")


def draw_histogram(panel, h, name, colour, filled):
    """Shares of the outputs between -1 and 1."""
    bins = np.linspace(-1, 1, 41)
    shares = np.histogram(h, bins=bins)[0] / h.size
    if filled:
        panel.stairs(shares, bins, fill=True, color=colour, alpha=0.45, label=name)
    else:
        panel.stairs(shares, bins, color=colour, lw=1.8, label=name)
    panel.set(xticks=[-1, 0, 1], yticks=[], ylim=(0, 0.12))
    panel.spines.left.set_visible(False)


def make_rings(rng):
    """Two classes that no line separates: a disc and the ring around it."""
    angles, labels = rng.uniform(0, 2 * np.pi, size=240), np.arange(240) % 2
    radii = rng.uniform(0, 1, size=240) + 1.3 * labels
    return radii[:, None] * np.column_stack([np.cos(angles), np.sin(angles)]), labels


def train(seed, normalised, layers=5, width=20, steps=300, lr=0.1):
    """The losses of full-batch gradient descent in a tanh network with small random weights."""
    rng = np.random.default_rng(seed)
    X, labels = make_rings(rng)
    sizes = [2, *[width] * layers, 2]
    weights = [rng.normal(scale=0.1, size=pair) for pair in itertools.pairwise(sizes)]
    biases = [np.zeros(size) for size in sizes[1:]]  # with batch norm, beta
    gammas = [np.ones(size) for size in sizes[1:-1]]
    losses = []
    for _ in range(steps):
        loss, grads = compute(X, labels, weights, biases, gammas, normalised)
        losses.append(loss)
        for group, changes in zip((weights, biases, gammas), grads, strict=True):
            for value, change in zip(group, changes, strict=True):
                value -= lr * change  # noqa: PLW2901 - in place, the arrays are ours
    return losses


def compute(X, labels, weights, biases, gammas, normalised):
    """Loss and gradients."""
    hs, caches = [X], []
    for W, b, gamma in zip(weights[:-1], biases[:-1], gammas, strict=True):
        a_hat, s = standardise(hs[-1] @ W) if normalised else (hs[-1] @ W, 1.0)
        caches.append((a_hat, s))
        hs.append(np.tanh(gamma * a_hat + b))
    z = hs[-1] @ weights[-1] + biases[-1]
    log_p = z - np.logaddexp.reduce(z, axis=1, keepdims=True)
    dz = (np.exp(log_p) - np.eye(2)[labels]) / len(X)
    dW, db, dgamma = [hs[-1].T @ dz], [dz.sum(axis=0)], []
    for index in reversed(range(len(gammas))):
        dout = dz @ weights[index + 1].T * (1 - hs[index + 1] ** 2)
        a_hat, s = caches[index]
        db.insert(0, dout.sum(axis=0))
        dgamma.insert(0, (dout * a_hat).sum(axis=0) if normalised else np.zeros(len(gammas[index])))
        dz = gammas[index] / s * (dout - (db[0] + a_hat * dgamma[0]) / len(X)) if normalised else dout
        dW.insert(0, hs[index].T @ dz)
    return -log_p[np.arange(len(X)), labels].mean(), (dW, db, dgamma)


def draw_training():
    """The loss of the same networks with and without batch norm, five random starts each."""
    figure, panel = plt.subplots(figsize=(7, 3.8), layout="constrained")
    for normalised, colour in ((False, WITHOUT), (True, WITH)):
        curves = np.array([train(seed, normalised) for seed in range(5)])
        panel.plot(curves.T, color=colour, lw=0.8, alpha=0.6)
        panel.plot(np.median(curves, axis=0), color=colour, lw=2.6)
    panel.axhline(np.log(2), color=GREY, lw=1, ls=":")
    panel.text(300, np.log(2) + 0.015, "ln 2: nothing learned", color=GREY, ha="right")
    panel.text(150, 0.62, "without batch norm", color=WITHOUT)
    panel.text(170, 0.25, "with batch norm", color=WITH)
    panel.set(xlabel="step of gradient descent", ylabel="loss", ylim=(0, 0.8), xlim=(0, 300))
    save(figure, "training")


def draw_paths():
    """The graph of computation: x reaches x_hat on three ways, so its gradient comes back on three."""
    figure, panel = plt.subplots(figsize=(8.8, 3.2), layout="constrained")
    places = {"x": (0, 1), "mean": (2, 2), "var": (2, 0), "x_hat": (4, 1), "out": (6, 1), "loss": (8, 1)}
    texts = {"x": "x", "mean": "mean μ", "var": "variance v", "x_hat": "x̂", "out": "out", "loss": "L"}
    edges = [("x", "x_hat", INK), ("x", "mean", WITHOUT), ("mean", "x_hat", WITHOUT), ("x", "var", WITH)]
    edges += [("var", "x_hat", WITH), ("x_hat", "out", INK), ("out", "loss", INK)]
    for start, end, colour in edges:
        draw_arrow(panel, places[start], places[end], ":", GREY)
        draw_arrow(panel, places[end], places[start], "-", colour)
    for name, place in places.items():
        box = {"boxstyle": "round,pad=0.4", "facecolor": "white", "edgecolor": INK}
        panel.text(*place, texts[name], ha="center", va="center", bbox=box, zorder=3)
    panel.text(2, 1.2, "straight", ha="center")
    panel.text(3.1, 1.8, "through the mean", color=WITHOUT)
    panel.text(3.1, 0.08, "through the variance", color=WITH)
    panel.text(5, 1.2, "γ, β", ha="center")
    panel.text(5, 0.65, "dout · γ", ha="center")
    panel.text(7, 0.65, "dout", ha="center")
    panel.text(8.4, 2.15, "dotted: forwards\nsolid: backwards", color=GREY, ha="right", va="top")
    panel.set(xlim=(-0.4, 8.4), ylim=(-0.3, 2.3), aspect="equal")
    panel.axis("off")
    save(figure, "paths")


def draw_arrow(panel, start, end, style, colour):
    """An arrow from one box to the next, to the left of the line between them."""
    start, end = np.array(start), np.array(end)
    along = (end - start) / np.linalg.norm(end - start)
    aside = 0.08 * np.array([-along[1], along[0]])
    gaps = [0.55 if place[0] == 2 else 0.38 for place in (start, end)]
    arrow = {"arrowstyle": "-|>", "linestyle": style, "color": colour, "lw": 1.7, "shrinkA": 0, "shrinkB": 0}
    panel.annotate("", end + aside - gaps[1] * along, start + aside + gaps[0] * along, arrowprops=arrow)


def save(figure, name):
    """Write the figure without a date, so that the same code gives the same file."""
    figure.savefig(HERE / f"{name}.svg", metadata={"Date": None})
    plt.close(figure)


if __name__ == "__main__":
    mpl.use("svg")
    plt.style.use(HERE.parent / "ink.mplstyle")
    mpl.rcParams.update(STYLE)
    draw_activations()
    draw_training()
    draw_paths()
