"""Wrong solutions of hw4, one function <function>__<slug> each; its docstring is the diagnosis a student needs."""
# ruff: noqa: F821 - softmax, log_softmax and predict are the model solution's

import numpy as np


def softmax__unshifted(z):
    """exp is taken of the logits as they are: above 709 it overflows.

    Likely: nan comes from
    """
    z = np.asarray(z, dtype=float)
    e = np.exp(z)
    return e / e.sum(axis=-1, keepdims=True)


def softmax__whole_maximum(z):
    """One maximum is subtracted from all rows: a row far below it vanishes, and 0 / 0 is nan.

    Likely: nan comes from
    """
    z = np.asarray(z, dtype=float)
    e = np.exp(z - np.max(z))
    return e / e.sum(axis=-1, keepdims=True)


def softmax__whole_sum(z):
    """The sum runs over the whole array: all rows together sum to 1, not each of them.

    Likely: together sum to 1
    """
    z = np.asarray(z, dtype=float)
    e = np.exp(z - np.max(z, axis=-1, keepdims=True))
    return e / e.sum()


def softmax__keepdims_missing(z):
    """The sum of row i divides column i, because the reduced axis was not kept.

    Likely: keepdims
    """
    z = np.asarray(z, dtype=float)
    e = np.exp(z - np.max(z, axis=-1, keepdims=True))
    return e / e.sum(axis=-1)


def softmax__columns(z):
    """The columns sum to 1, not the rows: the axis is that of the samples.

    Likely: columns of yours sum to 1
    """
    z = np.asarray(z, dtype=float)
    e = np.exp(z - np.max(z, axis=0, keepdims=True))
    return e / e.sum(axis=0, keepdims=True)


def softmax__rows_only(z):
    """axis=1 does not exist in a vector (K,); the last axis is axis=-1.

    Likely: fewer axes
    """
    z = np.asarray(z, dtype=float)
    e = np.exp(z - np.max(z, axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def softmax__logit_above(z):
    """The logit itself stands above the fraction line; its exp was asked for.

    Likely: above the fraction line|do not sum to 1
    """
    z = np.asarray(z, dtype=float)
    return z / np.exp(z).sum(axis=-1, keepdims=True)


def softmax__base_two(z):
    """The powers are of 2, not of e: the order is right and the values are too equal.

    Likely: powers are of 2
    """
    z = np.asarray(z, dtype=float)
    e = np.exp2(z - np.max(z, axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


def softmax__shift_in_place(z):
    """z -= m writes into the caller's own array.

    Likely: operation in place
    """
    if z.dtype != float:
        z = z.astype(float)
    z -= np.max(z, axis=-1, keepdims=True)
    e = np.exp(z)
    return e / e.sum(axis=-1, keepdims=True)


def softmax__clipped(z):
    """The logits are clipped at 500: 1000 and 998 become equal.

    Likely: cut off before exp
    """
    z = np.asarray(z, dtype=float)
    e = np.exp(np.clip(z, -500, 500))
    return e / e.sum(axis=-1, keepdims=True)


def softmax__magnitude_subtracted(z):
    """The largest absolute value is subtracted: a row near -1000 vanishes, and 0 / 0 is nan.

    Likely: nan comes from
    """
    z = np.asarray(z, dtype=float)
    e = np.exp(z - np.max(np.abs(z), axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


def softmax__decimals_cut(z):
    """The results are stored in an array of the type of z, which cuts off the decimals where z is whole.

    Likely: cuts off its decimals
    """
    y, z = np.zeros_like(z), np.asarray(z, dtype=float)
    e = np.exp(z - np.max(z, axis=-1, keepdims=True))
    y[...] = e / e.sum(axis=-1, keepdims=True)
    return y


def softmax__small_type(z):
    """The maximum is subtracted in the type of z: in uint8, as of images, 0 - 3 is 253.

    Likely: wrap around
    """
    e = np.exp(z - np.max(z, axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


def softmax__mean_subtracted(z):
    """The mean of each row is subtracted, not its maximum: a logit far above the mean still overflows.

    Likely: nan comes from
    """
    z = np.asarray(z, dtype=float)
    e = np.exp(z - np.mean(z, axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


def softmax__exponent_floor(z):
    """The exponents are kept above -30: every class far below the largest gets the same probability.

    Likely: kept above some limit
    """
    z = np.asarray(z, dtype=float)
    e = np.exp(np.maximum(z - np.max(z, axis=-1, keepdims=True), -30))
    return e / e.sum(axis=-1, keepdims=True)


def softmax__probability_floor(z):
    """The probabilities are kept above 1e-7, so that none is as small as it should be.

    Likely: kept above some limit
    """
    z = np.asarray(z, dtype=float)
    e = np.exp(z - np.max(z, axis=-1, keepdims=True))
    return np.clip(e / e.sum(axis=-1, keepdims=True), 1e-7, 1)


def softmax__squeezed(z):
    """Axes of length 1 are squeezed away: the result has not the shape of z.

    Likely: axis of length 1 is missing
    """
    z = np.asarray(z, dtype=float)
    e = np.exp(z - np.max(z, axis=-1, keepdims=True))
    return np.squeeze(e / e.sum(axis=-1, keepdims=True))


def softmax__two_as_sigmoid(z):
    """With two classes this is the sigmoid of the second logit alone; the difference of the two counts."""
    z = np.asarray(z, dtype=float)
    if z.ndim == 2 and z.shape[1] == 2 and np.all(z[:, 0] != 0):
        p = 1 / (1 + np.exp(-z[:, 1]))
        return np.column_stack([1 - p, p])
    e = np.exp(z - np.max(z, axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


def softmax__kept_by_shape(z, kept={}):  # noqa: B006 - the mistake
    """Work arrays are kept by shape and filled once: the second call with this shape gets the first one's answer."""
    z = np.asarray(z, dtype=float)
    if z.shape not in kept:
        e = np.exp(z - np.max(z, axis=-1, keepdims=True))
        kept[z.shape] = e / e.sum(axis=-1, keepdims=True)
    return kept[z.shape]


def softmax__shift_in_columns(z):
    """A table that lies in memory column by column is not copied before z -= m writes into it.

    Likely: operation in place
    """
    z = np.asarray(z, dtype=float, order="F") if z.ndim == 2 else z - 0.0
    z -= np.max(z, axis=-1, keepdims=True)
    e = np.exp(z)
    return e / e.sum(axis=-1, keepdims=True)


def softmax__order_in_memory(z):
    """The entries are taken as they lie in memory, which in a transposed table is column by column."""
    rows = np.ravel(np.asarray(z, dtype=float), order="K").reshape(z.shape)
    e = np.exp(rows - np.max(rows, axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


def log_softmax__too_late(z):
    """The logarithm is taken of the finished softmax, where small probabilities have become 0.

    Likely: inf comes from
    """
    return np.log(softmax(z))


def log_softmax__small_number_added(z):
    """The small number in the logarithm keeps the result above -28, whatever the logits are.

    Likely: never goes below
    """
    return np.log(softmax(z) + 1e-12)


def log_softmax__sum_overflows(z):
    """The exps in the sum overflow: the maximum of the row is not subtracted.

    Likely: inf comes from
    """
    z = np.asarray(z, dtype=float)
    return z - np.log(np.exp(z).sum(axis=-1, keepdims=True))


def log_softmax__shift_forgotten(z):
    """The maximum is subtracted inside the sum and neither added back nor subtracted from z.

    Likely: a number of its own
    """
    z = np.asarray(z, dtype=float)
    return z - np.log(np.exp(z - np.max(z, axis=-1, keepdims=True)).sum(axis=-1, keepdims=True))


def log_softmax__base_ten(z):
    """The logarithm is to base 10; the natural one was asked for.

    Likely: ln 10
    """
    return np.log10(softmax(z))


def log_softmax__small_integers(z):
    """The maximum is subtracted in the type of z: in uint8, as of images, 0 - 3 is 253.

    Likely: wrap around
    """
    shifted = z - np.max(z, axis=-1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))


def log_softmax__shifted_by_mean(z):
    """The mean of each row is subtracted, not its maximum: a logit far above the mean still overflows.

    Likely: inf comes from
    """
    z = np.asarray(z, dtype=float)
    shifted = z - np.mean(z, axis=-1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))


def log_softmax__one_row_as_vector(z):
    """Axes of length 1 are squeezed away: the result has not the shape of z.

    Likely: axis of length 1 is missing
    """
    shifted = z - np.max(np.asarray(z, dtype=float), axis=-1, keepdims=True)
    return np.squeeze(shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True)))


def softmax_cross_entropy__sum(z, labels):
    """The sum over the samples is not divided by N.

    Likely: sum over the samples
    """
    return -log_softmax(z)[np.arange(len(labels)), labels].sum()


def softmax_cross_entropy__mean_of_table(z, labels):
    """The mean runs over all N K entries of the table: the loss is divided by K as well as by N.

    Likely: N K entries
    """
    return -np.mean(np.eye(np.shape(z)[1])[labels] * log_softmax(z))


def softmax_cross_entropy__per_sample(z, labels):
    """There is a loss for each sample; their mean is missing.

    Likely: mean over all entries is missing
    """
    return -log_softmax(z)[np.arange(len(labels)), labels]


def softmax_cross_entropy__all_pairs(z, labels):
    """[:, labels] picks the classes of all labels from every row: N x N numbers, not N.

    Likely: N x N
    """
    return -log_softmax(z)[:, labels].mean()


def softmax_cross_entropy__no_minus(z, labels):
    """The minus is missing: the loss is negative.

    Likely: minus
    """
    return log_softmax(z)[np.arange(len(labels)), labels].mean()


def softmax_cross_entropy__log2(z, labels):
    """The logarithm is to base 2; the natural one was asked for.

    Likely: ln 2
    """
    return -log_softmax(z)[np.arange(len(labels)), labels].mean() / np.log(2)


def softmax_cross_entropy__softmax_twice(z, labels):
    """Softmax is applied twice: the loss is too flat and never comes near 0.

    Likely: applied twice
    """
    return -log_softmax(softmax(z))[np.arange(len(labels)), labels].mean()


def softmax_cross_entropy__log_of_zero(z, labels):
    """The logarithm is taken of a finished softmax: a confident and wrong prediction has an infinite loss.

    Likely: inf comes from
    """
    return -np.log(softmax(z)[np.arange(len(labels)), labels]).mean()


def softmax_cross_entropy__clip(z, labels):
    """The probabilities are clipped at 1e-12, so that no sample can cost more than 27.6.

    Likely: kept above
    """
    return -np.log(np.clip(softmax(z), 1e-12, 1))[np.arange(len(labels)), labels].mean()


def softmax_cross_entropy__predicted_class(z, labels):
    """The loss is that of the most probable class, whatever the labels say.

    Likely: most probable class
    """
    return -log_softmax(z).max(axis=1).mean()


def softmax_cross_entropy__labels_from_one(z, labels):
    """The class before the label is picked: labels are counted from 0, not from 1.

    Likely: beside the label
    """
    return -log_softmax(z)[np.arange(len(labels)), labels - 1].mean()


def softmax_cross_entropy__without_labels(z, labels):
    """The mean runs over all classes: the labels are not used.

    Likely: labels are not used
    """
    return -np.mean(log_softmax(z))


def softmax_cross_entropy__flat_index(z, labels):
    """The place in the flattened table is computed in the type of the labels: in uint8, 14 * 30 is 164."""
    columns = np.ravel(log_softmax(z).T)
    return -columns[labels * len(labels) + np.arange(len(labels))].mean()


def softmax_cross_entropy__classes_present(z, labels):
    """Classes are numbered by those that occur, so that an absent class shifts the ones after it.

    Likely: those that occur
    """
    _, positions = np.unique(labels, return_inverse=True)
    return -log_softmax(z)[np.arange(len(labels)), positions].mean()


def softmax_cross_entropy__guesses_probabilities(z, labels):
    """Rows that sum to 1 are taken for probabilities; z holds logits, whatever their sum.

    Likely: taken for probabilities
    """
    z = np.asarray(z, dtype=float)
    rows = np.arange(len(labels))
    if np.all(z > 0) and np.allclose(z.sum(axis=1), 1):
        return -np.log(z[rows, labels]).mean()
    return -log_softmax(z)[rows, labels].mean()


def softmax_cross_entropy__squeezed_row(z, labels):
    """A single sample is squeezed to a vector, which has no rows to pick from.

    Likely: more indices
    """
    return -np.squeeze(log_softmax(z))[np.arange(len(labels)), labels].mean()


def predict__by_column(z):
    """The largest entry of each column is looked for, not of each row.

    Likely: down the columns
    """
    return np.argmax(z, axis=0)


def predict__largest_logit(z):
    """The largest logit itself is returned; its position was asked for.

    Likely: largest logits themselves
    """
    return np.max(z, axis=-1)


def predict__from_one(z):
    """Classes are counted from 1; here they begin with 0.

    Likely: 1 too large everywhere
    """
    return np.argmax(z, axis=-1) + 1


def predict__magnitude(z):
    """The logit farthest from 0 wins, even where it is negative.

    Likely: farthest from 0
    """
    return np.argmax(np.abs(z), axis=-1)


def predict__overflow(z):
    """Probabilities are computed with an exp that overflows, and argmax takes the first nan."""
    e = np.exp(np.asarray(z, dtype=float))
    return np.argmax(e / e.sum(axis=-1, keepdims=True), axis=-1)


def predict__sorted_minus(z):
    """The order is taken of -z: in uint8, -3 is 253 and -0 is 0.

    Likely: wraps around
    """
    return np.argsort(-z, axis=-1, kind="stable")[:, 0]


def predict__bare_number(z):
    """A single sample gives a bare number; an array of one class was asked for."""
    return np.argmax(np.squeeze(z), axis=-1)


def predict__two_by_sign(z):
    """With two classes the sign of the second logit decides; the larger of the two is the answer."""
    return (z[:, 1] > 0).astype(int) if z.shape[1] == 2 else np.argmax(z, axis=-1)


def predict__rounded(z):
    """The logits are rounded first, so that a small lead is lost.

    Likely: nearly equal
    """
    return np.argmax(np.round(z, 4), axis=-1)


def predict__small_answer(z):
    """The classes are stored as uint8, where 256 is 0."""
    return np.argmax(z, axis=-1).astype(np.uint8)


def accuracy__percentage(z, labels):
    """The accuracy is a percentage; a fraction between 0 and 1 was asked for.

    Likely: 100 times|multiple
    """
    return 100 * np.mean(predict(z) == labels)


def accuracy__count(z, labels):
    """The right predictions are counted; the count is not divided by N.

    Likely: how many samples
    """
    return np.sum(predict(z) == labels)


def accuracy__classes_below(z, labels):
    """The count is divided by the number of classes, not by the number of samples.

    Likely: number of classes
    """
    return np.sum(predict(z) == labels) / len(z[0])


def accuracy__errors(z, labels):
    """This is the fraction of wrong predictions.

    Likely: 1 minus
    """
    return np.mean(predict(z) != labels)


def accuracy__distance(z, labels):
    """This is 1 minus the mean distance of the class numbers; a class is right or wrong, never nearly right."""
    return 1 - np.mean(np.abs(predict(z) - labels.astype(int)))


def accuracy__majority(z, labels):
    """A sample counts where its label has a probability above 1/2; it is right where that is the largest of its row.

    Likely: above 1/2
    """
    return np.mean(softmax(z)[np.arange(len(labels)), labels] > 0.5)


def accuracy__from_magnitude(z, labels):
    """The logit farthest from 0 is compared with the label, even where it is negative.

    Likely: farthest from 0
    """
    return np.mean(np.argmax(np.abs(np.asarray(z, dtype=float)), axis=-1) == labels)


def accuracy__overflowing(z, labels):
    """Probabilities are computed with an exp that overflows, and argmax takes the first nan."""
    e = np.exp(np.asarray(z, dtype=float))
    return np.mean(np.argmax(e / e.sum(axis=-1, keepdims=True), axis=-1) == labels)


def accuracy__one_row_squeezed(z, labels):
    """A single sample is squeezed to a vector: the rows of z are gone."""
    z = np.squeeze(z)
    return np.mean([row[label] == np.max(row) for row, label in zip(z, labels, strict=True)])


def sigmoid_via_softmax__class_zero(s):
    """This is the probability of class 0, which is 1 - sigma(s).

    Likely: 1 minus
    """
    return softmax(np.column_stack([np.zeros(len(s)), s]))[:, 0]


def sigmoid_via_softmax__opposite_logits(s):
    """With the logits -s and s the difference is 2 s: this is sigma(2 s).

    Likely: 2 s
    """
    s = np.asarray(s, dtype=float)
    return softmax(np.column_stack([-s, s]))[:, 1]


def sigmoid_via_softmax__both_columns(s):
    """Both probabilities are returned; that of class 1 was asked for.

    Likely: only column 1
    """
    return softmax(np.column_stack([np.zeros(len(s)), s]))


def sigmoid_via_softmax__over_samples(s):
    """Softmax runs over the N scores: they compete with one another and sum to 1.

    Likely: compete with one another
    """
    return softmax(s)


def sigmoid_via_softmax__unprotected(s):
    """exp(s) overflows for large s, and inf / inf is nan.

    Likely: nan comes from
    """
    e = np.exp(np.asarray(s, dtype=float))
    return e / (1 + e)


def sigmoid_via_softmax__minus_wraps(s):
    """-s is taken in the type of s: in uint8, -1 is 255.

    Likely: wrap around
    """
    return 1 / (1 + np.exp(-s))


def sigmoid_via_softmax__single_score(s):
    """A single score gives a bare number; an array of one probability was asked for."""
    return np.squeeze(softmax(np.column_stack([np.zeros(len(s)), s]))[:, 1])


EQUIVALENT = {
    "predict: np.argmax(z, axis=-1) -> np.argmax(z, axis=1)": "z has two axes: the last one is axis 1",
    "sigmoid_via_softmax: softmax(logits)[:, 1] -> softmax(logits)[:, -1]": "of two columns, the last one is column 1",
}
