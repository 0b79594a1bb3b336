"""The reader of MNIST's own files, fed with tiny ones."""

from __future__ import annotations

import gzip
import importlib.util
import struct
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "assignments" / "hw9_digits"
IMAGES = np.arange(2 * 3 * 4, dtype=np.uint8).reshape(2, 3, 4) * 10


@pytest.fixture
def mnist() -> ModuleType:
    """The script as a module."""
    spec = importlib.util.spec_from_file_location("mnist", FOLDER / "mnist.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def write_idx(array: np.ndarray) -> bytes:
    """An IDX file of unsigned bytes."""
    return bytes((0, 0, 8, array.ndim)) + struct.pack(f">{array.ndim}I", *array.shape) + array.tobytes()


def test_reads_what_was_written(mnist: ModuleType, tmp_path: Path) -> None:
    """Axes in their order, numbers as they are."""
    (tmp_path / "images").write_bytes(write_idx(IMAGES))
    assert IMAGES.tolist() == mnist.read_idx(tmp_path / "images", axes=3).tolist()


def test_reads_packed_files(mnist: ModuleType, tmp_path: Path) -> None:
    """The files are distributed with gzip."""
    (tmp_path / "images.gz").write_bytes(gzip.compress(write_idx(IMAGES)))
    assert IMAGES.tolist() == mnist.read_idx(tmp_path / "images", axes=3).tolist()


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "no IDX file"),
        (b"\x1f\x8b\x08\x03" + write_idx(IMAGES)[4:], "no IDX file"),
        (b"\0\0\x0d\x03" + write_idx(IMAGES)[4:], "no IDX file"),
        (write_idx(IMAGES[0]), "no IDX file"),
        (write_idx(IMAGES)[:11], "ends within its header"),
        (write_idx(IMAGES)[:-1], "holds 23 numbers"),
        (write_idx(IMAGES) + b"\0", "holds 25 numbers"),
        (b"\0\0\x08\x03" + b"\xff" * 12 + IMAGES.tobytes(), "holds 24 numbers"),
    ],
    ids=["empty", "wrong magic", "floats", "two axes", "cut header", "too short", "too long", "absurd lengths"],
)
def test_refuses_what_is_no_idx_file(mnist: ModuleType, tmp_path: Path, data: bytes, reason: str) -> None:
    """The header is believed only where the file bears it out."""
    (tmp_path / "images").write_bytes(data)
    with pytest.raises(ValueError, match=reason):
        mnist.read_idx(tmp_path / "images", axes=3)


def test_reads_images_with_labels(mnist: ModuleType, tmp_path: Path) -> None:
    """Images become rows from 0 to 1, labels whole numbers."""
    (tmp_path / "train-images-idx3-ubyte").write_bytes(write_idx(IMAGES))
    (tmp_path / "train-labels-idx1-ubyte").write_bytes(write_idx(np.array([7, 0], dtype=np.uint8)))
    images, labels = mnist.read_mnist(tmp_path, "train")
    assert (IMAGES.reshape(2, 12) / 255).tolist() == images.tolist()
    assert [7, 0] == labels.tolist()


@pytest.mark.parametrize("labels", [[7], [7, 10]], ids=["one label missing", "no digit"])
def test_refuses_labels_that_do_not_fit(mnist: ModuleType, tmp_path: Path, labels: list[int]) -> None:
    """One label for each image, and each of them a digit."""
    (tmp_path / "train-images-idx3-ubyte").write_bytes(write_idx(IMAGES))
    (tmp_path / "train-labels-idx1-ubyte").write_bytes(write_idx(np.array(labels, dtype=np.uint8)))
    with pytest.raises(ValueError, match="do not fit"):
        mnist.read_mnist(tmp_path, "train")
