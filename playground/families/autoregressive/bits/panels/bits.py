"""How many bits the model saves over independent pixels."""

from collections.abc import Mapping

import numpy as np

from playground.core.config import Config
from playground.core.i18n import N_
from playground.core.panels import Panel
from playground.core.scene import Axes, Paths, Scene
from playground.data.bits.binary import Binary

from ...config import data_of
from ..image_grid import PanelScenes, image_scene


def panel(data: Binary) -> Panel:
    return Panel(
        "bits",
        N_("Bits saved"),
        N_("How many bits each pixel costs with the model, and with independent pixels."),
        (),
    )


def draw(answer: Mapping[str, np.ndarray], values: Mapping, config: Config) -> PanelScenes:
    data, order = data_of(config), answer["order"].astype(int)
    model, independent = answer["model"], answer["independent"]
    count = np.arange(data.dim + 1)
    curves = [
        np.stack([count, np.append(0, np.cumsum(bits[order]))], 1)[None].astype(np.float32)
        for bits in (independent, model)
    ]
    saved = float(independent.sum() - model.sum())
    return (
        (
            N_("Cost with independent pixels"),
            image_scene(
                data,
                independent,
                N_("Bits"),
                N_("The cost of each pixel on its own: at most one bit, {independent} bits per picture."),
                "neutral",
                independent=f"{independent.sum():.1f}",
            ),
        ),
        (
            N_("Cost with the model"),
            image_scene(
                data,
                model,
                N_("Bits"),
                N_("The cost of each pixel, given those before it: {model} bits per picture."),
                "field",
                model=f"{model.sum():.1f}",
            ),
        ),
        (
            N_("Along the order"),
            Scene(
                (
                    Paths(name="independent", title=N_("independent pixels"), role="neutral", xy=curves[0]),
                    Paths(name="model", title=N_("the model"), role="field", xy=curves[1]),
                ),
                extent=(0.0, float(data.dim), 0.0, 1.05 * float(independent.sum())),
                axes=Axes(N_("pixels so far"), N_("bits so far")),
                legend=N_(
                    "Bits that pictures have cost so far, with the [field:model] and with [neutral:independent "
                    "pixels]. In the end the model saves {saved} bits."
                ),
                words=N_("The model saves {saved} bits per picture."),
                values={"saved": f"{saved:.1f}"},
            ),
        ),
    )
