"""Draw the figures of the handout beside this file: python figures.py (needs matplotlib)."""

from pathlib import Path

import matplotlib as mpl
import numpy as np
from matplotlib import pyplot as plt

HERE = Path(__file__).parent
INK, RIGHT, THIRD, GREY, DARK = "#1f3b5c", "#b3500b", "#2a7f62", "#c4c4c4", "#5f5f5f"
STYLE = {"svg.hashsalt": "hw4", "axes.spines.top": False, "axes.spines.right": False}


def draw_softmax():
    """Four rows of logits and their softmax: a shift changes nothing, a factor does, equal logits share equally."""
    z = np.array([2.0, 5.0, 1.0, 0.0, 3.0])
    rows = {"z": z, "z + 100": z + 100, "z / 2": z / 2, "all equal": np.full(5, 4.0)}
    logits = np.array(list(rows.values()))
    exps = np.exp(logits - logits.max(axis=1, keepdims=True))
    y = exps / exps.sum(axis=1, keepdims=True)
    figure, (left, right) = plt.subplots(1, 2, figsize=(9, 3), layout="constrained")
    draw_table(left, np.zeros_like(y), [[f"{value:g}" for value in row] for row in logits])
    draw_table(right, y, [[f"{value:.4f}" for value in row] for row in y])
    left.set_yticks(np.arange(4) + 0.5, rows)
    right.set_yticks([])
    left.set_title("logits")
    right.set_title("softmax of each row")
    save(figure, "softmax")


def draw_table(panel, shades, texts):
    """Cells shaded between white (0) and a strong colour (1), with a text in each."""
    colours = mpl.colors.LinearSegmentedColormap.from_list("shades", ["white", "#f0a04b"])
    panel.pcolormesh(shades, cmap=colours, vmin=0, vmax=1, edgecolors=INK, linewidth=0.5)
    for row, line in enumerate(texts):
        for column, text in enumerate(line):
            panel.text(column + 0.5, row + 0.5, text, ha="center", va="center")
    panel.set_xticks(np.arange(5) + 0.5, [f"k = {k}" for k in range(5)])
    panel.invert_yaxis()
    panel.tick_params(length=0)
    panel.spines[:].set_visible(False)


def draw_cross_entropy():
    """The loss of one sample against the true class's logit, and at a distance where floating point ends."""
    figure, (near, far) = plt.subplots(1, 2, figsize=(9.6, 3.9), layout="constrained")
    s = np.linspace(-6, 6, 121)
    p = 1 / (1 + 2 * np.exp(-s))
    near.plot(s, np.log(1 + 2 * np.exp((1 - p) / 2 - p)), color=GREY, lw=5)
    near.plot(s, -np.log(p), color=RIGHT, lw=2.5)
    near.plot(0, np.log(3), "o", color=INK)
    near.text(-4.7, 5.9, "cross-entropy", color=RIGHT)
    near.text(-5.9, 0.95, "softmax twice", color=DARK)
    near.text(0.3, 1.35, "ln 3: nothing learned yet")
    near.text(1.5, 0.75, "never below 0.5514", color=DARK)
    near.set(xlabel="logit s of the true class; the two others are 0", ylabel="loss of one sample", ylim=(0, 6.8))
    t = np.arange(746)
    far.plot(t, np.logaddexp(0, t), color=GREY, lw=7)
    far.plot(745, 745, "X", color=DARK, ms=10)
    far.plot([0, 1000], [np.log(2), 1000], color=RIGHT, lw=2.5)
    far.plot([0, 27.6, 1000], [np.log(2), 27.6, 27.6], color=THIRD, lw=2, ls="--")
    far.text(180, 790, "log of a finished softmax:\ninf from 746 on", color=DARK)
    far.text(230, 60, "probability clipped at 1e-12: 27.6", color=THIRD)
    far.text(640, 500, "from the logits", color=RIGHT)
    far.set(xlabel="t, for the logits (0, t) and label 0", ylabel="loss of one sample", ylim=(0, 1040), xlim=(0, 1010))
    save(figure, "cross_entropy")


def save(figure, name):
    """Write the figure without a date, so that the same code gives the same file."""
    figure.savefig(HERE / f"{name}.svg", metadata={"Date": None})
    plt.close(figure)


if __name__ == "__main__":
    mpl.use("svg")
    plt.style.use(HERE.parent / "ink.mplstyle")
    mpl.rcParams.update(STYLE)
    draw_softmax()
    draw_cross_entropy()
