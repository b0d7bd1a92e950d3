"""The diagram of every VAE, whatever its data: x, encoder, z, decoder, x', the two terms of the bound, and how a
training step proceeds."""

from collections.abc import Sequence

import numpy as np

from playground.core.i18n import N_
from playground.core.layers import Extent
from playground.core.scene import Bars, Beat, Chart, Edge, Layer, Node, Points, Probe, Series

from .config import VaeConfig

MAX_CODE = 3.0
"""The largest coordinate of a code moved by hand."""
UNIT_SQUARE: Extent = (0.0, 1.0, 0.0, 1.0)
PRIOR_EXTENT: Extent = (-1.1, 1.1, -1.1, 1.1)
KEYFRAMES = (0.0, 1.0, 2.0)
"""Times on the trajectory of the plane: data, codes, reconstructions."""
KEYFRAME_LABELS = ("x", "z", "x′")
LATENT_EXTENT: Extent = (-3.6, 3.6, -3.6, 3.6)
"""(left, right, bottom, top) of scenes of the latent space."""


def subscript(number: float) -> str:
    """The symbol of a latent coordinate: z₁."""
    return f"z{number:.0f}".translate(str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉"))


def diagram_layers(a, span: tuple[float, float], guides: tuple[tuple[float, str], ...]) -> tuple[Layer, ...]:
    """Layers that only the diagram draws: codes in units of `MAX_CODE`, and the terms of the bound.

    `span`: (low, high) of the bars in nats; `guides`: (value, title) of reference lines for -ELBO.
    """
    cost, _, whole = a["parts"].tolist()
    low, high = span
    kls = np.asarray(a["kls"], np.float32)
    return (
        Points(name="codes", title=N_("Codes of data"), role="data", stage=False, xy=a["means"] / MAX_CODE),
        Points(
            name="prior", title=N_("Codes drawn from N(0, I)"), role="generated", stage=False, xy=a["noise"] / MAX_CODE
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
            title=N_("KL of each latent dimension"),
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
            title=N_("Negative ELBO"),
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


NODES = {
    "z": Node(
        "z",
        N_("Code z"),
        N_(
            "The mean of each posterior (blue) among codes drawn from the prior (orange). Click to move a code by "
            "hand and see its decoding."
        ),
        ("prior", "codes"),
        (2, 0),
        extent=PRIOR_EXTENT,
        role="gradient",
    ),
    "cost": Node(
        "cost",
        N_("Reconstruction"),
        N_("Reconstruction error in nats: −log p(x | z), with codes drawn from the posterior."),
        ("cost",),
        (0, 1),
        extent=UNIT_SQUARE,
        role="data",
    ),
    "rates": Node(
        "rates",
        "KL",
        N_(
            "KL of each latent dimension in nats: how far the posteriors are from the prior. A dimension with KL 0 "
            "carries no information."
        ),
        ("rates",),
        (1, 2),
        extent=UNIT_SQUARE,
        role="gradient",
    ),
    "whole": Node(
        "whole",
        N_("−ELBO"),
        N_("Reconstruction plus KL: an upper bound on −log p(x), and the loss at β = 1."),
        ("whole",),
        (0, 2),
        extent=UNIT_SQUARE,
        role="field",
    ),
}
"""The nodes that do not depend on the data."""

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
    Edge("decoder", "samples", title=N_("from codes drawn from the prior")),
    Edge("whole", "decoder", "gradient"),
    Edge("whole", "encoder", "gradient"),
)

BEATS = (
    Beat(
        "",
        N_("The encoder maps each data point of a batch to the mean and standard deviation of its posterior."),
        ("x", "encoder"),
        (("x", "encoder"),),
    ),
    Beat(
        "",
        N_(
            "From each posterior one code is drawn: mean + standard deviation × noise from N(0, 1). Written in this "
            "way, gradients pass through (reparameterisation)."
        ),
        ("encoder", "z"),
        (("encoder", "z"),),
    ),
    Beat(
        "",
        N_("The decoder maps each code to a distribution over data."),
        ("z", "decoder", "back"),
        (("z", "decoder"), ("decoder", "back")),
    ),
    Beat(
        "",
        N_("The reconstruction term is the negative log-likelihood of the data under this distribution."),
        ("x", "back", "cost"),
        (("x", "cost"), ("back", "cost")),
    ),
    Beat(
        "",
        N_("The KL term measures how far the posteriors are from the prior N(0, I). It has a closed form."),
        ("encoder", "rates"),
        (("encoder", "rates"),),
    ),
    Beat(
        "",
        N_("Their sum, −ELBO, is an upper bound on −log p(x)."),
        ("cost", "rates", "whole"),
        (("cost", "whole"), ("rates", "whole")),
    ),
    Beat(
        "",
        N_(
            "Gradients of the loss update decoder and encoder: the decoder learns to reconstruct, the encoder learns "
            "posteriors that help the reconstruction at low KL."
        ),
        ("whole", "decoder", "encoder"),
        (("whole", "decoder"), ("whole", "encoder")),
    ),
)


def iwae_series(config: VaeConfig) -> tuple[Series, ...]:
    """The curve of the importance-weighted bound, if it is the objective."""
    return (Series("loss", N_("importance-weighted"), "gradient"),) if config.samples > 1 else ()


def bound_charts(config: VaeConfig) -> tuple[Chart, ...]:
    """Charts of both terms of the ELBO and of the number of active dimensions."""
    return (
        Chart(
            "reconstruction",
            N_("Reconstruction"),
            (Series("reconstruction", N_("−log p(x | z)"), "data"),),
            unit=N_("nats"),
        ),
        Chart(
            "kl",
            N_("KL of the code"),
            (Series("kl", N_("posterior to prior"), "gradient"),),
            unit=N_("nats"),
            guides=((0.0, N_("0: the code carries no information")),),
            low=0.0,
        ),
        Chart(
            "active",
            N_("Active latent dimensions"),
            (Series("active", N_("dimensions"), "gradient"),),
            low=0.0,
            high=config.latent + 0.5,
            guides=((float(config.latent), N_("all of them")),),
        ),
    )


def probe(latent: int, shape: tuple[int, int] | None, chosen: Sequence[int]) -> Probe:
    """Moves a code by hand along the two latent dimensions that are shown."""
    if latent <= 2:
        return Probe("z", question="z", answer="x", dim=latent, reach=MAX_CODE, unit=MAX_CODE, shape=shape)
    first, second = (tuple(MAX_CODE * (k == dim) for k in range(latent)) for dim in chosen)
    return Probe("z", question="z", answer="x", dim=latent, reach=1.0, unit=1.0, shape=shape, axes=(first, second))
