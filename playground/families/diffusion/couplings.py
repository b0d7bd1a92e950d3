"""Which noise belongs to which data while the paths between them are learned."""

import numpy as np


def independent(data: np.ndarray, noise: np.ndarray) -> np.ndarray:
    """Any noise to any data: as it was drawn."""
    return noise


def optimal(data: np.ndarray, noise: np.ndarray) -> np.ndarray:
    """The noise (n, d) in the order in which the paths of this batch to `data` (n, d) are shortest.

    Minibatch optimal transport (OT-CFM: Tong et al. 2024; Pooladian et al. 2023), solved exactly by POT. For
    equal weights the plan is a permutation, so nothing is drawn from it.
    """
    import ot  # takes more than a second, which only those who need it should wait

    return noise[ot.emd([], [], ot.dist(data, noise)).argmax(1)]


COUPLINGS = {"independent": independent, "optimal": optimal}
