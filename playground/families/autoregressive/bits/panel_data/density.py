"""How likely real and corrupted vectors are."""

import numpy as np

from playground.data.bits.binary import bernoulli

from ..corruptions import CORRUPTED_COUNT, CORRUPTIONS, corrupted
from .context import MAX_TEST_COUNT, Context, PanelData, integer_dial


def compute(context: Context, dials: np.ndarray) -> PanelData:
    """`x` (n, dim) test vectors and, last, corrupted ones, `log_p` (n,), of all test vectors `all` (m,), and
    `independent` (n,), the log p of independent bits."""
    data, kind = context.data, list(CORRUPTIONS)[integer_dial(dials, 0, len(CORRUPTIONS))]
    rows = data.rows("test")[:MAX_TEST_COUNT].astype(np.float32)
    both = np.concatenate([rows, corrupted(kind, data, integer_dial(dials, 1, 1000))])
    log_p = context.log_prob(both)
    shown = slice(len(rows) - 2 * CORRUPTED_COUNT, None)
    return {
        "x": both[shown],
        "log_p": log_p[shown],
        "all": log_p[: len(rows)],
        "independent": bernoulli(both[shown], data.frequencies).astype(np.float32),
    }
