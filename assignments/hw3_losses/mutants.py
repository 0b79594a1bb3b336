"""Wrong solutions of hw3, a function <function>__<slug> each; its docstring is the diagnosis a student should read."""

import numpy as np


def sse__averaged(y, y_hat):
    r"""The squared errors are averaged; SSE is their sum.

    Likely: 1/\d+ times
    """
    return np.mean((y - y_hat) ** 2)


def sse__square_of_sum(y, y_hat):
    """The errors are added up first and squared afterwards, so that errors of opposite sign cancel.

    Likely: square is taken of the sum
    """
    return np.sum(y - y_hat) ** 2


def sse__loop_over_rows(y, y_hat):
    """The sum runs over the rows alone (a loop over len(y), or axis=0): an array with two axes gives an array.

    Likely: sum over all entries is missing
    """
    total = 0.0
    for i in range(len(y)):
        total = total + (y[i] - y_hat[i]) ** 2
    return total


def sse__errors_in_place(y, y_hat):
    """y -= y_hat writes the errors into the caller's own array.

    Likely: in place
    """
    y -= y_hat
    return np.sum(y**2)


def mse__not_divided(y, y_hat):
    r"""The sum of the squared errors is not divided by the number of elements.

    Likely: sum of the squared errors
    """
    return np.sum((y - y_hat) ** 2)


def mse__half(y, y_hat):
    """There is a factor 1/2 in front of the mean; this course's MSE has none.

    Likely: 1/2 times
    """
    return 0.5 * np.mean((y - y_hat) ** 2)


def mse__rows(y, y_hat):
    """The sum is divided by the number of rows, len(y), not by the number of elements.

    Likely: divided by the number of rows
    """
    return np.sum((y - y_hat) ** 2) / len(y)


def mse__mean_of_absolutes(y, y_hat):
    """The errors are not squared: this is the mean absolute error.

    Likely: absolute errors
    """
    return np.mean(np.abs(y - y_hat))


def mse__variance(y, y_hat):
    """This is the variance of the errors: the error that all predictions have in common is lost.

    Likely: variance of the errors
    """
    return np.var(y - y_hat)


def mse__all_pairs(y, y_hat):
    """Every truth is compared with every prediction, because a column (N, 1) minus a row (N,) is a table (N, N).

    Likely: every prediction
    """
    return np.mean((np.reshape(y, (-1, 1)) - np.ravel(y_hat)) ** 2)


def mse__truncated(y, y_hat):
    """The errors are stored in an array of the truth's type, which cuts off their decimals where y is whole.

    Likely: decimals
    """
    errors = np.zeros_like(y)
    errors[...] = y - y_hat
    return np.mean(errors**2)


def rmse__no_root(y, y_hat):
    """The root is missing: this is the MSE.

    Likely: square of the expected|root is asked for
    """
    return np.mean((y - y_hat) ** 2)


def rmse__root_of_sum(y, y_hat):
    """The root is taken of the sum and then divided by n; n belongs under the root.

    Likely: root is taken of the sum
    """
    return np.sqrt(np.sum((y - y_hat) ** 2)) / np.size(y)


def rmse__mean_of_roots(y, y_hat):
    """The root is taken of each squared error before the mean: this is the mean absolute error.

    Likely: absolute errors
    """
    return np.mean(np.sqrt((y - y_hat) ** 2))


def rmse__mean_of_rows(y, y_hat):
    """Each row has a root of its own and the roots are averaged; the root comes after the mean over everything.

    Likely: root of its own
    """
    return np.mean(np.sqrt(np.mean((y - y_hat) ** 2, axis=-1)))


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


def cross_entropy__no_minus(y_onehot, p):
    """The minus is missing: the loss is negative.

    Likely: minus the expected
    """
    return np.sum(y_onehot * np.log(np.clip(p, 1e-12, 1)), axis=1).mean()


def cross_entropy__log2(y_onehot, p):
    r"""The logarithm is to base 2; the natural one was asked for.

    Likely: 1/\(ln 2\) times
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

    Likely: counts as if it were 1
    """
    return -np.sum(y_onehot * np.log(np.where(p > 0, p, 1.0)), axis=1).mean()


def cross_entropy__nan_to_num(y_onehot, p):
    """nan_to_num turns -inf into -1.8e308: a single sample then outweighs all the others.

    Likely: enormous
    """
    return -np.sum(np.nan_to_num(y_onehot * np.log(p)), axis=1).mean()


def cross_entropy__coarse_clip(y_onehot, p):
    """p is clipped at 0.001: a probability of 0 costs no more than 6.9.

    Likely: counts as if it were 0.001
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
