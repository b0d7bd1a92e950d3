"""How noise and data are paired in training."""

import numpy as np


def independent(data: np.ndarray, noise: np.ndarray) -> np.ndarray:
    """Independent pairs: the noise as it was drawn."""
    return noise


def optimal(data: np.ndarray, noise: np.ndarray) -> np.ndarray:
    """The noise (n, d), reordered so that the paths of this batch to `data` (n, d) are shortest.

    Minibatch optimal transport (OT-CFM: Tong et al. 2024; Pooladian et al. 2023), solved exactly by POT. For
    equal weights the plan is a permutation, so no sampling is needed.
    """
    import ot  # takes more than a second, so only when it is needed

    return noise[ot.emd([], [], ot.dist(data, noise)).argmax(1)]


COUPLINGS = {"independent": independent, "optimal": optimal}


def paired(
    coupling: str, data: np.ndarray, noise: np.ndarray, labels: np.ndarray | None = None, size: int | None = None
) -> np.ndarray:
    """The noise (n, d), reordered by a coupling in batches of `size`, by default all at once.

    With the classes of the data (n, ...), pairs are sought within each class alone: a network that is told the class
    must see every noise with it. Pairs across classes would give each class a part of the noise of its own, and
    samples of one class that start elsewhere would end in another.
    """
    if coupling == "independent":
        return noise
    kinds = np.zeros(len(data), int) if labels is None else np.unique(labels, axis=0, return_inverse=True)[1].ravel()
    found = noise.copy()
    for start in range(0, len(data), size or max(len(data), 1)):
        batch = np.arange(start, min(start + (size or len(data)), len(data)))
        for kind in np.unique(kinds[batch]):
            rows = batch[kinds[batch] == kind]
            found[rows] = COUPLINGS[coupling](data[rows], noise[rows])
    return found
