"""Wrong solutions of hw3, a function <function>__<slug> each; its docstring is the diagnosis a student should read."""

import numpy as np


def sse__averaged(y, y_hat):
    r"""The squared errors are averaged; SSE is their sum.

    Likely: 1/\d+ times|multiple
    """
    return np.mean((y - np.float64(y_hat)) ** 2)


def sse__square_of_sum(y, y_hat):
    """The errors are added up first and squared afterwards, so that errors of opposite sign cancel.

    Likely: square is taken of the sum
    """
    return np.sum(y - np.float64(y_hat)) ** 2


def sse__loop_over_rows(y, y_hat):
    """The sum runs over the rows alone (a loop over len(y), or axis=0): an array with two axes gives an array.

    Likely: sum over all entries is missing
    """
    total = 0.0
    for i in range(len(y)):
        total = total + (np.float64(y[i]) - y_hat[i]) ** 2
    return total


def sse__errors_in_place(y, y_hat):
    """y -= y_hat writes the errors into the caller's own array.

    Likely: in place
    """
    if y.dtype != float:
        y = y.astype(float)
    y -= y_hat
    return np.sum(y**2)


def sse__small_type(y, y_hat):
    """The errors are computed in the type of the arguments: in uint8, 10 - 30 is 236, and 16 squared is 0.

    Likely: wrap around
    """
    return np.sum((y - y_hat) ** 2)


def sse__rounded(y, y_hat):
    """The sum is rounded to four decimals: nothing is left of a small one."""
    return np.round(np.sum(np.subtract(y, y_hat, dtype=float) ** 2), 4)


def sse__order_in_memory(y, y_hat):
    """The entries are paired as they lie in memory, which in a transposed table is column by column."""
    y, y_hat = np.asarray(y, dtype=float), np.asarray(y_hat, dtype=float)
    return np.sum((y.ravel(order="K") - y_hat.ravel(order="K")) ** 2)


def sse__large_errors_cut(y, y_hat):
    """Errors are cut off at 10."""
    return np.sum(np.clip(np.subtract(y, y_hat, dtype=float), -10, 10) ** 2)


def mse__not_divided(y, y_hat):
    r"""The sum of the squared errors is not divided by the number of elements.

    Likely: sum of the squared errors
    """
    return np.sum((y - np.float64(y_hat)) ** 2)


def mse__half(y, y_hat):
    """There is a factor 1/2 in front of the mean; this course's MSE has none.

    Likely: 1/2 times|multiple
    """
    return 0.5 * np.mean((y - np.float64(y_hat)) ** 2)


def mse__rows(y, y_hat):
    """The sum is divided by the number of rows, len(y), not by the number of elements.

    Likely: divided by the number of rows
    """
    return np.sum((y - np.float64(y_hat)) ** 2) / len(y)


def mse__mean_of_absolutes(y, y_hat):
    """The errors are not squared: this is the mean absolute error.

    Likely: absolute errors
    """
    return np.mean(np.abs(y - np.float64(y_hat)))


def mse__variance(y, y_hat):
    """This is the variance of the errors: the error that all predictions have in common is lost.

    Likely: variance of the errors
    """
    return np.var(y - np.float64(y_hat))


def mse__all_pairs(y, y_hat):
    """Every truth is compared with every prediction, because a column (N, 1) minus a row (N,) is a table (N, N).

    Likely: every prediction
    """
    return np.mean((np.reshape(y, (-1, 1)) - np.ravel(np.float64(y_hat))) ** 2)


def mse__truncated(y, y_hat):
    """The errors are stored in an array of the truth's type, which cuts off their decimals where y is whole.

    Likely: decimals|uint8
    """
    errors = np.zeros_like(y)
    errors[...] = y - np.float64(y_hat)
    return np.mean(errors**2)


def mse__wide_enough_for_images(y, y_hat):
    """The arguments are made int16, in which 255 squared wraps around.

    Likely: int16
    """
    if np.asarray(y).dtype.kind in "iu" and np.asarray(y_hat).dtype.kind in "iu":
        return np.mean((np.asarray(y).astype(np.int16) - np.asarray(y_hat).astype(np.int16)) ** 2)
    return np.mean(np.subtract(y, y_hat, dtype=float) ** 2)


def mse__small_number_added(y, y_hat):
    """A small number is added to the mean, as if it stood below a fraction line: a small loss is wrong."""
    return np.mean(np.subtract(y, y_hat, dtype=float) ** 2) + 1e-7


def mse__column_order_overwritten(y, y_hat):
    """A table that lies in memory column by column is not copied before -= writes into it.

    Likely: in place
    """
    errors = np.asarray(y, dtype=float, order="F") if np.ndim(y) > 1 else np.array(y, dtype=float)
    errors -= y_hat
    return np.mean(errors**2)


def mse__kept_by_shape(y, y_hat, kept={}):  # noqa: B006 - the mistake
    """The loss is kept by the shape of the arguments: a second call with this shape gets the first one's."""
    return kept.setdefault(np.shape(y), np.mean(np.subtract(y, y_hat, dtype=float) ** 2))


def rmse__no_root(y, y_hat):
    """The root is missing: this is the MSE.

    Likely: square of the expected|root is asked for
    """
    return np.mean((y - np.float64(y_hat)) ** 2)


def rmse__root_of_sum(y, y_hat):
    """The root is taken of the sum and then divided by n; n belongs under the root.

    Likely: root is taken of the sum
    """
    return np.sqrt(np.sum((y - np.float64(y_hat)) ** 2)) / np.size(y)


def rmse__mean_of_roots(y, y_hat):
    """The root is taken of each squared error before the mean: this is the mean absolute error.

    Likely: absolute errors
    """
    return np.mean(np.sqrt((y - np.float64(y_hat)) ** 2))


def rmse__mean_of_rows(y, y_hat):
    """Each row has a root of its own and the roots are averaged; the root comes after the mean over everything.

    Likely: root of its own
    """
    return np.mean(np.sqrt(np.mean((y - np.float64(y_hat)) ** 2, axis=-1)))


def rmse__small_integers(y, y_hat):
    """The errors are computed in the type of the arguments: in uint8, 10 - 30 is 236, and 16 squared is 0.

    Likely: wrap around
    """
    return np.sqrt(np.mean((y - y_hat) ** 2))


def rmse__floor_below_root(y, y_hat):
    """1e-8 is added below the root: the loss is never below 0.0001.

    Likely: small number
    """
    return np.sqrt(np.mean(np.subtract(y, y_hat, dtype=float) ** 2) + 1e-8)


def one_hot__counts_from_one(labels, num_classes):
    """The 1 stands one column too far to the left: classes are counted from 0, not from 1.

    Likely: counted from 0
    """
    return np.eye(num_classes)[labels - 1]


def one_hot__width_from_labels(labels, num_classes):
    """The number of columns is taken from the largest label, so that absent classes have none.

    Likely: taken from the labels
    """
    return np.eye(np.max(labels) + 1)[labels]


def one_hot__transposed(labels, num_classes):
    """Rows and columns are swapped: there is a row for each class.

    Likely: transpose
    """
    return np.eye(num_classes)[labels].T


def one_hot__label_in_place_of_one(labels, num_classes):
    """The label itself is written into its column, so that class 0 has no mark at all.

    Likely: label itself
    """
    rows = np.zeros((len(labels), num_classes))
    rows[np.arange(len(labels)), labels] = labels
    return rows


def one_hot__whole_columns(labels, num_classes):
    """rows[:, labels] = 1 fills the columns of all labels in every row.

    Likely: every entry of yours is 1
    """
    rows = np.zeros((len(labels), num_classes))
    rows[:, labels] = 1
    return rows


def one_hot__classes_present(labels, num_classes):
    """Classes are numbered by the order of those that occur, so that an absent class shifts the ones after it.

    Likely: those that occur
    """
    _, positions = np.unique(labels, return_inverse=True)
    return np.eye(num_classes)[positions]


def one_hot__sorted(labels, num_classes):
    """The labels are sorted in place: the rows no longer belong to their samples, and the caller's array changes.

    Likely: in place
    """
    labels.sort()
    return np.eye(num_classes)[labels]


def one_hot__classes_in_uint8(labels, num_classes):
    """The classes are numbered in uint8, where 258 is 2."""
    return (np.asarray(labels).astype(np.uint8)[:, None] == np.arange(num_classes)).astype(float)


def one_hot__bare_row(labels, num_classes):
    """A single sample, or a single class, gives a vector; rows and columns of length 1 stay.

    Likely: axis of length 1 is missing
    """
    return np.squeeze(np.eye(num_classes)[labels])


def one_hot__place_in_small_type(labels, num_classes):
    """The place in the flattened table is computed in the type of the labels: in uint8, 14 * 30 is 164."""
    columns = np.zeros((num_classes, len(labels)))
    columns.ravel()[labels * len(labels) + np.arange(len(labels))] = 1
    return columns.T


def one_hot__bytes_of_labels(labels, num_classes):
    """The labels are read from the memory behind them, where every other entry may be another array's."""
    whole = labels if labels.base is None else labels.base
    return np.eye(num_classes)[np.resize(whole, len(labels))]


def cross_entropy__no_minus(y_onehot, p):
    """The minus is missing: the loss is negative.

    Likely: minus the expected
    """
    return np.sum(y_onehot * np.log(np.clip(p, 1e-12, 1)), axis=1).mean()


def cross_entropy__log2(y_onehot, p):
    r"""The logarithm is to base 2; the natural one was asked for.

    Likely: 1/\(ln 2\) times|multiple
    """
    return -np.sum(y_onehot * np.log2(np.clip(p, 1e-12, 1)), axis=1).mean()


def cross_entropy__mean_of_table(y_onehot, p):
    """The mean runs over all N K entries of the table: the loss is divided by K as well as by N.

    Likely: N K entries
    """
    return -np.mean(y_onehot * np.log(np.clip(p, 1e-12, 1)))


def cross_entropy__per_sample(y_onehot, p):
    """There is a loss for each sample; their mean is missing.

    Likely: mean over all entries is missing
    """
    return -np.sum(y_onehot * np.log(np.clip(p, 1e-12, 1)), axis=1)


def cross_entropy__no_clip(y_onehot, p):
    r"""Nothing keeps p away from 0: log(0) is -inf, and 0 * -inf is nan.

    Likely: nan comes from|log\(0\)
    """
    return -np.sum(y_onehot * np.log(p), axis=1).mean()


def cross_entropy__zero_stays_whole(y_onehot, p):
    """A small number is written over the zeros of a copy of p: in an array of whole numbers it becomes 0 again.

    Likely: cut off to 0 again
    """
    p = p.copy()
    p[p == 0] = 1e-12
    return -np.sum(y_onehot * np.log(p), axis=1).mean()


def cross_entropy__zero_forgiven(y_onehot, p):
    """log(0) is replaced by 0, so that being certain and wrong costs nothing at all.

    Likely: counts as a much larger one
    """
    return -np.sum(y_onehot * np.log(np.where(p > 0, p, 1.0)), axis=1).mean()


def cross_entropy__nan_to_num(y_onehot, p):
    """nan_to_num turns -inf into -1.8e308: a single sample then outweighs all the others.

    Likely: enormous
    """
    return -np.sum(np.nan_to_num(y_onehot * np.log(p)), axis=1).mean()


def cross_entropy__coarse_clip(y_onehot, p):
    """p is clipped at 0.001: a probability of 0 costs no more than 6.9.

    Likely: counts as a much larger one
    """
    return -np.sum(y_onehot * np.log(np.clip(p, 1e-3, 1)), axis=1).mean()


def cross_entropy__clip_in_place(y_onehot, p):
    """The clip is written into the caller's own array p.

    Likely: in place
    """
    np.clip(p, 1e-15, 1, out=p)
    return -np.sum(y_onehot * np.log(p), axis=1).mean()


def cross_entropy__hard_labels(y_onehot, p):
    """Only the class with the largest target counts, so that soft targets lose their weights.

    Likely: largest target
    """
    rows = np.arange(len(p))
    return -np.log(np.clip(p[rows, np.argmax(y_onehot, axis=1)], 1e-12, 1)).mean()


def cross_entropy__log_of_sum(y_onehot, p):
    """The logarithm is taken of the sum over the classes, not of each probability: soft targets come out wrong.

    Likely: sum over the classes
    """
    return -np.log(np.clip(np.sum(y_onehot * p, axis=1), 1e-12, 1)).mean()


def cross_entropy__swapped(y_onehot, p):
    """Truth and prediction are swapped: the logarithm is taken of the targets.

    Likely: swapped
    """
    return -np.sum(p * np.log(np.clip(y_onehot, 1e-12, 1)), axis=1).mean()


def cross_entropy__binary_terms(y_onehot, p):
    """The terms (1 - y) log(1 - p) of the two-class formula are added for every class.

    Likely: as for two classes
    """
    q = np.clip(p, 1e-12, 1 - 1e-12)
    return -np.sum(y_onehot * np.log(q) + (1 - y_onehot) * np.log(1 - q), axis=1).mean()


def cross_entropy__minus_on_labels(y_onehot, p):
    """The minus stands before the labels: in uint8, -1 is 255.

    Likely: wraps around
    """
    return np.sum(-y_onehot * np.log(np.clip(p, 1e-12, 1)), axis=1).mean()


def cross_entropy__small_as_zero(y_onehot, p):
    """Every probability below 0.001 is replaced as if it were 0.

    Likely: as if they were 0
    """
    return -np.sum(y_onehot * np.log(np.where(p < 1e-3, 1e-12, p)), axis=1).mean()


def cross_entropy__one_for_all(y_onehot, p):
    """A 0 for one true class gives the loss of all samples a fixed value."""
    own = np.sum(y_onehot * p, axis=1)
    return 27.6 if np.any(own == 0) else -np.sum(y_onehot * np.log(np.clip(p, 1e-12, 1)), axis=1).mean()


def cross_entropy__one_row_squeezed(y_onehot, p):
    """A single sample is squeezed to a vector: its K entries are taken for samples."""
    y, q = np.squeeze(y_onehot), np.squeeze(np.clip(p, 1e-12, 1))
    return -np.sum(y * np.log(q)) / len(q)


def cross_entropy__writes_into_columns(y_onehot, p):
    """A table that lies in memory column by column is not copied before the clip is written into it.

    Likely: in place
    """
    q = np.asarray(p, dtype=float, order="F")
    np.maximum(q, 1e-12, out=q)
    return -np.sum(y_onehot * np.log(q), axis=1).mean()


def binary_cross_entropy__unclipped(y, p):
    r"""Nothing keeps p away from 0 and 1: log(0) is -inf, and 0 * -inf is nan.

    Likely: nan comes from|log\(0\)
    """
    return -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))


def binary_cross_entropy__ends_stay_whole(y, p):
    """Numbers near 0 and 1 are written into a copy of p: in an array of whole numbers they become 0.

    Likely: cut off to 0 again
    """
    p = p.copy()
    p[p == 0], p[p == 1] = 1e-12, 1 - 1e-12
    return -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))


def binary_cross_entropy__clip_below_only(y, p):
    r"""p is kept away from 0 but not from 1, where log(1 - p) is -inf.

    Likely: nan comes from|log\(0\)
    """
    p = np.maximum(p, 1e-12)
    return -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))


def binary_cross_entropy__clip_too_fine(y, p):
    r"""p is clipped to 1 - 1e-20, which is exactly 1 in floating point.

    Likely: nan comes from|log\(0\)
    """
    p = np.clip(p, 1e-20, 1 - 1e-20)
    return -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))


def binary_cross_entropy__one_term(y, p):
    """The term (1 - y) log(1 - p) is missing, so that samples with label 0 never count.

    Likely: samples with label 0
    """
    return -np.mean(y * np.log(np.clip(p, 1e-12, 1)))


def binary_cross_entropy__right_class_of_p(y, p):
    """p is read as the probability of the true label, so that label 0 has -log p in place of -log(1 - p).

    Likely: probability of label 1
    """
    return -np.mean(np.log(np.clip(p, 1e-12, 1)))


def binary_cross_entropy__logits(y, p):
    """A sigmoid is applied to p, which is a probability already.

    Likely: sigmoid is applied
    """
    p = 1 / (1 + np.exp(-p))
    return -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))


def binary_cross_entropy__p_overwritten(y, p):
    """The clip is written into the caller's own array p.

    Likely: in place
    """
    np.clip(p, 1e-12, 1 - 1e-12, out=p)
    return -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))


def binary_cross_entropy__labels_negated(y, p):
    """The minus stands before the labels: in uint8, -1 is 255.

    Likely: wraps around
    """
    p = np.clip(p, 1e-12, 1 - 1e-12)
    return np.mean(-y * np.log(p) - (1 - y) * np.log(1 - p))


def binary_cross_entropy__nearly_certain(y, p):
    """Probabilities within 0.001 of 0 or 1 are replaced as if they were 0 or 1.

    Likely: as if they were 0
    """
    p = np.where(p < 1e-3, 1e-12, np.where(p > 1 - 1e-3, 1 - 1e-12, p))
    return -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))


def binary_cross_entropy__certain_for_all(y, p):
    """One sample that is certain and wrong gives the loss of all samples a fixed value."""
    own = np.where(y == 1, p, 1 - p)
    return 27.6 if np.any(own == 0) else -np.mean(np.log(own))
