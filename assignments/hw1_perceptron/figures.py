"""Draw the figures of the handout beside this file: python figures.py (needs matplotlib)."""

from pathlib import Path

import matplotlib as mpl
import numpy as np
from matplotlib import pyplot as plt

HERE = Path(__file__).parent
ROWS = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
FIRES, LINE, INK = "#fde3c0", "#b3500b", "#1f3b5c"
STYLE = {"svg.hashsalt": "hw1"}


def draw_gates():
    """AND, OR and NAND with the notes' weights: where the neuron fires, and the line between."""
    gates = {"AND": (0.5, 0.5, -0.7), "OR": (0.5, 0.5, -0.3), "NAND": (-0.5, -0.5, 0.7)}
    figure, panels = plt.subplots(1, 3, figsize=(9, 3.5), layout="constrained")
    for panel, (name, weights) in zip(panels, gates.items(), strict=True):
        draw_half_plane(panel, weights)
        draw_points(panel, ROWS, ROWS @ weights[:2] + weights[2] > 0)
        panel.set_title(f"{name}\n{say_line(*weights)}")
        frame(panel, "x₁", "x₂")
    panels[0].text(1.42, 1.42, "fires", color=LINE, ha="right", va="top")
    panels[0].text(-0.42, -0.42, "silent", color=INK)
    save(figure, "gates")


def draw_xor():
    """XOR's rows among the inputs, where no line serves, and among the outputs s1, s2 of the hidden layer."""
    figure, (inputs, hidden) = plt.subplots(1, 2, figsize=(7.6, 4.2), layout="constrained")
    xor = np.array([0, 1, 1, 0])
    draw_points(inputs, ROWS, xor)
    for row in ROWS:
        inputs.annotate(say_row(row), row, (0, 11), textcoords="offset points", ha="center")
    inputs.set_title("inputs: no line will do")
    frame(inputs, "x₁", "x₂")
    draw_half_plane(hidden, (0.5, 0.5, -0.7))
    s = np.array([[1, 0], [1, 1], [1, 1], [0, 1]])
    draw_points(hidden, s, xor)
    for place, name in {(1, 0): "(0, 0)", (1, 1): "(0, 1) and (1, 0)", (0, 1): "(1, 1)"}.items():
        hidden.annotate(name, place, (0, 11), textcoords="offset points", ha="center")
    hidden.set_title("hidden layer: one line is enough")
    frame(hidden, "s₁", "s₂")
    save(figure, "xor")


def draw_training():
    """AND is learned: the line after each of the six epochs."""
    labels = np.array([0, 0, 0, 1])
    figure, panels = plt.subplots(2, 3, figsize=(9, 6.6), layout="constrained")
    weights = np.zeros(3)
    for epoch, panel in enumerate(panels.ravel(), start=1):
        weights, mistakes = visit_rows(weights, labels)
        draw_half_plane(panel, weights)
        draw_points(panel, ROWS, labels)
        panel.set_title(f"epoch {epoch}, mistakes met: {mistakes}\n{say_line(*weights)}")
        frame(panel, "x₁", "x₂")
    save(figure, "training")


def visit_rows(weights, labels):
    """One epoch of the rule with lr = 1."""
    mistakes = 0
    for row, label in zip(ROWS, labels, strict=True):
        delta = label - (np.append(row, 1) @ weights > 0)
        weights = weights + delta * np.append(row, 1)
        mistakes += int(delta != 0)
    return weights, mistakes


def draw_half_plane(panel, weights):
    """Shade where w1 x + w2 y + b is positive, and draw the line where it is 0; two corners each way say it all."""
    x, y = np.meshgrid([-0.5, 1.5], [-0.5, 1.5])
    sums = weights[0] * x + weights[1] * y + weights[2]
    panel.contourf(x, y, sums, levels=[0, 99], colors=[FIRES])
    if sums.min() < 0 < sums.max():
        panel.contour(x, y, sums, levels=[0], colors=[LINE], linewidths=2)


def draw_points(panel, places, outputs):
    """A full disc where the output should be 1, a ring where it should be 0."""
    for place, output in zip(places, outputs, strict=True):
        panel.plot(*place, "o", ms=11, mew=2, mec=INK, mfc=INK if output else "white")


def frame(panel, horizontal, vertical):
    """A square around the four corners, with 0 and 1 on both axes."""
    panel.set(xlim=(-0.5, 1.5), ylim=(-0.5, 1.5), xticks=[0, 1], yticks=[0, 1], aspect="equal")
    panel.set_xlabel(horizontal, labelpad=0)
    panel.set_ylabel(vertical, labelpad=0, rotation=0)


def say_row(row):
    """(0, 1)."""
    return f"({row[0]}, {row[1]})"


def say_line(w1, w2, b):
    """The weights in a title."""
    return f"w = ({w1:g}, {w2:g}), b = {b:g}".replace("-", "−")


def save(figure, name):
    """Write the figure without a date, so that the same code gives the same file."""
    figure.savefig(HERE / f"{name}.svg", metadata={"Date": None})
    plt.close(figure)


if __name__ == "__main__":
    mpl.use("svg")
    plt.style.use(HERE.parent / "ink.mplstyle")
    mpl.rcParams.update(STYLE)
    draw_gates()
    draw_xor()
    draw_training()
