"""Sequences of tokens, and the links between them, as Plotly figures."""

from collections.abc import Callable

import numpy as np
import plotly.graph_objects as go

from playground.core.layers import STATE_ROLES
from playground.core.scene import Links, Tokens, TokenState
from playground.core.token_text import columns, visible, widest

from .layers import drawn_links
from .palette import Palette, mix
from .token_layout import TokenLayout, token_layout

Translate = Callable[[str], str]
MARGIN = 16
"""Pixels of a figure's edges, both together."""
LEAST = 12
"""Pixels of letters."""
LETTER = 0.62
"""Width of a Latin letter in sizes of letters, about."""
TINT = (0.0, 0.16, 0.4, 0.55, 0.07, 0.4)
"""Of each state's role."""
OPACITY_LEVELS = 6
NAMED = 6
"""Links that are written out under the pointer."""


def add_tokens(fig: go.Figure, layer: Tokens, palette: Palette, translate: Translate) -> None:
    """Always three traces: the cells, marks under what is wrong, and what was expected there."""
    unit = columns(widest(layer.vocabulary)) * LETTER
    rows, count = layer.ids.shape
    wide, tall = _size(fig)
    layout = token_layout(rows, count, unit, layer.expected is not None, wide, tall)
    cells, texts, about = _lines(layer, layout, translate)
    shades = [mix(palette.paper, palette[role], tint) for role, tint in zip(STATE_ROLES, TINT, strict=True)]
    last = len(shades)
    fig.add_heatmap(
        x=layout.left + layout.width * np.arange(layout.per_line + 1),  # edges
        y=_edges(layout, rows),
        z=cells,
        zmin=-0.5,
        zmax=last - 0.5,
        colorscale=[(edge / last, shade) for k, shade in enumerate(shades) for edge in (k, k + 1)],
        showscale=False,
        xgap=min(2.0, 0.2 * layout.width),
        ygap=min(2.0, 0.2 * layout.box),
        text=texts if layout.font else None,
        texttemplate="%{text}" if layout.font else None,
        textfont={"size": layout.font or LEAST, "color": palette.ink},
        customdata=about,
        hoverongaps=False,
        hovertemplate="%{customdata}<extra></extra>",
        name=translate(layer.title),
    )
    wrong = np.argwhere(np.asarray(layer.states) == TokenState.WRONG).tolist()
    corners = np.array([layout.corner(row, column) for row, column in wrong] or [(np.nan, np.nan)])  # (n, 2)
    x, y = corners[:, 0] + layout.width / 2, corners[:, 1] + layout.box
    fig.add_scatter(
        x=x,
        y=y - min(2, 0.15 * layout.box),
        mode="markers",
        marker={
            "symbol": "line-ew",
            "size": layout.width / 2 - 1,
            "line": {"width": min(3.0, 0.2 * layout.box), "color": palette["gradient"]},
        },
        hoverinfo="skip",
        showlegend=False,
    )
    expected = [] if layer.expected is None else [int(layer.expected[row, column]) for row, column in wrong]
    fig.add_scatter(
        x=x,
        y=y + layout.small / 2 + 1,
        mode="text",
        text=[_text(layer, number) if layout.small else "" for number in expected] or [""],
        textfont={"size": layout.small or LEAST, "color": palette["truth"]},
        hoverinfo="skip",
        showlegend=False,
    )
    fig.update_xaxes(visible=False, range=[0, wide])
    fig.update_yaxes(visible=False, range=[tall, 0], scaleanchor="x")


def _size(fig: go.Figure) -> tuple[float, float]:
    """Pixels that the figure has inside its margins; where its width is not known, as many as it is high."""
    height = fig.layout.height
    return (fig.layout.width or height) - MARGIN, height - MARGIN


def _edges(layout: TokenLayout, rows: int) -> np.ndarray:
    """Where cells begin and end, and between them the small texts and the gaps: two numbers for each line."""
    tops = [layout.corner(row, line * layout.per_line)[1] for row in range(rows) for line in range(layout.lines)]
    return np.stack([tops, np.add(tops, layout.box)], 1).ravel()


def _lines(layer: Tokens, layout: TokenLayout, translate: Translate) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The states, the texts, and what is known of each cell, as they stand in the figure (lines, columns): a line of
    cells, then one of nothing, and so on."""
    rows, count = layer.ids.shape
    cells = np.full((2 * rows * layout.lines - 1, layout.per_line), np.nan)
    texts, about = (np.full(cells.shape, "", object) for _ in range(2))
    for row, column in np.argwhere(np.asarray(layer.states) != TokenState.EMPTY).tolist():
        x, y = column % layout.per_line, 2 * (row * layout.lines + column // layout.per_line)
        state = cells[y, x] = int(layer.states[row, column])
        texts[y, x] = _text(layer, int(layer.ids[row, column]))
        said = [f"<b>{texts[y, x]}</b>", translate(layer.state_titles[state])]
        if state == TokenState.WRONG and layer.expected is not None:
            said.append(f"{translate(layer.expected_title)}: {_text(layer, int(layer.expected[row, column]))}")
        said.append(translate(layer.place_title).format(row=row + 1, position=column + 1))
        about[y, x] = "<br>".join(said)
    return cells, texts, about


def _text(layer: Tokens, number: int) -> str:
    return _plain(layer.vocabulary[number]) if 0 <= number < len(layer.vocabulary) else ""


def _plain(token: str) -> str:
    """The token; what Plotly would read as a tag is none."""
    return visible(token).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def add_links(fig: go.Figure, layer: Links, palette: Palette, translate: Translate) -> None:
    """Targets below, sources above. Always one trace for each opacity, and one for the tokens."""
    pairs = drawn_links(layer)
    levels = np.ceil(np.clip(layer.weights[tuple(pairs.T)], 0, 1) * OPACITY_LEVELS).astype(int)
    t = np.linspace(0, 1, 13)
    bend = 3 * t**2 - 2 * t**3
    for level in range(1, OPACITY_LEVELS + 1):
        target, source = pairs[levels == level].T[..., None]  # (n, 1) each
        x = np.concatenate([target + (source - target) * bend, np.full_like(target, np.nan, float)], 1)
        y = np.concatenate([np.broadcast_to(t, (len(x), len(t))), np.full((len(x), 1), np.nan)], 1)
        fig.add_scatter(
            x=x.ravel() if len(x) else [None],
            y=y.ravel() if len(x) else [None],
            mode="lines",
            opacity=level / OPACITY_LEVELS,
            line={"color": palette[layer.role], "width": 0.6 + 1.8 * level / OPACITY_LEVELS},
            hoverinfo="skip",
            legendgroup=layer.name,
            name=translate(layer.title),
            showlegend=level == OPACITY_LEVELS,
        )
    _add_names(fig, layer, palette)
    longest = max(len(layer.targets), len(layer.sources))
    fig.update_xaxes(visible=False, range=[-0.7, longest - 0.3])
    room = 26 / max(_size(fig)[1] - 52, 26)  # pixels of a name, in heights of the links
    fig.update_yaxes(visible=False, range=[-room, 1 + room], scaleanchor=None)


def _add_names(fig: go.Figure, layer: Links, palette: Palette) -> None:
    """The tokens, as many as have room; all of them under the pointer, with their strongest links."""
    names = [*map(_plain, layer.targets), *map(_plain, layer.sources)]
    pitch = _size(fig)[0] / max(len(layer.targets), len(layer.sources), 1)
    step = int(np.ceil(max(columns(name) for name in names) * LETTER * 13 / pitch)) if names else 1
    x = np.array([*range(len(layer.targets)), *range(len(layer.sources))])
    upper = np.arange(len(names)) >= len(layer.targets)
    about = []
    for k, name in enumerate(names):
        own = layer.weights[:, x[k]] if upper[k] else layer.weights[x[k]]
        others, arrow = (layer.targets, "\u2192") if upper[k] else (layer.sources, "\u2190")
        strong = [j for j in np.argsort(-own, kind="stable")[:NAMED] if own[j] >= 0.01]
        links = [f"{arrow} {_plain(others[j])} ({j + 1}): {own[j]:.2f}" for j in strong]
        about.append("<br>".join([f"<b>{name} ({x[k] + 1})</b>", *links]))
    fig.add_scatter(
        x=x,
        y=np.where(upper, 1.0, 0.0),
        mode="markers+text",
        text=[name if place % step == 0 else "" for name, place in zip(names, x, strict=True)],
        textposition=["top center" if above else "bottom center" for above in upper],
        textfont={"size": 13, "color": palette.ink},
        marker={"size": 4, "color": palette[layer.role]},
        customdata=about,
        hovertemplate="%{customdata}<extra></extra>",
        showlegend=False,
    )
