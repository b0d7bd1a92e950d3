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
