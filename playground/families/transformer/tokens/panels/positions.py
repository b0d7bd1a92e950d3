"""What positions look like, and how far they carry."""

import numpy as np

from playground.core.i18n import N_
from playground.core.panels import Arrays, Dial, Panel, PanelScenes, Values
from playground.core.scene import Axes, Matrix, Number, Paths, Points, Scene, Trajectory

from ...config import TransformerConfig
from .curves import curve, minus, reach_of

MAX_CURVES = 8
PICTURES = {
    "sinusoidal": N_("A column for each position, a row for each number that is added to its embedding."),
    "learned": N_("A column for each position, a row for each number that is added to its embedding; all are learned."),
    "rotary": N_(
        "A column for each position, a row for each pair of numbers: the cosine of the angle by which it is turned."
    ),
    "alibi": N_("A column for each distance, a row for each head: what is added to the score of a key so far back."),
}
PRODUCTS = {
    "sinusoidal": N_("The mean product of two encodings that are so far apart, relative to that of one with itself."),
    "learned": N_("The mean product of two encodings that are so far apart, relative to that of one with itself."),
    "rotary": N_(
        "The product of equal queries and keys that are so far apart, relative to that at one place: rotary positions "
        "let it fade and wave."
    ),
    "alibi": N_("What is added to the score of a key so far back, in each head: the farther, the less it counts."),
}


def panel(config: TransformerConfig) -> Panel | None:
    attentive = config.model == "transformer"
    if not config.task.grows and (not attentive or config.positions == "none"):
        return None
    return Panel(
        "positions",
        N_("Positions") if attentive else N_("Longer than in training"),
        N_(
            "How the model knows where a token stands, and whether it still knows in sequences longer than those of "
            "its training."
        )
        if attentive
        else N_("Whether the model is still right in sequences longer than those of its training."),
        _rotary_dials(config) if attentive and config.positions == "rotary" else (),
    )


def _rotary_dials(config: TransformerConfig) -> tuple[Dial, ...]:
    return (
        Dial(
            "pair",
            N_("Pair of numbers"),
            default=1,
            low=1,
            high=config.width // config.heads // 2,
            step=1,
            help=N_("The first pair turns fastest."),
        ),
        Dial("distance", N_("Distance of the key"), default=3, low=0, high=16, step=1),
    )


def draw(arrays: Arrays, values: Values, config: TransformerConfig) -> PanelScenes:
    found = []
    if arrays.get("encoding", np.empty(0)).size:
        found.append((N_("The encodings"), _picture(arrays, config)))
        found.append((N_("Products by distance"), _products(arrays, config)))
    if "turned" in arrays:
        found.append((N_("What rotary turns"), _turned(arrays, values)))
    found.append((N_("Accuracy by length"), _accuracy(arrays, config)))
    return tuple(found)


def _picture(a: Arrays, config: TransformerConfig) -> Scene:
    table = a["encoding"].T  # (numbers, positions)
    most = max(float(np.abs(table).max()), 1e-6)
    every = max(1, table.shape[1] // 8)
    matrix = Matrix(
        name="encoding",
        title=N_("Encoding"),
        role="data",
        values=table.astype(np.float32),
        columns=tuple(str(i) if i % every == 0 else "" for i in range(table.shape[1])),
        low=-most,
        high=0.0 if config.positions == "alibi" else most,
    )
    legend = PICTURES[config.positions]
    shape = table.shape[1] / len(table)
    return Scene((matrix,), extent=(0.0, min(3.0, max(0.5, shape)), 0.0, 1.0), legend=legend, words=legend)


def _products(a: Arrays, config: TransformerConfig) -> Scene:
    curves = a["by_distance"][:MAX_CURVES]
    lines = tuple(
        line
        for k, row in enumerate(curves)
        if (line := curve(f"curve {k}", N_("by distance"), "field", np.arange(len(row)), row)) is not None
    )
    legend = PRODUCTS[config.positions]
    return Scene(
        lines,
        extent=(0.0, float(curves.shape[1] - 1), *reach_of(lines, 1)),
        axes=Axes(N_("distance (tokens)"), N_("product")),
        legend=legend,
        words=legend,
    )


def _turned(a: Arrays, values: Values) -> Scene:
    pairs = a["turned"]  # (moments, 2, 2)
    longest = max(float(np.linalg.norm(pairs[0], axis=1).max()), 1e-6)
    moments, steps = len(pairs), np.linspace(0, 16, len(pairs))
    scaled = (2.5 / longest * pairs).astype(np.float32)

    def arm(number: int) -> np.ndarray:  # (moments, 1, 2, 2), from the middle
        return np.stack([np.zeros((moments, 1, 2), np.float32), scaled[:, number : number + 1]], 2)

    legend = N_(
        "Pair {pair} of a [generated:query] and of a [data:key] {distance:position|positions} before it. Both move on "
        "in the sequence and turn, by equal angles: their product stays {product}."
    )
    return Scene(
        (
            Paths(name="key", title=N_("key"), role="data", trajectory=True, xy=arm(1)),
            Paths(name="query", title=N_("query"), role="generated", trajectory=True, xy=arm(0)),
            Points(name="key end", title=N_("key"), role="data", size=9.0, trajectory=True, xy=scaled[:, 1:]),
            Points(name="query end", title=N_("query"), role="generated", size=9.0, trajectory=True, xy=scaled[:, :1]),
        ),
        legend=legend,
        words=legend,
        values={
            "pair": f"{values['pair']:g}",
            "distance": f"{values['distance']:g}",
            "product": minus(f"{float(a['product'][0]):.2f}"),
        },
        trajectory=Trajectory(
            N_("Position of the key"),
            tuple(steps.tolist()),
            tuple(f"{step:g}" if step % 4 == 0 else "" for step in steps),
            start="0",
            end="16",
            numbers=(Number(N_("product"), np.einsum("mi,mi->m", pairs[:, 0], pairs[:, 1])),),
        ),
    )


def _accuracy(a: Arrays, config: TransformerConfig) -> Scene:
    lengths, accuracy, trained = a["lengths"], a["accuracy"], config.task.dim
    known = np.isfinite(accuracy)
    high = max(1.3 * trained, float(lengths.max()))
    dots = np.stack([lengths[known], accuracy[known]], 1).astype(np.float32)
    line = curve("accuracy", N_("accuracy"), "field", lengths, accuracy)
    trained_at = np.array([[[trained, 0.0], [trained, 1.05]]], np.float32)
    longest = lengths[known].max() if known.any() else trained
    told = {
        "trained": str(trained),
        "longest": f"{longest:g}",
        "right": f"{100 * accuracy[known][-1]:.0f}" if known.any() else "–",
        "here": f"{100 * accuracy[lengths == trained][0]:.0f}" if (lengths == trained).any() else "–",
    }
    legend = N_(
        "The share of correct tokens: {here} percent at the [truth:length of training], {trained} tokens; {right} "
        "percent at {longest} tokens."
    )
    if len(lengths) < 2:
        legend = N_("The share of correct tokens: {here} percent. These data have only one length.")
    elif not known.all():
        legend = N_(
            "The share of correct tokens: {here} percent at the [truth:length of training], {trained} tokens. Learned "
            "positions end there: the model cannot read longer sequences."
        )
    layers = (
        Paths(name="trained", title=N_("length of training"), role="truth", xy=trained_at),
        Points(name="judged", title=N_("accuracy"), role="field", size=7.0, xy=dots),
    )
    return Scene(
        layers if line is None else (*layers, line),
        extent=(0.0, 1.05 * high, 0.0, 1.05),
        axes=Axes(N_("tokens of a row"), N_("accuracy")),
        legend=legend,
        words=legend,
        values=told,
    )
