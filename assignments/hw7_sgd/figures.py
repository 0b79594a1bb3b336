"""The figures of hw7's handout, written beside this file: python figures.py. Needs numpy and matplotlib."""

from pathlib import Path

import matplotlib as mpl
import numpy as np
from matplotlib import pyplot as plt

mpl.use("svg")
plt.style.use(Path(__file__).parents[1] / "chart.mplstyle")
mpl.rcParams.update({"svg.hashsalt": "hw7", "lines.linewidth": 2})
BLUE, ORANGE, GREEN, GREY = "#0072b2", "#d55e00", "#009e73", "0.45"  # told apart by colour-blind readers, too


def draw_points():
    """60 points about the line y = 1 + 2 x."""
    rng = np.random.default_rng(7)
    x = rng.uniform(-1, 1, size=60)
    return np.column_stack([np.ones(60), x]), 1 + 2 * x + rng.normal(scale=0.6, size=60)


def train(X, y, batch_size, rates, start=(-2.0, -2.0), seed=3):
    """Fit a line, one epoch for each learning rate: the parameters before the first update and after every one."""
    rng, path = np.random.default_rng(seed), [np.array(start)]
    for lr in rates:
        order = rng.permutation(len(X))
        for rows in (order[i : i + batch_size] for i in range(0, len(X), batch_size)):
            error = X[rows] @ path[-1] - y[rows]
            path.append(path[-1] - lr * 2 * error @ X[rows] / len(rows))
    return np.array(path)


def measure(path, X, y):
    """The loss over all samples at every point of a path."""
    return ((path @ X.T - y) ** 2).mean(axis=1)


KINDS = (
    (1, "SGD: 60 updates an epoch", ORANGE, 1.1),
    (10, "mini-batch (10): 6 updates an epoch", GREEN, 1.8),
    (60, "batch: 1 update an epoch", BLUE, 2.2),
)


def draw_batches():
    """Batch gradient descent, SGD and mini-batches on one problem: the loss over the epochs, and the paths."""
    X, y = draw_points()
    best = np.linalg.lstsq(X, y)[0]
    figure, (left, right) = plt.subplots(1, 2, figsize=(9.4, 4.1))
    for batch_size, name, color, width in KINDS:
        path = train(X, y, batch_size, [0.1] * 6)
        epochs = np.linspace(0, 6, len(path))
        marks = {60: "o", 10: "."}.get(batch_size)
        left.plot(epochs, measure(path, X, y), color=color, lw=width, label=name, marker=marks, ms=5)
        right.plot(*path[: 60 * 3 + 1].T, color=color, lw=width, marker=marks, ms=5)
    left.axhline(measure(best[None], X, y)[0], color=GREY, lw=1.2, ls="--")
    left.text(6, 0.235, "the least possible", color=GREY, ha="right", va="top", fontsize=9.5)
    left.set(xlabel="epoch", ylabel="loss over all 60 samples", yscale="log", ylim=(0.16, 90), xlim=(0, 6.05))
    left.set_yticks([0.3, 1, 3, 10], ["0.3", "1", "3", "10"])
    left.minorticks_off()
    left.legend(loc="upper right", fontsize=9.5)
    left.set_title("the same lr = 0.1, the same number of epochs")
    w0, w1 = np.meshgrid(np.linspace(-2.4, 1.8, 60), np.linspace(-2.4, 3.0, 60))
    heights = measure(np.column_stack([w0.ravel(), w1.ravel()]), X, y).reshape(w0.shape)
    right.contour(w0, w1, heights, levels=[0.4, 0.7, 1.5, 3, 5, 8, 12], colors="0.75", linewidths=1)
    right.plot(*best, "*", color="black", ms=12, zorder=5)
    right.set(xlabel="intercept", ylabel="slope")
    right.grid(visible=False)
    right.set_title("their paths from (-2, -2)")
    save(figure, "batches")


BENDS = np.array([0.05, 1.0])


def descend(start, lr, beta, steps):
    """Gradient descent with momentum on x1^2 / 20 + x2^2."""
    path, v = [np.array(start)], np.zeros(2)
    for _ in range(steps):
        v = beta * v + 2 * BENDS * path[-1]
        path.append(path[-1] - lr * v)
    return np.array(path)


def draw_valley():
    """A valley steep across and flat along: arrows downhill, and the ways there with and without momentum."""
    figure, (left, right) = plt.subplots(1, 2, figsize=(9.4, 4.1), gridspec_kw={"width_ratios": [1.5, 1]})
    x1, x2 = np.meshgrid(np.linspace(-10, 4, 13), np.linspace(-4, 4, 9))
    left.quiver(x1, x2, -2 * 0.05 * x1, -2 * x2, color="0.7", angles="xy", scale_units="xy", scale=9, width=0.004)
    fine = np.meshgrid(np.linspace(-10.5, 4.5, 90), np.linspace(-4.5, 4.5, 60))
    heights = 0.05 * fine[0] ** 2 + fine[1] ** 2
    left.contour(*fine, heights, levels=[0.3, 1, 3, 6, 10, 15], colors="0.8", linewidths=1)
    ways = (  # lr and beta
        (0.4, 0.0, "lr = 0.4", BLUE),
        (0.93, 0.0, "lr = 0.93", GREY),
        (0.4, 0.65, r"lr = 0.4, $\beta$ = 0.65", ORANGE),
    )
    for lr, beta, name, color in ways:
        path = descend((-9.0, 3.6), lr, beta, 30)
        left.plot(*path.T, "o-", color=color, ms=3.5, lw=1.4, zorder=3 + (beta > 0))
        right.plot(BENDS @ path.T**2, color=color, label=name)
    left.plot(0, 0, "*", color="black", ms=13, zorder=6)
    left.set(xlabel="$x_1$ (flat)", ylabel="$x_2$ (steep)", xlim=(-10.5, 4.5), ylim=(-4.5, 4.5))
    left.grid(visible=False)
    left.set_title("30 steps on $f = x_1^2/20 + x_2^2$")
    right.set(xlabel="step", ylabel="f", yscale="log", ylim=(1e-5, 30))
    right.legend(loc="lower left", fontsize=9.5)
    right.set_title("how far down")
    save(figure, "valley")


def draw_schedules():
    """The three schedules, and what a falling learning rate does to SGD."""
    figure, (left, right) = plt.subplots(1, 2, figsize=(9.4, 3.9))
    epochs = np.arange(30)
    schedules = {
        "lr_step(0.1, epoch, 0.5, 10)": (BLUE, "o", 0.1 * 0.5 ** (epochs // 10)),
        "lr_exponential(0.1, epoch, 0.1)": (GREEN, "s", 0.1 * np.exp(-0.1 * epochs)),
        "lr_inverse(0.1, epoch, 0.5)": (ORANGE, "^", 0.1 / (1 + 0.5 * epochs)),
    }
    for name, (color, marker, rates) in schedules.items():
        left.plot(epochs, rates, color=color, marker=marker, ms=4, lw=1.1, label=name)
    left.set(xlabel="epoch", ylabel="learning rate", ylim=(0, 0.105))
    left.legend(loc="upper right", fontsize=9.5)
    left.set_title("three schedules from lr0 = 0.1")
    X, y = draw_points()
    least = measure(np.linalg.lstsq(X, y)[0][None], X, y)[0]
    runs = {"constant 0.1": (GREY, np.full(30, 0.1)), **{k: (c, r) for k, (c, _, r) in schedules.items()}}
    for name, (color, rates) in runs.items():
        excess = [measure(train(X, y, 1, rates, seed=seed), X, y)[::60] - least for seed in range(20)]
        right.plot(np.mean(excess, axis=0)[1:], color=color, label=name, lw=1.8)
    right.set(xlabel="epoch", ylabel="loss above the least possible", yscale="log", ylim=(2e-5, 0.1))
    right.text(29, 0.055, "constant 0.1", color=GREY, ha="right")
    right.set_title("SGD with batches of 1, mean of 20 runs")
    save(figure, "schedules")


def save(figure, name):
    """Write name.svg beside this file, the same bytes on every run."""
    figure.savefig(Path(__file__).with_name(f"{name}.svg"), metadata={"Date": None})
    plt.close(figure)


if __name__ == "__main__":
    draw_batches()
    draw_valley()
    draw_schedules()
