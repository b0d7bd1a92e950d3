"""Frame -> what is drawn of a diffusion model: its way from noise to data, its diagram, its curves."""

from functools import lru_cache

import numpy as np

from playground.core.config import Config
from playground.core.contract import Frame
from playground.core.i18n import N_
from playground.core.scene import (
    Arrows,
    Bars,
    Beat,
    Chart,
    Contour,
    Diagram,
    Edge,
    Extent,
    Heatmap,
    Node,
    Number,
    Paths,
    Points,
    Probe,
    Scene,
    Series,
    Trajectory,
)
from playground.data.dataset import dataset_of
from playground.data.plane.distribution import Distribution

from . import classes, picture_scene
from .catalogue import CATALOGUE
from .drawing import limited, visible

CELLS = 61
"""Places along each axis where the true density is known for its contour."""
MASS = 0.95
"""Share of the data inside the contour of the truth."""
REACH = 3.0
"""How far from 0 the noise is moved by hand."""
FLOW, SCORE = 0.12, 0.15
"""Lengths of arrows that stand for one unit; the longest end at the next arrow."""
EXPLODING = "ve"


def scene(frame: Frame, config: Config) -> Scene:
    """What is drawn of a frame of a `DiffusionExperiment`: see `Plane.snapshot` for the arrays."""
    if config.data == "digits":
        return picture_scene.scene(frame, config)
    a = {name: array.astype(np.float32) for name, array in frame.arrays.items()}
    data = dataset_of(config)
    low, high = data.bounds
    extent = (low, high, low, high)
    axis = np.linspace(low, high, round(a["flow"].shape[1] ** 0.5), dtype=np.float32)
    places = np.stack(np.meshgrid(axis, axis), -1).reshape(1, -1, 2)
    done, calls = int(a["steps"].item()), int(a["levels"][-1, 2])
    mixed = "kinds" in a and classes.one(config) is None
    kinds = a["kinds"][None] if mixed else None  # the colours of classes, where there are several
    layers = (
        Heatmap(
            name="density",
            title=_ground(config),
            role="field",
            extent=extent,
            scale="sequential",
            values=visible(a["density"]),
            low_title=N_("none"),
            high_title=N_("high"),
            trajectory=True,
        ),
        _truth(classes.shown(config), extent),
        Arrows(
            name="flow",
            title=N_("Where the network sends points"),
            role="gradient",
            xy=places,
            uv=limited(a["flow"], (axis[1] - axis[0]) / FLOW),
            length=FLOW,
            trajectory=True,
        ),
        Arrows(
            name="score",
            title=N_("Score, times the noise level"),
            role="gradient",
            xy=places,
            uv=limited(a["score"], (axis[1] - axis[0]) / SCORE),
            length=SCORE,
            trajectory=True,
            shown=False,
        ),
        Points(
            name="noised",
            title=N_("Data, noised to this time"),
            role="data",
            xy=a["noised"],
            tween=True,
            trajectory=True,
            shown=False,
            values=a["data_kinds"][None] if "data_kinds" in a else None,
        ),
        Paths(name="tracks", title=N_("Paths of the samples"), role="neutral", xy=a["tracks"], shown=False),
        Points(
            name="cloud",
            title=N_("Noise, on its way to data"),
            role="generated",
            xy=a["cloud"],
            tween=True,
            trajectory=True,
            values=kinds,
        ),
        Points(name="guess", title=N_("Predicted data"), role="generated", xy=a["guess"], stage=False),
        Points(name="noise", title=N_("Noise"), role="neutral", xy=a["cloud"][0], stage=False),
        *_bars(a),
    )
    legend = N_(
        "Each [generated:dot] is noise that the sampler carries to data; the [gradient:arrows] say where the "
        "network would send a point from each place now. The [field:background] is the density that noised "
        "data have at this time; the [truth:line] encloses 95 percent of the data."
    )
    if config.process == EXPLODING:
        legend = N_(
            "Each [generated:dot] is noise that the sampler carries to data, drawn the smaller the more noise "
            "there is; the [gradient:arrows] say where the network would send a point. The [field:background] "
            "is the density that noised data have at this time; the [truth:line] encloses 95 percent of the "
            "data."
        )
    if config.reflows:
        legend = N_(
            "Each [generated:dot] is noise that the flow carries to data; the [gradient:arrows] say where the "
            "network would send a point from each place now. The [field:background] is the density of what "
            "this round learns from, at this time; the [truth:line] encloses 95 percent of the data."
        )
    if mixed:
        legend = N_(
            "Each dot is noise that the sampler carries to the class that its colour stands for; the "
            "[gradient:arrows] say where the network would send a point of no known class. The "
            "[field:background] is the density that noised data have at this time; the [truth:line] encloses "
            "95 percent of the data."
        )
    elif config.classes:
        legend = N_(
            "Each [generated:dot] is noise that the sampler carries to class {wanted}, with guidance "
            "{guidance}; the [gradient:arrows] say where it would send a point from each place. The "
            "[field:background] is the density that this class has at this time; the [truth:line] encloses 95 "
            "percent of it."
        )
    words = N_("At step {step}: the cloud takes {done} steps, {calls} calls of the network.")
    if CATALOGUE[config.sampler].calls and done < config.steps:
        words = N_(
            "At step {step}: shown with {done} of {steps} sampling steps, {calls} calls of the network; the "
            "race takes more."
        )
    return Scene(
        layers,
        legend=legend,
        words=words,
        extent=extent,
        diagram=_diagram(a, extent),
        trajectory=_trajectory(a),
        values={
            "step": str(frame.step),
            "done": str(done),
            "steps": str(config.steps),
            "calls": str(calls),
            "wanted": config.wanted,
            "guidance": f"{config.guidance:g}",
        },
    )


def charts(config: Config) -> tuple[Chart, ...]:
    """The curves. The floor of the loss is that of the best field there is, on the same pairs."""
    if config.data == "digits":
        return picture_scene.charts(config)
    straight = (
        (
            Chart(
                "straight",
                N_("Bend of the paths (S), and distance after a single step"),
                (Series("straightness", N_("bend"), "field"), Series("one_step", N_("single step"), "generated")),
                log=True,
            ),
        )
        if config.process == "linear" and config.data != "digits"
        else ()
    )
    return (
        Chart(
            "loss",
            N_("Loss"),
            (Series("loss", N_("of the batch"), "field"), Series("denoising", N_("of fixed pairs"), "data")),
            low=0.0,
        ),
        Chart(
            "distance",
            N_("Distance to the estimate of your data (sliced Wasserstein)")
            if config.data == "own"
            else N_("Distance to the data (sliced Wasserstein)"),
            (Series("sliced_w2", N_("distance"), "generated"),),
            low=0.0,
        ),
        *straight,
        Chart("grad", N_("Length of the gradient"), (Series("grad", N_("length"), "gradient"),), log=True),
    )


def _ground(config: Config) -> str:
    """How well the density in the background is known."""
    if config.data == "own":
        return N_("Density at this time (kernel estimate of your data)")
    if config.data in ("pinwheel", "checkerboard"):
        return N_("Density at this time (on a lattice)")
    return N_("Density at this time")


@lru_cache(maxsize=32)
def _density(data: Distribution) -> tuple[np.ndarray, float]:
    """The exact density on a grid (CELLS, CELLS), and the level that `MASS` of the data lie above."""
    axis = np.linspace(*data.bounds, CELLS)
    p = np.exp(data.log_prob(np.stack(np.meshgrid(axis, axis), -1).reshape(-1, 2))).reshape(CELLS, CELLS)
    seen = np.exp(data.log_prob(data.sample(4000, np.random.default_rng(0))))
    return p.astype(np.float32), min(float(np.quantile(seen, 1 - MASS)), 0.5 * float(p.max()))


def _truth(data: Distribution, extent: Extent) -> Contour:
    density, level = _density(data)
    return Contour(
        name="truth", title=N_("Edge of the true density"), role="truth", values=density, levels=(level,), extent=extent
    )


def edge(data: Distribution) -> Contour:
    """The line that encloses 95 percent of the data, for other pictures."""
    low, high = data.bounds
    return _truth(data, (low, high, low, high))


def _bars(a) -> tuple[Bars, ...]:
    """The loss at each noise level, beside the least that it can be there."""
    learned, best = a["errors"]
    both = np.stack([learned, best], 1).ravel()
    labels = tuple(text for t in a["at"] for text in (f"t={t:.1f}", ""))
    return (
        Bars(
            name="errors",
            title=N_("Loss at each noise level (second bar: the least possible)"),
            role="field",
            stage=False,
            values=both,
            labels=labels,
            roles=("field", "truth") * len(best),
            low=0.0,
            high=float(max(1.0, 1.2 * best.max())),
        ),
    )


def _trajectory(a) -> Trajectory:
    stops, levels = a["stops"], a["levels"]
    every = max(1, round(len(stops) / 5))
    labels = [f"t = {1 - u:.2g}" if i % every == 0 and i + every <= len(stops) else "" for i, u in enumerate(stops)]
    labels[-1] = "t = 0"
    return Trajectory(
        N_("From noise to data"),
        tuple(float(u) for u in stops),
        tuple(labels),
        start=N_("noise"),
        end=N_("data"),
        numbers=(
            Number(N_("data left (a)"), levels[:, 0]),
            Number(N_("noise (s)"), levels[:, 1]),
            Number(N_("calls of the network"), levels[:, 2], digits=0),
        ),
    )


def _diagram(a, extent: Extent) -> Diagram:
    last, half = float(a["stops"][-1]), a["half"].item()
    return Diagram(
        nodes=(
            Node(
                "data",
                N_("Data x₀"),
                N_("Pieces of data."),
                ("noised",),
                (0, 0),
                extent=extent,
                role="data",
                moment=last,
            ),
            Node(
                "noised",
                N_("Noised xₜ"),
                N_("Data and noise, mixed: here as much of one as of the other."),
                ("density", "noised"),
                (1, 0),
                extent=extent,
                role="data",
                moment=half,
            ),
            Node(
                "network",
                N_("Network"),
                N_(
                    "Sees a noised point and the time, and says what it takes the noise to "
                    "be, or the data, or the velocity: each follows from each other."
                ),
                ("density", "flow"),
                (2, 0),
                extent=extent,
                role="gradient",
                moment=half,
            ),
            Node(
                "noise",
                N_("Noise ε"),
                N_(
                    "Random numbers from a Gaussian: mixed with data in training, the "
                    "beginning of every sample afterwards."
                ),
                ("noise",),
                (0, 1),
                extent=(-REACH, REACH, -REACH, REACH),
            ),
            Node(
                "loss",
                N_("Loss"),
                N_(
                    "The squared error at each noise level, and beside it the least that any "
                    "network can reach there: much noise hides what the data were."
                ),
                ("errors",),
                (1, 1),
                extent=(0.0, 1.0, 0.0, 1.0),
                role="field",
            ),
            Node(
                "guess",
                N_("Prediction x̂₀"),
                N_("What the network takes the noised points to have been."),
                ("guess",),
                (2, 1),
                extent=extent,
                role="generated",
            ),
            Node(
                "sampler",
                N_("Sampler"),
                N_("Goes from noise to data in small steps, and asks the network in each."),
                ("tracks",),
                (1, 2),
                extent=extent,
            ),
            Node(
                "samples",
                N_("Samples"),
                N_("Where the noise has arrived."),
                ("cloud",),
                (2, 2),
                extent=extent,
                role="generated",
                moment=last,
            ),
        ),
        edges=(
            Edge("data", "noised"),
            Edge("noise", "noised"),
            Edge("noised", "network"),
            Edge("network", "guess"),
            Edge("guess", "loss"),
            Edge("loss", "network", "gradient"),
            Edge("noise", "sampler"),
            Edge("sampler", "samples"),
        ),
        beats=_beats(),
        probe=Probe("noise", question="z", answer="x", dim=2, reach=REACH, unit=1.0),
    )


def _beats() -> tuple[Beat, ...]:
    return (
        Beat("", N_("A batch of data arrives, and for each piece a time is drawn."), ("data",)),
        Beat(
            "",
            N_("Noise is mixed in, the more the later the time."),
            ("data", "noise", "noised"),
            (("data", "noised"), ("noise", "noised")),
        ),
        Beat(
            "",
            N_("The network sees the mixture and the time, not what it was made of."),
            ("noised", "network"),
            (("noised", "network"),),
        ),
        Beat(
            "",
            N_("It says what it takes the data, or the noise, to have been."),
            ("network", "guess"),
            (("network", "guess"),),
        ),
        Beat(
            "",
            N_(
                "The squared error is the loss. It cannot reach 0: many data could have become this point, and the "
                "best answer is their mean."
            ),
            ("guess", "loss"),
            (("guess", "loss"),),
        ),
        Beat(
            "",
            N_("The loss flows back, and every weight changes a little. No sampler was needed for that."),
            ("loss", "network"),
            (("loss", "network"),),
        ),
        Beat(
            "",
            N_("To sample, noise is carried to data: a step, ask the network, a step, ask again."),
            ("noise", "sampler", "samples"),
            (("noise", "sampler"), ("sampler", "samples")),
        ),
    )
