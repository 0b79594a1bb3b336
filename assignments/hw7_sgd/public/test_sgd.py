"""Public checks of hw7: the ones you can run at home."""

import numpy as np
import pytest

from grader.checks import (
    assert_close,
    is_dict,
    name_mistake,
    picturing,
    require,
    say,
    show_curves,
    take,
    take_pairs,
    task,
)

SAMPLES = np.array([[10.0, 4.0], [20.0, 1.0], [30.0, 9.0], [40.0, 2.0], [50.0, 8.0], [60.0, 7.0], [70.0, 3.0]])
TARGETS = np.array([3, 1, 2, 0, 2, 1, 0])
ORDER = np.array([5, 0, 6, 2, 4, 1, 3])


def name_batches(batches):
    """Both parts of every batch, by their names."""
    return {
        say("{part} of batch {number}", part=part, number=number): rows
        for number, batch in enumerate(batches, start=1)
        for part, rows in zip("Xy", batch, strict=True)
    }


def assert_batches(batches, right, mistakes):
    """The batches must agree; those of a known mistake have its name."""
    pairs = take_pairs(batches, "Xb, yb", len(right), likely=name_mistake(batches, mistakes))
    known = [(text, name_batches(wrong)) for text, wrong in mistakes]
    assert_close(name_batches(pairs), name_batches(right), known)


def cut(X, y, *rows):
    """Batches of these rows."""
    return [(X[list(part)], y[list(part)]) for part in rows]


@task("minibatches", points=2)
def test_batches_worked(student):
    """7 samples in batches of 3 are batches of 3, 3 and 1, in the order given: rows 5 0 6, 2 4 1 and 3"""
    batches = student.minibatches(SAMPLES, TARGETS, 3, ORDER)
    mistakes = [
        ("the last batch, smaller than the others, is missing", ([5, 0, 6], [2, 4, 1])),
        ("the batches are in the order of X: `order` is not used", ([0, 1, 2], [3, 4, 5], [6])),
        ("`order` is read the other way round: order[0] is the row that comes first", ([1, 5, 3], [6, 4, 0], [2])),
        (
            "the samples are shared out evenly: every batch but the last has batch_size rows",
            ([5, 0, 6], [2, 4], [1, 3]),
        ),
        ("the last batch was filled up with other samples", ([5, 0, 6], [2, 4, 1], [3, 5, 0])),
        ("the last batch was filled up with other samples", ([5, 0, 6], [2, 4, 1], [4, 1, 3])),
        ("the rows are sorted within each batch: they come in the order of `order`", ([0, 5, 6], [1, 2, 4], [3])),
    ]
    named = [(likely, cut(SAMPLES, TARGETS, *rows)) for likely, rows in mistakes]
    assert_batches(batches, cut(SAMPLES, TARGETS, [5, 0, 6], [2, 4, 1], [3]), named)


@task("minibatches", points=2)
def test_batches_pairs(student, rng):
    """every row keeps its own target"""
    order = rng.permutation(5)
    batches = student.minibatches(SAMPLES[:5], TARGETS[:5], 2, order)
    right = cut(SAMPLES, TARGETS, order[:2], order[2:4], order[4:])
    loose = [(Xb, yb) for (Xb, _), yb in zip(right, (TARGETS[:2], TARGETS[2:4], TARGETS[4:5]), strict=True)]
    assert_batches(batches, right, [("the rows follow `order`, but the targets do not", loose)])


PARAMS = {"W": np.array([[3.0, -1.0, 2.0], [0.5, 4.0, -2.0]]), "b": np.array([1.0, -3.0])}
GRADS = {"W": np.array([[2.0, 4.0, -1.0], [-3.0, 1.0, 5.0]]), "b": np.array([-2.0, 5.0])}


@task("sgd_step", points=1)
def test_sgd_worked(student):
    """w = (3, -1) with the gradient (2, 4) and lr = 0.1 becomes (2.8, -1.4)"""
    moved = student.sgd_step({"w": np.array([3.0, -1.0])}, {"w": np.array([2.0, 4.0])}, 0.1)
    mistakes = [
        ("this step goes uphill: the gradient points to where the loss grows most", [3.2, -0.6]),
        ("the parameters have not moved", [3.0, -1.0]),
        ("the gradient is subtracted whole, without lr", [1.0, -5.0]),
        ("this is the step itself, not the parameters after it", [-0.2, -0.4]),
        ("this is the step itself, not the parameters after it", [0.2, 0.4]),
    ]
    named = [(likely, {"w": np.array(wrong)}) for likely, wrong in mistakes]
    assert_close(moved, {"w": np.array([2.8, -1.4])}, named)


@task("sgd_step", points=1)
def test_sgd_every(student, oracle):
    """every parameter of the dict moves, each against its own gradient"""
    moved = student.sgd_step(PARAMS, GRADS, 0.25)
    assert_close(moved, oracle.sgd_step(PARAMS, GRADS, 0.25), [("the parameters have not moved", PARAMS)])


@task("sgd_step", points=1)
def test_sgd_bytes(student):
    """3 - 2 * 200 is -397, also where 3 and 200 are of 8 bits (uint8)"""
    moved = student.sgd_step({"w": np.array([3, 255], np.uint8)}, {"w": np.array([200, 100], np.uint8)}, 2)
    wrapped = "this was computed in 8 bits, which hold 0 to 255 alone: make floats of the arguments first"
    assert_close(moved, {"w": np.array([-397.0, 55.0])}, {wrapped: {"w": np.array([115.0, 55.0])}})


def make_state(place, velocity):
    """A parameter and its velocity, as momentum_step returns them."""
    return {"w": np.array([place])}, {"w": np.array([velocity])}


@task("momentum_step", points=2)
def test_momentum_constant(student):
    """with the gradient 1 at every step and beta = 0.9 the velocity is 1, 1.9, 2.71"""
    places, velocities = (1.0, 0.9, 0.71, 0.439), (0.0, 1.0, 1.9, 2.71)
    first = {
        "the gradient has the factor 1 - beta: it enters the velocity whole": make_state(0.99, 0.1),
        "lr is inside the velocity: it enters once, where the parameters move": make_state(0.9, 0.1),
        "this is v = beta v - lr g, p = p + v: another book's form, not the one of the handout": make_state(0.9, -0.1),
    }
    for i in range(3):
        arguments = [{"w": np.array([number])} for number in (places[i], 1.0, velocities[i])]
        answer = student.momentum_step(*arguments, 0.1, 0.9)
        later = {"the old velocity is forgotten: this is plain SGD": make_state(places[i] - 0.1, 1.0)}
        right = make_state(places[i + 1], velocities[i + 1])
        assert_close(answer, right, later if i else first, part="params, velocity")


@task("momentum_step", points=2)
def test_momentum_formula(student):
    """w = 1 with the gradient 1, the velocity 2, lr = 0.5 and beta = 0.75 becomes -0.25, and the velocity 2.5"""
    one, two = {"w": np.array([1.0])}, {"w": np.array([2.0])}
    answer = student.momentum_step(one, one, two, 0.5, 0.75)
    mistakes = [
        ("the gradient has the factor 1 - beta: it enters the velocity whole", 0.125, 1.75),
        ("lr is inside the velocity: it enters once, where the parameters move", -1.0, 2.0),
        ("this is v = beta v - lr g, p = p + v: another book's form, not the one of the handout", 2.0, 1.0),
        ("the old velocity is forgotten: this is plain SGD", 0.5, 1.0),
        ("the parameters move with the gradient alone, not with the velocity", 0.5, 2.5),
        ("the parameters move with the old velocity, not with the new one", 0.0, 2.5),
        ("the velocity that is returned is the old one", -0.25, 2.0),
        ("the gradient is multiplied by beta, too", -0.125, 2.25),
        ("this is Nesterov's form, which looks one step ahead", -0.4375, 2.5),
        ("this step goes uphill", 2.25, 2.5),
        ("the two values have changed places", 2.5, -0.25),
    ]
    known = [(likely, make_state(p, v)) for likely, p, v in mistakes]
    assert_close(answer, make_state(-0.25, 2.5), known, part="params, velocity")


EPOCHS = np.arange(6)
CURVES = {  # the other arguments, the worked numbers over lr0, and what mistakes give
    "lr_step": (
        (0.5, 2),
        0.5 ** (EPOCHS // 2),
        [
            ("it drops one epoch too early: epoch `every` is the first with a lower rate", 0.5 ** ((EPOCHS + 1) // 2)),
            ("it drops one epoch too late: epoch `every` is the first with a lower rate", [1, 1, 1, 0.5, 0.5, 0.25]),
            ("it drops a little in every epoch: the rate stays as it is for `every` epochs", 0.5 ** (EPOCHS / 2)),
            ("it drops in every epoch, not once in `every` epochs", 0.5**EPOCHS),
            ("it drops once and never again", [1, 1, 0.5, 0.5, 0.5, 0.5]),
            ("drop is multiplied by the number of drops, not raised to that power", 0.5 * (EPOCHS // 2)),
        ],
    ),
    "lr_exponential": (
        (np.log(2),),
        0.5**EPOCHS,
        [
            ("the rate grows: the exponent is negative", 2.0**EPOCHS),
            ("this is decay ** epoch, not e ** (-decay * epoch)", np.log(2) ** EPOCHS),
            ("this is (1 - decay) ** epoch, not e ** (-decay * epoch)", (1 - np.log(2)) ** EPOCHS),
            ("epoch is divided by decay, not multiplied", np.exp(-EPOCHS / np.log(2))),
            ("the base is 2, not e", 2 ** (-np.log(2) * EPOCHS)),
            ("the base is 10, not e", 10 ** (-np.log(2) * EPOCHS)),
        ],
    ),
    "lr_inverse": (
        (0.5,),
        1 / (1 + 0.5 * EPOCHS),
        [
            ("this is lr0 / (1 + decay) ** epoch, which falls by the same factor every epoch", 1 / 1.5**EPOCHS),
            ("this is lr0 / 1 + decay * epoch: the brackets below the fraction line are missing", 1 + 0.625 * EPOCHS),
            ("this is lr0 / (1 + decay) * epoch: decay belongs to epoch, not to the 1", EPOCHS / 1.5),
            ("epoch is divided by decay, not multiplied", 1 / (1 + EPOCHS / 0.5)),
            ("decay is not used", 1 / (1 + EPOCHS)),
            ("there is a root too many", 1 / np.sqrt(1 + 0.5 * EPOCHS)),
        ],
    ),
}


@task("schedules", points=2)
@pytest.mark.parametrize("name", CURVES)
def test_schedule_worked(student, name):
    """gives the six learning rates worked out in the handout"""
    rest, right, mistakes = CURVES[name]
    rates = [np.reshape(getattr(student, name)(0.8, epoch, *rest), -1)[:1] for epoch in EPOCHS.tolist()]
    rates = np.concatenate(rates) if all(map(len, rates)) else rates
    show_curves("learning rate by epoch", rates, 0.8 * right)
    assert_close(rates, 0.8 * right, [(likely, 0.8 * np.array(wrong)) for likely, wrong in mistakes])


def mse(params, Xb, yb):
    """The handout's model: predict w x, with the mean squared error."""
    error = np.asarray(Xb, dtype=float) @ np.asarray(params["w"], dtype=float) - np.asarray(yb, dtype=float)
    return float(np.mean(error**2)), {"w": 2 * error @ np.asarray(Xb, dtype=float) / len(error)}


START, X, Y = {"w": np.zeros(1)}, np.array([[2.0], [1.0], [1.0]]), np.array([4.0, 5.0, 2.0])


@task("train_epoch", points=2)
def test_epoch_worked(student):
    """the handout's three samples in batches of two: w = 1.8, and the mean loss 13"""
    answer = student.train_epoch(mse, START, X, Y, 0.1, 2, np.array([2, 0, 1]))
    mistakes = [
        ("the second batch's gradient is taken at the parameters of the beginning, not at the updated ones", 2.0, 17.5),
        ("the mean loss is weighted by the batches' sizes; here every batch counts the same", 1.8, 12.0),
        ("the losses are added up, and not divided by their number", 1.8, 26.0),
        ("this is the loss of the last batch alone", 1.8, 16.0),
        ("the losses are those after the steps, not those the steps were taken at", 1.8, 6.37),
        ("the losses are divided by the number of samples, not of batches", 1.8, 26 / 3),
        ("the last batch, smaller than the others, is missing", 1.0, 10.0),
        ("all samples were taken as one batch", 1.0, 15.0),
        ("the batches are in the order of X: `order` is not used", 1.44, 10.495),
        ("the parameters have not moved", 0.0, 17.5),
        ("the second step is smaller: its gradient is already a mean over its own batch", 1.4, 13.0),
        ("the steps go uphill", -2.2, 23.0),
    ]
    pair = take(answer, "params, mean_loss", params=is_dict)
    known = [(likely, ({"w": np.array([w])}, loss)) for likely, w, loss in mistakes]
    assert_close(pair, ({"w": np.array([1.8])}, 13.0), known, part="params, mean_loss")


@task("train_epoch", points=2)
def test_epoch_asks(student):
    """loss_and_grads is asked for every batch, the last and smaller one included, in the order given"""
    asked = []

    def count(params, Xb, yb):
        rows = np.asarray(Xb, dtype=float).ravel().tolist()
        if len(asked) < 10 and (not asked or asked[-1] != rows):
            asked.append(rows[:10])
        return 1.0, {"w": np.ones(1)}

    student.train_epoch(count, START, np.arange(7.0)[:, None], TARGETS, 0.1, 3, ORDER)
    right = [[5.0, 0.0, 6.0], [2.0, 4.0, 1.0], [3.0]]
    likely = "the last batch, smaller than the others, is missing" if asked == right[:2] else ""
    rows = "batches of the rows {rows}"
    require(asked == right, say(rows, rows=right), say(rows, rows=str(asked)[:200]), likely)


@task("fit", points=2)
def test_fit_worked(student):
    """two epochs with all three samples in one batch: the losses 15 and 7, and w = 1.6"""
    answer = student.fit(mse, START, X, Y, 0.1, 3, 2, np.random.default_rng(1))
    mistakes = [
        ("every epoch begins with the first parameters again", 1.0, [15.0, 15.0]),
        ("the history holds the losses after the steps", 1.6, [7.0, 4.12]),
        ("this is one epoch too many", 1.96, [15.0, 7.0, 4.12]),
        ("this is one epoch too few", 1.0, [15.0]),
        ("this is the loss of the last epoch alone; the history has one for every epoch", 1.6, 7.0),
        ("the parameters that are returned have not moved", 0.0, [15.0, 7.0]),
    ]
    pair = take(answer, "params, history", params=is_dict)
    known = [(likely, ({"w": np.array([w])}, losses)) for likely, w, losses in mistakes]
    assert_close(pair, ({"w": np.array([1.6])}, [15.0, 7.0]), known, part="params, history")
    with picturing():
        _, losses = student.fit(mse, START, X, Y, 0.1, 1, 15, np.random.default_rng(3))
        runs = np.array([walk(np.random.default_rng(seed), 15) for seed in range(50)])
        band = runs.min(axis=0), runs.max(axis=0)
        show_curves("mean loss of each epoch, in batches of one", losses, np.median(runs, axis=0), band)


def walk(rng, epochs):
    """The mean losses of a right fit with batches of one sample, in orders of its own."""
    params, means = START, []
    for _ in range(epochs):
        losses = []
        for row in rng.permutation(3):
            loss, grads = mse(params, X[row : row + 1], Y[row : row + 1])
            params = {"w": params["w"] - 0.1 * grads["w"]}
            losses.append(loss)
        means.append(np.mean(losses))
    return means


@task("fit", points=2)
def test_fit_visits(student):
    """in each of three epochs every sample is visited once, with its own target"""
    visits = []

    def note(params, Xb, yb):
        pairs = list(zip(np.ravel(Xb).tolist(), np.ravel(yb).tolist(), strict=True))
        if len(visits) < 100 and (not visits or visits[-1] != pairs):
            visits.append(pairs[:10])
        return 1.0, {"w": np.ones(1)}

    student.fit(note, START, np.arange(7.0)[:, None], 10 * np.arange(7.0), 0.1, 3, 3, np.random.default_rng(2))
    require(len(visits) == 9, "3 epochs of 3 batches: 3, 3 and 1 samples", say("{count} batches", count=len(visits)))
    for epoch in range(3):
        pairs = [pair for batch in visits[3 * epoch : 3 * epoch + 3] for pair in batch]
        apart = any(target != 10 * row for row, target in pairs)
        require(
            not apart, "every row of X with its own target", "rows with other targets", "X and y were shuffled apart"
        )
        rows = sorted(row for row, _ in pairs)
        once = say("every row once in epoch {epoch}", epoch=epoch)
        require(rows == list(range(7)), once, say("the rows {rows}", rows=str(rows)[:200]))
