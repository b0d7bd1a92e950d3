"""How far pictures of digits are from real ones, as a small classifier of digits sees them. It is not the FID.

The FID (Heusel et al. 2017) is the Frechet distance of two Gaussians, fitted to what an Inception network trained on
ImageNet sees in two sets of pictures. This is the same distance for 8 x 8 digits and a network of 22 thousand
parameters that was trained on them (`playground.metrics.classifier`), so its numbers compare only with each other.
"""

from functools import lru_cache

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from safetensors.numpy import load_file

from playground.core.i18n import N_
from playground.core.resources import WEIGHTS
from playground.data.images.digits import DIGITS, Digits

CLASSIFIER = WEIGHTS / "classifier-digits.safetensors"
PICTURE_COUNT = 300
"""Pictures that are compared with the training pictures: with more of them the distance falls, so all sets are of one
size."""
TITLE = N_("Frechet distance in the features of a small digit classifier (not FID)")


def frechet(a: np.ndarray, b: np.ndarray) -> float:
    """Squared Frechet distance of the Gaussians with the means and covariances of `a` (n, d) and `b` (m, d), as in
    the FID: |m_a - m_b|^2 + Tr(A + B - 2 (A^1/2 B A^1/2)^1/2) (Dowson and Landau 1982). In double precision."""
    return _distance(*moments(a), *moments(b))


def moments(x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Mean (d,) and covariance (d, d) of `x` (n, d)."""
    x = np.asarray(x, np.float64)
    return x.mean(0), np.cov(x, rowvar=False)


def distance(x: np.ndarray, digits: Digits = DIGITS) -> float:
    """The distance of the first `PICTURE_COUNT` pictures (n, 64), pixels in [0, 1], to the training pictures."""
    return _distance(*moments(features(x[:PICTURE_COUNT])), *_reference(digits))


def features(x: np.ndarray) -> np.ndarray:
    """What the classifier's last convolution finds in pictures (n, 64), pixels in [0, 1], averaged over the places as
    in the FID: (n, 32) float64. What it makes of that tells digits apart, but hardly a clean one from a noisy one."""
    return _convolution_maps(x).mean((2, 3))


def classify(x: np.ndarray) -> np.ndarray:
    """Which digit the classifier takes each of the pictures (n, 64) for: (n,)."""
    w = weights()
    h = np.maximum(_convolution_maps(x).reshape(len(x), -1) @ w["hidden.weight"].T + w["hidden.bias"], 0)
    return (h @ w["digits.weight"].T + w["digits.bias"]).argmax(1)


def _convolution_maps(x: np.ndarray) -> np.ndarray:
    """After the last convolution: (n, 32, 4, 4)."""
    w = weights()
    h = np.asarray(x, np.float64).reshape(-1, 1, *DIGITS.shape)
    h = np.maximum(_convolve(h, w["first.weight"], w["first.bias"], 1), 0)
    return np.maximum(_convolve(h, w["second.weight"], w["second.bias"], 2), 0)


@lru_cache(maxsize=1)
def weights() -> dict[str, np.ndarray]:
    return {name: array.astype(np.float64) for name, array in load_file(CLASSIFIER).items()}


@lru_cache(maxsize=11)
def _reference(digits: Digits) -> tuple[np.ndarray, np.ndarray]:
    return moments(features(digits.vectors("train")))


def _distance(mean_a: np.ndarray, a: np.ndarray, mean_b: np.ndarray, b: np.ndarray) -> float:
    values, vectors = np.linalg.eigh(a)
    root = (vectors * np.sqrt(np.maximum(values, 0))) @ vectors.T
    shared = np.sqrt(np.maximum(np.linalg.eigvalsh(root @ b @ root), 0)).sum()
    return float(max(((mean_a - mean_b) ** 2).sum() + np.trace(a) + np.trace(b) - 2 * shared, 0.0))


def _convolve(h: np.ndarray, weight: np.ndarray, bias: np.ndarray, stride: int) -> np.ndarray:
    """3 x 3, with a border of zeros: (n, in, rows, columns) -> (n, out, ...)."""
    padded = np.pad(h, ((0, 0), (0, 0), (1, 1), (1, 1)))
    windows = sliding_window_view(padded, (3, 3), (2, 3))[:, :, ::stride, ::stride]  # (n, in, rows, columns, 3, 3)
    return np.moveaxis(np.tensordot(windows, weight, ((1, 4, 5), (1, 2, 3))) + bias, -1, 1)
