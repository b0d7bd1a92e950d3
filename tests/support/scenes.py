"""A scene with a trajectory, every kind of layer in it."""

import numpy as np

from playground.core.scene import Arrows, Diagram, Heatmap, Mesh, Node, Number, Points, Scene, Trajectory

MOMENTS = (0.0, 1.0, 3.0)
SQUARE = np.stack(np.meshgrid(np.linspace(-1, 1, 4), np.linspace(-1, 1, 4)), -1)  # (4, 4, 2)


def grown(array: np.ndarray, *factors: float) -> np.ndarray:
    return np.stack([array * factor for factor in factors]).astype(np.float32)


def trajectoryed() -> Scene:
    """A point that goes from (-2, 0) over (0, 0) to (2, 2), a sheet that grows, a map that turns over."""
    slope = np.tile(np.linspace(0, 1, 9), (9, 1))
    layers = (
        Heatmap(name="map", title="Map", role="field", trajectory=True, values=np.stack([slope, slope, 1 - slope])),
        Mesh(
            name="sheet",
            title="Sheet",
            role="generated",
            trajectory=True,
            tween=True,
            xy=grown(SQUARE, 1, 2, 3),
            weights=np.full((1, 3, 3), 0.5),
        ),
        Arrows(
            name="push",
            title="Push",
            role="gradient",
            trajectory=True,
            xy=np.zeros((1, 1, 2)),
            uv=grown(np.ones((1, 2)), 0, 1, 2),
        ),
        Points(name="still", title="Still", role="truth", xy=np.array([[2.5, -2.5]]), size=12),
        Points(
            name="point",
            title="Point",
            role="data",
            trajectory=True,
            tween=True,
            size=12,
            xy=np.array([[[-2.0, 0.0]], [[0.0, 0.0]], [[2.0, 2.0]]]),
            values=np.array([[0.0], [0.5], [1.0]]),
        ),
    )
    nodes = tuple(
        Node(f"z{k}", f"z{k}", "Here.", ("point",), (0, k), moment=moment) for k, moment in enumerate(MOMENTS)
    )
    trajectory = Trajectory(
        "Through the flow",
        MOMENTS,
        ("z0", "", "z1"),
        "noise",
        "data",
        (Number("log|det J|", np.array([0.0, np.nan, -1.23456]), "nats"),),
    )
    return Scene(layers, legend="", words="", diagram=Diagram(nodes, ()), trajectory=trajectory)
