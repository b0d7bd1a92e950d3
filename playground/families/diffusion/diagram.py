"""The diagram of the model: the same nodes, edges and steps in both domains, with the scenes and words of each."""

from collections.abc import Sequence

import numpy as np

from playground.core.i18n import N_
from playground.core.scene import Beat, Diagram, Edge, Node, Number, Probe, Trajectory

EDGES = (
    Edge("data", "noised"),
    Edge("noise", "noised"),
    Edge("noised", "network"),
    Edge("network", "guess"),
    Edge("guess", "loss"),
    Edge("loss", "network", "gradient"),
    Edge("noise", "sampler"),
    Edge("sampler", "samples"),
)
STEPS = (
    (("data",), ()),
    (("data", "noise", "noised"), (("data", "noised"), ("noise", "noised"))),
    (("noised", "network"), (("noised", "network"),)),
    (("network", "guess"), (("network", "guess"),)),
    (("guess", "loss"), (("guess", "loss"),)),
    (("loss", "network"), (("loss", "network"),)),
    (("noise", "sampler", "samples"), (("noise", "sampler"), ("sampler", "samples"))),
)
"""The nodes and edges of each moment of a training step, and of sampling."""


def diagram(nodes: Sequence[Node], captions: Sequence[str], probe: Probe | None = None) -> Diagram:
    """The diagram with the nodes of a domain, and a caption for each of `STEPS`."""
    beats = tuple(Beat("", caption, *step) for caption, step in zip(captions, STEPS, strict=True))
    return Diagram(tuple(nodes), EDGES, beats, probe)


def trajectory(stops: np.ndarray, levels: np.ndarray, labels: Sequence[str], end: str) -> Trajectory:
    """From noise to data at rising 1 - t (m,), with signal, noise and calls (m, 3) at each keyframe."""
    return Trajectory(
        N_("From noise to data"),
        tuple(float(u) for u in stops),
        tuple(labels),
        start=N_("noise"),
        end=end,
        numbers=(
            Number(N_("signal (a)"), levels[:, 0]),
            Number(N_("noise (s)"), levels[:, 1]),
            Number(N_("network calls"), levels[:, 2], digits=0),
        ),
    )
