"""What can be asked of a model of the plane: its density beside the truth, and a slice of it."""

from collections.abc import Mapping

import numpy as np

from playground.core.config import Config
from playground.core.i18n import N_
from playground.core.panels import Dial, Panel
from playground.core.scene import Axes, Heatmap, Paths, Scene
from playground.data.plane.distribution import Distribution

from .config import data_of
from .sheets import Pictures

NO_ANSWER = N_("A model of the plane can be asked about: {names}.")
CAP, FAINTEST = 3.0, 1e-3
"""Nats at which a difference has its full colour, and the density from which on places are compared."""
LINE = 401


def panels(config: Config) -> tuple[Panel, ...]:
    """What can be asked of a model with these settings."""
    low, high = data_of(config).bounds
    return (
        Panel(
            "cells",
            N_("Density estimation"),
            N_(
                "The density of the model in each of its cells, beside the density of the data, and how they differ. "
                "Points are spread evenly over their cell."
            ),
            (),
        ),
        Panel(
            "slice",
            N_("One coordinate given the other"),
            N_(
                "The model is made of two questions: which cell is x₁ in, and, given that, which cell is x₂ in? Here "
                "is the answer to the second, beside the exact one."
            ),
            (Dial("at", "x₁", default=0.5, low=low, high=high, step=0.05),),
        ),
    )


def _cells(answer: Mapping[str, np.ndarray], values: Mapping, config: Config) -> Pictures:
    data = data_of(config)
    log_q, centres = answer["log_p"].astype(np.float64), _centres(data, len(answer["log_p"]))
    log_p = _truth(data, centres)
    p, q = np.exp(log_p), np.exp(log_q)
    cell = (centres[1] - centres[0]) ** 2
    lost = float(np.sum(p * (log_p - log_q)) * cell)
    difference = np.where(np.maximum(p, q) > FAINTEST, np.clip(log_q - log_p, -CAP, CAP), 0.0)
    top = 1.1 * float(np.quantile(p, 0.999))
    extent = (centres[0], centres[-1], centres[0], centres[-1])

    def shown(
        array: np.ndarray,
        role: str,
        low: float,
        high: float,
        words: str,
        scale: str = "sequential",
        ends: tuple[str, str] = ("", ""),
        **said: str,
    ) -> Scene:
        layer = Heatmap(
            name="map",
            title=N_("Density"),
            role=role,
            values=array.astype(np.float32),
            extent=extent,
            low=low,
            high=high,
            scale=scale,
            low_title=ends[0],
            high_title=ends[1],
        )
        frame = (*data.bounds, *data.bounds)
        return Scene((layer,), legend=words, words=words, values=said, extent=frame)

    return (
        (
            N_("The model"),
            shown(
                q,
                "field",
                0.0,
                top,
                N_("{cells} cells, each with a density of its own; together they hold {mass}."),
                cells=str(log_q.size),
                mass=f"{q.sum() * cell:.4f}",
            ),
        ),
        (
            N_("The truth"),
            shown(
                p,
                "truth",
                0.0,
                top,
                N_("The density of the data; its entropy is {entropy} nats."),
                entropy=f"{data.entropy:.3f}",
            ),
        ),
        (
            N_("Difference of the logarithms"),
            shown(
                difference,
                "field",
                -CAP,
                CAP,
                N_(
                    "Where the model says too much (blue) or too little (orange), in nats; the loss of likelihood, "
                    "summed over the centres of the cells, is {lost} nats."
                ),
                "diverging",
                (N_("too little"), N_("too much")),
                lost=f"{lost:.3f}",
            ),
        ),
    )


def _slice(answer: Mapping[str, np.ndarray], values: Mapping, config: Config) -> Pictures:
    data, at = data_of(config), float(values["at"])
    centres = _centres(data, len(answer["log_p"]))
    side = centres[1] - centres[0]
    column = int(np.clip((at + data.reach) // side, 0, len(centres) - 1))
    q = np.exp(answer["log_p"][:, column].astype(np.float64))
    q /= max(float(q.sum()) * side, 1e-300)
    line = np.linspace(*data.bounds, LINE)
    p = np.exp(data.log_prob(np.stack([np.full(LINE, at), line], 1)))
    total = float(np.trapezoid(p, line))
    p = p / total if total > 1e-300 else p
    edges = np.append(centres - side / 2, centres[-1] + side / 2)
    steps = np.stack([np.repeat(edges, 2)[1:-1], np.repeat(q, 2)], 1)[None].astype(np.float32)
    top = 1.15 * max(float(q.max()), float(p.max()), 1e-6)
    return (
        (
            N_("x₂ given x₁"),
            Scene(
                (
                    Paths(
                        name="exact",
                        title=N_("exact"),
                        role="truth",
                        xy=np.stack([line, p], 1)[None].astype(np.float32),
                    ),
                    Paths(name="model", title=N_("The model"), role="field", xy=steps),
                ),
                extent=(*data.bounds, 0.0, top),
                axes=Axes("x₂", N_("conditional density")),
                legend=N_(
                    "The [field:model's] density of x₂ where x₁ is {at}, in steps of its cells, and the [truth:exact] "
                    "one. The density of x₁ itself is {first} there, exactly {exact}."
                ),
                words=N_("The density of x₁ is {first} there, exactly {exact}."),
                values={
                    "at": f"{at:g}",
                    "first": f"{float(np.exp(answer['first'][column])):.3f}",
                    "exact": f"{total:.3f}",
                },
            ),
        ),
    )


def _centres(data: Distribution, bins: int) -> np.ndarray:
    """Of the cells along an axis: (bins,)."""
    reach = float(data.reach)
    return (np.arange(bins) + 0.5) / bins * 2 * reach - reach


def _truth(data: Distribution, axis: np.ndarray) -> np.ndarray:
    """Exact log density at the centres of the cells (bins, bins), row 0 the lowest x2; no less than -60."""
    places = np.stack(np.meshgrid(axis, axis), -1).reshape(-1, 2)
    return np.maximum(data.log_prob(places), -60.0).reshape(len(axis), len(axis))


DRAW = {"cells": _cells, "slice": _slice}
"""Answer, dials' values, settings -> scenes, by the panel's name."""
