"""The density of one coordinate, given the other."""

import numpy as np

from playground.core.i18n import N_
from playground.core.panels import Arrays, Dial, Panel, PanelScenes, Values
from playground.core.scene import Axes, Paths, Scene
from playground.data.dataset import dataset_of

from ...config import AutoregressiveConfig
from .cells import cell_centres

LINE_POINTS = 401


def panel(config: AutoregressiveConfig) -> Panel:
    data = dataset_of(config)
    low, high = data.bounds
    return Panel(
        "slice",
        N_("One coordinate given the other"),
        N_(
            "The model answers two questions: in which bin is x₁, and, given that, in which bin is x₂? Here is its "
            "answer to the second, beside the exact one."
        ),
        (Dial("at", "x₁", default=0.5, low=low, high=high, step=0.05),),
    )


def draw(arrays: Arrays, values: Values, config: AutoregressiveConfig) -> PanelScenes:
    data, at = dataset_of(config), float(values["at"])
    centres = cell_centres(data, len(arrays["log_p"]))
    side = centres[1] - centres[0]
    column = int(np.clip((at + data.reach) // side, 0, len(centres) - 1))
    q = np.exp(arrays["log_p"][:, column].astype(np.float64))
    q /= max(float(q.sum()) * side, 1e-300)
    low, high = data.bounds
    line = np.linspace(low, high, LINE_POINTS)
    p = np.exp(data.log_prob(np.stack([np.full(LINE_POINTS, at), line], 1)))
    total = float(np.trapezoid(p, line))
    p = p / total if total > 1e-300 else p
    edges = np.append(centres - side / 2, centres[-1] + side / 2)
    steps = np.stack([np.repeat(edges, 2)[1:-1], np.repeat(q, 2)], 1)[None].astype(np.float32)
    exact = np.stack([line, p], 1)[None].astype(np.float32)
    top = 1.15 * max(float(q.max()), float(p.max()), 1e-6)
    return (
        (
            N_("x₂ given x₁"),
            Scene(
                (
                    Paths(name="exact", title=N_("exact"), role="truth", xy=exact),
                    Paths(name="model", title=N_("The model"), role="field", xy=steps),
                ),
                extent=(*data.bounds, 0.0, top),
                axes=Axes("x₂", N_("conditional density")),
                legend=N_(
                    "The [field:model's] density of x₂ where x₁ is {at}, constant in each bin, and the [truth:exact] "
                    "one. The density of x₁ there is {first}, exactly {exact}."
                ),
                words=N_("The density of x₁ there is {first}, exactly {exact}."),
                values={
                    "at": f"{at:g}",
                    "first": f"{float(np.exp(arrays['first'][column])):.3f}",
                    "exact": f"{total:.3f}",
                },
            ),
        ),
    )
