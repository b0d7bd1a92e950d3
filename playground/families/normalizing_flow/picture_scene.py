"""Frame -> what is drawn of a flow of pictures: its trajectory through the layers, its diagram, its curves."""

from functools import lru_cache

import numpy as np

from playground.core.config import Config
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
    Node,
    Number,
    Scene,
    Series,
    Trajectory,
)
from playground.data.images.digits import DIGITS

SLOTS = ((0, 0), (1, 0), (2, 0), (2, 1), (1, 1))
"""Places of the diagram's stations, from the noise to the pictures."""
COLUMNS = 6
NOISE = -90.8
"""Mean log density of Gaussian noise of 64 numbers itself, in nats: -32 (1 + ln 2 pi)."""


def scene(frame: Frame, config: Config) -> Scene:
    """What is drawn of a frame of an experiment on pictures: see `Pictures.snapshot` for the arrays."""
    a = {name: array.astype(np.float32) for name, array in frame.arrays.items()}
    stops, (train, valid, best, step) = a["stops"], a["judged"].tolist()
    layers = (
        Images(
            name="forward",
            title=N_("Noise, carried to pictures"),
            role="generated",
            pixels=a["forward"],
            columns=COLUMNS,
            trajectory=True,
        ),
        Images(
            name="backward",
            title=N_("Real pictures, carried back"),
            role="data",
            pixels=a["backward"],
            columns=COLUMNS,
            trajectory=True,
            shown=False,
        ),
        *_books(a, valid),
    )
    return Scene(
        layers,
        diagram=_diagram(stops),
        trajectory=_trajectory(stops, a["books"]),
        legend=N_(
            "[generated:Noise] that the layers carry to pictures; switch to the [data:real pictures] to see the "
            "same layers carry them back to noise. The best weights so far are those of step {best_step}."
        ),
        words=N_(
            "At step {step} the flow needs {valid} bits for each pixel of pictures it has not learnt from, "
            "{train} for those that it learns from. Fewest were {best}, at step {best_step}."
        ),
        values={
            "step": str(frame.step),
            "train": f"{train:.2f}",
            "valid": f"{valid:.2f}",
            "best": f"{best:.2f}",
            "best_step": f"{step:.0f}",
        },
    )


@lru_cache(maxsize=1)
def independent() -> float:
    """Bits per dimension of the test pictures if every pixel is on its own: its levels counted in the training
    pictures, each once more than it was seen (Laplace)."""
    pixels, test = (DIGITS.images(part).reshape(-1, DIGITS.dim) for part in ("train", "test"))
    counts = np.stack([(pixels == level).sum(0) for level in range(DIGITS.levels)]) + 1  # (levels, 64)
    share = counts / counts.sum(0)
    return -float(np.mean(np.log2(share[test, np.arange(DIGITS.dim)])))


def charts(config: Config) -> tuple[Chart, ...]:
    """The curves, with what they are to be compared with."""
    return (
        Chart(
            "bits",
            N_("Bits for each pixel"),
            (
                Series("bits", N_("of the batch"), "field"),
                Series("train_bits", N_("of pictures it learns from"), "data"),
                Series("valid_bits", N_("of others"), "generated"),
            ),
            unit=N_("bits per dimension"),
            guides=((independent(), N_("every pixel on its own")),),
            low=1.6,
            high=3.2,
        ),
        Chart(
            "invertibility",
            N_("Error of there and back"),
            (Series("invertibility", N_("largest of a pixel"), "neutral"),),
            log=True,
        ),
    )


def _books(a, valid: float) -> tuple[Layer, ...]:
    """The account of the change of variables, as bars that only the diagram draws."""
    prior, gains = float(a["books"][0, 0]), a["gains"]
    return (
        Bars(
            name="prior",
            title=N_("Mean log density of the noise"),
            role="neutral",
            stage=False,
            values=np.array([prior], np.float32),
            labels=("log p(z₀)",),
            roles=("neutral",),
            low=-130.0,
            high=0.0,
            guides=((NOISE, N_("of Gaussian noise itself")),),
        ),
        Bars(
            name="gains",
            title=N_("Mean log|det J| of each layer"),
            role="gradient",
            stage=False,
            values=gains.astype(np.float32),
            labels=tuple(str(k + 1) for k in range(len(gains))),
            roles=("gradient",) * len(gains),
            low=-150.0,
            high=50.0,
        ),
        Bars(
            name="bits",
            title=N_("Bits for each pixel"),
            role="field",
            stage=False,
            values=np.array([valid], np.float32),
            labels=(N_("bits per dimension"),),
            roles=("field",),
            low=0.0,
            high=4.1,
            guides=((independent(), N_("every pixel on its own")),),
        ),
    )


def _trajectory(stops: np.ndarray, books: np.ndarray) -> Trajectory:
    return Trajectory(
        N_("Through the layers"),
        tuple(float(stop) for stop in stops),
        tuple(f"{stop:g}" for stop in stops),
        start=N_("noise"),
        end=N_("pictures"),
        numbers=(
            Number(N_("log p(z₀)"), books[:, 0], N_("nats")),
            Number(N_("Σ log|det J| so far"), books[:, 1], N_("nats")),
            Number(N_("log p(x) here"), books[:, 2], N_("nats")),
        ),
    )


def _diagram(stops: np.ndarray) -> Diagram:
    plain = (0.0, 1.0, 0.0, 1.0)
    chosen = sorted({round(k) for k in np.linspace(0, len(stops) - 1, min(len(SLOTS), len(stops)))})
    slots = (*SLOTS[: len(chosen) - 1], SLOTS[-1])
    names = [f"z{k}" for k in chosen]
    middle = N_(
        "Between noise and pictures: what the layers up to here have made of the noise, shown on the scale of "
        "the pictures."
    )
    stations = [
        Node(
            "z0",
            N_("Noise z₀"),
            N_("64 random numbers from a Gaussian for each picture, shown as grey."),
            ("forward",),
            SLOTS[0],
            extent=plain,
            moment=float(stops[0]),
        ),
        *(
            Node(
                name,
                f"z{_low(stops[k])}",
                middle,
                ("forward",),
                slot,
                extent=plain,
                role="field",
                moment=float(stops[k]),
            )
            for k, name, slot in zip(chosen[1:-1], names[1:-1], slots[1:-1], strict=True)
        ),
        Node(
            names[-1],
            f"z{_low(stops[-1])} = x",
            N_("After the last layer: pictures."),
            ("forward",),
            slots[-1],
            extent=plain,
            role="generated",
            moment=float(stops[-1]),
        ),
    ]
    on = list(zip(names, names[1:], strict=False))
    back = [(b, a) for a, b in reversed(on)]
    last, inner = names[-1], names[-2] if len(names) > 2 else names[-1]
    return Diagram(
        nodes=(
            *stations,
            Node(
                "real",
                N_("Real pictures"),
                N_(
                    "Pictures that are kept from training; the layers carry them back to "
                    "noise to tell how likely they are."
                ),
                ("backward",),
                (0, 1),
                extent=plain,
                role="data",
                moment=float(stops[-1]),
            ),
            Node(
                "prior",
                "log p(z₀)",
                N_("How likely the Gaussian finds the noise that the pictures were carried to."),
                ("prior",),
                (0, 2),
                extent=plain,
            ),
            Node(
                "bits",
                N_("bits"),
                N_("Minus log p of the pixels' levels, for each pixel: the loss in other units."),
                ("bits",),
                (1, 2),
                extent=plain,
                role="field",
            ),
            Node(
                "gains",
                "log|det J|",
                N_(
                    "How much each layer stretches (up) or squeezes (down) the space around the "
                    "pictures on its way from noise to data."
                ),
                ("gains",),
                (2, 2),
                extent=plain,
                role="gradient",
            ),
        ),
        edges=(
            *(Edge(a, b, title=N_("forward: sampling")) for a, b in on),
            *(Edge(a, b, title=N_("backward: density")) for a, b in back),
            Edge("real", last),
            Edge("z0", "prior"),
            Edge(inner, "gains"),
            Edge("prior", "bits"),
            Edge("gains", "bits"),
            Edge("bits", last, "gradient"),
        ),
        beats=(
            Beat(
                "",
                N_(
                    "A batch of pictures arrives at the end of the chain, each pixel with a little noise that "
                    "spreads its level over its share of the axis."
                ),
                ("real", last),
                (("real", last),),
            ),
            *(
                Beat("", N_("The inverse of the layers carries it back, a station nearer to the noise."), pair, (pair,))
                for pair in back
            ),
            Beat(
                "",
                N_("The Gaussian says how likely it finds the noise they became."),
                ("z0", "prior"),
                (("z0", "prior"),),
            ),
            Beat(
                "",
                N_("Each layer reports how much it squeezed or stretched the space around them."),
                (inner, "gains"),
                ((inner, "gains"),),
            ),
            Beat(
                "",
                N_("Both together are log p(x), exactly; the loss is minus its mean."),
                ("prior", "gains", "bits"),
                (("prior", "bits"), ("gains", "bits")),
            ),
            Beat(
                "",
                N_(
                    "The loss flows back through all layers, and each changes a little, so that the data become "
                    "more likely."
                ),
                ("bits", *reversed(names)),
                (("bits", last),),
            ),
        ),
    )


def _low(stop: float) -> str:
    """A number as subscript."""
    return f"{stop:g}".translate(str.maketrans("0123456789.", "₀₁₂₃₄₅₆₇₈₉."))
