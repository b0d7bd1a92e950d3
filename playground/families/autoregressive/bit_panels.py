"""What can be asked of a model of bits: chances, completions, what each bit hears, leaks, orders, odd ones, bits
saved."""

from collections.abc import Mapping

import numpy as np

from playground.core.config import Config
from playground.core.i18n import N_
from playground.core.panels import Dial, Panel
from playground.core.scene import Axes, Bars, Matrix, Paths, Points, Scene
from playground.data.bits.binary import Binary

from .config import count_of, data_of
from .oddities import ODD, ODDITIES
from .orders import places
from .sheets import UNKNOWN, Pictures, sheet

NO_ANSWER = N_("A model of bits can be asked about: {names}.")
KEPT, RANKED = 8, 1000
"""Steps in which the known part of a picture grows, and how many test vectors are ranked."""
LONGEST = 256
"""Bits beyond which not every pair is looked at."""
EXAMPLE = 4
"""The test vector whose first half stands on the small canvas at first."""


def panels(config: Config) -> tuple[Panel, ...]:
    """What can be asked of a model with these settings."""
    data = data_of(config)
    dim, last = data.dim, min(len(data.rows("test")), 300)
    which = Dial(
        "which",
        N_("Picture"),
        default=min(8, last),
        low=1,
        high=last,
        step=1,
        help=N_("One of those that no model has learnt from."),
    )
    place = Dial(
        "place",
        N_("Place in the order"),
        low=1,
        high=dim,
        step=1,
        default=(data.shape[0] - 1) // 2 * data.shape[1] + data.shape[1] // 2 + 1,
    )
    found = [
        Panel(
            "conditionals",
            N_("Given the first pixels"),
            N_(
                "Some of a picture is known. What is the chance of ink for each of the other pixels? For the next one "
                "the model says it in one pass; for those further on, 128 completions are drawn and counted."
            ),
            (which, Dial("known", N_("Pixels known"), default=dim * 3 // 8, low=0, high=dim, step=1)),
        ),
        Panel(
            "completion",
            N_("Complete a picture"),
            N_(
                "Draw the first part of a picture, the upper half if the order is row by row. The model draws the "
                "rest, bit by bit, sixteen times."
            ),
            (
                Dial("sketch", N_("Your picture"), "pixels", default=_begun(data), shape=data.shape),
                Dial(
                    "kept",
                    N_("How much of it is kept"),
                    default=KEPT // 2,
                    low=0,
                    high=KEPT,
                    step=1,
                    help=N_("In eighths of the order; what comes later is drawn by the model."),
                ),
                Dial(
                    "draw",
                    N_("Draw"),
                    default=1,
                    low=1,
                    high=50,
                    step=1,
                    help=N_("Another number is other randomness."),
                ),
            ),
        ),
        Panel(
            "matters",
            N_("Which pixels matter"),
            N_(
                "How steeply the log odds of each pixel follow every other one: the Jacobian, in the mean over test "
                "pictures. In the model's order it is a strict triangle: nothing hears itself or what comes later."
            ),
            (
                place,
                Dial(
                    "view",
                    N_("Rows and columns"),
                    "choice",
                    "order",
                    options=(("order", N_("in the model's order")), ("rows", N_("row by row"))),
                ),
            ),
        ),
        Panel(
            "leak",
            N_("The leak test"),
            N_(
                "Turn one pixel and look which chances change: only those of later pixels may. Then break the mask by "
                "one, with the same weights."
            ),
            (which, place, Dial("broken", N_("Break the mask"), "switch", False)),
        ),
        Panel(
            "orders",
            N_("Orders compared"),
            N_(
                "Any order gives an exact likelihood, but not the same one: what is learnt in one order has to be "
                "learnt anew in another. A model of several orders is the mean of what it says in each."
            ),
            (),
        ),
        Panel(
            "density",
            N_("Find the odd ones"),
            N_(
                "Real pictures and odd ones, from the likeliest to the least likely. A density should put the odd ones "
                "last."
            ),
            (
                Dial(
                    "kind",
                    N_("Odd ones are"),
                    "choice",
                    "noise",
                    options=tuple((name, title) for name, (title, _) in ODDITIES.items()),
                ),
                Dial(
                    "draw",
                    N_("Draw"),
                    default=1,
                    low=1,
                    high=50,
                    step=1,
                    help=N_("Another number is other randomness."),
                ),
            ),
        ),
        Panel(
            "bits",
            N_("Bits saved"),
            N_("How many bits each pixel costs by the model, beside what it costs if every pixel is on its own."),
            (),
        ),
    ]
    if dim > 1024:  # more than a small canvas has
        found = [panel for panel in found if panel.name != "completion"]
    return tuple(panel for panel in found if dim <= LONGEST or panel.name != "matters")


def _begun(data: Binary) -> tuple[float, ...]:
    """The upper half of a test picture."""
    first = data.rows("test")[EXAMPLE].astype(float)
    first[data.dim // 2 :] = 0
    return tuple(first.tolist())


def _conditionals(answer: Mapping[str, np.ndarray], values: Mapping, config: Config) -> Pictures:
    data, known = data_of(config), answer["known"]
    count = int(known.sum())
    spent = float(answer["nats"][known > 0].sum())
    alone = data.frequencies[known > 0]
    ink = answer["real"][known > 0]
    other = -float((ink * np.log(alone) + (1 - ink) * np.log1p(-alone)).sum())
    return (
        (
            N_("What is known"),
            sheet(
                data,
                np.where(known > 0, answer["real"], UNKNOWN),
                N_("Known pixels"),
                N_(
                    "The first {count} pixels of a picture. By the model they cost {spent} nats, each on its own "
                    "{other}."
                ),
                "data",
                count=str(count),
                spent=f"{spent:.1f}",
                other=f"{other:.1f}",
            ),
        ),
        (
            N_("Chance of ink"),
            sheet(
                data,
                answer["chances"],
                N_("Chance of ink"),
                N_("The known pixels, and the chance of ink for each of the others."),
                "field",
            ),
        ),
        (
            N_("The whole picture"),
            sheet(data, answer["real"], N_("The whole picture"), N_("What it really was."), "data"),
        ),
        (
            N_("What each pixel cost"),
            sheet(
                data,
                answer["nats"] / max(float(answer["nats"].max()), 1e-6),
                N_("Surprise"),
                N_("How surprising each pixel was, given those before it: at most {most} nats, all together {total}."),
                "gradient",
                most=f"{answer['nats'].max():.1f}",
                total=f"{answer['nats'].sum():.1f}",
            ),
        ),
    )


def _completion(answer: Mapping[str, np.ndarray], values: Mapping, config: Config) -> Pictures:
    data, known = data_of(config), answer["known"] > 0
    return (
        (
            N_("What is kept"),
            sheet(
                data,
                np.where(known, answer["given"], UNKNOWN),
                N_("Kept"),
                N_("What you drew, as far as it is kept; the shaded pixels are the model's."),
                "data",
            ),
        ),
        (
            N_("Sixteen completions"),
            sheet(
                data,
                answer["bits"],
                N_("Completions"),
                N_(
                    "Each is a draw from the model's own conditional distribution. The likeliest has log p {best}, "
                    "the least likely {worst}."
                ),
                best=f"{answer['log_p'].max():.1f}",
                worst=f"{answer['log_p'].min():.1f}",
            ),
        ),
        (
            N_("Mean of 128 completions"),
            sheet(
                data,
                answer["chances"],
                N_("Chance of ink"),
                N_("The chance of ink for each pixel, given what you drew."),
                "field",
            ),
        ),
    )


def _matters(answer: Mapping[str, np.ndarray], values: Mapping, config: Config) -> Pictures:
    data, order, slopes = data_of(config), answer["order"].astype(int), answer["slopes"]
    place = int(values["place"])
    i = order[place - 1]
    laid = slopes[np.ix_(order, order)] if values["view"] == "order" else slopes
    upper = float(np.triu(slopes[np.ix_(order, order)]).max())
    top = max(float(np.quantile(slopes, 0.995)), 1e-6)
    matrix = Matrix(name="slopes", title=N_("Jacobian"), role="gradient", values=laid.astype(np.float32), high=top)
    words = N_(
        "Each row is a pixel, each column a pixel that it may hear. On the diagonal and above it, in the "
        "model's order, the largest entry is {upper}, below it {lower}."
    )
    lower = float(np.tril(slopes[np.ix_(order, order)], -1).max())
    said = {"upper": f"{upper:.2g}", "lower": f"{lower:.2g}"}
    return (
        (N_("The Jacobian"), Scene((matrix,), legend=words, words=words, values=said)),
        (
            N_("What this pixel hears"),
            sheet(
                data,
                slopes[i] / top,
                N_("Hears"),
                N_("Pixel number {place} of the order: how much it follows each of those before it."),
                "gradient",
                place=str(place),
            ),
        ),
        (
            N_("Who hears it"),
            sheet(
                data,
                slopes[:, i] / top,
                N_("Is heard"),
                N_("How much each of the pixels after it follows it."),
                "field",
            ),
        ),
    )


def _leak(answer: Mapping[str, np.ndarray], values: Mapping, config: Config) -> Pictures:
    data, place = data_of(config), int(values["place"]) - 1
    order = answer["order"].astype(int)
    moved = np.abs(answer["after"] - answer["before"])
    past = moved[order[: place + 1]]
    leaks, rest = int((past > 0).sum()), int((moved[order[place + 1 :]] > 1e-4).sum())
    verdict = (
        N_(
            "A leak: {leaks} of the chances up to the turned pixel itself have changed, by up to {most}. A "
            "product of such chances is no probability."
        )
        if leaks
        else N_(
            "No leak: of the chances up to the turned pixel itself none has changed, not by a bit; of those after it "
            "{rest}."
        )
    )
    turned = answer["real"] * 0.0
    turned[order[place]] = 1.0
    return (
        (
            N_("The turned pixel"),
            sheet(
                data,
                np.maximum(turned, 0.35 * answer["real"]),
                N_("Turned"),
                N_("The picture, pale, and the pixel that is turned."),
                "data",
            ),
        ),
        (
            N_("How the chances change"),
            sheet(
                data,
                moved / max(float(moved.max()), 1e-6),
                N_("Change"),
                verdict,
                "gradient",
                leaks=str(leaks),
                rest=str(rest),
                most=f"{past.max():.2g}",
            ),
        ),
        (
            N_("Chances before"),
            sheet(data, answer["before"], N_("Before"), N_("Chance of ink of each pixel."), "field"),
        ),
        (
            N_("Chances after"),
            sheet(data, answer["after"], N_("After"), N_("The same with the pixel turned."), "field"),
        ),
    )


def _orders(answer: Mapping[str, np.ndarray], values: Mapping, config: Config) -> Pictures:
    data, orders, nats = data_of(config), answer["orders"].astype(int), answer["nats"]
    alone, mean, several = data.independent("test"), float(answer["mean"][0]), count_of(config) > 1
    values_ = np.append(nats, mean) if several else nats
    labels = tuple(str(k + 1) for k in range(len(nats))) + ((N_("mean"),) if several else ())
    low = max(0.0, float(values_.min()) - 1.0)
    bars = Bars(
        name="nats",
        title=N_("Nats for a picture"),
        role="field",
        values=values_.astype(np.float32),
        labels=labels,
        roles=("field",) * len(nats) + (("generated",) if several else ()),
        low=low,
        high=max(alone, float(values_.max())) + 0.5,
        guides=((alone, N_("every pixel on its own")),),
    )
    ranks = np.stack([places(order) for order in orders]) / max(data.dim - 1, 1)
    words = (
        N_(
            "Test pictures need {least} nats in the best order, {most} in the worst, {mean} by the mean of the "
            "probabilities. Bars begin at {low}."
        )
        if several
        else N_(
            "Test pictures need {least} nats in this order. Choose several orders in the settings of MADE to compare "
            "them in one model. Bars begin at {low}."
        )
    )
    return (
        (
            N_("The orders"),
            sheet(data, ranks, N_("Orders"), N_("From the first pixel, faint, to the last, strong."), "neutral"),
        ),
        (
            N_("Nats for a test picture"),
            Scene(
                (bars,),
                legend=words,
                words=words,
                values={
                    "least": f"{nats.min():.2f}",
                    "most": f"{nats.max():.2f}",
                    "mean": f"{mean:.2f}",
                    "low": f"{low:.1f}",
                },
            ),
        ),
    )


def _density(answer: Mapping[str, np.ndarray], values: Mapping, config: Config) -> Pictures:
    data, log_p, every = data_of(config), answer["log_p"], answer["all"]
    strange = np.arange(len(log_p)) >= len(log_p) - ODD
    rank = np.argsort(-log_p, kind="stable")
    found = float((log_p[strange][:, None] < every[None]).mean())
    real, alone = ~strange, answer["alone"]
    plain = float((alone[strange][:, None] < alone[real][None]).mean())
    edges = np.linspace(min(log_p.min(), every.min()) - 1, max(log_p.max(), every.max()) + 1, 31)
    counts = np.histogram(every, edges)[0] / len(every)
    steps = np.stack([np.repeat(edges, 2)[1:-1], np.repeat(counts, 2)], 1)[None].astype(np.float32)
    top = 1.15 * float(counts.max())
    ground = np.full(ODD, 0.03 * top)
    return (
        (
            N_("From likely to unlikely"),
            sheet(
                data,
                answer["x"][rank],
                N_("Ranked"),
                N_(
                    "Twelve [data:real] test pictures and six [generated:odd] ones in the order of their log p, the "
                    "likeliest first."
                ),
                "data",
                roles=tuple("generated" if strange[k] else "data" for k in rank),
            ),
        ),
        (
            N_("How likely pictures are"),
            Scene(
                (
                    Paths(name="real", title=N_("real pictures"), role="data", xy=steps),
                    Points(
                        name="odd",
                        title=N_("odd ones"),
                        role="generated",
                        size=7.0,
                        xy=np.stack([log_p[strange], ground], 1).astype(np.float32),
                    ),
                ),
                extent=(float(edges[0]), float(edges[-1]), 0.0, top),
                axes=Axes("log p(x)", N_("share of the pictures")),
                legend=N_(
                    "In {found} percent of all pairs the [generated:odd] one is less likely than a [data:real] test "
                    "picture; by chances of single pixels in {plain} percent. By guessing it were 50."
                ),
                words=N_("In {found} percent of all pairs the odd one is less likely than the real one."),
                values={"found": f"{100 * found:.0f}", "plain": f"{100 * plain:.0f}"},
            ),
        ),
    )


def _bits(answer: Mapping[str, np.ndarray], values: Mapping, config: Config) -> Pictures:
    data, order = data_of(config), answer["order"].astype(int)
    model, alone = answer["model"], answer["alone"]
    number = np.arange(data.dim + 1)
    curves = [
        np.stack([number, np.append(0, np.cumsum(bits[order]))], 1)[None].astype(np.float32) for bits in (alone, model)
    ]
    saved = float(alone.sum() - model.sum())
    return (
        (
            N_("Cost on its own"),
            sheet(
                data,
                alone,
                N_("Bits"),
                N_("What each pixel costs if it is on its own: up to one bit; {alone} bits for a picture."),
                "neutral",
                alone=f"{alone.sum():.1f}",
            ),
        ),
        (
            N_("Cost by the model"),
            sheet(
                data,
                model,
                N_("Bits"),
                N_("What each pixel costs, given those before it: {model} bits for a picture."),
                "field",
                model=f"{model.sum():.1f}",
            ),
        ),
        (
            N_("Along the order"),
            Scene(
                (
                    Paths(name="alone", title=N_("every pixel on its own"), role="neutral", xy=curves[0]),
                    Paths(name="model", title=N_("the model"), role="field", xy=curves[1]),
                ),
                extent=(0.0, float(data.dim), 0.0, 1.05 * float(alone.sum())),
                axes=Axes(N_("pixels so far"), N_("bits so far")),
                legend=N_(
                    "Bits that pictures have cost so far, by the [field:model] and with [neutral:every pixel on its "
                    "own]. At the end {saved} bits are saved."
                ),
                words=N_("The model saves {saved} bits for each picture."),
                values={"saved": f"{saved:.1f}"},
            ),
        ),
    )


DRAW = {
    "conditionals": _conditionals,
    "completion": _completion,
    "matters": _matters,
    "leak": _leak,
    "orders": _orders,
    "density": _density,
    "bits": _bits,
}
"""Answer, dials' values, settings -> scenes, by the panel's name."""
