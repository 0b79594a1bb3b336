"""Public checks of hw3: the ones you can run at home."""

import numpy as np

from grader.checks import assert_close, assert_equal, task

TRUTH, PREDICTION = np.array([3.0, 4.0, 5.0]), np.array([2.7, 4.2, 5.5])
NOT_DIVIDED = "this is the sum of the squared errors; the mean divides by their number"
BY_ROWS = "this is divided by the number of rows; the mean divides by the number of all elements"
SUMMED = "this is the sum over the samples; the mean divides by N"
BY_TABLE = "this is divided by all N K entries; the mean over the samples divides by N"


@task("sse", points=1)
def test_sse_worked(student):
    """(3, 4, 5) and (2.7, 4.2, 5.5) give 0.38; the notes' Example 1, 0.7 and 0.5, gives 0.04"""
    assert_close(student.sse(TRUTH, PREDICTION), 0.38)
    assert_close(student.sse(np.array([0.7]), np.array([0.5])), 0.04)


@task("sse", points=2)
def test_sse_samples(student, oracle, rng):
    """is the sum of the squared errors of all samples"""
    y, y_hat = rng.uniform(-2, 2, size=7), rng.uniform(-2, 2, size=7)
    assert_close(student.sse(y, y_hat), oracle.sse(y, y_hat))


@task("mse", points=2)
def test_mse_worked(student):
    """the notes' Example 2: (3, 4, 5) and (2.7, 4.2, 5.5) give 0.38 / 3"""
    assert_close(student.mse(TRUTH, PREDICTION), 0.38 / 3, {NOT_DIVIDED: 0.38})


@task("mse", points=1)
def test_mse_table(student, oracle, rng):
    """is the mean over all elements of an array with two axes"""
    y, y_hat = rng.uniform(-2, 2, size=(4, 3)), rng.uniform(-2, 2, size=(4, 3))
    squares = (y - y_hat) ** 2
    mistakes = {NOT_DIVIDED: squares.sum(), BY_ROWS: squares.sum() / 4}
    assert_close(student.mse(y, y_hat), oracle.mse(y, y_hat), mistakes)


@task("mse", points=1)
def test_mse_images(student):
    """two images of uint8, whole numbers from 0 to 255, give 18862.5"""
    y = np.array([[200, 10], [0, 255]], dtype=np.uint8)
    y_hat = np.array([[100, 30], [255, 250]], dtype=np.uint8)
    mistakes = {
        "the arithmetic is done in uint8, where 10 - 30 is 236: make the arrays float first": 46.5,
        "the arithmetic is done in int16, which ends at 32767, and 255 squared is more": 2478.5,
        NOT_DIVIDED: 75450,
        BY_ROWS: 37725,
    }
    assert_close(student.mse(y, y_hat), 18862.5, mistakes)


@task("rmse", points=2)
def test_rmse_worked(student):
    """the notes' Example 3: the root of 0.38 / 3"""
    mistakes = {
        "this is the mean of the squared errors; its root is asked for": 0.38 / 3,
        "the root is taken of the sum, not of the mean": np.sqrt(0.38),
    }
    assert_close(student.rmse(TRUTH, PREDICTION), np.sqrt(0.38 / 3), mistakes)


@task("rmse", points=2)
def test_rmse_table(student, oracle, rng):
    """is the root of the mean over all elements of an array with two axes"""
    y, y_hat = rng.uniform(-2, 2, size=(4, 3)), rng.uniform(-2, 2, size=(4, 3))
    assert_close(student.rmse(y, y_hat), oracle.rmse(y, y_hat))


@task("one_hot", points=2)
def test_one_hot_worked(student):
    """labels (2, 0, 1, 2) and 3 classes give four rows with a single 1 each"""
    rows = np.array([[0, 0, 1], [1, 0, 0], [0, 1, 0], [0, 0, 1]])
    assert_equal(student.one_hot(np.array([2, 0, 1, 2]), 3), rows)


@task("one_hot", points=2)
def test_one_hot_absent(student, oracle):
    """has num_classes columns, also where the last class does not occur"""
    labels = np.array([1, 3, 0])
    assert_equal(student.one_hot(labels, 5), oracle.one_hot(labels, 5))


@task("cross_entropy", points=2)
def test_cross_entropy_worked(student):
    """the notes' Example 4: truth (0, 1) and probabilities (0.7, 0.3) give -ln 0.3"""
    loss = student.cross_entropy(np.array([[0.0, 1.0]]), np.array([[0.7, 0.3]]))
    assert_close(loss, -np.log(0.3), {BY_TABLE: -np.log(0.3) / 2})


@task("cross_entropy", points=2)
def test_cross_entropy_mean(student):
    """is the mean over the samples: probabilities 1/2, 1/4 and 1/8 of the true class give 2 ln 2"""
    y = np.array([[0.0, 1.0, 0.0, 0.0], [1.0, 0.0, 0.0, 0.0], [0.0, 0.0, 0.0, 1.0]])
    p = np.array([[0.2, 0.5, 0.2, 0.1], [0.25, 0.25, 0.4, 0.1], [0.375, 0.25, 0.25, 0.125]])
    mistakes = {SUMMED: 6 * np.log(2), BY_TABLE: np.log(2) / 2}
    assert_close(student.cross_entropy(y, p), 2 * np.log(2), mistakes)


@task("cross_entropy", points=2)
def test_cross_entropy_zero(student, oracle):
    """an exact 0 for a class that is not the true one adds nothing"""
    y = np.array([[0.0, 1.0, 0.0], [1.0, 0.0, 0.0]])
    p = np.array([[0.0, 0.6, 0.4], [0.3, 0.7, 0.0]])
    assert_close(student.cross_entropy(y, p), oracle.cross_entropy(y, p))


@task("binary_cross_entropy", points=2)
def test_binary_worked(student):
    """probability 0.3 for the labels 1 and 0 gives (-ln 0.3 - ln 0.7) / 2"""
    loss = student.binary_cross_entropy(np.array([1.0, 0.0]), np.array([0.3, 0.3]))
    assert_close(loss, -(np.log(0.3) + np.log(0.7)) / 2, {SUMMED: -np.log(0.21)})


@task("binary_cross_entropy", points=2)
def test_binary_certain(student, oracle):
    """p = 1 for label 1 and p = 0 for label 0 add nothing"""
    y, p = np.array([1.0, 0.0, 1.0, 0.0]), np.array([1.0, 0.0, 0.4, 0.2])
    assert_close(student.binary_cross_entropy(y, p), oracle.binary_cross_entropy(y, p))
