"""How many bits the model saves over independent pixels."""

import numpy as np

from playground.core.i18n import N_
from playground.core.panels import Arrays, Panel, PanelScenes, Values
from playground.core.scene import Axes, Paths, Scene
from playground.data.dataset import dataset_of

from ...config import AutoregressiveConfig
from ..image_grid import image_scene


def panel(config: AutoregressiveConfig) -> Panel:
    return Panel(
        "bits",
        N_("Bits saved"),
        N_("How many bits each pixel costs with the model, and with independent pixels."),
        (),
    )


def draw(arrays: Arrays, values: Values, config: AutoregressiveConfig) -> PanelScenes:
    data, order = dataset_of(config), arrays["order"].astype(int)
    model, independent = arrays["model"], arrays["independent"]
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
