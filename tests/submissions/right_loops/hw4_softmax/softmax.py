from math import exp, log


def each_row(function, z):
    if isinstance(z[0], (int, float)) or len(z[0].shape) == 0:
        return function([float(x) for x in z])
    return [function([float(x) for x in row]) for row in z]


def softmax_row(row):
    largest = max(row)
    powers = [exp(x - largest) for x in row]
    return [power / sum(powers) for power in powers]


def log_softmax_row(row):
    largest = max(row)
    rest = log(sum(exp(x - largest) for x in row))
    return [x - largest - rest for x in row]


def softmax(z):
    return each_row(softmax_row, z)


def log_softmax(z):
    return each_row(log_softmax_row, z)


def softmax_cross_entropy(z, labels):
    total = 0.0
    for row, label in zip(z, labels):
        total -= log_softmax(row)[label]
    return total / len(labels)


def predict(z):
    classes = []
    for row in z:
        best = 0
        for k in range(len(row)):
            if row[k] > row[best]:
                best = k
        classes.append(best)
    return classes


def accuracy(z, labels):
    right = 0
    for guess, label in zip(predict(z), labels):
        if guess == label:
            right += 1
    return right / len(labels)


def sigmoid_via_softmax(s):
    return [softmax_row([0.0, float(x)])[1] for x in s]
