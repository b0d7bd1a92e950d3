"""One coordinate given, the other sampled from its exact conditional distribution."""

import numpy as np

from playground.core.i18n import N_
from playground.core.panels import Arrays, Dial, Panel, PanelScenes, Values
from playground.core.scene import Axes, Heatmap, Paths, Points, Scene
from playground.data.dataset import dataset_of
from playground.data.plane.drawing import frame_extent

from ...config import NormalizingFlowConfig
from ..truth import hdr_contour, title


def panel(config: NormalizingFlowConfig) -> Panel:
    low, high = dataset_of(config).bounds
    return Panel(
        "inpainting",
        N_("Inpainting"),
        N_(
            "One coordinate of a point is given, the other one is sampled. The normalised density along the line is "
            "the exact conditional distribution; this needs no extra training."
        ),
        (
            Dial("known", N_("Given coordinate"), "choice", "x1", options=(("x1", "x₁"), ("x2", "x₂"))),
            Dial("value", N_("Its value"), default=0.5, low=low, high=high, step=0.05),
            Dial("count", N_("Samples"), default=60, low=0, high=300, step=10),
        ),
    )


def draw(arrays: Arrays, values: Values, config: NormalizingFlowConfig) -> PanelScenes:
    """`at` (m,) positions on the line, `log_p` (m,) there, `drawn` (n,) sampled positions."""
    return (N_("On the plane"), _on_plane(arrays, values, config)), (
        N_("Along the line"),
        _along_line(arrays, values, config),
    )


def conditional(log_p: np.ndarray, at: np.ndarray) -> tuple[np.ndarray, float]:
    """From a joint log density (m,) along a line: the conditional density (m,), and the marginal density of the line
    by which it is divided."""
    p = np.exp(np.maximum(log_p, -700))
    marginal = float(np.trapezoid(p, at))
    return (p / marginal if marginal > 1e-300 else np.zeros_like(p)), marginal


def line_points(at: np.ndarray, value: float, first: bool) -> np.ndarray:
    """Points (m, 2) with the given `value` as their first coordinate, or their second, and the other one `at`."""
    given = np.full_like(at, value)
    return np.stack([given, at] if first else [at, given], 1)


def _along_line(arrays: Arrays, values: Values, config: NormalizingFlowConfig) -> Scene:
    data, first = dataset_of(config), values["known"] == "x1"
    low, high = data.bounds
    at, drawn = arrays["at"].astype(np.float64), arrays["drawn"]
    model, marginal = conditional(arrays["log_p"].astype(np.float64), at)
    exact, true_marginal = conditional(data.log_prob(line_points(at, float(values["value"]), first)), at)
    top = 1.1 * max(float(model.max()), float(exact.max()), 1e-6)
    samples = np.stack([drawn, np.full_like(drawn, 0.015 * top)], 1)
    return Scene(
        (
            Paths(name="exact", title=title(data), role="truth", xy=_curve(at, exact)),
            Paths(name="model", title=N_("The model"), role="field", xy=_curve(at, model)),
            Points(name="drawn", title=N_("Samples"), role="generated", xy=samples),
        ),
        extent=(low, high, 0.0, top),
        axes=Axes("x₂" if first else "x₁", N_("conditional density")),
        legend=N_(
            "The conditional density along the line, of the [field:model] and the [truth:exact] one. The marginal "
            "density of the given value is {model} in the model and {exact} in the data."
        ),
        words=N_("The marginal density of the given value is {model} in the model and {exact} in the data."),
        values={"model": f"{marginal:.3f}", "exact": f"{true_marginal:.3f}"},
    )


def _on_plane(arrays: Arrays, values: Values, config: NormalizingFlowConfig) -> Scene:
    data, first = dataset_of(config), values["known"] == "x1"
    extent, value, drawn = frame_extent(data), float(values["value"]), arrays["drawn"]
    ends = np.array([[[value, extent[2]], [value, extent[3]]]], np.float32)
    return Scene(
        (
            Heatmap(
                name="density",
                title=N_("The model's density"),
                role="field",
                values=arrays["map"],
                extent=extent,
                high=max(float(arrays["map"].max()), 1e-6),
                scale="sequential",
            ),
            hdr_contour(data),
            Paths(name="line", title=N_("Given value"), role="neutral", xy=ends if first else ends[..., ::-1].copy()),
            Points(
                name="drawn",
                title=N_("Samples"),
                role="generated",
                size=4.0,
                xy=line_points(drawn, value, first),
            ),
        ),
        extent=extent,
        legend=N_("All points lie on the line of the given value; their positions on it are [generated:sampled]."),
        words=N_("{count:point|points} sampled on the line of the given value."),
        values={"count": str(len(drawn))},
    )


def _curve(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """A graph as one path (1, m, 2)."""
    return np.stack([x, y], 1)[None].astype(np.float32)
