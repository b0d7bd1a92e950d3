"""A rectified flow before and after each reflow."""

import numpy as np

from playground.core.i18n import N_
from playground.core.panels import Arrays, Dial, Panel, PanelScenes, Values
from playground.core.scene import Arrows, Extent, Layer, Paths, Points, Scene
from playground.data.dataset import dataset_of

from ...config import DiffusionConfig
from ...drawing import sampling_trajectory
from ..layers import cell, data_extent, grid, limit_lengths, trajectory_layers, true_contour

ARROW_SIZE = 15
"""Arrows along each axis."""
ARROW_LENGTH = 0.12
"""Of an arrow for a velocity of 1."""
VIEWS = {
    "paths": N_("paths of the flow"),
    "pairs": N_("training pairs"),
    "one": N_("a single step"),
    "velocity": N_("velocity at each time"),
}
TITLES = (N_("Before reflow"), N_("After reflow 1"), N_("After reflow 2"), N_("After reflow 3"))
DISTILLED = N_("Distilled to one step")
SINGLE_STEP = N_(
    "It learned only the step from pure noise: sliced Wasserstein {one} in one step; perfect samples: {floor}."
)
DISTILLED_WORDS = {
    "paths": SINGLE_STEP,
    "one": SINGLE_STEP,
    "pairs": N_("[generated:Noise], and the [data:data] at the end of its path: only the step between was learned."),
    "velocity": N_("[gradient:Arrows]: the single step from pure noise, shown at every time."),
}
WITH_REFLOW = N_(
    "The same noise, followed by the flow of each round. At first the flow learns from independent noise and data, and "
    "its paths bend. After a reflow it has learned from pairs that it generated itself. S measures the bend: 0 is "
    "straight, and then a single step suffices. Click a point to follow it in every picture."
)
WITHOUT_REFLOW = N_(
    "This flow learns from independent noise and data, and its paths bend. With rounds of reflow in the settings it is "
    "trained again on pairs that it generated itself, and its paths become straight. S measures the bend: 0 is "
    "straight, and then a single step suffices."
)


def panel(config: DiffusionConfig) -> Panel | None:
    if config.process != "linear":
        return None
    return Panel(
        "rectified",
        N_("Rectified flow"),
        WITH_REFLOW if config.reflows else WITHOUT_REFLOW,
        (
            Dial("show", N_("Show"), "choice", "paths", options=tuple(VIEWS.items())),
            Dial(
                "steps",
                N_("Steps of Euler's method"),
                default=20,
                low=1,
                high=100,
                step=1,
                log=True,
                when={"show": ("paths", "velocity")},
            ),
        ),
    )


def draw(data: Arrays, values: Values, config: DiffusionConfig) -> PanelScenes:
    scenes, extent, contour = [], data_extent(config), true_contour(dataset_of(config))
    rounds = sum(name.startswith("facts") for name in data)
    last, first = rounds - 1, data["facts0"][0].item()
    moves = values["show"] in ("paths", "velocity")
    trajectory = sampling_trajectory(data["stops"]) if moves else None
    for i in range(rounds):
        distilled = bool(data["distilled"]) and i == last
        bend, one, floor, path = data[f"facts{i}"].tolist()
        words = _words(values["show"], i, distilled, config)
        scene = Scene(
            (contour, *_layers(data, values["show"], i, extent)),
            legend=words,
            words=words,
            values={
                "bend": f"{bend:.3g}",
                "one": f"{one:.3f}",
                "floor": f"{floor:.3f}",
                "path": f"{path:.3f}",
                "times": _two_digits(first / max(bend, 1e-9)),
            },
            extent=extent,
            trajectory=trajectory,
        )
        scenes.append((DISTILLED if distilled else TITLES[i], scene))
    if np.isfinite(data["coming"]):
        words = N_(
            "From step {step} on, the flow is trained on pairs that it generates at that step. Its paths will become "
            "straight."
        )
        title = TITLES[rounds] if rounds <= config.rounds else DISTILLED
        if title is DISTILLED:
            words = N_("From step {step} on, the flow learns only the single step from noise to the end of its path.")
        scene = Scene(
            (contour,),
            legend=words,
            words=words,
            extent=extent,
            trajectory=trajectory,
            values={"step": f"{int(data['coming']):,}"},
        )
        scenes.append((title, scene))
    return tuple(scenes)


def _two_digits(factor: float) -> str:
    """A factor with about two digits: 1.4, 36, 5,400."""
    return f"{factor:.1f}" if factor < 10 else f"{float(f'{factor:.2g}'):,.0f}"


def _layers(data: Arrays, show: str, i: int, extent: Extent) -> tuple[Layer, ...]:
    if show == "pairs":
        lines = data[f"lines{i}"]
        return (
            Paths(name="lines", title=N_("Lines from noise to data"), role="neutral", xy=lines),
            Points(name="noise", title=N_("Noise"), role="generated", xy=lines[:, 0]),
            Points(name="data", title=N_("Data"), role="data", xy=lines[:, 1]),
        )
    if show == "one":
        title, xy = N_("Samples"), data[f"one{i}"]
        return (Points(name="cloud", title=title, role="generated", xy=xy, values=data["angle"], follow=True),)
    if show == "paths":
        return trajectory_layers(data, i)
    return (
        Arrows(
            name="flow",
            title=N_("Velocity"),
            role="gradient",
            xy=grid(extent, ARROW_SIZE)[None],
            length=ARROW_LENGTH,
            trajectory=True,
            uv=limit_lengths(data[f"flow{i}"], cell(extent, ARROW_SIZE) / ARROW_LENGTH),
        ),
        trajectory_layers(data, i)[1],
    )


def _words(show: str, i: int, distilled: bool, config: DiffusionConfig) -> str:
    if distilled:
        return DISTILLED_WORDS[show]
    return {"pairs": _pairs_words, "one": _step_words, "velocity": _velocity_words, "paths": _path_words}[show](
        i, config
    )


def _pairs_words(i: int, config: DiffusionConfig) -> str:
    if i:
        return N_(
            "[generated:Noise], and the [data:data] that the flow of the round before made of it: the training pairs "
            "of this round. S = {bend}."
        )
    if config.coupling == "optimal":
        return N_(
            "[generated:Noise] and [data:data], paired by optimal transport within each batch: their lines hardly "
            "cross. S = {bend}."
        )
    return N_(
        "[generated:Noise] and [data:data], drawn independently: their lines cross, and the flow can only learn the "
        "mean of the lines through each point. S = {bend}."
    )


def _step_words(i: int, config: DiffusionConfig) -> str:
    return N_("The noise after a single step: sliced Wasserstein {one}; perfect samples: {floor}.")


def _velocity_words(i: int, config: DiffusionConfig) -> str:
    if i:
        return N_("[gradient:Arrows]: the velocity of the flow; each point keeps its own all the way. S = {bend}.")
    return N_(
        "[gradient:Arrows]: the velocity of the flow, a mean over many lines. It changes along the way. S = {bend}."
    )


def _path_words(i: int, config: DiffusionConfig) -> str:
    if i:
        return N_(
            "S = {bend}, {times} times straighter than before. Sliced Wasserstein {path}; in a single step {one}; "
            "perfect samples: {floor}."
        )
    return N_("S = {bend}. Sliced Wasserstein {path}; in a single step {one}; perfect samples: {floor}.")
