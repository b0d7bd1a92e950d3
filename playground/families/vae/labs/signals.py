"""Two learning signals: a critic that compares two sets of samples, and a bound for each piece of data alone."""

from collections.abc import Mapping

import numpy as np

from playground.core.i18n import N_
from playground.core.panels import Dial, Panel
from playground.core.scene import Arrows, Heatmap, Images, Paths, Points, Scene
from playground.data.dataset import dataset_of

from ..config import VaeConfig
from .latent import Pictures

CELLS, SORTED = 41, 48
"""Places along each axis of a map; pictures that are put in order."""
SIZES = (50, 200, 1000)


def panel(config: VaeConfig) -> Panel:
    dials = (
        Dial("draw", N_("Draw"), default=1, low=1, high=50, step=1, help=N_("Another number is another two sets.")),
    )
    if config.data != "digits":
        sizes = tuple((str(n), str(n)) for n in SIZES)
        dials = (
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
            *dials,
        )
    return Panel(
        "signals",
        N_("Two learning signals"),
        N_(
            "A GAN compares two sets of samples: a critic learns to tell them apart, and its verdict says where "
            "samples should go. An autoencoder never compares sets: every piece of data has a bound on its own −log "
            "p(x), and their mean is what is trained. Here both look at the model as it is now. The critic is fitted "
            "for this picture only; nothing is trained by it."
        ),
        dials,
        live=False,
    )


def draw(answer: Mapping[str, np.ndarray], values: Mapping, config: VaeConfig) -> Pictures:
    """See `answers.signals.signals`."""
    right, proved = answer["worth"].tolist()
    mean, error = answer["bound"].tolist()
    said = {
        "right": f"{100 * right:.0f}",
        "proved": f"{max(proved, 0):.2f}",
        "mean": f"{mean:.2f}",
        "error": f"{error:.2f}",
    }
    critic = N_(
        "Of sets it has not seen the critic tells {right} percent right (50: by chance), which proves a "
        "Jensen–Shannon divergence of {proved} nats; the most is 0.69."
    )
    if config.data == "digits":
        least, most = float(answer["known_nats"].min()), float(answer["known_nats"].max())
        roles = tuple("data" if real else "generated" for real in answer["is_real"] > 0.5)
        return (
            (
                N_("Two sets, as a critic orders them"),
                Scene(
                    (
                        Images(
                            name="ordered",
                            title=N_("From looking generated to looking real"),
                            role="field",
                            columns=8,
                            pixels=answer["ordered"],
                            roles=roles,
                        ),
                    ),
                    values=said,
                    legend=N_(
                        "[generated:Samples] of the model and [data:real pictures] from looking generated to looking "
                        "real. Of sets it has not seen the critic tells {right} percent right (50: by chance), which "
                        "proves a Jensen–Shannon divergence of {proved} nats; the most is 0.69."
                    ),
                    words=critic,
                ),
            ),
            (
                N_("Each picture, by its bound"),
                Scene(
                    (
                        Images(
                            name="known",
                            title=N_("From likely to unlikely"),
                            role="data",
                            columns=8,
                            pixels=answer["known"],
                        ),
                    ),
                    values=said | {"least": f"{least:.1f}", "most": f"{most:.1f}"},
                    legend=N_(
                        "The same real pictures, each with its own bound: from {least} to {most} nats, {mean} ± "
                        "{error} on average. No samples were needed."
                    ),
                    words=N_("Minus the ELBO is {mean} nats on average."),
                ),
            ),
        )
    data = dataset_of(config)
    low, high = data.bounds
    extent = (low, high, low, high)
    lines = np.stack([answer["real"][: len(answer["back"])], answer["back"]], 1)
    best, cap = float(answer["nats"].min()), data.entropy + 6.0
    return (
        (
            N_("Two sets, and a critic's verdict"),
            Scene(
                (
                    Heatmap(
                        name="verdict",
                        title=N_("The critic's verdict"),
                        role="field",
                        values=answer["verdict"],
                        extent=extent,
                        low_title=N_("generated"),
                        high_title=N_("real"),
                    ),
                    Points(name="real", title=N_("Data"), role="data", xy=answer["real"], size=2.6),
                    Points(name="fake", title=N_("Samples"), role="generated", xy=answer["fake"], size=2.6),
                    Arrows(
                        name="slope",
                        title=N_("Where samples would look more real"),
                        role="gradient",
                        xy=answer["fake"][: len(answer["slope"])],
                        uv=answer["slope"],
                        length=0.25,
                    ),
                ),
                extent=extent,
                values=said,
                words=critic,
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
                        values=np.clip(answer["nats"], best, cap).astype(np.float32),
                    ),
                    Paths(name="errors", title=N_("From data to reconstruction"), role="data", xy=lines),
                    Points(name="real", title=N_("Data"), role="data", xy=answer["real"], size=2.6),
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
