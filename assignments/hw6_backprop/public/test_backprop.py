"""Public checks of hw6: the ones you can run at home."""

import numpy as np
import pytest

from grader.checks import (
    are_pairs,
    as_vector,
    assert_close,
    assert_gradient,
    find_shape,
    picturing,
    require,
    require_parts,
    say,
    show_bars,
    show_boundary,
    show_curves,
    take,
    take_pairs,
    task,
)

X = np.array([[1.0, 2.0, 0.0], [0.0, -1.0, 3.0]])
W = np.array([[1.0, 0.0], [2.0, 1.0], [-1.0, 1.0]])
B = np.array([0.5, -1.0])
DOUT = np.array([[1.0, 2.0], [3.0, -1.0]])
THIRDS = np.log([1.0, 3.0, 1 / 3])
ACTIVATIONS = {  # x, out, slope
    "relu": ([-2.0, 3.0, 0.5], [0.0, 3.0, 0.5], [0.0, 1.0, 1.0]),
    "sigmoid": (THIRDS, [0.5, 0.75, 0.25], [0.25, 0.1875, 0.1875]),
    "tanh": (THIRDS, [0.0, 0.8, -0.8], [1.0, 0.36, 0.36]),
}
BY_OUTPUT = {"relu": lambda out: out > 0, "sigmoid": lambda out: out * (1 - out), "tanh": lambda out: 1 - out**2}
Z = np.log([[1.0, 2.0, 5.0], [6.0, 1.0, 1.0]])
LABELS = np.array([2, 1])
DZ = np.array([[1.0, 2.0, -3.0], [6.0, -7.0, 1.0]]) / 16
XOR_PARAMS = [
    (np.array([[1.0, -1.0, 0.5], [-0.5, 1.0, 1.0]]), np.array([0.0, 0.5, -0.5])),
    (np.array([[0.5, -0.5], [-1.0, 0.5], [1.0, 0.5]]), np.array([0.0, 0.0])),
]

ONE_MINUS = {
    "sigmoid": "this is dout (1 - out): the factor out is missing",
    "tanh": "the square is missing in 1 - out^2",
}
TIMES_N = "the 1/N of the mean is missing: this is N times the gradient"
IN_TURN = "the layers are moved in turn: all gradients belong to the parameters before the step"


def forward(student, layer, *args, out="out"):
    """The output of a forward and the handle of its cache."""
    pair = getattr(student, f"{layer}_forward").opaque(1)(*args)
    return take(pair, f"{out}, cache", say("a forward returns its cache, too: return {out}, cache", out=out))


def apply(layer, x):
    """The value of an activation."""
    return {"relu": np.maximum(x, 0), "sigmoid": (1 + np.tanh(x / 2)) / 2, "tanh": np.tanh(x)}[layer]


@task("linear", points=1)
def test_linear_forward_worked(student):
    """linear_forward: the numbers worked out in the handout"""
    out, _ = forward(student, "linear", X, W, B)
    assert_close(out, np.array([[5.5, 1.0], [-4.5, 1.0]]), part="out")


@task("linear", points=1)
def test_linear_forward_images(student):
    """linear_forward: x and W of type uint8, with sums above 255"""
    pixels, weights = np.array([[200, 100], [0, 255]], dtype=np.uint8), np.array([[1, 2], [3, 0]], dtype=np.uint8)
    out, _ = forward(student, "linear", pixels, weights, B)
    wrapped = {
        "the products are computed in uint8, where 200 + 300 is 244: make float64 of x and W first": pixels @ weights
        + B
    }
    assert_close(out, np.array([[500.5, 399.0], [765.5, -1.0]]), wrapped, part="out")


@task("linear", points=3)
def test_linear_backward_worked(student):
    """linear_backward: the numbers worked out in the handout"""
    _, cache = forward(student, "linear", X, W, B)
    dx, dW, db = require_parts(student.linear_backward(DOUT, cache), "dx, dW, db")
    right, right_db = np.array([[1.0, 2.0], [-1.0, 5.0], [9.0, -3.0]]), np.array([4.0, 1.0])
    order = "this is another of the three: they are returned in the order dx, dW, db"
    nothing = [("no gradient comes back to x", np.zeros((2, 3))), (order, right), (order, right_db)]
    assert_close(dx, np.array([[1.0, 4.0, 1.0], [3.0, 5.0, -4.0]]), nothing, part="dx")
    transposed = [("this is the transpose of dW: rows and columns are swapped", right.T), (order, right_db)]
    assert_close(dW, right, transposed, part="dW")
    mistakes = [("dout is not added up over the samples", DOUT), ("dout is added up along the rows", DOUT.sum(axis=1))]
    assert_close(as_vector(db), right_db, mistakes, part="db")


@task("activations", points=1)
@pytest.mark.parametrize("layer", ACTIVATIONS)
def test_activation_forward_worked(student, layer):
    """forward: the values worked out in the handout"""
    x, right, _ = ACTIVATIONS[layer]
    out, _ = forward(student, layer, np.array(x))
    mistakes = {"this is 2 sigmoid(x) - 1: tanh(x) is 2 sigmoid(2 x) - 1": np.tanh(np.array(x) / 2)}
    assert_close(out, np.array(right), mistakes if layer == "tanh" else {}, part="out")


@task("activations", points=1)
@pytest.mark.parametrize("layer", ACTIVATIONS)
def test_activation_backward_worked(student, layer):
    """backward: dout times slope, as worked out in the handout"""
    x, out, slope = map(np.array, ACTIVATIONS[layer])
    _, cache = forward(student, layer, x)
    dout = np.array([8.0, 16.0, -16.0])
    mistakes = [
        ("this is dout: it is not multiplied by the slope", dout),
        ("this is the slope, without dout", slope),
        ("zeros are put where dout is negative, not where x is", np.maximum(dout, 0)),
        ("the formula for the slope wants the output, and has got x", dout * BY_OUTPUT[layer](x)),
        ("the activation is applied once more to its own output", dout * BY_OUTPUT[layer](apply(layer, out))),
        ("this is the formula of the sigmoid's slope", dout * out * (1 - out)),
        *([(ONE_MINUS[layer], dout * (1 - out))] if layer in ONE_MINUS else []),
    ]
    assert_close(getattr(student, f"{layer}_backward")(dout, cache), dout * slope, mistakes)


@task("softmax_cross_entropy", points=2)
def test_loss_worked(student):
    """forward: the mean of ln 8/5 and ln 8 is 1.2747"""
    loss, _ = forward(student, "softmax_cross_entropy", Z, LABELS, out="loss")
    mistakes = {
        "this is the sum over the samples; the mean divides by N": np.log(64 / 5),
        "this is divided by all N K entries; the mean over the samples divides by N": np.log(64 / 5) / 6,
        "the labels are not used: this is the mean over all classes, not over the true ones": np.log(8**6 / 60) / 6,
        "every row is combined with the labels of all rows: N x N numbers, of which N were asked for": (
            np.log(4 * 8 / 5 * 8 * 8) / 4
        ),
    }
    assert_close(loss, np.log(64 / 5) / 2, mistakes, part="loss")


@task("softmax_cross_entropy", points=2)
def test_loss_backward_worked(student):
    """backward: (softmax - one-hot) / N, as worked out in the handout"""
    _, cache = forward(student, "softmax_cross_entropy", Z, LABELS, out="loss")
    p = np.array([[1.0, 2.0, 5.0], [6.0, 1.0, 1.0]]) / 8
    mistakes = [
        (TIMES_N, 2 * DZ),
        ("the 1 is not subtracted at the true class", p / 2),
        ("this is minus the gradient: one-hot - softmax", -DZ),
        ("p[:, labels] are whole columns: 1 belongs off one entry of each row", p / 2 - [0.0, 0.5, 0.5]),
    ]
    assert_close(student.softmax_cross_entropy_backward(cache), DZ, mistakes)


def draw_network(rng):
    """Parameters of a network 3 -> 4 -> 6 -> 2 and five samples."""
    sizes = [(3, 4), (4, 6), (6, 2)]
    params = [(rng.uniform(-1, 1, size=shape), rng.uniform(-0.5, 0.5, size=shape[1])) for shape in sizes]
    return params, rng.uniform(-1.5, 1.5, size=(5, 3)), rng.permutation([0, 1, 1, 0, 1])


@task("mlp_loss_and_grads", points=2)
def test_network_loss(student, oracle, rng):
    """the loss of a network with two hidden tanh layers"""
    params, X, labels = draw_network(rng)
    loss, _ = take(student.mlp_loss_and_grads(params, X, labels, "tanh"), "loss, grads", grads=are_pairs)
    assert_close(loss, oracle.mlp_loss_and_grads(params, X, labels, "tanh")[0], part="loss")


@task("mlp_loss_and_grads", points=3)
def test_network_gradients(student, oracle, rng):
    """the gradients of a network with two hidden tanh layers, those of the first layer first"""
    params, X, labels = draw_network(rng)
    _, right = oracle.mlp_loss_and_grads(params, X, labels, "tanh")
    _, grads = take(student.mlp_loss_and_grads(params, X, labels, "tanh"), "loss, grads", grads=are_pairs)
    grads = take_pairs(grads, "dW, db", 3, "grads")
    shapes, found = [W.shape for W, _ in params], [find_shape(dW) for dW, _ in grads]
    likely = "your list starts with the last layer; the handout wants the first layer first"
    wanted, got = (say("dW of the shapes {shapes}, in this order", shapes=each) for each in (shapes, found))
    require(found != shapes[::-1], wanted, got, likely)
    for layer in (3, 2, 1):
        dW, db = grads[layer - 1]
        times_n = {TIMES_N: [5 * part for part in right[layer - 1]]}
        assert_gradient((dW, as_vector(db)), right[layer - 1], times_n, part=f"dW{layer}, db{layer}")


@task("gradient_norms", points=1)
def test_norms(student, oracle, rng):
    """the root of the sum of the squares of each dW"""
    network = draw_network(rng)
    norms, right = student.gradient_norms(*network, "tanh"), oracle.gradient_norms(*network, "tanh")
    show_bars("gradient norm by layer", norms, right)
    assert_close(norms, right)


def run(x, first, second):
    """The logits of the XOR network."""
    return np.tanh(x @ first[0] + first[1]) @ second[0] + second[1]


@task("train_xor", points=2)
def test_xor_first_losses(student, oracle):
    """the first three losses with lr = 0.5, from the parameters of the handout"""
    _, right = oracle.train_xor(XOR_PARAMS, 0.5, 4)
    _, losses = take(student.train_xor(XOR_PARAMS, 0.5, 3), "params, losses", params=are_pairs)
    mistakes = [
        ("each loss is taken after its update", right[1:]),
        ("the gradient is added: this goes uphill", [0.932476, 1.022201, 1.164737]),
        ("the biases stay where they are", [0.932476, 0.875452, 0.832937]),
        (IN_TURN, [0.932476, 0.866084, 0.822146]),
        (IN_TURN, [0.932476, 0.865953, 0.821943]),
        ("these are the labels of OR", [0.969911, 0.748063, 0.657288]),
    ]
    assert_close(losses, np.array(right[:3]), mistakes, part="losses")
    with picturing():
        (first, second), losses = student.train_xor(XOR_PARAMS, 2.0, 40)
        show_curves("loss of each step, with lr = 2", losses, oracle.train_xor(XOR_PARAMS, 2.0, 40)[1])
        show_boundary("what the network has learned", lambda x: np.diff(run(x, first, second))[:, 0] > 0, [0, 1, 1, 0])


@task("train_xor", points=2)
def test_xor_first_steps(student, oracle):
    """the parameters after three steps with lr = 0.5"""
    right, _ = oracle.train_xor(XOR_PARAMS, 0.5, 3)
    params, _ = take(student.train_xor(XOR_PARAMS, 0.5, 3), "params, losses", params=are_pairs)
    pairs = take_pairs(params, "W, b", 2, "params")
    for number, (pair, wanted, start) in enumerate(zip(pairs, right, XOR_PARAMS, strict=True), start=1):
        for letter, part, value, old in zip("Wb", pair, wanted, start, strict=True):
            name = f"{letter}{number}"
            moved = as_vector(part) if letter == "b" else part
            assert_close(moved, value, {say("{name} has not moved", name=name): old}, part=name)
