"""Hidden checks of hw9: the functions around the training. Extreme numbers are whole, so that float32 holds them."""

from itertools import pairwise

import numpy as np
import pytest

from grader.checks import (
    are_pairs,
    assert_close,
    assert_equal,
    assert_gradient,
    assert_unchanged,
    describe_kind,
    draw_grid,
    draw_signed,
    laid_out,
    name_layers,
    require,
    say,
    shared,
    take,
    take_layers,
    task,
)

SIZES = [
    pytest.param([4, 3], id="no hidden layer"),
    pytest.param([5, 6, 3], id="one hidden layer"),
    pytest.param([4, 6, 6, 7, 3], id="three hidden layers"),  # two of one width: their shapes hide nothing
]


def draw(student, rng, sizes):
    """Initial parameters, drawn by a generator of their own."""
    seed = int(rng.integers(2**32))
    return take_layers(student.init_params(sizes, np.random.default_rng(seed)), "W, b", sizes)


@task("init_params", points=2)
def test_init_shapes(student, rng):
    """has one pair (W, b) for each layer, random weights and zero biases, for any number of layers"""
    for sizes in ([7, 4], [3, 8, 5, 2], [2, 3, 4, 5, 6], [3, 1, 2], [1, 1]):
        for W, b in draw(student, rng, sizes):
            require(np.unique(W).size == W.size, "random weights, no two alike", "weights that are equal")
            assert_equal(b, np.zeros(b.size))


def name_spread(spread, fan_in, fan_out):
    """Which other formula gives this standard deviation."""
    formulas = {
        "this is the spread sqrt(2 / fan_in), which is meant for relu": np.sqrt(2 / fan_in),
        "this is the spread sqrt(1 / fan_out)": np.sqrt(1 / fan_out),
        "this is the spread sqrt(2 / (fan_in + fan_out))": np.sqrt(2 / (fan_in + fan_out)),
        "this is 1 / fan_in: that is the variance, and the standard deviation is its root": 1 / fan_in,
        "the weights are standard normal: nothing scales them": 1,
        "this is the spread of uniform numbers between -sqrt(1 / fan_in) and sqrt(1 / fan_in)": np.sqrt(1 / 3 / fan_in),
    }
    return next((text for text, value in formulas.items() if abs(spread / value - 1) < 0.08), "")


@task("init_params", points=3)
def test_init_spread(student, rng):
    """the standard deviation of each layer's weights is sqrt(1 / fan_in) of that layer"""
    for W, _ in draw(student, rng, [400, 20, 300, 40]):  # the smallest layer has 6000 weights
        right, got = 1 / np.sqrt(len(W)), W.std()
        near = abs(got / right - 1) < 0.08  # eight standard deviations of a standard deviation
        text = "a standard deviation of about {right:.4g} where fan_in is {fan_in}"
        require(near, say(text, right=right, fan_in=len(W)), f"{got:.4g}", name_spread(got, *W.shape))


@task("init_params", points=2)
def test_init_normal(student, rng):
    """the weights are normal with mean 0, those far from it included"""
    far = 0
    for W, _ in draw(student, rng, [100, 90, 100, 90]):
        x = W / (W.std() or 1)
        require(abs(x.mean()) < 0.1, "weights with mean 0", say("a mean of {mean:.3g}", mean=W.mean()))
        share = np.mean(abs(x) < 1)
        likely = "the weights are uniform, not normal" if 0.55 < share < 0.6 else ""
        require(0.63 < share < 0.73, "68 % of the weights within one standard deviation", f"{share:.0%}", likely)
        far += np.sum(abs(x) > 3)
    cut_off = "the weights are cut off: of normal ones 1 in 370 is further away than that"
    got = say("{count} of 27000", count=far)
    require(far > 20, "about 73 of 27000 weights further away than 3 standard deviations", got, cut_off)


@task("init_params", points=2)
def test_init_independent(student, rng):
    """every weight is drawn by itself: no two units, and no two layers, are alike"""
    (W1, _), (W2, _), (W3, _) = draw(student, rng, [60, 60, 60, 60])
    for apart, a, b in (
        ("layers that have nothing to do with one another", W1, W2),
        ("layers that have nothing to do with one another", W2, W3),
        ("units that have nothing to do with one another", W1[:, ::2], W1[:, 1::2]),
        ("inputs that have nothing to do with one another", W2[::2], W2[1::2]),
    ):
        with np.errstate(invalid="ignore"):  # equal numbers have no correlation: nan
            alike = np.corrcoef(a.ravel(), b.ravel())[0, 1]
        likely = "a generator that begins anew gives the same numbers again" if alike > 0.99 else ""
        require(abs(alike) < 0.2, apart, say("a correlation of {alike:.2g}", alike=alike), likely)


@task("init_params", points=1)
def test_init_generator(student, rng):
    """all randomness comes from rng: the same state gives the same weights, another state others"""
    seed = int(rng.integers(2**32))
    first, again, other = (
        student.init_params([3, 5, 2], np.random.default_rng(number)) for number in (seed, seed, seed + 1)
    )
    first, again, other = (take_layers(params, "W, b", [3, 5, 2]) for params in (first, again, other))
    same = all(np.array_equal(a, b) for a, b in zip(first[0], again[0], strict=True))
    likely = "np.random has random numbers of its own: all are to come from the rng that is passed in"
    require(same, "the same weights from a generator in the same state", "other weights", likely)
    others = not np.array_equal(first[0][0], other[0][0])
    likely = "a generator with a seed of its own is used in place of rng"
    require(others, "other weights from another generator", "the same weights", likely)


def network(rng, sizes, top=1.0):
    """Parameters that matter: tanh is bent, biases count, and the logits stay within some 1.5 times top."""
    *hidden, (m, n) = pairwise(sizes)
    layers = [(draw_signed(rng, 0.5, 1.5, (m, n)) / np.sqrt(m), draw_signed(rng, 0.2, 0.6, n)) for m, n in hidden]
    return [*layers, (top * draw_signed(rng, 0.5, 1.5, (m, n)) / m, top * draw_signed(rng, 0.2, 0.6, n))]


def batch(rng, n, sizes):
    """n samples with unsorted labels that take turns among the classes."""
    return draw_grid(rng, n, sizes[0], alone=1.0), rng.permutation(np.arange(n) % sizes[-1])


def draw_clear(oracle, rng, n, sizes):
    """A network and a batch of which no gradient is a small rest of large terms, of which float32 loses digits."""
    while True:
        params, data = network(rng, sizes), batch(rng, n, sizes)
        _, grads = oracle.loss_and_grads(params, *data)
        if min(np.abs(part).max() for pair in grads for part in pair) > 0.02:
            return params, *data


def find_last(labels):
    """One sample, of the last class: a batch without that class is another check's subject."""
    at = int(np.argmax(labels))
    return slice(at, at + 1)


def assert_loss(answer, right, count=1):
    """The loss of so many samples must agree, whatever the gradients are."""
    mistakes = {"this is the sum over the samples; the mean divides by N": count * right[0]} if count > 1 else {}
    loss, _ = take(answer, "loss, grads", grads=are_pairs)
    assert_close(loss, right[0], mistakes, part="loss")


def check_both(student, oracle, params, X, labels, sizes, sent=None):
    """Compare loss and gradients with the reference's; `sent` are the arguments as they are sent."""
    answer, right = student.loss_and_grads(*(sent or (params, X, labels))), oracle.loss_and_grads(params, X, labels)
    assert_loss(answer, right)
    assert_grads(answer, right, sizes)


def read_gradients(answer, sizes):
    """The gradients of an answer by their names: dW1, db1, dW2, ..."""
    _, grads = take(answer, "loss, grads", grads=are_pairs)
    return name_layers(take_layers(grads, "dW, db", sizes), "dW, db")


def assert_grads(answer, right, sizes, count=1):
    """The gradients for so many samples must agree, whatever the loss is."""
    named, right = read_gradients(answer, sizes), name_layers(right[1], "dW, db")
    text = "the 1/N of the mean is missing: this is N times the gradient"
    assert_gradient(named, right, {text: {name: count * part for name, part in right.items()}} if count > 1 else {})


@task("loss_and_grads", points=2)
@pytest.mark.parametrize("sizes", SIZES)
def test_loss(student, oracle, rng, sizes):
    """the loss is the mean of the samples' cross-entropies"""
    params, (X, labels) = network(rng, sizes), batch(rng, 8, sizes)
    for rows in (slice(None), find_last(labels)):
        answer, right = (who.loss_and_grads(params, X[rows], labels[rows]) for who in (student, oracle))
        assert_loss(answer, right, len(labels[rows]))


@task("loss_and_grads", points=2)
@pytest.mark.parametrize("sizes", SIZES)
def test_gradients(student, oracle, rng, sizes):
    """every layer's dW and db are right"""
    params, (X, labels) = network(rng, sizes), batch(rng, 8, sizes)
    for rows in (slice(None), find_last(labels)):
        answer, right = (who.loss_and_grads(params, X[rows], labels[rows]) for who in (student, oracle))
        assert_grads(answer, right, sizes, len(labels[rows]))


@task("loss_and_grads", points=2)
def test_loss_large(student, oracle, rng):
    """loss and gradients are finite and right for logits of +-1000, also where a certain answer is wrong"""
    W = np.array([[1000.0, 0, -1000], [-1000, 1000, 0], [1000, 1000, -1000], [-1000, -1000, -1000], [0, 1, -1]])
    order = rng.permutation(5)
    params, X, labels = [(W, np.array([0.0, 1, -1]))], np.eye(5)[order], np.array([2, 1, 0, 2, 1])[order]
    answer, right = student.loss_and_grads(params, X, labels), oracle.loss_and_grads(params, X, labels)
    assert_loss(answer, right)
    assert_grads(answer, right, [5, 3])


@task("loss_and_grads", points=1)
def test_loss_integers(student, oracle, rng):
    """X may hold whole numbers"""
    params, labels = network(rng, [4, 5, 3]), rng.permutation(np.arange(7) % 3)
    check_both(student, oracle, params, rng.integers(-2, 3, size=(7, 4)), labels, [4, 5, 3])


@task("loss_and_grads", points=1)
def test_loss_bytes(student, oracle, rng):
    """X, labels and the parameters may be integers of any type: 8 bits (images) are too few for X W"""
    for kind, low, high in ((np.uint8, 0, 255), (np.int8, -128, 127)):
        n, k = 120, 5  # more samples times classes than 8 bits count to
        X = rng.permuted([np.linspace(low, high, n)] * 3, axis=1).T.astype(kind)
        W, b, unit = rng.integers(0, 3, size=(3, 4)), rng.permutation(4), rng.integers(4)
        W[:, unit], b[unit] = 0, 1  # where tanh is not flat, so that W has a gradient that is no rest of rounding
        # No class is very unlikely: how a loss treats such a one is another check's subject.
        V = rng.permutation([[1, 0, 0, 1, 0], [0, 1, 0, 1, 1], [0, 0, 1, 0, 1], [1, 1, 0, 0, 0]]).astype(kind)
        params = [(W.astype(kind), b.astype(kind)), (V, rng.permutation([0, 0, 1, 1, 2]).astype(kind))]
        check_both(student, oracle, params, X, rng.permutation(np.arange(n) % k).astype(kind), [3, 4, k])


@task("loss_and_grads", points=1)
def test_loss_absent(student, oracle, rng):
    """not every class need occur among the labels of a batch, which may all be the same"""
    params, X = network(rng, [3, 4, 6]), draw_grid(rng, 5, 3)
    for labels in (rng.permutation([1, 1, 3, 1, 3]), np.full(5, 2)):
        check_both(student, oracle, params, X, labels, [3, 4, 6])


@task("loss_and_grads", points=1)
def test_loss_single(student, oracle, rng):
    """no axis is lost with one feature, one hidden unit, or one sample"""
    for sizes in ([1, 4, 3], [3, 1, 2], [1, 1, 1, 2]):
        for n in (5, 1):
            check_both(student, oracle, *draw_clear(oracle, rng, n, sizes), sizes)


@task("loss_and_grads", points=1)
def test_loss_square(student, oracle, rng):
    """N and all sizes may be equal, in one call and the next, and two layers may be one and the same array"""
    sizes = [4, 4, 4, 4]
    for _ in range(2):
        check_both(student, oracle, network(rng, sizes), *batch(rng, 4, sizes), sizes)
    params, (X, labels) = network(rng, sizes), batch(rng, 4, sizes)
    W, b = params[0]
    same, layer = [(W, b), (W, b), params[2]], (shared(W), shared(b))
    check_both(student, oracle, same, X, labels, sizes, sent=([layer, layer, params[2]], X, labels))


@task("loss_and_grads", points=1)
def test_loss_scales(student, oracle, rng):
    """is right for samples of a billion and weights as small: by the chain rule, where differences of losses fail"""
    for sizes in ([4, 3], [4, 5, 3]):
        params, (X, labels) = network(rng, sizes), batch(rng, 6, sizes)
        scale = np.array([1e9, 1e6, 1e3, 1.0])
        first = params[0][0] / scale[:, None], params[0][1]
        answer, right = (who.loss_and_grads([first, *params[1:]], X * scale, labels) for who in (student, oracle))
        assert_loss(answer, right)
        grads = read_gradients(answer, sizes)
        for name, gradient in name_layers(right[1], "dW, db").items():
            divisor = scale[:, None] if name == "dW1" else 1.0  # each row has a scale of its own
            assert_gradient(grads[name] / divisor, gradient / divisor, part=name)


LAYOUTS = ("read-only", "columns", "strided", "reversed")


@task("loss_and_grads", points=1)
def test_loss_unchanged(student, oracle, rng):
    """loss_and_grads leaves its arguments as they are, which may be read-only or lie otherwise in memory"""
    sizes = [3, 4, 2]
    params, (X, labels) = network(rng, sizes), batch(rng, 5, sizes)
    answer = assert_unchanged(student.loss_and_grads, params, X, labels)
    assert_loss(answer, oracle.loss_and_grads(params, X, labels))
    for layout in LAYOUTS:
        check_both(student, oracle, params, X, labels, sizes, sent=laid_out((params, X, labels), layout))


def clear_samples(oracle, rng, params, n):
    """n samples whose two largest logits are far apart."""
    X = 2 * draw_grid(rng, 3 * n, len(params[0][0]))
    z = np.sort(oracle.logits(params, X), axis=1)
    return X[np.argsort(z[:, -2] - z[:, -1])[:n]]


def draw_problem(oracle, rng, sizes, n, telling):
    """A network and n clear samples. Where `telling`, leaving out tanh or the biases changes a class; else it does not.

    So each of the two mistakes fails the checks of the whole network, and no other one by chance.
    """
    while True:
        params = network(rng, sizes, top=3)
        X = clear_samples(oracle, rng, params, n)
        right, straight = oracle.predict(params, X), X
        for W, b in params:
            straight = straight @ W + b
        wrong = [oracle.predict([(W, 0 * b) for W, b in params], X)]
        wrong += [straight.argmax(axis=1)] if len(params) > 1 else []
        if all((classes != right).any() == telling for classes in wrong):
            return params, X, right


@task("predict", points=1)
@pytest.mark.parametrize("sizes", [*SIZES[:2], pytest.param([4, 6, 6, 5], id="two hidden layers")])
def test_predict(student, oracle, rng, sizes):
    """is the class with the largest logit of the whole network"""
    for n in (60, 60, sizes[-1]):
        params, X, right = draw_problem(oracle, rng, sizes, n, telling=True)
        assert_equal(student.predict(params, X), right)


@task("predict", points=1)
def test_predict_single(student, oracle, rng):
    """of a single sample it is an array of one class; one feature, or one hidden unit, is no exception"""
    for sizes, n in (([4, 5, 3], 1), ([1, 4, 3], 6), ([3, 1, 2], 6), ([1, 2], 1)):
        params, X, _ = draw_problem(oracle, rng, sizes, n, telling=False)
        for kept in (X, X[:1]):
            classes, right = student.predict(params, kept), oracle.predict(params, kept)
            bare = "the class of a single sample comes in an array, too" if np.ndim(classes) == 0 else ""
            require(
                np.ndim(classes) == 1, say("an array of shape {shape}", shape=right.shape), describe_kind(classes), bare
            )
            assert_equal(classes, right)


@task("predict", points=1)
def test_predict_bytes(student, oracle, rng):
    """X and the parameters may be integers of any type: 8 bits (images) are too few for X W"""
    for kind, high in ((np.uint8, 255), (np.int8, 127)):
        X = rng.permuted([np.linspace(0, high, 40)] * 3, axis=1).T.astype(kind)
        W = np.array([[1, 0, 3], [3, 2, 0], [0, 3, 2]], kind)[rng.permutation(3)]
        z = X.astype(float) @ W
        X = X[np.ptp(np.sort(z, axis=1)[:, 1:], axis=1) > 5]  # no two classes are nearly equal
        params = [(W, rng.permutation(3).astype(kind))]
        likely = "X W + b was computed in 8 bits, which are too few: make floats of the arguments first"
        wrapped = np.argmax(X @ W + params[0][1], axis=1)
        assert_equal(student.predict(params, X), oracle.predict(params, X), {likely: wrapped})


@task("predict", points=1)
def test_predict_large(student, oracle, rng):
    """is right for logits of +-1000 and for samples whose logits are all negative"""
    W = np.array([[1000.0, -1000, 999], [-1000, 0, 1000], [-999, -1000, -998], [-1000, -998, -999], [-3, -2, -5]])
    X, params = np.eye(5, dtype=int)[rng.permutation(5)], [(W, np.zeros(3))]
    with np.errstate(over="ignore", invalid="ignore"):
        powers = np.exp(X @ W)
        overflown = np.argmax(powers / powers.sum(axis=1, keepdims=True), axis=1)
    mistakes = {"exp of a large logit overflows, and argmax takes the first nan": overflown}
    assert_equal(student.predict(params, X), oracle.predict(params, X), mistakes)


@task("predict", points=1)
def test_predict_near(student, oracle, rng):
    """two logits that differ by one in a million are not equal, wherever the larger one is"""
    W = np.array([rng.permutation([2.0**20, 2.0**20 + 1, 2.0**20 - 1, -5.0]) for _ in range(8)])
    params = [(W, np.zeros(4))]
    assert_equal(student.predict(params, np.eye(8)), oracle.predict(params, np.eye(8)))


@task("predict", points=2)
def test_predict_unchanged(student, oracle, rng):
    """predict leaves its arguments as they are, which may be read-only or lie otherwise in memory"""
    params, X, right = draw_problem(oracle, rng, [3, 5, 4], 6, telling=False)
    assert_equal(assert_unchanged(student.predict, params, X), right)
    for layout in LAYOUTS:
        assert_equal(student.predict(*laid_out((params, X), layout)), right)


@task("confusion_matrix", points=2)
def test_confusion_counts(student, oracle, rng):
    """counts every pair of truth (row) and prediction (column)"""
    before = np.zeros((2, 2))
    for n, k in ((60, 5), (90, 3), (2000, 2), (2000, 2)):  # a byte counts to 255
        labels, predictions = rng.permutation(np.arange(n) % k), rng.permutation(np.arange(n) % k)
        predictions[labels == 0] = k - 1  # no symmetry
        right = oracle.confusion_matrix(labels, predictions, k)
        added = {"the counts of an earlier call are still in it": right + before} if before.shape == right.shape else {}
        assert_equal(student.confusion_matrix(labels, predictions, k), right, added)
        before = right


@task("confusion_matrix", points=1)
def test_confusion_bytes(student, oracle, rng):
    """labels and predictions may be integers of any type: 8 bits do not number the cells of a large table"""
    for kind in (np.uint8, np.int8):
        labels, predictions = (rng.permutation(np.arange(300) % 20).astype(kind) for _ in range(2))
        right = oracle.confusion_matrix(labels, predictions, 20)
        assert_equal(student.confusion_matrix(labels, predictions, 20), right)


@task("confusion_matrix", points=1)
def test_confusion_single(student, oracle, rng):
    """one sample alone, one class alone, and one array as both arguments are no exceptions"""
    for labels, predictions, k in (([2], [0], 3), ([0, 0, 0], [0, 0, 0], 1), ([1], [1], 2)):
        pair = np.array(labels), np.array(predictions)
        assert_equal(student.confusion_matrix(*pair, k), oracle.confusion_matrix(*pair, k))
    labels = rng.permutation(np.arange(11) % 4)
    right = oracle.confusion_matrix(labels, labels, 4)
    assert_equal(student.confusion_matrix(shared(labels), shared(labels), 4), right)
    same = shared(labels)
    assert_equal(student.confusion_matrix(same, same, 4), right)


@task("confusion_matrix", points=2)
def test_confusion_absent(student, oracle, rng):
    """classes that never occur have rows and columns of zeros; there may be more classes than samples"""
    for n, k in ((20, 7), (3, 9)):
        labels, predictions = rng.integers(1, k - 2, size=n), rng.integers(0, k - 1, size=n)
        right = oracle.confusion_matrix(labels, predictions, k)
        seen = max(labels.max(), predictions.max()) + 1
        mistakes = {"the number of classes is guessed from the largest label: it is num_classes": right[:seen, :seen]}
        assert_equal(student.confusion_matrix(labels, predictions, k), right, mistakes)


@task("confusion_matrix", points=1)
def test_confusion_unchanged(student, oracle, rng):
    """confusion_matrix leaves its arguments as they are, which may be read-only or lie otherwise in memory"""
    labels = rng.permutation(np.arange(15) % 4)
    predictions = (labels + (rng.permutation(15) < 9)) % 4  # mistaken for the next class alone: no symmetric table
    right = oracle.confusion_matrix(labels, predictions, 4)
    assert_equal(assert_unchanged(student.confusion_matrix, labels, predictions, 4), right)
    for layout in LAYOUTS:
        assert_equal(student.confusion_matrix(*laid_out((labels, predictions), layout), 4), right)


def weights(rng, h, w, units, *deeper):
    """A network whose first layer looks at images of h rows and w columns."""
    return network(rng, [h * w, units, *deeper, 3])


@task("first_layer_images", points=2)
@pytest.mark.parametrize(
    "cases", [[(4, 3, 5), (2, 3, 1)], [(2, 3, 6), (1, 5, 4)]], ids=["4 x 3, 5 units", "2 x 3, 6 units"]
)
def test_images(student, oracle, rng, cases):
    """one image for each unit, unscaled, of a first layer under any other layers"""
    for h, w, units in [*cases, *cases]:
        for params in (weights(rng, h, w, units, 7), network(rng, [h * w, units], top=9)):
            right = oracle.first_layer_images(params, (h, w))
            assert_close(student.first_layer_images(params, (h, w)), right)


@task("first_layer_images", points=1)
def test_images_single(student, oracle, rng):
    """images of one row, one column or one pixel, and one unit alone, keep their axes"""
    for h, w, units in ((1, 5, 1), (5, 1, 2), (1, 1, 3), (1, 1, 1), (3, 2, 1)):
        params = weights(rng, h, w, units)
        assert_close(student.first_layer_images(params, (h, w)), oracle.first_layer_images(params, (h, w)))


@task("first_layer_images", points=1)
def test_images_integers(student, oracle, rng):
    """the weights may be whole numbers of any type, and large ones"""
    for kind in (np.uint8, np.int8, int):
        W = rng.permutation(np.linspace(0, 120, 24)).astype(kind).reshape(6, 4)
        params = [(W if kind is not int else 1000 * W - 60000, np.zeros(4))]
        assert_close(student.first_layer_images(params, (2, 3)), oracle.first_layer_images(params, (2, 3)))


@task("first_layer_images", points=1)
def test_images_layouts(student, oracle, rng):
    """the arrays may be read-only or lie otherwise in memory"""
    params = weights(rng, 4, 3, 5)
    for layout in LAYOUTS:
        answer = student.first_layer_images(laid_out(params, layout), (4, 3))
        assert_close(answer, oracle.first_layer_images(params, (4, 3)))


@task("first_layer_images", points=1)
def test_images_unchanged(student, oracle, rng):
    """first_layer_images leaves its arguments unchanged"""
    params = network(rng, [10, 3, 4])
    images = assert_unchanged(student.first_layer_images, params, (2, 5))
    assert_close(images, oracle.first_layer_images(params, (2, 5)))
