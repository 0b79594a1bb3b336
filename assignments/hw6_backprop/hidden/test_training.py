"""Hidden checks of hw6: what the gradients are for."""

import numpy as np

from grader.checks import (
    agrees,
    are_pairs,
    as_vector,
    assert_close,
    assert_small,
    assert_unchanged,
    find_shape,
    laid_out,
    name_mistake,
    require,
    require_parts,
    say,
    shared,
    take,
    take_pairs,
    task,
)

DEEP = 34  # a network whose first norm is 6e-6: far below 1e-4, and far from the reference's rounding


def draw_params(rng, sizes):
    """Parameters of a network, with fractions of moderate size everywhere."""
    pairs = np.column_stack([sizes[:-1], sizes[1:]]).tolist()
    gains = [1.8] * (len(pairs) - 1) + [1.2]
    return [
        (draw_between(rng, 0.4 * gain / d**0.5, gain / d**0.5, (d, m)), draw_between(rng, 0.1, 0.6, m))
        for gain, (d, m) in zip(gains, pairs, strict=True)
    ]


def draw_between(rng, least, largest, shape):
    """Numbers of both signs between two sizes."""
    return rng.choice([-1.0, 1.0], size=shape) * rng.uniform(least, largest, size=shape)


def draw_network(rng, sizes, activation):
    """The arguments of gradient_norms: parameters, seven samples, unsorted labels of all classes, an activation."""
    labels = rng.permutation(np.arange(7) % sizes[-1])
    return draw_params(rng, sizes), draw_between(rng, 0.2, 1.5, (7, sizes[0])), labels, activation


def permute_units(rng, params):
    """The same map with the hidden units of each layer in another order: every norm stays what it is."""
    orders = [*(rng.permutation(len(b)) for _, b in params[:-1]), np.arange(len(params[-1][1]))]
    before = [np.arange(len(params[0][0])), *orders]
    return [(W[rows][:, order], b[order]) for (W, b), rows, order in zip(params, before, orders, strict=False)]


def list_norm_mistakes(oracle, network):
    """What other measures of the same gradients give."""
    _, grads = oracle.mlp_loss_and_grads(*network)
    norms = np.array([np.linalg.norm(dW) for dW, _ in grads])
    lengths = np.array([np.linalg.norm(db) for _, db in grads])
    return [
        ("these are the squares of the norms: the root is missing", norms**2),
        ("this is the order of the way back: the first layer comes first", norms[::-1]),
        ("db is counted in, but the norm is that of dW alone", np.hypot(norms, lengths)),
        ("these are the norms of db, not of dW", lengths),
        ("these are the norms of W, not of dW", [np.linalg.norm(W) for W, _ in network[0]]),
        (
            "this is the matrix norm of ord=2, not the root of the sum of all squares",
            [np.linalg.norm(d, 2) for d, _ in grads],
        ),
        ("these are the largest entries, not the norms", [np.abs(dW).max() for dW, _ in grads]),
        ("these are sums of absolute values, not roots of sums of squares", [np.abs(dW).sum() for dW, _ in grads]),
        ("these are roots of means, not of sums", norms / [dW.size**0.5 for dW, _ in grads]),
    ]


@task("gradient_norms", points=1)
def test_norms_order(student, oracle, rng):
    """one norm for each layer, that of its dW alone, first layer first"""
    for activation in rng.permutation(["relu", "sigmoid", "tanh"]).tolist():
        network = draw_network(rng, [3, 4, 6, 2], activation)
        norms = oracle.gradient_norms(*network)
        assert_close(student.gradient_norms(*network), norms, list_norm_mistakes(oracle, network))


@task("gradient_norms", points=1)
def test_norms_few(student, oracle, rng):
    """one sample, one layer, one hidden unit, and 0 where there is no gradient at all"""
    for sizes in ([3, 4, 6, 2], [3, 2], [3, 1, 2]):
        params, X, labels, _ = draw_network(rng, sizes, "tanh")
        for count in (1, 7):
            few = params, X[:count], labels[:count], "tanh"
            assert_close(student.gradient_norms(*few), oracle.gradient_norms(*few))
    nothing = [(W[:, :2], b[:2]) for W, b in draw_params(rng, [3, 2])], np.zeros((4, 3)), np.array([0, 1, 1, 0]), "relu"
    (norms,) = require_parts([student.gradient_norms(*nothing)], "norms")
    require(norms.shape == (1,) and abs(norms[0]) < 1e-8, "one norm, which is 0", f"{norms}")


@task("gradient_norms", points=2)
def test_norms_deep(student, oracle, rng):
    """eight sigmoid layers: the norms shrink towards the first layer, to less than 1e-4, and each is right"""
    params, *rest = draw_network(np.random.default_rng(DEEP), [3, 4, 4, 4, 4, 4, 4, 4, 2], "sigmoid")
    network = permute_units(rng, [(0.8 * W, b) for W, b in params]), *rest
    norms, right = student.gradient_norms(*network), oracle.gradient_norms(*network)
    assert_close(norms, right, lambda: list_norm_mistakes(oracle, network))
    assert_small(norms, right, np.arange(1, 9), rtol=1e-3)


@task("gradient_norms", points=1)
def test_norms_unchanged(student, oracle, rng):
    """gradient_norms: params, X and labels are the same after the call, and may be read-only"""
    network = draw_network(rng, [3, 4, 6, 2], "tanh")
    assert_close(assert_unchanged(student.gradient_norms, *network), oracle.gradient_norms(*network))
    network = draw_network(rng, [3, 4, 6, 2], "tanh")
    assert_close(student.gradient_norms(*laid_out(network, "read-only")), oracle.gradient_norms(*network))


# ---------------------------------------------------------------- train_xor


def read_answer(answer, layers):
    """The parameters, biases flat, and the losses."""
    params, losses = take(answer, "params, losses", params=are_pairs)
    return [(W, as_vector(b)) for W, b in take_pairs(params, "W, b", layers, "params")], losses


def assert_losses(oracle, losses, params, lr, steps):
    """Compare the losses; those of a known mistake have its name."""
    right = oracle.train_xor(params, lr, steps + 1)[1]
    assert_close(losses, right[:steps], lambda: list_loss_mistakes(oracle, losses, right, params, lr), part="losses")


def list_loss_mistakes(oracle, losses, right, params, lr):
    """What other trainings give; where it is none of them, the first loss that is wrong."""
    steps = len(right) - 1
    others = {
        "the losses grow: this path goes uphill": -lr,
        "every step is four times as long: gradients are summed over the points, not averaged": 4 * lr,
        "every step is a quarter as long: the 1/N is divided by twice": lr / 4,
        "the steps do not depend on lr": 1.0,
        "nothing is learnt: the loss stays the same": 0.0,
    }
    mistakes = [(text, oracle.train_xor(params, other, steps)[1]) for text, other in others.items()]
    mistakes.append(("each loss is taken after its update, not before", right[1:]))
    if find_shape(losses) != (steps,) or name_mistake(losses, mistakes):
        return mistakes
    if not agrees(losses[0], right[0]):
        return [("the first loss, that of the params handed in, is wrong already", losses)]
    if not agrees(losses[1], right[1]):
        return [("the first loss is right and the next is not: it is the first update that goes wrong", losses)]
    return []


def assert_params(params, right, start, earlier=None):
    """Compare the parameters, and say which of them have not moved, or are those of an earlier step."""
    parts = zip(params, right, start, earlier or start, strict=True)
    for number, (pair, wanted, first, before) in enumerate(parts, start=1):
        for letter, part, value, start_value, old in zip("Wb", pair, wanted, first, before, strict=True):
            name = f"{letter}{number}"
            still = say("{name} has not moved", name=name)
            stale = say("{name} is that of an earlier step: the last one counts, whatever the loss", name=name)
            assert_close(part, value, [(still, start_value), (stale, old)], part=name)


@task("train_xor", points=2)
def test_xor_losses(student, oracle, rng):
    """losses[i] is the loss before update i, for `steps` steps"""
    params, lr = draw_params(rng, [2, 5, 2]), rng.uniform(0.3, 0.6)
    _, losses = read_answer(student.train_xor(params, lr, 6), 2)
    assert_losses(oracle, losses, params, lr, 6)


@task("train_xor", points=2)
def test_xor_params(student, oracle, rng):
    """after one step and after six all parameters have moved together, against the gradient"""
    params, lr = draw_params(rng, [2, 3, 2]), rng.uniform(0.3, 0.6)
    for steps in (1, 6):
        trained, _ = read_answer(student.train_xor(params, lr, steps), 2)
        assert_params(trained, oracle.train_xor(params, lr, steps)[0], params)
    params, right = draw_steep(oracle, rng)
    trained, _ = read_answer(student.train_xor(params, 1.0, 1), 2)
    assert_params(trained, right, params)


def draw_steep(oracle, rng):
    """Parameters with large weights on top, for which an entry of the gradient is over 0.7, and the next ones."""
    while True:
        params = draw_params(rng, [2, 3, 2])
        params[1] = draw_between(rng, 2.5, 3.5, (3, 2)), params[1][1]
        moved = oracle.train_xor(params, 1.0, 1)[0]
        if np.abs(np.asarray(moved[0][0]) - params[0][0]).max() > 0.7:
            return params, moved


POINTS = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
CLASSES = np.array([0, 1, 1, 0])


def draw_overshoot(oracle, rng, lr):
    """Parameters from which the first step goes too far, though not so far that a point's class is hopeless."""
    while True:
        params = draw_params(rng, [2, 3, 2])
        moved, (before, after) = oracle.train_xor(params, lr, 1)[0], oracle.train_xor(params, lr, 2)[1]
        least = oracle.probabilities(moved, POINTS, "tanh")[np.arange(4), CLASSES].min()
        if after > 1.3 * before and least > 0.02:
            return params


@task("train_xor", points=1)
def test_xor_rises(student, oracle, rng):
    """all steps are made, and the last one counts: where the loss rises, where it is small, where it stands still"""
    params = draw_overshoot(oracle, rng, 4.0)
    trained, losses = read_answer(student.train_xor(params, 4.0, 2), 2)
    assert_losses(oracle, losses, params, 4.0, 2)
    once, twice = (oracle.train_xor(params, 4.0, steps)[0] for steps in (1, 2))
    assert_params(trained, twice, params, once)
    good, _ = oracle.train_xor(draw_good(rng), 2.0, 90)
    zeros = [(np.zeros((2, 3)), np.zeros(3)), (np.zeros((3, 2)), np.zeros(2))]
    for start, lr in ((good, 2.0), (zeros, 0.5)):
        trained, losses = read_answer(student.train_xor(start, lr, 5), 2)
        assert_losses(oracle, losses, start, lr, 5)
        assert_params(trained, oracle.train_xor(start, lr, 5)[0], start)
    (W, b), first = good[1], good[0]
    start = [first, (2 * np.asarray(W), 2 * np.asarray(b))]  # a loss of 2e-5 to 3e-5, and its gradients still count
    trained, _ = read_answer(student.train_xor(start, 50.0, 2), 2)
    assert_params(trained, oracle.train_xor(start, 50.0, 2)[0], start)


@task("train_xor", points=1)
def test_xor_zero(student, oracle, rng):
    """with steps = 0 there is no loss, and with lr = 0 always the same one: the params are those handed in"""
    params = draw_params(rng, [2, 3, 2])
    for lr, steps in ((0.5, 0), (0.0, 3)):
        trained, losses = read_answer(student.train_xor(params, lr, steps), 2)
        assert_close(losses, np.array(oracle.train_xor(params, lr, steps)[1], dtype=float), part="losses")
        assert_params(trained, params, params)


@task("train_xor", points=1)
def test_xor_tied(student, oracle, rng):
    """layers that share one W and one b at the start are moved each by its own gradient"""
    params = draw_params(rng, [2, 2])[0]
    pair = tuple(map(shared, params))
    trained, losses = read_answer(student.train_xor([pair, pair], 0.5, 3), 2)
    assert_losses(oracle, losses, [params, params], 0.5, 3)
    assert_params(trained, oracle.train_xor([params, params], 0.5, 3)[0], [params, params])


@task("train_xor", points=1)
def test_xor_deep(student, oracle, rng):
    """the network may have any number of layers, one hidden unit, or 20,002 parameters"""
    for sizes, lr in (([2, 4, 3, 2], 0.5), ([2, 2], 0.5), ([2, 1, 2], 0.5), ([2, 4000, 2], 0.0005)):
        params = [(W / 2, b / 2) for W, b in draw_params(rng, sizes)]  # no entry of a gradient comes near 0.5
        trained, losses = read_answer(student.train_xor(params, lr, 3), len(params))
        assert_losses(oracle, losses, params, lr, 3)
        assert_params(trained, oracle.train_xor(params, lr, 3)[0], params)


def draw_good(rng):
    """Parameters near ones from which XOR is learnt quickly."""
    W1, b1 = [[2.0, -2.0, 1.5, -1.5], [-2.0, 2.0, 1.5, -1.5]], [-0.5, -0.5, -1.0, 1.5]
    W2, b2 = [[-0.5, 0.5], [-0.5, 0.5], [0.5, -0.5], [0.5, -0.5]], [0.0, 0.0]
    pairs = ((W1, b1), (W2, b2))
    return [tuple(np.array(part) + rng.uniform(-0.2, 0.2, size=np.shape(part)) for part in pair) for pair in pairs]


@task("train_xor", points=1)
def test_xor_learns(student, oracle, rng):
    """from a good start, 100 steps with lr = 1 are enough: the loss falls, and all four points are right"""
    start = draw_good(rng)
    params, losses = read_answer(student.train_xor(start, 1.0, 100), 2)
    require(len(losses) == 100, "100 losses", f"{len(losses)}")
    right = oracle.train_xor(start, 1.0, 100)[1]
    require(abs(losses[0] - right[0]) < 1e-3, say("a first loss of {loss:.4f}", loss=right[0]), f"{losses[0]:.4f}")
    require(losses[-1] < 0.1, say("a last loss of about {loss:.4f}", loss=right[-1]), f"{losses[-1]:.4f}")
    pairs = [(np.array(W, dtype=float), np.array(b, dtype=float)) for W, b in params]
    likely = oracle.probabilities(pairs, POINTS, "tanh")
    classes = np.argmax(likely, axis=1)
    require(classes.tolist() == [0, 1, 1, 0], "the classes 0 1 1 0", " ".join(map(str, classes)))


@task("train_xor", points=1)
def test_xor_unchanged(student, oracle, rng):
    """train_xor: the params that were handed in are the same after the call, and may be read-only"""
    params = draw_params(rng, [2, 3, 2])
    trained, _ = read_answer(assert_unchanged(student.train_xor, params, 0.5, 3), 2)
    assert_params(trained, oracle.train_xor(params, 0.5, 3)[0], params)
    params = draw_params(rng, [2, 3, 2])
    trained, _ = read_answer(student.train_xor(laid_out(params, "read-only"), 0.5, 3), 2)
    assert_params(trained, oracle.train_xor(params, 0.5, 3)[0], params)
