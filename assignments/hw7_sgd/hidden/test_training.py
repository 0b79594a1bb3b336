"""Hidden checks of hw7: one epoch, and many. loss_and_grads stays here, so every batch it is asked about is seen.

What fit should give is worked out from the batches that it asked about, so that any way to shuffle is judged alike.
"""

import itertools

import numpy as np

from grader.checks import assert_close, assert_unchanged, describe_kind, require, say, task


def draw_task(rng, n, whole=False):
    """A linear regression: parameters, samples, targets."""
    params = {"W": rng.normal(size=(3, 2)), "b": rng.normal(size=2)}
    X, y = rng.normal(size=(n, 3)), rng.normal(scale=3, size=(n, 2))
    if whole:
        params = {name: rng.integers(-3, 4, size=p.shape) for name, p in params.items()}
        X = np.column_stack([rng.permutation(n) - n // 2, rng.integers(-3, 4, size=(n, 2))])  # no row twice
    return params, X, y


def regress(params, Xb, yb):
    """The mean squared error of a linear layer, and its gradients."""
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


def watch(X, y, more=None):
    """regress, and the list of all that it is asked: (params, rows of X, loss, grads), repetitions aside.

    `more` is what is added to the loss of each call, in turn and then again from the first.
    """
    calls = []

    def watched(params, Xb, yb):
        require(isinstance(params, dict) and params.keys() >= {"W", "b"}, "loss_and_grads(params, Xb, yb)", "no params")
        params = {name: np.asarray(params[name], dtype=float) for name in ("W", "b")}
        rows = find_rows(np.asarray(Xb, dtype=float), np.asarray(yb, dtype=float), X, y)
        loss, grads = regress(params, X[rows], y[rows])
        if not calls or calls[-1][1] != rows or any((calls[-1][0][name] != params[name]).any() for name in params):
            loss += more[len(calls) % len(more)] if more else 0.0
            calls.append((params, rows, loss, grads))
        return calls[-1][2:]

    return watched, calls


def find_rows(Xb, yb, X, y):
    """Which rows of X a batch holds. Fails for rows that are not in X, or that have the target of another row."""
    fine = Xb.ndim == 2 and Xb.shape[1] == X.shape[1] and len(Xb) > 0
    wanted = say("a batch Xb with {count} columns and a row or more", count=X.shape[1])
    require(fine, wanted, say("a batch of shape {shape}", shape=Xb.shape))
    wanted = say("{count} targets for {count} rows", count=len(Xb))
    require(yb.shape == (len(Xb), *y.shape[1:]), wanted, say("targets of shape {shape}", shape=yb.shape))
    rows = np.abs(X - Xb[:, None]).max(axis=-1).argmin(axis=1)
    require((np.abs(X[rows] - Xb) < 1e-4).all(), "a batch of rows of X", "a row that is not in X")
    apart = "row and target do not belong together: X and y must be taken in the same order"
    require((np.abs(y[rows] - yb) < 1e-4).all(), "every row with its own target", "a row with another's target", apart)
    return rows.tolist()


def take_two(answer, names):
    """The two parts of what was returned."""
    pair = isinstance(answer, (tuple, list)) and len(answer) == 2
    require(pair, say("two values: {names}", names=names), describe_kind(answer))
    swapped = isinstance(answer[1], dict) and not isinstance(answer[0], dict)
    likely = "the two values have changed places"
    require(not swapped, say("two values: {names}", names=names), "the dict in second place", likely)
    return answer


def assert_both(answer, right, names):
    """Both values of a returned pair must agree."""
    pairs = take_two(answer, names), right
    assert_close(*(dict(zip(names.split(", "), pair, strict=True)) for pair in pairs))


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


@task("train_epoch", points=3)
def test_epoch_params(student, rng):
    """gives the parameters after one step for every batch, the last and smaller one included"""
    params, X, y = draw_task(rng, 11)
    order = rng.permutation(11)
    right = replay(params, X, y, 0.05, slice_order(order, 4))
    answer = student.train_epoch(watch(X, y)[0], params, X, y, 0.05, 4, order)
    assert_close(take_two(answer, "params, mean_loss")[0], right[0], part="params")


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
    got = say("batches of the rows {rows}", rows=", ".join(map(str, asked[:6])))
    missing = "the last batch, smaller than the others, is missing" if asked == right[:-1] else ""
    unused = "`order` is not used" if np.concatenate(asked or [[]]).tolist() == list(range(13)) else ""
    require(asked == right, say("batches of the rows {rows}", rows=right), got[:200], missing or unused)


@task("train_epoch", points=3)
def test_epoch_mean(student, rng):
    """mean_loss is the plain mean of the batches' losses, whatever their sizes"""
    params, X, y = draw_task(rng, 9)
    losses = rng.integers(1, 40, size=3) + np.array([0.0, 20.0, 300.0])
    asked = []

    def tell(params, Xb, yb):  # named as in the handout: some call it by name
        rows = find_rows(np.asarray(Xb, dtype=float), np.asarray(yb, dtype=float), X, y)
        asked.extend([rows] if rows not in asked else [])
        return float(losses[min(asked.index(rows), 2)]), {"W": np.zeros((3, 2)), "b": np.zeros(2)}

    _, mean_loss = take_two(student.train_epoch(tell, params, X, y, 0.1, 4, rng.permutation(9)), "params, mean_loss")
    check_mean(mean_loss, losses, asked if len(asked) == 3 else [[0]] * 3)


@task("train_epoch", points=2)
def test_epoch_sizes(student, rng):
    """with batches of one sample it is SGD, and with one batch of all samples, batch gradient descent"""
    params, X, y = draw_task(rng, 5)
    for batch_size in (1, 5):
        order = rng.permutation(5)
        right = replay(params, X, y, 0.02, slice_order(order, batch_size))
        answer = student.train_epoch(watch(X, y)[0], params, X, y, 0.02, batch_size, order)
        assert_both(answer, right, "params, mean_loss")


@task("train_epoch", points=1)
def test_epoch_integers(student, rng):
    """parameters and samples may be whole numbers"""
    params, X, y = draw_task(rng, 7, whole=True)
    order = rng.permutation(7)
    right = replay(params, X, y, 0.02, slice_order(order, 3))
    answer = student.train_epoch(watch(X, y)[0], params, X, y, 0.02, 3, order)
    assert_both(answer, right, "params, mean_loss")


@task("train_epoch", points=2)
def test_epoch_unchanged(student, rng):
    """params, X, y and order are the same after the call as before"""
    params, X, y = draw_task(rng, 7)
    order = rng.permutation(7)
    right = replay(params, X, y, 0.05, slice_order(order, 3))
    answer = assert_unchanged(student.train_epoch, watch(X, y)[0], params, X, y, 0.05, 3, order)
    assert_both(answer, right, "params, mean_loss")


def run_fit(student, rng, n, batch_size, epochs, lr=0.02, more=None):
    """What fit returns, the parameters it began with, and its calls, epoch by epoch."""
    params, X, y = draw_task(rng, n)
    watched, calls = watch(X, y, more)
    own = np.random.default_rng(rng.integers(1 << 32))
    answer = student.fit(watched, params, X, y, lr, batch_size, epochs, own)
    each = -(-n // batch_size)
    total = epochs * each
    wanted = say("{epochs} epochs of {each} batches, {total} in all", epochs=epochs, each=each, total=total)
    require(len(calls) == total, wanted, say("loss_and_grads was asked about {count}", count=len(calls)))
    return take_two(answer, "params, history"), params, [calls[i * each : i * each + each] for i in range(epochs)]


def list_rows(calls):
    """The rows in the order in which they were visited."""
    return [row for _, rows, _, _ in calls for row in rows]


@task("fit", points=2)
def test_fit_cover(student, rng):
    """each epoch visits every sample exactly once, in full batches but for the last"""
    _, _, passes = run_fit(student, rng, 11, 4, 3)
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


@task("fit", points=2)
def test_fit_mixes(student, rng):
    """samples are shuffled, not only batches: those that are neighbours in X seldom share a batch"""
    _, _, passes = run_fit(student, rng, 20, 2, 3, lr=0.005)
    pairs = np.array([rows for calls in passes for _, rows, _, _ in calls])
    close = np.isin(np.abs(pairs[:, 0] - pairs[:, -1]), (1, 19))
    fixed = len({frozenset(pair) for pair in pairs.tolist()}) == 10
    likely = "the same samples share a batch in every epoch: all are to be shuffled, not batches or parts of X"
    got = say("in {count} batches of {total}", count=close.sum(), total=close.size)
    require(close.mean() < 0.5, "neighbours in one batch of ten", got, likely if fixed else "")


@task("fit", points=2)
def test_fit_generator(student, rng):
    """all randomness is from rng: in the same state it gives the same orders, in another state others"""
    params, X, y = draw_task(rng, 17)
    orders = []
    seed = int(rng.integers(1 << 32))
    for state in (seed, seed, seed + 1):
        watched, calls = watch(X, y)
        student.fit(watched, params, X, y, 0.02, 6, 1, np.random.default_rng(state))
        orders.append(list_rows(calls))
    other = "the orders are not drawn from the rng that is passed in" if len(orders[0]) == 17 else ""
    require(orders[0] == orders[1], "the same order from an rng in the same state", "another one", other)
    require(orders[0] != orders[2], "another order from an rng in another state", "the same one", other)


@task("fit", points=2)
def test_fit_history(student, rng):
    """the history holds the mean loss of every epoch, as its batches were asked about"""
    (_, history), _, passes = run_fit(student, rng, 10, 4, 4)
    losses = [[loss for _, _, loss, _ in calls] for calls in passes]
    flat = [np.ravel(entry)[0] if np.size(entry) == 1 else entry for entry in history]
    require(len(flat) == 4, "a history of 4 losses, one for every epoch", say("{count} entries", count=len(flat)))
    for mean_loss, part, calls in zip(flat, losses, passes, strict=True):
        check_mean(mean_loss, part, [rows for _, rows, _, _ in calls])


@task("fit", points=2)
def test_fit_chain(student, rng):
    """every epoch goes on from the parameters that the epoch before left, and the last ones are returned"""
    more = np.repeat([4e3, 0.0, 2e3, 6e3], 3).tolist()  # the loss is least in the second of four epochs
    (moved, _), params, passes = run_fit(student, rng, 8, 3, 4, more=more)
    again = all(np.allclose(calls[0][0]["W"], params["W"]) for calls in passes)
    afresh = "every epoch begins with the first parameters again"
    require(not again, "epochs that go on where the one before ended", "the first parameters in every epoch", afresh)
    right = check_chain([call for calls in passes for call in calls], params, 0.02)
    least = {"these are the parameters after the epoch with the least loss, not after the last": passes[2][0][0]}
    assert_close(moved, right, least, part="params")


@task("fit", points=2)
def test_fit_unchanged(student, rng):
    """params, X and y are the same after the call as before: nothing is shuffled in place"""
    params, X, y = draw_task(rng, 9)
    moved, history = params, []
    for _ in range(3):  # one batch of all samples: any order gives the same
        moved, mean_loss = replay(moved, X, y, 0.05, [range(9)])
        history.append(mean_loss)
    own = np.random.default_rng(rng.integers(1 << 32))
    answer = assert_unchanged(student.fit, watch(X, y)[0], params, X, y, 0.05, 12, 3, own)
    assert_both(answer, (moved, history), "params, history")
