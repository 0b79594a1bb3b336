"""Public checks of hw5: the ones you can run at home."""

import numpy as np
import pytest

from grader.checks import assert_close, require, take_number, task

FORWARD = "this is the forward difference, (f(x + h) - f(x)) / h"
BACKWARD = "this is the backward difference, (f(x) - f(x - h)) / h"
ALL_AT_ONCE = "this is the slope with all entries moved at once: one entry has its turn while the others stay"
NOT_PUT_BACK = "an earlier entry is still moved while a later one has its turn"
UPHILL = "this path goes uphill: the gradient points to where f grows most"
TIMES_N = "the 1/N of the mean is missing: this is N times the gradient"
CUBE = {  # what other formulas give for x^3 at 2 with h = 0.5, where the central difference is 12.25
    FORWARD: 15.25,
    BACKWARD: 9.25,
    "this is (f(x + h) - f(x - h)) / h: the half is missing, for the two points are 2 h apart": 24.5,
    "this is (f(x + h) - f(x - h)) / 2 * h: Python divides by 2 and then multiplies by h": 3.0625,
    "this is the derivative itself, the limit for small h: f was not asked at a distance of h": 12.0,
    "this is (f(x + h/2) - f(x - h/2)) / h: the two points lie h/2 from x, not h": 12.0625,
}


@task("numerical_derivative", points=2)
def test_derivative_cube(student):
    """the central difference of x^3 at 2 with h = 0.5 is 12.25"""
    assert_close(student.numerical_derivative(lambda x: x**3, 2.0, 0.5), 12.25, CUBE)


@task("numerical_derivative", points=1)
def test_derivative_parabola(student):
    """the central difference of x^2 at -3 is -6 with any h, here with h = 0.25"""
    assert_close(student.numerical_derivative(lambda x: x**2, -3.0, 0.25), -6.0)


@task("numerical_gradient", points=2)
def test_gradient_notes(student):
    """the notes' example: the gradient of x1^2 + x2^2 at (3, 4) is (6, 8)"""
    right = np.array([6.0, 8.0])
    gradient = student.numerical_gradient(lambda x: x[0] ** 2 + x[1] ** 2, np.array([3.0, 4.0]), 0.25)
    assert_close(gradient, right, [(FORWARD, right + 0.25), (BACKWARD, right - 0.25)])


@task("numerical_gradient", points=2)
def test_gradient_product(student):
    """the gradient of x1 x2 at (3, 4) is (4, 3): each entry has its turn while the others stay where they are"""
    mistakes = [(NOT_PUT_BACK, [4.0, 2.5]), (NOT_PUT_BACK, [4.0, 3.5]), (ALL_AT_ONCE, 7.0), (ALL_AT_ONCE, [7.0, 7.0])]
    gradient = student.numerical_gradient(lambda x: x[0] * x[1], np.array([3.0, 4.0]), 0.5)
    assert_close(gradient, np.array([4.0, 3.0]), mistakes)


SLOPES = {
    "sigmoid_grad": ([0.0, np.log(3), -np.log(3)], [0.25, 0.1875, 0.1875]),
    "tanh_grad": ([0.0, np.log(3), -np.log(3)], [1.0, 0.36, 0.36]),
    "relu_grad": ([-2.0, 3.0, -0.5], [0.0, 1.0, 0.0]),
    "leaky_relu_grad": ([-2.0, 3.0, -0.5], [0.1, 1.0, 0.1]),
    "elu_grad": ([-np.log(2), 3.0, -np.log(4)], [0.5, 1.0, 0.25]),
}


SLOPE_MISTAKES = {
    "sigmoid_grad": {
        "x (1 - x) takes x for the output of the sigmoid: it is its argument": lambda x: x * (1 - x),
        "this is sigmoid(x), the value: the slope is another": lambda x: 1 / (1 + np.exp(-x)),
        "this is 1 - sigmoid(x): the factor sigmoid(x) is missing": lambda x: 1 / (1 + np.exp(x)),
    },
    "tanh_grad": {
        "1 - x^2 takes x for the output of tanh: it is its argument": lambda x: 1 - x**2,
        "this is 1 - tanh(x): the square is missing": lambda x: 1 - np.tanh(x),
        "tanh(x) (1 - tanh(x)) has the form of the sigmoid's slope: that of tanh is another one": (
            lambda x: np.tanh(x) * (1 - np.tanh(x))
        ),
        "this is the derivative of 2 sigmoid(x) - 1: tanh(x) is 2 sigmoid(2 x) - 1": (
            lambda x: (1 - np.tanh(x / 2) ** 2) / 2
        ),
    },
    "leaky_relu_grad": {
        "below 0 this is alpha x, the value: the slope is alpha": lambda x: np.where(x > 0, 1.0, 0.1 * x),
        "alpha is 0.01 where none is given, as in some libraries": lambda x: np.where(x > 0, 1.0, 0.01),
    },
    "elu_grad": {"below 0 this is the value: the slope is another": lambda x: np.where(x > 0, 1.0, np.exp(x) - 1)},
}


@task("activation_grads", points=1)
@pytest.mark.parametrize("name", SLOPES)
def test_activation_worked(student, name):
    """gives the slopes worked out in the handout"""
    x, slopes = map(np.array, SLOPES[name])
    mistakes = {likely: mistake(x) for likely, mistake in SLOPE_MISTAKES.get(name, {}).items()}
    assert_close(getattr(student, name)(x), slopes, mistakes)


@task("mse_grad", points=1)
def test_mse_worked(student):
    """truth (3, 4, 5) and prediction (2.7, 4.2, 5.5) give (-0.6, 0.4, 1) / 3"""
    gradient = student.mse_grad(np.array([3.0, 4.0, 5.0]), np.array([2.7, 4.2, 5.5]))
    assert_close(gradient, np.array([-0.6, 0.4, 1.0]) / 3, {TIMES_N: [-0.6, 0.4, 1.0]})


@task("mse_grad", points=1)
def test_mse_images(student):
    """pixels of type uint8: truth (200, 10, 0) and prediction (100, 30, 255) give (-200, 40, 510) / 3"""
    y, y_hat = np.array([200, 10, 0], dtype=np.uint8), np.array([100, 30, 255], dtype=np.uint8)
    wrapped = "the difference is taken in uint8, where 100 - 200 is 156: make float64 of the arguments first"
    mistakes = [(wrapped, 2 * (y_hat - y) / 3), (wrapped, 2.0 * (y_hat - y) / 3)]
    assert_close(student.mse_grad(y, y_hat), np.array([-200.0, 40.0, 510.0]) / 3, mistakes)


@task("bce_with_logits_grad", points=2)
def test_bce_worked(student):
    """labels 1 and 0 with the logits 0 and ln 3 give (-0.25, 0.375)"""
    gradient = student.bce_with_logits_grad(np.array([1.0, 0.0]), np.log([1.0, 3.0]))
    mistakes = {
        "this is the gradient with respect to the probability p: the sigmoid's own slope is missing": [-1.0, 2.0],
        "the sigmoid's slope p (1 - p) is multiplied in once more: it has cancelled already": [-0.0625, 0.0703125],
    }
    assert_close(gradient, np.array([-0.25, 0.375]), {TIMES_N: [-0.5, 0.75], **mistakes})


@task("mse_sigmoid_grad", points=2)
def test_mse_sigmoid_worked(student):
    """label 0 with the logit ln 2 gives 8/27, and label 1 with -ln 2 gives -8/27; of both together, half of each"""
    gradient = student.mse_sigmoid_grad(np.array([0.0, 1.0]), np.log([2.0, 0.5]))
    mistakes = {
        "the chain rule stops halfway: the sigmoid's slope p (1 - p) is missing": [2 / 3, -2 / 3],
        "this is p - y, the gradient of the cross-entropy: with squared errors nothing cancels": [1 / 3, -1 / 3],
    }
    assert_close(gradient, np.array([4.0, -4.0]) / 27, {TIMES_N: np.array([8.0, -8.0]) / 27, **mistakes})


@task("softmax_cross_entropy_grad", points=2)
def test_softmax_worked(student):
    """logits (ln 1, ln 1, ln 2) with label 2 and (ln 3, ln 4, ln 1) with label 0 give the handout's rows"""
    gradient = student.softmax_cross_entropy_grad(np.log([[1.0, 1.0, 2.0], [3.0, 4.0, 1.0]]), np.array([2, 0]))
    columns = np.array([[-0.375, 0.125, -0.25], [-0.3125, 0.25, -0.4375]])
    mistakes = {"1 is subtracted in the columns of all labels, in every row: each row has its own label": columns}
    right = np.array([[0.125, 0.125, -0.25], [-0.3125, 0.25, 0.0625]])
    assert_close(gradient, right, {TIMES_N: 2 * right, **mistakes})


@task("gradient_descent", points=2)
def test_descent_bowl(student):
    """two steps down x1^2 + x2^2 from (3, 4) with lr = 0.25 halve the way twice, and the path begins with x0"""
    path = np.array([[3.0, 4.0], [1.5, 2.0], [0.75, 1.0]])
    mistakes = [
        (UPHILL, [[3.0, 4.0], [4.5, 6.0], [6.75, 9.0]]),
        ("every step uses the gradient at x0: each point has its own", [[3.0, 4.0], [1.5, 2.0], [0.0, 0.0]]),
        ("x0 is missing at the beginning of the path", path[1:]),
        ("the last point of the path is missing", path[:-1]),
        ("this is the last point alone; the whole path was asked for", path[-1]),
        ("all rows are the last point: one and the same array was kept for every step", path[[2, 2, 2]]),
    ]
    assert_close(student.gradient_descent(lambda x: 2 * x, np.array([3.0, 4.0]), 0.25, 2), path, mistakes)


@task("gradient_descent", points=1)
def test_descent_saddle(student):
    """one step on x1 x2 from (3, 4) with lr = 0.5 leads to (1, 2.5): all entries move at once"""
    mistakes = [
        (UPHILL, [[3.0, 4.0], [5.0, 5.5]]),
        ("within a step, the second entry saw the first one already moved", [[3.0, 4.0], [1.0, 3.5]]),
    ]
    path = student.gradient_descent(lambda x: x[::-1].copy(), np.array([3.0, 4.0]), 0.5, 1)
    assert_close(path, np.array([[3.0, 4.0], [1.0, 2.5]]), mistakes)


@task("gradient_check", points=2)
def test_check_double(student):
    """is 1/3 for a gradient that is twice too large, and below 1e-6 for a right one"""
    mistakes = [
        ("this is ||a - b||, not divided by anything", 10.0),
        ("||a - b|| is divided by the larger of ||a|| and ||b||, not by their sum", 0.5),
        ("||a - b|| is divided by ||b|| alone, not by ||a|| + ||b||", 1.0),
        ("these are sums of squares: the roots are missing", 0.2),
    ]
    x = np.array([3.0, 4.0])
    assert_close(student.gradient_check(lambda x: x @ x, lambda x: 4 * x, x, 0.5), 1 / 3, mistakes)
    distance = take_number(student.gradient_check(lambda x: x @ x, lambda x: 2 * x, x, 0.5), "the distance")
    require(abs(distance) < 1e-6, "a number below 1e-6", f"{distance}")
