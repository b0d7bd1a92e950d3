"""The likelihood in each order that the weights have learned."""

import numpy as np

from playground.core.i18n import N_
from playground.core.panels import Arrays, Panel, PanelScenes, Values
from playground.core.scene import Bars, Scene
from playground.data.dataset import dataset_of

from ...config import AutoregressiveConfig, mask_set_count
from ...orders import ranks
from ..image_grid import image_scene


def panel(config: AutoregressiveConfig) -> Panel:
    return Panel(
        "orders",
        N_("Orders compared"),
        N_(
            "Every order gives an exact likelihood, but a different one: what is learned in one order must be learned "
            "again in another. A model of several orders is their average."
        ),
        (),
    )


def draw(arrays: Arrays, values: Values, config: AutoregressiveConfig) -> PanelScenes:
    data, orders, nats = dataset_of(config), arrays["orders"].astype(int), arrays["nats"]
    independent, mean, several = data.independent("test"), float(arrays["mean"][0]), mask_set_count(config) > 1
    heights = np.append(nats, mean) if several else nats
    labels = tuple(str(k + 1) for k in range(len(nats))) + ((N_("mean"),) if several else ())
    low = max(0.0, float(heights.min()) - 1.0)
    bars = Bars(
        name="nats",
        title=N_("Nats per picture"),
        role="field",
        values=heights.astype(np.float32),
        labels=labels,
        roles=("field",) * len(nats) + (("generated",) if several else ()),
        low=low,
        high=max(independent, float(heights.max())) + 0.5,
        guides=((independent, N_("independent pixels")),),
    )
    images = np.stack([ranks(order) for order in orders]) / max(data.dim - 1, 1)
    words = (
        N_(
            "Test pictures cost {least} nats in the best order, {most} in the worst, {mean} with the mean of the "
            "probabilities. The bars start at {low}."
        )
        if several
        else N_(
            "Test pictures cost {least} nats in this order. Choose several orders in the settings of MADE to compare "
            "them in one model. The bars start at {low}."
        )
    )
    return (
        (
            N_("The orders"),
            image_scene(data, images, N_("Orders"), N_("From the first pixel, faint, to the last, strong."), "neutral"),
        ),
        (
            N_("Nats per test picture"),
            Scene(
                (bars,),
                legend=words,
                words=words,
                values={
                    "least": f"{nats.min():.2f}",
                    "most": f"{nats.max():.2f}",
                    "mean": f"{mean:.2f}",
                    "low": f"{low:.1f}",
                },
            ),
        ),
    )
