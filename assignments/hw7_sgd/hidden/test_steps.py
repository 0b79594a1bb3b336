"""Hidden checks of hw7: batches, single steps, schedules. Samples are whole numbers, which float32 holds exactly."""

import numpy as np
import pytest

from grader.checks import (
    agrees,
    are_pairs,
    assert_close,
    assert_equal,
    assert_unchanged,
    draw_signed,
    find_shape,
    laid_out,
    say,
    shared,
    take_pairs,
    task,
)


def draw_samples(rng, n, targets=(), features=3):
    """Whole numbers, all different: X with so many columns, and targets of this shape for each of its rows."""
    numbers = rng.permutation(100 + 4 * n * max(1, *targets, 1)).astype(float)
    size = n * int(np.prod(targets))
    split = features * n
    return numbers[:split].reshape(n, features), numbers[split : split + size].reshape(n, *targets)


def draw_order(rng, n):
    """A permutation in one cycle: no row keeps its place, and it is not its own inverse where n > 2."""
    cycle, order = rng.permutation(n), np.empty(n, dtype=int)
    order[cycle] = np.roll(cycle, 1)
    return order


def name_batches(batches):
    """Both parts of every batch, by their names."""
    return {
        say("{part} of batch {number}", part=part, number=number): rows
        for number, batch in enumerate(batches, start=1)
        for part, rows in zip("Xy", batch, strict=True)
    }


def assert_batches(batches, right):
    """The batches must agree exactly."""
    empty = are_pairs(batches) and any(0 in (find_shape(Xb) or ()) for Xb, _ in batches)
    likely = "there is an empty batch: where batch_size divides N nothing is left for it" if empty else ""
    pairs = take_pairs(batches, "Xb, yb", len(right), likely=likely)
    assert_equal(name_batches(pairs), name_batches(right))


def assert_state(answer, right, mistakes=()):
    """Parameters and velocities must agree; `mistakes` are pairs of a sentence and another state."""
    known = [*mistakes, ("the two values have changed places", right[::-1])]
    assert_close(answer, right, known, part="params, velocity")


def check_batches(student, rng, n, batch_size, **shapes):
    """Compare the batches of n samples with those of the definition, row by row."""
    compare_batches(student, *draw_samples(rng, n, **shapes), batch_size, draw_order(rng, n))


def compare_batches(student, X, y, batch_size, order, send=lambda part: part):
    """As above for these samples; `send` makes of each array the argument that is sent for it."""
    right = [(X[rows], y[rows]) for rows in np.split(order, range(batch_size, len(order), batch_size))]
    assert_batches(student.minibatches(send(X), send(y), batch_size, send(order)), right)


@task("minibatches", points=2)
def test_batches_partial(student, rng):
    """the last batch is smaller where batch_size does not divide N, and it is kept"""
    for n, batch_size in ((11, 4), (10, 3), (10, 3)):  # the same sizes twice, with other samples
        check_batches(student, rng, n, batch_size)


@task("minibatches", points=2)
def test_batches_even(student, rng):
    """where batch_size divides N all batches are full, and there is no empty one behind them"""
    check_batches(student, rng, 8, 4)
    check_batches(student, rng, 9, 3)


@task("minibatches", points=2)
def test_batches_extremes(student, rng):
    """batches of one sample, and one batch of all of them, also where batch_size is larger than N"""
    for batch_size in (1, 5, 8):
        check_batches(student, rng, 5, batch_size)


@task("minibatches", points=2)
def test_batches_targets(student, rng):
    """targets may have a row of their own for every sample"""
    check_batches(student, rng, 7, 3, targets=(2,))


@task("minibatches", points=1)
def test_batches_single(student, rng):
    """no axis is lost where there is one sample, one feature or one target"""
    for n, targets, features in ((1, (), 3), (1, (1,), 1), (5, (1,), 1)):
        check_batches(student, rng, n, 2, targets=targets, features=features)


@task("minibatches", points=1)
def test_batches_bytes(student, rng):
    """X, y and order may be integers of any type: 8 bits reach to 255, or 127, and no further"""
    for kind, n in ((np.uint8, 100), (np.int8, 60)):
        X, y = rng.integers(-100, 101, size=(n, 3)).astype(kind), rng.permutation(n).astype(kind)
        compare_batches(student, X, y, 40, draw_order(rng, n).astype(kind))


@task("minibatches", points=1)
def test_batches_layouts(student, rng):
    """the arrays may lie in memory in another way: column by column, with gaps, backwards, read-only"""
    for layout in ("columns", "strided", "reversed", "read-only"):
        X, y = draw_samples(rng, 7, (2,))
        compare_batches(student, X, y, 3, draw_order(rng, 7), lambda part, layout=layout: laid_out(part, layout))


@task("minibatches", points=1)
def test_batches_unchanged(student, rng):
    """X, y and order are the same after the call as before"""
    X, y = draw_samples(rng, 6)
    order = draw_order(rng, 6)
    batches = assert_unchanged(student.minibatches, X, y, 4, order)
    assert_equal(batches, [(X[order[:4]], y[order[:4]]), (X[order[4:]], y[order[4:]])])


SHAPES = {"W1": (2, 3), "b1": (3,), "W2": (3, 4), "b2": (4,)}


def draw_dict(rng, size=1.0, shapes=SHAPES):
    """Numbers between -2 size and 2 size, none near 0, for every name; the names in an order of their own."""
    names = rng.permutation(list(shapes)).tolist()
    return {name: size * draw_signed(rng, 0.1, 2, shapes[name]) for name in names}


def draw_whole(rng, kind=int):
    """An array of whole numbers for every name; those of 8 bits fill their range, so that sums go beyond it."""
    numbers = {int: range(-9, 10), np.uint8: [0, 3, 130, 200, 255], np.int8: [-128, -90, 5, 100, 127]}
    draw = rng.permuted(np.resize(numbers[kind], 12)).astype(kind)
    return {
        name: np.roll(draw, len(name) + len(shape))[: np.prod(shape)].reshape(shape) for name, shape in SHAPES.items()
    }


@task("sgd_step", points=2)
def test_sgd_shapes(student, oracle, rng):
    """moves parameters of every shape, one axis, two and three, also of a single number, with whatever lr"""
    shapes = {"kernel": (2, 3, 2), "weights": (4, 3), "shift": (5,), "one": (1,), "row": (1, 3), "cell": (1, 1)}
    params = draw_dict(rng, shapes=shapes)
    grads = {name: 3 * draw_signed(rng, 0.1, 2, params[name].shape) for name in params}
    for lr in (rng.uniform(0.05, 0.5), 2):
        assert_close(student.sgd_step(params, grads, lr), oracle.sgd_step(params, grads, lr))


@task("sgd_step", points=2)
def test_sgd_names(student, oracle, rng):
    """finds each gradient by its name, wherever it is in the dict"""
    params = draw_dict(rng, shapes={"a": (3,), "b": (3,), "c": (3,), "d": (3,)})
    grads = {name: 3 * draw_signed(rng, 0.1, 2, 3) for name in reversed(params)}
    moved, right = student.sgd_step(params, grads, 0.3), oracle.sgd_step(params, grads, 0.3)
    crossed = oracle.sgd_step(params, dict(zip(params, grads.values(), strict=True)), 0.3)
    likely = "parameters and gradients are paired by their place in the dicts, not by name"
    assert_close(moved, right, {likely: crossed})


@task("sgd_step", points=1)
def test_sgd_integers(student, oracle, rng):
    """takes whole numbers and gives fractions"""
    params, grads = draw_whole(rng), draw_whole(rng)
    assert_close(student.sgd_step(params, grads, 0.3), oracle.sgd_step(params, grads, 0.3))


BYTES = "this was computed in the type of the arguments, and 8 bits are too few: make floats of them first"


def wrap(right, kind):
    """Whole numbers as this type of 8 bits holds them."""
    return {name: np.int64(part).astype(kind).astype(float) for name, part in right.items()}


@task("sgd_step", points=1)
def test_sgd_bytes(student, oracle, rng):
    """whole numbers may be of any type: with 8 bits 3 - 2 * 200 is to be -397, too"""
    for kind in (np.uint8, np.int8):
        params, grads = draw_whole(rng, kind), draw_whole(rng, kind)
        for lr in (2, 0.5):
            right = oracle.sgd_step(params, grads, lr)
            assert_close(student.sgd_step(params, grads, lr), right, {BYTES: wrap(right, kind)})


SCALES = {"huge": 1e6, "large": 100.0, "small": 1e-3, "tiny": 1e-5}


def draw_scales(rng, sizes=SCALES):
    """Numbers of a size of its own for every name, four of each."""
    return {name: size * draw_signed(rng, 0.1, 2, 4) for name, size in sizes.items()}


@task("sgd_step", points=1)
def test_sgd_scales(student, oracle, rng):
    """takes gradients of every size as they are, and stays where it is with lr = 0"""
    params, grads = draw_scales(rng), draw_scales(rng)
    assert_close(student.sgd_step(params, grads, 0.3), oracle.sgd_step(params, grads, 0.3))
    likely = "another learning rate stands in the place of lr = 0"
    other = {likely: {name: params[name] - 0.01 * grads[name] for name in params}}
    assert_close(student.sgd_step(params, grads, 0), params, other)


@task("sgd_step", points=1)
def test_sgd_unchanged(student, oracle, rng):
    """params and grads, and the arrays in them, are the same after the call as before"""
    params = draw_dict(rng)
    grads = {name: 3 * draw_signed(rng, 0.1, 2, p.shape) for name, p in params.items()}
    assert_close(assert_unchanged(student.sgd_step, params, grads, 0.3), oracle.sgd_step(params, grads, 0.3))


LAYOUTS = ("columns", "strided", "reversed", "read-only")


@task("sgd_step", points=1)
def test_sgd_layouts(student, oracle, rng):
    """one array may have two names, and arrays may lie in memory in another way"""
    params, grads = ({name: size * draw_signed(rng, 0.1, 2, (3, 4)) for name in "WV"} for size in (1, 3))
    for layout in LAYOUTS:
        right = oracle.sgd_step(params, grads, 0.3)
        assert_close(student.sgd_step(*laid_out((params, grads), layout), 0.3), right)
    tied = shared(params["W"])
    for slopes in (grads, {"W": tied, "V": grads["V"]}):
        args = {"W": tied, "V": tied}, slopes, 0.3
        assert_close(student.sgd_step(*args), oracle.sgd_step(*args))


@task("momentum_step", points=2)
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


@task("momentum_step", points=1)
def test_momentum_zeros(student, oracle, rng):
    """with beta = 0 nothing is left of the old velocity: the new one is the gradient"""
    for beta in (0, 0.0):
        state = draw_dict(rng), draw_dict(rng, 3), draw_dict(rng, 2)
        right, other = (oracle.momentum_step(*state, 0.3, number) for number in (0.0, 0.9))
        likely = "another number stands in the place of beta = 0"
        assert_state(student.momentum_step(*state, 0.3, beta), right, [(likely, other)])


@task("momentum_step", points=1)
def test_momentum_scales(student, oracle, rng):
    """takes gradients and velocities of every size as they are"""
    for sizes in (SCALES, dict.fromkeys(SCALES, 1.0)):
        state = draw_scales(rng, sizes), draw_scales(rng), draw_scales(rng)
        assert_state(student.momentum_step(*state, 0.3, 0.8), oracle.momentum_step(*state, 0.3, 0.8))


@task("momentum_step", points=2)
def test_momentum_path(student, oracle, rng):
    """step by step, with parameters and velocity handed on, it takes the right path through a valley"""
    bends, lr = np.array([0.2, 4.0, 1.0]), rng.uniform(0.05, 0.15)
    yours = right = {"w": rng.uniform(1, 3, size=3)}, {"w": np.zeros(3)}
    for _ in range(5):
        yours = student.momentum_step(yours[0], {"w": bends * yours[0]["w"]}, yours[1], lr, 0.7)
        right = oracle.momentum_step(right[0], {"w": bends * right[0]["w"]}, right[1], lr, 0.7)
        assert_state(yours, right)


@task("momentum_step", points=1)
def test_momentum_integers(student, oracle, rng):
    """takes whole numbers and gives fractions"""
    state = draw_whole(rng), draw_whole(rng), draw_whole(rng)
    assert_state(student.momentum_step(*state, 0.3, 0.6), oracle.momentum_step(*state, 0.3, 0.6))


@task("momentum_step", points=1)
def test_momentum_bytes(student, oracle, rng):
    """whole numbers may be of any type: 8 bits hold neither the new velocity nor the step"""
    for kind in (np.uint8, np.int8):
        for lr, beta in ((2.0, 0.5), (0.5, 0.0)):
            state = [draw_whole(rng, kind) for _ in range(3)]
            assert_state(student.momentum_step(*state, lr, beta), oracle.momentum_step(*state, lr, beta))


@task("momentum_step", points=1)
def test_momentum_unchanged(student, oracle, rng):
    """params, grads and velocity, and the arrays in them, are the same after the call as before"""
    state = draw_dict(rng), draw_dict(rng, 3), draw_dict(rng, 2)
    answer = assert_unchanged(student.momentum_step, *state, 0.3, 0.6)
    assert_state(answer, oracle.momentum_step(*state, 0.3, 0.6))


@task("momentum_step", points=1)
def test_momentum_layouts(student, oracle, rng):
    """one array may have two names or two roles, and arrays may lie in memory in another way"""
    state = [{name: size * draw_signed(rng, 0.1, 2, (3, 4)) for name in "WV"} for size in (1, 3, 2)]
    for layout in LAYOUTS:
        right = oracle.momentum_step(*state, 0.3, 0.6)
        assert_state(student.momentum_step(*laid_out(state, layout), 0.3, 0.6), right)
    x, y = (shared(part) for part in (state[0]["W"], state[1]["W"]))
    for params, grads, velocity in (((x, x), (y, y), (y, y)), ((x, y), (x, y), (y, x))):
        args = [dict(zip("WV", pair, strict=True)) for pair in (params, grads, velocity)]
        assert_state(student.momentum_step(*args, 0.3, 0.6), oracle.momentum_step(*args, 0.3, 0.6))


def follow(schedule, lr0, epochs, *rest):
    """The learning rates of these epochs; an array of one number counts as that number."""
    rates = [np.ravel(schedule(lr0, epoch, *rest)) for epoch in epochs]
    return np.concatenate(rates) if all(rate.size == 1 for rate in rates) else rates


SCHEDULES = ("lr_step", "lr_exponential", "lr_inverse")


@task("schedules", points=2)
@pytest.mark.parametrize("name", SCHEDULES)
def test_schedule_curve(student, oracle, rng, name):
    """is the formula's learning rate in every epoch, from epoch 0, where it is lr0, whatever the order of the calls"""
    every, drop, decay = int(rng.integers(3, 6)), rng.uniform(0.3, 0.8), rng.uniform(0.2, 0.7)
    rest = (drop, every) if name == "lr_step" else (decay,)
    epochs = [*rng.permutation(2 * every + 2).tolist(), 0]
    for lr0 in (rng.uniform(0.2, 0.9), rng.uniform(20, 40)):
        right = follow(getattr(oracle, name), lr0, epochs, *rest)
        assert_close(follow(getattr(student, name), lr0, epochs, *rest), right)


@task("schedules", points=1)
@pytest.mark.parametrize("name", SCHEDULES)
def test_schedule_far(student, oracle, rng, name):
    """far ahead, and where it falls fast, it goes on falling: the rate has no floor"""
    decay = rng.uniform(0.08, 0.12)
    far = int(23 / decay)
    for rest, epoch in {
        "lr_step": (((0.1, 20), 199), ((0.5, 1), 33), ((0.9, 7), 161)),
        "lr_exponential": (((decay,), far), ((3,), 7), ((0.7,), 30)),
        "lr_inverse": (((decay,), far), ((3,), 7), ((5e7,), 300)),
    }[name]:
        right = follow(getattr(oracle, name), 4e7, [epoch], *rest)  # rates down to 3e-9, a million times as large
        rates = follow(getattr(student, name), 40.0, [epoch], *rest)
        is_number = isinstance(rates, np.ndarray) and rates.dtype.kind in "iuf"
        assert_close(1e6 * rates if is_number else rates, right, part=say("a million times the rate"))


@task("schedules", points=1)
@pytest.mark.parametrize("name", SCHEDULES)
def test_schedule_integers(student, oracle, rng, name):
    """takes whole numbers, of any type, and gives fractions"""
    epochs, lr0 = [0, 1, 2, 3, 5, 6], int(rng.integers(2, 5))
    is_step = name == "lr_step"
    rest = (0.5, 1) if is_step else (int(rng.integers(1, 3)),)
    right = follow(getattr(oracle, name), lr0, epochs, *rest)
    assert_close(follow(getattr(student, name), lr0, epochs, *rest), right)
    rest = (0.5, 3) if is_step else (0.25,)
    for kind in (np.uint8, np.int8):
        right = follow(getattr(oracle, name), lr0, epochs, *rest)
        assert_close(follow(getattr(student, name), kind(lr0), [kind(epoch) for epoch in epochs], *rest), right)
        plain = {"lr_step": (0.5, 3), "lr_exponential": (1,), "lr_inverse": (50,)}[name]
        small = [kind(number) if isinstance(number, int) else number for number in plain]
        right = follow(getattr(oracle, name), lr0, epochs, *plain)
        rates = follow(getattr(student, name), kind(lr0), [kind(epoch) for epoch in epochs], *small)
        whole = follow(getattr(student, name), lr0, epochs, *plain)
        likely = "this is computed in its own type, where bytes wrap round: make floats of the arguments first"
        assert_close(rates, right, {likely: rates} if agrees(whole, right) else {})
