"""Hidden checks of hw1's training. Whole-number rows and a rate that is a power of two keep every sum exact."""

import numpy as np

from grader.checks import agrees, assert_close, assert_equal, assert_unchanged, laid_out, require_parts, task

ROWS = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
XOR = [0, 1, 1, 0]
SMALL = "as int64 these numbers give the right answer: as uint8 or int8 they wrap round, so turn them into floats"


# Rows of three numbers and their label. A line separates the labels of each table. Each well-known mistake ends at
# another w and b, but for one: where a sum of exactly 0 fires, other mistakes are counted and w and b end up the same.
TABLES = [
    [[2, -1, 0, 1], [3, -3, -1, 0], [3, 0, 2, 1], [0, -1, -3, 0], [-1, -3, -2, 1], [-3, 0, 2, 1]],
    [[-3, -3, 3, 1], [-2, 3, 2, 1], [1, 2, 1, 0], [-2, -1, 0, 1], [-2, -3, -2, 0], [-2, 2, -2, 1]],
    [[2, -2, 1, 0], [3, -1, 2, 0], [3, 0, -1, 1], [-1, 0, 2, 1], [-2, -1, -3, 1], [-3, 1, -2, 1]],
    [[-1, -1, 0, 1], [-3, 0, -1, 1], [-2, 2, 1, 0], [-1, 2, -2, 0], [2, -3, -2, 0], [-3, -2, -3, 1]],
]
# No line separates these. An early epoch has the fewest mistakes, and w and b are others after each of five epochs.
UNFINISHED = [
    [[-3, -3, -1, 1], [0, -3, 3, 0], [2, 0, 2, 1], [2, -3, 3, 0], [-3, 2, 2, 1], [2, -3, 2, 0]],
    [[0, -2, 3, 0], [3, -2, -1, 1], [-2, -2, -3, 0], [-1, 2, -2, 0], [3, 2, -2, 1], [-3, -2, -1, 1]],
]


def disguise(rng, X):
    """The rows in their order, the columns in another and some mirrored: w is so, too; b and errors stay the same."""
    return (X * rng.choice([-1.0, 1.0], size=X.shape[1]))[:, rng.permutation(X.shape[1])]


def draw_tables(rng, tables):
    """X and y of each table, disguised."""
    for table in np.array(tables)[rng.permutation(len(tables))]:
        yield disguise(rng, table[:, :-1]), table[:, -1]


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
    "a very small positive sum is predicted as 0": {"fires": -1e-9},
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


@task("train_perceptron", points=2)
def test_train_weights(student, oracle, rng):
    """the rule ends at the right w and b where a line separates the classes"""
    for X, y in draw_tables(rng, TABLES):
        arguments = X, y, 1.0, 300
        assert_weights(student.train_perceptron(*arguments), oracle.train_perceptron(*arguments), arguments)


@task("train_perceptron", points=2)
def test_train_errors(student, oracle, rng):
    """errors holds the mistakes of each epoch, counted before the update, and ends with the first 0"""
    for X, y in draw_tables(rng, TABLES):
        arguments = X, y, 0.5, 300
        assert_errors(student.train_perceptron(*arguments), oracle.train_perceptron(*arguments), arguments)


@task("train_perceptron", points=2)
def test_train_max_epochs(student, oracle, rng):
    """training stops after max_epochs where no line separates the classes (XOR)"""
    for epochs in (int(rng.integers(7, 11)), int(rng.integers(1100, 1300))):
        arguments = ROWS, np.array(XOR), 2.0, epochs
        assert_errors(student.train_perceptron(*arguments), oracle.train_perceptron(*arguments), arguments)


@task("train_perceptron", points=1)
def test_train_few(student, oracle, rng):
    """one row, one column, equal rows, equal labels, and max_epochs = 0 are nothing special"""
    X = disguise(rng, np.array([[-3, 2], [1, 4], [2, -1]]))
    column = disguise(rng, np.array([[-3], [1], [2]]))
    again = disguise(rng, np.array([[1, 4], [2, 5], [1, 4]]))  # the same row twice, wrong both times
    for rows, y in (
        (again, [1, 0, 1]),
        (X[:1], [1]),
        (X[:1], [0]),
        (column[:1], [1]),
        (column, [0, 1, 1]),
        (X, [1, 1, 1]),
        (X, [0, 0, 0]),
    ):
        for epochs in (20, 0):
            arguments = rows, np.array(y), 1.0, epochs
            answer, right = student.train_perceptron(*arguments), oracle.train_perceptron(*arguments)
            assert_errors(answer, right, arguments)
            assert_weights(answer, right, arguments)


@task("train_perceptron", points=1)
def test_train_strict(student, oracle, rng):
    """a sum of exactly 0 is predicted as 0, and a very small positive one as 1"""
    X = disguise(rng, np.array([[1, 0], [0, 1], [2.0**-40, 0]]))  # after two rows w = (1, -1) and b = 0
    arguments = X, np.array([1, 0, 0]), 1.0, 1
    answer, right = student.train_perceptron(*arguments), oracle.train_perceptron(*arguments)
    assert_weights(answer, right, arguments)


@task("train_perceptron", points=2)
def test_train_unfinished(student, oracle, rng):
    """where max_epochs ends the training, w and b are those after the last epoch"""
    for X, y in draw_tables(rng, UNFINISHED):
        arguments, epochs = (X, y, 1.0, 5), [train_wrongly(X, y, 1.0, number) for number in range(1, 6)]
        best = epochs[np.argmin(epochs[-1][2])]
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
    for X, y in draw_tables(rng, TABLES):
        arguments = X, y, 1.0, 1
        assert_weights(student.train_perceptron(*arguments), oracle.train_perceptron(*arguments), arguments)


@task("train_perceptron", points=1)
def test_train_lr(student, oracle, rng):
    """every update is multiplied by lr"""
    X, y = next(draw_tables(rng, TABLES))
    for lr in (0.25, 64.0, 2.0**-12):
        arguments = X, y, lr, 300
        assert_weights(student.train_perceptron(*arguments), oracle.train_perceptron(*arguments), arguments)


@task("train_perceptron", points=1)
def test_train_layout(student, oracle, rng):
    """takes an X and a y that are views of other arrays"""
    for layout, (X, y) in zip(("columns", "strided", "reversed"), draw_tables(rng, TABLES[:3]), strict=True):
        answer = student.train_perceptron(laid_out(X, layout), laid_out(y, layout), 1.0, 300)
        assert_weights(answer, oracle.train_perceptron(X, y, 1.0, 300), (X, y, 1.0, 300))


@task("train_perceptron", points=1)
def test_train_integers(student, oracle, rng):
    """rows of whole numbers are fine, and the weights may still be fractions; labels may be floats"""
    X, y = next(draw_tables(rng, TABLES))
    for arguments in ((X.astype(int), y, 0.25, 300), (X, y.astype(float), 1, 300)):
        assert_weights(student.train_perceptron(*arguments), oracle.train_perceptron(*arguments), arguments)


@task("train_perceptron", points=1)
def test_train_small_integers(student, oracle, rng):
    """rows and labels may be of the types uint8 and int8"""
    rows = {
        np.uint8: [[200, 0], [0, 250], [130, 140], [255, 1]],
        np.int8: [[-128, 1], [127, 2], [100, -100], [3, -128]],
    }
    for dtype, lr in ((np.uint8, 1.0), (np.int8, 1), (np.uint8, 0.25)):
        X, y = np.array(rows[dtype], dtype)[:, rng.permutation(2)], np.array([0, 1, 1, 0], dtype)
        plain = require_parts(student.train_perceptron(X.astype(int), y.astype(int), lr, 4), "w, b, errors")
        right = oracle.train_perceptron(X, y, lr, 4)
        w, b, _ = require_parts(student.train_perceptron(X, y, lr, 4), "w, b, errors")
        fine = agrees(plain[:2], right[:2])
        assert_close(w, right[0], {SMALL: w} if fine else {}, part="w")
        assert_close(b, right[1], {SMALL: b} if fine else {}, part="b")


@task("train_perceptron", points=1)
def test_train_unchanged(student, oracle, rng):
    """train_perceptron leaves X and y, which may be read-only, unchanged"""
    X, y = next(draw_tables(rng, TABLES))
    right = oracle.train_perceptron(X, y, 1.0, 300)
    for args in ((X, y), laid_out((X, y), "read-only")):
        answer = assert_unchanged(student.train_perceptron, *args, 1.0, 300)
        assert_weights(answer, right, (X, y, 1.0, 300))
