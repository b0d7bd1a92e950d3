"""Which streams of a visitor are held out, where the files do not say."""

from collections.abc import Iterable, Mapping

import numpy as np

from playground.core.errors import UserError
from playground.core.i18n import N_

from .checks import MIN_FRAMES, Frames

SHARES = {"valid": 0.1, "test": 0.2}
"""What is held out of what is to be parted: the end is for the test, what is before it for validation."""
ENOUGH = 5
"""From so many streams on, whole streams are held out; of fewer, the end of each, where it is long enough."""


def parted(streams: Mapping[str, Iterable[Frames]]) -> dict[str, list[Frames]]:
    """Streams by the part that the files name, "" where they name none, in the three parts."""
    named = {part: list(some) for part, some in streams.items() if part and some}
    free = [*streams.get("", ()), *named.get("train", ())]
    missing = {part: share for part, share in SHARES.items() if part not in named}
    return {**named, **_held_out(free, missing)}


def _held_out(streams: list[Frames], shares: Mapping[str, float]) -> dict[str, list[Frames]]:
    """The training part and, after it, what is held out of it."""
    if len(streams) >= ENOUGH:
        return _whole(streams, shares)
    parts = {"train": 1 - sum(shares.values()), **shares}
    found: dict[str, list[Frames]] = {name: [] for name in parts}
    for features, labels in streams:
        cuts = [0, *np.rint(np.cumsum([*parts.values()]) * len(labels)).astype(int).tolist()]
        for name, a, b in zip(parts, cuts[:-1], cuts[1:], strict=True):
            if b - a >= MIN_FRAMES:
                found[name].append((features[a:b], labels[a:b]))
    if all(found.values()) or not streams:
        return found
    if len(streams) > len(shares):
        return _whole(streams, shares)
    raise UserError(
        N_("{frames:frame is|frames are} too few to hold some out of them; one stream of at least {fewest} is needed."),
        frames=sum(len(labels) for _, labels in streams),
        fewest=round(MIN_FRAMES / min(parts.values())),
    )


def _whole(streams: list[Frames], shares: Mapping[str, float]) -> dict[str, list[Frames]]:
    """The same by whole streams; at least one for each part."""
    found, end = {}, len(streams)
    for name, share in reversed([*shares.items()]):
        start = end - max(1, round(share * len(streams)))
        found[name], end = streams[start:end], start
    return {"train": streams[:end], **found}
