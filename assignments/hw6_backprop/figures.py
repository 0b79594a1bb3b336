"""The figures of hw6's handout, written beside this file: python figures.py. Needs numpy and matplotlib."""

from itertools import pairwise
from pathlib import Path

import matplotlib as mpl
import numpy as np
from matplotlib import pyplot as plt
from matplotlib.patches import FancyBboxPatch

mpl.use("svg")
plt.style.use(Path(__file__).parents[1] / "chart.mplstyle")
mpl.rcParams.update({"svg.hashsalt": "hw6"})
BLUE, ORANGE, GREEN, GREY = "#0072b2", "#d55e00", "#009e73", "0.45"  # told apart by colour-blind readers, too
VALUES = {"sigmoid": lambda a: (1 + np.tanh(a / 2)) / 2, "tanh": np.tanh, "relu": lambda a: np.maximum(a, 0)}
SLOPES = {"sigmoid": lambda out: out * (1 - out), "tanh": lambda out: 1 - out**2, "relu": lambda out: out > 0}
COLORS = {"sigmoid": ORANGE, "tanh": BLUE, "relu": GREEN}
XOR_INPUTS, XOR_LABELS = np.array([[0.0, 0], [0, 1], [1, 0], [1, 1]]), np.array([0, 1, 1, 0])
XOR_PARAMS = [
    (np.array([[1.0, -1.0, 0.5], [-0.5, 1.0, 1.0]]), np.array([0.0, 0.5, -0.5])),
    (np.array([[0.5, -0.5], [-1.0, 0.5], [1.0, 0.5]]), np.array([0.0, 0.0])),
]


def backpropagate(params, X, labels, activation):
    """Loss, gradients and the probabilities of a network."""
    outs = [X]
    for W, b in params[:-1]:
        outs.append(VALUES[activation](outs[-1] @ W + b))
    z = outs[-1] @ params[-1][0] + params[-1][1]
    e = np.exp(z - z.max(axis=1, keepdims=True))
    p, rows = e / e.sum(axis=1, keepdims=True), np.arange(len(X))
    delta, grads = (p - np.eye(z.shape[1])[labels]) / len(X), []
    for (W, _), out in zip(reversed(params), reversed(outs), strict=True):
        grads.append((out.T @ delta, delta.sum(axis=0)))
        delta = delta @ W.T * SLOPES[activation](out)
    return -np.log(p[rows, labels]).mean(), grads[::-1], p


def draw_graph():
    """The worked network: values on the way up, gradients on the way back."""
    figure, axes = plt.subplots(figsize=(9.6, 2.6))
    axes.set(xlim=(-0.2, 12.3), ylim=(-1.15, 1.25))
    axes.axis("off")
    boxes = [(2, "linear\nW = 0.5\nb = ln 3 $-$ 1"), (5, "tanh\n"), (8.1, "linear\nW = (0, 2)\nb = (0, $-$0.5014)")]
    for x, text in boxes:
        wide = 0.95 if x > 8 else 0.75
        patch = FancyBboxPatch((x - wide, -0.45), 2 * wide, 0.9, boxstyle="round,pad=0.05", fc="0.94", ec="0.5")
        axes.add_patch(patch)
        axes.text(x, 0, text.strip(), ha="center", va="center")
    axes.add_patch(FancyBboxPatch((11.5, -0.45), 0.6, 0.9, boxstyle="round,pad=0.05", fc="0.94", ec="0.5"))
    axes.text(11.8, 0, "loss", ha="center", va="center")
    edges = [
        (0, 1.2, "X", "2", "0.27"),
        (2.8, 4.2, "a", "ln 3", "0.54"),
        (5.8, 7.1, "h", "0.8", "1.5"),
        (9.1, 11.45, "z", "(0, ln 3)", "($-$0.75, 0.75)"),
    ]
    for start, end, name, value, gradient in edges:
        axes.annotate("", (end, 0.2), (start, 0.2), arrowprops={"arrowstyle": "-|>", "color": BLUE, "lw": 2})
        axes.annotate("", (start, -0.2), (end, -0.2), arrowprops={"arrowstyle": "-|>", "color": ORANGE, "lw": 2})
        middle = (start + end) / 2
        axes.text(middle, 0.32, f"{name} = {value}", ha="center", va="bottom", color=BLUE)
        axes.text(middle, -0.32, f"d{name} = {gradient}", ha="center", va="top", color=ORANGE)
    axes.text(2, -0.6, "dW = 1.08\ndb = 0.54", ha="center", va="top", color=ORANGE)
    axes.text(5, -0.6, "slope 0.36", ha="center", va="top", color=GREY)
    axes.text(8.1, -0.6, "dW = ($-$0.6, 0.6)\ndb = ($-$0.75, 0.75)", ha="center", va="top", color=ORANGE)
    axes.text(11.8, 0.55, "ln 4", ha="center", va="bottom", color=BLUE)
    axes.text(0, 0.95, "forward: values", color=BLUE, weight="bold")
    axes.text(3.1, 0.95, "backward: gradients of the loss", color=ORANGE, weight="bold")
    save(figure, "graph")


def draw_vanishing():
    """The slopes of three activations, and the norm of dW in each of twelve layers."""
    figure, (left, right) = plt.subplots(1, 2, figsize=(9, 4), gridspec_kw={"width_ratios": [1, 1.35]})
    x = np.linspace(-5, 5, 400)
    for name, value in VALUES.items():
        left.plot(x, SLOPES[name](value(x)), color=COLORS[name])
    left.annotate("sigmoid:\nat most 1/4", (1.9, 0.16), color=ORANGE)
    left.annotate("tanh:\nat most 1", (-4.9, 0.72), color=BLUE)
    left.annotate("relu: 0 or 1", (1.6, 0.91), color=GREEN)
    left.set(xlabel="x", ylim=(-0.03, 1.08))
    left.set_title("slope of the activation")
    layers = np.arange(1, 13)
    for name, norms in measure_norms().items():
        right.plot(layers, norms, "o-", color=COLORS[name], ms=5)
        place = (14, -6) if name == "sigmoid" else (2, 9)
        right.annotate(name, (1, norms[0]), place, textcoords="offset points", color=COLORS[name], weight="bold")
    right.set(yscale="log", xlabel="layer (12 is the last)", ylabel=r"$\|dW\|$", xticks=layers)
    right.set_title("norm of the weights' gradient, 12 layers")
    save(figure, "vanishing")


def measure_norms():
    """The norm of dW in each layer of the same network of 12 layers, 30 units wide, with three activations."""
    rng = np.random.default_rng(6)
    sizes = [10, *[30] * 11, 5]
    params = [(rng.normal(scale=d**-0.5, size=(d, m)), np.zeros(m)) for d, m in pairwise(sizes)]
    X, labels = rng.normal(size=(100, 10)), rng.integers(5, size=100)
    grads = {name: backpropagate(params, X, labels, name)[1] for name in VALUES}
    return {name: [np.linalg.norm(dW) for dW, _ in pairs] for name, pairs in grads.items()}


def draw_xor():
    """The loss of train_xor from the handout's parameters, and the plane of inputs on the way."""
    figure, axes = plt.subplots(1, 4, figsize=(9, 3.3), gridspec_kw={"width_ratios": [1.5, 1, 1, 1]})
    params, losses, shown = XOR_PARAMS, [], {}
    for step in range(201):
        if step in (0, 20, 200):
            shown[step] = params
        loss, grads, _ = backpropagate(params, XOR_INPUTS, XOR_LABELS, "tanh")
        losses.append(loss)
        params = [(W - dW, b - db) for (W, b), (dW, db) in zip(params, grads, strict=True)]
    axes[0].plot(losses, color=BLUE)
    axes[0].axhline(np.log(2), color=GREY, ls="--", lw=1.2)
    axes[0].text(200, np.log(2) + 0.02, "ln 2: guessing", color=GREY, ha="right")
    for step in shown:
        axes[0].plot(step, losses[step], "o", color="black", ms=5, clip_on=False, zorder=5)
    axes[0].set(xlabel="step, lr = 1", xlim=(0, 200), ylim=(0, 1), title="losses")
    for panel, (step, found) in zip(axes[1:], shown.items(), strict=True):
        draw_plane(panel, found)
        panel.set_title("at the start" if step == 0 else f"after {step} steps")
    figure.legend(*axes[1].get_legend_handles_labels(), loc="outside upper right", ncols=2)
    save(figure, "xor")


def draw_plane(axes, params):
    """Where a network sees class 1, and the four points of XOR."""
    line = np.linspace(-0.4, 1.4, 46)
    plane = np.stack(np.meshgrid(line, line), axis=-1).reshape(-1, 2)
    p = backpropagate(params, plane, np.zeros(len(plane), dtype=int), "tanh")[2][:, 1].reshape(46, 46)
    colors = mpl.colors.LinearSegmentedColormap.from_list("classes", ["#f3c9ae", "white", "#b3d5ea"])
    axes.contourf(line, line, p, levels=np.linspace(0, 1, 9), cmap=colors)
    axes.contour(line, line, p, levels=[0.5], colors="black", linewidths=1.2)
    for label, color, marker in ((0, ORANGE, "s"), (1, BLUE, "o")):
        axes.plot(*XOR_INPUTS[label == XOR_LABELS].T, marker, color=color, ms=9, mec="white", label=f"class {label}")
    axes.set(xticks=[0, 1], yticks=[0, 1], xlabel="$x_1$", aspect="equal")
    axes.grid(visible=False)


def save(figure, name):
    """Write name.svg beside this file, the same bytes on every run."""
    figure.savefig(Path(__file__).with_name(f"{name}.svg"), metadata={"Date": None})
    plt.close(figure)


if __name__ == "__main__":
    draw_graph()
    draw_vanishing()
    draw_xor()
