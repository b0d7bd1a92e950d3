"""The smaller settings that are offered where those that were asked for are too dear, and the sentence that does so."""

import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from playground.core.config import Config, Setting, differences, relevant, specs
from playground.core.errors import UserError
from playground.core.i18n import N_, Translate
from playground.data.in_words import value_text

TOO_LONG = N_("One step would take about {cost} here; this server allows {most}.")
TOO_LARGE = N_("One step would need about {cost} of memory; this server allows {most}.")
TOO_SLOW_PICTURE = N_("One picture of this model would take about {cost} here; this server allows {most}.")
SMALLER = N_("Smaller: {offer}.")
INSTEAD = N_("{title} {new} (instead of {old})")
MARGIN = 0.9
"""What is offered does not stand at the very limit."""
MOST_CHANGED = 4
"""Settings that an offer changes at most."""

Excess = Callable[[Config], float]
"""How many times too dear settings are: up to 1 they are allowed."""


class TooDear(UserError):
    """One training step with these settings, or one picture, would take too long, or too much memory."""

    def __init__(self, template: str, cost: str, most: str, config: Config, offer: Mapping[str, Any]):
        """`template`: one of those above; `offer`: settings that are allowed, by name; {}: none were found."""
        self.config, self.offer = config, dict(offer)
        super().__init__(template, cost=cost, most=most)

    def sentence(self, translate: Translate = str) -> str:
        """What it costs, and what is offered."""
        said = super().sentence(translate)
        return f"{said} {translate(SMALLER).format(offer=self.offered(translate))}" if self.offer else said

    def offered(self, translate: Translate = str) -> str:
        """The smaller settings in words."""
        known, now = {spec.name: spec for spec in specs(type(self.config))}, dict(self.config)
        return ", ".join(
            translate(INSTEAD).format(
                title=translate(known[name].title),
                new=value_text(known[name], value, translate),
                old=value_text(known[name], now[name], translate),
            )
            for name, value in self.offer.items()
        )


def smaller(config: Config, excess: Excess, before: Config | None = None) -> dict[str, Any]:
    """Few settings with smaller values with which `config` is allowed; {}: there are none.

    One setting, if one is enough: that whose value shrinks least. What the visitor changed last, from `before`, stays
    if it can. Else, up to `MOST_CHANGED` times, the next smaller value that saves most.
    """
    chosen = differences(before, config) if before is not None and type(before) is type(config) else {}
    numbers = [spec for spec in relevant(type(config), dict(config)) if _is_size(spec)]
    for names in ([spec for spec in numbers if spec.name not in chosen], numbers):
        single = [(name, value) for spec in names if (name := spec.name) and (value := _enough(config, spec, excess))]
        if single:
            name, value = min(single, key=lambda pair: getattr(config, pair[0]) / pair[1])
            return {name: value}
    return _several(config, numbers, excess)


def _is_size(spec: Setting) -> bool:
    """Whether it is a whole number of something, such as a width: less of it can only be cheaper."""
    whole = spec.kind == "int" or (spec.kind == "choice" and all(type(choice) is int for choice in spec.choices))
    return whole and spec.name != "seed"


def _values(spec: Setting, now: int) -> Iterator[int]:
    """Smaller values of a setting, the largest first: halves where it moves by factors, else one less each."""
    if spec.choices:
        yield from sorted((choice for choice in spec.choices if choice < now), reverse=True)
        return
    low = max(int(spec.bounds[0]), 1)
    while now > low:
        now = max(low, 2 ** math.ceil(math.log2(now) - 1) if spec.log else now - 1)
        yield now
        if not spec.log and now > 64:  # a number of steps, not of layers
            now //= 2


def _changed(config: Config, **changes: Any) -> Config | None:
    try:
        return config.changed(**changes)
    except UserError:  # it does not go together with the others
        return None


def _enough(config: Config, spec: Setting, excess: Excess) -> int | None:
    """The largest smaller value of one setting with which these settings are allowed; None: there is none."""
    for value in _values(spec, getattr(config, spec.name)):
        other = _changed(config, **{spec.name: value})
        if other is not None and excess(other) <= MARGIN:
            return value
    return None


def _several(config: Config, numbers: Iterable[Setting], excess: Excess) -> dict[str, int]:
    """Step by step the smaller value that saves most, until the settings are allowed."""
    offer: dict[str, int] = {}
    now = config
    for _ in range(64):
        found = []
        for spec in numbers:
            if len(offer) == MOST_CHANGED and spec.name not in offer:
                continue
            value = next(_values(spec, getattr(now, spec.name)), None)
            other = None if value is None else _changed(now, **{spec.name: value})
            if other is not None:
                found.append((excess(other), spec.name, value, other))
        if not found:
            return {}
        left, name, value, now = min(found, key=lambda one: one[:2])
        offer[name] = value
        if left <= MARGIN:
            return offer
    return {}
