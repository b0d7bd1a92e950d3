"""Fresh samples at a temperature."""

from playground.core.i18n import N_
from playground.core.panels import Arrays, Dial, Panel, PanelScenes, Values
from playground.core.scene import PLANE_EXTENT, Points, Scene
from playground.data.dataset import dataset_of
from playground.data.plane.drawing import frame_extent

from ...config import NormalizingFlowConfig
from ..outliers import outside_hdr
from ..truth import hdr_contour


def panel(config: NormalizingFlowConfig) -> Panel:
    return Panel(
        "generation",
        N_("Generation"),
        N_(
            "The layers transform fresh noise to samples. A temperature below 1 scales the noise down: the samples are "
            "less diverse. Where the middle of the noise is mapped into the data, they also stay closer to the data; "
            "elsewhere they leave it more often, since the middle of the noise may lie on a bridge. (Kingma and "
            "Dhariwal 2018 mean by temperature a power of the density; for flows that preserve volume the two agree.)"
        ),
        (
            Dial("temperature", N_("Temperature"), default=1.0, low=0.0, high=2.0, step=0.05),
            Dial("count", N_("Samples"), default=500, low=50, high=2000, step=50),
            Dial("draw", N_("Draw"), default=1, low=1, high=50, step=1, help=N_("Each number gives different noise.")),
        ),
    )


def draw(arrays: Arrays, values: Values, config: NormalizingFlowConfig) -> PanelScenes:
    """`z` and `x` (n, 2): noise and samples."""
    data, x = dataset_of(config), arrays["x"]
    score = outside_hdr(x, data)
    noise = Scene(
        (Points(name="noise", title=N_("Noise"), role="neutral", xy=arrays["z"]),),
        extent=PLANE_EXTENT,
        legend="",
        words=N_("{count:point|points} of noise."),
        values={"count": str(len(x))},
    )
    samples = Scene(
        (hdr_contour(data), Points(name="samples", title=N_("Samples"), role="generated", xy=x)),
        extent=frame_extent(data),
        values={"outside": f"{100 * score.value:.1f}", "share": f"{100 * score.floor:.0f}"},
        legend=N_(
            "{outside} percent of the [generated:samples] lie outside the [truth:line], compared with {share} percent "
            "of the data."
        ),
        words=N_("{outside} percent of the samples lie outside the highest-density region of the data."),
    )
    return (N_("Noise"), noise), (N_("Samples"), samples)
