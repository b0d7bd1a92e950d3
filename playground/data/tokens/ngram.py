"""n-grams with back-off: the line that a neural language model has to get below.

Interpolated Kneser-Ney smoothing with three discounts (Chen and Goodman 1999, section 3: "modified"). A lower order
does not count how often a token occurs, but after how many different tokens.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from .task import BEGIN


@dataclass(frozen=True, eq=False)
class Order:
    """The counts of all n-grams of one length, and what they leave for those they have not seen.

    n-grams and contexts are single numbers, their tokens as digits, sorted."""

    grams: np.ndarray
    discounted: np.ndarray
    contexts: np.ndarray
    totals: np.ndarray
    reserved: np.ndarray
    """For each context, the probability that is left to shorter ones."""

    @classmethod
    def of(cls, grams: np.ndarray, counts: np.ndarray, size: int) -> "Order":
        contexts, starts = np.unique(grams // size, return_index=True)
        discounts = kneser_ney_discounts(counts)[np.minimum(counts, 3)]
        totals = np.add.reduceat(counts, starts).astype(np.float64)
        reserved = np.add.reduceat(discounts, starts) / totals
        return cls(grams, counts - discounts, contexts, totals, reserved)

    def interpolated(self, context: np.ndarray, token: np.ndarray, size: int, shorter: np.ndarray) -> np.ndarray:
        """p(token | context), where `shorter` is that of a context one token shorter: all (n,)."""
        place, known = _find(self.contexts, context)
        gram, seen = _find(self.grams, context * size + token)
        own = np.where(seen, self.discounted[gram], 0.0) / self.totals[place]
        return np.where(known, own + self.reserved[place] * shorter, shorter)


@dataclass(frozen=True, eq=False)
class NGram:
    """A language model: each token depends on the `order` - 1 before it."""

    runs: tuple[np.ndarray, ...]
    """Stretches of tokens to learn from, each (length,) of whole numbers."""
    size: int
    """Tokens of the vocabulary."""
    alphabet: tuple[int, ...]
    """Those that can be next."""
    order: int = 5

    @cached_property
    def orders(self) -> tuple[Order, ...]:
        """From one token without context to `order` tokens."""
        if self.size**self.order >= 2**63:
            raise ValueError(f"{self.size}^{self.order} n-grams cannot be numbered")
        windows = np.concatenate([_windows(run, self.order) for run in self.runs])
        grams, counts = np.unique(_number(windows, self.size), return_counts=True)
        found = [Order.of(grams, counts, self.size)]
        for length in range(self.order - 1, 0, -1):
            grams, counts = np.unique(grams % self.size**length, return_counts=True)  # by different tokens before
            found.append(Order.of(grams, counts, self.size))
        return tuple(reversed(found))

    def probability(self, context: np.ndarray, token: np.ndarray) -> np.ndarray:
        """p(token | context), context (n, order - 1), BEGIN where there is none, token (n,): (n,)."""
        p = np.full(len(token), 1 / len(self.alphabet))
        for length, order in enumerate(self.orders):
            before = context[:, context.shape[1] - length :]  # (n, length)
            p = order.interpolated(_number(before, self.size), token, self.size, p)
        return p

    def distribution(self, context: np.ndarray) -> np.ndarray:
        """p of every token after the tokens `context` (length,): (size,)."""
        given = np.concatenate([np.full(self.order - 1, BEGIN), np.asarray(context, np.int64)])[-(self.order - 1) :]
        p = np.zeros(self.size)
        tokens = np.array(self.alphabet)
        p[tokens] = self.probability(np.tile(given, (len(tokens), 1)), tokens)
        return p

    def log_prob(self, run: np.ndarray) -> np.ndarray:
        """log p in nats of each token of `run` (length,) given those before it in the run: (length,)."""
        windows = _windows(run, self.order)
        return np.log(self.probability(windows[:, :-1], windows[:, -1]))

    def nats(self, runs: tuple[np.ndarray, ...]) -> float:
        """Mean of -log p for a token of `runs`; over ln 2 in bits."""
        return -float(np.concatenate([self.log_prob(run) for run in runs]).mean())


def kneser_ney_discounts(counts: np.ndarray) -> np.ndarray:
    """What is taken from n-grams seen 0, 1, 2, and 3 or more times: (4,), from how many there are of each (Chen and
    Goodman 1999, equation 17)."""
    n = np.bincount(np.minimum(counts, 5), minlength=6)[:5].astype(np.float64)
    if not n[1:3].all():
        return np.array([0.0, 0.5, 0.5, 0.5])  # too few to estimate from
    share = n[1] / (n[1] + 2 * n[2])
    k = np.arange(1, 4)
    estimate = k - (k + 1) * share * n[2:5] / np.maximum(n[1:4], 1)
    return np.concatenate([[0.0], np.clip(estimate, 0.1, k - 0.1)])


def _windows(run: np.ndarray, order: int) -> np.ndarray:
    """Each token with those before it, BEGIN before the first: (length,) -> (length, order)."""
    padded = np.concatenate([np.full(order - 1, BEGIN), np.asarray(run, np.int64)])
    return np.lib.stride_tricks.sliding_window_view(padded, order)


def _number(tokens: np.ndarray, size: int) -> np.ndarray:
    """(n, length) -> (n,)"""
    number = np.zeros(len(tokens), np.int64)
    for column in range(tokens.shape[1]):
        number = number * size + tokens[:, column]
    return number


def _find(among: np.ndarray, wanted: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Where each stands in a sorted array, and whether it is there."""
    place = np.minimum(np.searchsorted(among, wanted), len(among) - 1)
    return place, among[place] == wanted
