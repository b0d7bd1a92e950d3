"""Frame -> what is drawn of a model of bits: vectors in the making, bit by bit, its diagram, its curves."""

import numpy as np

from playground.core.contract import Frame
from playground.core.i18n import N_
from playground.core.scene import (
    Bars,
    Beat,
    Chart,
    Diagram,
    Edge,
    Images,
    Layer,
    Matrix,
    Node,
    Number,
    Scene,
    Series,
    Trajectory,
)
from playground.data.bits.binary import Binary, Triples

from .config import AutoregressiveConfig, data_of, order_of
from .halts import EVERY, NEVER, halts
from .orders import orders
from .sheets import UNKNOWN, columns, images

PLAIN = (0.0, 1.0, 0.0, 1.0)
TINY = 1e-6


def scene(frame: Frame, config: AutoregressiveConfig) -> Scene:
    """What is drawn of a frame of an experiment on bits: see `Vectors.snapshot` for the arrays."""
    a = {name: array.astype(np.float32) for name, array in frame.arrays.items()}
    data = data_of(config)
    order = orders(order_of(config), data.shape)[0]
    stops, (train, valid, best, step) = halts(data.dim), a["judged"].tolist()
    made, running = making(a["bits"], a["chances"], order, stops)
    heard = np.concatenate([a["hears"], a["hears"][-1:]]) if len(a["hears"]) else None  # at the end the last pixel's
    pixels = images(data, made.reshape(-1, data.dim)).reshape(len(stops), -1, *data.shape)
    roles: tuple[str, ...] = ()
    if heard is not None:  # the first of the pictures gives its place to what the pixel being drawn hears
        scaled = heard / np.maximum(heard.max(1, keepdims=True), TINY)
        pixels[:, 0] = scaled.reshape(-1, *data.shape)
        roles = ("gradient", *["generated"] * (pixels.shape[1] - 1))
    count = columns(pixels.shape[1])
    layers = (
        Images(
            name="drawn",
            title=N_("Pictures in the making"),
            role="generated",
            pixels=pixels,
            columns=count,
            roles=roles,
            trajectory=True,
        ),
        Images(
            name="real",
            title=N_("Real pictures"),
            role="data",
            stage=False,
            columns=count,
            pixels=images(data, data.rows("valid")[: len(a["real"])]),
        ),
        Images(
            name="chances",
            title=N_("Chance of ink, given the pixels before"),
            role="field",
            stage=False,
            columns=count,
            pixels=images(data, a["real"]),
        ),
        *_heard(a["hears"], order, data),
        _loss(data, train, valid),
    )
    said = {
        "step": str(frame.step),
        **{name: _nats(value) for name, value in (("train", train), ("valid", valid), ("best", best))},
        "best_step": f"{step * EVERY:.0f}",
        "alone": f"{data.independent('valid'):.1f}",
    }
    return Scene(
        layers,
        diagram=_diagram(heard is not None),
        trajectory=_trajectory(stops, running),
        values=said,
        legend=N_(
            "Each picture is [generated:drawn] pixel by pixel; shaded pixels are still to come. The first one "
            "shows what the pixel being drawn [gradient:hears]. The best weights so far are those of step "
            "{best_step}."
        )
        if heard is not None
        else N_(
            "Each picture is [generated:drawn] pixel by pixel; shaded pixels are still to come. The best weights so "
            "far are those of step {best_step}."
        ),
        words=N_(
            "At step {step} the model needs {valid} nats for a picture that it has not learnt from, {train} for "
            "those that it learns from. Fewest were {best}, at step {best_step}; with every pixel on its own it "
            "is {alone}."
        ),
    )


def making(
    bits: np.ndarray, chances: np.ndarray, order: np.ndarray, stops: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Vectors after each halt (halts, n, dim): what is drawn, the chance of the bit being drawn, the rest unknown. And
    the mean of log p so far (halts,), in nats."""
    place = np.empty(len(order), int)
    place[order] = np.arange(len(order))
    here = stops[:, None, None]
    made = np.where(place < here, bits, np.where(place == here, chances, UNKNOWN))
    each = np.log(np.clip(np.where(bits > 0.5, chances, 1 - chances), 1e-7, 1)).mean(0)[order]
    return made, np.append(0, np.cumsum(each))[stops]


def charts(config: AutoregressiveConfig) -> tuple[Chart, ...]:
    """The curves, with what they are to be compared with."""
    data = data_of(config)
    alone = data.independent("valid")
    guides = [(alone, N_("every pixel on its own"))]
    if isinstance(data, Triples):
        guides = [(alone, N_("every bit on its own")), (data.entropy, N_("entropy: nobody gets below"))]
    found = Chart(
        "nll",
        N_("Negative log likelihood"),
        (
            Series("loss", N_("of the batch"), "field"),
            Series("train_nll", N_("of pictures it learns from"), "data"),
            Series("valid_nll", N_("of others"), "generated"),
        ),
        unit=N_("nats"),
        guides=tuple(guides),
        low=0.0,
        high=1.15 * alone,
    )
    if not isinstance(data, Triples):
        return (found,)
    return (
        found,
        Chart(
            "gap",
            N_("Gap to the truth"),
            (Series("nll_gap", N_("likelihood lost"), "field"),),
            unit=N_("nats"),
            log=True,
            low=1e-3,
            guides=((data.blind, N_("for who cannot see the rule")),),
        ),
    )


def _nats(value: float) -> str:
    return "–" if value >= NEVER else f"{value:.2f}"


def _heard(hears: np.ndarray, order: np.ndarray, data: Binary) -> tuple[Layer, ...]:
    """Rows and columns in the order; only where every bit has a row of its own."""
    if len(hears) != data.dim:
        return ()
    top = max(float(np.quantile(hears, 0.995)), TINY)
    return (
        Matrix(
            name="hears", title=N_("Who hears whom"), role="gradient", stage=False, values=hears[:, order], high=top
        ),
    )


def _loss(data: Binary, train: float, valid: float) -> Bars:
    """The account, as bars that only the diagram draws; empty before anything was judged."""
    alone = data.independent("valid")
    values = [0.0 if value >= NEVER else value for value in (train, valid)]
    return Bars(
        name="nll",
        title=N_("Nats for a picture"),
        role="field",
        stage=False,
        values=np.array(values, np.float32),
        labels=(N_("learnt from"), N_("others")),
        roles=("data", "generated"),
        low=0.0,
        high=1.2 * alone,
        guides=((alone, N_("every pixel on its own")),),
    )


def _trajectory(stops: np.ndarray, running: np.ndarray) -> Trajectory:
    last = stops[-1]
    every = max(1, round(last / 8))
    labels = tuple(str(stop) if stop % every == 0 or stop == last else "" for stop in stops)
    return Trajectory(
        N_("Pixel by pixel"),
        tuple(float(stop) for stop in stops),
        labels,
        start=N_("nothing"),
        end=N_("pictures"),
        numbers=(
            Number(N_("log p so far"), running, N_("nats")),
            Number(N_("bits so far"), -running / np.log(2), N_("bits")),
        ),
    )


def _diagram(heard: bool) -> Diagram:
    middle = "hears" if heard else "chances"
    nodes = [
        Node(
            "real",
            N_("Real pictures"),
            N_("Pictures of black and white pixels that are kept from training; others like them are learnt from."),
            ("real",),
            (0, 0),
            extent=PLAIN,
            role="data",
        ),
        Node(
            "chances",
            "p(xᵢ | x₍<ᵢ₎)",
            N_("The chance of ink that each pixel of the real pictures gets, given those before it: all in one pass."),
            ("chances",),
            (1, 1),
            extent=PLAIN,
            role="field",
        ),
        Node(
            "nll",
            "−log p(x)",
            N_("The loss: for each picture the surprises of its pixels, added up."),
            ("nll",),
            (2, 0),
            extent=PLAIN,
            role="field",
        ),
        Node(
            "drawn",
            N_("Samples"),
            N_(
                "Pictures drawn from the model, one pixel after another: each is set or not by "
                "its chance, and heard by all that come later."
            ),
            ("drawn",),
            (1, 2),
            extent=PLAIN,
            role="generated",
        ),
    ]
    edges = [
        Edge("chances", "nll"),
        Edge("chances", "drawn", title=N_("the next pixel")),
        Edge("drawn", "chances", title=N_("the pixels so far")),
        Edge("nll", middle, "gradient"),
    ]
    if heard:
        nodes.append(
            Node(
                "hears",
                N_("Who hears whom"),
                N_(
                    "How much each pixel (a row) hears each other one (a column), in the model's order: a strict "
                    "triangle, as nobody hears what comes later, nor itself."
                ),
                ("hears",),
                (1, 0),
                extent=PLAIN,
                role="gradient",
            )
        )
        edges += [Edge("real", "hears"), Edge("hears", "chances")]
    else:
        edges.append(Edge("real", "chances"))
    way = ("hears",) if heard else ()
    return Diagram(
        tuple(nodes),
        tuple(edges),
        (
            Beat("", N_("A batch of pictures arrives."), ("real",)),
            Beat(
                "",
                N_("The mask lets each pixel hear only those before it."),
                ("real", *way) if heard else ("real",),
                (("real", "hears"),) if heard else (("real", "chances"),),
            ),
            Beat(
                "",
                N_("So one pass gives the chances of all pixels, each given those before it."),
                ("chances",),
                (("hears", "chances"),) if heard else (),
            ),
            Beat(
                "",
                N_(
                    "The loss is how surprised the model is by each pixel, added up: minus log p of the picture, "
                    "exactly."
                ),
                ("chances", "nll"),
                (("chances", "nll"),),
            ),
            Beat(
                "",
                N_("It flows back, and the weights change a little, so that these pictures become more likely."),
                ("nll", middle),
                (("nll", middle),),
            ),
            Beat(
                "",
                N_("To draw a picture the model is asked for one pixel after another; each answer goes in again."),
                ("chances", "drawn"),
                (("chances", "drawn"), ("drawn", "chances")),
            ),
        ),
    )
