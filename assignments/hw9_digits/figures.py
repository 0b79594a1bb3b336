"""Draw the figures of the handout beside this file: python figures.py (needs matplotlib)."""

import sys
from pathlib import Path

import matplotlib as mpl
import numpy as np
from matplotlib import pyplot as plt

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parents[1] / "solutions" / HERE.name))

from digits import confusion_matrix, first_layer_images, fit, init_params, predict  # noqa: E402

INK, RIGHT, GREY = "#1f3b5c", "#b3500b", "#5f5f5f"
SIZES, EPOCHS, BATCH, LR, SEED = [64, 16, 10], 12, 30, 0.8, 3
STYLE = {"svg.hashsalt": "hw9"}


def read_digits():
    """Images (1797, 64) from 0 to 1, and labels, in an order of their own."""
    lines = [line.split() for line in (HERE / "digits.txt").read_text().splitlines() if line[0] != "#"]
    X = np.array([[int(pixel, 17) for pixel in image] for image, _ in lines]) / 16
    labels = np.array([int(label) for _, label in lines])
    order = np.random.default_rng(SEED).permutation(len(X))
    return X[order], labels[order]


def train(X, labels, epochs):
    """The network of the handout after so many epochs."""
    return fit(X[:300], labels[:300], SIZES, epochs, BATCH, LR, np.random.default_rng(SEED))


def draw_digits(X, labels):
    """Above, the first digit of each class; below, ten that the trained network takes for another."""
    guesses = predict(train(X, labels, EPOCHS), X[300:])
    wrong = 300 + np.flatnonzero(guesses != labels[300:])[:10]
    first = [np.flatnonzero(labels == k)[0] for k in range(10)]
    figure, panels = plt.subplots(2, 10, figsize=(9.4, 2.7), layout="constrained")
    for panel, row in zip(panels.flat, [*first, *wrong], strict=True):
        panel.imshow(X[row].reshape(8, 8), cmap="Greys", vmin=0, vmax=1)
        panel.set(xticks=[], yticks=[])
        known = row in first
        title = str(labels[row]) if known else f"{labels[row]}, read {guesses[row - 300]}"
        panel.set_title(title, color=INK if known else RIGHT)
    save(figure, "digits")


def draw_training(X, labels):
    """What is recognised of unseen images, epoch by epoch, and the confusion matrix at the end."""
    figure, (left, right) = plt.subplots(1, 2, figsize=(9.4, 4.1), layout="constrained", width_ratios=[1.15, 1])
    shuffled = np.random.default_rng(SEED).permutation(labels)
    runs = {epochs: [train(X, named, epochs) for named in (labels, shuffled)] for epochs in range(EPOCHS + 1)}
    scores = [[100 * np.mean(predict(run, X[300:]) == labels[300:]) for run in pair] for pair in runs.values()]
    left.plot(list(runs), [score for score, _ in scores], "o-", color=RIGHT, ms=4)
    left.plot(list(runs), [score for _, score in scores], "o-", color=GREY, ms=4)
    left.axhline(83, color=INK, ls="--", lw=1)
    left.axhline(10, color=GREY, ls=":", lw=1)
    left.text(12, 77, "83 %: what the checks ask for", ha="right")
    left.text(5, 98, "trained on 300 labelled digits", color=RIGHT, ha="center")
    left.text(12, 17, "trained on shuffled labels", color=GREY, ha="right")
    left.set(xlabel="epochs", ylabel="% of 1,497 unseen digits recognised", ylim=(0, 105), xticks=range(0, 13, 2))
    left.spines[["top", "right"]].set_visible(False)
    counts = confusion_matrix(labels[300:], predict(runs[EPOCHS][0], X[300:]), 10)
    draw_counts(right, counts)
    print(f"{scores[-1][0]:.1f} % recognised, {counts.trace()} of {counts.sum()}")
    print(counts)
    save(figure, "training")


def draw_counts(panel, counts):
    """The confusion matrix, shaded by the errors, which the diagonal would drown."""
    errors = counts * (1 - np.eye(10))
    colours = mpl.colors.LinearSegmentedColormap.from_list("shades", ["white", "#f0a04b"])
    panel.pcolormesh(errors, cmap=colours, edgecolors="#d5d9de", linewidth=0.5)
    for (row, column), count in np.ndenumerate(counts):
        if count:
            weight = "bold" if row == column else "normal"
            panel.text(column + 0.5, row + 0.5, str(count), ha="center", va="center", fontsize=9, fontweight=weight)
    ticks = np.arange(10)
    panel.set_xticks(ticks + 0.5, ticks)
    panel.set_yticks(ticks + 0.5, ticks)
    panel.invert_yaxis()
    panel.set(xlabel="prediction", ylabel="truth", aspect="equal")
    panel.tick_params(length=0)


def draw_weights(X, labels):
    """The weights into the 16 hidden units as images, before training and after it."""
    before = first_layer_images(init_params(SIZES, np.random.default_rng(SEED)), (8, 8))
    after = first_layer_images(train(X, labels, EPOCHS), (8, 8))
    widths = [1] * 8 + [0.4] + [1] * 8
    figure, panels = plt.subplots(2, 17, figsize=(9.6, 1.75), layout="constrained", width_ratios=widths)
    for start, images, title in ((0, before, "before training"), (9, after, "after training")):
        for panel, image in zip(panels[:, start : start + 8].flat, images, strict=True):
            drawn = panel.imshow(image, cmap="RdBu_r", vmin=-1, vmax=1)
            panel.set(xticks=[], yticks=[])
        panels[0, start].set_title(title, loc="left")
    for gap in panels[:, 8]:
        gap.set_axis_off()
    figure.colorbar(drawn, ax=panels, ticks=[-1, 0, 1], fraction=0.03, pad=0.02)
    save(figure, "weights")


def save(figure, name):
    """Write the figure without a date, so that the same code gives the same file."""
    figure.savefig(HERE / f"{name}.svg", metadata={"Date": None})
    plt.close(figure)


if __name__ == "__main__":
    mpl.use("svg")
    plt.style.use(HERE.parent / "ink.mplstyle")
    mpl.rcParams.update(STYLE)
    everything = read_digits()
    draw_digits(*everything)
    draw_training(*everything)
    draw_weights(*everything)
