"""Vectors of the network as pictures of the diagram, a token a column, and what of them the stage shows."""

from collections.abc import Mapping

import numpy as np

from playground.core.i18n import N_
from playground.core.layers import Bars, Extent, Heatmap, Images, Layer, Links, Matrix, Role

from .reads import Labels
from .titles import HEADS, LINKED_HEADS

Arrays = Mapping[str, np.ndarray]
LIMITS = {"embedded": 3.0, "embedded_source": 3.0, "positions": 1.0, "mlp": 3.0, "stream": 5.0, "memory": 3.0}
"""Up to which absolute value the colours go; states are between -1 and 1."""
CELL = (4, 6)
"""The numbers of a state as a picture: rows and columns."""
WHOLE = 32
"""Up to so many tokens all queries are shown, of longer rows those that predict the answer."""
TIMES = 4
"""Moments of an unrolled network."""
UNIT: Extent = (0.0, 1.0, 0.0, 1.0)


def extent_of(values: np.ndarray) -> Extent:
    """Of a picture of vectors (times, numbers): a unit for each."""
    return (0.0, float(values.shape[0]), 0.0, float(values.shape[1]))


def vectors(name: str, title: str, values: np.ndarray, high: float) -> Heatmap:
    """Vectors (times, numbers) side by side."""
    return Heatmap(
        name=name,
        title=title,
        stage=False,
        role="field",
        values=values.T[::-1],
        extent=extent_of(values),
        low=-high,
        high=high,
        low_title=N_("negative"),
        high_title=N_("positive"),
    )


def shown_layers(count: int) -> tuple[int, ...]:
    """Of `count` layers those that the diagram shows: the first and the last."""
    return tuple(sorted({0, count - 1}))


def head_layers(
    kind: str, layer: int, weights: np.ndarray, targets: tuple[str, ...], sources: tuple[str, ...]
) -> tuple[Layer, ...]:
    """The heads of a layer, weights (heads, queries, keys): small for the diagram, large, and as links."""
    heads, queries, keys = weights.shape
    columns = 1 if keys >= 2 * queries else int(np.ceil(np.sqrt(heads)))
    roomy = heads == 1 or keys >= 2 * queries  # several squares, one below the other, would be small
    found: list[Layer] = [
        Images(
            name=f"{kind}_{layer}",
            title=N_("Attention weights"),
            role="field",
            stage=False,
            pixels=np.clip(weights, 0, 1),
            columns=columns,
        )
    ]
    for head, values in enumerate(weights):
        found.append(
            Matrix(
                name=f"{kind}_{layer}_{head}",
                title=HEADS[head] if heads > 1 else N_("Mean over heads"),
                role="field",
                stage=False,
                shown=roomy,
                values=values,
                rows=targets,
                columns=sources,
            )
        )
    for head, values in enumerate(weights):
        found.append(
            Links(
                name=f"{kind}_{layer}_{head}_links",
                title=LINKED_HEADS[head] if heads > 1 else N_("Mean over heads, as links"),
                role="field",
                stage=False,
                shown=not roomy,
                weights=values,
                targets=targets,
                sources=sources,
            )
        )
    return tuple(found)


def on_stage(kind: str, layer: int, heads: int) -> tuple[str, ...]:
    """The names of what a click on a layer's node brings to the stage."""
    names = [f"{kind}_{layer}_{head}" for head in range(heads)]
    return (*names, *(f"{name}_links" for name in names))


def attention_layers(a: Arrays, labels: Labels) -> tuple[Layer, ...]:
    """All heads of the layers that the diagram shows."""
    found: list[Layer] = []
    for kind in KINDS:
        for layer in shown_layers(len(a[kind])) if kind in a else ():
            weights, (targets, sources) = a[kind][layer], KINDS[kind](labels)
            if len(sources) > WHOLE and targets == labels.decoder:
                weights = weights[:, -len(labels.answer) :]
            if weights.shape[1] <= len(labels.answer) and kind != "encoder":
                targets = labels.answer
            found += head_layers(kind, layer, weights, targets[-weights.shape[1] :], sources)
    return tuple(found)


KINDS = {
    "encoder": lambda labels: (labels.source, labels.source),
    "attention": lambda labels: (labels.decoder, labels.decoder),
    "cross": lambda labels: (labels.decoder, labels.source),
}
"""What attends to what: the names of queries and keys."""


def vector_layers(a: Arrays) -> tuple[Layer, ...]:
    """Embeddings, positions, and what the layers of a Transformer make of them."""
    found: list[Layer] = []
    for name, title in TITLES.items():
        if name not in a:
            continue
        values, high = a[name], LIMITS[name]
        if name == "positions":
            values = values / max(float(np.abs(values).max()), 1e-6)
        if values.ndim == 2:
            found.append(vectors(name, title, values, high))
        else:
            found += [vectors(f"{name}_{layer}", title, values[layer], high) for layer in shown_layers(len(values))]
    return tuple(found)


TITLES = {
    "embedded_source": N_("Embedding of the source"),
    "embedded": N_("Embedding"),
    "positions": N_("Positions"),
    "mlp": N_("What the MLP adds"),
    "stream": N_("Sum"),
    "memory": N_("What the encoder has made"),
}


def unrolled_times(count: int) -> tuple[int, ...]:
    """Which of `count` columns an unrolled network shows."""
    return tuple(np.unique(np.linspace(0, count - 1, min(TIMES, count)).astype(int)).tolist())


def state_layers(a: Arrays) -> tuple[Layer, ...]:
    """The states of a recurrent network: all of them over time, and some as small pictures."""
    found: list[Layer] = []
    for name, title in (("source_states", N_("States of the encoder")), ("states", N_("States"))):
        for layer in shown_layers(len(a[name])) if name in a else ():
            values = a[name][layer]  # (times, numbers)
            found.append(vectors(f"{name}_{layer}", title, values, 1.0))
            for time in unrolled_times(len(values)):
                cell = np.zeros(CELL[0] * CELL[1], np.float32)
                cell[: values.shape[1]] = values[time]
                found.append(
                    Heatmap(
                        name=f"{name}_{layer}_{time}",
                        title=title,
                        role="field",
                        stage=False,
                        values=cell.reshape(CELL)[::-1],
                        extent=extent_of(values),
                        low=-1.0,
                        high=1.0,
                    )
                )
    return tuple(found)


def accuracy_bars(accuracy: np.ndarray) -> Bars:
    """The share of right tokens at each position (positions,), of the rows that are scored."""
    role: Role = "data"
    return Bars(
        name="accuracy",
        title=N_("Correct, by position"),
        role=role,
        stage=False,
        values=np.nan_to_num(accuracy).astype(np.float32),
        labels=tuple(str(position + 1) for position in range(len(accuracy))),
        roles=(role,) * len(accuracy),
        low=0.0,
        high=1.0,
        guides=((1.0, N_("all correct")),),
    )
