"""A rectified flow before and after each reflow."""

from collections.abc import Mapping

import numpy as np

from playground.core.config import Config
from playground.core.i18n import N_
from playground.core.panels import Dial, Panel
from playground.core.scene import Arrows, Layer, Paths, Points, Scene
from playground.data.dataset import dataset_of

from ..drawing import Answer, Pictures, frame, limited, trajectory, way
from ..scene import FLOW, edge

LATTICE = 15
"""Arrows along each axis."""
SHOWS = {
    "paths": N_("paths the flow takes"),
    "pairs": N_("pairs it learned from"),
    "one": N_("a single step"),
    "velocity": N_("velocity at each moment"),
}
TITLES = (N_("Before reflow"), N_("After reflow 1"), N_("After reflow 2"), N_("After reflow 3"))
DISTILLED = N_("Distilled to one step")
LEARNED = N_(
    "It learned no more than the step from pure noise: sliced Wasserstein {one} in one step; perfect samples: {floor}."
)
DISTILLED_WORDS = {
    "paths": LEARNED,
    "one": LEARNED,
    "pairs": N_(
        "[generated:Noise], and the [data:data] where its path ended: only the one step between them was learned."
    ),
    "velocity": N_("[gradient:Arrows]: where the one step from pure noise leads, the same at every moment."),
}
HELP = N_(
    "The same noise, carried by the flow of each round. At first it learned from any noise with any data, and "
    "its paths bend; after a reflow it has learned from pairs that it made itself. S measures how much paths "
    "bend: 0 is straight, and a single step is then enough. Click a point to follow it in every picture."
)
PLAIN = N_(
    "This flow learned from any noise with any data, and its paths bend. With rounds of reflow in the settings "
    "it would learn anew, from pairs that it made itself, and straighten. S measures how much paths bend: 0 is "
    "straight, and a single step is then enough."
)


def panel(config: Config) -> Panel:
    return Panel(
        "rectified",
        N_("Rectified flow"),
        HELP if config.reflows else PLAIN,
        (
            Dial("show", N_("Show"), "choice", "paths", options=tuple(SHOWS.items())),
            Dial("steps", N_("Steps of Euler's method"), default=20, low=1, high=100, step=1, log=True),
        ),
    )


def draw(answer: Answer, values: Mapping, config: Config) -> Pictures:
    pictures, extent, outline = [], frame(config), edge(dataset_of(config))
    rounds = sum(name.startswith("facts") for name in answer)
    last, first = rounds - 1, answer["facts0"][0].item()
    moves = values["show"] in ("paths", "velocity")
    along = trajectory(answer["stops"]) if moves else None
    for i in range(rounds):
        distilled = bool(answer["distilled"]) and i == last
        bend, one, floor, path = answer[f"facts{i}"].tolist()
        said = {
            "bend": f"{bend:.3g}",
            "one": f"{one:.3f}",
            "floor": f"{floor:.3f}",
            "path": f"{path:.3f}",
            "times": _whole(first / max(bend, 1e-9)),
        }
        words = _words(values["show"], i, distilled, config)
        pictures.append(
            (
                DISTILLED if distilled else TITLES[i],
                Scene(
                    (outline, *_layers(answer, values["show"], i, extent)),
                    legend=words,
                    words=words,
                    values=said,
                    extent=extent,
                    trajectory=along,
                ),
            )
        )
    if np.isfinite(answer["coming"]):
        words = N_(
            "From step {step} on the flow learns anew, from the pairs that it makes itself then. Its paths will "
            "be straight."
        )
        title = TITLES[rounds] if rounds <= config.rounds else DISTILLED
        if title is DISTILLED:
            words = N_("From step {step} on the flow learns only the one step from noise to where its path ends.")
        pictures.append(
            (
                title,
                Scene(
                    (outline,),
                    legend=words,
                    words=words,
                    extent=extent,
                    trajectory=along,
                    values={"step": f"{int(answer['coming']):,}"},
                ),
            )
        )
    return tuple(pictures)


def _whole(times: float) -> str:
    """A factor in two figures or so: 1.4, 36, 5,400."""
    return f"{times:.1f}" if times < 10 else f"{float(f'{times:.2g}'):,.0f}"


def _layers(answer: Answer, show: str, i: int, extent: tuple[float, float, float, float]) -> tuple[Layer, ...]:
    if show == "pairs":
        lines = answer[f"lines{i}"]
        return (
            Paths(name="lines", title=N_("Lines from noise to data"), role="neutral", xy=lines),
            Points(name="noise", title=N_("Noise"), role="generated", xy=lines[:, 0]),
            Points(name="data", title=N_("Data"), role="data", xy=lines[:, 1]),
        )
    if show == "one":
        return (
            Points(
                name="cloud",
                title=N_("Samples"),
                role="generated",
                xy=answer[f"one{i}"],
                values=answer["angle"],
                follow=True,
            ),
        )
    if show == "paths":
        return way(answer, i)
    axis = np.linspace(*extent[:2], LATTICE, dtype=np.float32)
    places = np.stack(np.meshgrid(axis, axis), -1).reshape(1, -1, 2)
    return (
        Arrows(
            name="flow",
            title=N_("Velocity"),
            role="gradient",
            xy=places,
            length=FLOW,
            trajectory=True,
            uv=limited(answer[f"flow{i}"], (axis[1] - axis[0]) / FLOW),
        ),
        way(answer, i)[1],
    )


def _words(show: str, i: int, distilled: bool, config: Config) -> str:
    if distilled:
        return DISTILLED_WORDS[show]
    if show == "pairs" and not i:
        return (
            N_(
                "[generated:Noise] and [data:data], paired by optimal transport within each batch: their lines "
                "hardly cross. S = {bend}."
            )
            if config.coupling == "optimal"
            else N_(
                "[generated:Noise] and [data:data] as they were drawn: their lines cross, and the flow can only "
                "learn the mean of the lines through each place. S = {bend}."
            )
        )
    if show == "pairs":
        return N_(
            "[generated:Noise], and the [data:data] that the flow before this round made of it: what this round "
            "learned from. S = {bend}."
        )
    if show == "one":
        return N_("Where a single step takes the noise: sliced Wasserstein {one}; perfect samples: {floor}.")
    if show == "velocity":
        return (
            N_(
                "[gradient:Arrows]: where the flow sends points now. While the mean of many lines is all that it "
                "knows, they turn on the way. S = {bend}."
            )
            if not i
            else N_(
                "[gradient:Arrows]: where the flow sends points now; each point keeps its own on the whole way. "
                "S = {bend}."
            )
        )
    if i:
        return N_(
            "S = {bend}, {times} times straighter than before. Sliced Wasserstein {path}; in a single step "
            "{one}; perfect samples: {floor}."
        )
    return N_("S = {bend}. Sliced Wasserstein {path}; in a single step {one}; perfect samples: {floor}.")
