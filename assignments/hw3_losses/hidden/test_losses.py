"""Hidden checks of hw3: squared errors and one-hot rows."""

import numpy as np
import pytest

from grader.checks import assert_close, assert_equal, assert_unchanged, require, require_parts, say, task


def read_number(loss):
    """What a loss must be: one finite number."""
    if isinstance(loss, float):
        likely = "0 * log(0) is 0 * -inf, which is nan" if np.isnan(loss) else "log(0) is -inf"
        require(np.isfinite(loss), "a finite number", str(loss), likely)
    (value,) = require_parts([loss], "the loss")
    require(value.size == 1, "a single number", say("shape {shape}", shape=value.shape))
    return value.item()


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


@squared(sse=1, mse=2, rmse=1)
@pytest.mark.parametrize("shape", [(7,), (5, 3), (2, 3, 4)], ids=["one axis", "two axes", "three axes"])
def test_squared_axes(student, oracle, rng, name, shape):
    """takes all elements together, whatever the number of axes"""
    y, y_hat = rng.normal(size=shape), rng.normal(size=shape)
    loss = getattr(student, name)(y, y_hat)
    assert_close(loss, getattr(oracle, name)(y, y_hat), squared_mistakes(y, y_hat))


@squared(sse=1, mse=1, rmse=1)
def test_squared_single(student, oracle, rng, name):
    """takes two single numbers, too"""
    y, y_hat = np.array(rng.uniform(2, 3)), np.array(rng.uniform(4, 5))
    loss = getattr(student, name)(y, y_hat)
    assert_close(loss, getattr(oracle, name)(y, y_hat), squared_mistakes(y, y_hat))


@squared(sse=2, mse=1, rmse=2)
def test_squared_signs(student, oracle, rng, name):
    """errors of opposite sign do not cancel"""
    y, errors = rng.normal(size=8), rng.uniform(0.5, 2, size=4)
    y_hat = y + rng.permutation(np.concatenate([errors, -errors]))
    loss = getattr(student, name)(y, y_hat)
    assert_close(loss, getattr(oracle, name)(y, y_hat), squared_mistakes(y, y_hat))


@squared(sse=1, mse=2, rmse=2)
def test_squared_common(student, rng, name):
    """where every prediction is off by the same c, mse is c^2 and rmse is |c|; where none is off, the loss is 0"""
    y = rng.normal(size=(4, 3))
    for c in rng.permutation([-2.5, 1.5]):
        expected = {"sse": 12 * c**2, "mse": c**2, "rmse": abs(c)}
        assert_close(getattr(student, name)(y, y + c), expected[name])
    loss = read_number(getattr(student, name)(y, y))
    require(abs(loss) < 1e-6, "0 where y_hat is y", f"{loss:.4g}")


@squared(sse=1, mse=1, rmse=1)
def test_squared_integers(student, oracle, rng, name):
    """takes whole numbers, as truth or as both"""
    y, whole = rng.integers(-4, 5, size=(2, 6))
    whole[0] = y[0] + 3
    for y_hat in (y + rng.uniform(0.2, 0.8, size=6), whole):
        right = getattr(oracle, name)(y, y_hat)
        cut = {
            "the decimals of the prediction are cut off": getattr(oracle, name)(y, np.trunc(y_hat)),
            "the decimals of the errors are cut off": getattr(oracle, name)(0 * y, np.trunc(y_hat - y)),
        }
        assert_close(getattr(student, name)(y, y_hat), right, cut)


@squared(sse=1, mse=1, rmse=1)
def test_squared_unchanged(student, oracle, rng, name):
    """leaves its arguments unchanged"""
    y, y_hat = rng.normal(size=(4, 3)), rng.normal(size=(4, 3))
    assert_close(assert_unchanged(getattr(student, name), y, y_hat), getattr(oracle, name)(y, y_hat))


def draw_labels(rng, n, k):
    """Unsorted labels of n samples: the k classes in random order, again and again."""
    return rng.permutation(np.resize(rng.permutation(k), n))


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


@task("one_hot", points=3)
@pytest.mark.parametrize("shape", [(9, 4), (3, 8)], ids=["9 samples, 4 classes", "3 samples, 8 classes"])
def test_one_hot(student, oracle, rng, shape):
    """row n is 1 in the column of label n and 0 elsewhere"""
    labels = draw_labels(rng, *shape)
    assert_equal(
        student.one_hot(labels, shape[1]), oracle.one_hot(labels, shape[1]), one_hot_mistakes(labels, shape[1])
    )


@task("one_hot", points=2)
def test_one_hot_absent(student, oracle, rng):
    """has num_classes columns, also where the first and the last class do not occur"""
    labels = rng.permutation([1, 2, 1, 4])
    assert_equal(student.one_hot(labels, 7), oracle.one_hot(labels, 7), one_hot_mistakes(labels, 7))


@task("one_hot", points=2)
def test_one_hot_square(student, oracle, rng):
    """samples are rows, also where there are as many samples as classes"""
    labels = np.roll(np.arange(5), rng.integers(1, 5))
    assert_equal(student.one_hot(labels, 5), oracle.one_hot(labels, 5), one_hot_mistakes(labels, 5))


@task("one_hot", points=1)
def test_one_hot_single(student, oracle, rng):
    """a single sample gives a single row, of shape (1, num_classes)"""
    labels = rng.integers(2, 5, size=1)
    assert_equal(student.one_hot(labels, 6), oracle.one_hot(labels, 6), one_hot_mistakes(labels, 6))


@task("one_hot", points=1)
def test_one_hot_unchanged(student, oracle, rng):
    """leaves its argument unchanged"""
    labels = rng.permutation([2, 0, 1, 2, 3])
    assert_equal(assert_unchanged(student.one_hot, labels, 4), oracle.one_hot(labels, 4))
