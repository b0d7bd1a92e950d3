"""The small laboratories of a flow of pictures: samples, ways between two digits, thin and bold, the missing half."""

from collections.abc import Mapping

import numpy as np

from playground.core.config import Config
from playground.core.i18n import N_
from playground.core.panels import Dial, Panel
from playground.core.scene import Axes, Images, Paths, Points, Role, Scene
from playground.data.images.digits import DIGITS

CLASSES = 10
SIZES = (4, 6, 8)
"""How many samples stand in a row, and how many rows there are."""
WAYS = ("sphere", "straight")
STATIONS = 9
"""Pictures on a way from one to another, with both of them."""
ATTRIBUTES = ("ink", "slant")
STRENGTHS = 7
"""Pictures along a direction; the one in the middle is what it was."""
MISSING = ("bottom", "top", "right", "left")

Pictures = tuple[tuple[str, Scene], ...]


def panels(config: Config) -> tuple[Panel, ...]:
    """What can be asked of a flow of pictures."""
    digit, which = N_("Digit"), N_("Which picture of it")
    return (
        Panel(
            "generation",
            N_("Generation"),
            N_(
                "Fresh noise, carried to pictures. Below a temperature of 1 the noise is pulled towards its middle: "
                "cleaner pictures, but fewer kinds of them."
            ),
            (
                Dial("temperature", N_("Temperature"), default=0.8, low=0.0, high=1.5, step=0.05),
                Dial("size", N_("Pictures"), "choice", "6", options=tuple((str(n), str(n * n)) for n in SIZES)),
                Dial("draw", N_("Draw"), default=1, low=1, high=50, step=1, help=N_("Another number is other noise.")),
            ),
        ),
        Panel(
            "interpolation",
            N_("From one digit to another"),
            N_(
                "Two real pictures are carried to the noise, and pictures made on the way between the two places. "
                "Below, for comparison, the same two with their pixels mixed."
            ),
            (
                _digit("from", N_("From"), 3),
                _which("from_which", which),
                _digit("to", N_("To"), 8),
                _which("to_which", which),
                Dial(
                    "way",
                    N_("Way"),
                    "choice",
                    "sphere",
                    options=(("sphere", N_("along the sphere")), ("straight", N_("straight"))),
                    help=N_(
                        "Noise of many dimensions lies near a sphere; a straight way leaves it and cuts through its "
                        "empty inside."
                    ),
                ),
            ),
        ),
        Panel(
            "attribute",
            N_("A direction with a meaning"),
            N_(
                "Training pictures with more of a trait than is usual for their digit, and those with less: the "
                "difference of their means in the noise is a direction. Real pictures are moved along it, each row "
                "one of them."
            ),
            (
                Dial(
                    "trait",
                    N_("Trait"),
                    "choice",
                    "ink",
                    options=(("ink", N_("thin – bold")), ("slant", N_("leaning left – right"))),
                ),
                _digit("digit", digit, 4),
                Dial(
                    "strength",
                    N_("Strength"),
                    default=1.5,
                    low=0.0,
                    high=4.0,
                    step=0.1,
                    help=N_("How far the outer columns are moved, in lengths of the direction."),
                ),
            ),
        ),
        Panel(
            "inpainting",
            N_("Inpainting"),
            N_(
                "Half of a real picture is kept. The pixels of the other half begin at random and move by Langevin "
                "steps: a little up the slope of the flow's log p, and a little at random, until they are draws from "
                "what the flow thinks of the missing half. Or without the randomness: then they climb to a likely "
                "picture (optimisation)."
            ),
            (
                _digit("digit", digit, 3),
                _which("which", which),
                Dial(
                    "missing",
                    N_("Missing half"),
                    "choice",
                    "bottom",
                    options=(
                        ("bottom", N_("bottom")),
                        ("top", N_("top")),
                        ("right", N_("right")),
                        ("left", N_("left")),
                    ),
                ),
                Dial(
                    "method",
                    N_("Steps"),
                    "choice",
                    "langevin",
                    options=(("langevin", N_("with noise (Langevin)")), ("climb", N_("without noise (optimisation)"))),
                ),
                Dial("count", N_("How many steps"), default=200, low=0, high=400, step=20),
            ),
            live=False,
        ),
    )


def _digit(name: str, title: str, default: int) -> Dial:
    return Dial(name, title, "choice", str(default), options=tuple((str(k), str(k)) for k in range(CLASSES)))


def _which(name: str, title: str) -> Dial:
    return Dial(name, title, default=1, low=1, high=20, step=1)


def examples(label: int, number: int) -> np.ndarray:
    """Picture `number` (from 0) of a digit among those kept for testing, which no flow has learnt: (64,)."""
    chosen = np.flatnonzero(DIGITS.labels("test") == label)
    return DIGITS.vectors("test")[chosen[number % len(chosen)]]


def traits(name: str, pictures: np.ndarray) -> np.ndarray:
    """How much of a trait pictures (n, 64) have: their ink, in full pixels; or by how many columns the ink moves to the
    right with each row upwards: (n,)."""
    ink = pictures.reshape(-1, *DIGITS.shape).astype(np.float64)
    mass = ink.sum((1, 2))
    if name == "ink":
        return mass
    up, right = np.mgrid[DIGITS.shape[0] - 1 : -1 : -1, : DIGITS.shape[1]]
    share = ink / np.maximum(mass, 1e-9)[:, None, None]
    off = up - (share * up).sum((1, 2))[:, None, None]
    return (share * off * right).sum((1, 2)) / np.maximum((share * off**2).sum((1, 2)), 1e-9)


def missing(half: str) -> np.ndarray:
    """1 where a pixel is missing: (64,)."""
    rows, columns = np.mgrid[: DIGITS.shape[0], : DIGITS.shape[1]]
    middle = DIGITS.shape[0] // 2
    gone = {"bottom": rows >= middle, "top": rows < middle, "right": columns >= middle, "left": columns < middle}
    return gone[half].ravel().astype(np.float32)


def draw(name: str, answer: Mapping[str, np.ndarray], values: Mapping, config: Config) -> Pictures:
    """The scenes of panel `name`: of what the model answered to its dials."""
    return {
        "generation": _generation,
        "interpolation": _interpolation,
        "attribute": _attribute,
        "inpainting": _inpainting,
    }[name](answer, values)


def _sheet(
    pixels: np.ndarray,
    columns: int,
    title: str,
    words: str,
    role: Role = "generated",
    roles: tuple[Role, ...] = (),
    **values: str,
) -> Scene:
    layer = Images(name="pictures", title=title, role=role, pixels=pixels, columns=columns, roles=roles)
    return Scene((layer,), legend=words, words=words, values=values)


def _generation(answer: Mapping[str, np.ndarray], values: Mapping) -> Pictures:
    """`pictures` (n, 8, 8), `bits` (n,)."""
    pixels = answer["pictures"]
    columns = round(len(pixels) ** 0.5)
    real = DIGITS.images("test")[: len(pixels)] / np.float32(DIGITS.levels - 1)
    return (
        (
            N_("Samples"),
            _sheet(
                pixels,
                columns,
                N_("Samples"),
                N_("The flow itself would give these pictures {bits} bits per dimension on average."),
                bits=f"{float(answer['bits'].mean()):.2f}",
            ),
        ),
        (
            N_("Real pictures"),
            _sheet(real, columns, N_("Real pictures"), N_("Pictures that the flow has not learnt from."), "data"),
        ),
    )


def _interpolation(answer: Mapping[str, np.ndarray], values: Mapping) -> Pictures:
    """`pictures` (2 * stations, 8, 8), `bits` and `mixed` (stations,), `lengths` (stations,)."""
    inner: tuple[Role, ...] = ("data", *["generated"] * (STATIONS - 2), "data")
    share = np.linspace(0, 1, STATIONS)
    curves = [np.stack([share, answer[name]], 1)[None].astype(np.float32) for name in ("bits", "mixed")]
    low, high = min(c[..., 1].min() for c in curves), max(c[..., 1].max() for c in curves)
    return (
        (
            N_("The way"),
            _sheet(
                answer["pictures"],
                STATIONS,
                N_("The way"),
                N_(
                    "Between two [data:real] pictures: above the way through the noise, which begins {start} from its "
                    "middle and is {least} at its nearest; below their pixels, mixed."
                ),
                roles=inner + inner,
                start=f"{answer['lengths'][0]:.1f}",
                least=f"{answer['lengths'].min():.1f}",
            ),
        ),
        (
            N_("How unlikely they are"),
            Scene(
                (
                    Paths(name="through", title=N_("through the noise"), role="generated", xy=curves[0]),
                    Paths(name="mixed", title=N_("pixels mixed"), role="neutral", xy=curves[1]),
                    Points(name="places", title=N_("Pictures"), role="generated", xy=curves[0][0]),
                ),
                extent=(0.0, 1.0, float(low) - 0.1, float(high) + 0.1),
                axes=Axes(N_("share of the way"), N_("bits per dimension")),
                legend=N_(
                    "Bits that the flow needs for each picture of the way [generated:through the noise] and of the "
                    "[neutral:mixed pixels]: fewer are likelier."
                ),
                words=N_("Bits per dimension along both ways."),
            ),
        ),
    )


def _attribute(answer: Mapping[str, np.ndarray], values: Mapping) -> Pictures:
    """`pictures` (examples * strengths, 8, 8), `trait` (strengths,)."""
    count = len(answer["pictures"]) // STRENGTHS
    row: tuple[Role, ...] = tuple("data" if k == STRENGTHS // 2 else "generated" for k in range(STRENGTHS))
    ink = values["trait"] == "ink"
    steps = np.linspace(-1, 1, STRENGTHS) * float(values["strength"])
    curve = np.stack([steps, answer["trait"]], 1)[None].astype(np.float32)
    room = max(0.1 * float(np.ptp(answer["trait"])), 0.05)
    reach = max(float(values["strength"]), 0.1)
    return (
        (
            N_("Moved pictures"),
            _sheet(
                answer["pictures"],
                STRENGTHS,
                N_("Moved pictures"),
                N_(
                    "In the middle the [data:real] pictures; to the left and to the right of them the "
                    "[generated:moved] ones."
                ),
                roles=row * count,
            ),
        ),
        (
            N_("What it changed"),
            Scene(
                (
                    Paths(name="trait", title=N_("Trait"), role="generated", xy=curve),
                    Points(name="places", title=N_("Pictures"), role="generated", xy=curve[0]),
                ),
                extent=(-reach, reach, float(answer["trait"].min()) - room, float(answer["trait"].max()) + room),
                axes=Axes(
                    N_("strength"), N_("ink, in full pixels") if ink else N_("columns to the right for each row up")
                ),
                legend=N_("The trait as measured in the pictures, mean of the rows."),
                words=N_("The trait goes from {low} to {high}."),
                values={"low": f"{answer['trait'][0]:.2f}", "high": f"{answer['trait'][-1]:.2f}"},
            ),
        ),
    )


def _inpainting(answer: Mapping[str, np.ndarray], values: Mapping) -> Pictures:
    """`known`, `real` (1, 8, 8), `first`, `last` (n, 8, 8), `bits` (2, n), `bits_real` (1,)."""
    before, after = answer["bits"].mean(1)
    said = {"before": f"{before:.2f}", "after": f"{after:.2f}", "real": f"{float(answer['bits_real'][0]):.2f}"}
    what = {
        "langevin": N_(
            "Langevin steps in the space of the logits, as Dinh et al. 2014 did it: {before} bits per dimension at the "
            "start, {after} at the end; the [data:real] picture has {real}. More steps come nearer to true draws."
        ),
        "climb": N_(
            "Steps up the slope of log p, without noise: {before} bits per dimension at the start, {after} at the "
            "end; the [data:real] picture has {real}. This is a likely picture, not a draw: likelier, perhaps, than "
            "any real one."
        ),
    }
    whole = np.concatenate([answer["known"], answer["real"]])
    return (
        (
            N_("What is kept, and what it was"),
            _sheet(whole, 2, N_("Kept half"), N_("The half that is kept, and the whole [data:picture]."), "data"),
        ),
        (N_("At the start"), _sheet(answer["first"], 3, N_("At the start"), N_("The missing half begins at random."))),
        (N_("After the steps"), _sheet(answer["last"], 3, N_("Completed"), what[values["method"]], **said)),
    )
