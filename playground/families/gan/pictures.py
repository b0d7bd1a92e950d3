"""Frame -> what is drawn of a GAN of pictures: sheets of them, its diagram, its curves."""

import numpy as np

from playground.core.contract import Frame
from playground.core.i18n import N_
from playground.core.scene import Chart, Diagram, Images, Node, Scene, Series
from playground.data.dataset import dataset_of
from playground.metrics.scores import usual_distance

from . import stations
from .config import GanConfig
from .stations import ABOUT, BEATS, EDGES, aside, percent, probe

ORDERED = 32
"""Pictures of each kind that stand in the order of their verdicts."""
WAYS = {
    1: N_(
        "A network that turns noise into pictures. Here the noise, one number, rises from the first picture to the "
        "last."
    ),
    2: N_("A network that turns noise into pictures. Here are those of a grid over the noise's whole square."),
}
WAY = N_(
    "A network that turns noise into pictures. Each row goes from one random noise to another: the pictures "
    "between show whether it has learned more than single ones."
)


def scene(frame: Frame, config: GanConfig) -> Scene:
    """What is drawn of a frame of pictures: see `views.Pictures` for the arrays."""
    a = frame.arrays
    far = float(np.median(a["near_distance"])) / usual_distance(dataset_of(config))
    layers = (
        Images(name="fake", title=N_("Generated pictures"), role="generated", pixels=a["fake"], tween=True),
        Images(name="data", title=N_("Real pictures"), role="data", pixels=a["data"], stage=False),
        Images(
            name="way", title=N_("A way through the noise"), role="generated", pixels=a["way"], stage=False, tween=True
        ),
        _in_order(a),
        _beside(a),
        *aside(a, config),
    )
    return Scene(
        layers,
        extent=stations.WHOLE,
        diagram=_diagram(config),
        legend=N_(
            "Each picture is [generated:generated] from noise; it stays its own through the whole training. "
            "Choose “Memorised?” in the diagram to see the nearest [data:training picture] beside it."
        ),
        words=N_(
            "At step {step} the discriminator takes {real} percent of the real and {fake} percent of the "
            "generated pictures for real. The nearest training picture is {far} times as far away as from "
            "pictures that were never trained on."
        ),
        values={
            "step": str(frame.step),
            "real": str(percent(a["d_real"])),
            "fake": str(percent(a["d_fake"])),
            "far": f"{far:.2f}",
        },
    )


def charts(config: GanConfig) -> tuple[Chart, ...]:
    """The curves, with what theory says about them."""
    return (
        *stations.curves(config),
        Chart(
            "distance",
            N_("Distance to the data (sliced Wasserstein)"),
            (Series("sliced_w2", N_("distance"), "generated"),),
            low=0.0,
        ),
        Chart(
            "memory",
            N_("Memorised? Distance to the nearest training picture"),
            (Series("nearest_ratio", N_("times that of new real pictures"), "generated"),),
            low=0.0,
            guides=((0.0, N_("copies")), (1.0, N_("as new as real ones"))),
        ),
    )


def _in_order(a) -> Images:
    """Real and generated pictures, from the one that looks most generated to D to the one that looks most real."""
    pixels = np.concatenate([a["data"][:ORDERED], a["fake"][:ORDERED]])
    order = np.argsort(np.concatenate([a["d_real"][:ORDERED], a["d_fake"][:ORDERED]]), kind="stable")
    return Images(
        name="in_order",
        title=N_("From looking generated to looking real"),
        role="field",
        stage=False,
        pixels=pixels[order],
        roles=tuple("data" if k < ORDERED else "generated" for k in order),
    )


def _beside(a) -> Images:
    """Pairs: a generated picture, and right of it the nearest training picture."""
    near = a["near"]
    pairs = np.stack([a["fake"][: len(near)], near], 1).reshape(-1, *near.shape[1:])
    return Images(
        name="beside",
        title=N_("Generated, and the nearest training picture"),
        role="generated",
        stage=False,
        pixels=pairs,
        roles=("generated", "data") * len(near),
    )


def _diagram(config: GanConfig) -> Diagram:
    return Diagram(
        nodes=(
            ABOUT["noise"],
            Node("generator", N_("Generator"), WAYS.get(config.noise_dim, WAY), ("way",), (1, 0), role="generated"),
            Node(
                "samples",
                N_("Generated pictures"),
                N_("What it made of the noise."),
                ("fake",),
                (2, 0),
                role="generated",
            ),
            Node(
                "data",
                N_("Real pictures"),
                N_("What the generator is to imitate, but never sees itself."),
                ("data",),
                (0, 1),
                role="data",
            ),
            Node(
                "discriminator",
                N_("Discriminator"),
                N_(
                    "A network that says how real a picture looks. Here real (blue) and generated (orange) pictures "
                    "stand in the order of its verdicts: while the colours are parted it can tell, when they are "
                    "mixed it cannot."
                ),
                ("in_order",),
                (1, 1),
                role="field",
            ),
            ABOUT["predictions"],
            Node(
                "memory",
                N_("Memorised?"),
                N_(
                    "Each generated picture (orange) with the training picture nearest to it (blue) on its right. "
                    "If the generator only remembered, the two would be equal."
                ),
                ("beside",),
                (0, 2),
                role="truth",
            ),
            ABOUT["d_loss"],
            ABOUT["g_loss"],
        ),
        edges=EDGES,
        beats=BEATS,
        probe=probe(config),
    )
