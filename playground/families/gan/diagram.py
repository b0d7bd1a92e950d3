"""What the diagram of every GAN has, whatever its data: noise, outputs, losses, and how a training step proceeds."""

import numpy as np

from playground.core.i18n import N_
from playground.core.scene import Bars, Beat, Edge, Layer, Node, Points, Probe
from playground.data.dataset import dataset_of

from .config import CRITICS, PROBABILISTIC, GanConfig
from .equilibrium import EQUILIBRIUM

BIN_COUNT = 10
"""Bars of the histogram of outputs, for each of real and generated samples."""
UNIT_SQUARE = (0.0, 1.0, 0.0, 1.0)
LOSS_RANGES = {
    "minimax": (-2.0, 2.0),
    "non_saturating": (0.0, 3.0),
    "least_squares": (0.0, 0.6),
    "hinge": (-1.5, 2.5),
    "wgan": (-2.0, 1.0),
    "wgan_gp": (-2.0, 1.0),
}
"""(low, high) of the small bars of the losses."""


def diagram_layers(arrays, config: GanConfig) -> tuple[Layer, ...]:
    """Layers that only the diagram draws."""
    noise = arrays["noise"] if arrays["noise"].shape[1] == 2 else np.pad(arrays["noise"], ((0, 0), (0, 1)))
    if config.noise == "gaussian":
        noise = noise / 3  # so that both kinds fill the node's square [-1, 1]
    edges = np.linspace(0, 1, BIN_COUNT + 1)
    shares = np.stack(
        [np.histogram(np.clip(arrays[name], 0, 1), edges)[0] / len(arrays[name]) for name in ("d_real", "d_fake")], 1
    )  # (bin, player)
    d_loss, g_loss = arrays["losses"]
    d_level, g_level = EQUILIBRIUM[config.objective]
    return (
        Points(name="noise", title=N_("Noise"), role="neutral", stage=False, xy=noise),
        Bars(
            name="outputs",
            title=N_("Share of samples by discriminator output, from 0 (generated) to 1 (real)"),
            role="field",
            stage=False,
            values=shares.ravel().astype(np.float32),
            labels=tuple(f"{x:.1f}–{y:.1f}" for x, y in zip(edges, edges[1:], strict=False) for _ in range(2)),
            roles=("data", "generated") * BIN_COUNT,
        ),
        _loss_bar("d_loss", N_("Discriminator's loss"), N_("discriminator"), "field", d_loss, d_level, config),
        _loss_bar("g_loss", N_("Generator's loss"), N_("generator"), "generated", g_loss, g_level, config),
    )


def _loss_bar(name, title, label, role, loss, level, config: GanConfig) -> Bars:
    """A loss, and its `level` (value, title) at equilibrium where it has one."""
    low, high = LOSS_RANGES[config.objective]
    return Bars(
        name=name,
        title=title,
        role=role,
        stage=False,
        values=np.array([loss], np.float32),
        labels=(label,),
        roles=(role,),
        low=low,
        high=high,
        guides=(level,) if level else (),
    )


def output_kind(config: GanConfig) -> str:
    """What a discriminator's output means: a probability, an output between two targets, or a critic's score."""
    if config.objective in PROBABILISTIC:
        return "probability"
    return "score" if config.objective in CRITICS else "output"


def percent(outputs: np.ndarray) -> int:
    """The mean of outputs in [0, 1]."""
    return round(100 * float(np.mean(outputs)))


def probe(config: GanConfig) -> Probe:
    """The latent walk: noise moved by hand, and the sample that the generator makes of it."""
    reach = 3.0 if config.noise == "gaussian" else 1.0
    shape = getattr(dataset_of(config), "shape", None)
    if shape and config.noise_dim > 2:
        axes = diagonal_axes(config.noise_dim, config.noise)
        return Probe(
            "noise", question="z", answer="x", dim=config.noise_dim, reach=1.0, unit=1.0, shape=shape, axes=axes
        )
    return Probe("noise", question="z", answer="x", dim=config.noise_dim, reach=reach, unit=reach, shape=shape)


def diagonal_axes(dim: int, noise: str) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Two directions at right angles that lean on all `dim` (even) axes alike, as long as random noise is.

    In many dimensions noise hardly ever lies near a plane of two axes, nor near 0, so a walk there would show
    what the generator never makes.
    """
    size = 1.0 if noise == "gaussian" else 3**-0.5
    return tuple(size for _ in range(dim)), tuple(size * (-1) ** k for k in range(dim))


NODES = {
    "noise": Node(
        "noise",
        N_("Noise"),
        N_("Random numbers: the only input of the generator."),
        ("noise",),
        (0, 0),
        extent=(-1.1, 1.1, -1.1, 1.1),
    ),
    "predictions": Node(
        "predictions",
        N_("Outputs"),
        N_("Histogram of the discriminator's outputs for real and generated samples, from generated to real."),
        ("outputs",),
        (2, 1),
        extent=UNIT_SQUARE,
        role="field",
    ),
    "d_loss": Node(
        "d_loss",
        N_("Discriminator's loss"),
        N_("Large when it confuses real and generated samples."),
        ("d_loss",),
        (1, 2),
        extent=UNIT_SQUARE,
        role="field",
    ),
    "g_loss": Node(
        "g_loss",
        N_("Generator's loss"),
        N_("Large when the discriminator detects its samples."),
        ("g_loss",),
        (2, 2),
        extent=UNIT_SQUARE,
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
        N_("The generator maps fresh noise to samples."),
        ("noise", "generator", "samples"),
        (("noise", "generator"), ("generator", "samples")),
    ),
    Beat(
        "discriminator",
        N_("The discriminator gets these samples and the same number of real ones."),
        ("data", "samples", "discriminator"),
        (("data", "discriminator"), ("samples", "discriminator")),
    ),
    Beat(
        "discriminator",
        N_("It rates each sample: real or generated?"),
        ("discriminator", "predictions"),
        (("discriminator", "predictions"),),
    ),
    Beat(
        "discriminator",
        N_("Its loss measures its errors; confident errors cost most."),
        ("predictions", "d_loss"),
        (("predictions", "d_loss"),),
    ),
    Beat(
        "discriminator",
        N_("The gradient of the loss updates the discriminator, so that it errs less. The generator stays fixed."),
        ("d_loss", "discriminator"),
        (("d_loss", "discriminator"),),
    ),
    Beat(
        "generator",
        N_("The generator maps fresh noise to samples."),
        ("noise", "generator", "samples"),
        (("noise", "generator"), ("generator", "samples")),
    ),
    Beat(
        "generator",
        N_("The discriminator rates these samples."),
        ("samples", "discriminator", "predictions"),
        (("samples", "discriminator"), ("discriminator", "predictions")),
    ),
    Beat(
        "generator",
        N_("The generator's loss is large where its samples are detected."),
        ("predictions", "g_loss"),
        (("predictions", "g_loss"),),
    ),
    Beat(
        "generator",
        N_(
            "The gradient flows back through the discriminator, which stays fixed. It tells each sample in which "
            "direction it would look more real."
        ),
        ("g_loss", "discriminator", "samples"),
        (("g_loss", "discriminator"), ("discriminator", "samples")),
    ),
    Beat(
        "generator",
        N_("The generator is updated, so that its samples move in these directions."),
        ("samples", "generator"),
        (("samples", "generator"),),
    ),
)
