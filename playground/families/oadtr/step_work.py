"""What one training step of these settings takes. No torch: the server reads it before anything runs."""

from collections.abc import Callable

from playground.training.products import attention, learning

from .config import OadtrConfig, specs_of
from .sizes import Spec


def step_work(config: OadtrConfig) -> float:
    """Multiply-adds of one step of all models that are trained."""
    return sum(WORK[spec.kind](spec, config.batch) for spec in specs_of(config).values())


def step_numbers(config: OadtrConfig) -> float:
    """About how many numbers a step holds at a time."""
    n, seen = config.batch, config.batch * config.window * config.streams.dim
    return seen + sum(n * NUMBERS[spec.kind](spec) for spec in specs_of(config).values())


def step_operations(config: OadtrConfig) -> float:
    """About how many operations on tensors a step consists of."""
    return 150 + sum(OPERATIONS[spec.kind](spec) for spec in specs_of(config).values())


def _oadtr(spec: Spec, n: int) -> float:
    d, tokens, rows = spec.width, spec.tokens, n * spec.tokens
    block = learning(rows, [d, 3 * d]) + learning(rows, [d, d, d, d]) + attention(n, tokens, tokens, d)
    work = learning(n * spec.window, [spec.dim, d], inputs=False) + spec.layers * block
    if not spec.decoder:
        return work + learning(n, [d, spec.classes])
    asked = n * spec.queries
    own = learning(asked, [d, 3 * d]) + learning(asked, [d, d]) + attention(n, spec.queries, spec.queries, d)
    cross = learning(asked, [d, d, d]) + learning(rows, [d, 2 * d]) + attention(n, spec.queries, tokens, d)
    work += spec.decoder_layers * (own + cross + learning(asked, [d, d, d]))
    return work + learning(n, [2 * d, spec.classes]) + learning(asked, [d, spec.classes])


def _lstm(spec: Spec, n: int) -> float:
    d, features, rows = spec.width, spec.features or spec.width, n * spec.window
    work = learning(rows, [spec.dim, features], inputs=False) + learning(rows, [d, spec.classes])
    return work + learning(rows, [features + d, 4 * d])


def _trn(spec: Spec, n: int) -> float:
    d, features, rows = spec.width, spec.features or spec.width, n * spec.window
    work = learning(rows, [spec.dim, features], inputs=False) + learning(rows, [d, spec.classes])
    work += learning(rows, [2 * features + d, 4 * d]) + learning(rows, [d, 2 * d])
    imagined = rows * spec.queries
    return work + learning(imagined, [2 * d, 4 * d]) + learning(imagined, [d, d + features + spec.classes])


def _mlp(spec: Spec, n: int) -> float:
    d = spec.width
    layers = spec.layers * learning(n, [d, d, d]) + learning(n, [d, spec.classes])
    return learning(n, [spec.dim, d], inputs=False) + layers


WORK: dict[str, Callable[[Spec, int], float]] = {"oadtr": _oadtr, "trn": _trn, "lstm": _lstm, "mlp": _mlp}
NUMBERS: dict[str, Callable[[Spec], float]] = {
    "oadtr": lambda s: s.width * (22 * s.tokens * s.layers + (34 * s.queries + 4 * s.tokens) * s.decoder_layers),
    "trn": lambda s: s.window * s.width * (14 + 14 * s.queries),
    "lstm": lambda s: s.window * s.width * 16,
    "mlp": lambda s: s.width * 12 * s.layers,
}
"""Numbers that a step holds for each window."""
OPERATIONS: dict[str, Callable[[Spec], float]] = {
    "oadtr": lambda s: 100 + 80 * s.layers + 150 * s.decoder_layers * s.decoder,
    "trn": lambda s: 100 + s.window * (50 + 45 * s.queries),
    "lstm": lambda s: 60 + 26 * s.window,
    "mlp": lambda s: 60 + 40 * s.layers,
}
