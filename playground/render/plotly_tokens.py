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
SIDE = 480.0
"""Pixels of the figure that cells are laid out for."""
LETTER = 0.62
"""Width of a Latin letter in sizes of letters, about."""
TINT = (0.0, 0.16, 0.4, 0.55, 0.07, 0.4)
"""Of each state's role."""
OPACITY_LEVELS = 6
NAMED = 6
"""Links that are written out under the pointer."""


def add_tokens(fig: go.Figure, layer: Tokens, palette: Palette, translate: Translate) -> None:
    """Always three traces: the cells, marks under what is wrong, and what was expected there."""
    ids, states = np.asarray(layer.ids, int), np.asarray(layer.states, int)
    unit = columns(widest(layer.vocabulary)) * LETTER
    layout = token_layout(*ids.shape, unit, layer.expected is not None, SIDE, SIDE)
    cells, texts, about = _lines(layer, layout, translate)
    shades = [mix(palette.paper, palette[role], tint) for role, tint in zip(STATE_ROLES, TINT, strict=True)]
    last = len(shades)
    fig.add_heatmap(
        z=cells,
        zmin=-0.5,
        zmax=last - 0.5,
        colorscale=[(edge / last, shade) for k, shade in enumerate(shades) for edge in (k, k + 1)],
        showscale=False,
        xgap=2,
        ygap=2,
        text=texts if layout.font else None,
        texttemplate="%{text}" if layout.font else None,
        textfont={"size": layout.font or 12, "color": palette.ink},
        customdata=about,
        hovertemplate="%{customdata}<extra></extra>",
        name=translate(layer.title),
    )
    wrong = np.argwhere(states == TokenState.WRONG)
    places = np.array([_place(layout, row, column) for row, column in wrong.tolist()] or [(np.nan, np.nan)])
    fig.add_scatter(
        x=places[:, 0],
        y=places[:, 1] + 0.36,
        mode="markers",
        marker={
            "symbol": "line-ew",
            "size": max(4, 0.7 * layout.width),
            "line": {"width": 2, "color": palette["gradient"]},
        },
        hoverinfo="skip",
        showlegend=False,
    )
    expected = [] if layer.expected is None else [int(layer.expected[row, column]) for row, column in wrong.tolist()]
    fig.add_scatter(
        x=places[:, 0],
        y=places[:, 1] + 0.62,
        mode="text",
        text=[_text(layer, number) if layout.font else "" for number in expected] or [""],
        textfont={"size": max(9, layout.small), "color": palette["truth"]},
        hoverinfo="skip",
        showlegend=False,
    )
    ratio = layout.height / layout.width
    fig.update_xaxes(visible=False, range=[-0.5, layout.per_line - 0.5])
    fig.update_yaxes(visible=False, range=[len(cells) - 0.1, -0.5], scaleanchor="x", scaleratio=ratio)


def _place(layout: TokenLayout, row: int, column: int) -> tuple[int, int]:
    """Column and line of a cell in the figure: between sequences of several lines one stays empty."""
    between = int(layout.lines > 1)
    return column % layout.per_line, row * (layout.lines + between) + column // layout.per_line


def _lines(layer: Tokens, layout: TokenLayout, translate: Translate) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The states, the texts, and what is known of each cell, as they stand in the figure: (lines, columns)."""
    rows, count = layer.ids.shape
    _, last = _place(layout, rows - 1, count - 1)
    cells = np.full((last + 1, layout.per_line), np.nan)
    texts, about = (np.full(cells.shape, "", object) for _ in range(2))
    for row in range(rows):
        for column in range(count):
            state, (x, y) = int(layer.states[row, column]), _place(layout, row, column)
            if state == TokenState.EMPTY:
                continue
            cells[y, x] = state
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
    fig.update_yaxes(visible=False, range=[-0.12, 1.12], scaleanchor=None)


def _add_names(fig: go.Figure, layer: Links, palette: Palette) -> None:
    """The tokens, as many as have room; all of them under the pointer, with their strongest links."""
    names = [*map(_plain, layer.targets), *map(_plain, layer.sources)]
    pitch = SIDE / max(len(layer.targets), len(layer.sources), 1)
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
