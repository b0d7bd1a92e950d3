"""Data as heat: blurred, and moved."""

from collections.abc import Mapping

import numpy as np

from playground.core.config import Config
from playground.core.i18n import N_
from playground.core.panels import Dial, Panel
from playground.core.scene import Arrows, Heatmap, Number, Points, Scene, Trajectory

from ..drawing import Answer, Pictures, frame, limited, marked, visible

LENGTH = 0.25
"""Of an arrow that stands for one unit of the axes in one unit of noise."""


def panel(config: Config) -> Panel:
    return Panel(
        "heat",
        N_("The heat equation"),
        N_(
            "Left, noise is only added, as in the VE SDE: the density of the data spreads like heat. Right, nothing "
            "is random: every point moves with the velocity, and the density is carried along. Both pictures are the "
            "same at every time. Click a point to see its two ways."
        ),
        (Dial("most", N_("Noise at the end (s)"), default=1.0, low=0.5, high=3.0, step=0.1),),
        live=False,
    )


def draw(answer: Answer, values: Mapping, config: Config) -> Pictures:
    extent, stops = frame(config), answer["stops"]
    axis = np.linspace(*extent[:2], round(answer["flow"].shape[1] ** 0.5), dtype=np.float32)
    places = np.stack(np.meshgrid(axis, axis), -1).reshape(1, -1, 2)
    along = Trajectory(
        N_("Heating"),
        tuple(float(s) for s in stops),
        marked(stops, lambda s: f"s = {s:.2g}", 4),
        start=N_("data"),
        end=N_("blurred"),
        numbers=(Number(N_("share of the density that is elsewhere"), answer["apart"], digits=4),),
    )
    arrows = Arrows(
        name="flow",
        title=N_("Velocity"),
        role="gradient",
        xy=places,
        length=LENGTH,
        trajectory=True,
        uv=limited(answer["flow"], (axis[1] - axis[0]) / LENGTH),
    )
    said = {"apart": f"{float(answer['apart'].max()):.4f}"}

    def picture(name: str, density: str, legend: str, more: tuple = ()) -> Scene:
        ground = Heatmap(
            name="density",
            title=N_("Density at this time"),
            role="field",
            scale="sequential",
            extent=extent,
            values=visible(answer[density]),
            trajectory=True,
        )
        points = Points(
            name="points", title=N_("Data"), role="data", xy=answer[name], tween=True, trajectory=True, follow=True
        )
        return Scene((ground, *more, points), legend=legend, words=legend, values=said, extent=extent, trajectory=along)

    return (
        (
            N_("Blurred by the heat kernel"),
            picture(
                "jitter",
                "blurred",
                N_(
                    "The [field:background] is the data's density, convolved with a Gaussian of width s; the "
                    "[data:points] take random steps."
                ),
            ),
        ),
        (
            N_("Moved along the velocity"),
            picture(
                "glide",
                "moved",
                N_(
                    "The [field:background] is the data's density, carried by the [gradient:velocity] −½ g² ∇log p; "
                    "the [data:points] glide with it. At most {apart} of the mass is elsewhere than on the left."
                ),
                (arrows,),
            ),
        ),
    )
