"""A real browser: the machine's Chromium, driven by playwright."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from grader.cli import run

ROOT = Path(__file__).parents[2]
NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium as it is installed here; root may start it only without its own sandbox."""
    found = next(filter(None, map(shutil.which, NAMES)), None)
    assert found, "the page's tests need Chromium: apt-get install chromium"
    arguments = ["--no-sandbox"] if hasattr(os, "getuid") and os.getuid() == 0 else []
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=found, args=arguments)
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The pages of real submissions: right ones, wrong ones, an untouched one and hostile ones."""
    folder = tmp_path_factory.mktemp("pages")
    submissions = {
        "right": ("hw4", ROOT / "solutions"),
        "trained": ("hw6", ROOT / "solutions"),
        "partly_right": ("hw4", ROOT / "tests/submissions/partly_right"),
        "wrong_gradients": ("hw6", write_wrong_gradients(folder / "submission")),
        "unattempted": ("hw4", ROOT / "student_template"),
        "syntax_error": ("hw4", ROOT / "tests/submissions/syntax_error"),
        "hostile": ("hw4", write_hostile(folder / "hostile")),
    }
    written = {}
    for name, (homework, submission) in submissions.items():
        written[name] = folder / f"{name}.html"
        arguments = [
            homework,
            str(submission),
            "--course",
            str(ROOT),
            "--exit-zero",
            "--output",
            f"html:{written[name]}",
        ]
        assert run(arguments) == 0
    return written


def write_wrong_gradients(folder: Path) -> Path:
    """The solution of hw6, with a factor too many in one gradient and a layer's bias gone."""
    source = (ROOT / "solutions/hw6_backprop/backprop.py").read_text("utf-8")
    patch = """
right_loss_and_grads, right_norms, right_train_xor = mlp_loss_and_grads, gradient_norms, train_xor

def mlp_loss_and_grads(params, X, labels, activation):
    loss, grads = right_loss_and_grads(params, X, labels, activation)
    return loss, [(dW * 1.5, db) for dW, db in grads]

def gradient_norms(params, X, labels, activation):
    return [norm**2 for norm in right_norms(params, X, labels, activation)]

def train_xor(params, lr, steps):
    return right_train_xor(params, lr / 3, steps)
"""
    folder.mkdir()
    (folder / "backprop.py").write_text(source + patch, encoding="utf-8")
    return folder


def write_hostile(folder: Path) -> Path:
    """Whatever a student may say is markup, a script, an address to fetch, or very long."""
    evil = "<script>fetch('http://127.0.0.1:9/x')</script><img src=x onerror=alert(1)>' + '\" style=position:fixed'"
    source = f"""import numpy as np

def softmax(z):
    print({evil!r} * 50)
    raise ValueError({evil!r} + 'x' * 5000)

def log_softmax(z):  # {evil} {"wide" * 100}
    return {evil!r} * 20

def softmax_cross_entropy(z, labels):
    return np.full((200, 200), np.nan)

def predict(z):
    return [[[1e308, -1e308]]] * 3

def accuracy(z, labels):
    return float('inf')
"""
    folder.mkdir()
    (folder / "softmax.py").write_text(source, encoding="utf-8")
    return folder
