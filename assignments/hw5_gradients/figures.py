"""The figures of hw5's handout, written beside this file: python figures.py. Needs numpy and matplotlib."""

from pathlib import Path

import matplotlib as mpl
import numpy as np
from matplotlib import pyplot as plt

mpl.use("svg")
plt.style.use(Path(__file__).parents[1] / "chart.mplstyle")
mpl.rcParams.update({"svg.hashsalt": "hw5"})
BLUE, ORANGE, GREEN, GREY = "#0072b2", "#d55e00", "#009e73", "0.45"  # told apart by colour-blind readers, too


def draw_descent():
    """Arrows of -grad f and paths of gradient descent: in a round bowl, and in a valley steep across and flat along."""
    figure, (left, right) = plt.subplots(1, 2, figsize=(9, 4.6), gridspec_kw={"width_ratios": [1, 1.25]})
    draw_slopes(left, (1, 1), np.linspace(-4, 4, 9), np.linspace(-4, 4, 9), [1, 4, 9, 16, 25])
    draw_path(left, (1, 1), (3, 4), 0.1, 8, BLUE, "lr = 0.1", (6, -4))
    left.quiver(1, -1, -2, 2, color=ORANGE, angles="xy", scale_units="xy", scale=2, width=0.014, zorder=4)
    text = "half of $-$grad f(1, $-$1),\nwhich is ($-$2, 2)"
    left.annotate(text, (-0.6, -1.2), va="top", color=ORANGE, bbox={"fc": "white", "ec": "none", "alpha": 0.9})
    left.set_title("$f = x_1^2 + x_2^2$: straight to the minimum")
    bends = (0.05, 1)
    draw_slopes(right, bends, np.linspace(-10, 10, 9), np.linspace(-4, 4, 9), [0.5, 2, 5, 9, 14])
    draw_path(right, bends, (9, 3.6), 0.1, 25, BLUE, "lr = 0.1", (14, -2))
    draw_path(right, bends, (-9, 3.6), 0.93, 25, ORANGE, "lr = 0.93", (-18, 8))
    right.set_title(r"$f = x_1^2/20 + x_2^2$: slow along, to and fro across")
    save(figure, "descent")


def draw_slopes(axes, bends, x1, x2, levels):
    """Contours of f = a x1^2 + b x2^2 with bends (a, b), and its -grad on a grid, an eighth of its length."""
    points = np.meshgrid(x1, x2)
    fine = np.meshgrid(np.linspace(x1[0], x1[-1], 60), np.linspace(x2[0], x2[-1], 60))
    heights = sum(bend * x**2 for bend, x in zip(bends, fine, strict=True))
    axes.contour(*fine, heights, levels=levels, colors="0.75", linewidths=1)
    downhill = [-2 * bend * x for bend, x in zip(bends, points, strict=True)]
    axes.quiver(*points, *downhill, color="0.6", angles="xy", scale_units="xy", scale=8, width=0.005)
    axes.plot(0, 0, "*", color=GREEN, ms=13, zorder=5)
    axes.set(xlabel="$x_1$", ylabel="$x_2$", xlim=(x1[0] * 1.08, x1[-1] * 1.08), ylim=(x2[0] * 1.2, x2[-1] * 1.2))
    axes.grid(visible=False)


def draw_path(axes, bends, start, lr, steps, color, label, offset):
    """Gradient descent from `start`, every point marked."""
    path = [np.array(start, dtype=float)]
    for _ in range(steps):
        path.append(path[-1] - lr * 2 * np.array(bends) * path[-1])
    axes.plot(*np.transpose(path), "o-", color=color, ms=4, lw=1.6)
    axes.annotate(label, start, offset, textcoords="offset points", color=color, weight="bold")


def draw_differences():
    """What is wrong with the slope of x^3 at 2, over h; and the two secants for h = 0.5."""
    figure, (left, right) = plt.subplots(1, 2, figsize=(9, 4.3))
    x = np.linspace(1.2, 2.75, 200)
    left.plot(x, x**3, color="black", label="$x^3$")
    for slope, points, color, name in (
        (12.25, [1.5, 2.5], BLUE, "central: slope 12.25"),
        (15.25, [2, 2.5], ORANGE, "forward: slope 15.25"),
    ):
        secant = points[-1] ** 3 + slope * (np.append(x, points) - points[-1])
        left.plot(x, secant[:-2], color=color, lw=1.6, label=name)
        left.plot(points, secant[-2:], "o", color=color, ms=9 if color == BLUE else 5)
    left.plot(x, 8 + 12 * (x - 2), color=GREY, ls="--", lw=1.4, label="tangent: slope 12")
    left.set(xlabel="x", xlim=(1.2, 2.75), ylim=(-2, 21), xticks=[1.5, 2, 2.5])
    left.set_title("$h = 0.5$ at $x = 2$")
    left.legend(loc="upper left")
    h = np.logspace(-15, 0, 150)
    errors = {
        "forward": (ORANGE, ((2 + h) ** 3 - 8) / h - 12),
        "central": (BLUE, ((2 + h) ** 3 - (2 - h) ** 3) / (2 * h) - 12),
    }
    for name, (color, error) in errors.items():
        right.plot(h, np.maximum(np.abs(error), 1e-16), color=color, lw=1.6, label=name)
    right.plot([0.5, 0.5], [3.25, 0.25], "o", color="black", ms=4)
    right.annotate("3.25", (0.5, 3.25), (-34, 2), textcoords="offset points", color=ORANGE)
    right.annotate("0.25", (0.5, 0.25), (7, -10), textcoords="offset points", color=BLUE)
    right.annotate("rounding,\nabout $10^{-15}/h$", (1e-13, 3e-2), (8, 8), textcoords="offset points", color=GREY)
    right.annotate("$6h$", (1e-4, 6e-4), (-20, 4), textcoords="offset points", color=ORANGE)
    right.annotate("$h^2$", (1e-3, 1e-6), (6, -8), textcoords="offset points", color=BLUE)
    right.set(xscale="log", yscale="log", xlabel="h", ylabel="distance from 12", ylim=(1e-13, 30))
    right.set_title("error of the slope over $h$")
    right.legend(loc="lower left")
    save(figure, "differences")


def draw_two_losses():
    """One sample with label 0: both losses and their gradients over the logit."""
    figure, (left, right) = plt.subplots(1, 2, figsize=(9, 3.9))
    z = np.linspace(-6, 8, 400)
    p = 1 / (1 + np.exp(-z))
    left.plot(z, np.logaddexp(0, z), color=ORANGE, label=r"cross-entropy, $-\ln(1 - p)$")
    left.plot(z, p**2, color=BLUE, label=r"squared error, $(0 - p)^2$")
    left.set(xlabel=r"logit $z$, with $p = \sigma(z)$", ylabel="loss of a sample with label 0", ylim=(0, 8))
    left.legend(loc="upper left")
    left.set_title("the loss")
    right.plot(z, p, color=ORANGE)
    right.plot(z, 2 * p**2 * (1 - p), color=BLUE)
    right.axhline(8 / 27, color=GREY, ls="--", lw=1.2)
    right.plot(np.log(2), 8 / 27, "o", color="black", ms=4)
    right.annotate("8/27, where $p = 2/3$", (np.log(2), 8 / 27), (4, 6), textcoords="offset points")
    right.text(7.9, 0.88, "wrong,\npushed with slope 1", color=ORANGE, ha="right", va="top")
    right.text(7.9, 0.2, "wrong,\nhardly pushed", color=BLUE, ha="right", va="top")
    right.text(-5.9, 0.2, "right,\nno push needed", color=GREY, va="top")
    right.set(xlabel="logit $z$", ylabel="gradient with respect to $z$", ylim=(0, 1.05))
    right.set_title("its gradient")
    save(figure, "two_losses")


def save(figure, name):
    """Write name.svg beside this file, the same bytes on every run."""
    figure.savefig(Path(__file__).with_name(f"{name}.svg"), metadata={"Date": None})
    plt.close(figure)


if __name__ == "__main__":
    draw_descent()
    draw_differences()
    draw_two_losses()
