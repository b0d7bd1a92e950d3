"""Frame -> what is drawn of a GAN: its layers, its diagram, its curves."""

import math

import numpy as np

from ..config import Config
from ..contract import Frame
from ..data import of
from ..scene import (
    Arrows,
    Bars,
    Beat,
    Chart,
    Contour,
    Diagram,
    Edge,
    Heatmap,
    Layer,
    Mesh,
    Node,
    Paths,
    Points,
    Probe,
    Scene,
    Series,
)
from ..texts import N_
from .config import CRITICS, GanConfig

BINS = 10
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
RANGES = {"minimax": (-2.0, 2.0), "non_saturating": (0.0, 3.0), "least_squares": (0.0, 0.6),
          "hinge": (-1.5, 2.5), "wgan": (-2.0, 1.0), "wgan_gp": (-2.0, 1.0)}
"""(low, high) of the small bars of the losses."""


def scene(frame: Frame, config: Config) -> Scene:
    """What is drawn of a frame of a `GanExperiment`: see its `snapshot` for the arrays."""
    low, high = of(config).bounds
    extent = (low, high, low, high)
    a = frame.arrays
    layers = (
        Heatmap(name="belief", title=N_("What the discriminator believes"), role="field", values=a["belief"],
                extent=extent, low_title=N_("generated"), high_title=N_("real")),
        Contour(name="boundary", title=N_("Where it cannot decide"), role="field", values=a["belief"],
                levels=(0.5,), extent=extent),
        *_manifold(a.get("manifold")),
        Points(name="data", title=N_("Real samples"), role="data", xy=a["data"]),
        Arrows(name="gradients", title=N_("Where the generator is told to go"), role="gradient",
               xy=a["fake"][:len(a["gradients"])], uv=a["gradients"], length=0.3, tween=True),
        Points(name="fake", title=N_("Generated samples"), role="generated", xy=a["fake"], tween=True),
        *_aside(a, config),
    )
    return Scene(
        layers, extent=extent, diagram=_diagram(config, extent),
        legend=N_("Each dot is a [data:real] or a [generated:generated] sample. The background says what the "
                  "[field:discriminator] believes; [gradient:arrows] show where it sends the generator."),
        words=N_("At step {step} the discriminator takes {real} percent of the real and {fake} percent of the "
                 "generated samples for real."),
        values={"step": str(frame.step), "real": str(_percent(a["d_real"])), "fake": str(_percent(a["d_fake"]))})


def charts(config: Config) -> tuple[Chart, ...]:
    """The curves, with what theory says about them."""
    critic = config.objective in CRITICS
    middle = 0.0 if config.objective == "hinge" else 0.5
    guides = tuple(guide for guide in EQUILIBRIUM[config.objective] if guide is not None)
    chances = config.objective in ("minimax", "non_saturating")
    curves = [
        Chart("losses", N_("Losses"), (
            Series("d_loss", N_("Discriminator"), "field"), Series("g_loss", N_("Generator"), "generated")),
            unit="" if critic else N_("nats") if chances else "", guides=guides),
        Chart("verdicts", N_("Verdicts of the discriminator") if not critic else N_("Scores of the critic"), (
            Series("d_real", N_("of real samples"), "data"),
            Series("d_fake", N_("of generated samples"), "generated")),
            guides=() if critic else ((middle, N_("cannot tell")),),
            low=0.0 if chances else None, high=1.0 if chances else None),
        Chart("distance", N_("Distance to the estimate of your data (sliced Wasserstein)") if config.data == "own"
              else N_("Distance to the data (sliced Wasserstein)"), (
            Series("sliced_w2", N_("distance"), "generated"),), low=0.0),
    ]
    modes = of(config).modes
    if modes is not None:
        curves += [
            Chart("modes", N_("Modes found"), (Series("modes_covered", N_("modes"), "generated"),), low=0.0,
                  high=len(modes) + 0.5, guides=((float(len(modes)), N_("all of them")),)),
            Chart("quality", N_("Samples close to a mode"), (
                Series("high_quality", N_("share within 3 σ"), "generated"),), low=0.0, high=1.0)]
    return tuple(curves)


def _manifold(grid: np.ndarray | None) -> tuple[Layer, ...]:
    """The noise carried through the generator: a woven sheet, or a thread; more than two dimensions: nothing."""
    title = N_("The generator's manifold")
    if grid is None:
        return ()
    if len(grid) == 1:
        return (Paths(name="manifold", title=title, role="generated", shown=False, tween=True, xy=grid),)
    return (Mesh(name="manifold", title=title, role="generated", shown=False, tween=True, xy=grid,
                 weights=opacity(grid)),)


def opacity(grid: np.ndarray) -> np.ndarray:
    """Opacity of each cell of a carried grid (r, c, 2) whose cells hold equal mass: (r - 1, c - 1).

    The density is mass by area; it grows without bound where the sheet is folded together, so it is
    drawn as p / (p + p0) with p0 a little under the density of a ring.
    """
    across, down = grid[1:, 1:] - grid[:-1, :-1], grid[1:, :-1] - grid[:-1, 1:]  # the two diagonals
    area = np.abs(across[..., 0] * down[..., 1] - across[..., 1] * down[..., 0]) / 2
    mass = 1 / area.size
    return (mass / (mass + 0.15 * area)).astype(np.float32)


def _aside(a, config: GanConfig) -> tuple[Layer, ...]:
    """Layers that only the diagram draws."""
    noise = a["noise"] if a["noise"].shape[1] == 2 else np.pad(a["noise"], ((0, 0), (0, 1)))
    if config.noise == "gaussian":
        noise = noise / 3  # so that both kinds fill the node's square [-1, 1]
    edges = np.linspace(0, 1, BINS + 1)
    shares = np.stack([np.histogram(np.clip(a[name], 0, 1), edges)[0] / len(a[name])
                       for name in ("d_real", "d_fake")], 1)  # (bin, player)
    labels = tuple(f"{x:.1f}–{y:.1f}" for x, y in zip(edges, edges[1:], strict=False) for _ in range(2))
    low, high = RANGES[config.objective]
    d_level, g_level = ((level,) if level else () for level in EQUILIBRIUM[config.objective])
    d_loss, g_loss = a["losses"]
    return (
        Points(name="noise", title=N_("Noise"), role="neutral", stage=False, xy=noise),
        Bars(name="verdicts", title=N_("Share of samples by verdict, 0 generated to 1 real"), role="field",
             stage=False, values=shares.ravel().astype(np.float32), labels=labels,
             roles=("data", "generated") * BINS),
        Bars(name="d_loss", title=N_("Discriminator's loss"), role="field", stage=False,
             values=np.array([d_loss], np.float32), labels=(N_("discriminator"),), roles=("field",), low=low,
             high=high, guides=d_level),
        Bars(name="g_loss", title=N_("Generator's loss"), role="generated", stage=False,
             values=np.array([g_loss], np.float32), labels=(N_("generator"),), roles=("generated",), low=low,
             high=high, guides=g_level))


def _percent(beliefs: np.ndarray) -> int:
    return round(100 * float(np.mean(beliefs)))


def _probe(config: GanConfig) -> Probe:
    """The latent walk: noise moved by hand, and where the generator sends it."""
    far = 3.0 if config.noise == "gaussian" else 1.0
    return Probe("noise", question="z", answer="x", dim=config.noise_dim, reach=far, unit=far)


def _diagram(config: GanConfig, extent) -> Diagram:
    unit = (-1.1, 1.1, -1.1, 1.1)
    carried = "fake" if config.noise_dim > 2 else "manifold"
    return Diagram(
        nodes=(
            Node("noise", N_("Noise"), N_("Random numbers: all that the generator is given."), ("noise",), (0, 0),
                 extent=unit),
            Node("generator", N_("Generator"),
                 N_("A network that turns noise into samples. The sheet is the noise's square, carried along; "
                    "darker where more samples fall."), (carried,), (1, 0), extent=extent, role="generated"),
            Node("samples", N_("Generated samples"),
                 N_("What it made of the noise, and where the discriminator sends each sample."),
                 ("gradients", "fake"), (2, 0), extent=extent, role="generated"),
            Node("data", N_("Real samples"), N_("What the generator is to imitate, but never sees itself."),
                 ("data",), (0, 1), extent=extent, role="data"),
            Node("discriminator", N_("Discriminator"),
                 N_("A network that says for any place how real a sample there looks."),
                 ("belief", "boundary"), (1, 1), extent=extent, role="field"),
            Node("predictions", N_("Verdicts"),
                 N_("How many real and generated samples got which verdict, from generated (left) to real "
                    "(right)."), ("verdicts",), (2, 1), extent=(0.0, 1.0, 0.0, 1.0), role="field"),
            Node("d_loss", N_("Discriminator's loss"), N_("Large when it mistakes one kind for the other."),
                 ("d_loss",), (1, 2), extent=(0.0, 1.0, 0.0, 1.0), role="field"),
            Node("g_loss", N_("Generator's loss"), N_("Large when its samples are recognised."),
                 ("g_loss",), (2, 2), extent=(0.0, 1.0, 0.0, 1.0), role="generated"),
        ),
        edges=(
            Edge("noise", "generator"), Edge("generator", "samples"), Edge("samples", "discriminator"),
            Edge("data", "discriminator"), Edge("discriminator", "predictions"),
            Edge("predictions", "d_loss"), Edge("predictions", "g_loss"),
            Edge("d_loss", "discriminator", "gradient"), Edge("g_loss", "discriminator", "gradient"),
            Edge("discriminator", "samples", "gradient"), Edge("samples", "generator", "gradient"),
        ),
        beats=BEATS, probe=_probe(config))


BEATS = (
    Beat("discriminator", N_("The generator turns fresh noise into samples."),
         ("noise", "generator", "samples"), (("noise", "generator"), ("generator", "samples"))),
    Beat("discriminator", N_("The discriminator is shown these and as many real samples."),
         ("data", "samples", "discriminator"), (("data", "discriminator"), ("samples", "discriminator"))),
    Beat("discriminator", N_("It gives a verdict on each one: real or generated?"),
         ("discriminator", "predictions"), (("discriminator", "predictions"),)),
    Beat("discriminator", N_("Its loss counts its mistakes, the confident ones most."),
         ("predictions", "d_loss"), (("predictions", "d_loss"),)),
    Beat("discriminator", N_("The loss flows back and changes the discriminator a little, so that it errs "
                             "less. The generator stays as it is."),
         ("d_loss", "discriminator"), (("d_loss", "discriminator"),)),
    Beat("generator", N_("The generator turns fresh noise into samples."),
         ("noise", "generator", "samples"), (("noise", "generator"), ("generator", "samples"))),
    Beat("generator", N_("The discriminator gives its verdict on them."),
         ("samples", "discriminator", "predictions"),
         (("samples", "discriminator"), ("discriminator", "predictions"))),
    Beat("generator", N_("The generator's loss is large where its samples were recognised."),
         ("predictions", "g_loss"), (("predictions", "g_loss"),)),
    Beat("generator", N_("The loss flows back through the discriminator, which stays as it is, and tells each "
                         "sample in which direction it would look more real."),
         ("g_loss", "discriminator", "samples"), (("g_loss", "discriminator"), ("discriminator", "samples"))),
    Beat("generator", N_("The generator changes a little, so that its samples move that way."),
         ("samples", "generator"), (("samples", "generator"),)),
)
