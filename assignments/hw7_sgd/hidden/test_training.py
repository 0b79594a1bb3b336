"""Hidden checks of hw7: one epoch, and many. loss_and_grads stays here, so every batch it is asked about is seen.

What fit should give is worked out from the batches that it asked about, so that any way to shuffle is judged alike.
"""

import itertools

import numpy as np

from grader.checks import assert_close, assert_unchanged, is_dict, laid_out, require, say, shared, take, task

MOST = 2000  # questions of one training that are kept; a right one asks far fewer


def draw_numbers(rng, *shape):
    """Numbers between -2 and 2, no two alike, with gaps between them."""
    return rng.permutation(np.linspace(-2, 2, int(np.prod(shape)))).reshape(shape)


def draw_task(rng, n, features=3):
    """A linear regression: parameters, samples, targets."""
    params = {"W": draw_numbers(rng, features, 2), "b": rng.permutation([-0.7, 1.1])}
    return params, draw_numbers(rng, n, features), 3 * draw_numbers(rng, n, 2)


def draw_bytes(rng, n):
    """The same of whole numbers: parameters and targets of 8 bits with a sign, samples without."""
    params = {"W": rng.integers(-3, 4, size=(3, 2)).astype(np.int8), "b": np.array([-2, 3], dtype=np.int8)}
    X = np.column_stack([rng.permutation(n), rng.integers(0, 4, size=(n, 2))]).astype(np.uint8)  # no row twice
    return params, X, rng.integers(-100, 101, size=(n, 2)).astype(np.int8)


def regress(params, Xb, yb):
    """The mean squared error of a linear layer, and its gradients."""
    Xb, yb = np.asarray(Xb, dtype=float), np.asarray(yb, dtype=float)
    error = Xb @ params["W"] + params["b"] - yb
    return float((error**2).sum() / len(Xb)), {"W": 2 * Xb.T @ error / len(Xb), "b": 2 * error.sum(0) / len(Xb)}


def replay(params, X, y, lr, batches):
    """The parameters after one step for every batch, and the plain mean of the batches' losses."""
    losses = []
    for rows in batches:
        loss, grads = regress(params, X[rows], y[rows])
        params = {name: params[name] - lr * grads[name] for name in params}
        losses.append(loss)
    return params, np.mean(losses)


def watch(X, y, told=None):
    """regress, and the list of all that it is asked: (params, rows of X, loss, grads), repetitions aside.

    `told` are losses that are given out in place of the right ones, in turn and then again from the first.
    """
    calls = []

    def watched(params, Xb, yb):
        require(isinstance(params, dict) and params.keys() >= {"W", "b"}, "loss_and_grads(params, Xb, yb)", "no params")
        params = {name: np.asarray(params[name], dtype=float) for name in ("W", "b")}
        rows = find_rows(np.asarray(Xb, dtype=float), np.asarray(yb, dtype=float), X, y)
        loss, grads = regress(params, X[rows], y[rows])
        if not calls or calls[-1][1] != rows or any((calls[-1][0][name] != params[name]).any() for name in params):
            require(len(calls) < MOST, say("fewer than {most} questions", most=MOST), "more")
            loss = told[len(calls) % len(told)] if told else loss
            calls.append((params, rows, loss, grads))
        return calls[-1][2:]

    return watched, calls


def find_rows(Xb, yb, X, y):
    """Which rows of X a batch holds. Fails for rows that are not in X, or that have the target of another row."""
    fine = Xb.ndim == 2 and Xb.shape[1] == X.shape[1] and len(Xb) > 0
    wanted = say("a batch Xb with {count} columns and a row or more", count=X.shape[1])
    lost = "a batch of one row has two axes, too: (1, D)" if Xb.ndim < 2 else ""
    require(fine, wanted, say("a batch of shape {shape}", shape=Xb.shape), lost)
    wanted = say("{count} targets for {count} rows", count=len(Xb))
    require(yb.shape == (len(Xb), *y.shape[1:]), wanted, say("targets of shape {shape}", shape=yb.shape))
    rows = np.abs(X - Xb[:, None]).max(axis=-1).argmin(axis=1)
    require((np.abs(X[rows] - Xb) < 1e-4).all(), "a batch of rows of X", "a row that is not in X")
    apart = "row and target do not belong together: X and y must be taken in the same order"
    require((np.abs(y[rows] - yb) < 1e-4).all(), "every row with its own target", "a row with another's target", apart)
    return rows.tolist()


def assert_both(answer, right, names):
    """Both values of a returned pair must agree."""
    assert_close(take(answer, names, params=is_dict), right, part=names)


def check_chain(calls, start, lr):
    """Each call's parameters are those of the call before, one step further. Gives those after the last step."""
    params = start
    for number, (asked, _, _, grads) in enumerate(calls):
        stale = number and all(np.allclose(asked[name], start[name]) for name in start)
        likely = "every batch is asked with the parameters of the beginning" if stale else ""
        right = all(np.allclose(asked[name], params[name], rtol=1e-4, atol=1e-4) for name in params)
        wanted = say("batch {number} is asked with the parameters the step before left", number=number + 1)
        values = ", ".join(f"{name} = {np.round(p[:2], 4)}" for name, p in asked.items())
        require(right, wanted, say("batch {number}: {values}", number=number + 1, values=values), likely)
        params = {name: asked[name] - lr * grads[name] for name in params}
    return params


def check_mean(mean_loss, losses, rows):
    """The mean loss of one epoch is the plain mean of its batches' losses."""
    weights = np.array([len(part) for part in rows])
    known = {
        "the losses are added up, and not divided by their number": np.sum(losses),
        "the losses are divided by the number of samples, not of batches": np.sum(losses) / weights.sum(),
        "the mean is weighted by the batches' sizes; every batch counts the same": np.average(losses, weights=weights),
        "this is the last batch's loss alone": losses[-1],
        "this is the first batch's loss alone": losses[0],
    }
    assert_close(mean_loss, np.mean(losses), known, part=say("mean loss"))


def slice_order(order, batch_size):
    """The rows of every batch."""
    return [order[start : start + batch_size].tolist() for start in range(0, len(order), batch_size)]


def check_epoch(student, rng, n, batch_size, features=3, lr=0.05):
    """Compare what train_epoch returns with one step for every batch of the definition."""
    params, X, y = draw_task(rng, n, features)
    order = rng.permutation(n)
    right = replay(params, X, y, lr, slice_order(order, batch_size))
    assert_both(student.train_epoch(watch(X, y)[0], params, X, y, lr, batch_size, order), right, "params, mean_loss")


@task("train_epoch", points=2)
def test_epoch_params(student, rng):
    """gives the parameters after one step for every batch, the last and smaller one included"""
    for _ in range(2):  # the same sizes, other numbers
        params, X, y = draw_task(rng, 11)
        order = rng.permutation(11)
        right = replay(params, X, y, 0.05, slice_order(order, 4))
        answer = student.train_epoch(watch(X, y)[0], params, X, y, 0.05, 4, order)
        moved, _ = take(answer, "params, mean_loss", params=is_dict)
        assert_close(moved, right[0], part="params")


@task("train_epoch", points=3)
def test_epoch_updated(student, rng):
    """asks loss_and_grads with the parameters that the batch before left, not with those of the beginning"""
    params, X, y = draw_task(rng, 10)
    watched, calls = watch(X, y)
    student.train_epoch(watched, params, X, y, 0.05, 3, rng.permutation(10))
    require(len(calls) == 4, "loss_and_grads asked about 4 batches", say("asked about {count}", count=len(calls)))
    check_chain(calls, params, 0.05)


@task("train_epoch", points=2)
def test_epoch_batches(student, rng):
    """asks about the slices of `order`, one after another, each row with its target, and about nothing else"""
    params, X, y = draw_task(rng, 13)
    watched, calls = watch(X, y)
    order = rng.permutation(13)
    student.train_epoch(watched, params, X, y, 0.05, 5, order)
    right, asked = slice_order(order, 5), [rows for _, rows, _, _ in calls]
    got = say("batches of the rows {rows}", rows=", ".join(map(str, asked[:6]))[:200])
    missing = "the last batch, smaller than the others, is missing" if asked == right[:-1] else ""
    unused = "`order` is not used" if np.concatenate(asked or [[]]).tolist() == list(range(13)) else ""
    require(asked == right, say("batches of the rows {rows}", rows=right), got, missing or unused)


def tell(X, y, losses, slopes):
    """A function that gives out these losses, one for each batch, and the same slopes; and the batches asked about."""
    asked = []

    def told(params, Xb, yb):  # named as in the handout: some call it by name
        rows = find_rows(np.asarray(Xb, dtype=float), np.asarray(yb, dtype=float), X, y)
        asked.extend([rows] if rows not in asked and len(asked) < MOST else [])
        return float(losses[min(asked.index(rows), len(losses) - 1)]), slopes

    return told, asked


@task("train_epoch", points=2)
def test_epoch_mean(student, rng):
    """mean_loss is the plain mean of the batches' losses, whatever their sizes"""
    params, X, y = draw_task(rng, 9)
    losses = rng.integers(1, 20, size=3) + np.array([0.0, 20.0, 300.0])
    told, asked = tell(X, y, losses, {"W": np.zeros((3, 2)), "b": np.zeros(2)})
    answer = student.train_epoch(told, params, X, y, 0.1, 4, rng.permutation(9))
    _, mean_loss = take(answer, "params, mean_loss", params=is_dict)
    check_mean(mean_loss, losses, asked if len(asked) == 3 else [[0]] * 3)


@task("train_epoch", points=1)
def test_epoch_any(student, rng):
    """every batch has its step, whatever its loss (0, below 0, large) and however large the gradient"""
    params, X, y = draw_task(rng, 9)
    slopes = {"W": rng.permutation([3e3, -4e-3, 50.0, -700.0, 0.2, 9.0]).reshape(3, 2), "b": np.array([1e-4, -2e-4])}
    right = {name: params[name] - 5 * 0.1 * slopes[name] for name in params}
    for losses in ([0.0, -3.0, 1e-9, 4e4, 0.0], [7.0, -30.0, 0.0, -2.0, 1e-9]):
        told, asked = tell(X, y, losses, slopes)
        answer = student.train_epoch(told, params, X, y, 0.1, 2, rng.permutation(9))
        ended = "the pass ends before the last batch" if len(asked) < 5 else ""
        got = say("asked about {count}", count=len(asked))
        require(len(asked) == 5, "loss_and_grads asked about 5 batches", got, ended)
        moved, mean_loss = take(answer, "params, mean_loss", params=is_dict)
        assert_close(moved, right, part="params")
        known = {"losses below 0 count as 0": np.mean(np.maximum(losses, 0))}
        known |= {"losses below 0 count by their size": np.mean(np.abs(losses))}
        assert_close(mean_loss, np.mean(losses), known, part=say("mean loss"))


@task("train_epoch", points=2)
def test_epoch_sizes(student, rng):
    """with batches of one sample it is SGD, and with one batch of all samples, batch gradient descent"""
    for batch_size in (1, 5, 8):
        check_epoch(student, rng, 5, batch_size)


@task("train_epoch", points=1)
def test_epoch_single(student, rng):
    """one sample alone, and one feature alone, keep their axes"""
    for n, batch_size, features in ((1, 3, 3), (1, 1, 1), (5, 2, 1)):
        check_epoch(student, rng, n, batch_size, features=features)


@task("train_epoch", points=1)
def test_epoch_rate(student, rng):
    """with lr = 0 the parameters stay as they are, and the losses are asked for all the same"""
    for lr in (0, 0.0):
        params, X, y = draw_task(rng, 7)
        order, (watched, calls) = rng.permutation(7), watch(X, y)
        right = replay(params, X, y, 0, slice_order(order, 3))
        answer = student.train_epoch(watched, params, X, y, lr, 3, order)
        got = say("asked about {count}", count=len(calls))
        require(len(calls) == 3, "loss_and_grads asked about 3 batches", got, "nothing is asked where lr is 0")
        assert_both(answer, right, "params, mean_loss")


@task("train_epoch", points=1)
def test_epoch_integers(student, rng):
    """parameters, samples and targets may be whole numbers, also of 8 bits"""
    params, X, y = draw_bytes(rng, 7)
    order = rng.permutation(7)
    right = replay(params, X, y, 0.02, slice_order(order, 3))
    answer = student.train_epoch(watch(X, y)[0], params, X, y, 0.02, 3, order.astype(np.uint8))
    assert_both(answer, right, "params, mean_loss")


@task("train_epoch", points=1)
def test_epoch_unchanged(student, rng):
    """params, X, y and order are left as they are, which may be read-only, in columns, or one array of two names"""
    params, X, y = draw_task(rng, 7)
    order = rng.permutation(7)
    right = replay(params, X, y, 0.05, slice_order(order, 3))
    answer = assert_unchanged(student.train_epoch, watch(X, y)[0], params, X, y, 0.05, 3, order)
    assert_both(answer, right, "params, mean_loss")
    for layout in ("read-only", "columns"):
        *parts, rows = laid_out((params, X, y, order), layout)
        answer = student.train_epoch(watch(X, y)[0], *parts, 0.05, 3, rows)
        assert_both(answer, right, "params, mean_loss")
    told, tied = tie(watch(X, y)[0], params)
    answer = student.train_epoch(told, tied, X, y, 0.05, 3, order)
    more = {"more": params["W"] - 3 * 0.05}
    assert_both(answer, ({**right[0], **more}, right[1]), "params, mean_loss")


def tie(watched, params):
    """The same model with a parameter more, whose slopes are 1 and whose array is that of W, and its parameters."""
    both = shared(params["W"])

    def told(given, Xb, yb):
        loss, grads = watched(given, Xb, yb)
        return loss, {**grads, "more": np.ones(params["W"].shape)}

    return told, {"W": both, "b": params["b"], "more": both}


def run_fit(student, rng, n, batch_size, epochs, lr=0.02, told=None):
    """What fit returns, the parameters it began with, and its calls, epoch by epoch."""
    params, X, y = draw_task(rng, n)
    watched, calls = watch(X, y, told)
    own = np.random.default_rng(rng.integers(1 << 32))
    answer = student.fit(watched, params, X, y, lr, batch_size, epochs, own)
    each = -(-n // batch_size)
    total = epochs * each
    wanted = say("{epochs} epochs of {each} batches, {total} in all", epochs=epochs, each=each, total=total)
    ended = "training ends too early: it goes on to the last epoch, whatever the losses are"
    got = say("loss_and_grads was asked about {count}", count=len(calls))
    require(len(calls) == total, wanted, got, ended if len(calls) < total else "")
    pair = take(answer, "params, history", params=is_dict)
    return pair, params, [calls[i * each : i * each + each] for i in range(epochs)]


def list_rows(calls):
    """The rows in the order in which they were visited."""
    return [row for _, rows, _, _ in calls for row in rows]


@task("fit", points=2)
def test_fit_cover(student, rng):
    """each epoch visits every sample exactly once, in full batches but for the last"""
    _, _, passes = run_fit(student, rng, 11, 4, 9)
    for calls in passes:
        sizes = [len(rows) for _, rows, _, _ in calls]
        require(sizes == [4, 4, 3], "batches of 4, 4 and 3 samples", say("batches of {sizes}", sizes=sizes))
        seen = np.bincount(list_rows(calls), minlength=11)
        got = say(
            "row {rare} visited {few} times, row {frequent} {many} times",
            rare=seen.argmin(),
            few=seen.min(),
            frequent=seen.argmax(),
            many=seen.max(),
        )
        again = "samples are drawn with replacement" if seen.max() > 1 else ""
        require((seen == 1).all(), "every row visited once in an epoch", got, again)


@task("fit", points=2)
def test_fit_reshuffles(student, rng):
    """the order is random and another one in every epoch"""
    _, _, passes = run_fit(student, rng, 23, 6, 7)
    orders = [list_rows(calls) for calls in passes]
    alike = all(order == orders[0] for order in orders)
    still = "nothing is shuffled" if alike else ""
    require(list(range(23)) not in orders, "the samples in a random order", "the order of X", still)
    once = "the samples are shuffled once, before the first epoch" if alike else ""
    same = any(first == second for first, second in itertools.combinations(orders, 2))
    require(not same, "another order in every epoch", "the same order in two epochs", once)
    fixed = np.flatnonzero(np.ptp(orders, axis=0) == 0)  # by chance: once in 6 million
    place = fixed[0] if fixed.size else 0
    got = say("row {row} in place {place} in all of them", row=orders[0][place], place=place)
    require(not fixed.size, "a row in another place in each of 7 epochs", got)
    for first, second in itertools.combinations(orders, 2):  # by chance 2 of 22 stay, and 15 once in 10 million runs
        stay = count_pairs(list_neighbours(first), list_neighbours(second))
        got = say("{count} of 22 pairs that follow one another in two epochs", count=stay)
        again = "an order is used again, backwards or moved along: each epoch draws its own"
        require(stay < 15, "orders that have nothing to do with one another", got, again)
    for part in range(2, 22):  # by chance once in 10^16 runs
        apart = all(set(order[:part]) == set(range(part)) for order in orders)
        got = say("the first {count} rows of X come first in every epoch", count=part)
        require(not apart, "any row in any place", got, "X is shuffled in parts, each by itself: shuffle all rows")


def list_neighbours(order):
    """The pairs of rows that follow one another."""
    return [frozenset(pair) for pair in itertools.pairwise(order)]


def count_pairs(first, second):
    """How many of these sets are in both lists."""
    return len({*first} & {*second})


@task("fit", points=2)
def test_fit_mixes(student, rng):
    """samples are shuffled, not only batches: neighbours in X or in an earlier batch seldom share one again"""
    _, _, passes = run_fit(student, rng, 20, 2, 3, lr=0.005)
    pairs = np.array([rows for calls in passes for _, rows, _, _ in calls])
    close = np.isin(np.abs(pairs[:, 0] - pairs[:, -1]), (1, 19))
    fixed = len({frozenset(pair) for pair in pairs.tolist()}) == 10
    likely = "the same samples share a batch in every epoch: all are to be shuffled, not batches or parts of X"
    got = say("in {count} batches of {total}", count=close.sum(), total=close.size)
    require(close.mean() < 0.5, "neighbours in one batch of ten", got, likely if fixed else "")
    batches = [[frozenset(rows) for _, rows, _, _ in calls] for calls in passes]
    for first, second in itertools.combinations(batches, 2):  # by chance one of 20 stays, and 8 once in 10 million runs
        stay = count_pairs(first, second)
        got = say("{count} of 10 batches that come again in another epoch", count=stay)
        require(stay < 8, "new batches in every epoch", got, likely if fixed else "")


@task("fit", points=2)
def test_fit_generator(student, rng):
    """all randomness is from rng: in the same state it gives the same orders, in another state others"""
    params, X, y = draw_task(rng, 17)
    orders = []
    seed = int(rng.integers(1 << 32))
    for state in (seed, seed, seed + 1):
        watched, calls = watch(X, y)
        student.fit(watched, params, X, y, 0.02, 6, 20, np.random.default_rng(state))
        rows = list_rows(calls)
        orders.append([rows[start : start + 17] for start in range(0, 340, 17)])  # 20 of the few orders of 3 batches
    other = "the orders are not drawn from the rng that is passed in" if len(orders[0][2]) == 17 else ""
    require(orders[0] == orders[1], "the same order from an rng in the same state", "another one", other)
    apart = all(order not in orders[0] for order in orders[2])
    require(apart, "another order from an rng in another state", "the same one", other)


@task("fit", points=2)
def test_fit_history(student, rng):
    """the history holds the mean loss of every epoch, as its batches were asked about"""
    for _ in range(2):  # an earlier call leaves nothing behind
        (_, history), _, passes = run_fit(student, rng, 10, 4, 4)
        losses = [[loss for _, _, loss, _ in calls] for calls in passes]
        flat = [np.ravel(entry)[0] if np.size(entry) == 1 else entry for entry in history]
        require(len(flat) == 4, "a history of 4 losses, one for every epoch", say("{count} entries", count=len(flat)))
        for mean_loss, part, calls in zip(flat, losses, passes, strict=True):
            check_mean(mean_loss, part, [rows for _, rows, _, _ in calls])


@task("fit", points=2)
def test_fit_chain(student, rng):
    """every epoch goes on from the parameters that the epoch before left, and the last ones are returned"""
    told = np.repeat([40.0, 0.0, 0.0, -2.0, 6e3, *[2e3] * 12], 3).tolist()  # least in the fourth of 17 epochs
    for _ in range(2):  # an earlier call leaves nothing behind
        check_epochs(student, rng, told)


def check_epochs(student, rng, told):
    """Whether 17 epochs with these losses go on from one another, and the last parameters come back."""
    (moved, _), params, passes = run_fit(student, rng, 8, 3, 17, told=told)
    again = all(np.allclose(calls[0][0]["W"], params["W"]) for calls in passes)
    afresh = "every epoch begins with the first parameters again"
    require(not again, "epochs that go on where the one before ended", "the first parameters in every epoch", afresh)
    kept = "training begins where an earlier call of fit ended, not with params"
    begins = all(np.allclose(passes[0][0][0][name], params[name], rtol=1e-4, atol=1e-4) for name in params)
    require(begins, "the first batch is asked with params", "other parameters", kept)
    right = check_chain([call for calls in passes for call in calls], params, 0.02)
    least = {"these are the parameters after the epoch with the least loss, not after the last": passes[4][0][0]}
    assert_close(moved, right, least, part="params")


def settle(params, X, y, lr, epochs):
    """What fit returns where all samples make one batch, so that any order gives the same."""
    history = []
    for _ in range(epochs):
        params, mean_loss = replay(params, X, y, lr, [range(len(X))])
        history.append(mean_loss)
    return params, history


@task("fit", points=1)
def test_fit_edges(student, rng):
    """one epoch, one sample, lr = 0, and a batch_size beyond N are no exceptions; numbers may be of 8 bits"""
    tasks = [(*draw_task(rng, 1), 0.05, 3), (*draw_task(rng, 6), 0.05, 1), (*draw_task(rng, 5), 0.0, 2)]
    tasks += [(*draw_task(rng, 5, features=1), 0.05, 2), (*draw_bytes(rng, 7), 0.01, 2)]
    for params, X, y, lr, epochs in tasks:
        own = np.random.default_rng(rng.integers(1 << 32))
        answer = student.fit(watch(X, y)[0], params, X, y, lr, len(X) + 2, epochs, own)
        assert_both(answer, settle(params, X, y, lr, epochs), "params, history")


@task("fit", points=1)
def test_fit_unchanged(student, rng):
    """params, X and y are left as they are, and may be read-only or share arrays: nothing is shuffled in place"""
    params, X, y = draw_task(rng, 9)
    right = settle(params, X, y, 0.05, 3)
    seed = int(rng.integers(1 << 32))
    answer = assert_unchanged(student.fit, watch(X, y)[0], params, X, y, 0.05, 12, 3, np.random.default_rng(seed))
    assert_both(answer, right, "params, history")
    told, tied = tie(watch(X, y)[0], params)
    answer = student.fit(told, tied, *laid_out((X, y), "read-only"), 0.05, 12, 3, np.random.default_rng(seed))
    more = {"more": params["W"] - 3 * 0.05}
    assert_both(answer, ({**right[0], **more}, right[1]), "params, history")
