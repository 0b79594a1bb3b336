"""Hidden checks of hw7: batches, single steps, schedules. Samples are whole numbers, which float32 holds exactly."""

import numpy as np
import pytest

from grader.checks import assert_close, assert_equal, assert_unchanged, describe_kind, require, say, task


def draw_samples(rng, n, targets=()):
    """Whole numbers, all different: X with three columns, and targets of this shape for each of its rows."""
    numbers = rng.permutation(100 + 4 * n * max(1, *targets, 1)).astype(float)
    size = n * int(np.prod(targets))
    return numbers[: 3 * n].reshape(n, 3), numbers[3 * n : 3 * n + size].reshape(n, *targets)


def are_pairs(answer):
    """Whether this is a list of pairs, as batches are."""
    is_list = isinstance(answer, (tuple, list))
    return is_list and all(isinstance(pair, (tuple, list)) and len(pair) == 2 for pair in answer)


def say_batches(batches):
    """What came in the place of a list of so many pairs."""
    is_list = isinstance(batches, (tuple, list))
    other = [batch for batch in batches if not are_pairs([batch])] if is_list else []
    return say("in this list {kind}", kind=describe_kind(other[0])) if other else describe_kind(batches)


def name_batches(batches):
    """Both parts of every batch, by their names."""
    named = {}
    for number, (Xb, yb) in enumerate(batches, start=1):
        named[say("X of batch {number}", number=number)] = Xb
        named[say("y of batch {number}", number=number)] = yb
    return named


def assert_batches(batches, right):
    """The batches must agree exactly."""
    fine = are_pairs(batches) and len(batches) == len(right)
    empty = are_pairs(batches) and any(np.size(Xb) == 0 for Xb, _ in batches)
    likely = "there is an empty batch: where batch_size divides N nothing is left for it" if empty else ""
    require(fine, say("a list of {count} pairs (Xb, yb)", count=len(right)), say_batches(batches), likely)
    assert_equal(name_batches(batches), name_batches(right))


def assert_state(answer, right):
    """Parameters and velocities must agree."""
    fine = isinstance(answer, (tuple, list)) and len(answer) == 2
    require(fine, "two values: params, velocity", describe_kind(answer))
    names = ("params", "velocity")
    named, right, swapped = (dict(zip(names, pair, strict=True)) for pair in (answer, right, right[::-1]))
    assert_close(named, right, {"the two values have changed places": swapped})


def check_batches(student, rng, n, batch_size, targets=()):
    """Compare the batches of n samples with those of the definition, row by row."""
    X, y = draw_samples(rng, n, targets)
    order = rng.permutation(n)
    starts = np.arange(n)[::batch_size]
    right = [(X[rows], y[rows]) for rows in np.split(order, starts[1:])]
    assert_batches(student.minibatches(X, y, batch_size, order), right)


@task("minibatches", points=3)
def test_batches_partial(student, rng):
    """the last batch is smaller where batch_size does not divide N, and it is kept"""
    check_batches(student, rng, 11, 4)
    check_batches(student, rng, 10, 3)


@task("minibatches", points=2)
def test_batches_even(student, rng):
    """where batch_size divides N all batches are full, and there is no empty one behind them"""
    check_batches(student, rng, 8, 4)
    check_batches(student, rng, 9, 3)


@task("minibatches", points=3)
def test_batches_extremes(student, rng):
    """batches of one sample, and one batch of all of them, also where batch_size is larger than N"""
    for batch_size in (1, 5, 8):
        check_batches(student, rng, 5, batch_size)


@task("minibatches", points=2)
def test_batches_targets(student, rng):
    """targets may have a row of their own for every sample"""
    check_batches(student, rng, 7, 3, targets=(2,))


@task("minibatches", points=2)
def test_batches_unchanged(student, rng):
    """X, y and order are the same after the call as before"""
    X, y = draw_samples(rng, 6)
    order = rng.permutation([1, 2, 3, 4, 5, 0])
    batches = assert_unchanged(student.minibatches, X, y, 4, order)
    assert_equal(batches, [(X[order[:4]], y[order[:4]]), (X[order[4:]], y[order[4:]])])


SHAPES = {"W1": (2, 3), "b1": (3,), "W2": (3, 4), "b2": (4,)}


def draw_dict(rng, size=1.0, shapes=SHAPES):
    """An array of normal numbers for every name, in an order of its own."""
    names = rng.permutation(list(shapes)).tolist()
    return {name: rng.normal(scale=size, size=shapes[name]) for name in names}


def draw_whole(rng):
    """An array of whole numbers for every name."""
    return {name: rng.integers(-9, 10, size=shape) for name, shape in SHAPES.items()}


@task("sgd_step", points=3)
def test_sgd_shapes(student, oracle, rng):
    """moves parameters of every shape, one axis, two and three, with whatever lr"""
    shapes = {"kernel": (2, 3, 2), "weights": (4, 3), "shift": (5,)}
    params = draw_dict(rng, shapes=shapes)
    grads = {name: rng.normal(scale=3, size=params[name].shape) for name in params}
    for lr in (rng.uniform(0.05, 0.5), 2):
        assert_close(student.sgd_step(params, grads, lr), oracle.sgd_step(params, grads, lr))


@task("sgd_step", points=2)
def test_sgd_names(student, oracle, rng):
    """finds each gradient by its name, wherever it is in the dict"""
    params = draw_dict(rng, shapes={"a": (3,), "b": (3,), "c": (3,), "d": (3,)})
    grads = {name: rng.normal(scale=3, size=3) for name in reversed(params)}
    moved, right = student.sgd_step(params, grads, 0.3), oracle.sgd_step(params, grads, 0.3)
    crossed = oracle.sgd_step(params, dict(zip(params, grads.values(), strict=True)), 0.3)
    likely = "parameters and gradients are paired by their place in the dicts, not by name"
    assert_close(moved, right, {likely: crossed})


@task("sgd_step", points=2)
def test_sgd_integers(student, oracle, rng):
    """takes whole numbers and gives fractions"""
    params, grads = draw_whole(rng), draw_whole(rng)
    assert_close(student.sgd_step(params, grads, 0.3), oracle.sgd_step(params, grads, 0.3))


@task("sgd_step", points=2)
def test_sgd_unchanged(student, oracle, rng):
    """params and grads, and the arrays in them, are the same after the call as before"""
    params, grads = draw_dict(rng), draw_dict(rng, 3)
    assert_close(assert_unchanged(student.sgd_step, params, grads, 0.3), oracle.sgd_step(params, grads, 0.3))


@task("momentum_step", points=3)
def test_momentum_names(student, oracle, rng):
    """every parameter has a velocity of its own, found by its name: v = beta v + g, p = p - lr v"""
    alike = dict.fromkeys("abcd", (2, 3))  # shapes that do not tell one parameter from another
    for beta, shapes in zip(rng.permutation([0.3, 0.8]).tolist(), (SHAPES, alike), strict=True):
        state = [draw_dict(rng, size, shapes) for size in (1, 3, 2)]
        assert_state(student.momentum_step(*state, 0.4, beta), oracle.momentum_step(*state, 0.4, beta))


@task("momentum_step", points=2)
def test_momentum_start(student, oracle, rng):
    """from velocity zero the first step is that of plain gradient descent, and without a gradient it rolls on"""
    params, grads, zeros = draw_dict(rng), draw_dict(rng, 3), {name: np.zeros(SHAPES[name]) for name in SHAPES}
    for slopes, velocity in ((grads, zeros), (zeros, grads)):
        right = oracle.momentum_step(params, slopes, velocity, 0.2, 0.6)
        assert_state(student.momentum_step(params, slopes, velocity, 0.2, 0.6), right)


@task("momentum_step", points=3)
def test_momentum_path(student, oracle, rng):
    """step by step, with parameters and velocity handed on, it takes the right path through a valley"""
    bends, lr = np.array([0.2, 4.0, 1.0]), rng.uniform(0.05, 0.15)
    yours = right = {"w": rng.uniform(1, 3, size=3)}, {"w": np.zeros(3)}
    for _ in range(5):
        yours = student.momentum_step(yours[0], {"w": bends * yours[0]["w"]}, yours[1], lr, 0.7)
        right = oracle.momentum_step(right[0], {"w": bends * right[0]["w"]}, right[1], lr, 0.7)
        assert_state(yours, right)


@task("momentum_step", points=2)
def test_momentum_integers(student, oracle, rng):
    """takes whole numbers and gives fractions"""
    state = draw_whole(rng), draw_whole(rng), draw_whole(rng)
    assert_state(student.momentum_step(*state, 0.3, 0.6), oracle.momentum_step(*state, 0.3, 0.6))


@task("momentum_step", points=2)
def test_momentum_unchanged(student, oracle, rng):
    """params, grads and velocity, and the arrays in them, are the same after the call as before"""
    state = draw_dict(rng), draw_dict(rng, 3), draw_dict(rng, 2)
    answer = assert_unchanged(student.momentum_step, *state, 0.3, 0.6)
    assert_state(answer, oracle.momentum_step(*state, 0.3, 0.6))


def follow(schedule, lr0, epochs, *rest):
    """The learning rates of these epochs; an array of one number counts as that number."""
    rates = [np.ravel(schedule(lr0, epoch, *rest)) for epoch in epochs]
    return np.concatenate(rates) if all(rate.size == 1 for rate in rates) else rates


@task("schedules", points=3)
@pytest.mark.parametrize("name", ["lr_step", "lr_exponential", "lr_inverse"])
def test_schedule_curve(student, oracle, rng, name):
    """is the formula's learning rate in every epoch, from epoch 0, where it is lr0, to one far ahead"""
    every, drop, decay = int(rng.integers(3, 6)), rng.uniform(0.3, 0.8), rng.uniform(0.1, 0.7)
    is_step = name == "lr_step"
    rest, far = ((drop, every), every * int(-11 / np.log(drop))) if is_step else ((decay,), int(11 / decay))
    lr0, epochs = (
        rng.uniform(0.2, 0.9),
        [*range(2 * every + 2), far - 1, far],
    )  # at the end e^-11 of lr0, or little more
    right = follow(getattr(oracle, name), lr0, epochs, *rest)
    rates = follow(getattr(student, name), lr0, epochs, *rest)
    for count in (2 * every + 2, len(epochs)):  # the small rates of the end have a scale of their own
        assert_close(rates[:count], right[:count])
    assert_close(rates[-2:], right[-2:])


@task("schedules", points=1)
@pytest.mark.parametrize("name", ["lr_step", "lr_exponential", "lr_inverse"])
def test_schedule_integers(student, oracle, rng, name):
    """takes whole numbers and gives fractions"""
    epochs, lr0 = [0, 1, 2, 3, 5, 6], int(rng.integers(1, 4))
    rest = (0.5, 1) if name == "lr_step" else (int(rng.integers(1, 3)),)
    right = follow(getattr(oracle, name), lr0, epochs, *rest)
    assert_close(follow(getattr(student, name), lr0, epochs, *rest), right)
