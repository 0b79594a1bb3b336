"""Write digits.txt from the copy that scikit-learn bundles: python make_data.py (needs scikit-learn)."""

from pathlib import Path

from sklearn.datasets import load_digits

HERE = Path(__file__).parent
HEAD = """\
# Optical Recognition of Handwritten Digits, the 1,797 images of its test set: 8 x 8 pixels, 0 (white) to 16 (black).
# E. Alpaydin and C. Kaynak (1998), UCI Machine Learning Repository, https://doi.org/10.24432/C50P49, licence CC BY 4.0
# (https://creativecommons.org/licenses/by/4.0/). Taken from scikit-learn's load_digits(); the form is ours: one image
# a line, its 64 pixels row by row as digits to base 17 (g is 16), then its label.
"""


def write_data(path):
    """One line for each image."""
    images, labels = load_digits(return_X_y=True)
    lines = (
        "".join("0123456789abcdefg"[int(pixel)] for pixel in image) + f" {label}\n"
        for image, label in zip(images, labels, strict=True)
    )
    path.write_text(HEAD + "".join(lines), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    write_data(HERE / "digits.txt")
