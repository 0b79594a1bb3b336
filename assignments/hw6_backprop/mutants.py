"""Wrong solutions of hw6, one function <function>__<slug> each; its docstring is the diagnosis to be read."""

# ruff: noqa: F821 - a mutant stands behind the model solution and may call its other functions
import copy

import numpy as np

_LAST = {}
_SLOPES = {"relu": lambda out: out > 0, "sigmoid": lambda out: out * (1 - out), "tanh": lambda out: 1 - out**2}


def _pick(activation):
    return {"relu": relu_forward, "sigmoid": sigmoid_forward, "tanh": tanh_forward}[activation]


def _backpropagate(params, X, labels, activation, slope=None):
    """The network by hand, with a slope(outs, i) of its own for what comes out of the activation of layer i."""
    slope = slope or (lambda outs, i: _SLOPES[activation](outs[i]))
    outs, params = [np.asarray(X, dtype=float)], [(np.asarray(W, dtype=float), b) for W, b in params]
    for W, b in params[:-1]:
        outs.append(_pick(activation)(outs[-1] @ W + b)[0])
    loss, cache = softmax_cross_entropy_forward(outs[-1] @ params[-1][0] + params[-1][1], labels)
    delta, grads = softmax_cross_entropy_backward(cache), []
    for i in range(len(params) - 1, -1, -1):
        grads.insert(0, (outs[i].T @ delta, delta.sum(axis=0)))
        delta = delta @ params[i][0].T * (slope(outs, i) if i else 1)
    return loss, grads


def _measure(f, array, h=1e-4):
    """The slope of f() along each entry of a float array, by central differences in place."""
    slopes = np.zeros(array.shape)
    for i in np.ndindex(array.shape):
        before = array[i]
        array[i] = before + h
        above = f()
        array[i] = before - h
        slopes[i] = (above - f()) / (2 * h)
        array[i] = before
    return slopes


def _descend(params, lr, steps, move, least=0.0):
    losses = []
    for _ in range(steps):
        loss, grads = mlp_loss_and_grads(params, XOR_INPUTS, XOR_LABELS, "tanh")
        losses.append(loss)
        if loss >= least:
            params = [move(layer, grad, lr) for layer, grad in zip(params, grads, strict=True)]
    return params, losses


def linear_forward__no_bias(x, W, b):
    """The bias is missing: this is x W.
    Likely: term is missing"""
    x, W = np.asarray(x, dtype=float), np.asarray(W, dtype=float)
    return x @ W, (x, W)


def linear_backward__zeros(dout, cache):
    """No gradient comes back: dx, dW and db are 0.
    Likely: every entry (of yours )?is 0|no gradient comes back"""
    x, W = cache
    return np.zeros(x.shape), np.zeros(W.shape), np.zeros(W.shape[1])


def linear_backward__transposed(dout, cache):
    """dW is transposed: it is dout.T @ x instead of x.T @ dout.
    Likely: transpose"""
    x, W = cache
    return dout @ W.T, dout.T @ x, dout.sum(axis=0)


def linear_backward__bias_not_summed(dout, cache):
    """db is dout itself: it is not summed over the samples, who share the bias.
    Likely: not (summed|added up) over the samples"""
    x, W = cache
    return dout @ W.T, x.T @ dout, dout


def linear_backward__bias_wrong_axis(dout, cache):
    """db is summed over the units, along the rows, and not over the samples.
    Likely: over the units|along the rows"""
    x, W = cache
    return dout @ W.T, x.T @ dout, dout.sum(axis=1)


def linear_backward__divided(dout, cache):
    """dW and db are divided by N, but the 1/N of the mean is in dout already, from the loss.
    Likely: divided by N|1/2 times|multiple"""
    x, W = cache
    return dout @ W.T, x.T @ dout / len(x), dout.mean(axis=0)


def linear_backward__not_turned(dout, cache):
    """dx is dout @ W, with W not transposed: the shapes do not even fit unless W is square.
    Likely: one of them is transposed
    """
    x, W = cache
    return dout @ W, x.T @ dout, dout.sum(axis=0)


def linear_backward__square(dout, cache):
    """dx is dout @ W where W is square: the shapes fit, but W is to be transposed all the same.
    Likely: not transposed"""
    x, W = cache
    return dout @ (W if len(W) == len(W.T) else W.T), x.T @ dout, dout.sum(axis=0)


def linear_forward__truncated(x, W, b):
    """dW has lost its decimals: it is filled into an array of W's own type, and W holds whole numbers.
    Likely: decimals are cut off"""
    return x.astype(float) @ W.astype(float) + b, (x, W)


def linear_backward__truncated(dout, cache):
    """dW has lost its decimals: it is filled into an array of W's own type, and W holds whole numbers.
    Likely: decimals are cut off"""
    x, W = cache
    dout, dW = dout.astype(float), np.zeros_like(W)
    dW[...] = x.T @ dout
    return dout @ W.T, dW, dout.sum(axis=0)


def linear_forward__own_type_linear(x, W, b):
    """x W is computed in the type of x and W, and in uint8 200 + 100 is 44: make float64 of them first.
    Likely: in uint8|small type"""
    return x @ W + b, (x, W)


def linear_forward__one_sample(x, W, b):
    """Axes of length 1 are dropped: out has the shape (N, M), for one sample and for one unit, too.
    Likely: axis of length 1"""
    x, W = np.asarray(x, dtype=float), np.asarray(W, dtype=float)
    return np.squeeze(x @ W + b), (x, W)


def linear_backward__one_unit(dout, cache):
    """Axes of length 1 are dropped: db has the shape (M,), for one unit, too.
    Likely: shape|single number"""
    x, W = cache
    return dout @ W.T, x.T @ dout, np.squeeze(dout.sum(axis=0))


def linear_backward__differences(dout, cache):
    """Slope by slope is measured by central differences of a sum over all samples, which loses digits.
    Likely: digits the enormous sample takes"""
    (x, W), b = cache, np.zeros(np.shape(dout)[1])
    moved = x.copy(), W.copy()
    measure = lambda: np.sum(dout * (moved[0] @ moved[1] + b))  # noqa: E731
    return tuple(_measure(measure, array, 1.0) for array in (*moved, b))


def linear_forward__global(x, W, b):
    """x and W are kept in a global variable, so that every backward uses those of the last forward.
    Likely: later forward"""
    _LAST["linear"] = x, W = np.asarray(x, dtype=float), np.asarray(W, dtype=float)
    return x @ W + b, None


def linear_backward__global(dout, cache):
    """x and W are kept in a global variable, so that every backward uses those of the last forward."""
    x, W = _LAST["linear"]
    return dout @ W.T, x.T @ dout, dout.sum(axis=0)


def relu_backward__sign_of_dout(dout, cache):
    """dout is cut off where dout is negative; it is the sign of x that decides.
    Likely: sign of x|zeros are put where dout is negative"""
    return np.maximum(dout, 0)


def relu_backward__writes_dout(dout, cache):
    """The zeros are written into dout itself, which belongs to the caller.
    Likely: operation in place"""
    dout[~cache] = 0
    return dout


def relu_forward__writes_x(x):
    """The zeros are written into x itself, which belongs to the caller.
    Likely: operation in place"""
    positive = x > 0
    x[~positive] = 0
    return x, positive


def relu_backward__no_dout(dout, cache):
    """This is the slope alone: it is not multiplied by dout, so that whatever lies above does not count.
    Likely: slope(, without dout| alone)"""
    return np.where(cache, 1.0, 0.0)


def relu_forward__threshold(x):
    """Numbers up to 1e-4 count as 0: the slope is 1 for every x above 0.
    Likely: just above 0"""
    x = np.asarray(x, dtype=float)
    return np.where(x > 1e-4, x, 0.0), x > 1e-4


def relu_backward__memory_order(dout, cache):
    """The entries are taken in the order in which they lie in memory, which in a transposed table is another one."""
    dx = np.ravel(dout, order="K") * np.ravel(cache, order="C")
    return dx.reshape(np.shape(dout))


def sigmoid_forward__exp_over_exp(x):
    """exp(x) / (1 + exp(x)) is inf / inf for x = 800, which is nan.
    Likely: nan"""
    e = np.exp(np.asarray(x, dtype=float))
    return e / (1 + e), e / (1 + e)


def sigmoid_forward__own_type_sigmoid(x):
    """-x is computed in the type of x, and in uint8 -3 is 253: make float64 of x first.
    Likely: small type"""
    out = 1 / (1 + np.exp(-x))
    return out, out


def sigmoid_forward__clipped(x):
    """x is clipped at -20 and 20, so that smaller values are all the same.
    Likely: a certain number"""
    out = 1 / (1 + np.exp(-np.clip(np.asarray(x, dtype=float), -20.0, 20.0)))
    return out, out


def sigmoid_forward__by_shape(x):
    """The result is remembered by the shape of x, and comes back for other values as well.
    Likely: earlier call"""
    out = _LAST.setdefault(np.shape(x), 1 / (1 + np.exp(-np.clip(x, -700.0, 700.0))))
    return out, out


def sigmoid_forward__one_entry(x):
    """Axes of length 1 are dropped: an array of one entry gives an array of one entry.
    Likely: shape|single number"""
    out = np.squeeze(1 / (1 + np.exp(-np.clip(x, -700.0, 700.0))))
    return out, out


def sigmoid_backward__twice(dout, cache):
    """The slope is taken at the output: the cache holds the output, and the sigmoid is applied to it once more.
    Likely: applied twice|applied once more"""
    again = sigmoid_forward(cache)[0]
    return dout * again * (1 - again)


def sigmoid_forward__of_input(x):
    """The slope is x (1 - x): the formula takes the output, and is given x.
    Likely: was given x|has got x"""
    x = np.asarray(x, dtype=float)
    return 1 / (1 + np.exp(-x)), x


def sigmoid_backward__of_input(dout, cache):
    """The slope is x (1 - x): the formula takes the output, and is given x."""
    return dout * cache * (1 - cache)


def sigmoid_backward__one_factor(dout, cache):
    """The slope is 1 - out alone; it has the factor out, too.
    Likely: factor out is missing"""
    return dout * (1 - cache)


def tanh_forward__own_type_tanh(x):
    """tanh of an int8 is a float16, of 3 digits: make float64 of x first.
    Likely: small type"""
    out = np.tanh(x)
    return out, out


def tanh_forward__clipped_tanh(x):
    """x is clipped at -5 and 5, so that smaller slopes are all the same."""
    out = np.tanh(np.clip(x, -5.0, 5.0))
    return out, out


def tanh_backward__no_square(dout, cache):
    """The slope is 1 - out; the square of out is missing.
    Likely: square is missing"""
    return dout * (1 - cache)


def tanh_backward__dout_itself(dout, cache):
    """The slope 1 - out^2 is missing: dout comes back as it went in.
    Likely: this is dout"""
    return dout.copy()


def tanh_backward__like_sigmoid(dout, cache):
    """out (1 - out) is the sigmoid's slope; that of tanh is 1 - out^2.
    Likely: sigmoid's slope"""
    return dout * cache * (1 - cache)


def tanh_forward__wrong_sigmoid(x):
    """This is 2 sigmoid(x) - 1, one slide's formula; tanh(x) is 2 sigmoid(2 x) - 1.
    Likely: it is the forward that computes something else|this is 2 sigmoid"""
    out = np.tanh(np.asarray(x, dtype=float) / 2)
    return out, out


def tanh_backward__wrong_sigmoid(dout, cache):
    """This is the gradient of 2 sigmoid(x) - 1, one slide's formula; tanh(x) is 2 sigmoid(2 x) - 1."""
    return dout * (1 - cache**2) / 2


def tanh_forward__no_cache(x):
    """Only the output is returned; the cache is missing.
    Likely: returns its cache"""
    return np.tanh(x)


def softmax_cross_entropy_forward__summed(z, labels):
    """The loss is a sum over the samples, and not divided by N.
    Likely: sum over the samples"""
    log_p = z - 1.0 * z.max(axis=1, keepdims=True)
    log_p = log_p - np.log(np.exp(log_p).sum(axis=1, keepdims=True))
    truth = np.eye(z.shape[1])[labels]
    return -np.sum(truth * log_p), (np.exp(log_p), truth)


def softmax_cross_entropy_forward__no_shift(z, labels):
    """exp of the logits overflows: each row must be shifted by its own largest logit first.
    Likely: nan"""
    p = np.exp(1.0 * z) / np.exp(1.0 * z).sum(axis=1, keepdims=True)
    truth = np.eye(z.shape[1])[labels]
    return -np.mean(np.log((p * truth).sum(axis=1))), (p, truth)


def softmax_cross_entropy_forward__own_type_loss(z, labels):
    """The largest logit is subtracted in the type of z, and in uint8 1 - 3 is 254: make float64 of z first.
    Likely: nan|inf|small type"""
    shifted = z - z.max(axis=1, keepdims=True)
    log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    truth = np.eye(z.shape[1])[labels]
    return -np.sum(truth * log_p) / len(z), (np.exp(log_p), truth)


def softmax_cross_entropy_forward__floor(z, labels):
    """1e-7 is added to the probabilities: a loss can be larger than 16."""
    z = np.asarray(z, dtype=float)
    e = np.exp(z - z.max(axis=1, keepdims=True))
    p, truth = e / e.sum(axis=1, keepdims=True), np.eye(z.shape[1])[labels]
    return -np.mean(np.log((p * truth).sum(axis=1) + 1e-7)), (p, truth)


def softmax_cross_entropy_forward__classes_seen(z, labels):
    """The classes are counted from the labels: the last one has no column where no sample is of it.
    Likely: shape|broadcast|column"""
    z = np.asarray(z, dtype=float)
    shifted = z - z.max(axis=1, keepdims=True)
    log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    loss = -np.mean(log_p[np.arange(len(z)), labels])
    return loss, (np.exp(log_p), np.eye(max(labels) + 1)[labels])


def softmax_cross_entropy_backward__one_row(cache):
    """Axes of length 1 are dropped: dz has the shape (N, K), for one sample, too.
    Likely: axis of length 1"""
    p, truth = cache
    return np.squeeze((p - truth) / len(p))


def softmax_cross_entropy_backward__measured(cache):
    """Slope by slope is measured by central differences, which takes two evaluations for each of the logits.
    Likely: same amount|far more steps"""
    p, truth = cache
    z = np.log(np.maximum(p, 1e-300))

    def measure():
        return -np.sum(truth * (z - np.log(np.exp(z).sum(axis=1, keepdims=True)))) / len(z)

    return _measure(measure, z)


def softmax_cross_entropy_backward__not_averaged(cache):
    """The 1/N of the mean is missing in the gradient.
    Likely: 1/N of the mean is missing"""
    p, truth = cache
    return p - truth


def softmax_cross_entropy_backward__entries(cache):
    """The gradient is divided by all N K entries; the loss is a mean over the N samples.
    Likely: all N K entries|1/3 times|multiple"""
    p, truth = cache
    return (p - truth) / p.size


def softmax_cross_entropy_backward__no_truth(cache):
    """The 1 is not subtracted at the true class.
    Likely: not subtracted"""
    p, _ = cache
    return p / len(p)


def softmax_cross_entropy_backward__columns(cache):
    """p[:, labels] -= 1 subtracts in the columns of all labels, in every row.
    Likely: columns of all labels|whole columns"""
    p, truth = cache
    return (p - truth.max(axis=0)) / len(p)


def softmax_cross_entropy_backward__spoils_cache(cache):
    """The subtraction works in place, on the probabilities in the cache: the second call subtracts again.
    Likely: changes what is in it"""
    p, truth = cache
    p -= truth
    return p / len(p)


def mlp_loss_and_grads__no_slope(params, X, labels, activation):
    """The slope of the activation is missing on the way back.
    Likely: slope of [a-z]+ is missing"""
    return _backpropagate(params, X, labels, activation, lambda outs, i: 1.0)


def mlp_loss_and_grads__by_differences(params, X, labels, activation):
    """Slope by slope is measured by central differences, which takes two losses for each of the parameters.
    Likely: far more steps"""
    params = [(np.array(W, dtype=float), np.array(b, dtype=float)) for W, b in params]
    measure = lambda: _backpropagate(params, X, labels, activation)[0]  # noqa: E731
    return measure(), [(_measure(measure, W), _measure(measure, b)) for W, b in params]


def mlp_loss_and_grads__by_identity(params, X, labels, activation):
    """The gradients are kept by the identity of W, so that layers that share one W get the same gradient."""
    loss, grads = _backpropagate(params, X, labels, activation)
    kept = {id(W): pair for (W, _), pair in zip(params, grads, strict=True)}
    return loss, [kept[id(W)] for W, _ in params]


def mlp_loss_and_grads__all_classes(params, X, labels, activation):
    """The classes are counted from the labels: the logits of a class that no sample is of are left out."""
    (W, b), seen = params[-1], max(labels) + 1
    loss, grads = _backpropagate([*params[:-1], (W[:, :seen], b[:seen])], X, labels, activation)
    dW, db = grads[-1]
    rest = W.shape[1] - dW.shape[1]
    return loss, [*grads[:-1], (np.pad(dW, ((0, 0), (0, rest))), np.pad(db, (0, rest)))]


def mlp_loss_and_grads__single_sample(params, X, labels, activation):
    """Axes of length 1 are dropped: dW has the shape of W, with one input or one unit, too.
    Likely: axis of length 1"""
    loss, grads = _backpropagate(params, X, labels, activation)
    return loss, [(np.squeeze(dW), db) for dW, db in grads]


def mlp_loss_and_grads__slope_at_output(params, X, labels, activation):
    """The slope is taken at the activation's output, not at its input.
    Likely: applied twice"""
    slope = _SLOPES[activation]
    return _backpropagate(params, X, labels, activation, lambda outs, i: slope(_pick(activation)(outs[i])[0]))


def mlp_loss_and_grads__wrong_layer(params, X, labels, activation):
    """The slope of the activation is taken from the layer below, wherever the shapes allow it.
    Likely: first on the way back"""

    def slope(outs, i):
        return _SLOPES[activation](outs[i - 1] if outs[i - 1].shape == outs[i].shape else outs[i])

    return _backpropagate(params, X, labels, activation, slope)


def mlp_loss_and_grads__biases_forgotten(params, X, labels, activation):
    """The gradients of the biases are 0: the biases learn, too.
    Likely: every entry (of yours )?is 0"""
    loss, grads = _backpropagate(params, X, labels, activation)
    return loss, [(dW, 0 * db) for dW, db in grads]


def mlp_loss_and_grads__last_first(params, X, labels, activation):
    """The gradients are in the order of the way back, the last layer's first.
    Likely: wrong order|starts with the last layer"""
    loss, grads = _backpropagate(params, X, labels, activation)
    return loss, grads[::-1]


def mlp_loss_and_grads__grads_first(params, X, labels, activation):
    """The gradients are returned first and the loss second.
    Likely: changed places"""
    return _backpropagate(params, X, labels, activation)[::-1]


def mlp_loss_and_grads__times_n(params, X, labels, activation):
    """The 1/N of the mean is missing in all gradients.
    Likely: 1/N of the mean is missing|5 times|multiple"""
    loss, grads = _backpropagate(params, X, labels, activation)
    return loss, [(dW * len(X), db * len(X)) for dW, db in grads]


def mlp_loss_and_grads__on_logits(params, X, labels, activation):
    """The activation is applied to the logits, too; no activation stands above the last layer.
    Likely: applied to the logits"""
    out, linear_caches, caches = X, [], []
    backward = {"relu": relu_backward, "sigmoid": sigmoid_backward, "tanh": tanh_backward}[activation]
    for W, b in params:
        out, linear_cache = linear_forward(out, W, b)
        out, cache = _pick(activation)(out)
        linear_caches.append(linear_cache)
        caches.append(cache)
    loss, cache = softmax_cross_entropy_forward(out, labels)
    dout, grads = softmax_cross_entropy_backward(cache), []
    while caches:
        dout, dW, db = linear_backward(backward(dout, caches.pop()), linear_caches.pop())
        grads.insert(0, (dW, db))
    return loss, grads


def mlp_loss_and_grads__always_tanh(params, X, labels, activation):
    """The argument activation is ignored: tanh is used whatever it says.
    Likely: network with tanh|slope of tanh"""
    return _backpropagate(params, X, labels, "tanh")


def gradient_norms__squares(params, X, labels, activation):
    """The root is missing: these are the squares of the norms.
    Likely: root is missing|square of the expected"""
    return [np.sum(dW**2) for dW, _ in mlp_loss_and_grads(params, X, labels, activation)[1]]


def gradient_norms__eps(params, X, labels, activation):
    """1e-12 is added below the root: the norm of a small gradient is too large, and that of none is not 0."""
    return [np.sqrt(np.sum(dW**2) + 1e-12) for dW, _ in mlp_loss_and_grads(params, X, labels, activation)[1]]


def gradient_norms__bare(params, X, labels, activation):
    """For one layer a bare number comes back, and not a list of one.
    Likely: values|list|number"""
    norms = [np.linalg.norm(dW) for dW, _ in mlp_loss_and_grads(params, X, labels, activation)[1]]
    return norms if len(norms) > 1 else norms[0]


def gradient_norms__way_back(params, X, labels, activation):
    """The norms are in the order of the way back, the last layer's first.
    Likely: order of the way back|reverse order"""
    return [np.linalg.norm(dW) for dW, _ in mlp_loss_and_grads(params, X, labels, activation)[1]][::-1]


def gradient_norms__with_bias(params, X, labels, activation):
    """The biases are counted in; the norm is that of dW alone.
    Likely: db is counted in"""
    grads = mlp_loss_and_grads(params, X, labels, activation)[1]
    return [np.sqrt(np.sum(dW**2) + np.sum(db**2)) for dW, db in grads]


def train_xor__uphill(params, lr, steps):
    """The gradient is added, and the loss grows.
    Likely: uphill"""
    return _descend(params, -lr, steps, lambda p, g, lr: (p[0] - lr * g[0], p[1] - lr * g[1]))


def train_xor__stops_when_small(params, lr, steps):
    """The training ends where the loss is below 0.05: all steps are asked for.
    Likely: shape"""
    losses = []
    for _ in range(steps):
        loss, grads = mlp_loss_and_grads(params, XOR_INPUTS, XOR_LABELS, "tanh")
        losses.append(loss)
        if loss < 0.05:
            break
        params = [(W - lr * dW, b - lr * db) for (W, b), (dW, db) in zip(params, grads, strict=True)]
    return params, losses


def train_xor__rests_when_small(params, lr, steps):
    """The parameters stay where they are once the loss is below 0.05: every step moves them.
    Likely: nothing is learnt"""
    return _descend(params, lr, steps, lambda p, g, lr: (p[0] - lr * g[0], p[1] - lr * g[1]), least=0.05)


def train_xor__stops_when_worse(params, lr, steps):
    """The training ends where the loss no longer falls: all steps are asked for.
    Likely: earlier step|shape"""
    losses = []
    for _ in range(steps):
        loss, grads = mlp_loss_and_grads(params, XOR_INPUTS, XOR_LABELS, "tanh")
        losses.append(loss)
        if len(losses) > 1 and loss >= losses[-2]:
            break
        params = [(W - lr * dW, b - lr * db) for (W, b), (dW, db) in zip(params, grads, strict=True)]
    return params, losses


def train_xor__own_lr(params, lr, steps):
    """lr = 0 is taken for no lr at all, and 0.1 is used in its place.
    Likely: do not depend on lr|first update"""
    return _descend(params, lr or 0.1, steps, lambda p, g, lr: (p[0] - lr * g[0], p[1] - lr * g[1]))


def train_xor__at_least_one(params, lr, steps):
    """With steps = 0 one step is made all the same.
    Likely: shape"""
    return _descend(params, lr, steps or 1, lambda p, g, lr: (p[0] - lr * g[0], p[1] - lr * g[1]))


def train_xor__tied_copy(params, lr, steps):
    """A deep copy of the list keeps one array where two layers share it, and both gradients move it.
    Likely: first update"""
    params, losses = copy.deepcopy(params), []
    for _ in range(steps):
        loss, grads = mlp_loss_and_grads(params, XOR_INPUTS, XOR_LABELS, "tanh")
        losses.append(loss)
        for layer, gradient in zip(params, grads, strict=True):
            for array, slope in zip(layer, gradient, strict=True):
                array.flags.writeable = True
                np.subtract(array, lr * slope, out=array)
    return params, losses


def train_xor__measured_slopes(params, lr, steps):
    """Slope by slope is measured by central differences, which takes two losses for each of the parameters.
    Likely: far more steps"""
    params, losses = [(np.array(W, dtype=float), np.array(b, dtype=float)) for W, b in params], []
    measure = lambda: mlp_loss_and_grads(params, XOR_INPUTS, XOR_LABELS, "tanh")[0]  # noqa: E731
    for _ in range(steps):
        losses.append(measure())
        slopes = [[_measure(measure, part) for part in pair] for pair in params]
        params = [(W - lr * dW, b - lr * db) for (W, b), (dW, db) in zip(params, slopes, strict=True)]
    return params, losses


def train_xor__moves_the_given(params, lr, steps):
    """W -= lr * dW works in place, on the caller's own arrays.
    Likely: operation in place|first update"""
    losses = []
    for _ in range(steps):
        loss, grads = mlp_loss_and_grads(params, XOR_INPUTS, XOR_LABELS, "tanh")
        losses.append(loss)
        for layer, gradient in zip(params, grads, strict=True):
            for array, slope in zip(layer, gradient, strict=True):
                np.subtract(array, lr * slope, out=array)
    return params, losses


def train_xor__least_loss(params, lr, steps):
    """The parameters of the least loss are returned; those after the last step were asked for, whatever the loss.
    Likely: of an earlier step"""
    losses, best = [], params
    for _ in range(steps):
        loss, grads = mlp_loss_and_grads(params, XOR_INPUTS, XOR_LABELS, "tanh")
        losses.append(loss)
        params = [(W - lr * dW, b - lr * db) for (W, b), (dW, db) in zip(params, grads, strict=True)]
        best = params if loss <= min(losses) else best
    return best, losses


def train_xor__after_update(params, lr, steps):
    """The loss is taken after the update, so that the first one is missing.
    Likely: after its update"""
    losses = []
    for _ in range(steps):
        _, grads = mlp_loss_and_grads(params, XOR_INPUTS, XOR_LABELS, "tanh")
        params = [(W - lr * dW, b - lr * db) for (W, b), (dW, db) in zip(params, grads, strict=True)]
        losses.append(mlp_loss_and_grads(params, XOR_INPUTS, XOR_LABELS, "tanh")[0])
    return params, losses


def train_xor__biases_stay(params, lr, steps):
    """Only the weights are updated; the biases stay where they were.
    Likely: b1 has not moved|biases stay"""
    return _descend(params, lr, steps, lambda p, g, lr: (p[0] - lr * g[0], p[1]))


def train_xor__in_turn(params, lr, steps):
    """The last layer is moved first, and the gradients below it are computed with the moved weights.
    Likely: first update|moved in turn"""
    losses = []
    for _ in range(steps):
        losses.append(mlp_loss_and_grads(params, XOR_INPUTS, XOR_LABELS, "tanh")[0])
        for i in range(len(params) - 1, -1, -1):
            dW, db = mlp_loss_and_grads(params, XOR_INPUTS, XOR_LABELS, "tanh")[1][i]
            params = [*params[:i], (params[i][0] - lr * dW, params[i][1] - lr * db), *params[i + 1 :]]
    return params, losses


def train_xor__losses_first(params, lr, steps):
    """The losses are returned first and the parameters second.
    Likely: changed places"""
    params, losses = _descend(params, lr, steps, lambda p, g, lr: (p[0] - lr * g[0], p[1] - lr * g[1]))
    return losses, params


def train_xor__labels_of_or(params, lr, steps):
    """The labels are those of OR: at the inputs 1 and 1 XOR is 0.
    Likely: first loss.*wrong already|labels of OR"""
    losses = []
    for _ in range(steps):
        loss, grads = mlp_loss_and_grads(params, XOR_INPUTS, np.array([0, 1, 1, 1]), "tanh")
        losses.append(loss)
        params = [(W - lr * dW, b - lr * db) for (W, b), (dW, db) in zip(params, grads, strict=True)]
    return params, losses


def linear_backward__bias_sum_in_bytes(dout, cache):
    """einsum adds up dout in its own type, and the sum of a column does not fit into a byte."""
    x, W = cache
    return dout @ W.T, x.T @ dout, np.einsum("nm->m", dout)


def sigmoid_backward__away_from_zero(dout, cache):
    """The sigmoid is kept away from 0 by 1e-12, as inside a logarithm: slopes below that are lost.
    Likely: away from 0"""
    out = np.clip(cache, 1e-12, 1 - 1e-12)
    return dout * out * (1 - out)


def sigmoid_forward__away_from_zero(x):
    """The values are kept away from 0 by 1e-12, as inside a logarithm.
    Likely: away from 0"""
    out = np.maximum(np.exp(-np.logaddexp(0.0, -np.asarray(x, dtype=float))), 1e-12)
    return out, out


def softmax_cross_entropy_forward__numbered_in_bytes(z, labels):
    """The entries of the true classes are numbered in the type of the labels, and 90 times 3 is no uint8."""
    z, labels = np.asarray(z, dtype=float), np.asarray(labels)
    log_p = z - np.logaddexp.reduce(z, axis=1, keepdims=True)
    rows = np.arange(len(z)).astype(labels.dtype) * np.array(z.shape[1]).astype(labels.dtype)
    truth = np.zeros(z.shape)
    truth.reshape(-1)[rows + labels] = 1
    return float(-np.sum(truth * log_p) / len(z)), (np.exp(log_p), truth)


def train_xor__gradients_cut_at_half(params, lr, steps):
    """The entries of the gradients are cut off at +-0.5."""
    losses = []
    for _ in range(steps):
        loss, grads = mlp_loss_and_grads(params, XOR_INPUTS, XOR_LABELS, "tanh")
        losses.append(loss)
        cut = [[np.clip(part, -0.5, 0.5) for part in pair] for pair in grads]
        params = [(W - lr * dW, b - lr * db) for (W, b), (dW, db) in zip(params, cut, strict=True)]
    return params, losses


EQUIVALENT = {
    "linear_forward: np.asarray(x, dtype=float) -> np.asarray(x)": "all products of x have a float64 factor",
    "linear_forward: np.asarray(W, dtype=float) -> np.asarray(W)": "all products of W have a float64 factor",
    "linear_backward: np.asarray(dout, dtype=float) -> np.asarray(dout)": "x and W are float64, and sums are int64",
    "relu_forward: np.asarray(x, dtype=float) -> np.asarray(x)": "the maximum with 0.0 is float64",
    "relu_backward: np.asarray(dout, dtype=float) -> np.asarray(dout)": "0 or 1 times a whole number is exact",
    "relu_forward: (np.maximum(x, 0.0), x > 0) -> (np.maximum(x, 0.0), x >= 0)": "the slope at exactly 0 is left open",
    "softmax_cross_entropy_forward: z.max(axis=1, keepdims=True) -> z.max(axis=-1, keepdims=True)": (
        "the last axis of two is axis 1"
    ),
    "softmax_cross_entropy_forward: np.exp(shifted).sum(axis=1, keepdims=True) -> "
    "np.exp(shifted).sum(axis=-1, keepdims=True)": "the last axis of two is axis 1",
    "softmax_cross_entropy_forward: np.eye(z.shape[1]) -> np.eye(z.shape[-1])": "the last axis of two is axis 1",
    "train_xor: zip(params, grads, strict=True) -> zip(params, grads)": "the two lists are of one length",
    "train_xor: zip(params, grads, strict=True) -> zip(params, grads, strict=False)": "the two lists are of one length",
}
