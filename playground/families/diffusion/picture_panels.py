"""The small laboratories of a diffusion model of pictures: samplers from the same noise, calls against quality,
guidance, what the network sees. No torch here; the answers are computed in `picture_answers`."""

from collections.abc import Mapping

import numpy as np

from playground.core.config import Config
from playground.core.i18n import N_
from playground.core.panels import Dial, Panel
from playground.core.scene import Axes, Images, Mesh, Paths, Points, Role, Scene, Trajectory
from playground.data.images.digits import DIGITS
from playground.metrics.frechet import TITLE

from .catalogue import CATALOGUE, VARIANCE_PRESERVING, fits
from .drawing import Answer, Pictures, marked
from .labs.lanes import LANES, NOBODY
from .labs.lanes import TITLES as SEATS

RACERS, CURVES = 4, 3
"""How many samplers may race, and how many are measured."""
STRAIGHT = {
    "straight_euler": ("euler", N_("Straight path, Euler")),
    "straight_heun": ("heun", N_("Straight path, Heun")),
}
"""Rectified flow's path with a network that was trained on another: its sampler and title."""
MOST = (8, 16, 32)
"""Up to how many calls quality may be measured."""
EVERY = "all"
COLUMNS, SQUARE = 10, 5


def lanes(config: Config) -> tuple[tuple[str, str], ...]:
    """(value, title) of what may race on the network of these settings."""
    known = tuple((name, entry.title) for name, entry in CATALOGUE.items() if fits(name, config.process))
    more = tuple((name, title) for name, (_, title) in STRAIGHT.items())
    return (*known, *more) if config.process in VARIANCE_PRESERVING else known


def title(name: str) -> str:
    """What a lane is called."""
    return STRAIGHT[name][1] if name in STRAIGHT else CATALOGUE[name].title


def seats(config: Config, count: int) -> tuple[Dial, ...]:
    """A dial for each lane: the settings' own sampler, DDPM and DDIM, and the straight path where it is another."""
    offered = lanes(config)
    names = [name for name, _ in offered]
    wished = dict.fromkeys((config.sampler, "ddim", "ddpm", "straight_euler", "dpm_solver", "heun"))
    first = [name for name in wished if name in names][:count]
    return tuple(
        Dial(f"lane{i + 1}", SEATS[i], "choice", name, options=((NOBODY, N_("nobody")), *offered))
        for i, name in enumerate([*first, *[NOBODY] * (count - len(first))])
    )


def running(values: Mapping, count: int) -> dict[int, str]:
    """Lane -> its sampler, of those that are not empty."""
    return {i: name for i in range(count) if (name := values[f"lane{i + 1}"]) != NOBODY}


def panels(config: Config) -> tuple[Panel, ...]:
    """What can be asked of a model of pictures with these settings."""
    digit = Dial(
        "digit",
        N_("Digit"),
        "choice",
        EVERY,
        options=((EVERY, N_("every one, a column each")), *((str(k), str(k)) for k in range(DIGITS.classes))),
    )
    told = (digit, Dial("guidance", N_("Guidance"), default=1.0, low=0.0, high=8.0, step=0.5)) if config.classes else ()
    found = [
        Panel(
            "race",
            N_("Race"),
            N_(
                "Up to four samplers from the same noise, with the same number of network calls. On the straight path, "
                "that of rectified flow, the same network answers: only the pace and the scale of its question change."
            ),
            (
                *seats(config, RACERS),
                Dial("nfe", N_("Network calls"), default=10, low=1, high=100, step=1, log=True),
                *told,
                Dial(
                    "heart",
                    N_("A network that learned by heart"),
                    "switch",
                    False,
                    help=N_(
                        "The field that is best for the training pictures alone, which is known: every sampler then "
                        "ends at a training picture. A network that generalises does not reach it."
                    ),
                ),
            ),
            live=False,
        ),
        Panel(
            "curves",
            N_("Calls against quality"),
            N_(
                "How pictures get better as the network is asked more often, measured now on 300 of them: how far "
                "they are from the training pictures in what a small classifier of digits sees (a Frechet distance; "
                "it is not the FID). Takes some seconds for each sampler."
            ),
            (
                *seats(config, CURVES),
                Dial("most", N_("Calls, up to"), "choice", str(MOST[1]), options=tuple((str(n), str(n)) for n in MOST)),
            ),
            live=False,
        ),
        Panel(
            "network",
            N_("What the network sees"),
            N_(
                "Pictures that it does not learn from, noised to one time; what the network takes them to have been, "
                "and what one would say that knows the training pictures by heart."
            ),
            (Dial("t", N_("Time t (0 data, 1 noise)"), default=0.4, low=0.0, high=1.0, step=0.01),),
        ),
    ]
    if config.classes:
        found.insert(
            2,
            Panel(
                "guidance",
                N_("Guidance"),
                N_(
                    "The same noise without the class, with it, and with the class overdone: the pictures become "
                    "clearer, and more and more the same."
                ),
                (
                    Dial("digit", N_("Digit"), "choice", "3", options=digit.options[1:]),
                    Dial("guidance", N_("Guidance"), default=3.0, low=0.0, high=8.0, step=0.5),
                ),
                live=False,
            ),
        )
    return tuple(found)


def draw(name: str, answer: Answer, values: Mapping, config: Config) -> Pictures:
    """The scenes of panel `name`: of what the model answered to its dials."""
    return {"race": _race, "curves": _curves, "network": _network, "guidance": _guidance}[name](answer, values, config)


def _race(answer: Answer, values: Mapping, config: Config) -> Pictures:
    pictures, stops = [], answer["stops"]
    along = Trajectory(
        N_("Sampling"),
        tuple(stops.tolist()),
        marked(stops, lambda u: f"t = {1 - u:.2g}", 5),
        start=N_("noise"),
        end=N_("pictures"),
    )
    for i, name in running(values, RACERS).items():
        calls, steps, took, right, far = answer[f"facts{i}"].tolist()
        words = N_(
            "{calls} calls in {steps} steps, {took} ms. The nearest training picture is {far} times as far away "
            "as from new real ones."
        )
        if right == right:
            words = N_(
                "{calls} calls in {steps} steps, {took} ms. A classifier reads {right} percent as the digit "
                "that was asked for (of real ones: 98). The nearest training picture is {far} times as far away "
                "as from new real ones."
            )
        layer = Images(
            name="pictures",
            title=N_("Samples"),
            role="generated",
            pixels=answer[f"x{i}"],
            columns=COLUMNS,
            trajectory=True,
            tween=True,
        )
        pictures.append(
            (
                title(name),
                Scene(
                    (layer,),
                    legend=words,
                    words=words,
                    trajectory=along,
                    values={
                        "calls": f"{calls:.0f}",
                        "steps": f"{steps:.0f}",
                        "took": f"{took:.0f}",
                        "right": f"{100 * right:.0f}",
                        "far": f"{far:.2f}",
                    },
                ),
            )
        )
    return tuple(pictures)


def _curves(answer: Answer, values: Mapping, config: Config) -> Pictures:
    floor, low, high = answer.get("floor", np.ones(3)).tolist()
    lines = {
        i: np.log10(np.maximum(answer[f"curve{i}"], 1e-4)).astype(np.float32)
        for i in running(values, CURVES)
        if answer[f"curve{i}"].size
    }
    x, y = np.concatenate([*lines.values(), np.log10([[2.0, floor], [8.0, high], [8.0, low]])]).T
    extent = (float(x.min()) - 0.05, float(x.max()) + 0.1, float(y.min()) - 0.15, float(y.max()) + 0.15)
    corners = [[(x, np.log10(y)) for x in extent[:2]] for y in (low, high)]
    level = [[(x, np.log10(floor)) for x in extent[:2]]]
    layers = [
        layer
        for i, xy in lines.items()
        for layer in (
            Paths(name=f"curve{i}", title=title(values[f"lane{i + 1}"]), role=LANES[i], xy=xy[None]),
            Points(name=f"dots{i}", title=title(values[f"lane{i + 1}"]), role=LANES[i], size=5.0, xy=xy),
        )
    ]
    words = N_(
        "As many real pictures that were never trained on score {floor} ({low} to {high}): where the curves "
        "enter the [neutral:region], this measure cannot tell samples from real pictures."
    )
    return (
        (
            TITLE,
            Scene(
                (
                    Mesh(
                        name="floor",
                        title=N_("Real pictures"),
                        role="neutral",
                        xy=np.array(corners, np.float32),
                        weights=np.full((1, 1), 0.25, np.float32),
                    ),
                    Paths(
                        name="mean", title=N_("Real pictures, on average"), role="truth", xy=np.array(level, np.float32)
                    ),
                    *layers,
                ),
                legend=words,
                words=words,
                extent=extent,
                values={"floor": f"{floor:.3f}", "low": f"{low:.3f}", "high": f"{high:.3f}"},
                axes=Axes(N_("network calls"), N_("Frechet distance"), log_x=True, log_y=True),
            ),
        ),
    )


def _guidance(answer: Answer, values: Mapping, config: Config) -> Pictures:
    real = answer["real"].item()
    words = N_(
        "A classifier reads {right} percent of them as a {digit}. They are {spread} apart on average; real ones "
        "are {real} apart."
    )
    pictures = []
    for i, name in enumerate((N_("Without the class (0)"), N_("With the class (1)"), N_("Guidance as set"))):
        right, spread = answer[f"facts{i}"].tolist()
        pictures.append(
            (
                name,
                _sheet(
                    answer[f"x{i}"],
                    N_("Samples"),
                    words,
                    SQUARE,
                    right=f"{100 * right:.0f}",
                    digit=values["digit"],
                    spread=f"{spread:.2f}",
                    real=f"{real:.2f}",
                ),
            )
        )
    return tuple(pictures)


def _network(answer: Answer, values: Mapping, config: Config) -> Pictures:
    t, a, s, off, by_heart = answer["facts"].tolist()
    said = {"t": f"{t:.3f}", "a": f"{a:.3f}", "s": f"{s:.3f}", "off": f"{off:.3f}", "heart": f"{by_heart:.3f}"}
    return (
        (
            N_("What comes in"),
            _sheet(
                answer["noised"],
                N_("Noised pictures"),
                N_("At t = {t} each picture is {a} of a real one and {s} of noise."),
                COLUMNS,
                "data",
                **said,
            ),
        ),
        (
            N_("The network's prediction"),
            _sheet(
                answer["guess"],
                N_("Predicted pictures"),
                N_("What the network takes them to have been: {off} of a pixel's range away from them on average."),
                COLUMNS,
                "gradient",
                **said,
            ),
        ),
        (
            N_("By heart"),
            _sheet(
                answer["heart"],
                N_("Mixtures of training pictures"),
                N_(
                    "The best prediction if there were no other pictures than the training ones: {heart} away on "
                    "average. With little noise it is one of these, whatever was shown."
                ),
                COLUMNS,
                "truth",
                **said,
            ),
        ),
    )


def _sheet(pixels: np.ndarray, title: str, words: str, columns: int, role: Role = "generated", **values: str) -> Scene:
    layer = Images(name="pictures", title=title, role=role, pixels=pixels, columns=columns)
    return Scene((layer,), legend=words, words=words, values=values)
