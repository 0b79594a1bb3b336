"""Train your network on MNIST itself: python mnist.py FOLDER, run where your digits.py lies.

FOLDER has MNIST's four files under their own names, packed (.gz) or not.
"""

import gzip
import importlib
import os
import struct
import sys
from pathlib import Path

import numpy as np

UNSIGNED_BYTES = 8


def read_idx(path: Path, axes: int) -> np.ndarray:
    """Read an IDX file of unsigned bytes with this many axes; `path` or `path`.gz. Raises `ValueError`.

    The format: two zero bytes, the type of the numbers, the count of axes, the length of each axis as four bytes with
    the highest first, then the numbers, the last axis running fastest.
    """
    packed = path.with_name(f"{path.name}.gz")
    data = gzip.decompress(packed.read_bytes()) if packed.exists() else path.read_bytes()
    if data[:4] != bytes((0, 0, UNSIGNED_BYTES, axes)):
        raise ValueError(f"{path} begins with {data[:4].hex(' ')}: no IDX file of bytes with {axes} axes")
    start = 4 + 4 * axes
    if len(data) < start:
        raise ValueError(f"{path} ends within its header")
    shape = struct.unpack(f">{axes}I", data[4:start])
    numbers = np.frombuffer(data, dtype=np.uint8, offset=start)
    if numbers.size != np.prod(shape, dtype=object):
        raise ValueError(f"{path} announces {shape}, but holds {numbers.size} numbers")
    return numbers.reshape(shape)


def read_mnist(folder: Path, name: str) -> tuple[np.ndarray, np.ndarray]:
    """Read the images of `train` or `t10k`, as rows scaled to 0 .. 1, and their labels. Raises `ValueError`."""
    images = read_idx(folder / f"{name}-images-idx3-ubyte", axes=3)
    labels = read_idx(folder / f"{name}-labels-idx1-ubyte", axes=1)
    if len(images) != len(labels) or labels.max(initial=0) > 9:
        raise ValueError(f"{len(images)} images and {len(labels)} labels up to {labels.max(initial=0)} do not fit")
    return images.reshape(len(images), -1) / 255, labels.astype(int)


def main(folder: Path) -> None:
    """Train, and say how much of the test set is recognised."""
    sys.path.insert(0, os.getcwd())
    digits = importlib.import_module("digits")
    X, labels = read_mnist(folder, "train")
    X_new, labels_new = read_mnist(folder, "t10k")
    print(f"{len(X)} images to learn from, {len(X_new)} to be tested with")
    params = digits.fit(X, labels, [784, 50, 10], epochs=5, batch_size=50, lr=0.3, rng=np.random.default_rng(0))
    predictions = np.asarray(digits.predict(params, X_new))
    print(f"recognised: {np.mean(predictions == labels_new):.1%}")
    print(digits.confusion_matrix(labels_new, predictions, 10))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
