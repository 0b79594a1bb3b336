"""Hidden checks of hw9: the functions around the training. Extreme numbers are whole, so that float32 holds them."""

import numpy as np
import pytest

from grader.checks import (
    assert_close,
    assert_equal,
    assert_gradient,
    assert_unchanged,
    describe_kind,
    require,
    require_parts,
    say,
    task,
)

SIZES = [
    pytest.param([4, 3], id="no hidden layer"),
    pytest.param([5, 6, 3], id="one hidden layer"),
    pytest.param([4, 6, 6, 7, 3], id="three hidden layers"),  # two of one width: their shapes hide nothing
]


def pair(sizes):
    """The shapes of the weights."""
    return [tuple(sizes[i : i + 2]) for i in range(len(sizes) - 1)]


def require_layers(answer, sizes):
    """The pairs (W, b) of a returned list, the biases with one axis."""
    shapes = pair(sizes)
    wanted = say("a list of {count} pairs, one (W, b) for each layer", count=len(shapes))
    fine = isinstance(answer, (list, tuple)) and len(answer) == len(shapes)
    require(fine, wanted, describe_kind(answer))
    layers = [require_parts(part, "W, b") for part in answer]
    found = [W.shape for W, _ in layers]
    likely = "the last layer comes first: the layers stand in the order of params"
    in_order = found != shapes[::-1] or found == shapes
    require(in_order, say("W of shapes {shapes}", shapes=shapes), "them in reverse order", likely)
    for number, ((W, b), shape) in enumerate(zip(layers, shapes, strict=True), start=1):
        right = W.shape == shape and b.shape in [shape[1:], (1, *shape[1:])]
        expected = say("layer {number} with W {W} and b {b}", number=number, W=shape, b=shape[1:])
        likely = "yours is the transpose of what was expected" if W.shape == shape[::-1] else ""
        require(right, expected, say("W {W} and b {b}", W=W.shape, b=b.shape), likely)
    return [(W, b.reshape(-1)) for W, b in layers]


def draw(student, rng, sizes):
    """Initial parameters, drawn by a generator of their own."""
    seed = int(rng.integers(2**32))
    return require_layers(student.init_params(sizes, np.random.default_rng(seed)), sizes)


@task("init_params", points=2)
def test_init_shapes(student, rng):
    """has one pair (W, b) for each layer, random weights and zero biases, for any number of layers"""
    for sizes in ([7, 4], [3, 8, 5, 2], [2, 3, 4, 5, 6]):
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
    """the weights are normal with mean 0"""
    for W, _ in draw(student, rng, [100, 60, 90]):
        x = W / (W.std() or 1)
        require(abs(x.mean()) < 0.1, "weights with mean 0", say("a mean of {mean:.3g}", mean=W.mean()))
        share = np.mean(abs(x) < 1)
        likely = "the weights are uniform, not normal" if 0.55 < share < 0.6 else ""
        require(0.63 < share < 0.73, "68 % of the weights within one standard deviation", f"{share:.0%}", likely)


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
    first, again, other = (require_layers(params, [3, 5, 2]) for params in (first, again, other))
    same = all(np.array_equal(a, b) for a, b in zip(first[0], again[0], strict=True))
    likely = "np.random has random numbers of its own: all are to come from the rng that is passed in"
    require(same, "the same weights from a generator in the same state", "other weights", likely)
    others = not np.array_equal(first[0][0], other[0][0])
    likely = "a generator with a seed of its own is used in place of rng"
    require(others, "other weights from another generator", "the same weights", likely)


def network(rng, sizes, scale=1.5):
    """Parameters that matter: no layer's sums are all small, and its biases count."""
    return [(rng.normal(scale=scale / np.sqrt(m), size=(m, n)), rng.normal(size=n)) for m, n in pair(sizes)]


def batch(rng, n, sizes):
    """n samples with unsorted labels that take turns among the classes."""
    return rng.normal(size=(n, sizes[0])), rng.permutation(np.arange(n) % sizes[-1])


def name_parts(layers, before=""):
    """The arrays of a list of pairs by their names: W1, b1, W2, ..., or dW1, db1, dW2, ..."""
    return {
        f"{before}{letter}{number}": part
        for number, layer in enumerate(layers, start=1)
        for letter, part in zip("Wb", layer, strict=True)
    }


def split(answer):
    """The loss and the gradients of an answer."""
    fine = isinstance(answer, (tuple, list)) and len(answer) == 2
    require(fine, "two values: loss, grads", describe_kind(answer))
    swapped = isinstance(answer[0], (tuple, list)) and not isinstance(answer[1], (tuple, list))
    likely = "the two values have changed places"
    require(not swapped, "two values: loss, grads", "the list of gradients in the place of the loss", likely)
    return answer


def assert_loss(answer, right, count=1):
    """The loss of so many samples must agree, whatever the gradients are."""
    mistakes = {"this is the sum over the samples; the mean divides by N": count * right[0]} if count > 1 else {}
    assert_close(split(answer)[0], right[0], mistakes, part="loss")


def assert_grads(answer, right, sizes, count=1):
    """The gradients for so many samples must agree, whatever the loss is."""
    named, right = name_parts(require_layers(split(answer)[1], sizes), "d"), name_parts(right[1], "d")
    text = "the 1/N of the mean is missing: this is N times the gradient"
    assert_gradient(named, right, {text: {name: count * part for name, part in right.items()}} if count > 1 else {})


@task("loss_and_grads", points=2)
@pytest.mark.parametrize("sizes", SIZES)
def test_loss(student, oracle, rng, sizes):
    """the loss is the mean of the samples' cross-entropies"""
    params, (X, labels) = network(rng, sizes), batch(rng, 8, sizes)
    for n in (8, 1):
        answer, right = (who.loss_and_grads(params, X[:n], labels[:n]) for who in (student, oracle))
        assert_loss(answer, right, n)


@task("loss_and_grads", points=3)
@pytest.mark.parametrize("sizes", SIZES)
def test_gradients(student, oracle, rng, sizes):
    """every layer's dW and db are right"""
    params, (X, labels) = network(rng, sizes), batch(rng, 8, sizes)
    for n in (8, 1):
        answer, right = (who.loss_and_grads(params, X[:n], labels[:n]) for who in (student, oracle))
        assert_grads(answer, right, sizes, n)


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
    X = rng.integers(-2, 3, size=(7, 4))
    answer, right = student.loss_and_grads(params, X, labels), oracle.loss_and_grads(params, X, labels)
    assert_loss(answer, right)
    assert_grads(answer, right, [4, 5, 3])


@task("loss_and_grads", points=1)
def test_loss_absent(student, oracle, rng):
    """not every class need occur among the labels of a batch"""
    params, X, labels = network(rng, [3, 4, 6]), rng.normal(size=(5, 3)), rng.permutation([1, 1, 3, 1, 3])
    answer, right = student.loss_and_grads(params, X, labels), oracle.loss_and_grads(params, X, labels)
    assert_loss(answer, right)
    assert_grads(answer, right, [3, 4, 6])


@task("loss_and_grads", points=2)
def test_loss_unchanged(student, oracle, rng):
    """loss_and_grads leaves its arguments unchanged"""
    params, (X, labels) = network(rng, [3, 4, 2]), batch(rng, 5, [3, 4, 2])
    answer = assert_unchanged(student.loss_and_grads, params, X, labels)
    assert_loss(answer, oracle.loss_and_grads(params, X, labels))


def clear_samples(oracle, rng, params, n):
    """n samples whose two largest logits are far apart."""
    X = 2 * rng.normal(size=(3 * n, params[0][0].shape[0]))
    z = np.sort(oracle.logits(params, X), axis=1)
    return X[np.argsort(z[:, -2] - z[:, -1])[:n]]


@task("predict", points=2)
@pytest.mark.parametrize("sizes", [*SIZES[:2], pytest.param([4, 6, 7, 5], id="two hidden layers")])
def test_predict(student, oracle, rng, sizes):
    """is the class with the largest logit of the whole network"""
    for n in (30, sizes[-1]):
        params = network(rng, sizes, scale=3)
        X = clear_samples(oracle, rng, params, n)
        assert_equal(student.predict(params, X), oracle.predict(params, X))


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


@task("predict", points=2)
def test_predict_unchanged(student, oracle, rng):
    """predict leaves its arguments unchanged"""
    params = network(rng, [3, 5, 4], scale=3)
    X = clear_samples(oracle, rng, params, 12)
    assert_equal(assert_unchanged(student.predict, params, X), oracle.predict(params, X))


@task("confusion_matrix", points=3)
def test_confusion_counts(student, oracle, rng):
    """counts every pair of truth (row) and prediction (column)"""
    for n, k in ((60, 5), (90, 3), (2000, 2)):  # a byte counts to 255
        labels, predictions = rng.integers(0, k, size=n), rng.integers(0, k, size=n)
        predictions[labels == 0] = k - 1  # no symmetry
        right = oracle.confusion_matrix(labels, predictions, k)
        assert_equal(student.confusion_matrix(labels, predictions, k), right)


@task("confusion_matrix", points=2)
def test_confusion_absent(student, oracle, rng):
    """classes that never occur have rows and columns of zeros; there may be more classes than samples"""
    for n, k in ((20, 7), (3, 9)):
        labels, predictions = rng.integers(1, k - 2, size=n), rng.integers(0, k - 1, size=n)
        right = oracle.confusion_matrix(labels, predictions, k)
        seen = max(labels.max(), predictions.max()) + 1
        mistakes = {"the number of classes is guessed from the largest label: it is num_classes": right[:seen, :seen]}
        assert_equal(student.confusion_matrix(labels, predictions, k), right, mistakes)


@task("confusion_matrix", points=2)
def test_confusion_unchanged(student, oracle, rng):
    """confusion_matrix leaves its arguments unchanged"""
    labels, predictions = rng.integers(0, 4, size=(2, 15))
    counts = assert_unchanged(student.confusion_matrix, labels, predictions, 4)
    assert_equal(counts, oracle.confusion_matrix(labels, predictions, 4))


@task("first_layer_images", points=3)
@pytest.mark.parametrize(
    "cases", [[(4, 3, 5), (2, 3, 1)], [(2, 3, 6), (1, 5, 4)]], ids=["4 x 3, 5 units", "2 x 3, 6 units"]
)
def test_images(student, oracle, rng, cases):
    """one image for each unit, unscaled, of a first layer under any other layers"""
    for (h, w, units), deeper in zip([*cases, *cases], [[], [], [7, 4], [7, 4]], strict=True):
        params = network(rng, [h * w, units, *deeper], scale=9)
        right = oracle.first_layer_images(params, (h, w))
        assert_close(student.first_layer_images(params, (h, w)), right)


@task("first_layer_images", points=2)
def test_images_unchanged(student, oracle, rng):
    """first_layer_images leaves its arguments unchanged"""
    params = network(rng, [10, 3, 4])
    images = assert_unchanged(student.first_layer_images, params, (2, 5))
    assert_close(images, oracle.first_layer_images(params, (2, 5)))
