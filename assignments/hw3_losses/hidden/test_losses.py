"""Hidden checks of hw3: squared errors and one-hot rows."""

import numpy as np
import pytest

from grader.checks import assert_close, assert_equal, assert_unchanged, in_layouts, laid_out, require, take_number, task


def squared(**points):
    """A parameter `name` over sse, mse and rmse, each a task of its own with these points."""
    names = [pytest.param(name, marks=task(name, points=worth), id=name) for name, worth in points.items()]
    return pytest.mark.parametrize("name", names)


def squared_mistakes(y, y_hat):
    """What well-known mistakes make of sse, mse and rmse."""
    d = y_hat - y
    wrong = {
        **({"this is the sum of the squared errors; the mean divides by their number": (d**2).sum()} if d.ndim else {}),
        "the square is taken of the sum of the errors; the errors are squared first": d.sum() ** 2,
        "these are absolute errors; squared ones were asked for": np.abs(d).mean(),
        "the mean error is taken away first: this is the variance of the errors": d.var(),
        "the root is taken of the sum, not of the mean": np.sqrt((d**2).sum()),
        "the root is taken of the sum and then divided; n belongs under the root": np.sqrt((d**2).sum()) / d.size,
    }
    if d.ndim:
        rows = np.sqrt((d**2).mean(axis=-1)).mean()
        wrong["each row has a root of its own; the root comes last, after the mean over everything"] = rows
        pairs = ((y.reshape(-1, 1) - y_hat.ravel()) ** 2).mean()
        wrong["every truth is compared with every prediction, not each with its own"] = pairs
    return wrong


def draw_pair(rng, *shape):
    """A truth, and a prediction that is off by 3 to 4 everywhere, in a quarter of the places downwards."""
    y, errors = rng.uniform(-2, 2, size=shape), rng.uniform(3, 4, size=shape)
    signs = np.where(np.arange(y.size) % 4, 1, -1)
    return y, y + errors * rng.permutation(signs).reshape(shape)


SHAPES = [
    pytest.param((7,), 1e-3, id="one axis"),
    pytest.param((5, 3), 1.0, id="two axes"),
    pytest.param((2, 3, 4), 1e3, id="three axes"),
]


@squared(sse=1, mse=2, rmse=1)
@pytest.mark.parametrize(("shape", "size"), SHAPES)
def test_squared_axes(student, oracle, rng, name, shape, size):
    """takes all elements together, whatever the number of axes and however small or large the numbers"""
    for _ in range(2):
        y, y_hat = (size * array for array in draw_pair(rng, *shape))
        loss = getattr(student, name)(y, y_hat)
        assert_close(loss, getattr(oracle, name)(y, y_hat), squared_mistakes(y, y_hat))


@squared(sse=1, mse=1, rmse=1)
def test_squared_single(student, oracle, rng, name):
    """takes two single numbers, too"""
    y, y_hat = np.array(rng.uniform(20, 30)), np.array(rng.uniform(40, 50))
    loss = getattr(student, name)(y, y_hat)
    assert_close(loss, getattr(oracle, name)(y, y_hat), squared_mistakes(y, y_hat))


@squared(sse=1, mse=1, rmse=1)
def test_squared_signs(student, oracle, rng, name):
    """errors of opposite sign do not cancel"""
    y, errors = rng.uniform(-2, 2, size=8), rng.uniform(3, 4, size=4)
    y_hat = y + rng.permutation(np.concatenate([errors, -errors]))
    loss = getattr(student, name)(y, y_hat)
    assert_close(loss, getattr(oracle, name)(y, y_hat), squared_mistakes(y, y_hat))


@squared(sse=1, mse=1, rmse=2)
def test_squared_common(student, rng, name):
    """where every prediction is off by the same c, mse is c^2 and rmse is |c|; where none is off, the loss is 0"""
    y = rng.uniform(-2, 2, size=(4, 3))
    for c in rng.permutation([-2.5, 1.5]):
        expected = {"sse": 12 * c**2, "mse": c**2, "rmse": abs(c)}
        assert_close(getattr(student, name)(y, y + c), expected[name])
    loss = take_number(getattr(student, name)(y, y), "the loss")
    require(
        abs(loss) < 1e-6, "0 where y_hat is y", f"{loss:.4g}", "a small number is added to the loss or below its root"
    )


@squared(sse=1, mse=1, rmse=1)
def test_squared_integers(student, oracle, rng, name):
    """takes whole numbers, as truth or as both"""
    y = rng.integers(-4, 5, size=6)
    for errors in ([3.25, 3.5, 3.75, 3.25, 3.5, 3.75], [3, 4, 5, -3, -4, 5]):
        y_hat = y + rng.permutation(errors)
        right = getattr(oracle, name)(y, y_hat)
        cut = {
            "the decimals of the prediction are cut off": getattr(oracle, name)(y, np.trunc(y_hat)),
            "the decimals of the errors are cut off": getattr(oracle, name)(0 * y, np.trunc(y_hat - y)),
        }
        assert_close(getattr(student, name)(y, y_hat), right, cut)


def draw_whole(rng, small, n):
    """A truth and a prediction in a whole-number type, from one end of it to the other."""
    least, largest = np.iinfo(small).min, np.iinfo(small).max
    y, y_hat = rng.integers(least, largest, size=(2, n), endpoint=True)
    y[:2], y_hat[:2] = [least, largest], [largest, least]
    return y.astype(small), y_hat.astype(small)


@squared(sse=1, mse=1, rmse=1)
def test_squared_types(student, oracle, rng, name):
    """computes with floats where the arguments are small integers: uint8, as in images, int8 and other types"""
    loss, right = getattr(student, name), getattr(oracle, name)
    wraps = "the arithmetic is done in the small type of the arguments, where whole numbers wrap around"
    for small in (np.uint8, np.int8, np.uint16, np.int32):
        y, y_hat = draw_whole(rng, small, 6)
        wrapped = ((y - y_hat) ** 2).astype(float)
        naive = {"sse": wrapped.sum(), "mse": wrapped.mean(), "rmse": np.sqrt(wrapped.mean())}
        assert_close(loss(y, y_hat), right(y, y_hat), {wraps: naive[name]})
        one = np.array(y[0]), np.array(y_hat[0])
        assert_close(loss(*one), right(*one), {wraps: wrapped[0]})


@squared(sse=1, mse=1, rmse=1)
def test_squared_unchanged(student, oracle, rng, name):
    """leaves its arguments unchanged, however they lie in memory"""
    y, y_hat = draw_pair(rng, 4, 3)
    for given in in_layouts(y, y_hat):
        assert_close(assert_unchanged(getattr(student, name), *given), getattr(oracle, name)(y, y_hat))


def unsorted(rng, values):
    """These values in a random order that is not theirs by size."""
    order = rng.permutation(values)
    return order if (np.diff(order) < 0).any() else order[::-1]


def draw_labels(rng, n, k):
    """Unsorted labels of n samples: all k classes where they fit, else the first, the last and some between."""
    between = 1 + rng.permutation(k - 2)
    return unsorted(rng, np.resize([0, k - 1, *between], n))


def one_hot_mistakes(labels, k):
    """What well-known mistakes make of one_hot."""
    right = np.eye(k)[labels]
    _, numbers = np.unique(labels, return_inverse=True)
    return {
        "each 1 is one column too far to the left: classes are counted from 0": np.roll(right, -1, axis=1),
        "the number of columns is taken from the labels; it is num_classes": np.eye(labels.max() + 1)[labels],
        "the label itself is written where a 1 belongs": right * labels[:, None],
        "classes are numbered by those that occur; the label is the column": np.eye(k)[numbers],
    }


@task("one_hot", points=2)
@pytest.mark.parametrize("shape", [(9, 4), (3, 8)], ids=["9 samples, 4 classes", "3 samples, 8 classes"])
def test_one_hot(student, oracle, rng, shape):
    """row n is 1 in the column of label n and 0 elsewhere"""
    n, k = shape
    for _ in range(2):
        labels = draw_labels(rng, n, k)
        assert_equal(student.one_hot(labels, k), oracle.one_hot(labels, k), one_hot_mistakes(labels, k))


@task("one_hot", points=2)
def test_one_hot_absent(student, oracle, rng):
    """has num_classes columns, also where the first and the last class do not occur"""
    for k, last in ((7, 4), (300, 258)):
        labels = unsorted(rng, [1, 2, 1, last])
        assert_equal(student.one_hot(labels, k), oracle.one_hot(labels, k), one_hot_mistakes(labels, k))


@task("one_hot", points=2)
def test_one_hot_square(student, oracle, rng):
    """samples are rows, also where there are as many samples as classes"""
    labels = np.roll(np.arange(5), rng.integers(1, 5))
    assert_equal(student.one_hot(labels, 5), oracle.one_hot(labels, 5), one_hot_mistakes(labels, 5))


@task("one_hot", points=1)
def test_one_hot_single(student, oracle, rng):
    """a single sample gives a single row, of shape (1, num_classes), and a single class a single column"""
    labels = rng.integers(2, 5, size=1)
    assert_equal(student.one_hot(labels, 6), oracle.one_hot(labels, 6), one_hot_mistakes(labels, 6))
    labels = np.zeros(4, dtype=int)
    assert_equal(student.one_hot(labels, 1), oracle.one_hot(labels, 1))


@task("one_hot", points=1)
def test_one_hot_types(student, oracle, rng):
    """takes labels of small types, uint8 and int8"""
    labels = draw_labels(rng, 30, 20)
    for small in (np.uint8, np.int8):
        assert_equal(student.one_hot(labels.astype(small), 20), oracle.one_hot(labels, 20))


@task("one_hot", points=2)
def test_one_hot_unchanged(student, oracle, rng):
    """leaves its argument unchanged, however it lies in memory"""
    labels = unsorted(rng, [2, 0, 1, 2, 3])
    for layout in ("strided", "reversed", "read-only"):
        given = laid_out(labels, layout)
        assert_equal(assert_unchanged(student.one_hot, given, 4), oracle.one_hot(labels, 4))
    assert_equal(assert_unchanged(student.one_hot, labels, 4), oracle.one_hot(labels, 4))
