"""Public checks of hw1: the ones you can run at home."""

import numpy as np

from grader.checks import (
    agrees,
    assert_close,
    assert_equal,
    join,
    require,
    require_parts,
    say,
    show_boundary,
    show_curves,
    task,
)

ROWS = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
AND, XOR, XNOR = [0, 0, 0, 1], [0, 1, 1, 0], [1, 0, 0, 1]


def mistake_step(a):
    """What two well-known mistakes make of step(a)."""
    return {"step(0) is 1 here: the rule is strict": a >= 0, "below 0 this is -1: it is the sign": np.sign(a)}


@task("step", points=2)
def test_step_sign(student, oracle, rng):
    """step is 1 above zero and 0 below"""
    a = rng.permutation([1, -1, 1, -1, 1]) * rng.uniform(0.05, 3, size=5)
    assert_equal(student.step(a), oracle.step(a), mistake_step(a))


@task("step", points=1)
def test_step_zero(student):
    """step(0) is 0: the rule is strict"""
    a = np.array([-1.5, 0.0, 2.5])
    assert_equal(student.step(a), np.array([0, 0, 1]), mistake_step(a))


@task("perceptron", points=2)
def test_perceptron_and(student):
    """with the notes' AND weights one sample after another gives 0, 0, 0, 1"""
    w, b = np.array([0.5, 0.5]), -0.7
    for x, y in zip(ROWS, AND, strict=True):
        assert_equal(student.perceptron(x, w, b), y)


@task("perceptron", points=1)
def test_perceptron_batch(student, oracle, rng):
    """a batch X (N, D) gives N values, one for each row"""
    X, w, b = samples(rng, 5, 3, bias=0.1)
    assert_equal(student.perceptron(X, w, b), oracle.perceptron(X, w, b))


@task("perceptron", points=1)
def test_perceptron_pixels(student):
    """whole numbers may be of any type: pixels of the type uint8, whose sums are above 255"""
    X, w, b = np.array([[200, 100], [100, 100], [0, 255]], np.uint8), np.array([1, 1], np.uint8), -254.5
    sentence = "in the type uint8 the sum 200 + 100 wraps round to 44: turn x and w into floats before you add"
    assert_equal(student.perceptron(X, w, b), np.array([1, 0, 1]), {sentence: (X @ w + b) > 0})


def samples(rng, n, d, bias):
    """Rows whose sums x @ w + bias have both signs and keep 0.3 away from 0."""
    sums = rng.permutation((-1.0) ** np.arange(n)) * rng.uniform(0.3, 2, size=n)
    w = rng.choice([-1, 1], size=d) * rng.uniform(0.5, 2, size=d)
    X = rng.uniform(-2, 2, size=(n, d))
    return X + np.outer(sums - bias - X @ w, w) / (w @ w), w, bias


@task("gate_weights", points=3)
def test_gate_and(student):
    """one perceptron with the weights for AND has AND's truth table"""
    require_gate(student.gate_weights("AND"), ROWS, AND)


@task("gate_weights", points=2)
def test_gate_not(student):
    """one perceptron with the weight for NOT turns 0 into 1 and 1 into 0"""
    require_gate(student.gate_weights("NOT"), np.array([[0.0], [1.0]]), [1, 0])


def require_gate(answer, rows, truth):
    """Judge weights by what they do on the rows of a truth table, never by their values."""
    w, b = require_parts(answer, "w, b")
    d = rows.shape[1]
    expected = say("w of shape ({d},) and a number b", d=d)
    require((w.size, b.size) == (d, 1), expected, f"w {w.shape}, b {b.shape}")
    if d == 2:
        show_boundary("where your perceptron says 1", lambda x: x @ w.ravel() + b.item() > 0, truth)
    require_table(rows @ w.ravel() + b.item(), truth)


def require_table(sums, truth):
    """The steps of the last sums must be the output column of the truth table."""
    wrong = np.flatnonzero((sums > 0) != truth)
    which = join(", ", (say("{sum:.3g} in row {row}", sum=sums[n], row=n + 1) for n in wrong))
    expected = say("outputs {outputs}", outputs=truth)
    got = say("outputs {outputs}", outputs=(sums > 0).astype(int).tolist())
    likely = say("the sum before the last step is {which}: on the wrong side of 0", which=which)
    require(wrong.size == 0, expected, got, likely)


@task("xor", points=2)
def test_xor_table(student):
    """xor of two numbers has XOR's truth table: 0, 1, 1, 0"""
    for (x1, x2), y in zip(ROWS.astype(int).tolist(), XOR, strict=True):
        assert_equal(student.xor(x1, x2), y)


@task("xor", points=2)
def test_xnor_table(student):
    """xnor of two numbers has XNOR's truth table: 1, 0, 0, 1"""
    for (x1, x2), y in zip(ROWS.astype(int).tolist(), XNOR, strict=True):
        assert_equal(student.xnor(x1, x2), y)


@task("xor_network", points=3)
def test_xor_network(student):
    """a two-layer perceptron with your weights has XOR's truth table"""
    W1, b1, W2, b2 = require_network(student.xor_network())

    def add_up(x):
        return (x @ W1 + b1 > 0) @ W2 + b2

    show_boundary("where your network says 1", lambda x: add_up(x) > 0, XOR)
    require_table(add_up(ROWS), XOR)


def require_network(answer):
    """Weights whose shapes fit together: W1 (2, H), b1 (H,), W2 (H,), b2 a number."""
    W1, *others = require_parts(answer, "W1, b1, W2, b2")
    require(W1.ndim == 2 and len(W1) == 2, "W1 of shape (2, H): a row for each input", f"W1 {W1.shape}")
    h = W1.shape[1]
    expected = say("b1 and W2 of shape ({h},) and a number b2, because W1 has {h} columns", h=h)
    b1, W2, b2 = others
    got = f"b1 {b1.shape}, W2 {W2.shape}, b2 {b2.shape}"
    require((b1.size, W2.size, b2.size) == (h, h, 1), expected, got)
    return W1, b1.ravel(), W2.ravel(), b2.item()


@task("two_layer_perceptron", points=3)
def test_two_layer_table(student, oracle):
    """OR and NAND feeding AND give XOR's truth table"""
    # OR and NAND of such unequal size that each of the mistakes gives another table
    W1, b1, W2, b2 = np.array([[1.5, -1.0], [1.5, -1.0]]), np.array([-0.75, 1.5]), np.ones(2), -1.5
    y = student.two_layer_perceptron(ROWS, W1, b1, W2, b2)
    sums, steps = ROWS @ W1, ROWS @ W1 + b1 > 0
    mistakes = {
        "the sums of the hidden layer go on without a step: the hidden layer has no step": (sums + b1) @ W2 + b2 > 0,
        "b1 is left out: the hidden units have a bias b1": (sums > 0) @ W2 + b2 > 0,
        "b1 is added after the step of the hidden layer: it belongs before": ((sums > 0) + b1) @ W2 + b2 > 0,
        "b2 is left out: the last unit has a bias b2": steps @ W2 > 0,
        "sums come out: the last layer has no step": steps @ W2 + b2,
    }
    assert_equal(y, oracle.two_layer_perceptron(ROWS, W1, b1, W2, b2), mistakes)


def learn_and(*, bias=1.0, sign=1.0, fires=0.0, step=True, batch=False, late=False):
    """w, b and the mistakes of each epoch while AND is learned by the rule with something changed."""
    w, b, errors = np.zeros(2), 0.0, [1]
    for _ in range(20):
        if not errors[-1]:
            break
        used, wrong = (w, b), 0.0
        for x, y in zip(ROWS, AND, strict=True):
            s = x @ used[0] + used[1] if batch else x @ w + b
            delta = y - ((s > fires) if step else s)
            w, b, wrong = w + sign * delta * x, b + sign * bias * delta, wrong + (delta != 0)
        errors.append(np.count_nonzero((ROWS @ w + b > 0) != AND) if late else wrong)
    return w, b, errors[1:]


def mistake_training(part, answer):
    """What w, b or errors (`part` 0, 1, 2) are after those well-known mistakes that lead to all three of the answer."""
    changes = {
        "the bias is never updated": {"bias": 0.0},
        "the correction is turned round: it leads further away": {"sign": -1.0},
        "the correction is y minus the sum, not y minus the step": {"step": False},
        "a sum of exactly 0 is predicted as 1": {"fires": -1e-9},
        "all rows of an epoch are predicted with the same weights": {"batch": True},
        "the mistakes are counted when the epoch is over: count each when its row is visited": {"late": True},
    }
    wrong = {text: learn_and(**change) for text, change in changes.items()}
    return {text: values[part] for text, values in wrong.items() if agrees(answer, values)}


@task("train_perceptron", points=2)
def test_train_and_weights(student, oracle):
    """the rule learns AND: the handout's final w and b"""
    answer = require_parts(student.train_perceptron(ROWS, np.array(AND), 1.0, 20), "w, b, errors")
    w_right, b_right, _ = oracle.train_perceptron(ROWS, np.array(AND), 1.0, 20)
    assert_close(answer[0], w_right, lambda: mistake_training(0, answer), part="w")
    assert_close(answer[1], b_right, lambda: mistake_training(1, answer), part="b")


@task("train_perceptron", points=1)
def test_train_and_errors(student):
    """errors counts the mistakes of each epoch while AND is learned: 1, 3, 3, 2, 1, 0"""
    w, b, errors = require_parts(student.train_perceptron(ROWS, np.array(AND), 1.0, 20), "w, b, errors")
    show_curves("mistakes in each epoch", errors, [1, 3, 3, 2, 1, 0])
    if (w.size, b.size) == (2, 1):
        show_boundary("where the trained perceptron says 1", lambda x: x @ w.ravel() + b.item() > 0, AND)
    assert_equal(errors, np.array([1, 3, 3, 2, 1, 0]), lambda: mistake_training(2, (w, b, errors)), part="errors")
