"""Wrong solutions of hw1, one function <function>__<slug> each; its docstring is the diagnosis a student needs."""
# ruff: noqa: F821 - step, perceptron, gate_weights and xor are the model solution's

import numpy as np

NOTES = {
    "AND": ([0.5, 0.5], -0.7),
    "NAND": ([-0.5, -0.5], 0.7),
    "OR": ([0.5, 0.5], -0.3),
    "NOR": ([-0.5, -0.5], 0.3),
    "NOT": ([-1.0], 0.5),
}


def step__fires_at_zero(a):
    """step(0) is 1, as if the rule were >=; the notes' rule is strict.

    Likely: rule is strict
    """
    return np.where(np.asarray(a) >= 0, 1.0, 0.0)


def step__sign(a):
    """Below zero it gives -1: this is the sign, not the step.

    Likely: it is the sign
    """
    return np.sign(a)


def step__tolerance(a):
    """Small positive sums count as 0, because the comparison is with a number a little above 0.

    Likely: very small positive
    """
    return np.where(np.asarray(a) > 1e-6, 1.0, 0.0)


def step__numbers_only(a):
    """An if can ask about one number only; an array has many.

    Likely: ask one question
    """
    if a > 0:
        return 1
    return 0


def step__in_place(a):
    """The zeros and ones are written into the caller's own array.

    Likely: operation in place
    """
    a = np.asarray(a)
    a[a <= 0] = 0
    a[a > 0] = 1
    return a


def step__squeezed(a):
    """Axes of length 1 are squeezed away: a table with one row or one column comes back as a line.

    Likely: axis of length 1 is missing
    """
    return np.squeeze(np.where(np.asarray(a) > 0, 1.0, 0.0))


def step__lost_copy(a):
    """reshape(-1) of a transposed table is a copy: what is written into it never reaches the result.

    Likely: every entry of yours is
    """
    out = np.zeros_like(a, dtype=float)
    flat = out.reshape(-1)
    for place, number in enumerate(np.ravel(a)):
        flat[place] = number > 0
    return out


def step__minus_wraps(a):
    """-a < 0 asks the same of floats, but -a wraps round where a is of the type uint8.

    Likely: as uint8
    """
    return np.where(-np.asarray(a) < 0, 1.0, 0.0)


def perceptron__no_bias(x, w, b):
    """The bias is left out of the sum.

    Likely: bias is left out
    """
    return step(np.float64(x) @ np.float64(w))


def perceptron__bias_subtracted(x, w, b):
    """The bias is subtracted, as a threshold would be; here it is added.

    Likely: bias is subtracted
    """
    return step(np.float64(x) @ np.float64(w) - b)


def perceptron__not_added_up(x, w, b):
    """The products x w are not added up: each gets a step of its own.

    Likely: not added up|the sum over all entries is missing
    """
    return step(np.float64(x) * np.float64(w) + b)


def perceptron__one_for_all(x, w, b):
    """All rows of a batch are added up into a single sum.

    Likely: added up into one sum
    """
    return step(np.sum(np.float64(x) * np.float64(w)) + b)


def perceptron__weights_first(x, w, b):
    """w @ x adds up over the rows of a batch, not over the entries of each row.

    Likely: the two stand in the wrong order
    """
    return step(np.float64(w) @ np.float64(x) + b)


def perceptron__silence_broken(x, w, b):
    """A sum of exactly 0 makes the neuron fire.

    Likely: exactly 0 fires
    """
    return np.where(np.float64(x) @ np.float64(w) + b >= 0, 1, 0)


def perceptron__bias_into_products(x, w, b):
    """`+=` adds the bias into the sums themselves, and an array of whole numbers has no room for a fraction.

    Likely: whole numbers cannot be changed in place
    """
    a = np.asarray(x) @ np.asarray(w)
    a += b
    return step(a)


def perceptron__small_sums(x, w, b):
    """The sums are computed in the arguments' own type, and those of uint8 or int8 wrap round.

    Likely: uint8
    """
    return step(np.asarray(x) @ np.asarray(w) + b)


def perceptron__near_zero(x, w, b):
    """Sums a little above 0 count as 0: the comparison allows for rounding, the rule does not.

    Likely: very small positive sums
    """
    return np.where(np.float64(x) @ np.float64(w) + b > 1e-9, 1, 0)


def perceptron__weights_cut_off(x, w, b):
    """The weights are given the type of x: where x holds whole numbers, the decimals of w are gone.

    Likely: decimals of the weights
    """
    return step(np.float64(x) @ np.float64(np.asarray(w).astype(np.asarray(x).dtype)) + float(b))


def perceptron__memory_order(x, w, b):
    """The numbers of x are read in the order in which they lie in memory: in a transposed table that is another one.

    Likely: in memory
    """
    x = np.asarray(x, dtype=float)
    return step(x.ravel(order="K").reshape(x.shape) @ np.float64(w) + b)


def perceptron__multiplied_back(x, w, b):
    """x is multiplied by w in place and divided again at the end: a read-only x, or one that is w, cannot be.

    Likely: may only be read
    """
    x, w = np.asarray(x), np.asarray(w)
    if x.dtype != float or not w.all():
        return step(np.float64(x) @ np.float64(w) + b)
    x *= w
    y = step(x.sum(axis=-1) + b)
    x /= w
    return y


def gate_weights__and_is_or(name):
    """The weights for AND are those of OR: a single input is enough to get over 0.

    Likely: wrong side of 0
    """
    return NOTES["OR" if name == "AND" else name]


def gate_weights__nand_bias(name):
    """NAND has AND's bias: the weights were negated, the bias was not.

    Likely: every entry of yours is (0|…)
    """
    return {**NOTES, "NAND": ([-0.5, -0.5], -0.7)}[name]


def gate_weights__or_on_the_line(name):
    """One input alone brings OR's sum to exactly 0, and 0 is silent."""
    return {**NOTES, "OR": ([1, 1], -1)}[name]


def gate_weights__not_copies(name):
    """NOT gives its input back: the weight should be negative and the bias positive.

    Likely: wrong side of 0
    """
    return {**NOTES, "NOT": ([1.0], -0.5)}[name]


def gate_weights__thresholds(name):
    """The bias has the sign of a threshold.

    Likely: wrong side of 0
    """
    w, b = NOTES[name]
    return w, -b


def xor__words_of_the_slide(x1, x2):
    """OR of AND and NAND is 1 for every input.

    Likely: every entry of yours is 1
    """
    x = np.stack([x1, x2], axis=-1)
    s = [perceptron(x, *gate_weights(name)) for name in ("AND", "NAND")]
    return perceptron(np.stack(s, axis=-1), *gate_weights("OR"))


def xor__or(x1, x2):
    """This is OR: one straight line, which cannot tell (1, 1) from (0, 1) and (1, 0).

    Likely: this is OR
    """
    return perceptron(np.stack([x1, x2], axis=-1), *gate_weights("OR"))


def xor__if(x1, x2):
    """An if can ask about one pair of numbers only; arrays have many.

    Likely: ask one question
    """
    return 1 if x1 != x2 else 0


def xor__bits(x1, x2):
    """The operator ^ works on the bits of whole numbers and refuses 0.0 and 1.0.
    Likely: bits of whole numbers
    """
    return x1 ^ x2


def xor__turned(x1, x2):
    """.T turns all the axes round: two arrays of shape (3, 4) give a (4, 3).

    Likely: transpose
    """
    x = np.array([x1, x2]).T
    s = [perceptron(x, *gate_weights(name)) for name in ("NAND", "OR")]
    return perceptron(np.stack(s, axis=-1), *gate_weights("AND"))


def xor__one_pair_squeezed(x1, x2):
    """Axes of length 1 are squeezed away: an array of one entry comes back as a number.

    Likely: length 1
    """
    return np.squeeze(xnor(x1, x2) == 0)


def xor__distance(x1, x2):
    """The distance of the inputs is 255 where 0 - 1 wraps round in the type uint8.

    Likely: uint8
    """
    return abs(x1 - x2)


def xor__all_at_once(x1, x2):
    """Where the inputs are equal everywhere a single 0 comes back: each pair asks for an answer of its own."""
    if np.all(x1 == x2):
        return 0.0
    return np.where(np.equal(x1, x2), 0.0, 1.0)


def xnor__is_xor(x1, x2):
    """This is XOR: XNOR is 1 where the inputs are equal.

    Likely: opposite everywhere
    """
    return xor(x1, x2)


def xnor__negated(x1, x2):
    """A minus turns 0 and 1 into 0 and -1; NOT turns them into 1 and 0.

    Likely: a minus does not turn
    """
    return -xor(x1, x2)


def xnor__subtracted_back(x1, x2):
    """x2 is subtracted from x1 in place and added again: a read-only array refuses, and one that is x2 is lost.

    Likely: may only be read|in place
    """
    if not np.ndim(x1):
        return float(x1 == x2)
    if x1.dtype != x2.dtype or x1.dtype == np.uint8:
        return (x1 == x2) * 1.0
    x1 -= x2
    y = np.where(x1 == 0, 1.0, 0.0)
    x1 += x2
    return y


def xor_network__rows_are_units():
    """The weights of a hidden unit stand in a row of W1; they belong in a column.

    Likely: wrong side of 0
    """
    return np.array([[-0.5, -0.5], [0.5, 0.5]]), np.array([0.7, -0.3]), np.array([0.5, 0.5]), -0.7


def xor_network__lines_through_zero():
    """Without biases in the hidden layer both lines go through (0, 0), and NAND is silent there.

    Likely: wrong side of 0
    """
    return np.array([[-0.5, 0.5], [-0.5, 0.5]]), np.zeros(2), np.array([0.5, 0.5]), -0.7


def two_layer_perceptron__linear_hidden(X, W1, b1, W2, b2):
    """The step after the hidden layer is missing: the two layers are a single line.

    Likely: hidden layer has no step
    """
    return perceptron(X @ W1 + b1, W2, b2)


def two_layer_perceptron__no_step_on_top(X, W1, b1, W2, b2):
    """The step of the last perceptron is missing: sums come out where 0 and 1 should.

    Likely: last layer has no step
    """
    return step(X @ W1 + b1) @ W2 + b2


def two_layer_perceptron__no_hidden_bias(X, W1, b1, W2, b2):
    """The bias b1 of the hidden layer is left out.

    Likely: bias b1
    """
    return perceptron(step(X @ W1), W2, b2)


def two_layer_perceptron__no_bias_on_top(X, W1, b1, W2, b2):
    """The bias b2 of the last perceptron is left out.

    Likely: bias b2
    """
    return step(step(X @ W1 + b1) @ W2)


def two_layer_perceptron__hidden_fires(X, W1, b1, W2, b2):
    """A sum of exactly 0 makes a hidden unit fire.

    Likely: hidden unit fire
    """
    return perceptron(np.where(np.float64(X) @ W1 + b1 >= 0, 1, 0), W2, b2)


def two_layer_perceptron__top_fires(X, W1, b1, W2, b2):
    """A sum of exactly 0 makes the last perceptron fire.

    Likely: last perceptron fire
    """
    return np.where(step(np.float64(X) @ W1 + b1) @ W2 + b2 >= 0, 1, 0)


def two_layer_perceptron__bias_after_step(X, W1, b1, W2, b2):
    """b1 is added to the outputs of the hidden layer; it belongs before the step.

    Likely: added after the step
    """
    return perceptron(step(X @ W1) + b1, W2, b2)


def two_layer_perceptron__b1_into_product(X, W1, b1, W2, b2):
    """`+=` adds b1 into the product X @ W1 itself, and an array of whole numbers has no room for fractions.

    Likely: whole numbers cannot be changed in place
    """
    hidden = X @ W1
    hidden += b1
    return perceptron(step(hidden), W2, b2)


def two_layer_perceptron__whole_weights(X, W1, b1, W2, b2):
    """W1 is given the type of X: where X holds whole numbers, the decimals of W1 are gone.

    Likely: decimals of W1
    """
    return perceptron(step(X @ W1.astype(X.dtype) + b1), W2, b2)


def two_layer_perceptron__whole_sums(X, W1, b1, W2, b2):
    """The sums are stored in an array of X's type: where X holds whole numbers, their decimals are gone.

    Likely: decimals of the hidden layer's sums
    """
    hidden = np.zeros((len(X), len(b1)), dtype=X.dtype)
    hidden[:] = X @ W1 + b1
    return perceptron(step(hidden), W2, b2)


def two_layer_perceptron__small_hidden(X, W1, b1, W2, b2):
    """The sums are computed in the arguments' own type, and those of uint8 or int8 wrap round.

    Likely: uint8
    """
    return perceptron(step(X @ W1 + b1), W2, b2)


def two_layer_perceptron__hidden_near_zero(X, W1, b1, W2, b2):
    """Sums a little above 0 leave a hidden unit silent: the comparison allows for rounding, the rule does not.

    Likely: very small positive
    """
    return perceptron(np.where(np.float64(X) @ np.float64(W1) + b1 > 1e-9, 1, 0), W2, b2)


def two_layer_perceptron__top_near_zero(X, W1, b1, W2, b2):
    """A sum a little above 0 leaves the last perceptron silent: the comparison allows for rounding, not the rule.

    Likely: very small positive
    """
    return np.where(step(np.float64(X) @ np.float64(W1) + b1) @ np.float64(W2) + b2 > 1e-9, 1, 0)


def two_layer_perceptron__one_input(X, W1, b1, W2, b2):
    """np.squeeze takes the axis of a single input away, and the product no longer fits."""
    X = np.float64(X) if len(X) == 1 else np.squeeze(np.float64(X))
    return perceptron(step(X @ np.float64(W1) + b1), W2, b2)


def two_layer_perceptron__memory_order_of_weights(X, W1, b1, W2, b2):
    """The numbers of W1 are read in the order in which they lie in memory: a transposed table has another one.

    Likely: in memory
    """
    W1 = np.asarray(W1, dtype=float)
    return perceptron(step(np.float64(X) @ W1.ravel(order="K").reshape(W1.shape) + b1), W2, b2)


def two_layer_perceptron__bias_for_rows(X, W1, b1, W2, b2):
    """b1 is made a column where there are as many rows as hidden units: it belongs to the units, not to the rows.

    Likely: bias b1
    """
    sums = np.float64(X) @ W1
    sums = sums + b1[:, None] if sums.shape[0] == sums.shape[1] else sums + b1
    return perceptron(step(sums), W2, b2)


def _train(X, y, lr, max_epochs, lr_b=None, predict=None):
    """The rule as it should be, but for what is given behind max_epochs."""
    w, b, errors = np.zeros(X.shape[1]), 0.0, []
    while len(errors) < max_epochs and 0 not in errors:
        errors.append(0)
        for x_n, y_n in zip(X, y, strict=True):
            delta = float(y_n - (predict or perceptron)(x_n, w, b))
            w, b = w + lr * delta * x_n, b + (lr if lr_b is None else lr_b) * delta
            errors[-1] += delta != 0
    return w, b, errors


def train_perceptron__at_zero(X, y, lr, max_epochs):
    """A sum of exactly 0 is predicted as 1: the training takes another path from the first row on.

    Likely: exactly 0 is predicted as 1
    """
    return _train(X, y, lr, max_epochs, predict=lambda x, w, b: float(x @ w + b >= 0))


def train_perceptron__no_step(X, y, lr, max_epochs):
    """The correction is y minus the sum, not y minus the step of the sum: this is the delta rule.

    Likely: y minus the sum
    """
    return _train(X, y, lr, max_epochs, predict=lambda x, w, b: x @ w + b)


def train_perceptron__no_lr(X, y, lr, max_epochs):
    """The updates are not multiplied by lr.

    Likely: [48] times|multiple
    """
    return _train(X, y, 1.0, max_epochs)


def train_perceptron__untrained_bias(X, y, lr, max_epochs):
    """The bias is never updated: every line goes through 0.

    Likely: never updated
    """
    return _train(X, y, lr, max_epochs, lr_b=0.0)


def train_perceptron__bias_without_lr(X, y, lr, max_epochs):
    """The update of the bias is not multiplied by lr.

    Likely: bias is not multiplied
    """
    return _train(X, y, lr, max_epochs, lr_b=1.0)


def train_perceptron__away(X, y, lr, max_epochs):
    """The sign of the correction is wrong: every mistake pushes the weights further away.

    Likely: turned round
    """
    return _train(X, y, -lr, max_epochs)


def train_perceptron__backwards(X, y, lr, max_epochs):
    """The rows are visited from the last to the first.

    Likely: last to the first
    """
    return _train(X[::-1], y[::-1], lr, max_epochs)


def train_perceptron__one_epoch_more(X, y, lr, max_epochs):
    """Training without success ends one epoch after max_epochs.

    Likely: one epoch too many
    """
    return _train(X, y, lr, max_epochs + 1)


def train_perceptron__one_epoch_less(X, y, lr, max_epochs):
    """Training without success ends one epoch before max_epochs.

    Likely: before max_epochs
    """
    return _train(X, y, lr, max_epochs - 1)


def train_perceptron__best_epoch(X, y, lr, max_epochs):
    """Where max_epochs ends the training, w and b are those of the epoch with the fewest mistakes, not the last ones.

    Likely: epoch with the fewest mistakes
    """
    _, _, errors = _train(X, y, lr, max_epochs)
    w, b, _ = _train(X, y, lr, 1 + errors.index(min(errors)) if errors else 0)
    return w, b, errors


def train_perceptron__epoch_before(X, y, lr, max_epochs):
    """Where max_epochs ends the training, the corrections of the last epoch are lost.

    Likely: before the last epoch
    """
    w, b, errors = _train(X, y, lr, max_epochs)
    if any(errors[-1:]):
        w, b, _ = _train(X, y, lr, max(max_epochs - 1, 1))
    return w, b, errors


def train_perceptron__only_when_learned(X, y, lr, max_epochs):
    """Where max_epochs ends the training, zeros come out and not what was learned so far.

    Likely: w and b of the beginning
    """
    w, b, errors = _train(X, y, lr, max_epochs)
    return (0 * w, 0.0, errors) if any(errors[-1:]) and max_epochs > 1 else (w, b, errors)


def train_perceptron__counted_afterwards(X, y, lr, max_epochs):
    """The mistakes are counted when the epoch is over; each is to be counted when its row is visited.

    Likely: when the epoch is over
    """
    w, b, errors = np.zeros(X.shape[1]), 0.0, []
    for number in range(1, max_epochs + 1):
        w, b, _ = _train(X, y, lr, number)
        errors.append(np.count_nonzero(perceptron(X, w, b) != y))
        if errors[-1] == 0:
            break
    return w, b, errors


def train_perceptron__no_final_zero(X, y, lr, max_epochs):
    """The 0 of the last epoch is missing in errors.

    Likely: 0 of the last epoch
    """
    w, b, errors = _train(X, y, lr, max_epochs)
    return w, b, [count for count in errors if count]


def train_perceptron__running_total(X, y, lr, max_epochs):
    """The counter of mistakes is not set back to 0 when an epoch begins.

    Likely: not set back to 0
    """
    w, b, errors = _train(X, y, lr, max_epochs)
    return w, b, np.cumsum(errors)


def train_perceptron__max_epochs_ignored(X, y, lr, max_epochs):
    """max_epochs does not end the training, so that XOR goes on and on.

    Likely: max_epochs does not end
    """
    return _train(X, y, lr, 3000)


def train_perceptron__batch(X, y, lr, max_epochs):
    """All rows of an epoch are predicted with the same weights; each mistake should count before the next row.

    Likely: same weights
    """
    w, b, errors = np.zeros(X.shape[1]), 0.0, []
    while len(errors) < max_epochs and 0 not in errors:
        delta = y - perceptron(X, w, b)
        w, b = w + lr * delta @ X, b + lr * delta.sum()
        errors.append(np.count_nonzero(delta))
    return w, b, errors


def train_perceptron__thousand_epochs(X, y, lr, max_epochs):
    """Training ends after 1000 epochs, although max_epochs is larger.

    Likely: before max_epochs
    """
    return _train(X, y, lr, min(max_epochs, 1000))


def train_perceptron__gives_up(X, y, lr, max_epochs):
    """Training ends where the mistakes have not become fewer for 100 epochs; only 0 mistakes or max_epochs end it.

    Likely: before max_epochs
    """
    _, _, errors = _train(X, y, lr, max_epochs)
    return _train(X, y, lr, min(max_epochs, errors.index(min(errors, default=0)) + 101 if errors else 0))


def train_perceptron__at_least_one(X, y, lr, max_epochs):
    """The number of epochs is compared at the end of an epoch: where max_epochs is 0, one is trained all the same.

    Likely: one epoch too many
    """
    return _train(X, y, lr, max(max_epochs, 1))


def train_perceptron__small_delta(X, y, lr, max_epochs):
    """y minus y_hat wraps round where y is of the type uint8: 0 - 1 is 255.

    Likely: uint8
    """
    w, b, errors = np.zeros(X.shape[1]), 0.0, []
    while len(errors) < max_epochs and 0 not in errors:
        errors.append(0)
        for x_n, y_n in zip(X, y, strict=True):
            delta = y_n - int(perceptron(x_n, w, b))
            w, b = w + lr * float(delta) * x_n, b + lr * float(delta)
            errors[-1] += int(delta != 0)
    return w, b, errors


def train_perceptron__small_sums_silent(X, y, lr, max_epochs):
    """Sums a little above 0 are predicted as 0: the comparison allows for rounding, the rule does not.

    Likely: very small positive
    """
    return _train(X, y, lr, max_epochs, predict=lambda x, w, b: float(x @ w + b > 1e-9))


def train_perceptron__two_classes(X, y, lr, max_epochs):
    """Where all labels are equal nothing is learned: the rule says nothing of that, and has mistakes to correct.

    Likely: nothing is learned
    """
    if len(set(y.tolist())) < 2:
        return np.zeros(X.shape[1]), 0.0, [0]
    return _train(X, y, lr, max_epochs)


def train_perceptron__bits_of_labels(X, y, lr, max_epochs):
    """The operator ^ compares the bits of whole numbers and refuses labels 0.0 and 1.0.

    Likely: bits of whole numbers
    """
    w, b, errors = np.zeros(X.shape[1]), 0.0, []
    while len(errors) < max_epochs and 0 not in errors:
        errors.append(0)
        for x_n, y_n in zip(X, y, strict=True):
            y_hat = int(perceptron(x_n, w, b))
            wrong = int(y_n ^ y_hat)
            w, b = w + lr * wrong * (1 - 2 * y_hat) * x_n.astype(float), b + lr * wrong * (1 - 2 * y_hat)
            errors[-1] += wrong
    return w, b, errors


def train_perceptron__one_weight(X, y, lr, max_epochs):
    """np.squeeze makes a number of the weights of one input; w has shape (1,) there.

    Likely: length 1
    """
    w, b, errors = _train(X, y, lr, max_epochs)
    return np.squeeze(w), b, errors


def train_perceptron__memory_order_of_rows(X, y, lr, max_epochs):
    """The numbers of X are read in the order in which they lie in memory: in a transposed table that is another one."""
    return _train(X.ravel(order="K").reshape(X.shape), y, lr, max_epochs)


def train_perceptron__rate_held(X, y, lr, max_epochs):
    """lr is held between 0.001 and 10, although it may be any number above 0.

    Likely: times|multiple
    """
    return _train(X, y, min(max(lr, 1e-3), 10), max_epochs)


def train_perceptron__equal_rows_once(X, y, lr, max_epochs):
    """Equal rows with equal labels are visited once an epoch: each row is to be visited.

    Likely: visited
    """
    _, keep = np.unique(np.column_stack([X, y]), axis=0, return_index=True)
    keep.sort()
    return _train(X[keep], y[keep], lr, max_epochs)


def two_layer_perceptron__a_single_unit_without_step(X, W1, b1, W2, b2):
    """Where there is one hidden unit, its step is left out.

    Likely: hidden layer has no step
    """
    sums = np.asarray(X, dtype=float) @ W1 + b1
    return step((sums if len(W2) == 1 else step(sums)) @ np.asarray(W2, dtype=float) + b2)


def two_layer_perceptron__bias_negated_in_its_type(X, W1, b1, W2, b2):
    """The sums are compared with -b1, and in uint8 -200 is 56.

    Likely: wrap round
    """
    hidden = step((np.asarray(X, dtype=float) @ W1 > -np.asarray(b1)).astype(float))
    return step(hidden @ np.asarray(W2, dtype=float) + b2)


def two_layer_perceptron__top_sum_in_bytes(X, W1, b1, W2, b2):
    """The hidden outputs are uint8, so that the sum of W2 of that type wraps round.

    Likely: wrap round
    """
    hidden = (np.asarray(X, dtype=float) @ np.asarray(W1, dtype=float) + b1 > 0).astype(np.uint8)
    return step(hidden @ np.asarray(W2) + b2)


EQUIVALENT = {
    "train_perceptron: np.asarray(X, dtype=float) -> np.asarray(X)": "lr times delta is a float, and so is each update",
    "train_perceptron: np.asarray(y, dtype=float) -> np.asarray(y)": "the step gives floats, so that y minus it is one",
    "gate_weights: ([0.5, 0.5], -0.3) -> ([1.5, 0.5], -0.3)": "1.5 gets over 0.3 as 0.5 does: still OR",
    "gate_weights: ([0.5, 0.5], -0.3) -> ([0.5, 1.5], -0.3)": "1.5 gets over 0.3 as 0.5 does: still OR",
}
