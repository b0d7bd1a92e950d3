"""Frame -> what is drawn of a flow of the plane: its trajectory through the layers, its diagram, its curves."""

import numpy as np

from playground.core.contract import Frame
from playground.core.i18n import N_
from playground.core.scene import (
    Bars,
    Chart,
    Diagram,
    Extent,
    Heatmap,
    Layer,
    Mesh,
    Node,
    Points,
    Probe,
    Scene,
    Series,
    Trajectory,
)
from playground.data.dataset import dataset_of
from playground.data.plane.distribution import Distribution
from playground.data.plane.drawing import colour_scale, frame_extent, mass_contour
from playground.metrics.charts import distance_chart, gap_chart, likelihood_chart

from ..config import NormalizingFlowConfig
from ..diagram import LOSS_SLOT, UNIT_EXTENT, chain_slots, flow_diagram, flow_trajectory, likelihood_bars, subscript

REACH = 3.0
"""How far from 0 a visitor can move the noise."""
GAUSSIAN_LOG_PROB = -2.8379
"""Mean log density of standard normal noise in two dimensions, in nats: -(1 + ln 2 pi)."""


def scene(frame: Frame, config: NormalizingFlowConfig) -> Scene:
    """The scene of a frame; `View.snapshot` describes the arrays."""
    a = {name: array.astype(np.float32) for name, array in frame.arrays.items()}
    data = dataset_of(config)
    extent, nll, ode = frame_extent(data), -float(a["log_prob_terms"][-1, 2]), config.flow == "ffjord"
    return Scene(
        (*_stage_layers(a, data, extent), *_diagram_layers(a, data.entropy)),
        extent=extent,
        diagram=_diagram(a["keyframes"], extent, ode),
        trajectory=_trajectory(a, ode),
        legend=N_(
            "Each [generated:dot] is noise that the layers map to data; each [data:dot] is a data point that their "
            "inverse maps to noise. The [field:background] is the model's density; the [truth:line] encloses "
            "95 percent of the true one."
        ),
        words=N_(
            "At step {step} the model needs {nll} nats per data point on average; the entropy of the data is "
            "{entropy} nats."
        ),
        values={"step": str(frame.step), "nll": f"{nll:.2f}", "entropy": f"{data.entropy:.2f}"},
    )


def charts(config: NormalizingFlowConfig) -> tuple[Chart, ...]:
    """The curves, with what theory says about them."""
    data = dataset_of(config)
    return (
        likelihood_chart(data),
        gap_chart(),
        distance_chart(data),
        Chart(
            "outside_hdr",
            N_("Samples outside the highest-density region of the data"),
            (Series("outside_hdr", N_("share of samples"), "generated"),),
            low=0.0,
        ),
    )


def _stage_layers(a: dict[str, np.ndarray], data: Distribution, extent: Extent) -> tuple[Layer, ...]:
    return (
        Heatmap(
            name="density",
            title=N_("The model's density"),
            role="field",
            extent=extent,
            scale="sequential",
            values=colour_scale(_refined(a["density"], a["last"])),
            low_title=N_("none"),
            high_title=N_("high"),
            trajectory=True,
        ),
        mass_contour(data),
        Mesh(
            name="grid",
            title=N_("Warped grid"),
            role="neutral",
            shown=False,
            tween=True,
            trajectory=True,
            xy=a["grid"],
            weights=opacity(a["grid"]),
        ),
        Points(
            name="backward",
            title=N_("Data, mapped to noise"),
            role="data",
            xy=a["backward"],
            tween=True,
            trajectory=True,
        ),
        Points(
            name="forward",
            title=N_("Noise, mapped to data"),
            role="generated",
            xy=a["forward"],
            tween=True,
            trajectory=True,
        ),
        Points(
            name="log_det",
            title=N_("The same noise: stretched (blue), squeezed (orange)"),
            role="generated",
            size=4.5,
            xy=a["forward"],
            values=np.clip(0.5 + a["log_det"] / 4, 0, 1),  # 0.5 keeps areas; full colour at a factor of e^2
            tween=True,
            trajectory=True,
            shown=False,
        ),
    )


def _refined(density: np.ndarray, last: np.ndarray) -> np.ndarray:
    """Densities from log densities: those at the keyframes (m, c, c), interpolated to the finer grid of the `last` one
    (f, f), which replaces the last of them: (m, f, f)."""
    fine, coarse = np.linspace(0, 1, len(last)), np.linspace(0, 1, density.shape[1])
    weights = np.maximum(0, 1 - np.abs(fine[:, None] - coarse) * (len(coarse) - 1))  # (f, c), bilinear
    return np.exp(np.concatenate([weights @ density[:-1] @ weights.T, last[None]]))


def opacity(grid: np.ndarray) -> np.ndarray:
    """Opacity of the cells of warped grids (m, r, c, 2) whose cells hold equal mass: (m, r - 1, c - 1)."""
    across, down = grid[:, 1:, 1:] - grid[:, :-1, :-1], grid[:, 1:, :-1] - grid[:, :-1, 1:]  # the two diagonals
    area = np.abs(across[..., 0] * down[..., 1] - across[..., 1] * down[..., 0]) / 2
    mass = 1 / (area.shape[1] * area.shape[2])
    return 0.7 * colour_scale(mass / np.maximum(area, 1e-9))


def _diagram_layers(a: dict[str, np.ndarray], entropy: float) -> tuple[Layer, ...]:
    """The noise and the terms of the change of variables, which only the diagram draws."""
    nll = -float(a["log_prob_terms"][-1, 2])
    return (
        Points(name="noise", title=N_("Noise"), role="neutral", stage=False, xy=a["forward"][0] / REACH),
        *likelihood_bars(a, GAUSSIAN_LOG_PROB, -6.0, (-1.5, 1.5)),
        Bars(
            name="nll",
            title=N_("Negative log likelihood"),
            role="field",
            stage=False,
            values=np.array([nll], np.float32),
            labels=("−log p(x)",),
            roles=("field",),
            low=min(0.0, entropy) - 0.5,
            high=entropy + 3.0,
            guides=((entropy, N_("entropy of the data")),),
        ),
    )


def _trajectory(a: dict[str, np.ndarray], ode: bool) -> Trajectory:
    """`ode`: along a differential equation, where keyframes are times."""
    keyframes = a["keyframes"]
    labels = tuple(f"{at:g}" if (4 * at if ode else at) % 1 == 0 else "" for at in keyframes)
    title = N_("Through time") if ode else N_("Through the layers")
    return flow_trajectory(keyframes, a["log_prob_terms"], labels, title, N_("data"))


def _diagram(keyframes: np.ndarray, extent: Extent, ode: bool) -> Diagram:
    (start, first, slot), *middle, (end, last, last_slot) = chain_slots(keyframes)
    drawn = ("density", "backward", "forward")
    noise_help = N_("Gaussian random numbers: samples start here, and the inverse maps data to here.")
    middle_help = N_("Between noise and data: the noise after the layers so far, with its exact density.")
    end_help = N_("After the last layer: samples and data on the model's density.")
    name = f"{_node_title(last, ode)} = x"
    chain = (
        Node(start, N_("Noise z₀"), noise_help, ("noise",), slot, extent=(-1.1, 1.1, -1.1, 1.1), moment=first),
        *(
            Node(z, _node_title(at, ode), middle_help, drawn, slot, extent=extent, role="field", moment=at)
            for z, at, slot in middle
        ),
        Node(end, name, end_help, drawn, last_slot, extent=extent, role="generated", moment=last),
    )
    return flow_diagram(
        chain,
        Node(
            "nll",
            "−log p(x)",
            N_(
                "The loss: minus the mean of log p(z₀) − Σ log|det J|. On average over the data it cannot fall below "
                "their entropy; the mean over a few points may."
            ),
            ("nll",),
            LOSS_SLOT,
            extent=UNIT_EXTENT,
            role="field",
        ),
        N_("A batch of data arrives at the end of the chain."),
        probe=Probe(start, question="z", answer="x", dim=2, reach=REACH, unit=REACH),
    )


def _node_title(at: float, ode: bool) -> str:
    """z with its layer as an index, or with its time."""
    return f"z({at:g})" if ode or at % 1 else f"z{subscript(at)}"
