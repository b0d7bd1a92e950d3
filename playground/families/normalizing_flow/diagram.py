"""The live diagram of a flow: the chain from noise to data, and the terms of its likelihood."""

from collections.abc import Mapping, Sequence

import numpy as np

from playground.core.i18n import N_
from playground.core.scene import Bars, Beat, Diagram, Edge, Layer, Node, Number, Probe, Trajectory

SLOTS = ((0, 0), (1, 0), (2, 0), (2, 1), (1, 1))
"""Positions of the chain's nodes, from noise to data."""
PRIOR_SLOT, LOSS_SLOT, LOG_DET_SLOT = (0, 2), (1, 2), (2, 2)
UNIT_EXTENT = (0.0, 1.0, 0.0, 1.0)


def chain_slots(keyframes: np.ndarray) -> list[tuple[str, float, tuple[int, int]]]:
    """(name, keyframe, position) of the nodes of the chain: some of the keyframes (m,), the first and the last too."""
    count = len(keyframes)
    chosen = sorted({round(k) for k in np.linspace(0, count - 1, min(len(SLOTS), count))})
    slots = (*SLOTS[: len(chosen) - 1], SLOTS[-1])
    return [(f"z{k}", float(keyframes[k]), slot) for k, slot in zip(chosen, slots, strict=True)]


def likelihood_bars(
    a: Mapping[str, np.ndarray], gaussian: float, low: float, limits: tuple[float, float]
) -> tuple[Layer, ...]:
    """The terms of the change of variables, which only the diagram draws. `gaussian`: the mean log density of Gaussian
    noise; `low`: the lower end of that bar; `limits`: the ends of the bars of log|det J|."""
    log_det, labels = a["mean_log_det"], tuple(f"{keyframe:g}" for keyframe in a["keyframes"][1:])
    return (
        Bars(
            name="prior",
            title=N_("Mean log density of the noise"),
            role="neutral",
            stage=False,
            values=a["log_prob_terms"][0, :1],
            labels=("log p(z₀)",),
            roles=("neutral",),
            low=low,
            high=0.0,
            guides=((gaussian, N_("of Gaussian noise")),),
        ),
        Bars(
            name="mean_log_det",
            title=N_("Mean log|det J| of each layer"),
            role="gradient",
            stage=False,
            values=log_det.astype(np.float32),
            labels=labels,
            roles=("gradient",) * len(log_det),
            low=limits[0],
            high=limits[1],
        ),
    )


def flow_trajectory(
    keyframes: np.ndarray, terms: np.ndarray, labels: tuple[str, ...], title: str, end: str
) -> Trajectory:
    """Of frames with `log_prob_terms` (m, 3) at their keyframes (m,); `end`: what the noise becomes."""
    return Trajectory(
        title,
        tuple(float(at) for at in keyframes),
        labels,
        start=N_("noise"),
        end=end,
        numbers=(
            Number("log p(z₀)", terms[:, 0], N_("nats")),
            Number("Σ log|det J|", terms[:, 1], N_("nats")),
            Number("log p(zₖ)", terms[:, 2], N_("nats")),
        ),
    )


def flow_diagram(
    chain: Sequence[Node], loss: Node, arrival: str, source: Node | None = None, probe: Probe | None = None
) -> Diagram:
    """`chain` from noise to data; `arrival`: the caption of the first moment of a step; `source`: where data come
    from, if it is a node of its own."""
    prior = Node(
        "prior",
        "log p(z₀)",
        N_("The Gaussian log density of the noise that the data are mapped to."),
        ("prior",),
        PRIOR_SLOT,
        extent=UNIT_EXTENT,
    )
    log_det = Node(
        "log_det",
        "log|det J|",
        N_("How much each layer stretches (up) or squeezes (down) space around the data, from noise to data."),
        ("mean_log_det",),
        LOG_DET_SLOT,
        extent=UNIT_EXTENT,
        role="gradient",
    )
    names = [node.name for node in chain]
    forward = list(zip(names, names[1:], strict=False))
    backward = [(b, a) for a, b in reversed(forward)]
    first, last = names[0], names[-1]
    inner = names[-2] if len(names) > 2 else last
    entry = ((source.name, last),) if source else ()
    return Diagram(
        nodes=(*chain, *((source,) if source else ()), prior, loss, log_det),
        edges=(
            *(Edge(a, b, title=N_("forward: sampling")) for a, b in forward),
            *(Edge(a, b, title=N_("inverse: density")) for a, b in backward),
            *(Edge(a, b) for a, b in entry),
            Edge(first, prior.name),
            Edge(inner, log_det.name),
            Edge(prior.name, loss.name),
            Edge(log_det.name, loss.name),
            Edge(loss.name, last, "gradient"),
        ),
        beats=(
            Beat("", arrival, (*(a for a, _ in entry), last), entry),
            *(
                Beat("", N_("The inverse of the layers maps it one step closer to the noise."), pair, (pair,))
                for pair in backward
            ),
            Beat(
                "",
                N_("The Gaussian gives the log density of the resulting noise."),
                (first, prior.name),
                ((first, prior.name),),
            ),
            Beat(
                "",
                N_("Each layer adds its log|det J|: how much it stretches or squeezes space there."),
                (inner, log_det.name),
                ((inner, log_det.name),),
            ),
            Beat(
                "",
                N_("Together they give log p(x) exactly; the loss is minus its mean."),
                (prior.name, log_det.name, loss.name),
                ((prior.name, loss.name), (log_det.name, loss.name)),
            ),
            Beat(
                "",
                N_("The gradient flows back through all layers; each changes slightly to make the data more likely."),
                (loss.name, *reversed(names)),
                ((loss.name, last),),
            ),
        ),
        probe=probe,
    )


def subscript(number: float) -> str:
    return f"{number:g}".translate(str.maketrans("0123456789.", "₀₁₂₃₄₅₆₇₈₉."))
