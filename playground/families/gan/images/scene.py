"""Frame -> what is drawn of a GAN of small images: sheets of them, its diagram, its curves."""

import numpy as np

from playground.core.contract import Frame
from playground.core.i18n import N_
from playground.core.scene import Chart, Diagram, Images, Node, Scene, Series
from playground.data.dataset import dataset_of
from playground.metrics.charts import distance_chart
from playground.metrics.scores import usual_distance

from ..config import GanConfig
from ..diagram import BEATS, EDGES, NODES, UNIT_SQUARE, diagram_layers, output_kind, percent, probe
from ..equilibrium import curves

WORDS = {
    "probability": N_(
        "At step {step} the discriminator gives real images a mean probability of {real} percent of being real, and "
        "generated images {fake} percent. The nearest training image is {far} times as far away as from held-out "
        "images."
    ),
    "output": N_(
        "At step {step} the discriminator's mean output is {real} for real and {fake} for generated images, on a scale "
        "from 0 (generated) to 100 (real). The nearest training image is {far} times as far away as from held-out "
        "images."
    ),
    "score": N_(
        "At step {step} the critic's mean score is {real} for real and {fake} for generated images, on a scale from 0 "
        "to 100 relative to the images shown. The nearest training image is {far} times as far away as from held-out "
        "images."
    ),
}
"""By what the output means."""

SORTED_COUNT = 32
"""Images of each kind that are sorted by the discriminator's output."""
GRID_HELP = {
    1: N_(
        "A network that maps noise to images. Here the noise, a single number, increases from the first image to the "
        "last."
    ),
    2: N_("A network that maps noise to images. These images come from a regular grid of noise."),
}
ROWS_HELP = N_(
    "A network that maps noise to images. Each row interpolates between two random noise vectors: the images between "
    "them show whether it has learned more than single images."
)


def scene(frame: Frame, config: GanConfig) -> Scene:
    """What is drawn of a frame; `View.snapshot` makes its arrays."""
    a = frame.arrays
    relative = float(np.median(a["near_distance"])) / usual_distance(dataset_of(config))
    layers = (
        Images(name="fake", title=N_("Generated images"), role="generated", pixels=a["fake"], tween=True),
        Images(name="data", title=N_("Real images"), role="data", pixels=a["data"], stage=False),
        Images(
            name="interpolation",
            title=N_("Interpolation in noise space"),
            role="generated",
            pixels=a["way"],
            stage=False,
            tween=True,
        ),
        _sorted_by_output(a),
        _nearest_pairs(a),
        *diagram_layers(a, config),
    )
    return Scene(
        layers,
        extent=UNIT_SQUARE,
        diagram=_diagram(config),
        legend=N_(
            "Each image is [generated:generated] from noise that stays fixed throughout training. "
            "Choose “Memorised?” in the diagram to see the nearest [data:training image] beside it."
        ),
        words=WORDS[output_kind(config)],
        values={
            "step": str(frame.step),
            "real": str(percent(a["d_real"])),
            "fake": str(percent(a["d_fake"])),
            "far": f"{relative:.2f}",
        },
    )


def charts(config: GanConfig) -> tuple[Chart, ...]:
    """The curves, with what theory says about them."""
    return (
        *curves(config),
        distance_chart(dataset_of(config)),
        Chart(
            "memory",
            N_("Memorised? Distance to the nearest training image"),
            (Series("nearest_ratio", N_("relative to held-out images"), "generated"),),
            low=0.0,
            guides=((0.0, N_("copies")), (1.0, N_("as new as held-out images"))),
        ),
    )


def _sorted_by_output(a) -> Images:
    """Real and generated images, from the one that looks most generated to D to the one that looks most real."""
    pixels = np.concatenate([a["data"][:SORTED_COUNT], a["fake"][:SORTED_COUNT]])
    order = np.argsort(np.concatenate([a["d_real"][:SORTED_COUNT], a["d_fake"][:SORTED_COUNT]]), kind="stable")
    return Images(
        name="sorted",
        title=N_("Sorted from generated to real"),
        role="field",
        stage=False,
        pixels=pixels[order],
        roles=tuple("data" if k < SORTED_COUNT else "generated" for k in order),
    )


def _nearest_pairs(a) -> Images:
    """Pairs: a generated image, and right of it the nearest training image."""
    near = a["near"]
    pairs = np.stack([a["fake"][: len(near)], near], 1).reshape(-1, *near.shape[1:])
    return Images(
        name="pairs",
        title=N_("Generated images and their nearest training images"),
        role="generated",
        stage=False,
        pixels=pairs,
        roles=("generated", "data") * len(near),
    )


def _diagram(config: GanConfig) -> Diagram:
    generator_help = GRID_HELP.get(config.noise_dim, ROWS_HELP)
    return Diagram(
        nodes=(
            NODES["noise"],
            Node("generator", N_("Generator"), generator_help, ("interpolation",), (1, 0), role="generated"),
            Node(
                "samples",
                N_("Generated images"),
                N_("Images that the generator made of the noise."),
                ("fake",),
                (2, 0),
                role="generated",
            ),
            Node(
                "data",
                N_("Real images"),
                N_("The generator has to imitate these images, but never sees them."),
                ("data",),
                (0, 1),
                role="data",
            ),
            Node(
                "discriminator",
                N_("Discriminator"),
                N_(
                    "A network that rates how real an image looks. Real (blue) and generated (orange) images are "
                    "sorted by its output: where the colours are separated it can tell them apart, where they mix it "
                    "cannot."
                ),
                ("sorted",),
                (1, 1),
                role="field",
            ),
            NODES["predictions"],
            Node(
                "memory",
                N_("Memorised?"),
                N_(
                    "Each generated image (orange) with the nearest training image (blue) on its right. If the "
                    "generator had only memorised, the two would be equal."
                ),
                ("pairs",),
                (0, 2),
                role="truth",
            ),
            NODES["d_loss"],
            NODES["g_loss"],
        ),
        edges=EDGES,
        beats=BEATS,
        probe=probe(config),
    )
