"""Hidden checks of hw6: what the gradients are for."""

import numpy as np

from grader.checks import agrees, as_vector, assert_close, assert_unchanged, describe_kind, require, say, task


def draw_params(rng, sizes):
    """Parameters of a network, with fractions everywhere."""
    pairs = np.column_stack([sizes[:-1], sizes[1:]]).tolist()
    return [(rng.normal(size=(d, m)), rng.normal(scale=0.5, size=m)) for d, m in pairs]


def draw_network(rng, sizes, activation):
    """The arguments of gradient_norms: parameters, seven samples, unsorted labels of all classes, an activation."""
    labels = rng.permutation(np.arange(7) % sizes[-1])
    return draw_params(rng, sizes), rng.normal(size=(7, sizes[0])), labels, activation


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


@task("gradient_norms", points=2)
def test_norms_order(student, oracle, rng):
    """one norm for each layer, that of its dW alone, first layer first"""
    for activation in rng.permutation(["relu", "sigmoid", "tanh"]).tolist():
        network = draw_network(rng, [3, 4, 6, 2], activation)
        norms = oracle.gradient_norms(*network)
        assert_close(student.gradient_norms(*network), norms, list_norm_mistakes(oracle, network))
    params, X, labels, activation = network
    # of a network so sure of one sample's class that nearly nothing is left to learn, float32 would have no digits
    unsure = [(W / 3, b / 3) for W, b in params]
    for few in ((unsure, X[:1], labels[:1], activation), (params[:1], X, labels, activation)):
        assert_close(student.gradient_norms(*few), oracle.gradient_norms(*few))


@task("gradient_norms", points=2)
def test_norms_deep(student, oracle, rng):
    """eight sigmoid layers: the norms shrink towards the first layer, and each is right"""
    network = draw_network(rng, [3, 4, 4, 4, 4, 4, 4, 4, 2], "sigmoid")
    norms, right = student.gradient_norms(*network), oracle.gradient_norms(*network)
    assert_close(norms, right, list_norm_mistakes(oracle, network))
    for number, (norm, wanted) in enumerate(zip(norms, right, strict=True), start=1):
        close = abs(norm - wanted) <= 1e-3 * wanted
        require(close, say("{wanted:.4g} in layer {number}", wanted=wanted, number=number), f"{norm:.4g}")


@task("gradient_norms", points=1)
def test_norms_unchanged(student, oracle, rng):
    """gradient_norms: params, X and labels are the same after the call"""
    network = draw_network(rng, [3, 4, 6, 2], "tanh")
    assert_close(assert_unchanged(student.gradient_norms, *network), oracle.gradient_norms(*network))


# ---------------------------------------------------------------- train_xor


def are_pairs(answer):
    """Whether this is a list of pairs, as parameters and their gradients are."""
    pairs = isinstance(answer, (tuple, list)) and len(answer) > 0
    return pairs and all(isinstance(pair, (tuple, list)) and len(pair) == 2 for pair in answer)


def read_answer(answer, layers):
    """The parameters, biases flat, and the losses."""
    fine = isinstance(answer, (tuple, list)) and len(answer) == 2
    require(fine, "two values: params, losses", describe_kind(answer))
    params, losses = answer
    swapped = are_pairs(losses) and not are_pairs(params)
    likely = "the two values have changed places"
    got = say("the list of pairs in the place of {name}", name="losses")
    require(not swapped, "two values: params, losses", got, likely)
    fine = isinstance(params, (tuple, list)) and len(params) == layers
    require(fine, say("params: a list of {count} pairs (W, b)", count=layers), describe_kind(params))
    other = next((pair for pair in params if not are_pairs([pair])), None)
    require(are_pairs(params), "params: a list of pairs (W, b)", say("in this list {kind}", kind=describe_kind(other)))
    return [(W, as_vector(b)) for W, b in params], losses


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
    if np.shape(losses) != (steps,) or any(agrees(losses, wrong) for _, wrong in mistakes):
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


@task("train_xor", points=3)
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


def draw_overshoot(oracle, rng, lr):
    """Parameters from which the first step goes too far: the loss after it is larger than before."""
    while True:
        params = draw_params(rng, [2, 3, 2])
        _, (before, after) = oracle.train_xor(params, lr, 2)
        if after > 1.5 * before:
            return params


@task("train_xor", points=1)
def test_xor_rises(student, oracle, rng):
    """with a large lr the loss rises, and the parameters are those after the last step all the same"""
    params = draw_overshoot(oracle, rng, 8.0)
    trained, losses = read_answer(student.train_xor(params, 8.0, 2), 2)
    assert_losses(oracle, losses, params, 8.0, 2)
    once, twice = (oracle.train_xor(params, 8.0, steps)[0] for steps in (1, 2))
    assert_params(trained, twice, params, once)


@task("train_xor", points=1)
def test_xor_deep(student, oracle, rng):
    """the network may have any number of layers"""
    for sizes in ([2, 4, 3, 2], [2, 2]):
        params = draw_params(rng, sizes)
        trained, losses = read_answer(student.train_xor(params, 0.5, 3), len(params))
        assert_losses(oracle, losses, params, 0.5, 3)
        assert_params(trained, oracle.train_xor(params, 0.5, 3)[0], params)


@task("train_xor", points=2)
def test_xor_learns(student, oracle, rng):
    """from a good start, 100 steps with lr = 1 are enough: the loss falls, and all four points are right"""
    W1, b1 = [[2.0, -2.0, 1.5, -1.5], [-2.0, 2.0, 1.5, -1.5]], [-0.5, -0.5, -1.0, 1.5]
    W2, b2 = [[-0.5, 0.5], [-0.5, 0.5], [0.5, -0.5], [0.5, -0.5]], [0.0, 0.0]
    start = [
        [np.array(part) + rng.uniform(-0.2, 0.2, size=np.shape(part)) for part in pair] for pair in ((W1, b1), (W2, b2))
    ]
    params, losses = read_answer(student.train_xor([tuple(pair) for pair in start], 1.0, 100), 2)
    require(len(losses) == 100, "100 losses", f"{len(losses)}")
    right = oracle.train_xor([tuple(pair) for pair in start], 1.0, 100)[1]
    require(abs(losses[0] - right[0]) < 1e-3, say("a first loss of {loss:.4f}", loss=right[0]), f"{losses[0]:.4f}")
    require(losses[-1] < 0.1, say("a last loss of about {loss:.4f}", loss=right[-1]), f"{losses[-1]:.4f}")
    pairs = [(np.array(W, dtype=float), np.array(b, dtype=float)) for W, b in params]
    likely = oracle.probabilities(pairs, np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]]), "tanh")
    classes = np.argmax(likely, axis=1)
    require(classes.tolist() == [0, 1, 1, 0], "the classes 0 1 1 0", " ".join(map(str, classes)))


@task("train_xor", points=1)
def test_xor_unchanged(student, oracle, rng):
    """train_xor: the params that were handed in are the same after the call"""
    params = draw_params(rng, [2, 3, 2])
    trained, _ = read_answer(assert_unchanged(student.train_xor, params, 0.5, 3), 2)
    assert_params(trained, oracle.train_xor(params, 0.5, 3)[0], params)
