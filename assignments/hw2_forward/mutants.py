"""Wrong solutions of hw2, one function <function>__<slug> each; its docstring is the diagnosis for the student."""
# ruff: noqa: F821 - a mutant stands behind the model solution and may call its other functions

import math

import numpy as np


def _run(X, params, output, h):
    for W, b in params[:-1]:
        X = h(X @ W + b)
    return _finish(X @ params[-1][0] + params[-1][1], output)


def _finish(A, output):
    return A if output == "identity" else np.exp(A) / np.exp(A).sum(axis=1, keepdims=True)


def _find(activation):
    return {"sigmoid": sigmoid, "tanh": tanh, "relu": relu}[activation]


def sigmoid__exp_quotient(x):
    """exp(x) overflows for large x, and inf / inf is nan.
    Likely: nan comes from
    """
    return np.exp(x) / (1 + np.exp(x))


def sigmoid__math_exp(x):
    """math.exp raises an OverflowError at x = -800, where np.exp gives inf.
    Likely: too large for a float
    """
    return np.reshape([1 / (1 + math.exp(-v)) for v in np.ravel(x)], np.shape(x))


def sigmoid__mirrored(x):
    """The sign in the exponent is missing: this is sigmoid(-x), which falls where sigmoid rises.
    Likely: sign in the exponent
    """
    return 1 / (1 + np.exp(x))


def sigmoid__no_brackets(x):
    """Brackets are missing: 1 / 1 + exp(-x) is 1 + exp(-x).
    Likely: brackets are missing
    """
    return 1 / 1 + np.exp(-x)


def sigmoid__clip_writes_back(x):
    """The clip is written into the caller's own array x.
    Likely: in place
    """
    np.clip(x, -500, 500, out=x)
    return 1 / (1 + np.exp(-np.float64(x)))


def sigmoid__small_types(x):
    """-x wraps round where x is of the type uint8, and exp of a small type has three digits.

    Likely: uint8
    """
    return np.exp(np.minimum(x, 0)) / (1 + np.exp(-np.abs(x)))


def sigmoid__squeezed(x):
    """Axes of length 1 are squeezed away: a table with one row or one column comes back as a line.

    Likely: length 1 is missing
    """
    x = np.squeeze(np.float64(x))
    return np.exp(np.minimum(x, 0)) / (1 + np.exp(-np.abs(x)))


def sigmoid__narrow_clip(x):
    """The clip at 15 is too near: sigmoid(-800) becomes 3e-7, which is no longer next to 0."""
    return 1 / (1 + np.exp(-np.clip(np.float64(x), -15, 15)))


def sigmoid__lost_copy(x):
    """reshape(-1) of a transposed table is a copy: what is written into it never reaches the result.

    Likely: every entry of yours is
    """
    y = np.zeros_like(x, dtype=float)
    flat = y.reshape(-1)
    for place, number in enumerate(np.ravel(x)):
        flat[place] = 1 / (1 + math.exp(-float(number))) if number > -700 else 0.0
    return y


def tanh__slide(x):
    r"""The slide's formula 2 sigmoid(x) - 1 lacks a factor: this is tanh(x / 2).
    Likely: tanh\(x / 2\)
    """
    return 2 * sigmoid(x) - 1


def tanh__quotient(x):
    """exp(x) overflows for large x, and inf / inf is nan.
    Likely: nan comes from
    """
    return (np.exp(x) - np.exp(-x)) / (np.exp(x) + np.exp(-x))


def tanh__no_shift(x):
    """The - 1 at the end is missing: the values run from 0 to 2.
    Likely: yours is 1 too large everywhere
    """
    return 2 * sigmoid(2 * x)


def tanh__three_digits(x):
    """In a small type tanh has three digits: np.tanh of uint8 and int8 computes with 16 bits.

    Likely: uint8
    """
    return np.tanh(x)


def tanh__memory_order(x):
    """The numbers are read in the order in which they lie in memory: a transposed table has another one.

    Likely: in memory
    """
    return np.tanh(np.float64(x)).ravel(order="K").reshape(np.shape(x))


def relu__zeroes_callers_array(x):
    """x[x < 0] = 0 writes the zeros into the caller's own array.
    Likely: in place
    """
    x[x < 0] = 0
    return x


def relu__column_maximum(x):
    """The 0 in np.max(x, 0) is read as an axis: this is the largest entry of each column.
    Likely: yours is the max
    """
    return np.max(x, 0)


def relu__python_max(x):
    """Python's max compares whole objects, and cannot decide which of an array and 0 is larger.
    Likely: ask one question
    """
    return max(0, x)


def relu__mask(x):
    """This is 1 where x is positive (the step function); x itself belongs there.
    Likely: step function
    """
    return (x > 0).astype(float)


def relu__magnitude(x):
    """Negative entries have their sign turned; they are to become 0.
    Likely: lose their sign
    """
    return np.abs(x)


def relu__vector_only(x):
    """The loop visits rows, not entries: it works for an array with one axis alone.
    Likely: ask one question
    """
    return np.array([v if v > 0 else 0.0 for v in x])


def relu__halved_sum(x):
    """x + |x| wraps round where x is of the type uint8: 200 + 200 is 144.

    Likely: uint8
    """
    return (x + np.abs(x)) / 2


def relu__lifted_back(x):
    """The negative entries are set to 0 in place and put back at the end: a read-only array refuses.

    Likely: may only be read
    """
    if not np.ndim(x):
        return np.maximum(x, 0.0)
    before = x.copy()
    x[x < 0] = 0
    y = x.copy()
    x[...] = before
    return y


def relu__small_numbers_lost(x):
    """Positive numbers below 0.0001 become 0; only numbers below 0 do."""
    x = np.float64(x)
    return np.where(x > 1e-4, x, 0.0)


def leaky_relu__framework_slope(x, alpha=0.01):
    """The slope is 0.01 where no alpha is given, as in most frameworks; here and on the slide it is 0.1.
    Likely: the slope is 0.01
    """
    return np.maximum(x, alpha * x)


def leaky_relu__fixed_slope(x, alpha=0.1):
    """The slope is always 0.1: alpha is not used.
    Likely: although alpha
    """
    return np.where(x > 0, x, 0.1 * x)


def leaky_relu__constant(x, alpha=0.1):
    """Negative entries become the constant -alpha, not alpha times x.
    Likely: become -alpha
    """
    return np.where(x > 0, x, -alpha)


def leaky_relu__whole_numbers(x, alpha=0.1):
    """The results are stored in an array of x's own type, which cuts off their decimals where x is whole.
    Likely: decimals are cut off
    """
    y = np.zeros_like(x)
    y[...] = np.where(x > 0, x, alpha * x)
    return y


def leaky_relu__least_alpha(x, alpha=0.1):
    """alpha is held above 0.01, although it may be any number above 0.

    Likely: 10 times|multiple
    """
    return np.where(np.float64(x) > 0, x, max(alpha, 0.01) * x)


def leaky_relu__bent_row(x, alpha=0.1):
    """Axes of length 1 are squeezed away.

    Likely: length 1 is missing
    """
    return np.maximum(x, alpha * x).squeeze()


def elu__mask_times_inf(x, alpha=1.0):
    """exp(x) is inf for large x, and 0 times inf, in the branch that was not meant, is nan.
    Likely: nan comes from
    """
    return (x > 0) * x + (x <= 0) * alpha * (np.exp(x) - 1)


def elu__no_minus_one(x, alpha=1.0):
    """The - 1 is missing: the function jumps at 0 and is positive on the left.
    Likely: - 1 is missing
    """
    return np.where(x > 0, x, alpha * np.exp(np.minimum(x, 0)))


def elu__alpha_on_exp_alone(x, alpha=1.0):
    """alpha multiplies exp(x) alone; it belongs before the bracket (exp(x) - 1).
    Likely: multiplies exp
    """
    return np.where(x > 0, x, alpha * np.exp(np.minimum(x, 0)) - 1)


def elu__alpha_forgotten(x, alpha=1.0):
    """alpha is not used.
    Likely: alpha is not used
    """
    return np.where(x > 0, x, np.expm1(np.minimum(x, 0)))


def elu__alpha_on_both_sides(x, alpha=1.0):
    """alpha multiplies the positive side, too.
    Likely: positive side
    """
    return alpha * np.where(x > 0, x, np.expm1(np.minimum(x, 0)))


def elu__small_digits(x, alpha=1.0):
    """In a small type exp has three digits: np.exp of int8 computes with 16 bits.

    Likely: uint8
    """
    return np.where(x > 0, x, alpha * np.expm1(np.minimum(x, 0)))


def elu__alpha_held(x, alpha=1.0):
    """alpha is held above 0.01, although it may be any number above 0.

    Likely: 10 times|multiple
    """
    return np.where(x > 0, x, max(alpha, 0.01) * np.expm1(np.minimum(np.float64(x), 0)))


def linear__weights_first(X, W, b):
    """W stands before X: the shapes fit only where all of them are equal, and the product is another one.
    Likely: W stands before X|the two stand in the wrong order
    """
    return W @ X + b


def linear__weights_transposed(X, W, b):
    """W is transposed, as for weights of shape (M, D); here W has shape (D, M).
    Likely: [Ww] is transposed|one of them is transposed
    """
    return X @ W.T + b


def linear__no_bias(X, W, b):
    """The bias is missing.
    Likely: the bias is missing
    """
    return X @ W


def linear__threshold(X, W, b):
    """The bias is subtracted, as a threshold would be; it is to be added.
    Likely: subtracted
    """
    return X @ W - b


def linear__bias_as_column(X, W, b):
    """b is made a column, so that each sample has a bias, not each unit.
    Likely: made a column
    """
    return X @ W + b.reshape(-1, 1)


def linear__no_batch_axis(X, W, b):
    """Axes of length 1 are squeezed away: one sample, or one unit, loses its axis.
    Likely: length 1 is missing
    """
    return np.squeeze(X @ W + b)


def linear__small_sums(X, W, b):
    """The sums are computed in the arguments' own type, and those of uint8 or int8 wrap round.

    Likely: uint8
    """
    return X @ W + b


def linear__memory_order_of_weights(X, W, b):
    """The numbers of W are read in the order in which they lie in memory: a transposed W has another one."""
    return np.float64(X) @ np.float64(W).ravel(order="K").reshape(W.shape) + b


def linear__bias_in_samples(X, W, b):
    """X is multiplied in place and divided again at the end: a read-only X refuses, and an X that is W is wrong.

    Likely: may only be read
    """
    if X.dtype != float:
        return np.float64(X) @ np.float64(W) + b
    X *= 2
    A = X @ W / 2 + b
    X /= 2
    return A


def maxout__over_units(x, W1, b1, W2, b2):
    """The maximum runs over the units of each sample; it is one of two maps, unit by unit.
    Likely: the max over axis 1
    """
    return np.max(np.hstack([x @ W1 + b1, x @ W2 + b2]), axis=1)


def maxout__first_rectified(x, W1, b1, W2, b2):
    """The first map is compared with 0 (that is ReLU), not with the second map.
    Likely: compared with 0
    """
    return np.maximum(x @ W1 + b1, 0)


def maxout__bias_afterwards(x, W1, b1, W2, b2):
    """The biases are added after the maximum, where they no longer decide which map is larger.
    Likely: after the maximum
    """
    return np.maximum(x @ W1, x @ W2) + b1 + b2


def maxout__biases_into_products(x, W1, b1, W2, b2):
    """`+=` adds the bias into the product itself, and an array of whole numbers has no room for fractions.
    Likely: whole numbers cannot be changed in place
    """
    second = x @ W2
    second += b2
    return np.maximum(x @ W1 + b1, second)


def maxout__no_unit_axis(x, W1, b1, W2, b2):
    """Axes of length 1 are squeezed away: one sample, or one unit, loses its axis.

    Likely: length 1 is missing
    """
    return np.squeeze(np.maximum(linear(x, W1, b1), linear(x, W2, b2)))


def maxout__ties_lost(x, W1, b1, W2, b2):
    """Where the two maps are equal neither is larger, and 0 comes out; their common value belongs there.

    Likely: every entry of yours is
    """
    first, second = linear(x, W1, b1), linear(x, W2, b2)
    return first * (first > second) + second * (second > first)


def maxout__small_maps(x, W1, b1, W2, b2):
    """The sums are computed in the arguments' own type, and those of uint8 or int8 wrap round.

    Likely: uint8
    """
    return np.maximum(x @ W1 + b1, x @ W2 + b2)


def parameter_shapes__outputs_first(sizes):
    r"""The shape of W is (D_out, D_in), as torch keeps it; here it is (D_in, D_out).
    Likely: \(outputs, inputs\)
    """
    return [((m, d), (m,)) for d, m in zip(sizes, sizes[1:], strict=False)]


def parameter_shapes__no_comma(sizes):
    """A comma is missing: (m) is the number m, (m,) a shape.
    Likely: a comma is missing
    """
    return [((d, m), (m)) for d, m in zip(sizes, sizes[1:], strict=False)]


def parameter_shapes__pops(sizes):
    """pop takes the sizes out of the caller's own list.
    Likely: pop
    """
    return [((sizes.pop(0), sizes[0]), (sizes[0],)) for _ in range(len(sizes) - 1)]


def parameter_shapes__ones_left_out(sizes):
    """Sizes of 1 are left out of the shapes: a layer from 3 units to 1 has W of shape (3, 1)."""
    return [(tuple(s for s in (d, m) if s != 1), (m,)) for d, m in pairwise(sizes)]


def parameter_shapes__equal_pairs_once(sizes):
    """A pair of shapes that was there before is left out: each layer has its own, equal or not."""
    return list(dict.fromkeys(((d, m), (m,)) for d, m in pairwise(sizes)))


def forward__no_activation(X, params, activation, output):
    """There is no activation between the layers, so that the whole network is a single linear map.
    Likely: no activation
    """
    return _run(X, params, output, lambda A: A)


def forward__activated_output(X, params, activation, output):
    """The activation is applied after the last layer, too; it belongs to hidden layers.
    Likely: follows the last
    """
    h = _find(activation)
    return _finish(h(_run(X, params, "identity", h)), output)


def forward__activated_input(X, params, activation, output):
    """The activation stands before each layer and so also acts on the input X.
    Likely: acts on the input
    """
    h = _find(activation)
    return _run(h(X), params, output, h)


def forward__always_sigmoid(X, params, activation, output):
    """The hidden layers are always sigmoids: the argument activation is not used.
    Likely: whatever activation says
    """
    return _run(X, params, output, sigmoid)


def forward__never_softmax(X, params, activation, output):
    """The output is always the last layer's sums: softmax is missing.
    Likely: softmax is missing
    """
    return _run(X, params, "identity", _find(activation))


def forward__softmax_over_columns(X, params, activation, output):
    """Softmax runs down the columns, over the samples; it is to run along each row, over the classes.
    Likely: down the columns
    """
    A = _run(X, params, "identity", _find(activation))
    return A if output == "identity" else np.exp(A) / np.exp(A).sum(axis=0)


def forward__three_layers(X, params, activation, output):
    """The number of layers is fixed at three, that of the slide's example.
    Likely: fixed number
    """
    h, ((W1, b1), (W2, b2), (W3, b3)) = _find(activation), params
    return _finish(h(h(X @ W1 + b1) @ W2 + b2) @ W3 + b3, output)


def forward__uses_up_params(X, params, activation, output):
    """pop takes the last layer out of the caller's own list.
    Likely: pop
    """
    X = np.float64(X)
    W, b = params.pop()
    for W_hidden, b_hidden in params:
        X = _find(activation)(X @ W_hidden + b_hidden)
    return _finish(X @ W + b, output)


def forward__hidden_bias_in_place(X, params, activation, output):
    """`+=` adds the bias into the product itself, and an array of whole numbers has no room for fractions.
    Likely: whole numbers cannot be changed in place
    """
    for W, b in params[:-1]:
        X = X @ W
        X += b
        X = _find(activation)(X)
    return _finish(X @ params[-1][0] + params[-1][1], output)


def forward__small_layers(X, params, activation, output):
    """The sums are computed in the arguments' own type, and those of uint8 or int8 wrap round.

    Likely: uint8
    """
    return _run(X, params, output, _find(activation))


def forward__clipped_logits(X, params, activation, output):
    """The logits are clipped at 3, although they reach 4 and more."""
    A = _run(np.float64(X), params, "identity", _find(activation))
    return A if output == "identity" else _finish(np.clip(A, -3, 3), output)


def forward__least_probability(X, params, activation, output):
    """Probabilities are held above 0.001: the rows no longer sum to 1.

    Likely: do not sum to 1|never goes below
    """
    Y = _run(np.float64(X), params, output, _find(activation))
    return Y if output == "identity" else np.maximum(Y, 1e-3)


def forward__relu_six(X, params, activation, output):
    """relu is cut off at 6, as in networks for phones; max(0, x) has no upper end."""
    h = _find(activation)
    return _run(np.float64(X), params, output, lambda A: np.minimum(h(A), 6))


def forward__one_class(X, params, activation, output):
    """With a single output the sigmoid takes the place of softmax; softmax of one number is 1.

    Likely: softmax of one number
    """
    A = _run(np.float64(X), params, "identity", _find(activation))
    return sigmoid(A) if output == "softmax" and A.shape[1] == 1 else _finish(A, output)


def forward__each_layer_once(X, params, activation, output):
    """Layers are kept in a dict by their weights' id: where one layer stands twice, it is passed once.

    Likely: counts once
    """
    layers = {id(W): (W, b) for W, b in params}
    return _run(np.float64(X), list(layers.values()), output, _find(activation))


def forward__no_row_axis(X, params, activation, output):
    """Axes of length 1 are squeezed away: one sample, or one output, loses its axis.

    Likely: length 1 is missing
    """
    return np.squeeze(_run(np.float64(X), params, output, _find(activation)))


def forward__eight_layers(X, params, activation, output):
    """Layers after the eighth are left out: any number of layers may come."""
    return _run(np.float64(X), params[:8], output, _find(activation))


def collapse_linear__bias_in_place(params):
    """`+=` adds the next bias into the product itself, and an array of whole numbers has no room for fractions.
    Likely: whole numbers cannot be changed in place
    """
    W, b = params[0]
    for W_next, b_next in params[1:]:
        W, b = W @ W_next, b @ W_next
        b += b_next
    return W, b


def collapse_linear__whole_bias(params):
    """The bias is given the type of W: where W holds whole numbers, the decimals of b are gone.
    Likely: first bias
    """
    W, b = params[0]
    b = b.astype(W.dtype)
    for W_next, b_next in params[1:]:
        W, b = W @ W_next, b @ W_next + b_next
    return W, b


def collapse_linear__last_bias(params):
    """The bias is that of the last layer: those of the earlier layers are lost on the way.
    Likely: only the last bias
    """
    W, _ = params[0]
    for W_next, _ in params[1:]:
        W = W @ W_next
    return W, params[-1][1]


def collapse_linear__biases_added(params):
    """The biases are added up as they are; an early bias passes through the later layers' weights.
    Likely: added as they are
    """
    W, b = params[0]
    for W_next, b_next in params[1:]:
        W, b = W @ W_next, np.resize(b, b_next.shape) + b_next
    return W, b


def collapse_linear__product_reversed(params):
    """The weights are multiplied from the last layer to the first; the shapes hide it where all are square.
    Likely: from the last layer
    """
    W, b = params[0]
    for W_next, b_next in params[1:]:
        W = W_next @ W if W.shape == W_next.shape else W @ W_next
        b = b @ W_next + b_next
    return W, b


def collapse_linear__small_products(params):
    """The products are computed in the arguments' own type, and those of uint8 or int8 wrap round.

    Likely: uint8
    """
    W, b = params[0]
    for W_next, b_next in params[1:]:
        W, b = W @ W_next, b @ W_next + b_next
    return W, b


def collapse_linear__equal_layers_once(params):
    """Layers are kept in a dict by their weights' id: where one layer stands twice, it is used once.

    Likely: counts once
    """
    layers = list({id(W): (W, b) for W, b in params}.values())
    W, b = np.float64(layers[0][0]), layers[0][1]
    for W_next, b_next in layers[1:]:
        W, b = W @ W_next, b @ np.float64(W_next) + b_next
    return W, b


def collapse_linear__squeezed_weights(params):
    """np.squeeze takes axes of length 1 away: W of one input or one unit loses its axis.

    Likely: length 1
    """
    W, b = np.float64(params[0][0]), params[0][1]
    for W_next, b_next in params[1:]:
        W, b = W @ W_next, b @ np.float64(W_next) + b_next
    return np.squeeze(W), b


def collapse_linear__eight_layers_only(params):
    """Layers after the eighth are left out: any number of layers may come."""
    W, b = np.float64(params[0][0]), np.float64(params[0][1])
    for W_next, b_next in params[1:8]:
        W, b = W @ W_next, b @ W_next + b_next
    return W, b


def leaky_relu__right_side_with_a_small_alpha(x, alpha=0.1):
    """Where alpha is very small it scales the right side as well."""
    x = np.asarray(x, dtype=float)
    return np.where(x > 0, x if alpha > 0.01 else (1 - alpha) * x * 0.9, alpha * x)


EQUIVALENT = {
    "forward: e.sum(axis=1, keepdims=True) -> e.sum(axis=-1, keepdims=True)": "e has two axes: 1 is the last",
    "leaky_relu: np.asarray(x, dtype=float) -> np.asarray(x)": "alpha * x is float64 all the same, or x for alpha = 1",
}
