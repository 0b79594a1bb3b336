"""Wrong solutions of hw7, one function <function>__<slug> each; its docstring is the diagnosis to be read."""

# ruff: noqa: F821 - a mutant stands behind the model solution and may call its other functions
import copy

import numpy as np

_KEPT = {}


def minibatches__drop_last(X, y, batch_size, order):
    """The last batch is dropped where it is smaller than the others.
    Likely: last batch, smaller than the others, is missing"""
    return [
        (X[order[i : i + batch_size]], y[order[i : i + batch_size]])
        for i in range(0, len(order) - batch_size + 1, batch_size)
    ]


def minibatches__empty_last(X, y, batch_size, order):
    """There is an empty batch at the end where batch_size divides the number of samples.
    Likely: an empty batch"""
    starts = [i * batch_size for i in range(len(order) // batch_size + 1)]
    return [(X[order[i : i + batch_size]], y[order[i : i + batch_size]]) for i in starts]


def minibatches__in_order_of_x(X, y, batch_size, order):
    """The batches are slices of X itself: `order` is not used.
    Likely: `order` is not used"""
    return [(X[i : i + batch_size], y[i : i + batch_size]) for i in range(0, len(X), batch_size)]


def minibatches__targets_left(X, y, batch_size, order):
    """Only X is taken in the given order: the targets are those of other rows.
    Likely: the targets do not"""
    return [(X[order[i : i + batch_size]], y[i : i + batch_size]) for i in range(0, len(order), batch_size)]


def minibatches__shared_out(X, y, batch_size, order):
    """The samples are shared out evenly (np.array_split), so that batches before the last have too few of them.
    Likely: shared out evenly"""
    parts = np.array_split(order, -(-len(order) // batch_size))
    return [(X[rows], y[rows]) for rows in parts]


def minibatches__filled_up(X, y, batch_size, order):
    """The last batch is filled up with samples that had their turn already.
    Likely: filled up"""
    batches = []
    for i in range(0, len(order), batch_size):
        rows = order[max(0, min(i, len(order) - batch_size)) : i + batch_size]
        batches.append((X[rows], y[rows]))
    return batches


def minibatches__inverse_order(X, y, batch_size, order):
    """`order` is read the wrong way round: row order[i] is visited i-th, not row i order[i]-th.
    Likely: the other way round"""
    rows = np.argsort(order)
    return [(X[rows[i : i + batch_size]], y[rows[i : i + batch_size]]) for i in range(0, len(rows), batch_size)]


def minibatches__strided(X, y, batch_size, order):
    """A batch is picked from all over `order`, in strides; its rows are to be neighbours there."""
    count = -(-len(order) // batch_size)
    return [(X[order[i::count]], y[order[i::count]]) for i in range(count)]


def minibatches__axis_lost(X, y, batch_size, order):
    """Targets with a single column lose their axis: (N, 1) becomes (N,)."""
    flat = y[:, 0] if y.shape[1:] == (1,) else y
    return [(X[order[i : i + batch_size]], flat[order[i : i + batch_size]]) for i in range(0, len(order), batch_size)]


def minibatches__places_in_bytes(X, y, batch_size, order):
    """Places among all numbers of X are computed in the type of order: with 8 bits, row 90 begins at 270 - 256 = 14."""
    places = order[:, None] * X.shape[1] + np.arange(X.shape[1])
    rows = X.ravel()[places]
    return [(rows[i : i + batch_size], y[order[i : i + batch_size]]) for i in range(0, len(order), batch_size)]


def minibatches__kept(X, y, batch_size, order):
    """The batches are kept for the next call with arrays of these sizes, which gets those of this one."""
    parts = [order[i : i + batch_size] for i in range(0, len(order), batch_size)]
    return _KEPT.setdefault((X.shape, y.shape, batch_size), [(X[rows], y[rows]) for rows in parts])


def minibatches__as_in_memory(X, y, batch_size, order):
    """The numbers of X are read as they lie in memory, where columns may come first."""
    X = np.frombuffer(X.tobytes("A"), X.dtype).reshape(X.shape)
    return [(X[order[i : i + batch_size]], y[order[i : i + batch_size]]) for i in range(0, len(order), batch_size)]


def minibatches__sorted_in_place(X, y, batch_size, order):
    """The caller's X is put in order and, at the end, back again: it is written to, even if no change is left.
    Likely: in place"""
    before = X.copy()
    X[...] = before[order]
    batches = [(X[i : i + batch_size].copy(), y[order[i : i + batch_size]]) for i in range(0, len(order), batch_size)]
    X[...] = before
    return batches


def sgd_step__in_bytes(params, grads, lr):
    """lr * g and the step are computed in the type of the arguments: 8 bits hold no number below 0 or above 255.
    Likely: 8 bits"""
    return {name: p - lr * grads[name] for name, p in params.items()}


def sgd_step__clipped(params, grads, lr):
    """Large gradients are clipped; the step takes them as they are."""
    return {name: p - lr * np.clip(np.asarray(grads[name], float), -300, 300) for name, p in params.items()}


def sgd_step__default_rate(params, grads, lr):
    """`lr or 0.01` takes a learning rate of 0 for none at all.
    Likely: in the place of lr = 0"""
    return {name: p - (lr or 0.01) * np.asarray(grads[name], float) for name, p in params.items()}


def sgd_step__shared_copy(params, grads, lr):
    """deepcopy keeps one array one array: if it has two names it takes both their steps, in place."""
    moved = copy.deepcopy({name: p if p.dtype == float else p.astype(float) for name, p in params.items()})
    for name in moved:
        moved[name] -= lr * np.asarray(grads[name], float)
    return moved


def sgd_step__uphill(params, grads, lr):
    """The step goes along the gradient, which is uphill.
    Likely: uphill"""
    return {name: p + lr * grads[name] for name, p in params.items()}


def sgd_step__written_into(params, grads, lr):
    """p -= lr * g changes the caller's own arrays (and cannot store fractions in whole numbers).
    Likely: in place|8 bits"""
    for name in params:
        params[name] -= lr * grads[name]
    return params


def sgd_step__not_written_back(params, grads, lr):
    """The new value is only bound to the loop's variable: the dict that is returned is the old one.
    Likely: have not moved"""
    moved = dict(params)
    for name, p in moved.items():
        p = p - lr * grads[name]  # noqa: PLW2901
    return moved


def sgd_step__by_place(params, grads, lr):
    """Parameters and gradients are paired by their place in the dicts, not by name.
    Likely: paired by their place"""
    return {name: p - float(lr) * g for (name, p), g in zip(params.items(), grads.values(), strict=True)}


def sgd_step__truncated(params, grads, lr):
    """The result is stored in an array of the parameters' own type, which cuts the decimals of whole numbers off.
    Likely: decimals|8 bits"""
    moved = {}
    for name, p in params.items():
        moved[name] = (p - float(lr) * grads[name]).astype(p.dtype)
    return moved


def momentum_step__average(params, grads, velocity, lr, beta):
    """The gradient has a factor 1 - beta: this is a moving average, not torch's velocity.
    Likely: factor 1 - beta"""
    velocity = {name: beta * velocity[name] + (1 - beta) * grads[name] for name in params}
    return sgd_step(params, velocity, lr), velocity


def momentum_step__lr_inside(params, grads, velocity, lr, beta):
    """lr is inside the velocity, v = beta v + lr g; in torch's form it enters when the parameters move.
    Likely: lr is inside"""
    velocity = {name: beta * velocity[name] + lr * grads[name] for name in params}
    return {name: p - velocity[name] for name, p in params.items()}, velocity


def momentum_step__other_book(params, grads, velocity, lr, beta):
    """This is v = beta v - lr g, p = p + v: the same path from zero, but another velocity than torch's.
    Likely: another book's form"""
    velocity = {name: beta * velocity[name] - lr * grads[name] for name in params}
    return {name: p + velocity[name] for name, p in params.items()}, velocity


def momentum_step__forgotten(params, grads, velocity, lr, beta):
    """The velocity is reset in every step, which makes this plain SGD.
    Likely: plain SGD"""
    return sgd_step(params, grads, lr), dict(grads)


def momentum_step__not_handed_on(params, grads, velocity, lr, beta):
    """The velocity that is returned is the old one, so that it never builds up.
    Likely: returned is the old one"""
    return sgd_step(params, {name: beta * velocity[name] + grads[name] for name in params}, lr), velocity


def momentum_step__nesterov(params, grads, velocity, lr, beta):
    """This is Nesterov's form, which adds the gradient to beta times the new velocity.
    Likely: Nesterov"""
    velocity = {name: beta * velocity[name] + grads[name] for name in params}
    return sgd_step(params, {name: beta * velocity[name] + grads[name] for name in params}, lr), velocity


def momentum_step__old_array(params, grads, velocity, lr, beta):
    """velocity *= beta changes the caller's own arrays (and cannot store fractions in whole numbers).
    Likely: in place"""
    for name in params:
        velocity[name] *= beta
        velocity[name] += grads[name]
    return sgd_step(params, velocity, lr), velocity


def momentum_step__by_shape(params, grads, velocity, lr, beta):
    """Parameters of one shape share a velocity; each has its own."""
    shared = {}
    for name, g in grads.items():
        shared.setdefault(g.shape, beta * velocity[name] + g)
    velocity = {name: shared[g.shape] for name, g in grads.items()}
    return sgd_step(params, velocity, lr), velocity


def momentum_step__handed_along(params, grads, velocity, lr, beta):
    """The velocity of one parameter goes on into the next where their shapes agree; each has its own."""
    new, v = {}, None
    for name, g in grads.items():
        v = beta * (velocity[name] if v is None or v.shape != g.shape else v) + g
        new[name] = v
    return sgd_step(params, new, lr), new


def momentum_step__beta_of_zero(params, grads, velocity, lr, beta):
    """`beta or 0.9` takes a beta of 0 for none at all.
    Likely: in the place of beta = 0"""
    velocity = {name: (beta or 0.9) * np.asarray(velocity[name], float) + g for name, g in grads.items()}
    return sgd_step(params, velocity, lr), velocity


def momentum_step__sum_in_bytes(params, grads, velocity, lr, beta):
    """v + g is computed in the type of the arguments, beta (v + g) + (1 - beta) g: 8 bits are too few for the sum."""
    velocity = {name: beta * (velocity[name] + g) + (1 - beta) * g for name, g in grads.items()}
    return sgd_step(params, velocity, lr), velocity


def momentum_step__limited(params, grads, velocity, lr, beta):
    """The velocity is limited; it is as large as the gradients make it."""
    velocity = {name: np.clip(beta * np.asarray(velocity[name], float) + g, -1e3, 1e3) for name, g in grads.items()}
    return sgd_step(params, velocity, lr), velocity


def lr_step__early(lr0, epoch, drop, every):
    """The first drop comes one epoch too early: epochs are counted from 1.
    Likely: one epoch too early"""
    return lr0 * drop ** ((epoch + 1) // every)


def lr_step__smooth(lr0, epoch, drop, every):
    """epoch / every is a fraction, so that the rate falls a little in every epoch and not in steps.
    Likely: a little in every epoch"""
    return lr0 * drop ** (epoch / every)


def lr_step__product(lr0, epoch, drop, every):
    """drop is multiplied by the number of drops; it is raised to that power.
    Likely: multiplied by the number of drops"""
    return lr0 * drop * (epoch // every)


def lr_step__floor(lr0, epoch, drop, every):
    """The rate is held at a least value; by the formula it goes on falling."""
    return max(lr0 * drop ** (epoch // every), 1e-4)


def lr_exponential__grows(lr0, epoch, decay):
    """The sign of the exponent is missing: the rate grows.
    Likely: the rate grows"""
    return lr0 * np.exp(decay * epoch)


def lr_exponential__power(lr0, epoch, decay):
    """decay ** epoch takes decay for the factor; the factor between epochs is e ** -decay.
    Likely: decay \\*\\* epoch"""
    return lr0 * decay**epoch


def lr_exponential__floor(lr0, epoch, decay):
    """The exponent is held at -20; by the formula the rate goes on falling."""
    return lr0 * np.exp(-np.clip(float(decay) * float(epoch), 0, 20))


def lr_exponential__negated_bytes(lr0, epoch, decay):
    """-epoch is computed in the type of epoch: with 8 bits and no sign, -3 is 253."""
    return float(lr0) * np.exp(decay * -epoch)


def lr_inverse__brackets(lr0, epoch, decay):
    """The brackets below the fraction line are missing: this is lr0 / 1 + decay * epoch, which grows.
    Likely: brackets below"""
    return lr0 / 1 + decay * epoch


def lr_inverse__compound(lr0, epoch, decay):
    """lr0 / (1 + decay) ** epoch falls by the same factor in every epoch.
    Likely: same factor every epoch"""
    return lr0 / (1 + decay) ** epoch


def lr_inverse__floor(lr0, epoch, decay):
    """The rate is held at a least value; by the formula it goes on falling."""
    return max(float(lr0) / (1 + float(decay) * float(epoch)), 1e-6)


def train_epoch__stale(loss_and_grads, params, X, y, lr, batch_size, order):
    """Every batch's gradient is taken at the parameters of the beginning, not at those the batch before left.
    Likely: parameters of the beginning"""
    moved, losses = params, []
    for Xb, yb in minibatches(X, y, batch_size, order):
        loss, grads = loss_and_grads(params, Xb, yb)
        moved = sgd_step(moved, grads, lr)
        losses.append(loss)
    return moved, np.mean(losses)


def train_epoch__weighted(loss_and_grads, params, X, y, lr, batch_size, order):
    """The mean loss is weighted by the batches' sizes; here every batch counts the same.
    Likely: weighted"""
    total = 0
    for Xb, yb in minibatches(X, y, batch_size, order):
        loss, grads = loss_and_grads(params, Xb, yb)
        params = sgd_step(params, grads, lr)
        total += loss * len(Xb)
    return params, total / len(X)


def train_epoch__last_loss(loss_and_grads, params, X, y, lr, batch_size, order):
    """The loss that is returned is that of the last batch alone.
    Likely: last batch('s loss)? alone"""
    for Xb, yb in minibatches(X, y, batch_size, order):
        loss, grads = loss_and_grads(params, Xb, yb)
        params = sgd_step(params, grads, lr)
    return params, loss


def train_epoch__after_step(loss_and_grads, params, X, y, lr, batch_size, order):
    """Each batch's loss is asked for again after its step, and that one is kept.
    Likely: after the steps"""
    losses = []
    for Xb, yb in minibatches(X, y, batch_size, order):
        params = sgd_step(params, loss_and_grads(params, Xb, yb)[1], lr)
        losses.append(loss_and_grads(params, Xb, yb)[0])
    return params, np.mean(losses)


def train_epoch__last_left_out(loss_and_grads, params, X, y, lr, batch_size, order):
    """The last batch is left out where it is smaller than the others.
    Likely: last batch, smaller than the others, is missing"""
    whole = len(order) - len(order) % batch_size
    losses = []
    for Xb, yb in minibatches(X, y, batch_size, order[:whole]):
        loss, grads = loss_and_grads(params, Xb, yb)
        params = sgd_step(params, grads, lr)
        losses.append(loss)
    return params, np.mean(losses)


def train_epoch__one_batch(loss_and_grads, params, X, y, lr, batch_size, order):
    """All samples are taken as one batch, whatever batch_size says.
    Likely: as one batch"""
    loss, grads = loss_and_grads(params, X, y)
    return sgd_step(params, grads, lr), loss


def train_epoch__all_each_time(loss_and_grads, params, X, y, lr, batch_size, order):
    """Each of the steps is taken with all samples, and not with those of its batch.
    Likely: as one batch|with all samples"""
    losses = []
    for _ in minibatches(X, y, batch_size, order):
        loss, grads = loss_and_grads(params, X, y)
        params = sgd_step(params, grads, lr)
        losses.append(loss)
    return params, np.mean(losses)


def train_epoch__callers_dict(loss_and_grads, params, X, y, lr, batch_size, order):
    """params[name] = ... writes into the caller's own dict.
    Likely: in place"""
    losses = []
    for Xb, yb in minibatches(X, y, batch_size, order):
        loss, grads = loss_and_grads(params, Xb, yb)
        for name in grads:
            params[name] = params[name] - lr * grads[name]
        losses.append(loss)
    return params, np.mean(losses)


def train_epoch__ends_at_zero(loss_and_grads, params, X, y, lr, batch_size, order):
    """The pass ends at a batch whose loss is 0; every batch has its step.
    Likely: ends before"""
    losses = []
    for Xb, yb in minibatches(X, y, batch_size, order):
        loss, grads = loss_and_grads(params, Xb, yb)
        losses.append(loss)
        if abs(loss) < 1e-12:
            break
        params = sgd_step(params, grads, lr)
    return params, np.mean(losses)


def train_epoch__size_of_the_loss(loss_and_grads, params, X, y, lr, batch_size, order):
    """Losses below 0 count as 0; the mean is that of the losses as they were returned.
    Likely: below 0"""
    losses = []
    for Xb, yb in minibatches(X, y, batch_size, order):
        loss, grads = loss_and_grads(params, Xb, yb)
        params = sgd_step(params, grads, lr)
        losses.append(max(loss, 0.0))
    return params, np.mean(losses)


def train_epoch__one_row_lost(loss_and_grads, params, X, y, lr, batch_size, order):
    """A sample that is alone loses its axis: (1, D) becomes (D,).
    Likely: two axes"""
    losses = []
    for Xb, yb in minibatches(X, y, batch_size, order):
        loss, grads = loss_and_grads(params, Xb[0] if len(X) == 1 else Xb, yb)
        params = sgd_step(params, grads, lr)
        losses.append(loss)
    return params, np.mean(losses)


def train_epoch__nothing_to_do(loss_and_grads, params, X, y, lr, batch_size, order):
    """With lr = 0 nothing is asked, and the mean loss is 0.
    Likely: nothing is asked"""
    losses = [0.0]
    for Xb, yb in minibatches(X, y, batch_size, order) if lr else []:
        loss, grads = loss_and_grads(params, Xb, yb)
        params = sgd_step(params, grads, lr)
        losses.append(loss)
    return params, np.mean(losses[1:] or losses)


def fit__shuffled_once(loss_and_grads, params, X, y, lr, batch_size, epochs, rng):
    """The order is drawn once, before the first epoch: the same samples share a batch in every epoch.
    Likely: shuffled once"""
    history, order = [], rng.permutation(len(X))
    for _ in range(epochs):
        params, mean_loss = train_epoch(loss_and_grads, params, X, y, lr, batch_size, order)
        history.append(mean_loss)
    return params, history


def fit__batches_shuffled(loss_and_grads, params, X, y, lr, batch_size, epochs, rng):
    """Only the order of the batches is shuffled: the same samples share a batch in every epoch.
    Likely: same samples share a batch|used again"""
    history = []
    for _ in range(epochs):
        starts = rng.permutation(range(0, len(X), batch_size))
        losses = []
        for i in starts:
            loss, grads = loss_and_grads(params, X[i : i + batch_size], y[i : i + batch_size])
            params = sgd_step(params, grads, lr)
            losses.append(loss)
        history.append(np.mean(losses))
    return params, history


def fit__in_order(loss_and_grads, params, X, y, lr, batch_size, epochs, rng):
    """Nothing is shuffled: the samples come in the order of X in every epoch.
    Likely: nothing is shuffled"""
    history = []
    for _ in range(epochs):
        params, mean_loss = train_epoch(loss_and_grads, params, X, y, lr, batch_size, np.arange(len(X)))
        history.append(mean_loss)
    return params, history


def fit__shuffled_within(loss_and_grads, params, X, y, lr, batch_size, epochs, rng):
    """The samples are shuffled only within batches: the same ones share a batch in every epoch.
    Likely: same samples share a batch"""
    history = []
    for _ in range(epochs):
        order = np.concatenate(
            [rng.permutation(rows) for rows in np.split(np.arange(len(X)), range(batch_size, len(X), batch_size))]
        )
        params, mean_loss = train_epoch(loss_and_grads, params, X, y, lr, batch_size, order)
        history.append(mean_loss)
    return params, history


def fit__two_permutations(loss_and_grads, params, X, y, lr, batch_size, epochs, rng):
    """X and y are shuffled with two different permutations, so that rows get the targets of other rows.
    Likely: shuffled apart|do not belong together"""
    history = []
    for _ in range(epochs):
        moved = X[rng.permutation(len(X))], y[rng.permutation(len(y))]
        params, mean_loss = train_epoch(loss_and_grads, params, *moved, lr, batch_size, np.arange(len(X)))
        history.append(mean_loss)
    return params, history


def fit__with_replacement(loss_and_grads, params, X, y, lr, batch_size, epochs, rng):
    """rng.integers draws with replacement: some samples come twice in an epoch and others not at all.
    Likely: with replacement"""
    history = []
    for _ in range(epochs):
        order = rng.integers(len(X), size=len(X))
        params, mean_loss = train_epoch(loss_and_grads, params, X, y, lr, batch_size, order)
        history.append(mean_loss)
    return params, history


def fit__own_generator(loss_and_grads, params, X, y, lr, batch_size, epochs, rng):
    """A generator of its own is made: the rng that is passed in is not used.
    Likely: not drawn from the rng"""
    history, own = [], np.random.default_rng(0)
    for _ in range(epochs):
        params, mean_loss = train_epoch(loss_and_grads, params, X, y, lr, batch_size, own.permutation(len(X)))
        history.append(mean_loss)
    return params, history


def fit__global_generator(loss_and_grads, params, X, y, lr, batch_size, epochs, rng):
    """np.random.permutation uses numpy's global state, not the rng that is passed in: no run can be repeated.
    Likely: not drawn from the rng"""
    history = []
    for _ in range(epochs):
        order = np.random.permutation(len(X))
        params, mean_loss = train_epoch(loss_and_grads, params, X, y, lr, batch_size, order)
        history.append(mean_loss)
    return params, history


def fit__afresh(loss_and_grads, params, X, y, lr, batch_size, epochs, rng):
    """Every epoch begins with the first parameters again.
    Likely: first parameters again"""
    history = []
    for _ in range(epochs):
        moved, mean_loss = train_epoch(loss_and_grads, params, X, y, lr, batch_size, rng.permutation(len(X)))
        history.append(mean_loss)
    return moved, history


def fit__shuffled_in_place(loss_and_grads, params, X, y, lr, batch_size, epochs, rng):
    """X[...] = X[order] shuffles the caller's own arrays.
    Likely: in place"""
    history = []
    for _ in range(epochs):
        order = rng.permutation(len(X))
        X[...], y[...] = X[order], y[order]
        params, mean_loss = train_epoch(loss_and_grads, params, X, y, lr, batch_size, np.arange(len(X)))
        history.append(mean_loss)
    return params, history


def fit__best_epoch(loss_and_grads, params, X, y, lr, batch_size, epochs, rng):
    """The parameters after the epoch with the least loss are returned; those after the last were asked for.
    Likely: with the least loss"""
    history, best = [], params
    for _ in range(epochs):
        params, mean_loss = train_epoch(loss_and_grads, params, X, y, lr, batch_size, rng.permutation(len(X)))
        history.append(mean_loss)
        if mean_loss == min(history):
            best = params
    return best, history


def fit__stops_when_small(loss_and_grads, params, X, y, lr, batch_size, epochs, rng):
    """Training stops where the loss is small, and not after as many epochs as asked for.
    Likely: ends too early"""
    history = []
    for _ in range(epochs):
        params, mean_loss = train_epoch(loss_and_grads, params, X, y, lr, batch_size, rng.permutation(len(X)))
        history.append(mean_loss)
        if abs(mean_loss) < 1e-12:
            break
    return params, history


def fit__stops_when_flat(loss_and_grads, params, X, y, lr, batch_size, epochs, rng):
    """Training stops where the loss no longer changes, and not after as many epochs as asked for.
    Likely: ends too early"""
    history = [np.inf]
    for _ in range(epochs):
        params, mean_loss = train_epoch(loss_and_grads, params, X, y, lr, batch_size, rng.permutation(len(X)))
        history.append(mean_loss)
        if history[-2] == mean_loss:
            break
    return params, history[1:]


def fit__later_orders(loss_and_grads, params, X, y, lr, batch_size, epochs, rng):
    """Only the first order is drawn from rng; those of the later epochs are from a generator of its own.
    Likely: not drawn from the rng"""
    history, order, own = [], rng.permutation(len(X)), np.random.default_rng()
    for _ in range(epochs):
        params, mean_loss = train_epoch(loss_and_grads, params, X, y, lr, batch_size, order)
        history.append(mean_loss)
        order = own.permutation(len(X))
    return params, history


def fit__to_and_fro(loss_and_grads, params, X, y, lr, batch_size, epochs, rng):
    """Every second epoch takes the order of the one before, backwards.
    Likely: used again"""
    history = []
    for epoch in range(epochs):
        order = order[::-1] if epoch % 2 else rng.permutation(len(X))
        params, mean_loss = train_epoch(loss_and_grads, params, X, y, lr, batch_size, order)
        history.append(mean_loss)
    return params, history


def fit__goes_on(loss_and_grads, params, X, y, lr, batch_size, epochs, rng):
    """The parameters of an earlier call are kept, and the next call begins with them.
    Likely: earlier call"""
    history, key = [], str({name: p.shape for name, p in params.items()})
    params = _KEPT.get(key, params)
    for _ in range(epochs):
        params, mean_loss = train_epoch(loss_and_grads, params, X, y, lr, batch_size, rng.permutation(len(X)))
        history.append(mean_loss)
    _KEPT[key] = params
    return params, history


def fit__history_after(loss_and_grads, params, X, y, lr, batch_size, epochs, rng):
    """The history holds the loss over all samples after each epoch, which costs further calls of loss_and_grads.
    Likely: after the steps"""
    history = []
    for _ in range(epochs):
        params, _ = train_epoch(loss_and_grads, params, X, y, lr, batch_size, rng.permutation(len(X)))
        history.append(loss_and_grads(params, X, y)[0])
    return params, history


def lr_exponential__negated_in_bytes(lr0, epoch, decay):
    """decay is negated in its own type, and in uint8 -1 is 255.
    Likely: in its own type"""
    return float(lr0) * float(np.exp(-decay * epoch))


def lr_inverse__product_in_bytes(lr0, epoch, decay):
    """decay times epoch is computed in their own type, and 50 times 6 is no uint8.
    Likely: in its own type"""
    return float(lr0) / float(1 + decay * epoch)


def fit__halves_shuffled_apart(loss_and_grads, params, X, y, lr, batch_size, epochs, rng):
    """The two halves of X are shuffled each by itself: the first half comes first in every epoch.
    Likely: shuffled in parts"""
    history, half = [], len(X) // 2
    for _ in range(epochs):
        order = np.append(rng.permutation(half), half + rng.permutation(len(X) - half))
        params, loss = train_epoch(loss_and_grads, params, X, y, lr, batch_size, order)
        history.append(loss)
    return params, history


def fit__patience_of_ten(loss_and_grads, params, X, y, lr, batch_size, epochs, rng):
    """Training ends when ten epochs in a row have not been better than the best one before.
    Likely: ends too early"""
    history = []
    for _ in range(epochs):
        params, loss = train_epoch(loss_and_grads, params, X, y, lr, batch_size, rng.permutation(len(X)))
        history.append(loss)
        if len(history) > 10 and min(history[-10:]) > min(history[:-10]):
            break
    return params, history


EQUIVALENT = {
    "sgd_step: np.asarray(p, dtype=float) -> np.asarray(p)": "less an array of floats, any p is computed in floats",
    "momentum_step: np.asarray(velocity[name], dtype=float) -> "
    "np.asarray(velocity[name])": "times beta, a float or 0, any velocity is computed in floats or 0",
}
