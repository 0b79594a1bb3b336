"""Wrong solutions of hw9, one function <function>__<slug> each; its docstring is the diagnosis a student needs."""
# ruff: noqa: F821 - the model solution's functions are there when these run

import itertools

import numpy as np

right_init, right_loss, right_fit = init_params, loss_and_grads, fit
right_predict, right_counts = predict, confusion_matrix
TABLES = {}


def init_params__unscaled(sizes, rng):
    """The weights are standard normal: nothing scales them by sqrt(1 / fan_in).

    Likely: nothing scales them
    """
    return [(rng.normal(size=(m, n)), np.zeros(n)) for m, n in itertools.pairwise(sizes)]


def init_params__variance(sizes, rng):
    """The standard deviation is 1 / fan_in, which is the variance that was asked for.

    Likely: that is the variance
    """
    return [(rng.normal(scale=1 / m, size=(m, n)), np.zeros(n)) for m, n in itertools.pairwise(sizes)]


def init_params__fan_out(sizes, rng):
    """The spread follows from the units that the layer feeds, not from the inputs that it adds up.

    Likely: sqrt\\(1 / fan_out\\)
    """
    return [(rng.normal(scale=n**-0.5, size=(m, n)), np.zeros(n)) for m, n in itertools.pairwise(sizes)]


def init_params__he(sizes, rng):
    """The spread is sqrt(2 / fan_in), which is meant for relu.

    Likely: meant for relu
    """
    layers = itertools.pairwise(sizes)
    return [(rng.normal(scale=(2 / m) ** 0.5, size=(m, n)), np.zeros(n)) for m, n in layers]


def init_params__uniform(sizes, rng):
    """The weights are uniform with the right standard deviation; normal ones were asked for.

    Likely: uniform, not normal
    """
    layers = itertools.pairwise(sizes)
    return [(rng.uniform(-((3 / m) ** 0.5), (3 / m) ** 0.5, size=(m, n)), np.zeros(n)) for m, n in layers]


def init_params__zeros(sizes, rng):
    """All weights are zero, so that the hidden units never differ.

    Likely: start alike
    """
    return [(np.zeros((m, n)), np.zeros(n)) for m, n in itertools.pairwise(sizes)]


def init_params__random_biases(sizes, rng):
    """The biases are random; zeros were asked for.

    Likely: only the weights are random
    """
    return [(W, rng.normal(size=b.shape)) for W, b in right_init(sizes, rng)]


def init_params__biases_of_one(sizes, rng):
    """The biases are ones; zeros were asked for.

    Likely: biases begin at 0
    """
    return [(W, np.ones(b.shape)) for W, b in right_init(sizes, rng)]


def init_params__axes_swapped(sizes, rng):
    """The weights have shape (fan_out, fan_in): rows and columns are swapped.

    Likely: transpose
    """
    return [(W.T, b) for W, b in right_init(sizes, rng)]


def init_params__own_seed(sizes, rng):
    """The weights come from a generator with a seed of its own: they are the same in every run.

    Likely: a seed of its own
    """
    return right_init(sizes, np.random.default_rng(42))


def init_params__reseeded(sizes, rng):
    """Every layer begins with a new generator of the same seed: the layers share their random numbers.

    Likely: begins anew
    """
    seed = int(rng.integers(2**32))
    layers = itertools.pairwise(sizes)
    return [(np.random.default_rng(seed).normal(scale=m**-0.5, size=(m, n)), np.zeros(n)) for m, n in layers]


def init_params__global(sizes, rng):
    """The weights come from numpy's global generator and not from rng.

    Likely: numbers of its own
    """
    layers = itertools.pairwise(sizes)
    return [(np.random.randn(m, n) * m**-0.5, np.zeros(n)) for m, n in layers]


def init_params__cut_off(sizes, rng):
    """Weights further away than 2.9 standard deviations are drawn in: the tails are cut off.

    Likely: cut off
    """
    layers = right_init(sizes, rng)
    return [(np.where(np.abs(W) > 2.9 * len(W) ** -0.5, W / 2, W), b) for W, b in layers]


def backward(params, activations, delta):
    """What the right solution does below the logits; the mutants below change what goes into it."""
    grads = []
    for (W, _), a in zip(reversed(params), reversed(activations), strict=True):
        grads.append((a.T @ delta, delta.sum(axis=0)))
        delta = (delta @ W.T) * (1 - a**2)
    return grads[::-1]


def forward(params, X):
    """The inputs of all layers, and log-probabilities."""
    activations = [np.asarray(X)]
    for W, b in params[:-1]:
        activations.append(np.tanh(activations[-1] @ W + b))
    z = activations[-1] @ params[-1][0] + params[-1][1]
    log_p = z - z.max(axis=1, keepdims=True)
    return activations, log_p - np.log(np.exp(log_p).sum(axis=1, keepdims=True))


def loss_and_grads__no_mean(params, X, labels):
    """The gradients belong to the sum over the samples: the 1/N is missing in them.

    Likely: 1/N of the mean is missing
    """
    loss, grads = right_loss(params, X, labels)
    return loss, [(dW * len(labels), db * len(labels)) for dW, db in grads]


def loss_and_grads__sum(params, X, labels):
    """The loss is a sum over the samples: it is not divided by N.

    Likely: sum over the samples
    """
    loss, grads = right_loss(params, X, labels)
    return loss * len(labels), grads


def loss_and_grads__no_tanh_gradient(params, X, labels):
    """The gradient does not go through tanh: the factor 1 - a**2 is missing.

    Likely: go through tanh
    """
    activations, log_p = forward(params, X)
    delta = (np.exp(log_p) - np.eye(log_p.shape[1])[labels]) / len(labels)
    grads = []
    for (W, _), a in zip(reversed(params), reversed(activations), strict=True):
        grads.append((a.T @ delta, delta.sum(axis=0)))
        delta = delta @ W.T
    return -log_p[np.arange(len(labels)), labels].mean(), grads[::-1]


def loss_and_grads__sigmoid_gradient(params, X, labels):
    """The derivative of tanh is taken to be a * (1 - a); that is the sigmoid's.

    Likely: that of the sigmoid
    """
    activations, log_p = forward(params, X)
    delta = (np.exp(log_p) - np.eye(log_p.shape[1])[labels]) / len(labels)
    grads = []
    for (W, _), a in zip(reversed(params), reversed(activations), strict=True):
        grads.append((a.T @ delta, delta.sum(axis=0)))
        delta = (delta @ W.T) * a * (1 - a)
    return -log_p[np.arange(len(labels)), labels].mean(), grads[::-1]


def loss_and_grads__slope_above(params, X, labels):
    """The slope of tanh is taken where the layer above ended, if it is as wide.

    Likely: slope of tanh
    """
    activations, log_p = forward(params, X)
    delta, above, grads = (np.exp(log_p) - np.eye(log_p.shape[1])[labels]) / len(labels), None, []
    for (W, _), a in zip(reversed(params), reversed(activations), strict=True):
        grads.append((a.T @ delta, delta.sum(axis=0)))
        delta = delta @ W.T
        delta = delta * (1 - (a if above is None or above.shape != a.shape else above) ** 2)
        above = a
    return -log_p[np.arange(len(labels)), labels].mean(), grads[::-1]


def backward_through(params, X, labels, go):
    """Loss and gradients where `go` takes delta through a square W, and the right way through the others."""
    activations, log_p = forward(params, X)
    delta, grads = (np.exp(log_p) - np.eye(log_p.shape[1])[labels]) / len(labels), []
    for (W, _), a in zip(reversed(params), reversed(activations), strict=True):
        grads.append((a.T @ delta, delta.sum(axis=0)))
        delta = (go(delta, W) if len(W) == W.shape[1] else delta @ W.T) * (1 - a**2)
    return -log_p[np.arange(len(labels)), labels].mean(), grads[::-1]


def loss_and_grads__square_forwards(params, X, labels):
    """Where W is square, the gradient goes back through W itself: W is not transposed.

    Likely: not transposed
    """
    return backward_through(params, X, labels, lambda delta, W: delta @ W)


def loss_and_grads__square_skipped(params, X, labels):
    """Where W is square, the gradient goes back past it and is not multiplied by W.

    Likely: past it
    """
    return backward_through(params, X, labels, lambda delta, _: delta)


def loss_and_grads__bias_forgotten(params, X, labels):
    """The gradients of the hidden biases are zero.

    Likely: every entry of yours is -?0
    """
    loss, grads = right_loss(params, X, labels)
    return loss, [(dW, db * 0) for dW, db in grads[:-1]] + grads[-1:]


def loss_and_grads__reversed(params, X, labels):
    """The gradients come in the order of the backward pass, the last layer first.

    Likely: last layer comes first|starts with the last layer
    """
    loss, grads = right_loss(params, X, labels)
    return loss, grads[::-1]


def loss_and_grads__grads_first(params, X, labels):
    """The gradients are returned first and the loss second.

    Likely: changed places
    """
    return right_loss(params, X, labels)[::-1]


def loss_and_grads__sign(params, X, labels):
    """The gradient is one-hot minus softmax: it points downhill.

    Likely: minus
    """
    loss, grads = right_loss(params, X, labels)
    return loss, [(-dW, -db) for dW, db in grads]


def loss_and_grads__overflow(params, X, labels):
    """exp is taken of the logits as they are: above 709 it overflows.

    Likely: nan comes from
    """
    activations, _ = forward(params, X)
    e = np.exp(activations[-1] @ params[-1][0] + params[-1][1])
    p = e / e.sum(axis=1, keepdims=True)
    rows = np.arange(len(labels))
    return -np.log(p[rows, labels]).mean(), backward(params, activations, (p - np.eye(p.shape[1])[labels]) / len(rows))


def loss_and_grads__log_of_zero(params, X, labels):
    """The logarithm is taken of a finished softmax: a confident and wrong answer has an infinite loss.

    Likely: inf comes from
    """
    _, log_p = forward(params, X)
    return -np.log(np.exp(log_p)[np.arange(len(labels)), labels]).mean(), right_loss(params, X, labels)[1]


def loss_and_grads__classes_from_labels(params, X, labels):
    """The number of classes is guessed from the largest label of the batch.

    Likely: shapes that do not fit
    """
    activations, log_p = forward(params, X)
    one_hot = np.eye(labels.max() + 1)[labels]
    delta = (np.exp(log_p) - one_hot) / len(labels)
    return -(one_hot * log_p).sum() / len(labels), backward(params, activations, delta)


def loss_and_grads__tanh_at_the_end(params, X, labels):
    """The last layer ends in tanh, too: the logits cannot leave -1 .. 1.

    Likely: ends in tanh
    """
    activations, _ = forward(params, X)
    z = np.tanh(activations[-1] @ params[-1][0] + params[-1][1])
    p = np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)
    one_hot = np.eye(p.shape[1])[labels]
    loss = -(one_hot * np.log(p)).sum() / len(labels)
    return loss, backward(params, activations, (p - one_hot) * (1 - z**2) / len(labels))


def loss_and_grads__steps(params, X, labels):
    """The parameters that were passed in are changed by a step; only the gradients were asked for.

    Likely: operation in place|whole numbers
    """
    loss, grads = right_loss(params, X, labels)
    for parts in zip(params, grads, strict=True):
        for p, dp in zip(*parts, strict=True):
            p[...] -= 0.1 * dp
    return loss, grads


def loss_and_grads__differences(params, X, labels):
    """The gradients are differences of losses, which are not exact: the chain rule is asked for."""
    params = [tuple(np.array(part, dtype=float) for part in layer) for layer in params]
    grads = []
    for layer in params:
        slopes = [np.zeros(part.shape) for part in layer]
        for part, slope in zip(layer, slopes, strict=True):
            for place in np.ndindex(part.shape):
                kept, losses = part[place], []
                for step in (1e-5, -1e-5):
                    part[place] = kept + step
                    losses.append(right_loss(params, X, labels)[0])
                part[place], slope[place] = kept, (losses[0] - losses[1]) / 2e-5
        grads.append(tuple(slopes))
    return right_loss(params, X, labels)[0], grads


def loss_and_grads__in_bytes(params, X, labels):
    """X @ W is computed in the type of both: 8 bits (images) are too few for the sum."""
    (W, b), *above = params
    z = (X @ W + b).astype(float)
    if not above:
        log_p = z - np.logaddexp.reduce(z, axis=1, keepdims=True)
        loss = -log_p[np.arange(len(z)), labels].mean()
    else:
        loss = right_loss(above, np.tanh(z), labels)[0]
    return loss, right_loss(params, X, labels)[1]


def loss_and_grads__axis_lost(params, X, labels):
    """A feature or unit that is alone loses its axis: dW of shape (1, M) becomes (M,).

    Likely: axis is lost
    """
    loss, grads = right_loss(params, X, labels)
    return loss, [(dW[0] if len(dW) == 1 else dW, db) for dW, db in grads]


def loss_and_grads__one_array(params, X, labels):
    """Where two layers are one array, their gradients are added up; each was asked for by itself."""
    loss, grads = right_loss(params, X, labels)
    if len(params) > 1 and params[0][0] is params[1][0]:
        both = grads[0][0] + grads[1][0]
        grads[:2] = [(both, db) for _, db in grads[:2]]
    return loss, grads


def train(X, labels, params, batches, lr):
    """Steps along the batches, for the mutants below."""
    for rows in batches:
        _, grads = loss_and_grads(params, X[rows], labels[rows])
        params = [(W - lr * dW, b - lr * db) for (W, b), (dW, db) in zip(params, grads, strict=True)]
    return params


def cut(order, batch_size):
    """Consecutive pieces."""
    return [order[at : at + batch_size] for at in range(0, len(order), batch_size)]


def fit__uphill(X, labels, sizes, epochs, batch_size, lr, rng):
    """The gradient is added: every step goes uphill.

    Likely: minus
    """
    return right_fit(X, labels, sizes, epochs, batch_size, -lr, rng)


def fit__separate_shuffles(X, labels, sizes, epochs, batch_size, lr, rng):
    """X and labels are shuffled by two different orders: the images lose their labels.

    Likely: shuffled apart
    """
    params = init_params(sizes, rng)
    for _ in range(epochs):
        params = train(X[rng.permutation(len(X))], labels, params, cut(rng.permutation(len(X)), batch_size), lr)
    return params


def fit__last_batch_dropped(X, labels, sizes, epochs, batch_size, lr, rng):
    """The samples that do not fill a whole batch are left out.

    Likely: left out
    """
    params = init_params(sizes, rng)
    for _ in range(epochs):
        batches = [rows for rows in cut(rng.permutation(len(X)), batch_size) if len(rows) == batch_size]
        params = train(X, labels, params, batches, lr)
    return params


def fit__last_batch_merged(X, labels, sizes, epochs, batch_size, lr, rng):
    """The samples that do not fill a whole batch are put into the batch before.

    Likely: in another batch|into the batch before
    """
    params = init_params(sizes, rng)
    for _ in range(epochs):
        *batches, last = np.split(rng.permutation(len(X)), range(batch_size, len(X), batch_size))
        if batches and len(last) < batch_size:
            batches[-1] = np.append(batches[-1], last)
        else:
            batches.append(last)
        params = train(X, labels, params, batches, lr)
    return params


def fit__shared_out(X, labels, sizes, epochs, batch_size, lr, rng):
    """The samples are shared out evenly (np.array_split); every batch but the last has batch_size of them."""
    params = init_params(sizes, rng)
    for _ in range(epochs):
        batches = np.array_split(rng.permutation(len(X)), -(-len(X) // batch_size))
        params = train(X, labels, params, batches, lr)
    return params


def fit__shuffled_within(X, labels, sizes, epochs, batch_size, lr, rng):
    """The samples are shuffled only within batches: the same ones share a batch in every epoch.

    Likely: within a batch
    """
    params = init_params(sizes, rng)
    for _ in range(epochs):
        batches = [rng.permutation(rows) for rows in cut(np.arange(len(X)), batch_size)]
        params = train(X, labels, params, batches, lr)
    return params


def fit__batches_shuffled(X, labels, sizes, epochs, batch_size, lr, rng):
    """Only the order of the batches is random: the same samples share a batch in every epoch.

    Likely: stay together|share a batch
    """
    params, batches = init_params(sizes, rng), cut(np.arange(len(X)), batch_size)
    for _ in range(epochs):
        order = np.concatenate([batches[i] for i in rng.permutation(len(batches))])
        params = train(X, labels, params, cut(order, batch_size), lr)
    return params


def fit__batches_kept(X, labels, sizes, epochs, batch_size, lr, rng):
    """The samples are shuffled into batches once; in each epoch only the batches change places.

    Likely: stay together|change places
    """
    params, batches = init_params(sizes, rng), cut(rng.permutation(len(X)), batch_size)
    for _ in range(epochs):
        order = np.concatenate([batches[i] for i in rng.permutation(len(batches))])
        params = train(X, labels, params, cut(order, batch_size), lr)
    return params


def fit__restarts(X, labels, sizes, epochs, batch_size, lr, rng):
    """Every epoch begins with the first weights again.

    Likely: fewer epochs|go on from|first weights
    """
    start = params = init_params(sizes, rng)
    for _ in range(epochs):
        params = train(X, labels, start, cut(rng.permutation(len(X)), batch_size), lr)
    return params


def fit__stops_when_small(X, labels, sizes, epochs, batch_size, lr, rng):
    """Training stops where the loss is small, and not after as many epochs as asked for.

    Likely: fewer epochs|one epoch too few|loss is small
    """
    params = init_params(sizes, rng)
    for _ in range(epochs):
        for rows in cut(rng.permutation(len(X)), batch_size):
            loss, _ = loss_and_grads(params, X[rows], labels[rows])
            params = train(X, labels, params, [rows], lr)
        if loss < 0.05:
            break
    return params


def fit__stops_when_flat(X, labels, sizes, epochs, batch_size, lr, rng):
    """Training stops where the loss hardly falls any more, and not after as many epochs as asked for.

    Likely: fewer epochs
    """
    params, before = init_params(sizes, rng), np.inf
    for _ in range(epochs):
        losses = []
        for rows in cut(rng.permutation(len(X)), batch_size):
            losses.append(loss_and_grads(params, X[rows], labels[rows])[0])
            params = train(X, labels, params, [rows], lr)
        if abs(before - np.mean(losses)) < 1e-4:
            break
        before = np.mean(losses)
    return params


def fit__at_least_one(X, labels, sizes, epochs, batch_size, lr, rng):
    """There is one epoch where none was asked for.

    Likely: an epoch where none
    """
    return right_fit(X, labels, sizes, epochs or 1, batch_size, lr, rng)


def fit__pixels_scaled(X, labels, sizes, epochs, batch_size, lr, rng):
    """X is divided by 255 where it is of 8 bits; it was to be taken as it is."""
    return right_fit(X / 255 if X.dtype == np.uint8 else X, labels, sizes, epochs, batch_size, lr, rng)


def fit__one_hidden_layer(X, labels, sizes, epochs, batch_size, lr, rng):
    """A network with more than one hidden layer is not trained at all."""
    return right_fit(X, labels, sizes, epochs if len(sizes) < 4 else 0, batch_size, lr, rng)


def fit__stops_when_rising(X, labels, sizes, epochs, batch_size, lr, rng):
    """Training stops where the mean loss rises, and not after as many epochs as asked for.

    Likely: fewer epochs|one epoch too few|loss rises
    """
    params, before = init_params(sizes, rng), np.inf
    for _ in range(epochs):
        losses = []
        for rows in cut(rng.permutation(len(X)), batch_size):
            losses.append(loss_and_grads(params, X[rows], labels[rows])[0])
            params = train(X, labels, params, [rows], lr)
        if np.mean(losses) > before:
            break
        before = np.mean(losses)
    return params


def fit__divided_by_batch_size(X, labels, sizes, epochs, batch_size, lr, rng):
    """The gradient of the last, smaller batch is divided by batch_size and not by the samples that are in it.

    Likely: over its own samples
    """
    params = init_params(sizes, rng)
    for _ in range(epochs):
        for rows in cut(rng.permutation(len(X)), batch_size):
            params = train(X, labels, params, [rows], lr * len(rows) / batch_size)
    return params


def fit__not_shuffled(X, labels, sizes, epochs, batch_size, lr, rng):
    """The samples come in the order they are given in, in every epoch.

    Likely: nothing shuffles
    """
    params = init_params(sizes, rng)
    for _ in range(epochs):
        params = train(X, labels, params, cut(np.arange(len(X)), batch_size), lr)
    return params


def fit__shuffled_once(X, labels, sizes, epochs, batch_size, lr, rng):
    """The samples are shuffled once, before the first epoch, and come in that order in every epoch.

    Likely: shuffled once
    """
    params, order = init_params(sizes, rng), rng.permutation(len(X))
    for _ in range(epochs):
        params = train(X, labels, params, cut(order, batch_size), lr)
    return params


def fit__first_unshuffled(X, labels, sizes, epochs, batch_size, lr, rng):
    """The first epoch takes the samples in the order they are given in; only the later ones are shuffled."""
    params, order = init_params(sizes, rng), np.arange(len(X))
    for _ in range(epochs):
        params = train(X, labels, params, cut(order, batch_size), lr)
        order = rng.permutation(len(X))
    return params


def fit__with_replacement(X, labels, sizes, epochs, batch_size, lr, rng):
    """Each batch is drawn from all samples: in an epoch some come twice and some not at all.

    Likely: come twice
    """
    params = init_params(sizes, rng)
    for _ in range(epochs):
        params = train(X, labels, params, cut(rng.integers(len(X), size=len(X)), batch_size), lr)
    return params


def fit__stale_gradients(X, labels, sizes, epochs, batch_size, lr, rng):
    """All gradients of an epoch are taken at the parameters the epoch began with."""
    params = init_params(sizes, rng)
    for _ in range(epochs):
        old = params
        for rows in cut(rng.permutation(len(X)), batch_size):
            _, grads = loss_and_grads(old, X[rows], labels[rows])
            params = [(W - lr * dW, b - lr * db) for (W, b), (dW, db) in zip(params, grads, strict=True)]
    return params


def fit__one_epoch_more(X, labels, sizes, epochs, batch_size, lr, rng):
    """There is one epoch too many.

    Likely: one epoch too many
    """
    return right_fit(X, labels, sizes, epochs + 1, batch_size, lr, rng)


def fit__full_batch(X, labels, sizes, epochs, batch_size, lr, rng):
    """All samples make one batch, whatever batch_size says: one step per epoch.

    Likely: one batch
    """
    return right_fit(X, labels, sizes, epochs, len(X), lr, rng)


def fit__rate_divided(X, labels, sizes, epochs, batch_size, lr, rng):
    """lr is divided by the batch size, though the gradient is a mean already.

    Likely: 1/\\d times|multiple
    """
    return right_fit(X, labels, sizes, epochs, batch_size, lr / min(batch_size, len(X)), rng)


def fit__shuffles_the_callers(X, labels, sizes, epochs, batch_size, lr, rng):
    """The caller's own X and labels are shuffled.

    Likely: operation in place
    """
    params = init_params(sizes, rng)
    for _ in range(epochs):
        order = rng.permutation(len(X))
        X[:], labels[:] = X[order], labels[order]
        params = train(X, labels, params, cut(np.arange(len(X)), batch_size), lr)
    return params


def predict__no_tanh(params, X):
    """There is no tanh between the layers: the whole network is one linear map.

    Likely: no tanh
    """
    a = X
    for W, b in params:
        a = a @ W + b
    return np.argmax(a, axis=1)


def predict__no_biases(params, X):
    """The biases are left out.

    Likely: biases are left out
    """
    return right_predict([(W, 0 * b) for W, b in params], X)


def predict__by_column(params, X):
    """The largest entry of each class is looked for, not of each sample.

    Likely: of each class
    """
    _, log_p = forward(params, X)
    return np.argmax(log_p, axis=0)


def predict__nan_wins(params, X):
    """Probabilities are computed with an exp that overflows, and argmax takes the first nan.

    Likely: first nan
    """
    activations, _ = forward(params, X)
    e = np.exp(activations[-1] @ params[-1][0] + params[-1][1])
    return np.argmax(e / e.sum(axis=1, keepdims=True), axis=1)


def predict__bare_number(params, X):
    """Of a single sample the class comes alone, and not in an array of one.

    Likely: in an array, too
    """
    classes = right_predict(params, X)
    return int(classes[0]) if len(classes) == 1 else classes


def predict__row_lost(params, X):
    """Logits lose the axis of a single sample or class (np.squeeze): the largest is looked for in vain.

    Likely: in an array, too
    """
    _, log_p = forward(params, X)
    return np.argmax(np.squeeze(log_p), axis=-1)


def predict__logits_in_bytes(params, X):
    """X @ W is computed in the type of both: 8 bits (images) are too few for the sum.

    Likely: 8 bits
    """
    for W, b in params[:-1]:
        X = np.tanh(X @ W + b)
    return np.argmax(X @ params[-1][0] + params[-1][1], axis=1)


def predict__nearly_equal(params, X):
    """Logits that are nearly equal are taken for equal, and the first of them wins."""
    _, log_p = forward(params, X)
    z = np.exp(log_p - log_p.max(axis=1, keepdims=True))
    z = X @ params[0][0] + params[0][1] if len(params) == 1 else z
    largest = z.max(axis=1, keepdims=True)
    return np.argmax(z >= largest - 1e-5 * np.abs(largest), axis=1)


def confusion_matrix__numbers_in_bytes(labels, predictions, num_classes):
    """num_classes * label is computed in the type of the labels: 8 bits do not number the cells of a large table.

    Likely: 8 bits
    """
    cells = np.bincount((num_classes * labels + predictions).astype(int), minlength=num_classes**2)
    return cells.reshape(num_classes, num_classes)


def confusion_matrix__adds_up(labels, predictions, num_classes):
    """The table of an earlier call is kept, and the next call adds to it.

    Likely: earlier call
    """
    counts = TABLES.setdefault(num_classes, np.zeros((num_classes, num_classes), dtype=int))
    np.add.at(counts, (labels, predictions), 1)
    return counts


def confusion_matrix__transposed(labels, predictions, num_classes):
    """The row is the prediction and the column the truth: rows and columns are swapped.

    Likely: transpose
    """
    return right_counts(predictions, labels, num_classes)


def confusion_matrix__counted_once(labels, predictions, num_classes):
    """counts[labels, predictions] += 1 adds only once to a cell, however often the pair occurs.

    Likely: counted once
    """
    counts = np.zeros((num_classes, num_classes), dtype=int)
    counts[labels, predictions] += 1
    return counts


def confusion_matrix__classes_guessed(labels, predictions, num_classes):
    """The number of classes is guessed from the largest label, though num_classes says it.

    Likely: is guessed
    """
    return right_counts(labels, predictions, max(labels.max(), predictions.max()) + 1)


def first_layer_images__image_lost(params, shape):
    """An image that is alone loses its axis: (1, h, w) becomes (h, w)."""
    images = params[0][0].T.reshape(-1, *shape)
    return images[0] if len(images) == 1 else images


def first_layer_images__as_in_memory(params, shape):
    """The weights are read as they lie in memory, where columns may come first."""
    W = params[0][0]
    return np.frombuffer(W.tobytes("A"), W.dtype).reshape(W.shape).T.reshape(-1, *shape)


def first_layer_images__rows(params, shape):
    """The weights are cut into images before the units are the first axis: each image mixes all units.

    Likely: in other places
    """
    return params[0][0].reshape(-1, *shape)


def first_layer_images__units_last(params, shape):
    """The units are the last axis; they should be the first.

    Likely: the last axis
    """
    return params[0][0].reshape(*shape, -1)


def first_layer_images__down_the_columns(params, shape):
    """The pixels are laid out column by column; a row of X is an image row by row.

    Likely: in other places
    """
    return params[0][0].T.reshape(-1, shape[1], shape[0]).transpose(0, 2, 1)


def first_layer_images__width_first(params, shape):
    """shape is read as (width, height); it is (height, width).

    Likely: read as
    """
    return params[0][0].T.reshape(-1, shape[1], shape[0])


def first_layer_images__rescaled(params, shape):
    """The weights are scaled to 0 .. 1; they were asked for as they are.

    Likely: scaled to
    """
    images = params[0][0].T.reshape(-1, *shape)
    return (images - images.min()) / (images.max() - images.min())


EQUIVALENT = {
    "loss_and_grads: np.asarray(X, dtype=float) -> np.asarray(X)": "times a W of floats, any X is computed in floats",
    "predict: np.asarray(X, dtype=float) -> np.asarray(X)": "times a W of floats, any X is computed in floats",
    "loss_and_grads: np.max(z, axis=1, keepdims=True) -> "
    "np.max(z, axis=-1, keepdims=True)": "an array with two axes: the last one is axis 1",
    "loss_and_grads: np.exp(log_p).sum(axis=1, keepdims=True) -> "
    "np.exp(log_p).sum(axis=-1, keepdims=True)": "an array with two axes: the last one is axis 1",
    "loss_and_grads: np.eye(z.shape[1]) -> np.eye(z.shape[-1])": "an array with two axes: the last one is axis 1",
    "loss_and_grads: zip(reversed(params), reversed(activations), strict=True) -> "
    "zip(reversed(params), reversed(activations))": "both are of one length: nothing is cut off",
    "loss_and_grads: zip(reversed(params), reversed(activations), strict=True) -> "
    "zip(reversed(params), reversed(activations), strict=False)": "both are of one length: nothing is cut off",
    "fit: zip(params, grads, strict=True) -> zip(params, grads)": "both are of one length: nothing is cut off",
    "fit: zip(params, grads, strict=True) -> "
    "zip(params, grads, strict=False)": "both are of one length: nothing is cut off",
    "predict: np.argmax(a @ W + b, axis=1) -> "
    "np.argmax(a @ W + b, axis=-1)": "an array with two axes: the last one is axis 1",
    "confusion_matrix: np.zeros((num_classes, num_classes), dtype=int) -> "
    "np.zeros((num_classes, num_classes))": "a count of 2.0 is as good as one of 2",
}
