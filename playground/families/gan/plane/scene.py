"""Frame -> what is drawn of a GAN on the plane: its layers, its diagram, its curves."""

import numpy as np

from playground.core.contract import Frame
from playground.core.i18n import N_
from playground.core.scene import (
    Arrows,
    Chart,
    Contour,
    Diagram,
    Extent,
    Heatmap,
    Layer,
    Mesh,
    Node,
    Paths,
    Points,
    Scene,
    Series,
)
from playground.data.dataset import dataset_of
from playground.data.plane.drawing import frame_extent
from playground.metrics.charts import distance_chart

from ..config import GanConfig
from ..diagram import BEATS, EDGES, NODES, diagram_layers, output_kind, percent, probe
from ..equilibrium import curves

WORDS = {
    "probability": N_(
        "At step {step} the discriminator gives real samples a mean probability of {real} percent of being real, and "
        "generated samples {fake} percent."
    ),
    "output": N_(
        "At step {step} the discriminator's mean output is {real} for real and {fake} for generated samples, on a "
        "scale from 0 (generated) to 100 (real)."
    ),
    "score": N_(
        "At step {step} the critic's mean score is {real} for real and {fake} for generated samples, on a scale from 0 "
        "to 100 relative to the samples shown. A critic has no probabilities."
    ),
}
"""By what the output means."""


def scene(frame: Frame, config: GanConfig) -> Scene:
    """What is drawn of a frame; `View.snapshot` makes its arrays."""
    extent = frame_extent(dataset_of(config))
    a = frame.arrays
    layers = (
        Heatmap(
            name="belief",
            title=N_("Discriminator's output"),
            role="field",
            values=a["belief"],
            extent=extent,
            low_title=N_("generated"),
            high_title=N_("real"),
        ),
        Contour(
            name="boundary",
            title=N_("Decision boundary"),
            role="field",
            values=a["belief"],
            levels=(0.5,),
            extent=extent,
        ),
        *_manifold(a.get("manifold")),
        Points(name="data", title=N_("Real samples"), role="data", xy=a["data"]),
        Arrows(
            name="gradients",
            title=N_("Gradients at the samples"),
            role="gradient",
            xy=a["fake"][: len(a["gradients"])],
            uv=a["gradients"],
            length=0.3,
            tween=True,
        ),
        Points(name="fake", title=N_("Generated samples"), role="generated", xy=a["fake"], tween=True),
        *diagram_layers(a, config),
    )
    return Scene(
        layers,
        extent=extent,
        diagram=_diagram(config, extent),
        legend=N_(
            "Each dot is a [data:real] or a [generated:generated] sample. The background shows the output of the "
            "[field:discriminator]; its gradients, the [gradient:arrows], tell the samples where to move."
        ),
        words=WORDS[output_kind(config)],
        values={"step": str(frame.step), "real": str(percent(a["d_real"])), "fake": str(percent(a["d_fake"]))},
    )


def charts(config: GanConfig) -> tuple[Chart, ...]:
    """The curves, with what theory says about them."""
    data = dataset_of(config)
    found = [
        *curves(config),
        distance_chart(data),
    ]
    if data.modes is not None:
        found += [
            Chart(
                "modes",
                N_("Modes covered"),
                (Series("modes_covered", N_("modes"), "generated"),),
                low=0.0,
                high=len(data.modes) + 0.5,
                guides=((float(len(data.modes)), N_("all of them")),),
            ),
            Chart(
                "quality",
                N_("Samples close to a mode"),
                (Series("high_quality", N_("share within 3 σ"), "generated"),),
                low=0.0,
                high=1.0,
            ),
        ]
    return tuple(found)


def _manifold(grid: np.ndarray | None) -> tuple[Layer, ...]:
    """The noise mapped by the generator: a mesh, or a curve; nothing for more than two dimensions."""
    title = N_("Generator's manifold")
    if grid is None:
        return ()
    if len(grid) == 1:
        return (Paths(name="manifold", title=title, role="generated", shown=False, tween=True, xy=grid),)
    return (
        Mesh(name="manifold", title=title, role="generated", shown=False, tween=True, xy=grid, weights=opacity(grid)),
    )


def opacity(grid: np.ndarray) -> np.ndarray:
    """Opacity of each cell of a mapped grid (r, c, 2) whose cells hold equal mass: (r - 1, c - 1).

    The density is mass by area; it grows without bound where the mesh is folded together, so it is
    drawn as p / (p + p0) with p0 a little under the density of a ring.
    """
    across, down = grid[1:, 1:] - grid[:-1, :-1], grid[1:, :-1] - grid[:-1, 1:]  # the two diagonals
    area = np.abs(across[..., 0] * down[..., 1] - across[..., 1] * down[..., 0]) / 2
    mass = 1 / area.size
    return (mass / (mass + 0.15 * area)).astype(np.float32)


def _diagram(config: GanConfig, extent: Extent) -> Diagram:
    mapped = "fake" if config.noise_dim > 2 else "manifold"
    return Diagram(
        nodes=(
            NODES["noise"],
            Node(
                "generator",
                N_("Generator"),
                N_(
                    "A network that maps noise to samples. The mesh is a square grid of noise after the mapping; it "
                    "is darker where more samples fall."
                ),
                (mapped,),
                (1, 0),
                extent=extent,
                role="generated",
            ),
            Node(
                "samples",
                N_("Generated samples"),
                N_("Samples that the generator made of the noise, and the gradients that tell them where to move."),
                ("gradients", "fake"),
                (2, 0),
                extent=extent,
                role="generated",
            ),
            Node(
                "data",
                N_("Real samples"),
                N_("The generator has to imitate these samples, but never sees them."),
                ("data",),
                (0, 1),
                extent=extent,
                role="data",
            ),
            Node(
                "discriminator",
                N_("Discriminator"),
                N_("A network that rates how real a sample looks, here at every point of the plane."),
                ("belief", "boundary"),
                (1, 1),
                extent=extent,
                role="field",
            ),
            NODES["predictions"],
            NODES["d_loss"],
            NODES["g_loss"],
        ),
        edges=EDGES,
        beats=BEATS,
        probe=probe(config),
    )
