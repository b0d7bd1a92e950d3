"""A picture that the visitor draws."""

import numpy as np

from playground.core.i18n import N_
from playground.core.panels import Arrays, Dial, Panel, PanelScenes, Values
from playground.core.scene import Bars, Images, Paths, Points, Role, Scene
from playground.data.images.digits import DIGITS
from playground.data.images.examples import held_out_image

from ...config import VaeConfig
from ...panel_parts import latent_extent
from ..codes import code_points

ROLES: tuple[Role, ...] = ("data",) + ("generated",) * 8
"""Of the picture, its reconstruction, and seven more from codes drawn from its posterior."""


def panel(config: VaeConfig) -> Panel:
    return Panel(
        "drawing",
        N_("Draw a picture"),
        N_(
            "Draw on the grid. The encoder gives the posterior of the picture's code; the decoder reconstructs "
            "pictures from codes of that posterior; the bound says how many nats the model needs for the picture."
        ),
        (
            Dial(
                "picture",
                N_("Your picture"),
                "pixels",
                tuple(float(v) for v in held_out_image(3, 2)),
                shape=DIGITS.shape,
            ),
        ),
    )


def draw(arrays: Arrays, values: Values, config: VaeConfig) -> PanelScenes:
    """See `panel_data.drawing`."""
    cost, rate, bound, tight = arrays["nats"].tolist()
    usual = np.quantile(arrays["usual"], (0.05, 0.5, 0.95))
    rarer = float(np.mean(arrays["usual"] > bound))
    angle = np.linspace(0, 2 * np.pi, 41)
    spread = arrays["spread"][0] if config.latent > 1 else np.array([arrays["spread"][0, 0], 0.1])
    ring = arrays["at"][0] + 2 * spread * np.stack([np.cos(angle), np.sin(angle)], 1)
    sheet = np.concatenate([arrays["seen"], arrays["back"], arrays["several"][:7]])
    nats = np.array([tight, bound, cost, rate], np.float32)  # the last one is low: guides are named above it
    low = min(0.0, float(nats.min()) * 1.2)
    high = max(float(usual[2]), float(nats.max()), 1.0) * 1.12
    return (
        (
            N_("Input and reconstructions"),
            Scene(
                (
                    Images(
                        name="pictures",
                        title=N_("Reconstructions"),
                        role="generated",
                        pixels=sheet,
                        columns=3,
                        roles=ROLES,
                    ),
                ),
                legend=N_(
                    "First the [data:picture] as the encoder receives it; then its [generated:reconstruction] from "
                    "the posterior mean, and seven from codes drawn from the posterior."
                ),
                words=N_("Your picture and eight reconstructions."),
            ),
        ),
        (
            N_("Its posterior"),
            Scene(
                (
                    *code_points(arrays),
                    Paths(
                        name="ring",
                        title=N_("Two standard deviations"),
                        role="generated",
                        xy=ring[None].astype(np.float32),
                    ),
                    Points(name="at", title=N_("Mean"), role="generated", size=8.0, xy=arrays["at"]),
                ),
                extent=latent_extent(config),
                values={"rate": f"{rate:.1f}"},
                legend=N_(
                    "The posterior of its code (mean and [generated:two standard deviations]) among the codes of real "
                    "pictures. Its KL is {rate} nats."
                ),
                words=N_("The KL of your picture is {rate} nats."),
            ),
        ),
        (
            N_("Bound in nats"),
            Scene(
                (
                    Bars(
                        name="nats",
                        title=N_("Nats"),
                        role="field",
                        values=nats,
                        low=low,
                        high=high,
                        labels=("−IWAE", N_("−ELBO"), N_("−log p(x | z)"), "KL"),
                        roles=("generated", "field", "data", "gradient"),
                        guides=tuple(
                            (float(q), title)
                            for q, title in zip(
                                usual,
                                (
                                    N_("5th percentile of real pictures"),
                                    N_("median of real pictures"),
                                    N_("95th percentile"),
                                ),
                                strict=True,
                            )
                        ),
                    ),
                ),
                legend=N_(
                    "−ELBO is {bound} nats; the bound with 1,000 codes is {tight}. {rarer} percent of real pictures "
                    "have a higher −ELBO than this one."
                ),
                words=N_("−ELBO is {bound} nats."),
                values={"bound": f"{bound:.1f}", "tight": f"{tight:.1f}", "rarer": f"{100 * rarer:.0f}"},
            ),
        ),
    )
