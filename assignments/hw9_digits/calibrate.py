"""Measure what the model solution reaches on the digits, for the suites' thresholds: python calibrate.py.

In each run the 1,797 images are split anew and the start is another one:

    recognised, in percent              runs   lowest   mean   highest   in the suites
    1,497 unseen images                  200     86.6   92.8             at least 83
    the first 200 of them                200     84.5   93.0             at least 81
    1,497, trained on shuffled labels     60                      25.1   at most 40

That is with batch_size 30 and lr 0.8, which the public check and the handout take. The hidden checks take 10 and
0.4, so that right networks and those that take all samples at once are further apart:

    1,497 unseen images                  500     84.4   93.4             at least 83
    the same, all samples at once        300                      80.5
    1,497, trained on shuffled labels    150            10.3      22.2   at most 40


With 30 and 0.8 a threshold is the lowest run less 3 points, in whole percents. 200 runs do not show the tail: of 60,000
with the same settings 36 stay below 83 of the 1,497, and of 30,000 with the public check's own images 25 below
81 of its 200, down to 73.5. It is the start and the order that fail, not the images: of 3,600 further runs on images
of those 36, 2 stay below 83. So the checks train a network that misses once more, and the better one counts. Then a
right one fails about once in 3 million times at 83, once in 1.4 million at 81. Wrong ones gain little: a network whose
hidden layer is not trained reaches 83 in 1 of 500 runs, one that takes all samples at once in 1 of 40, one that is not
trained never. After training on shuffled labels 10,000 runs stay below 29.4.
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
