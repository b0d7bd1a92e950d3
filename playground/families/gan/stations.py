"""What the diagram of every GAN has, whatever its data: noise, verdicts, losses, and how a step goes round."""

import math

import numpy as np

from playground.core.i18n import N_
from playground.core.scene import Bars, Beat, Chart, Edge, Layer, Node, Points, Probe, Series
from playground.data.dataset import dataset_of

from .config import CRITICS, GanConfig

BINS = 10
WHOLE = (0.0, 1.0, 0.0, 1.0)
LOG2 = math.log(2)
EQUILIBRIUM = {  # objective: (discriminator's loss, generator's loss) where samples and data agree
    "minimax": ((2 * LOG2, N_("2 log 2: D cannot tell")), (-LOG2, N_("-log 2: D cannot tell"))),
    "non_saturating": ((2 * LOG2, N_("2 log 2: D cannot tell")), (LOG2, N_("log 2: D cannot tell"))),
    "least_squares": ((1 / 4, N_("1/4: D cannot tell")), (1 / 8, N_("1/8: D cannot tell"))),
    "hinge": ((2.0, N_("2: D cannot tell")), (0.0, N_("0: D undecided"))),
    "wgan": ((0.0, N_("0: no distance left")), None),
    "wgan_gp": ((0.0, N_("0: no distance left")), None),
}
"""What theory says for the losses as `model.py` defines them, penalties not counted. A Wasserstein
critic is free up to a constant, so its generator's loss has no level of its own."""
RANGES = {
    "minimax": (-2.0, 2.0),
    "non_saturating": (0.0, 3.0),
    "least_squares": (0.0, 0.6),
    "hinge": (-1.5, 2.5),
    "wgan": (-2.0, 1.0),
    "wgan_gp": (-2.0, 1.0),
}
"""(low, high) of the small bars of the losses."""


def curves(config: GanConfig) -> tuple[Chart, ...]:
    """Losses and verdicts, with what theory says about them."""
    critic = config.objective in CRITICS
    middle = 0.0 if config.objective == "hinge" else 0.5
    guides = tuple(guide for guide in EQUILIBRIUM[config.objective] if guide is not None)
    chances = config.objective in ("minimax", "non_saturating")
    return (
        Chart(
            "losses",
            N_("Losses"),
            (Series("d_loss", N_("Discriminator"), "field"), Series("g_loss", N_("Generator"), "generated")),
            unit="" if critic else N_("nats") if chances else "",
            guides=guides,
        ),
        Chart(
            "verdicts",
            N_("Verdicts of the discriminator") if not critic else N_("Scores of the critic"),
            (
                Series("d_real", N_("of real samples"), "data"),
                Series("d_fake", N_("of generated samples"), "generated"),
            ),
            guides=() if critic else ((middle, N_("cannot tell")),),
            low=0.0 if chances else None,
            high=1.0 if chances else None,
        ),
    )


def aside(a, config: GanConfig) -> tuple[Layer, ...]:
    """Layers that only the diagram draws."""
    noise = a["noise"] if a["noise"].shape[1] == 2 else np.pad(a["noise"], ((0, 0), (0, 1)))
    if config.noise == "gaussian":
        noise = noise / 3  # so that both kinds fill the node's square [-1, 1]
    edges = np.linspace(0, 1, BINS + 1)
    shares = np.stack(
        [np.histogram(np.clip(a[name], 0, 1), edges)[0] / len(a[name]) for name in ("d_real", "d_fake")], 1
    )  # (bin, player)
    labels = tuple(f"{x:.1f}–{y:.1f}" for x, y in zip(edges, edges[1:], strict=False) for _ in range(2))
    low, high = RANGES[config.objective]
    d_level, g_level = ((level,) if level else () for level in EQUILIBRIUM[config.objective])
    d_loss, g_loss = a["losses"]
    return (
        Points(name="noise", title=N_("Noise"), role="neutral", stage=False, xy=noise),
        Bars(
            name="verdicts",
            title=N_("Share of samples by verdict, 0 generated to 1 real"),
            role="field",
            stage=False,
            values=shares.ravel().astype(np.float32),
            labels=labels,
            roles=("data", "generated") * BINS,
        ),
        Bars(
            name="d_loss",
            title=N_("Discriminator's loss"),
            role="field",
            stage=False,
            values=np.array([d_loss], np.float32),
            labels=(N_("discriminator"),),
            roles=("field",),
            low=low,
            high=high,
            guides=d_level,
        ),
        Bars(
            name="g_loss",
            title=N_("Generator's loss"),
            role="generated",
            stage=False,
            values=np.array([g_loss], np.float32),
            labels=(N_("generator"),),
            roles=("generated",),
            low=low,
            high=high,
            guides=g_level,
        ),
    )


def percent(beliefs: np.ndarray) -> int:
    return round(100 * float(np.mean(beliefs)))


def probe(config: GanConfig) -> Probe:
    """The latent walk: noise moved by hand, and where the generator sends it."""
    far = 3.0 if config.noise == "gaussian" else 1.0
    shape = getattr(dataset_of(config), "shape", None)
    if shape and config.noise_dim > 2:
        return Probe(
            "noise",
            question="z",
            answer="x",
            dim=config.noise_dim,
            reach=1.0,
            unit=1.0,
            shape=shape,
            axes=across(config.noise_dim, config.noise),
        )
    return Probe("noise", question="z", answer="x", dim=config.noise_dim, reach=far, unit=far, shape=shape)


def across(dim: int, noise: str) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Two directions at right angles that lean on all `dim` (even) axes alike, as long as random noise is.

    In many dimensions noise hardly ever lies near a plane of two axes, nor near 0, so a walk there would show
    what the generator never makes.
    """
    size = 1.0 if noise == "gaussian" else 3**-0.5
    return tuple(size for _ in range(dim)), tuple(size * (-1) ** k for k in range(dim))


ABOUT = {
    "noise": Node(
        "noise",
        N_("Noise"),
        N_("Random numbers: all that the generator is given."),
        ("noise",),
        (0, 0),
        extent=(-1.1, 1.1, -1.1, 1.1),
    ),
    "predictions": Node(
        "predictions",
        N_("Verdicts"),
        N_("How many real and generated samples got which verdict, from generated (left) to real (right)."),
        ("verdicts",),
        (2, 1),
        extent=WHOLE,
        role="field",
    ),
    "d_loss": Node(
        "d_loss",
        N_("Discriminator's loss"),
        N_("Large when it mistakes one kind for the other."),
        ("d_loss",),
        (1, 2),
        extent=WHOLE,
        role="field",
    ),
    "g_loss": Node(
        "g_loss",
        N_("Generator's loss"),
        N_("Large when its samples are recognised."),
        ("g_loss",),
        (2, 2),
        extent=WHOLE,
        role="generated",
    ),
}
"""The nodes that look alike for all data, by name."""

EDGES = (
    Edge("noise", "generator"),
    Edge("generator", "samples"),
    Edge("samples", "discriminator"),
    Edge("data", "discriminator"),
    Edge("discriminator", "predictions"),
    Edge("predictions", "d_loss"),
    Edge("predictions", "g_loss"),
    Edge("d_loss", "discriminator", "gradient"),
    Edge("g_loss", "discriminator", "gradient"),
    Edge("discriminator", "samples", "gradient"),
    Edge("samples", "generator", "gradient"),
)

BEATS = (
    Beat(
        "discriminator",
        N_("The generator turns fresh noise into samples."),
        ("noise", "generator", "samples"),
        (("noise", "generator"), ("generator", "samples")),
    ),
    Beat(
        "discriminator",
        N_("The discriminator is shown these and as many real samples."),
        ("data", "samples", "discriminator"),
        (("data", "discriminator"), ("samples", "discriminator")),
    ),
    Beat(
        "discriminator",
        N_("It gives a verdict on each one: real or generated?"),
        ("discriminator", "predictions"),
        (("discriminator", "predictions"),),
    ),
    Beat(
        "discriminator",
        N_("Its loss counts its mistakes, the confident ones most."),
        ("predictions", "d_loss"),
        (("predictions", "d_loss"),),
    ),
    Beat(
        "discriminator",
        N_(
            "The loss flows back and changes the discriminator a little, so that it errs "
            "less. The generator stays as it is."
        ),
        ("d_loss", "discriminator"),
        (("d_loss", "discriminator"),),
    ),
    Beat(
        "generator",
        N_("The generator turns fresh noise into samples."),
        ("noise", "generator", "samples"),
        (("noise", "generator"), ("generator", "samples")),
    ),
    Beat(
        "generator",
        N_("The discriminator gives its verdict on them."),
        ("samples", "discriminator", "predictions"),
        (("samples", "discriminator"), ("discriminator", "predictions")),
    ),
    Beat(
        "generator",
        N_("The generator's loss is large where its samples were recognised."),
        ("predictions", "g_loss"),
        (("predictions", "g_loss"),),
    ),
    Beat(
        "generator",
        N_(
            "The loss flows back through the discriminator, which stays as it is, and tells each "
            "sample in which direction it would look more real."
        ),
        ("g_loss", "discriminator", "samples"),
        (("g_loss", "discriminator"), ("discriminator", "samples")),
    ),
    Beat(
        "generator",
        N_("The generator changes a little, so that its samples move that way."),
        ("samples", "generator"),
        (("samples", "generator"),),
    ),
)
