"""The heat equation: data blurred, and moved."""

from playground.core.i18n import N_
from playground.core.panels import Arrays, Dial, Panel, PanelScenes, Values
from playground.core.scene import Arrows, Number, Points, Scene, Trajectory

from ...config import DiffusionConfig
from ...drawing import keyframe_labels
from ..layers import cell, data_extent, grid, limit_lengths, true_density

ARROW_LENGTH = 0.25
"""Of an arrow for one unit of the axes per unit of noise."""


def panel(config: DiffusionConfig) -> Panel:
    return Panel(
        "heat",
        N_("The heat equation"),
        N_(
            "Left, noise is added, as in the VE SDE: the density spreads like heat. Right, nothing is random: each "
            "point follows the velocity, and so does the density. Both densities are equal at every time. Click a "
            "point to compare its two paths."
        ),
        (Dial("most", N_("Noise at the end (s)"), default=1.0, low=0.5, high=3.0, step=0.1),),
        live=False,
    )


def draw(data: Arrays, values: Values, config: DiffusionConfig) -> PanelScenes:
    extent, stops = data_extent(config), data["stops"]
    size = round(data["flow"].shape[1] ** 0.5)
    trajectory = Trajectory(
        N_("Heating"),
        tuple(float(s) for s in stops),
        keyframe_labels(stops, lambda s: f"s = {s:.2g}", 4),
        start=N_("data"),
        end=N_("blurred"),
        numbers=(Number(N_("difference of the two densities"), data["apart"], digits=4),),
    )
    arrows = Arrows(
        name="flow",
        title=N_("Velocity"),
        role="gradient",
        xy=grid(extent, size)[None],
        length=ARROW_LENGTH,
        trajectory=True,
        uv=limit_lengths(data["flow"], cell(extent, size) / ARROW_LENGTH),
    )

    def scene(points: str, density: str, legend: str, more: tuple = ()) -> Scene:
        layers = (
            true_density(data[density], extent),
            *more,
            Points(
                name="points", title=N_("Data"), role="data", xy=data[points], tween=True, trajectory=True, follow=True
            ),
        )
        return Scene(
            layers,
            legend=legend,
            words=legend,
            values={"apart": f"{float(data['apart'].max()):.4f}"},
            extent=extent,
            trajectory=trajectory,
        )

    return (
        (
            N_("Blurred by the heat kernel"),
            scene(
                "jitter",
                "blurred",
                N_(
                    "The [truth:lines] show the density of the data, convolved with a Gaussian of width s. The "
                    "[data:points] take random steps."
                ),
            ),
        ),
        (
            N_("Moved along the velocity"),
            scene(
                "glide",
                "moved",
                N_(
                    "The [truth:lines] show the density of the data, moved along the [gradient:velocity] −½ g² ∇log "
                    "p, and so are the [data:points]. It differs from the left one in at most {apart} of the mass."
                ),
                (arrows,),
            ),
        ),
    )
