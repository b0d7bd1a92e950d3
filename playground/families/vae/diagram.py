"""What the diagram of every autoencoder has: x, encoder, z, decoder, x', the two parts of the bound, and how a step
goes round."""

from collections.abc import Sequence

import numpy as np

from playground.core.i18n import N_
from playground.core.layers import Extent
from playground.core.scene import Bars, Beat, Chart, Edge, Layer, Node, Points, Probe, Series

from .config import VaeConfig

REACH = 3.0
"""How far from 0 a code is moved by hand."""
WHOLE: Extent = (0.0, 1.0, 0.0, 1.0)
UNIT: Extent = (-1.1, 1.1, -1.1, 1.1)
MOMENTS = (0.0, 1.0, 2.0)
"""Of the trajectory on the plane: data, codes, what becomes of them."""
LABELS = ("x", "z", "x′")
CODE_FRAME: Extent = (-3.6, 3.6, -3.6, 3.6)
"""Of a map of codes."""


def subscript(number: float) -> str:
    """z with its number."""
    return f"z{number:.0f}".translate(str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉"))


def aside(a, span: tuple[float, float], guides: tuple[tuple[float, str], ...]) -> tuple[Layer, ...]:
    """Layers that only the diagram draws: codes in units of the hand's reach, and the parts of the bound.

    `span`: nats at the foot and at the top of the bars; `guides` of what minus the ELBO is compared with.
    """
    cost, _, whole = a["parts"].tolist()
    low, high = span
    kls = np.asarray(a["kls"], np.float32)
    return (
        Points(name="codes", title=N_("Codes of data"), role="data", stage=False, xy=a["means"] / REACH),
        Points(
            name="prior", title=N_("Codes drawn from N(0, I)"), role="generated", stage=False, xy=a["noise"] / REACH
        ),
        Bars(
            name="cost",
            title=N_("Reconstruction"),
            role="data",
            stage=False,
            values=np.array([cost], np.float32),
            labels=(N_("−log p(x | z)"),),
            roles=("data",),
            low=low,
            high=high,
        ),
        Bars(
            name="rates",
            title=N_("KL of each dimension of the code"),
            role="gradient",
            stage=False,
            values=kls,
            labels=tuple(subscript(k + 1) for k in range(len(kls))),
            roles=("gradient",) * len(kls),
            low=0.0,
            high=max(3.0, float(kls.max(initial=0.0))),
        ),
        Bars(
            name="whole",
            title=N_("Minus the ELBO"),
            role="field",
            stage=False,
            values=np.array([whole], np.float32),
            labels=(N_("−ELBO"),),
            roles=("field",),
            low=low,
            high=high,
            guides=guides,
        ),
    )


ABOUT = {
    "z": Node(
        "z",
        N_("Code z"),
        N_(
            "The middle of each posterior (blue), among codes drawn from the prior (orange). "
            "Click to move codes by hand and see what the decoder makes of them."
        ),
        ("prior", "codes"),
        (2, 0),
        extent=UNIT,
        role="gradient",
    ),
    "cost": Node(
        "cost",
        N_("Reconstruction"),
        N_("How badly the data are described by what the decoder says of their codes, in nats."),
        ("cost",),
        (0, 1),
        extent=WHOLE,
        role="data",
    ),
    "rates": Node(
        "rates",
        "KL",
        N_(
            "What each number of the code costs: how far the posteriors are from the prior, in "
            "nats. A number that costs nothing says nothing."
        ),
        ("rates",),
        (1, 2),
        extent=WHOLE,
        role="gradient",
    ),
    "whole": Node(
        "whole",
        N_("−ELBO"),
        N_("The sum of both: an upper bound on −log p(x), and what is trained."),
        ("whole",),
        (0, 2),
        extent=WHOLE,
        role="field",
    ),
}
"""The nodes that look alike for all data."""

EDGES = (
    Edge("x", "encoder"),
    Edge("encoder", "z"),
    Edge("z", "decoder"),
    Edge("decoder", "back"),
    Edge("x", "cost"),
    Edge("back", "cost"),
    Edge("encoder", "rates"),
    Edge("cost", "whole"),
    Edge("rates", "whole"),
    Edge("decoder", "samples", title=N_("from codes of the prior")),
    Edge("whole", "decoder", "gradient"),
    Edge("whole", "encoder", "gradient"),
)

BEATS = (
    Beat(
        "",
        N_("The encoder is shown a batch of data, and gives each a mean and a width in the code: its posterior."),
        ("x", "encoder"),
        (("x", "encoder"),),
    ),
    Beat(
        "",
        N_(
            "A code is drawn from each posterior: mean plus width times a number drawn from N(0, 1), so that "
            "gradients can pass."
        ),
        ("encoder", "z"),
        (("encoder", "z"),),
    ),
    Beat(
        "",
        N_("The decoder turns each code back into a distribution over data."),
        ("z", "decoder", "back"),
        (("z", "decoder"), ("decoder", "back")),
    ),
    Beat(
        "",
        N_("How likely does it find the data that the code came from? That is the reconstruction."),
        ("x", "back", "cost"),
        (("x", "cost"), ("back", "cost")),
    ),
    Beat(
        "",
        N_("How far are the posteriors from the prior N(0, I)? That is the KL, in closed form."),
        ("encoder", "rates"),
        (("encoder", "rates"),),
    ),
    Beat(
        "",
        N_("Their sum bounds −log p(x) from above."),
        ("cost", "rates", "whole"),
        (("cost", "whole"), ("rates", "whole")),
    ),
    Beat(
        "",
        N_(
            "It flows back: the decoder learns to reconstruct, the encoder to give codes that are worth what they cost."
        ),
        ("whole", "decoder", "encoder"),
        (("whole", "decoder"), ("whole", "encoder")),
    ),
)


def weighted(config: VaeConfig) -> tuple[Series, ...]:
    """The curve of the importance-weighted bound, where that is trained."""
    return (Series("loss", N_("importance-weighted"), "gradient"),) if config.samples > 1 else ()


def parts(config: VaeConfig) -> tuple[Chart, ...]:
    """Both parts of the ELBO, and how much of the code is used."""
    return (
        Chart(
            "reconstruction",
            N_("Reconstruction"),
            (Series("reconstruction", N_("−log p(x | z)"), "data"),),
            unit=N_("nats"),
        ),
        Chart(
            "kl",
            N_("KL: what the code costs"),
            (Series("kl", N_("posterior to prior"), "gradient"),),
            unit=N_("nats"),
            guides=((0.0, N_("0: nothing in the code")),),
            low=-0.1,
        ),
        Chart(
            "active",
            N_("Dimensions of the code in use"),
            (Series("active", N_("dimensions"), "gradient"),),
            low=0.0,
            high=config.latent + 0.5,
            guides=((float(config.latent), N_("all of them")),),
        ),
    )


def probe(latent: int, shape: tuple[int, int] | None, chosen: Sequence[int]) -> Probe:
    """Codes moved by hand, along the two dimensions that are drawn."""
    if latent <= 2:
        return Probe("z", question="z", answer="x", dim=latent, reach=REACH, unit=REACH, shape=shape)
    first, second = (tuple(REACH * (k == dim) for k in range(latent)) for dim in chosen)
    return Probe("z", question="z", answer="x", dim=latent, reach=1.0, unit=1.0, shape=shape, axes=(first, second))
