"""Hidden checks of hw9: training. With lr = 0 fit gives back its start; what it does from there is compared."""

import itertools

import numpy as np

from grader.checks import (
    assert_gradient,
    assert_unchanged,
    draw_grid,
    laid_out,
    name_layers,
    require,
    say,
    take_layers,
    task,
)

SIZES, EPOCHS, BATCH, LR = [64, 16, 10], 12, 10, 0.1
RECOGNISED = 0.81  # right networks stay above it and wrong ones below, each by 5 points: see calibrate.py
MOVES = {
    "divided": "a batch that is smaller than batch_size is divided by batch_size: its mean is over its own samples",
    "fewer": "there is one epoch too few",
    "early": "these are the parameters after fewer epochs than asked for",
    "more": "there is one epoch too many",
    "dropped": "the last batch, smaller than the others, is left out",
    "merged": "samples that fill no whole batch make no step of their own: they are left out, or in another batch",
    "whole": "all samples make one batch, whatever batch_size says",
}
CHANCE = 0.4  # after shuffled labels 600 of these runs stay below 26.7 %


def train(student, data, sizes, epochs, batch_size, lr, seed):
    """The trained layers; `seed` is that of the generator."""
    X, labels = data
    answer = student.fit(X, labels, sizes, epochs, batch_size, lr, np.random.default_rng(seed))
    return take_layers(answer, "W, b", sizes)


def run_twice(student, rng, data, *settings, lr):
    """The layers before training, which lr = 0 shows, and after it."""
    seed = int(rng.integers(2**32))
    return [train(student, data, *settings, rate, seed) for rate in (0.0, lr)]


def subtract(start, end):
    """How far each parameter moved, by its name: W1, b1, W2, ..."""
    moves = [(W - W_end, b - b_end) for (W, b), (W_end, b_end) in zip(start, end, strict=True)]
    return {say("{name} before - {name} after", name=name): move for name, move in name_layers(moves, "W, b").items()}


def assert_moves(start, end, right, *mistakes):
    """From the start to the end every parameter moved as far as it should; mistakes lead to other ends."""
    known = [(MOVES[name], subtract(start, wrong)) for ends in mistakes for name, wrong in ends.items()]
    assert_gradient(subtract(start, end), subtract(start, right), known)


def assert_far(student, oracle, rng, n, sizes, lay=lambda part: part):
    """Two steps with all samples at once, sent as `lay` gives them, lead where they should.

    They are drawn again where a move is a small rest of large terms: single precision loses digits in it.
    """
    for _ in range(20):
        data = draw_samples(rng, n, sizes)
        start, end = run_twice(student, rng, [lay(part) for part in data], sizes, 2, n + 1, lr=1.0)
        right = oracle.descend(start, *data, 2 * [list(range(n))], 1.0)
        if min(np.abs(move).max() for move in subtract(start, right).values()) > 0.02:
            break
    assert_moves(start, end, right)


def draw_samples(rng, n, sizes):
    """n samples with unsorted labels that take turns among the classes."""
    return draw_grid(rng, n, sizes[0], alone=1.0), rng.permutation(np.arange(n) % sizes[-1])


@task("fit", points=2)
def test_fit_step(student, oracle, rng):
    """one epoch with one batch of all samples is one step from the start: minus lr times the gradient"""
    data = draw_samples(rng, 7, [5, 4, 3])
    for batch_size in (7, 9):
        start, end = run_twice(student, rng, data, [5, 4, 3], 1, batch_size, lr=4.0)
        right, smaller = (oracle.descend(start, *data, [list(range(7))], lr) for lr in (4.0, 4.0 * 7 / batch_size))
        assert_moves(start, end, right, {"divided": smaller, "dropped": start} if batch_size > 7 else {})


@task("fit", points=2)
def test_fit_epochs(student, oracle, rng):
    """every epoch goes on from where the one before ended, and there are exactly as many as asked for"""
    X, labels = 0.2 * draw_grid(rng, 6, 4), np.full(6, rng.integers(3))
    all_but_one = np.append(labels[:5], (labels[5] + 1) % 3)
    for data, sizes, lr in (
        (draw_samples(rng, 6, [4, 5, 3]), [4, 5, 3], 1.0),
        ((X, all_but_one), [4, 3], 20.0),  # the first step is so long that the loss rises from 1 to 2
        ((X, labels), [4, 3], 8.0),  # one class: after the first step the loss is below 0.002
    ):
        epochs = int(rng.integers(4, 6)) + (12 if lr == 8.0 else 0)  # until the loss hardly falls any more
        start, end = run_twice(student, rng, data, sizes, epochs, 6, lr=lr)
        ends = [start]
        for _ in range(epochs + 1):
            ends.append(oracle.descend(ends[-1], *data, [list(range(6))], lr))
        early = [{"early": each} for each in ends[1 : epochs - 1]]
        assert_moves(start, end, ends[epochs], {"fewer": ends[epochs - 1], "more": ends[epochs + 1]}, *early)


@task("fit", points=2)
def test_fit_partial(student, oracle, rng):
    """the last batch of an epoch may be smaller: it is kept, and its mean is over its own samples"""
    # Equal samples, so that their order does not matter; in the eighth digit they differ, as known mistakes then do.
    data = draw_grid(rng, 1, 5, alone=1.0) + 1e-7 * draw_grid(rng, 10, 5), np.full(10, 2)
    for batch_size in (4, 3):
        batches = [list(range(at, min(at + batch_size, 10))) for at in range(0, 10, batch_size)]
        start, end = run_twice(student, rng, data, [5, 3, 4], 1, batch_size, lr=2.0)
        right, dropped, whole = (
            oracle.descend(start, *data, parts, 2.0) for parts in (batches, batches[:-1], [list(range(10))])
        )
        assert_moves(start, end, right, {"merged": dropped, "whole": whole})


def descend(layer, data, order, batch_size, lr):
    """One layer after an epoch in this order: softmax regression by hand."""
    (W, b), (X, labels) = layer, data
    for at in range(0, len(order), batch_size):
        rows = list(order[at : at + batch_size])
        p = np.exp(X[rows] @ W + b)
        delta = (p / p.sum(axis=1, keepdims=True) - np.eye(len(b))[labels[rows]]) / len(rows)
        W, b = W - lr * X[rows].T @ delta, b - lr * delta.sum(axis=0)
    return W, b


def list_orders(n, batch_size):
    """The permutations of 0 .. n - 1 that differ in their batches: within a batch the order does not matter."""
    orders = [order for order in np.ndindex(*n * [n]) if len(set(order)) == n]
    batches = [slice(at, at + batch_size) for at in range(0, n, batch_size)]
    return [order for order in orders if all(list(order[each]) == sorted(order[each]) for each in batches)]


def find_orders(start, end, data, epochs, batch_size, lr):
    """The orders, one for each epoch, that lead from the start to the end; fails where none do."""
    ways, turns = [((), start)], list_orders(len(data[0]), batch_size)
    for _ in range(epochs):
        ways = [((*way, turn), descend(at, data, turn, batch_size, lr)) for way, at in ways for turn in turns]
    way, (W, b) = min(ways, key=lambda found: np.abs(found[1][0] - end[0]).max() + np.abs(found[1][1] - end[1]).max())
    if not is_near((W, b), end):
        expected = "parameters that a pass over all samples, in some order, leads to"
        require(False, expected, "others", explain_visits(start, end, data, batch_size, lr, epochs))
    return way


def is_near(layer, end):
    """Whether these are the same parameters, however they were rounded on the way."""
    return all(np.allclose(ours, theirs, rtol=1e-4, atol=1e-4) for ours, theirs in zip(layer, end, strict=True))


def explain_visits(start, end, data, batch_size, lr, epochs):
    """What kind of pass leads from the start to the end, if it is none in which every sample has its turn."""
    X, labels = data
    n = len(X)
    if epochs > 1 and any(
        is_near(descend(start, data, turn, batch_size, lr), end) for turn in list_orders(n, batch_size)
    ):
        return "one epoch from the start leads there: the others do not go on from where the one before ended"
    if any(is_near(descend(start, data, rows, batch_size, lr), end) for rows in np.ndindex(*n * [n])):
        return "some samples come twice in an epoch, and others not at all"
    others = list(itertools.permutations(range(n)))
    for order in list_orders(n, batch_size):
        if any(
            is_near(descend(start, (X[list(order)], labels[list(o)]), range(n), batch_size, lr), end) for o in others
        ):
            return "X and labels are shuffled apart: the samples lose their labels"
    return ""


@task("fit", points=2)
def test_fit_visits(student, rng):
    """each epoch visits every sample once, with its own label, in batches of batch_size"""
    for n, batch_size in ((5, 2), (4, 1), (4, 3)):
        data = draw_samples(rng, n, [4, 3])
        (start,), (end,) = run_twice(student, rng, data, [4, 3], 1, batch_size, lr=1.0)
        find_orders(start, end, data, 1, batch_size, 1.0)


@task("fit", points=2)
def test_fit_order(student, rng):
    """the samples come in a random order, in another one in each epoch"""
    data, ways = draw_samples(rng, 4, [4, 3]), []
    for _ in range(15):  # that the same two share a batch in both epochs of all of them: once in 14 million
        (start,), (end,) = run_twice(student, rng, data, [4, 3], 2, 2, lr=1.0)
        ways.append(find_orders(start, end, data, 2, 2, 1.0))
    epochs = [set(turns) for turns in zip(*ways, strict=True)]
    likely = "nothing shuffles the samples, or only those within a batch" if epochs == 2 * [{(0, 1, 2, 3)}] else ""
    random = all(len(turns) > 1 for turns in epochs)
    require(random, "a random order in each epoch", "an epoch with the same batches in every run", likely)
    anew = any(first != second for first, second in ways)
    likely = "the samples are shuffled once, before the first epoch"
    require(anew, "a new order for each epoch", "the same order in all epochs", likely)
    mixed = any(set(first[:2]) not in ({*second[:2]}, {*second[2:]}) for first, second in ways)
    likely = "the batches change places, and the samples in them stay together: all samples are to be shuffled"
    require(mixed, "new batches in each epoch", "the same samples in one batch, in all epochs", likely)


@task("fit", points=1)
def test_fit_edges(student, oracle, rng):
    """0 epochs give the start; one sample, feature or unit, no hidden layer or two of them are no exceptions"""
    for sizes, n in (([5, 4, 3], 6), ([1, 2], 1)):
        seed = int(rng.integers(2**32))
        for W, b in train(student, draw_samples(rng, n, sizes), sizes, 0, 4, 1.0, seed):
            likely = "there is an epoch where none was asked for" if b.any() else ""
            require(W.all() and not b.any(), "a start: random weights and biases of 0", "other parameters", likely)
    for sizes, n in (([1, 4, 3], 5), ([3, 1, 2], 5), ([4, 3], 1), ([3, 4, 5, 3], 6), ([3, 3, 3], 3)):
        assert_far(student, oracle, rng, n, sizes)


@task("fit", points=1)
def test_fit_bytes(student, oracle, rng):
    """X and labels may be integers of any type (images are uint8)"""
    for kind, low, high in ((np.uint8, 0, 16), (np.int8, -8, 8)):
        X = rng.permuted([np.linspace(low, high, 9)] * 4, axis=1).T.astype(kind)
        labels = rng.permutation(np.arange(9) % 3)
        start, end = run_twice(student, rng, (X, labels.astype(kind)), [4, 3], 2, 9, lr=0.05)
        assert_moves(start, end, oracle.descend(start, X, labels, 2 * [list(range(9))], 0.05))


@task("fit", points=1)
def test_fit_start(student, rng):
    """starts like init_params, and draws all that is random from rng"""
    data, seed, sizes = draw_samples(rng, 6, [50, 40, 3]), int(rng.integers(2**32)), [50, 40, 3]
    start, first, again, other = (
        train(student, data, sizes, 2, 4, lr, number) for lr, number in ((0, seed), (1, seed), (1, seed), (1, seed + 1))
    )
    (W, b), _ = start
    fine = 0.85 < np.std(W) * np.sqrt(50) < 1.15 and not b.any()
    got = say("a spread of {spread:.3g}", spread=np.std(W))
    require(fine, "a start of spread sqrt(1 / fan_in) and zero biases", got)
    same = np.allclose(first[0][0], again[0][0])
    require(same, "the same network from a generator in the same state", "another network")
    require(not np.allclose(first[0][0], other[0][0]), "another network from another generator", "the same network")


@task("fit", points=1)
def test_fit_unchanged(student, oracle, rng):
    """fit leaves X and labels as they are, which may be read-only or lie otherwise in memory"""
    X, labels = draw_samples(rng, 9, [4, 3])
    generator = np.random.default_rng(int(rng.integers(2**32)))
    answer = assert_unchanged(student.fit, X, labels, [4, 5, 3], 2, 4, 0.5, generator)
    take_layers(answer, "W, b", [4, 5, 3])
    for layout in ("read-only", "columns", "strided", "reversed"):
        assert_far(student, oracle, rng, 9, [4, 3], lambda part, layout=layout: laid_out(part, layout))


def split_digits(oracle, rng):
    """300 digits to learn from, and the 1497 others, the pixels of all of them in one new order.

    To a network that draws its weights this makes no difference; weights that were trained beforehand are of no use.
    """
    images, labels = oracle.digits(rng.permutation(1797))
    X = images[:, rng.permutation(64)] / 16
    return (X[:300], labels[:300]), (X[300:], labels[300:])


def score(layers, data):
    """The part of the images that a network with one hidden layer recognises."""
    (W1, b1), (W2, b2) = layers
    X, labels = data
    return np.mean((np.tanh(X @ W1 + b1) @ W2 + b2).argmax(axis=1) == labels)


def reach(student, rng, known, unseen):
    """The part of the unseen images that is recognised. A right network that misses, by bad luck, tries again."""
    reached = 0.0
    for _ in range(2):
        seed = int(rng.integers(2**32))
        reached = max(reached, score(train(student, known, SIZES, EPOCHS, BATCH, LR, seed), unseen))
        if reached >= RECOGNISED:
            break
    return reached


@task("fit", points=3)
def test_fit_digits(student, oracle, rng):
    """a network trained on 300 digits, 10 at a time, recognises most of those it has never seen"""
    reached = reach(student, rng, *split_digits(oracle, rng))
    expected = say("at least {share:.0%} of unseen digits recognised", share=RECOGNISED)
    require(reached >= RECOGNISED, expected, f"{reached:.1%}")


@task("fit", points=3)
def test_fit_control(student, oracle, rng):
    """learns from the labels it is given and from nothing else: renamed classes are learned, shuffled labels are not"""
    (X, labels), (X_new, labels_new) = split_digits(oracle, rng)
    names = rng.permutation(10)
    reached = reach(student, rng, (X, names[labels]), (X_new, names[labels_new]))
    expected = say("at least {share:.0%} where the classes are renamed", share=RECOGNISED)
    require(reached >= RECOGNISED, expected, f"{reached:.1%}")
    shuffled = train(student, (X, rng.permutation(labels)), SIZES, EPOCHS, BATCH, LR, int(rng.integers(2**32)))
    reached = score(shuffled, (X_new, labels_new))
    require(reached <= CHANCE, "about one in ten after training on shuffled labels", f"{reached:.1%}")
