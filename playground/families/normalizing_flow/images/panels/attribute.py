"""A trait as a direction in the noise."""

import numpy as np

from playground.core.i18n import N_
from playground.core.panels import Arrays, Dial, Panel, PanelScenes, Values
from playground.core.scene import Axes, Paths, Points, Role, Scene
from playground.data.images.examples import digit_dial

from ...config import NormalizingFlowConfig
from .layout import image_scene

TRAITS = {"ink": N_("thin – bold"), "slant": N_("leaning left – right")}
SHIFTS = 7
"""Images along the direction; the middle one is the original."""


def panel(config: NormalizingFlowConfig) -> Panel:
    return Panel(
        "attribute",
        N_("A direction with a meaning"),
        N_(
            "Some training images have more of a trait than the median of their class, the others less: the difference "
            "of the two means in the noise is a direction. Each row moves a real image along it."
        ),
        (
            Dial("trait", N_("Trait"), "choice", "ink", options=tuple(TRAITS.items())),
            digit_dial("digit", N_("Digit"), 4),
            Dial(
                "strength",
                N_("Strength"),
                default=1.5,
                low=0.0,
                high=4.0,
                step=0.1,
                help=N_("Shift of the outer columns, in lengths of the direction."),
            ),
        ),
    )


def draw(arrays: Arrays, values: Values, config: NormalizingFlowConfig) -> PanelScenes:
    """`images` (examples * `SHIFTS`, 8, 8), `trait` (`SHIFTS`,)."""
    rows = len(arrays["images"]) // SHIFTS
    row: tuple[Role, ...] = tuple("data" if k == SHIFTS // 2 else "generated" for k in range(SHIFTS))
    images = image_scene(
        arrays["images"],
        SHIFTS,
        N_("Shifted images"),
        N_("In the middle the [data:real] images; to their left and right the [generated:shifted] ones."),
        roles=row * rows,
    )
    return (N_("Shifted images"), images), (N_("Measured trait"), _measured(arrays["trait"], values))


def _measured(trait: np.ndarray, values: Values) -> Scene:
    strength = float(values["strength"])
    curve = np.stack([np.linspace(-1, 1, SHIFTS) * strength, trait], 1)[None].astype(np.float32)
    margin = max(0.1 * float(np.ptp(trait)), 0.05)
    reach = max(strength, 0.1)
    unit = N_("ink, in full pixels") if values["trait"] == "ink" else N_("columns to the right for each row up")
    return Scene(
        (
            Paths(name="trait", title=N_("Trait"), role="generated", xy=curve),
            Points(name="places", title=N_("Images"), role="generated", xy=curve[0]),
        ),
        extent=(-reach, reach, float(trait.min()) - margin, float(trait.max()) + margin),
        axes=Axes(N_("strength"), unit),
        legend=N_("The trait as measured in the images, averaged over the rows."),
        words=N_("The trait goes from {low} to {high}."),
        values={"low": f"{trait[0]:.2f}", "high": f"{trait[-1]:.2f}"},
    )
