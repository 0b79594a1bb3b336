"""Measure what the model solution reaches on the digits, for the suites' thresholds: python calibrate.py.

In each run the 1,797 images are split anew and the start is another one:

    recognised, in percent              runs   lowest   mean   highest   in the suites
    1,497 unseen images                  200     86.6   92.8             at least 83
    the first 200 of them                200     84.5   93.0             at least 81
    1,497, trained on shuffled labels     60                      25.1   at most 40

That is with batch_size 30 and lr 0.8, which the public check and the handout take. The hidden checks take 10 and
0.1, with which right networks and those trained wrongly are further apart:

    1,497 unseen images                 3000     86.1   91.6    95.0     at least 81
    the same, all samples at once        600     10.0   29.1    50.1
    the same, lr divided by 10           600     34.3   59.6    75.6
    the same, a new start each epoch     600     18.3   49.2    70.3
    1,497, trained on shuffled labels    600      1.0   10.0    26.7     at most 40

With 30 and 0.8 the public check's threshold is the lowest of 200 runs less 3 points, in whole percents. 200 runs do not
show the tail: of 30,000 with its own images 25 stay below 81 of its 200, down to 73.5. It is the start and the order
that fail, not the images: of 3,600 further runs on images of those that failed, 2 do. So the checks train a network
that misses once more, and the better one counts: then a right one fails about once in 1.4 million times.
"""

import sys
from pathlib import Path

import numpy as np

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parents[1] / "solutions" / HERE.name))

from digits import fit, predict  # noqa: E402

SETTING = {"sizes": [64, 16, 10], "epochs": 12, "batch_size": 30, "lr": 0.8}
SEEDS = range(1000, 1200)
SHUFFLED = 60


def read_digits():
    """Images (1797, 64) from 0 to 1, and labels."""
    lines = [line.split() for line in (HERE / "digits.txt").read_text().splitlines() if line[0] != "#"]
    images = np.array([[int(pixel, 17) for pixel in image] for image, _ in lines])
    return images / 16, np.array([int(label) for _, label in lines])


def run(images, labels, seed):
    """Percentages of 1,497 unseen images, of the first 200 of them, and after training on shuffled labels."""
    rng = np.random.default_rng(seed)
    order = rng.permutation(len(images))
    X, labels = images[order], labels[order]
    trained = fit(X[:300], labels[:300], rng=rng, **SETTING)
    shuffled = fit(X[:300], rng.permutation(labels[:300]), rng=rng, **SETTING)
    right, guessed = (100 * (predict(params, X[300:]) == labels[300:]) for params in (trained, shuffled))
    return right.mean(), right[:200].mean(), guessed.mean()


if __name__ == "__main__":
    digits = read_digits()
    scores = np.array([run(*digits, seed) for seed in SEEDS])
    columns = (scores[:, 0], scores[:, 1], scores[:SHUFFLED, 2])
    for name, column in zip(("1,497 unseen", "200 unseen", "shuffled"), columns, strict=True):
        print(f"{name:16} lowest {column.min():.1f}  mean {column.mean():.1f}  highest {column.max():.1f}")
