"""Parallel over time, or one step after the other: how long it takes."""

import numpy as np

from playground.core.i18n import N_
from playground.core.panels import Arrays, Dial, Panel, PanelScenes, Values
from playground.core.scene import Axes, Points, Role, Scene

from ...config import RECURRENT, TransformerConfig
from .curves import curve, reach_of

CELLS = {"lstm": "LSTM", "gru": "GRU", "rnn": "RNN"}


def panel(config: TransformerConfig) -> Panel:
    return Panel(
        "time",
        N_("Time against length"),
        N_(
            "Measured just now where this model is trained. Attention reads all tokens at once, but compares each with "
            "every other. A recurrent network does little for each token, but one after the other."
        ),
        (
            Dial(
                "what",
                N_("Measure"),
                "choice",
                "step",
                options=(("step", N_("forward and backward pass")), ("forward", N_("forward pass"))),
            ),
            Dial(
                "cell",
                N_("Recurrent network"),
                "choice",
                config.model if config.model in RECURRENT else "lstm",
                options=tuple(CELLS.items()),
            ),
        ),
        live=False,
    )


def draw(arrays: Arrays, values: Values, config: TransformerConfig) -> PanelScenes:
    lengths, milliseconds = arrays["lengths"], 1000 * arrays["seconds"]
    cell, known = CELLS[values["cell"]], np.isfinite(arrays["seconds"]).all(0)
    titles: tuple[tuple[str, str, Role], ...] = (
        ("transformer", "Transformer", "field"),
        ("recurrent", cell, "generated"),
    )
    lines = [
        line
        for (name, title, role), row in zip(titles, milliseconds, strict=True)
        if (line := curve(name, title, role, lengths, row, log_x=True, log_y=True)) is not None
    ]
    last = int(np.flatnonzero(known).max())
    guides = [
        line
        for name, title, power in (("linear", N_("linear"), 1), ("quadratic", N_("quadratic"), 2))
        if (
            line := curve(
                name,
                title,
                "neutral" if power == 1 else "truth",
                lengths[: last + 1],
                milliseconds[0, last] * (lengths[: last + 1] / lengths[last]) ** power,
                log_x=True,
                log_y=True,
            )
        )
        is not None
    ]
    dots = [
        Points(
            name=f"{name} measured",
            title=title,
            role=role,
            size=7.0,
            xy=np.log10(np.stack([lengths[known], row[known]], 1)).astype(np.float32),
        )
        for (name, title, role), row in zip(titles, milliseconds, strict=True)
    ]
    place = N_("GPU") if arrays["cuda"][0] else N_("CPU")
    legend = (
        N_(
            "On a graphics card, sequences of {length} tokens: [field:Transformer] {transformer} ms, "
            "[generated:{cell}] {recurrent} ms. Beside them what grows with the [neutral:length] and with its "
            "[truth:square]. Both axes are logarithmic."
        )
        if arrays["cuda"][0]
        else N_(
            "On a processor ({threads} of its cores), sequences of {length} tokens: [field:Transformer] {transformer} "
            "ms, [generated:{cell}] {recurrent} ms. Beside them what grows with the [neutral:length] and with its "
            "[truth:square]. Both axes are logarithmic."
        )
    )
    told = {
        "threads": f"{arrays['threads'][0]:g}",
        "length": f"{lengths[last]:g}",
        "transformer": f"{milliseconds[0, last]:.3g}",
        "recurrent": f"{milliseconds[1, last]:.3g}",
        "cell": cell,
    }
    return (
        (
            place,
            Scene(
                (*guides, *lines, *dots),
                extent=(*reach_of((*lines, *guides), 0), *reach_of((*lines, *guides), 1)),
                axes=Axes(N_("tokens in a sequence"), N_("milliseconds"), log_x=True, log_y=True),
                legend=legend,
                words=legend,
                values=told,
            ),
        ),
    )
