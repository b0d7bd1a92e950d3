"""Two learning signals: a critic that compares two sets of points, and a bound for each point alone."""

import numpy as np

from playground.core.i18n import N_
from playground.core.panels import Arrays, Dial, Panel, PanelScenes, Values
from playground.core.scene import Arrows, Heatmap, Paths, Points, Scene
from playground.data.dataset import dataset_of

from ...config import VaeConfig
from ...panel_parts import VERDICT, signal_values, signals_panel

CELLS = 41
"""Places along each axis of a map."""
SIZES = (50, 200, 1000)


def panel(config: VaeConfig) -> Panel:
    sizes = tuple((str(n), str(n)) for n in SIZES)
    return signals_panel(
        Dial("count", N_("Samples in each set"), "choice", "200", options=sizes),
        Dial(
            "width",
            N_("How finely the critic looks"),
            default=0.6,
            low=0.15,
            high=2.0,
            step=0.05,
            help=N_("Width of the bells that its verdict is put together from."),
        ),
    )


def draw(arrays: Arrays, values: Values, config: VaeConfig) -> PanelScenes:
    """See `panel_data.signals`."""
    said = signal_values(arrays)
    data = dataset_of(config)
    low, high = data.bounds
    extent = (low, high, low, high)
    lines = np.stack([arrays["real"][: len(arrays["back"])], arrays["back"]], 1)
    best, cap = float(arrays["nats"].min()), data.entropy + 6.0
    return (
        (
            N_("Two sets, and a critic's verdict"),
            Scene(
                (
                    Heatmap(
                        name="verdict",
                        title=N_("The critic's verdict"),
                        role="field",
                        values=arrays["verdict"],
                        extent=extent,
                        low_title=N_("generated"),
                        high_title=N_("real"),
                    ),
                    Points(name="real", title=N_("Data"), role="data", xy=arrays["real"], size=2.6),
                    Points(name="fake", title=N_("Samples"), role="generated", xy=arrays["fake"], size=2.6),
                    Arrows(
                        name="slope",
                        title=N_("Where samples would look more real"),
                        role="gradient",
                        xy=arrays["fake"][: len(arrays["slope"])],
                        uv=arrays["slope"],
                        length=0.25,
                    ),
                ),
                extent=extent,
                values=said,
                words=VERDICT,
                legend=N_(
                    "[data:Data] and [generated:samples]; [gradient:arrows] say where samples would look more real. "
                    "Of sets it has not seen the critic tells {right} percent right (50: by chance), which proves a "
                    "Jensen–Shannon divergence of {proved} nats; the most is 0.69."
                ),
            ),
        ),
        (
            N_("Each piece of data, and its bound"),
            Scene(
                (
                    Heatmap(
                        name="nats",
                        title=N_("Minus the ELBO, in nats"),
                        role="gradient",
                        extent=extent,
                        scale="sequential",
                        low=best,
                        high=max(cap, best + 1),
                        values=np.clip(arrays["nats"], best, cap).astype(np.float32),
                    ),
                    Paths(name="errors", title=N_("From data to reconstruction"), role="data", xy=lines),
                    Points(name="real", title=N_("Data"), role="data", xy=arrays["real"], size=2.6),
                ),
                extent=extent,
                values=said,
                legend=N_(
                    "How many nats a point would cost at each place: the darker, the more. [data:Data] and lines to "
                    "their reconstructions; their mean is {mean} ± {error} nats. No samples were needed."
                ),
                words=N_("Minus the ELBO is {mean} nats on average."),
            ),
        ),
    )
