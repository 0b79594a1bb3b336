"""The figures of hw2's handout, written beside this file: python figures.py. Needs numpy and matplotlib."""

from itertools import pairwise
from pathlib import Path

import matplotlib as mpl
import numpy as np
from matplotlib import pyplot as plt

mpl.use("svg")
plt.style.use(Path(__file__).parents[1] / "chart.mplstyle")
mpl.rcParams.update({"svg.hashsalt": "hw2"})
BLUE, ORANGE, GREEN, PURPLE, GREY = "#0072b2", "#d55e00", "#009e73", "#aa4499", "0.45"

ACTIVATIONS = {
    r"sigmoid:  $1 / (1 + e^{-x})$": lambda x: 1 / (1 + np.exp(-x)),
    r"tanh:  $(e^x - e^{-x}) / (e^x + e^{-x})$": np.tanh,
    r"ReLU:  $\max(0, x)$": lambda x: np.maximum(0, x),
    r"leaky ReLU:  $\max(0.1 x, x)$": lambda x: np.maximum(0.1 * x, x),
    r"ELU:  $x$, or $e^x - 1$ where $x < 0$": lambda x: np.where(x >= 0, x, np.exp(x) - 1),
    r"Maxout of two lines:  $\max(x,\ 1 - x)$": lambda x: np.maximum(x, 1 - x),
}


def draw_activations():
    """Six functions, and lightly their slopes, which are for later."""
    figure, axes = plt.subplots(2, 3, figsize=(11, 6), sharex=True)
    for place, (ax, (title, f)) in enumerate(zip(axes.flat, ACTIVATIONS.items(), strict=True)):
        kink = 0.5 if "Maxout" in title else 0.0
        for x in (np.linspace(-4, kink - 1e-6, 200), np.linspace(kink + 1e-6, 4, 200)):
            slope = (f(x + 1e-7) - f(x - 1e-7)) / 2e-7
            ax.plot(x, slope, color=ORANGE, lw=1.4, ls="--", label="its slope" if x[0] < kink else None)
            ax.plot(x, f(x), color=BLUE, label="the function" if x[0] < kink else None)
        if "Maxout" in title:
            x = np.array([-4, 4])
            ax.plot(x, x, color=GREY, lw=1, ls=":")
            ax.plot(x, 1 - x, color=GREY, lw=1, ls=":")
        ax.axhline(0, color="0.7", lw=0.8, zorder=0)
        ax.axvline(0, color="0.7", lw=0.8, zorder=0)
        ax.set(title=title, ylim=(-1.3, 1.3) if place < 2 else (-1.5, 4), xlim=(-4, 4))
    axes[0, 0].legend(loc="lower right", fontsize=10)
    for ax in axes[1]:
        ax.set_xlabel("$x$")
    save(figure, "activations")


def draw_network():
    """The 2-3-2-2 network of the slides, with the shape of everything; one unit and its weights stand out."""
    sizes, names = (2, 3, 2, 2), ("$X$", "$Z^{(1)}$", "$Z^{(2)}$", "$Y$")
    labels = [("$x_1$", "$x_2$"), "hhh", "hh", ("$y_1$", "$y_2$")]
    figure, ax = plt.subplots(figsize=(10, 4))
    place = [[(3 * i, 0.95 * ((n - 1) / 2 - j)) for j in range(n)] for i, n in enumerate(sizes)]
    for i, (d, m) in enumerate(pairwise(sizes)):
        for j in range(d):
            for k in range(m):
                color, width, order = (ORANGE, 2.4, 2) if (i, k) == (0, 1) else ("0.75", 1, 1)
                ax.plot(*zip(place[i][j], place[i + 1][k], strict=True), color=color, lw=width, zorder=order)
        ax.text(3 * i + 1.5, 1.5, f"$W^{{({i + 1})}}$ ({d}, {m}),  $b^{{({i + 1})}}$ ({m},)", ha="center", color=BLUE)
        action = "sum, then $h$" if i < 2 else "sum, then identity\nor softmax"
        ax.text(3 * i + 1.5, -1.5, action, ha="center", va="center", color=GREEN)
    for i, column in enumerate(place):
        for j, (x, y) in enumerate(column):
            color, width = (ORANGE, 2.4) if (i, j) == (1, 1) else (GREY, 1.6)
            ax.plot(x, y, "o", ms=25, color="white", mec=color, mew=width, zorder=3)
            ax.text(x, y, labels[i][j], ha="center", va="center", zorder=4, style="italic")
        ax.text(3 * i, -2.05, f"{names[i]}\n($N$, {len(column)})", ha="center", va="center", fontsize=12)
    ax.text(0.75, 0.4, "$w_{12}^{(1)}$", color=ORANGE, ha="center")
    ax.text(0.75, -0.55, "$w_{22}^{(1)}$", color=ORANGE, ha="center")
    ax.text(3.35, 0, "unit 2: column 2 of\n$W^{(1)}$, entry 2 of $b^{(1)}$", color=ORANGE, va="center", **boxed())
    ax.set(xlim=(-0.7, 9.7), ylim=(-2.45, 1.85))
    ax.axis("off")
    save(figure, "network")


def boxed():
    """White behind a text that lies on lines."""
    return {"bbox": {"facecolor": "white", "edgecolor": "none", "pad": 1.5}, "zorder": 5, "fontsize": 10}


def draw_collapse():
    """The same four networks from one number to one, without an activation, with ReLU and with tanh."""
    panels = {
        "no activation: straight lines": lambda a: a,
        "ReLU: lines with kinks": lambda a: np.maximum(a, 0),
        "tanh: curves": np.tanh,
    }
    figure, axes = plt.subplots(1, 3, figsize=(11, 3.7), sharey=True)
    x = np.linspace(-3, 3, 601)
    for seed, color in zip((155, 54, 286, 77), (BLUE, ORANGE, GREEN, PURPLE), strict=True):
        rng = np.random.default_rng(seed)
        params = [(1.6 * rng.normal(size=(d, m)) / np.sqrt(d), rng.normal(size=m)) for d, m in pairwise((1, 12, 12, 1))]
        for ax, (title, h) in zip(axes, panels.items(), strict=True):
            ax.plot(x, run(x, params, h), color=color)
            ax.set(title=title, xlabel="input $x$", xlim=(-3, 3), ylim=(-4, 4))
    axes[0].set_ylabel("output of the network")
    save(figure, "collapse")


def run(x, params, h):
    """The output of a network with one input and one output."""
    Z = x[:, None]
    for W, b in params[:-1]:
        Z = h(Z @ W + b)
    return (Z @ params[-1][0] + params[-1][1])[:, 0]


def save(figure, name):
    """Write name.svg beside this file, the same bytes on every run."""
    figure.savefig(Path(__file__).with_name(f"{name}.svg"), metadata={"Date": None})
    plt.close(figure)


if __name__ == "__main__":
    draw_activations()
    draw_network()
    draw_collapse()
