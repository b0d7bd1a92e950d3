"""Ways between two digits, and a picture that the visitor draws."""

from collections.abc import Mapping

import numpy as np

from playground.core.i18n import N_
from playground.core.panels import Dial, Panel
from playground.core.scene import Axes, Bars, Images, Paths, Points, Role, Scene
from playground.data.images.digits import DIGITS

from ..config import VaeConfig
from .latent import Pictures, code_map, frame

CLASSES, WHICH, STATIONS = 10, 20, 9
"""Digits; pictures of each that can be chosen; pictures on a way, with both ends."""


def example(label: int, number: int) -> np.ndarray:
    """Picture `number` (from 0) of a digit among those kept for testing: (64,) in [0, 1]."""
    chosen = np.flatnonzero(DIGITS.labels("test") == label)
    return DIGITS.vectors("test")[chosen[number % len(chosen)]]


def digit_dial(name: str, title: str, default: int) -> Dial:
    return Dial(name, title, "choice", str(default), options=tuple((str(k), str(k)) for k in range(CLASSES)))


def which_dial(name: str, title: str) -> Dial:
    return Dial(name, title, default=1, low=1, high=WHICH, step=1)


def walk_panel(config: VaeConfig) -> Panel:
    which = N_("Which picture of it")
    return Panel(
        "walk",
        N_("Walk between two digits"),
        N_(
            "Two real pictures become codes, and pictures are made on the straight way between them. Below, for "
            "comparison, the same two with their pixels mixed."
        ),
        (
            digit_dial("from", N_("From"), 3),
            which_dial("from_which", which),
            digit_dial("to", N_("To"), 8),
            which_dial("to_which", which),
        ),
    )


def draw_walk(answer: Mapping[str, np.ndarray], values: Mapping, config: VaeConfig) -> Pictures:
    """See `answers.pictures.walk`."""
    inner: tuple[Role, ...] = ("generated",) * STATIONS
    share = np.linspace(0, 1, STATIONS)
    curves = [np.stack([share, answer[name]], 1)[None].astype(np.float32) for name in ("bound", "mixed")]
    low, high = min(c[..., 1].min() for c in curves), max(c[..., 1].max() for c in curves)
    room = 0.05 * float(high - low) + 0.1
    return (
        (
            N_("The way"),
            Scene(
                (
                    Images(
                        name="pictures",
                        title=N_("The way"),
                        role="generated",
                        pixels=answer["pictures"],
                        columns=STATIONS,
                        roles=inner + ("data",) * STATIONS,
                    ),
                ),
                legend=N_(
                    "Above [generated:through the code], both ends reconstructed; below the [data:pixels] of the "
                    "two, mixed."
                ),
                words=N_("Pictures between two digits."),
            ),
        ),
        (
            N_("On the map"),
            Scene(
                (
                    *code_map(answer, config),
                    Paths(name="way", title=N_("The way"), role="generated", xy=answer["way"][None]),
                    Points(name="stations", title=N_("Pictures"), role="generated", size=7.0, xy=answer["way"]),
                ),
                extent=frame(config),
                legend=N_("The [generated:way] among the codes of real pictures."),
                words=N_("The way among the codes of real pictures."),
            ),
        ),
        (
            N_("How unlikely they are"),
            Scene(
                (
                    Paths(name="through", title=N_("through the code"), role="generated", xy=curves[0]),
                    Paths(name="mixed", title=N_("pixels mixed"), role="data", xy=curves[1]),
                    Points(name="places", title=N_("Pictures"), role="generated", xy=curves[0][0]),
                ),
                extent=(0.0, 1.0, float(low) - room, float(high) + room),
                axes=Axes(N_("share of the way"), N_("minus the bound, nats")),
                legend=N_(
                    "Minus the bound for each picture [generated:through the code] and of the [data:mixed pixels]: "
                    "lower is likelier."
                ),
                words=N_("Minus the bound along both ways."),
            ),
        ),
    )


def drawing_panel(config: VaeConfig) -> Panel:
    return Panel(
        "drawing",
        N_("Draw a picture"),
        N_(
            "Draw on the squares. The encoder says where the picture's code is and how sure it is of that; the decoder "
            "makes pictures of codes from there; and the bound says how many nats the model needs for it."
        ),
        (Dial("picture", N_("Your picture"), "pixels", tuple(float(v) for v in example(3, 2)), shape=DIGITS.shape),),
    )


def draw_drawing(answer: Mapping[str, np.ndarray], values: Mapping, config: VaeConfig) -> Pictures:
    """See `answers.pictures.drawing`."""
    cost, rate, bound, tight = answer["nats"].tolist()
    usual = np.quantile(answer["usual"], (0.05, 0.5, 0.95))
    rarer = float(np.mean(answer["usual"] > bound))
    angle = np.linspace(0, 2 * np.pi, 41)
    spread = answer["spread"][0] if config.latent > 1 else np.array([answer["spread"][0, 0], 0.1])
    ring = answer["at"][0] + 2 * spread * np.stack([np.cos(angle), np.sin(angle)], 1)
    sheet = np.concatenate([answer["seen"], answer["back"], answer["several"][:7]])
    nats = np.array([tight, bound, cost, rate], np.float32)  # the last one is low: guides are named above it
    low = min(0.0, float(nats.min()) * 1.2)
    high = max(float(usual[2]), float(nats.max()), 1.0) * 1.12
    return (
        (
            N_("Seen, and reconstructed"),
            Scene(
                (
                    Images(
                        name="pictures",
                        title=N_("Reconstructions"),
                        role="generated",
                        pixels=sheet,
                        columns=3,
                        roles=("data", *["generated"] * 8),
                    ),
                ),
                legend=N_(
                    "First the [data:picture] as the encoder knows it; then its [generated:reconstruction] from the "
                    "middle of its posterior, and seven from codes drawn there."
                ),
                words=N_("Your picture and eight reconstructions."),
            ),
        ),
        (
            N_("Its posterior"),
            Scene(
                (
                    *code_map(answer, config),
                    Paths(
                        name="ring",
                        title=N_("Two standard deviations"),
                        role="generated",
                        xy=ring[None].astype(np.float32),
                    ),
                    Points(name="at", title=N_("Mean"), role="generated", size=8.0, xy=answer["at"]),
                ),
                extent=frame(config),
                values={"rate": f"{rate:.1f}"},
                legend=N_(
                    "Where its code is, [generated:give or take two standard deviations], among those of real "
                    "pictures. To say so takes {rate} nats."
                ),
                words=N_("The posterior of your picture takes {rate} nats."),
            ),
        ),
        (
            N_("What it costs"),
            Scene(
                (
                    Bars(
                        name="nats",
                        title=N_("Nats"),
                        role="field",
                        values=nats,
                        low=low,
                        high=high,
                        labels=("−IWAE", N_("−ELBO"), N_("−log p(x | z)"), "KL"),
                        roles=("generated", "field", "data", "gradient"),
                        guides=tuple(
                            (float(q), title)
                            for q, title in zip(
                                usual,
                                (N_("5 percent of real pictures"), N_("half of them"), N_("95 percent")),
                                strict=True,
                            )
                        ),
                    ),
                ),
                legend=N_(
                    "{bound} nats by the ELBO, {tight} by the bound with a thousand codes. Of real pictures {rarer} "
                    "percent are less likely than this one."
                ),
                words=N_("{bound} nats by the ELBO."),
                values={"bound": f"{bound:.1f}", "tight": f"{tight:.1f}", "rarer": f"{100 * rarer:.0f}"},
            ),
        ),
    )
