"""The density of the model's cells beside the truth."""

from dataclasses import replace

import numpy as np

from playground.core.i18n import N_
from playground.core.panels import Arrays, Panel, PanelScenes, Values
from playground.core.scene import Contour, Heatmap, Layer, Scene
from playground.data.dataset import dataset_of
from playground.data.plane.distribution import Distribution
from playground.metrics.highest_density import LEVELS, share_below

from ...config import AutoregressiveConfig

MAX_DIFFERENCE, MIN_DENSITY = 3.0, 1e-3
"""Nats at which a difference has its full colour, and the density from which on cells are compared."""
MIN_LOG_DENSITY = -60.0


def panel(config: AutoregressiveConfig) -> Panel:
    return Panel(
        "cells",
        N_("Density estimation"),
        N_(
            "The model's density in each cell, the density of the data, and their difference. Within a cell the "
            "model's density is constant."
        ),
        (),
    )


def draw(arrays: Arrays, values: Values, config: AutoregressiveConfig) -> PanelScenes:
    data = dataset_of(config)
    log_q, centres = arrays["log_p"].astype(np.float64), cell_centres(data, len(arrays["log_p"]))
    log_p = _true_log_density(data, centres)
    p, q = np.exp(log_p), np.exp(log_q)
    area = (centres[1] - centres[0]) ** 2
    lost = float(np.sum(p * (log_p - log_q)) * area)
    compared = np.maximum(p, q) > MIN_DENSITY
    difference = np.where(compared, np.clip(log_q - log_p, -MAX_DIFFERENCE, MAX_DIFFERENCE), 0.0)
    density = Heatmap(
        name="map",
        title=N_("Density"),
        role="field",
        values=q.astype(np.float32),
        extent=(centres[0], centres[-1], centres[0], centres[-1]),
        low=0.0,
        high=1.1 * float(np.quantile(p, 0.999)),
        scale="sequential",
    )
    truth = Contour(
        name="truth",
        title=N_("Density of the data"),
        role="truth",
        values=share_below(p),
        levels=LEVELS,
        extent=density.extent,
    )
    signed = replace(
        density,
        values=difference.astype(np.float32),
        low=-MAX_DIFFERENCE,
        high=MAX_DIFFERENCE,
        scale="diverging",
        low_title=N_("too low"),
        high_title=N_("too high"),
    )

    def scene(layer: Layer, words: str, **numbers: str) -> Scene:
        return Scene((layer,), legend=words, words=words, values=numbers, extent=(*data.bounds, *data.bounds))

    return (
        (
            N_("The model"),
            scene(
                density,
                N_("{cells} cells, each of constant density; their total probability is {mass}."),
                cells=str(log_q.size),
                mass=f"{q.sum() * area:.4f}",
            ),
        ),
        (
            N_("The truth"),
            scene(
                truth,
                N_("The density of the data; its entropy is {entropy} nats."),
                entropy=f"{data.entropy:.3f}",
            ),
        ),
        (
            N_("Difference of the logarithms"),
            scene(
                signed,
                N_(
                    "Where the model's density is too high (blue) or too low (orange), in nats. Summed over the "
                    "centres of the cells, the likelihood lost is {lost} nats."
                ),
                lost=f"{lost:.3f}",
            ),
        ),
    )


def cell_centres(data: Distribution, bins: int) -> np.ndarray:
    """Of the cells along an axis: (bins,)."""
    reach = float(data.reach)
    return (np.arange(bins) + 0.5) / bins * 2 * reach - reach


def _true_log_density(data: Distribution, axis: np.ndarray) -> np.ndarray:
    """At the centres of the cells (bins, bins), row 0 the lowest x2."""
    places = np.stack(np.meshgrid(axis, axis), -1).reshape(-1, 2)
    return np.maximum(data.log_prob(places), MIN_LOG_DENSITY).reshape(len(axis), len(axis))
