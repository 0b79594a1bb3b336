"""Hidden checks of hw2. Drawn numbers keep 0.05 away from the kinks at 0; sizes differ, so that transposes show."""

from itertools import pairwise

import numpy as np
import pytest

from grader.checks import (
    agrees,
    as_vector,
    assert_close,
    assert_unchanged,
    draw_balanced,
    laid_out,
    require,
    require_parts,
    say,
    shared,
    take_pairs,
    task,
    to_array,
)

LAYOUTS = ["columns", "strided", "reversed"]


def functions(**points):
    """A parameter `name` over these functions, each a task of its own with these points."""
    names = [pytest.param(name, marks=task(name, points=worth), id=name) for name, worth in points.items()]
    return pytest.mark.parametrize("name", names)


def compare(student, oracle, name, *args, mistakes=None):
    """The student's answer must be the reference's."""
    assert_close(getattr(student, name)(*args), getattr(oracle, name)(*args), mistakes or {})


def compare_small(student, oracle, name, *args):
    """Small integers must give what the same numbers give as int64; if those are right, a sentence says so."""
    sentence = (
        "right as int64: as uint8 or int8 these numbers wrap round or lose digits, so turn them into float64 first"
    )
    function, right = getattr(student, name), getattr(oracle, name)(*args)
    plain = function(*widen(args))
    answer = function(*args)
    assert_close(answer, right, {sentence: answer} if agrees(plain, right) else {})


def widen(part):
    """The same arguments with int64 in place of each smaller type."""
    if isinstance(part, (list, tuple)):
        return type(part)(map(widen, part))
    return part.astype(np.int64) if isinstance(part, np.ndarray) and part.dtype.kind in "iu" else part


@functions(sigmoid=2, tanh=1)
def test_symmetry(student, oracle, rng, name):
    """is right at x and at -x"""
    for _ in range(2):
        x = draw_balanced(rng, 7)
        compare(student, oracle, name, x)
        compare(student, oracle, name, -x)


@functions(sigmoid=1, tanh=1, relu=1, leaky_relu=1, elu=1)
def test_axes(student, oracle, rng, name):
    """works entry by entry, whatever the number of axes and whatever their lengths, 1 among them"""
    for shape in ((4, 3), (4, 3), (2, 3, 4), (5, 1), (1, 4), (1,)):
        compare(student, oracle, name, draw_balanced(rng, shape))
    if name in ("relu", "leaky_relu"):  # of straight lines, which keep every digit of a small number
        compare(student, oracle, name, 1e-5 * draw_balanced(rng, 6))


@functions(sigmoid=1, tanh=1, relu=1, leaky_relu=1, elu=1)
def test_layout(student, oracle, rng, name):
    """takes an array that is a view of another one: transposed, every second entry, reversed"""
    for layout in LAYOUTS:
        x = draw_balanced(rng, (4, 3))
        right = getattr(oracle, name)(x)
        sentence = "the numbers are read as they lie in memory: a transposed table has another order there"
        mistakes = {sentence: right.ravel(order="F").reshape(right.shape)}
        assert_close(getattr(student, name)(laid_out(x, layout)), right, mistakes)


@functions(sigmoid=1, tanh=1, relu=1, leaky_relu=1, elu=1)
def test_single(student, oracle, rng, name):
    """takes an array without axes, too: a single number"""
    for x in draw_balanced(rng, 4):
        compare(student, oracle, name, np.array(x))


@functions(sigmoid=2, tanh=1, relu=1, leaky_relu=1, elu=1)
def test_large(student, oracle, rng, name):
    """is finite for x = +-800, and right beside them"""
    x = rng.permutation([800.0, -800.0, 100.0, -100.0, 30.0, -30.0, 0.5, -0.5, 2.0, -2.0])
    for part in (x, x[np.abs(x) < 800], x[np.abs(x) < 100], x[x < 0], rng.permutation([-800.0, -12.0, -4.2])):
        compare(student, oracle, name, part)


@functions(sigmoid=1, tanh=1, relu=1, leaky_relu=1, elu=1)
def test_integers(student, oracle, rng, name):
    """takes whole numbers of any type (int64, uint8, int8), and gives fractions where the answer has them"""
    compare(student, oracle, name, rng.permutation([-4, -2, -1, 0, 1, 3]))
    for x in (
        rng.permutation([0, 1, 2, 3, 5]).astype(np.uint8),
        rng.permutation([-4, -2, -1, 0, 1, 3]).astype(np.int8),
        rng.permutation([0, 1, 3, 127, 128, 200, 255]).astype(np.uint8),
        rng.permutation([-128, -127, -2, 0, 1, 127]).astype(np.int8),
        np.array(3, dtype=np.uint8),
    ):
        compare_small(student, oracle, name, x)


@functions(sigmoid=1, tanh=1, relu=1, leaky_relu=1, elu=1)
def test_unchanged(student, oracle, rng, name):
    """leaves its argument, which may be read-only, unchanged"""
    x = rng.permutation([-2.5, -1.5, -0.5, 0.5, 1.5, 2.5])
    for argument in (x, laid_out(x, "read-only")):
        assert_close(assert_unchanged(getattr(student, name), argument), getattr(oracle, name)(x))


@functions(leaky_relu=1, elu=2)
def test_alpha(student, oracle, rng, name):
    """alpha shapes the negative side alone, whether it is small or 1"""
    x = draw_balanced(rng, 8)
    for alpha in (rng.uniform(0.2, 0.4), rng.uniform(0.5, 0.8), 1.0, 1):
        compare(student, oracle, name, x, alpha)
    for side in (-np.abs(x), np.abs(x)):  # each side alone: beside 3 nobody would see so small an alpha
        compare(student, oracle, name, side, 0.001)


def draw_layer(rng, name, n, d, m):
    """Arguments of linear or of maxout: N samples of D numbers, M units."""
    shapes = [(n, d)] + [(d, m), (m,)] * (1 + (name == "maxout"))
    return [rng.uniform(-2, 2, size=shape) for shape in shapes]


@functions(linear=2, maxout=1)
def test_layer_batch(student, oracle, rng, name):
    """turns N rows of D numbers into N rows of M, for any N, D and M"""
    for sizes in ((7, 4, 3), (7, 4, 3), (2, 3, 6)):
        compare(student, oracle, name, *draw_layer(rng, name, *sizes))


@functions(linear=2, maxout=1)
def test_layer_square(student, oracle, rng, name):
    """is right also where N, D and M are equal, and nothing stops a wrong order"""
    X, W, b, *rest = draw_layer(rng, name, 4, 4, 4)
    mistakes = {"W stands before X": W @ X + b, "W is transposed: here its shape is (D, M)": X @ W.T + b}
    compare(student, oracle, name, X, W, b, *rest, mistakes=mistakes)


@functions(linear=1, maxout=1)
def test_layer_one(student, oracle, rng, name):
    """keeps both axes where there is one sample, one unit or one input"""
    for sizes in ((1, 3, 4), (5, 3, 1), (5, 1, 4), (1, 1, 1)):
        compare(student, oracle, name, *make_positive(draw_layer(rng, name, *sizes)))


@functions(linear=1, maxout=1)
def test_layer_integers(student, oracle, rng, name):
    """takes whole numbers of any type (int64, uint8, int8), also beside fractions"""
    args = draw_layer(rng, name, 5, 3, 2)
    for place in [at for at in (0, 1, 3) if at < len(args)]:  # the samples, then the weights of one map after the other
        args[place] = rng.integers(-3, 4, size=args[place].shape)
        compare(student, oracle, name, *args)
    for args in small_layers(rng):
        compare_small(student, oracle, name, *args[: len(draw_layer(rng, name, 1, 1, 1))])


def make_positive(part):
    """The same without signs: a single sum of numbers of both signs may be next to 0, where float32 has few digits."""
    return type(part)(map(make_positive, part)) if isinstance(part, (list, tuple)) else np.abs(part)


def small_layers(rng):
    """Arguments of maxout (the first three are linear's) in one byte a number, whose sums do not fit into a byte."""
    X = rng.permutation([[200, 100], [0, 255], [3, 5], [128, 128]]).astype(np.uint8)
    W1, b1 = np.array([[1, 2, 1], [1, 1, 3]], np.uint8), np.array([7, 200, 1], np.uint8)
    yield X, W1, b1, W1[:, [1, 2, 0]], b1[[1, 2, 0]]
    yield X, W1, np.array([0.5, -300.5, 2.25]), W1[:, [1, 2, 0]], np.zeros(3)
    X = rng.permutation([[120, 120], [-120, -100], [3, -5], [-128, -128]]).astype(np.int8)
    W1, b1 = np.array([[1, -1], [2, 1]], np.int8), np.array([-100, 100], np.int8)
    yield X, W1, b1, -W1, b1 // 2


@functions(linear=1, maxout=1)
def test_layer_unchanged(student, oracle, rng, name):
    """leaves its arguments unchanged, which may be views of other arrays, read-only, or one and the same array"""
    args = draw_layer(rng, name, 4, 3, 2)
    right = getattr(oracle, name)(*args)
    assert_close(assert_unchanged(getattr(student, name), *args), right)
    for layout in [*LAYOUTS, "read-only"]:
        assert_close(assert_unchanged(getattr(student, name), *laid_out(args, layout)), right)
    square, b = draw_layer(rng, "linear", 3, 3, 3)[1:]
    W, c = shared(square), shared(b)  # samples and weights in one array; the two maps of maxout are one and the same
    args = [W, W, c, W, c][: len(args)]
    assert_close(assert_unchanged(getattr(student, name), *args), getattr(oracle, name)(*args))


@task("linear", points=1)
def test_linear_bias(student, oracle, rng):
    """gives b in every row where X is zero"""
    X, W, b = draw_layer(rng, "linear", 4, 3, 4)
    compare(student, oracle, "linear", 0 * X, W, b)


@task("maxout", points=1)
def test_maxout_relu(student, oracle, rng):
    """is ReLU where one map is x itself and the other is 0, in either order"""
    x, itself, nothing = draw_balanced(rng, (5, 3)), (np.eye(3), np.zeros(3)), (np.zeros((3, 3)), np.zeros(3))
    for args in ((x, *itself, *nothing), (x, *nothing, *itself)):
        compare(student, oracle, "maxout", *args)


@task("maxout", points=1)
def test_maxout_bias(student, oracle, rng):
    """adds each bias to its own map before the maximum is taken"""
    x, W1, _, W2, _ = draw_layer(rng, "maxout", 6, 3, 2)
    for b1, b2 in (([40.0, 0.0], [0.0, 50.0]), ([-40.0, 45.0], [0.0, 0.0])):  # larger than every sum: they decide
        compare(student, oracle, "maxout", x, W1, np.array(b1), W2, np.array(b2))


def assert_shapes(answer, right):
    """Compare pairs of shapes layer by layer."""
    pairs = take_pairs(answer, say("shape of W, shape of b"), len(right))
    for number, (yours, pair) in enumerate(zip(pairs, right, strict=True), start=1):
        wanted, got = (
            say("layer {number}: W {W}, b {b}", number=number, W=W, b=b) for W, b in map(write, (pair, yours))
        )
        require(all(map(is_same, yours, pair)), wanted, got)


def is_same(yours, shape):
    """Whether these are exactly the numbers of a shape."""
    array = to_array(yours)
    return array is not None and array.shape == np.shape(shape) and np.array_equal(array, shape)


def write(pair):
    """Two shapes as tuples, however they were written; a number that stands for one as it is."""
    arrays = map(to_array, pair)
    return [str(tuple(a.ravel().tolist()) if np.ndim(a) else part)[:40] for a, part in zip(arrays, pair, strict=True)]


@task("parameter_shapes", points=2)
def test_parameter_shapes_deep(student, oracle, rng):
    """one pair of shapes for each layer, for networks of any depth"""
    for count in (3, 5, 12):
        sizes = rng.permutation(np.arange(2, 40))[:count].tolist()
        assert_shapes(student.parameter_shapes(sizes), oracle.parameter_shapes(sizes))


@task("parameter_shapes", points=1)
def test_parameter_shapes_single(student, oracle, rng):
    """two sizes make one layer; neighbours of equal size and sizes of 1 are nothing special"""
    d, m = (int(size) for size in rng.permutation(np.arange(2, 20))[:2])
    for sizes in ([d, m], [d, m, m, m, d, m], [d, 1], [1, m, 1], [1, 1]):
        assert_shapes(student.parameter_shapes(sizes), oracle.parameter_shapes(sizes))


@task("parameter_shapes", points=1)
def test_parameter_shapes_unchanged(student, oracle, rng):
    """leaves the list of sizes unchanged"""
    sizes = rng.permutation(np.arange(2, 20))[:4].tolist()
    assert_shapes(assert_unchanged(student.parameter_shapes, sizes), oracle.parameter_shapes(sizes))


def draw_params(rng, *sizes):
    """Layers (W, b) that let no entry grow: from |X| <= 2, even after four of them, logits stay below 5."""
    params = []
    for d, m in pairwise(sizes):
        W = rng.uniform(0.3, 1, size=(d, m)) * rng.choice([-1, 1], size=(d, m))
        params.append((1.1 * W / np.abs(W).sum(axis=0), rng.uniform(-0.4, 0.4, size=m)))
    return params


def draw_network(rng, n, *sizes):
    """A batch X of n samples, and params."""
    return rng.uniform(-2, 2, size=(n, sizes[0])), draw_params(rng, *sizes)


@task("forward", points=1)
@pytest.mark.parametrize("activation", ["sigmoid", "tanh", "relu"])
def test_forward_activation(student, oracle, rng, activation):
    """applies the activation after every layer but the last"""
    # Of 40 large samples some make units far above 6, but relu may keep that from the output: so three times.
    for n, size in ((6, 1), (6, 1), (40, 10), (40, 10), (40, 10)):
        X, params = draw_network(rng, n, 3, 5, 4, 2)
        compare(student, oracle, "forward", size * X, params, activation, "identity")


@task("forward", points=3)
def test_forward_softmax(student, oracle, rng):
    """softmax at the end makes each row sum to 1, also where N = K and whichever the activation"""
    for activation in rng.permutation(["sigmoid", "tanh", "relu"]).tolist():
        for n, k in ((7, 3), (4, 4)):
            X, params = draw_network(rng, n, 3, 5, k)
            (W, b), A = params[-1], oracle.forward(X, params, activation, "identity")
            scale = 8 / np.ptp(A)  # logits from -4 to 4, or so: without a shift of theirs, exp stays far from 0
            params[-1] = W * scale, (b - A.mean()) * scale
            compare(student, oracle, "forward", X, params, activation, "softmax")


@task("forward", points=1)
def test_forward_depth(student, oracle, rng):
    """takes any number of layers, also where all are of one width"""
    for sizes in ((4, 4, 4, 4, 4), (2, 3, 5, 6, 4, 3), (3, 4), (3,) * 12):
        compare(student, oracle, "forward", *draw_network(rng, 5, *sizes), "tanh", "identity")


@task("forward", points=1)
def test_forward_single(student, oracle, rng):
    """a network of one layer has no hidden layer, so that the activation plays no part"""
    for activation, output in (("relu", "identity"), ("sigmoid", "softmax")):
        compare(student, oracle, "forward", *draw_network(rng, 6, 3, 4), activation, output)


@task("forward", points=1)
def test_forward_rows(student, oracle, rng):
    """a sample's output is the same alone as in a batch"""
    X, params = draw_network(rng, 3, 4, 5, 3)
    together = oracle.forward(X, params, "tanh", "softmax")
    for n in range(3):
        assert_close(student.forward(X[n : n + 1], params, "tanh", "softmax"), together[n : n + 1])


@task("forward", points=1)
def test_forward_one(student, oracle, rng):
    """one sample, one input, one hidden unit and one output are nothing special"""
    for n, *sizes in ((1, 1, 1, 1), (1, 3, 1, 4), (5, 1, 4, 1), (1, 2, 1)):
        compare(student, oracle, "forward", *make_positive(draw_network(rng, n, *sizes)), "tanh", "identity")
    X, params = draw_network(rng, 5, 3, 4, 1)
    logits = oracle.forward(X, params, "relu", "identity")
    mistakes = {"with one output this is the sigmoid: softmax of one number is 1": 1 / (1 + np.exp(-logits))}
    compare(student, oracle, "forward", X, params, "relu", "softmax", mistakes=mistakes)


@task("forward", points=1)
def test_forward_integers(student, oracle, rng):
    """takes whole numbers, as X alone, as weights beside biases of fractions, or in all of params"""
    X, params = rng.integers(-2, 3, size=(5, 3)), draw_params(rng, 3, 4, 2)
    whole = [(rng.integers(-2, 3, size=W.shape), rng.integers(-2, 3, size=b.shape)) for W, b in params]
    mixed = [(W, b) for (W, _), (_, b) in zip(whole, params, strict=True)]
    for layers in (params, mixed, whole):
        compare(student, oracle, "forward", X, layers, "tanh", "identity")


@task("forward", points=1)
def test_forward_small_integers(student, oracle, rng):
    """takes whole numbers of the types uint8 and int8, as X and in params"""
    X = rng.permutation([[200, 100], [0, 255], [3, 5], [128, 128]]).astype(np.uint8)
    first = np.array([[1, 0], [1, 1]], np.uint8), np.array([-100, -50], np.int8)
    last = np.array([[1, -1], [2, 1]], np.int8), np.array([7, 200], np.uint8)
    compare_small(student, oracle, "forward", X, [first, last], "relu", "identity")
    single = [(np.array([[1, -1], [0, 1]], np.int8), np.array([0, -1], np.int8))]
    compare_small(student, oracle, "forward", np.array([[1, 2], [0, 1], [2, 1]], np.uint8), single, "relu", "softmax")


@task("forward", points=1)
def test_forward_unchanged(student, oracle, rng):
    """leaves X, the list params and the arrays in it unchanged, which may be views, read-only, or one layer twice"""
    X, params = draw_network(rng, 5, 3, 4, 5, 2)
    right = oracle.forward(X, params, "relu", "identity")
    assert_close(assert_unchanged(student.forward, X, params, "relu", "identity"), right)
    for layout in [*LAYOUTS, "read-only"]:
        laid = laid_out((X, params), layout)
        assert_close(assert_unchanged(student.forward, *laid, "relu", "identity"), right)
    X, [(W, b)] = draw_network(rng, 4, 3, 3)
    layer = shared(W), shared(b)
    args = X, [layer, layer, layer], "relu", "identity"
    mistakes = {"a layer that stands in params three times counts once": X @ W + b}
    assert_close(assert_unchanged(student.forward, *args), oracle.forward(*args), mistakes)


def assert_collapsed(answer, params, oracle, mistakes=None, of_b=None):
    """W and b must be those of the one map there is; b may come as (K,) or (1, K)."""
    right_W, right_b = oracle.collapse_linear(params)
    W, b = require_parts(answer, "W, b")
    assert_close(W, right_W, mistakes or {}, part="W")
    assert_close(as_vector(b), right_b, of_b or {}, part="b")


@task("collapse_linear", points=1)
@pytest.mark.parametrize("sizes", [(3, 5, 2), (2, 4, 3, 6, 5)], ids=["two layers", "four layers"])
def test_collapse_linear_layers(student, oracle, rng, sizes):
    """gives the W and b of one layer with the same outputs"""
    for _ in range(2):
        params = draw_params(rng, *sizes)
        assert_collapsed(student.collapse_linear(params), params, oracle)


@task("collapse_linear", points=1)
def test_collapse_linear_square(student, oracle, rng):
    """keeps the order of the layers, also where all are of one width"""
    params = draw_params(rng, 3, 3, 3, 3)
    (W1, _), (W2, _), (W3, _) = params
    mistakes = {"the weights are multiplied from the last layer to the first": W3 @ W2 @ W1}
    assert_collapsed(student.collapse_linear(params), params, oracle, mistakes)
    params = [(2 * W, b) for W, b in draw_params(rng, *[3] * 10)]  # so that their product does not vanish beside the b
    assert_collapsed(student.collapse_linear(params), params, oracle)


@task("collapse_linear", points=1)
def test_collapse_linear_single(student, oracle, rng):
    """gives a single layer back as it is, makes one of two, and takes layers with one input or one unit"""
    for sizes in ((4, 2), (4, 3, 2), (1, 1), (1, 3, 1), (3, 1, 2)):
        params = draw_params(rng, *sizes)
        params = make_positive(params) if 1 in sizes else params
        assert_collapsed(student.collapse_linear(params), params, oracle)


def cut_biases(params, oracle):
    """The b that comes out where biases are given the type of weights, of whole numbers."""
    (W, b), *others = params
    cut = [(W, np.trunc(b)) for W, b in params]
    return {
        "the decimals of the first bias are cut off": oracle.collapse_linear([(W, np.trunc(b)), *others])[1],
        "the decimals of the biases are cut off": oracle.collapse_linear(cut)[1],
    }


@task("collapse_linear", points=1)
def test_collapse_linear_integers(student, oracle, rng):
    """takes whole numbers of any type (int64, uint8, int8), also beside fractions"""
    fractions = draw_params(rng, 2, 3, 4, 2)
    whole = [(rng.integers(1, 5, size=W.shape), rng.integers(1, 5, size=b.shape)) for W, b in fractions]
    mixed = [(W, b) for (W, _), (_, b) in zip(whole, fractions, strict=True)]
    for params in (
        [whole[0], *fractions[1:]],
        [whole[0], fractions[1], whole[2]],
        [whole[0], *mixed[1:]],  # whole weights throughout, beside later biases of fractions
        mixed,
    ):
        assert_collapsed(student.collapse_linear(params), params, oracle, of_b=cut_biases(params, oracle))
    for dtype, largest in ((np.uint8, 200), (np.int8, 100)):
        W, b = rng.permutation([[largest, 3, 1], [2, 90, 4]]).astype(dtype), np.array([largest, 100, 1], dtype)
        compare_collapsed_small(student, oracle, [(W, b), (W.T, b[:2]), (W, b / 4)])


def compare_collapsed_small(student, oracle, params):
    """As compare_small, for layers that are collapsed."""
    sentence = "right as int64: as uint8 or int8 the products wrap round, so turn them into float64 first"
    right = oracle.collapse_linear(params)
    plain = require_parts(student.collapse_linear(widen(params)), "W, b")
    W, b = require_parts(student.collapse_linear(params), "W, b")
    fine = agrees(plain[0], right[0]) and agrees(as_vector(plain[1]), right[1])
    assert_close(W, right[0], {sentence: W} if fine else {}, part="W")
    assert_close(as_vector(b), right[1], {sentence: as_vector(b)} if fine else {}, part="b")


@task("collapse_linear", points=1)
def test_collapse_linear_unchanged(student, oracle, rng):
    """leaves the list params and the arrays in it unchanged, which may be views, read-only, or one layer twice"""
    params = draw_params(rng, 3, 4, 2, 5)
    assert_collapsed(assert_unchanged(student.collapse_linear, params), params, oracle)
    for layout in [*LAYOUTS, "read-only"]:
        answer = assert_unchanged(student.collapse_linear, laid_out(params, layout))
        assert_collapsed(answer, params, oracle)
    [(W, b)] = draw_params(rng, 3, 3)
    layer = shared(W), shared(b)
    mistakes = {"a layer that stands in params three times counts once": W}
    assert_collapsed(assert_unchanged(student.collapse_linear, [layer] * 3), [(W, b)] * 3, oracle, mistakes)
