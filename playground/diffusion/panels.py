"""The small laboratories of a diffusion model: samplers against each other, what the network sees, schedules.

The experiment's `respond` computes the answers (see `answers`), which `draw` makes into scenes.
"""

from collections.abc import Mapping

import numpy as np

from ..config import Config
from ..data import of
from ..scene import Arrows, Axes, Dial, Extent, Heatmap, Journey, Layer, Panel, Paths, Points, Scene
from ..texts import N_
from .catalogue import CATALOGUE, fits
from .drawing import visible
from .scene import edge

CELLS = 41
"""Places along each axis of a density."""
NOBODY = "none"
PROCESSES = (("ddpm", "linear"), ("ddpm", "cosine"), ("ddpm", "sigmoid"), ("subvp", ""), ("linear", ""),
             ("trigonometric", ""))
"""What is compared as schedules; the VP SDE lies on the first, and of the VE SDE a is 1."""
ROLES = ("data", "generated", "gradient", "truth", "field", "neutral")
"""Of each of them."""
LANES = ("generated", "data", "field", "gradient")
"""Of the curves of up to four samplers."""
KINDS = ("vp", "ve", "subvp", "linear")
"""Processes on which paths with and without noise are compared."""

Pictures = tuple[tuple[str, Scene], ...]
Answer = Mapping[str, np.ndarray]


def lanes(config: Config) -> tuple[tuple[str, str], ...]:
    """(value, title) of the samplers that may race, and nobody."""
    fit = [(name, entry.title) for name, entry in CATALOGUE.items() if fits(name, config.process)]
    return ((NOBODY, N_("nobody")), *fit)


def _four(config: Config, *others: str) -> tuple[Dial, ...]:
    first = config.sampler
    defaults, options = [first], lanes(config)
    for wanted in (*others, NOBODY)[:3]:
        fit = wanted != NOBODY and fits(wanted, config.process) and wanted not in defaults
        defaults.append(wanted if fit else NOBODY)
    titles = (N_("First sampler"), N_("Second sampler"), N_("Third sampler"), N_("Fourth sampler"))
    return tuple(Dial(f"lane{i + 1}", title, "choice", default, options=options)
                 for i, (title, default) in enumerate(zip(titles, defaults, strict=True)))


def panels(config: Config) -> tuple[Panel, ...]:
    """What can be asked of a model with these settings."""
    field = Dial("exact", N_("Best field instead of the network"), "switch", False, help=N_(
        "Samplers then ask the best field there is for these data, which is known: no training, no error but the "
        "sampler's own."))
    return (
        Panel("race", N_("Race"), N_(
            "Up to four samplers from the same noise, each with the same number of network calls. The colour of a "
            "point says in which direction its noise lay."),
            (*_four(config, "ddpm", "dpm_solver"),
             Dial("nfe", N_("Network calls"), default=10, low=1, high=250, step=1, log=True), field), live=False),
        Panel("curves", N_("Error against calls"), N_(
            "How the error falls as the network is asked more often, measured now. Both axes are logarithmic: a method "
            "of higher order falls more steeply."),
            (*_four(config, "ddpm", "dpm_solver", "heun"), field,
             Dial("measure", N_("Error"), "choice", "w2", options=(
                 ("w2", N_("of the samples: sliced Wasserstein")),
                 ("end", N_("of the path: distance to its exact end"))))), live=False),
        Panel("network", N_("What the network sees"), N_(
            "Noised data at one time; what the network takes them to have been, and what the best answer would be: an "
            "average over all data that could have become this."),
            (Dial("t", N_("Time t (0 data, 1 noise)"), default=0.4, low=0.0, high=1.0, step=0.01),)),
        Panel("schedules", N_("Schedules"), N_(
            "How much of the data is left at each time, for every process there is here."), (), live=False),
        Panel("marginals", N_("Same marginals"), N_(
            "The reverse SDE and the probability flow from the same noise with the best field: every path differs, yet "
            "the clouds are the same at every time. The background is the density that both must follow."),
            (Dial("process", N_("Process"), "choice", config.process if config.process in KINDS else "vp", options=(
                ("vp", N_("VP SDE")), ("ve", N_("VE SDE")), ("subvp", N_("sub-VP SDE")),
                ("linear", N_("rectified flow (straight)")))),
             Dial("steps", N_("Steps"), default=150, low=10, high=500, step=10)), live=False),
    )


def draw(name: str, answer: Answer, values: Mapping, config: Config) -> Pictures:
    """The scenes of panel `name`: of what the model answered to its dials."""
    return {"race": _race, "curves": _curves, "network": _network, "schedules": _schedules,
            "marginals": _marginals}[name](answer, values, config)


def _frame(config: Config) -> Extent:
    low, high = of(config).bounds
    return (low, high, low, high)


def _journey(stops: np.ndarray) -> Journey:
    return Journey(N_("Sampling"), tuple(float(u) for u in stops),
                   tuple(f"t = {1 - u:.2g}" if i % 5 == 0 else "" for i, u in enumerate(stops)),
                   start=N_("noise"), end=N_("data"))


def _way(answer: Answer, i: int) -> tuple[Layer, ...]:
    return (Paths(name="tracks", title=N_("Paths"), role="neutral", xy=answer[f"tracks{i}"]),
            Points(name="cloud", title=N_("Samples"), role="generated", xy=answer[f"x{i}"], tween=True, journey=True,
                   values=answer["angle"][None]))


def _race(answer: Answer, values: Mapping, config: Config) -> Pictures:
    pictures, outline, journey = [], edge(of(config)), _journey(answer["stops"])
    for i in range(4):
        if f"x{i}" not in answer:
            continue
        calls, steps, w2, floor, took, bent = answer[f"facts{i}"].tolist()
        said = {"calls": f"{calls:.0f}", "steps": f"{steps:.0f}", "w2": f"{w2:.3f}", "floor": f"{floor:.3f}",
                "took": f"{took:.0f}", "bent": f"{bent:.2f}"}
        words = N_("{calls} calls in {steps} steps, {took} ms. Sliced Wasserstein {w2}; perfect samples: {floor}.")
        if bent == bent:
            words = N_("{calls} calls in {steps} steps, {took} ms. Sliced Wasserstein {w2}; perfect samples: {floor}. "
                       "Bend of the paths: {bent} (0 is straight).")
        pictures.append((CATALOGUE[values[f"lane{i + 1}"]].title, Scene(
            (outline, *_way(answer, i)), legend=words, words=words, values=said, extent=_frame(config),
            journey=journey)))
    return tuple(pictures)


def _curves(answer: Answer, values: Mapping, config: Config) -> Pictures:
    column, floor = 1 if values["measure"] == "w2" else 2, answer.get("floor", np.array(0.01)).item()
    lines = {}
    for i in range(4):
        rows = answer.get(f"curve{i}", np.empty((0, 3))).astype(np.float64).reshape(-1, 3)
        rows = rows[np.isfinite(rows[:, column])]
        if len(rows):
            lines[i] = np.log10(np.stack([rows[:, 0], np.maximum(rows[:, column], 1e-6)], 1)).astype(np.float32)
    every = np.concatenate([xy[:, 1] for xy in lines.values()] + [np.log10([floor])])
    extent = (-0.05, 1.9, float(np.clip(every.min(), -4, 2)) - 0.2, float(every.max()) + 0.2)
    ground: tuple[Layer, ...] = ()
    words = N_("[generated:First], [data:second], [field:third] and [gradient:fourth] sampler: distance to where the "
               "exact path of the same noise ends. Samplers that draw noise have no such end.")
    if column == 1:
        level = np.array([[[extent[0], np.log10(floor)], [extent[1], np.log10(floor)]]], np.float32)
        ground = (Paths(name="floor", title=N_("Perfect samples"), role="truth", xy=level),)
        words = N_("[generated:First], [data:second], [field:third] and [gradient:fourth] sampler: distance to the "
                   "data. [truth:Perfect samples] score {floor}.")
    layers = [layer for i, xy in lines.items() for layer in (
        Paths(name=f"curve{i}", title=CATALOGUE[values[f"lane{i + 1}"]].title, role=LANES[i], xy=xy[None]),
        Points(name=f"dots{i}", title=CATALOGUE[values[f"lane{i + 1}"]].title, role=LANES[i], size=5.0, xy=xy))]
    return ((N_("Error against calls"), Scene(
        (*ground, *layers), legend=words, words=words, extent=extent, values={"floor": f"{floor:.3f}"},
        axes=Axes(N_("network calls"), N_("error"), log_x=True, log_y=True))),)


def _network(answer: Answer, values: Mapping, config: Config) -> Pictures:
    extent = _frame(config)
    t, a, s = answer["facts"].tolist()
    said = {"t": f"{t:.3f}", "a": f"{a:.3f}", "s": f"{s:.3f}",
            "off": f"{float(np.sqrt(((answer['guess'] - answer['best']) ** 2).sum(1).mean())):.3f}"}
    axis = np.linspace(*extent[:2], 15, dtype=np.float32)
    places = np.stack(np.meshgrid(axis, axis), -1).reshape(-1, 2)
    ground = Heatmap(name="density", title=N_("Density at this time"), role="field", scale="sequential", extent=extent,
                     values=visible(answer["density"]))
    seen = Points(name="noised", title=N_("Noised data"), role="data", xy=answer["noised"])
    outline = edge(of(config))

    def guesses(name: str, words: str) -> Scene:
        ways = np.stack([answer["noised"], answer[name]], 1)[:80]
        return Scene((outline, Paths(name="ways", title=N_("From where to where"), role="neutral", xy=ways),
                      Points(name="guess", title=N_("Predicted data"), role="generated", xy=answer[name])),
                     legend=words, words=words, values=said, extent=extent)

    arrows = N_("At t = {t} each [data:dot] is {a} of a piece of data and {s} of noise. [gradient:Arrows]: the "
                "network's score times the noise level; they point to where more points are.")
    return (
        (N_("What comes in"), Scene((ground, Arrows(name="score", title=N_("Score"), role="gradient", xy=places,
                                                    uv=answer["score"], length=0.15), seen), legend=arrows,
                                    words=arrows, values=said, extent=extent)),
        (N_("The network's prediction"), guesses("guess", N_(
            "[generated:Predicted data], {off} away from the best prediction on average."))),
        (N_("The best prediction"), guesses("best", N_(
            "The [generated:mean] of all data that could have become these points: between the modes while there is "
            "much noise."))))


def _schedules(answer: Answer, values: Mapping, config: Config) -> Pictures:
    t, a, s = (answer[name].astype(np.float64) for name in ("t", "a", "s"))
    log_snr = np.clip(2 * np.log(np.maximum(a, 1e-9) / s), -12, 12)
    titles = (N_("DDPM, linear"), N_("DDPM, cosine"), N_("DDPM, sigmoid"), N_("sub-VP SDE"),
              N_("rectified flow (straight)"), N_("trigonometric"))
    words = N_("[data:DDPM, linear] (the VP SDE lies on it), [generated:DDPM, cosine], [gradient:DDPM, sigmoid], "
               "[truth:sub-VP], [field:straight], [neutral:trigonometric]. VE never takes data away: its a is 1.")

    def graph(rows: np.ndarray, low: float, high: float, title: str) -> Scene:
        layers = tuple(Paths(name=f"{i}", title=name, role=role, xy=np.stack([t, row], 1)[None].astype(np.float32))
                       for i, (name, role, row) in enumerate(zip(titles, ROLES, rows, strict=True)))
        return Scene(layers, legend=words, words=words, extent=(0.0, 1.0, low, high),
                     axes=Axes(N_("time t"), title))

    return ((N_("Signal left"), graph(a**2, 0.0, 1.02, "a²")),
            (N_("Signal-to-noise ratio"), graph(log_snr, -12.0, 12.0, "log a²/s²")))


def _marginals(answer: Answer, values: Mapping, config: Config) -> Pictures:
    extent, journey = _frame(config), _journey(answer["stops"])
    ground = Heatmap(name="density", title=N_("Density at this time"), role="field", scale="sequential", extent=extent,
                     values=visible(answer["density"]), journey=True)
    pictures = []
    for i, title in enumerate((N_("Reverse SDE: noise on the way"), N_("Probability flow: no noise on the way"))):
        calls, w2, floor = answer[f"facts{i}"].tolist()
        words = N_("{calls} calls. Sliced Wasserstein of the end {w2}; perfect samples: {floor}.")
        pictures.append((title, Scene((ground, *_way(answer, i)), legend=words, words=words, extent=extent,
                                      values={"calls": f"{calls:.0f}", "w2": f"{w2:.3f}", "floor": f"{floor:.3f}"},
                                      journey=journey)))
    return tuple(pictures)
