"""The figures of hw3's handout, written beside this file: python figures.py. Needs numpy and matplotlib."""

from pathlib import Path

import matplotlib as mpl
import numpy as np
from matplotlib import pyplot as plt

mpl.use("svg")
plt.style.use(Path(__file__).parents[1] / "chart.mplstyle")
mpl.rcParams.update({"svg.hashsalt": "hw3"})
BLUE, ORANGE, GREEN, GREY = "#0072b2", "#d55e00", "#009e73", "0.45"  # told apart by colour-blind readers, too


def draw_mse_and_cross_entropy():
    """One sample of class 1: its loss over the probability, and over the logit behind the probability."""
    figure, (left, right) = plt.subplots(1, 2, figsize=(9, 3.9))
    p = np.linspace(0.004, 1, 400)
    left.plot(p, (1 - p) ** 2, color=BLUE, label=r"squared error $(1-p)^2$")
    left.plot(p, -np.log(p), color=ORANGE, label=r"cross-entropy $-\ln p$")
    left.plot([0.3, 0.3], [0.49, -np.log(0.3)], "o", color=GREY, ms=5)
    left.annotate("0.49", (0.3, 0.49), (-30, -15), textcoords="offset points", color=BLUE)
    left.annotate(r"$-\ln 0.3 = 1.20$", (0.3, -np.log(0.3)), (8, 6), textcoords="offset points", color=ORANGE)
    left.set(xlabel="predicted probability $p$ of the true class", ylabel="loss", ylim=(0, 5), xlim=(0, 1))
    left.set_title("the squared error stops at 1")
    left.legend(loc="upper right")
    s = np.linspace(-8, 8, 400)
    sigma = 1 / (1 + np.exp(-s))
    right.plot(s, (1 - sigma) ** 2, color=BLUE)
    right.plot(s, np.logaddexp(0, -s), color=ORANGE)
    right.annotate(
        "wrong, and pushed:\nslope nearly $-1$", (-5, 5), (-3.6, 5.6), color=ORANGE, arrowprops=arrow(ORANGE)
    )
    right.annotate(
        "wrong, and\nhardly pushed:\nslope nearly 0", (-5, 1), (-7.8, 1.6), color=BLUE, arrowprops=arrow(BLUE)
    )
    right.set(xlabel=r"logit $s$, with $p = \sigma(s)$", ylabel="loss", ylim=(0, 8), xlim=(-8, 8))
    right.set_title("the same losses over the logit")
    save(figure, "mse_and_cross_entropy")


def draw_loss_surface():
    """Three lines through the same data, and where their weights lie on the surface of the MSE."""
    x, y = np.array([0.0, 1.0, 2.0, 3.0, 4.0]), np.array([1.4, 1.3, 2.4, 2.3, 3.1])
    lines = [("A", 0.0, 3.0, BLUE), ("B", 1.0, 0.0, ORANGE), ("C", *np.polyfit(x, y, 1), GREEN)]
    figure, (left, right) = plt.subplots(1, 2, figsize=(9, 4.2))
    for name, w, b, color in lines:
        left.plot(x, w * x + b, color=color, label=f"{name}:  w = {w:.2f}, b = {b:.2f},  MSE {mse(y, w * x + b):.2f}")
        right.plot(w, b, "o", color=color, ms=9, mec="white", zorder=3)
        right.annotate(name, (w, b), (9, 5), textcoords="offset points", color=color, weight="bold")
    left.plot(x, y, "o", color="black", ms=6, label="data, $y_i$")
    left.vlines(x, y, lines[0][2], color=BLUE, lw=1.5, linestyles=":", label="errors of A")
    left.set(xlabel="$x$", ylabel="$y$ and prediction $wx + b$", ylim=(-0.4, 6.6))
    left.set_title("three predictions for the same data")
    left.legend(loc="upper left", fontsize=10)
    w, b = np.meshgrid(np.linspace(-0.6, 1.6, 120), np.linspace(-1, 4, 120))
    surface = np.mean((y - (w[..., None] * x + b[..., None])) ** 2, axis=-1)
    contours = right.contour(w, b, surface, levels=[0.3, 1, 2, 4, 8, 16], colors="0.55", linewidths=1)
    right.clabel(contours, fontsize=9, fmt="%g")
    right.set(xlabel="weight $w$", ylabel="bias $b$")
    right.set_title(r"the loss surface: MSE over all $(w, b)$")
    right.grid(visible=False)
    save(figure, "loss_surface")


def draw_clip():
    """What a clip does to -ln p, and why 1 - 1e-20 is no clip."""
    figure, (left, right) = plt.subplots(1, 2, figsize=(9, 4.1))
    p = np.logspace(-20, 0, 400)
    left.axhspan(15, 60, color=GREEN, alpha=0.12, lw=0)
    left.text(1e-1, 56, "allowed at $p = 0$: 15 to 800", color=GREEN, ha="right", va="top")
    left.plot(p, -np.log(p), color=GREY, ls="--", label=r"$-\ln p$, towards $\infty$")
    for exponent, color in ((-12, BLUE), (-7, GREEN), (-3, ORANGE)):
        floor = 10.0**exponent
        label = rf"clipped at $10^{{{exponent}}}$: at most {-np.log(floor):.1f}"
        left.plot(p, -np.log(np.maximum(p, floor)), color=color, label=label)
    left.set(xscale="log", xlim=(1e-20, 1), ylim=(0, 60), xlabel="probability $p$ of the true class", ylabel="loss")
    left.set_title("keep away from 0 ...")
    left.legend(loc="upper right", bbox_to_anchor=(1, 0.9), fontsize=10)
    eps, zero = np.logspace(-20, -1, 1500), 1e-19
    for dtype, color, width in ((np.float32, ORANGE, 5), (np.float64, BLUE, 2.2)):
        left_over = (dtype(1) - (dtype(1) - eps.astype(dtype))).astype(float)
        right.plot(eps, np.maximum(left_over, zero), color=color, lw=width, label=dtype.__name__)
    right.set(xscale="log", yscale="log", xlim=(1e-20, 1e-1), ylim=(zero / 4, 1))
    right.set_yticks(
        [zero, 1e-16, 1e-12, 1e-8, 1e-4, 1], ["0", "$10^{-16}$", "$10^{-12}$", "$10^{-8}$", "$10^{-4}$", "1"]
    )
    right.minorticks_off()
    right.set(xlabel=r"$\epsilon$", ylabel=r"what is left of it in $1 - (1 - \epsilon)$")
    right.set_title("... and from 1, but not too near")
    right.legend(loc="upper left")
    save(figure, "clip")


def mse(y, y_hat):
    """The mean squared error, for the labels of a figure."""
    return np.mean((y - y_hat) ** 2)


def arrow(color):
    """A thin arrow from a text to the point it speaks of."""
    return {"arrowstyle": "->", "color": color, "lw": 1.2}


def save(figure, name):
    """Write name.svg beside this file, the same bytes on every run."""
    figure.savefig(Path(__file__).with_name(f"{name}.svg"), metadata={"Date": None})
    plt.close(figure)


if __name__ == "__main__":
    draw_mse_and_cross_entropy()
    draw_loss_surface()
    draw_clip()
