"""How likely real and corrupted vectors are."""

import numpy as np

from playground.core.panels import Arrays, Values
from playground.data.bits.binary import bernoulli

from ..corruptions import CORRUPTED_COUNT, corrupted
from .context import MAX_TEST_COUNT, Context


def compute(values: Values, context: Context) -> Arrays:
    """`x` (n, dim) test vectors and, last, corrupted ones, `log_p` (n,), of all test vectors `all` (m,), and
    `independent` (n,), the log p of independent bits."""
    data, kind = context.data, values["kind"]
    rows = data.rows("test")[:MAX_TEST_COUNT].astype(np.float32)
    both = np.concatenate([rows, corrupted(kind, data, round(values["draw"]))])
    log_p = context.log_prob(both)
    shown = slice(len(rows) - 2 * CORRUPTED_COUNT, None)
    return {
        "x": both[shown],
        "log_p": log_p[shown],
        "all": log_p[: len(rows)],
        "independent": bernoulli(both[shown], data.frequencies).astype(np.float32),
    }
