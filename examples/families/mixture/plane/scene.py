"""Frame -> what is drawn of a mixture. No torch here."""

import numpy as np

from playground.core.config import Config
from playground.core.contract import Frame
from playground.core.i18n import N_
from playground.core.scene import Chart, Diagram, Edge, Node, Paths, Points, Scene, Series
from playground.data.dataset import dataset_of


def scene(frame: Frame, config: Config) -> Scene:
    """The data, and a ring of two standard deviations for each component."""
    a = frame.arrays
    angle = np.linspace(0, 2 * np.pi, 49)
    circle = np.stack([np.cos(angle), np.sin(angle)], 1)  # (49, 2)
    rings = a["mean"][:, None] + 2 * a["std"][:, None, None] * circle
    low, high = dataset_of(config).bounds
    extent = (low, high, low, high)
    diagram = Diagram(
        (
            Node("data", N_("Data"), N_("Samples of the distribution."), ("data",), (0, 0), extent, "data"),
            Node("model", N_("Mixture"), N_("Its components."), ("rings",), (1, 0), extent, "generated"),
        ),
        (Edge("data", "model", title=N_("likelihood")),),
    )
    return Scene(
        (
            Points(name="data", title=N_("Data"), role="data", xy=a["data"]),
            Paths(name="rings", title=N_("Components"), role="generated", xy=rings.astype(np.float32), tween=True),
        ),
        extent=extent,
        diagram=diagram,
        legend=N_("Each [generated:ring] is a component, two standard deviations wide; dots are [data:data]."),
        words=N_("At step {step} the heaviest of {count} components has {most} percent of the mass."),
        values={
            "step": str(frame.step),
            "count": str(len(a["weight"])),
            "most": f"{100 * float(a['weight'].max()):.0f}",
        },
    )


def charts(config: Config) -> tuple[Chart, ...]:
    """The loss, with the entropy of the data, which no model gets below."""
    entropy = dataset_of(config).entropy
    curve = Series("loss", N_("of the batch"), "generated")
    return (
        Chart("loss", N_("Negative log likelihood"), (curve,), unit=N_("nats"), guides=((entropy, N_("entropy")),)),
    )
