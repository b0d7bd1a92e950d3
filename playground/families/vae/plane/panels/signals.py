"""Two learning signals: a critic that compares two sets of points, and a bound for each point alone."""

import numpy as np

from playground.core.i18n import N_
from playground.core.panels import Arrays, Dial, Panel, PanelScenes, Values
from playground.core.scene import Arrows, Heatmap, Paths, Points, Scene
from playground.data.dataset import dataset_of

from ...config import VaeConfig
from ...panel_parts import CRITIC_RESULT, signal_values, signals_panel

GRID_SIZE = 41
"""Grid points along each axis."""
SET_SIZES = (50, 200, 1000)


def panel(config: VaeConfig) -> Panel:
    sizes = tuple((str(n), str(n)) for n in SET_SIZES)
    return signals_panel(
        Dial("count", N_("Samples in each set"), "choice", "200", options=sizes),
        Dial(
            "width",
            N_("Width of the critic's features"),
            default=0.6,
            low=0.15,
            high=2.0,
            step=0.05,
            help=N_("Standard deviation of the Gaussian features of the critic. A smaller one resolves finer details."),
        ),
    )


def draw(arrays: Arrays, values: Values, config: VaeConfig) -> PanelScenes:
    """See `panel_data.signals`."""
    texts = signal_values(arrays)
    data = dataset_of(config)
    low, high = data.bounds
    extent = (low, high, low, high)
    lines = np.stack([arrays["real"][: len(arrays["back"])], arrays["back"]], 1)
    best, cap = float(arrays["nats"].min()), data.entropy + 6.0
    return (
        (
            N_("Two sets and the critic"),
            Scene(
                (
                    Heatmap(
                        name="verdict",
                        title=N_("Critic's output"),
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
                        title=N_("Gradient of the critic at samples"),
                        role="gradient",
                        xy=arrays["fake"][: len(arrays["slope"])],
                        uv=arrays["slope"],
                        length=0.25,
                    ),
                ),
                extent=extent,
                values=texts,
                words=CRITIC_RESULT,
                legend=N_(
                    "[data:Data] and [generated:samples]; [gradient:arrows] show the gradient of the critic at "
                    "samples. On held-out sets the critic is right in {right} percent of cases (50: guessing). So the "
                    "Jensen–Shannon divergence is at least {proved} nats; its maximum is 0.69."
                ),
            ),
        ),
        (
            N_("The bound of each data point"),
            Scene(
                (
                    Heatmap(
                        name="nats",
                        title=N_("Negative ELBO in nats"),
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
                values=texts,
                legend=N_(
                    "−ELBO of a point at each place: darker is higher. [data:Data], with lines to their "
                    "reconstructions; the mean −ELBO is {mean} ± {error} nats. The bound needs no samples."
                ),
                words=N_("Mean −ELBO: {mean} nats."),
            ),
        ),
    )
