"""Error against calls of the network."""

from collections.abc import Mapping

import numpy as np

from ...config import Config
from ...scene import Axes, Dial, Layer, Panel, Paths, Points, Scene
from ...texts import N_
from ..catalogue import CATALOGUE
from ..drawing import Answer, Pictures
from .lanes import FIELD, LANES, four


def panel(config: Config) -> Panel:
    return Panel("curves", N_("Error against calls"), N_(
        "How the error falls as the network is asked more often, measured now. Both axes are logarithmic: a method "
        "of higher order falls more steeply."),
        (*four(config, "ddpm", "dpm_solver", "heun"), FIELD,
         Dial("measure", N_("Error"), "choice", "w2", options=(
             ("w2", N_("of the samples: sliced Wasserstein")),
             ("end", N_("of the path: distance to its exact end"))))), live=False)


def draw(answer: Answer, values: Mapping, config: Config) -> Pictures:
    column, floor = 1 if values["measure"] == "w2" else 2, answer.get("floor", np.array(0.01)).item()
    lines = {}
    for i in range(4):
        rows = answer.get(f"curve{i}", np.empty((0, 3))).astype(np.float64).reshape(-1, 3)
        rows = rows[np.isfinite(rows[:, column])]
        if len(rows):
            lines[i] = np.log10(np.stack([rows[:, 0], np.maximum(rows[:, column], 1e-6)], 1)).astype(np.float32)
    every = np.concatenate([xy[:, 1] for xy in lines.values()] + [np.log10([floor])])
    extent = (-0.05, 1.9, float(np.clip(every.min(), -4, 2)) - 0.2, float(every.max()) + 0.2)
    ground: tuple[Layer, ...] = ()
    words = N_("[generated:First], [data:second], [field:third] and [gradient:fourth] sampler: distance to where the "
               "exact path of the same noise ends. Samplers that draw noise have no such end.")
    if column == 1:
        level = np.array([[[extent[0], np.log10(floor)], [extent[1], np.log10(floor)]]], np.float32)
        ground = (Paths(name="floor", title=N_("Perfect samples"), role="truth", xy=level),)
        words = N_("[generated:First], [data:second], [field:third] and [gradient:fourth] sampler: distance to the "
                   "data. [truth:Perfect samples] score {floor}.")
    layers = [layer for i, xy in lines.items() for layer in (
        Paths(name=f"curve{i}", title=CATALOGUE[values[f"lane{i + 1}"]].title, role=LANES[i], xy=xy[None]),
        Points(name=f"dots{i}", title=CATALOGUE[values[f"lane{i + 1}"]].title, role=LANES[i], size=5.0, xy=xy))]
    return ((N_("Error against calls"), Scene(
        (*ground, *layers), legend=words, words=words, extent=extent, values={"floor": f"{floor:.3f}"},
        axes=Axes(N_("network calls"), N_("error"), log_x=True, log_y=True))),)
