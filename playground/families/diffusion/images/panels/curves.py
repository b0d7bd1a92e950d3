"""Quality against calls of the network."""

import numpy as np

from playground.core.i18n import N_
from playground.core.panels import Arrays, Dial, Panel, PanelScenes, Values
from playground.core.scene import Axes, Mesh, Paths, Scene
from playground.metrics.frechet import TITLE

from ...config import DiffusionConfig
from ...sampler_slots import chosen_samplers, curve_layers
from .slots import sampler_dials, sampler_title

SLOT_COUNT = 3
MAX_CALLS = (8, 16, 32)
"""The choices for the largest number of calls."""
FLOOR_SHADE = 0.25


def panel(config: DiffusionConfig) -> Panel:
    return Panel(
        "curves",
        N_("Calls against quality"),
        N_(
            "The distance of 300 samples to the training images, as a function of the number of network calls: a "
            "Frechet distance in the features of a small digit classifier (not the FID). Takes some seconds for each "
            "sampler."
        ),
        (
            *sampler_dials(config, SLOT_COUNT),
            Dial(
                "most",
                N_("Calls, up to"),
                "choice",
                str(MAX_CALLS[1]),
                options=tuple((str(n), str(n)) for n in MAX_CALLS),
            ),
        ),
        live=False,
    )


def draw(data: Arrays, values: Values, config: DiffusionConfig) -> PanelScenes:
    floor, low, high = data.get("floor", np.ones(3)).tolist()
    lines = {
        i: np.log10(np.maximum(data[f"curve{i}"], 1e-4)).astype(np.float32)
        for i in chosen_samplers(values, SLOT_COUNT)
        if data[f"curve{i}"].size
    }
    x, y = np.concatenate([*lines.values(), np.log10([[2.0, floor], [8.0, high], [8.0, low]])]).T
    extent = (float(x.min()) - 0.05, float(x.max()) + 0.1, float(y.min()) - 0.15, float(y.max()) + 0.15)
    corners = [[(x, np.log10(y)) for x in extent[:2]] for y in (low, high)]
    level = [[(x, np.log10(floor)) for x in extent[:2]]]
    curves = [
        layer for i, xy in lines.items() for layer in curve_layers(i, sampler_title(values[f"sampler{i + 1}"]), xy)
    ]
    region = Mesh(
        name="floor",
        title=N_("Real images"),
        role="neutral",
        xy=np.array(corners, np.float32),
        weights=np.full((1, 1), FLOOR_SHADE, np.float32),
    )
    mean = Paths(name="mean", title=N_("Real images, mean"), role="truth", xy=np.array(level, np.float32))
    words = N_(
        "As many unseen real images score {floor} ({low} to {high}): inside the [neutral:region] this measure cannot "
        "tell samples from real images."
    )
    scene = Scene(
        (region, mean, *curves),
        legend=words,
        words=words,
        extent=extent,
        values={"floor": f"{floor:.3f}", "low": f"{low:.3f}", "high": f"{high:.3f}"},
        axes=Axes(N_("network calls"), N_("Frechet distance"), log_x=True, log_y=True),
    )
    return ((TITLE, scene),)
