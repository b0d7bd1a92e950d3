"""The kinds of questions, how many of each, and their places in the taxonomy."""

from collections.abc import Callable
from dataclasses import dataclass

from . import coarse, cross, instance, logic, property, relation
from .item import Item, Source


@dataclass(frozen=True)
class Kind:
    l2: str
    """MMBench's own name; whether it is perception or reasoning follows from it."""
    make: Callable[[Source], Item]
    options: int
    count: int
    """Of questions: a multiple of `options`, so that each letter is the key equally often."""


def _of(l2: str, **kinds: tuple[Callable[[Source], Item], int, int]) -> dict[str, Kind]:
    return {name: Kind(l2, *rest) for name, rest in kinds.items()}


KINDS: dict[str, Kind] = {
    **_of(
        "coarse_perception",
        data_family=(coarse.data_family, 4, 8),
        noise_level=(coarse.noise_level, 3, 6),
        plot_kind=(coarse.plot_kind, 4, 8),
    ),
    **_of(
        "finegrained_perception (instance-level)",
        densest_quadrant=(instance.densest_quadrant, 4, 8),
        axis_number=(instance.axis_number, 4, 8),
        cluster_marker=(instance.cluster_marker, 3, 6),
    ),
    **_of(
        "finegrained_perception (cross-instance)",
        wider_cluster=(cross.wider_cluster, 2, 8),
        left_of=(cross.left_of, 2, 6),
        matching_panel=(cross.matching_panel, 3, 9),
    ),
    **_of(
        "attribute_reasoning",
        modes=(property.modes, 4, 8),
        holes=(property.holes, 4, 8),
        separability=(property.separability, 2, 6),
    ),
    **_of(
        "relation_reasoning",
        dropped_mode=(relation.dropped_mode, 4, 8),
        diffusion_order=(relation.diffusion_order, 4, 8),
    ),
    **_of("logic_reasoning", loss_curve=(logic.loss_curve, 3, 6), next_frame=(logic.next_frame, 3, 9)),
}
"""By name, which is the finest category (L3); the coarser ones carry MMBench's names."""
