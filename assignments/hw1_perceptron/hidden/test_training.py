"""Hidden checks of hw1's training. Whole-number rows and a rate that is a power of two keep every sum exact."""

import numpy as np

from grader.checks import agrees, assert_close, assert_equal, assert_unchanged, require_parts, task

ROWS = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
CUBE = np.indices((2, 2, 2)).reshape(3, 8).T.astype(float)
XOR = [0, 1, 1, 0]


def dividing_bias(rng, sums):
    """Half way between whole numbers: it takes some of each column's whole sums above 0 and some below."""
    return 0.5 - rng.integers(sums.min(axis=0) + 1, sums.max(axis=0) + 1)


def separable(rng):
    """Whole-number rows, and labels that some line tells apart."""
    X = 3 * rng.permutation(CUBE) - 1
    sums = X @ (rng.choice([-1, 1], size=3) * rng.integers(1, 4, size=3))
    return X, (sums + dividing_bias(rng, sums) > 0).astype(int)


def train_wrongly(X, y, lr, epochs, *, fires=0, sign=1, bias_lr=None, batch=False, order=1, step=True, late=False):
    """w, b and errors by the rule with one thing changed."""
    w, b, errors = np.zeros(X.shape[1]), 0.0, []
    while len(errors) < epochs and 0 not in errors:
        old, mistakes = (w, b), 0
        for x, truth in list(zip(X, y, strict=True))[::order]:
            w_seen, b_seen = old if batch else (w, b)
            total = x @ w_seen + b_seen
            error = int(truth) - (int(total > -fires) if step else total)
            w, b = w + sign * lr * error * x, b + sign * (lr if bias_lr is None else bias_lr) * error
            mistakes += error != 0
        errors.append(np.count_nonzero((X @ w + b > 0) != y) if late else mistakes)
    return w, b, errors


CHANGES = {
    "the bias is never updated: it learns as the weights do, with an input of 1": {"bias_lr": 0.0},
    "the error is y minus the sum: it is y minus the step of the sum": {"step": False},
    "the sign of the correction is turned round: each mistake leads further away": {"sign": -1},
    "the rows are visited from the last to the first": {"order": -1},
    "all rows of an epoch are judged with the same weights: each mistake should count at once": {"batch": True},
    "a sum of exactly 0 is predicted as 1": {"fires": 1e-9},
    "the bias is not multiplied by lr": {"bias_lr": 1.0},
    "the mistakes are counted when the epoch is over: count each when its row is visited": {"late": True},
}


def train_mistakes(part, answer, arguments):
    """That part of (w, b, errors) which a change leads to, for each change that leads to all three of the answer."""
    wrong = {text: train_wrongly(*arguments, **change) for text, change in CHANGES.items()}
    return {text: values[part] for text, values in wrong.items() if agrees(answer, values)}


def count_mistakes(answer, right, arguments):
    """What well-known mistakes make of the list of errors."""
    X, y, lr, epochs = arguments
    length, finished = answer[2].size, right[-1] == 0
    wrong = train_mistakes(2, answer, arguments)
    wrong["the count is not set back to 0 when an epoch begins"] = right.cumsum()
    if finished:
        wrong["the 0 of the last epoch is missing"] = right[:-1]
    if 0 < length < epochs and not finished:
        wrong["training ends before max_epochs, although no epoch was without a mistake"] = right[:length]
    if length == epochs + 1:
        wrong["one epoch too many: training ends at max_epochs"] = train_wrongly(X, y, lr, length)[2]
    if length > epochs + 1:
        wrong["max_epochs does not end the training"] = train_wrongly(X, y, lr, length)[2]
    return wrong


def assert_weights(answer, right, arguments):
    """w and b must agree; what errors holds is for other checks."""
    parts = require_parts(answer, "w, b, errors")
    assert_close(parts[0], right[0], lambda: train_mistakes(0, parts, arguments), part="w")
    assert_close(parts[1], right[1], lambda: train_mistakes(1, parts, arguments), part="b")


def assert_errors(answer, right, arguments):
    """errors must agree exactly; w and b are for other checks."""
    parts, counts = require_parts(answer, "w, b, errors"), np.asarray(right[2])
    assert_equal(parts[2], counts, lambda: count_mistakes(parts, counts, arguments), part="errors")


@task("train_perceptron", points=3)
def test_train_weights(student, oracle, rng):
    """the rule ends at the right w and b where a line separates the classes"""
    for _ in range(3):
        X, y = separable(rng)
        arguments = X, y, 1.0, 300
        assert_weights(student.train_perceptron(*arguments), oracle.train_perceptron(*arguments), arguments)


@task("train_perceptron", points=3)
def test_train_errors(student, oracle, rng):
    """errors holds the mistakes of each epoch, counted before the update, and ends with the first 0"""
    for _ in range(3):
        X, y = separable(rng)
        arguments = X, y, 0.5, 300
        assert_errors(student.train_perceptron(*arguments), oracle.train_perceptron(*arguments), arguments)
    arguments = X, np.zeros(len(X), dtype=int), 0.5, 300  # the first epoch has no mistake, and is the last
    assert_errors(student.train_perceptron(*arguments), oracle.train_perceptron(*arguments), arguments)


@task("train_perceptron", points=3)
def test_train_max_epochs(student, oracle, rng):
    """training stops after max_epochs where no line separates the classes (XOR)"""
    for epochs in (int(rng.integers(7, 11)), int(rng.integers(30, 50))):
        arguments = ROWS, np.array(XOR), 2.0, epochs
        assert_errors(student.train_perceptron(*arguments), oracle.train_perceptron(*arguments), arguments)


def unfinished(rng):
    """Rows, labels, and w, b, errors after each of 4 to 6 epochs: w, b always others, and an early epoch the best."""
    while True:
        X, y = rng.integers(-3, 4, size=(6, 3)).astype(float), rng.permutation([0, 1] * 3)
        epochs = [train_wrongly(X, y, 1.0, number) for number in range(1, int(rng.integers(5, 8)))]
        counts = epochs[-1][2]
        different = len({(*w, b) for w, b, _ in epochs}) == len(epochs)
        if different and counts.count(min(counts)) == 1 and 0 < min(counts) < min(counts[-2:]):
            return X, y, epochs


@task("train_perceptron", points=2)
def test_train_unfinished(student, oracle, rng):
    """where max_epochs ends the training, w and b are those after the last epoch"""
    for _ in range(2):
        X, y, epochs = unfinished(rng)
        arguments, best = (X, y, 1.0, len(epochs)), epochs[np.argmin(epochs[-1][2])]
        wrong = {
            "these are w and b after the epoch with the fewest mistakes, not after the last": best[:2],
            "these are w and b as they were before the last epoch": epochs[-2][:2],
            "these are the w and b of the beginning, not those of the last epoch": (np.zeros(3), 0.0),
        }
        parts = require_parts(student.train_perceptron(*arguments), "w, b, errors")
        right = oracle.train_perceptron(*arguments)
        mistakes = {text: values for text, values in wrong.items() if agrees(parts[:2], values)}
        for place, name in enumerate(["w", "b"]):
            same = {text: values[place] for text, values in mistakes.items()}
            assert_close(parts[place], right[place], train_mistakes(place, parts, arguments) | same, part=name)


@task("train_perceptron", points=2)
def test_train_order(student, oracle, rng):
    """rows are visited in order, and each mistake changes w and b before the next row"""
    for _ in range(3):
        X, y = separable(rng)
        arguments = X, y, 1.0, 1
        assert_weights(student.train_perceptron(*arguments), oracle.train_perceptron(*arguments), arguments)


@task("train_perceptron", points=2)
def test_train_lr(student, oracle, rng):
    """every update is multiplied by lr"""
    X, y = separable(rng)
    for lr in (0.25, 8.0):
        arguments = X, y, lr, 300
        assert_weights(student.train_perceptron(*arguments), oracle.train_perceptron(*arguments), arguments)


@task("train_perceptron", points=1)
def test_train_integers(student, oracle, rng):
    """rows of whole numbers are fine, and the weights may still be fractions"""
    X, y = separable(rng)
    arguments = X.astype(int), y, 0.25, 300
    assert_weights(student.train_perceptron(*arguments), oracle.train_perceptron(*arguments), arguments)


@task("train_perceptron", points=1)
def test_train_unchanged(student, oracle, rng):
    """train_perceptron leaves X and y unchanged"""
    X, y = separable(rng)
    arguments = X, y, 0.5, 300
    answer = assert_unchanged(student.train_perceptron, *arguments)
    assert_weights(answer, oracle.train_perceptron(*arguments), arguments)
