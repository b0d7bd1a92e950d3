"""Which pixels the probability of each pixel depends on."""

import numpy as np

from playground.core.i18n import N_
from playground.core.panels import Arrays, Dial, Panel, PanelScenes, Values
from playground.core.scene import Matrix, Scene
from playground.data.dataset import dataset_of

from ...config import AutoregressiveConfig
from ..image_grid import image_scene
from .dials import place_dial

MAX_DIM = 256
"""Bits up to which every pair is looked at."""


def panel(config: AutoregressiveConfig) -> Panel | None:
    data = dataset_of(config)
    if data.dim > MAX_DIM:
        return None
    return Panel(
        "matters",
        N_("Which pixels matter"),
        N_(
            "How strongly the log odds of each pixel depend on every other pixel: the Jacobian, averaged over test "
            "pictures. In the model's order it is strictly lower-triangular: no pixel depends on itself or on later "
            "ones."
        ),
        (
            place_dial(data),
            Dial(
                "view",
                N_("Rows and columns"),
                "choice",
                "order",
                options=(("order", N_("in the model's order")), ("rows", N_("row by row"))),
            ),
        ),
    )


def draw(arrays: Arrays, values: Values, config: AutoregressiveConfig) -> PanelScenes:
    data, order, jacobian = dataset_of(config), arrays["order"].astype(int), arrays["jacobian"]
    place = int(values["place"])
    i = order[place - 1]
    ordered = jacobian[np.ix_(order, order)]
    shown = ordered if values["view"] == "order" else jacobian
    top = max(float(np.quantile(jacobian, 0.995)), 1e-6)
    matrix = Matrix(name="jacobian", title=N_("Jacobian"), role="gradient", values=shown.astype(np.float32), high=top)
    words = N_(
        "Each row is a pixel, each column a pixel that it may depend on. In the model's order the largest entry on or "
        "above the diagonal is {upper}, below it {lower}."
    )
    numbers = {
        "upper": f"{float(np.triu(ordered).max()):.2g}",
        "lower": f"{float(np.tril(ordered, -1).max()):.2g}",
    }
    return (
        (N_("The Jacobian"), Scene((matrix,), legend=words, words=words, values=numbers)),
        (
            N_("What this pixel depends on"),
            image_scene(
                data,
                jacobian[i] / top,
                N_("Depends on"),
                N_("Pixel number {place} of the order: how strongly it depends on each earlier pixel."),
                "gradient",
                place=str(place),
            ),
        ),
        (
            N_("What depends on this pixel"),
            image_scene(
                data,
                jacobian[:, i] / top,
                N_("Influences"),
                N_("How strongly each later pixel depends on it."),
                "field",
            ),
        ),
    )
