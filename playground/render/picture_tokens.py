"""Sequences of tokens, and the links between them, in pictures; the browser's are in tokens.js and links.js."""

from collections.abc import Sequence

import numpy as np
from PIL import ImageDraw

from playground.core.layers import STATE_ROLES
from playground.core.scene import Links, Tokens, TokenState
from playground.core.token_text import visible, widest

from .canvas import Canvas
from .fonts import font, has_letters
from .layers import drawn_links
from .palette import mix, rgb
from .token_layout import TokenLayout, token_layout

TINT = (0.0, 0.16, 0.26, 0.3, 0.05, 0.26)
BLOCK_TINT = (0.0, 0.34, 0.72, 1.0, 0.12, 0.72)
"""Of each state's role behind a text, and in a cell without one."""
PLAIN = {"\u2423": "_", "\u21b5": "|", "\u21e5": ">", "\u240d": "|"}
"""Signs that every font has, for those that it may lack."""
LARGEST, LEAST, LETTERS = 16, 12, 2.2
"""Sizes of the labels of links; longer ones than so many letters stand in columns."""
BEND = 16
"""Straight pieces of a link."""


def draw_tokens(canvas: Canvas, layer: Tokens) -> None:
    ids, states = np.asarray(layer.ids, int), np.asarray(layer.states, int)
    rows, columns = ids.shape
    scale, palette = canvas.scale, canvas.palette
    second = layer.expected is not None
    room = (canvas.image.width / scale, canvas.image.height / scale)
    layout = token_layout(rows, columns, _width([_sign(widest(layer.vocabulary))]), second, *room)
    tints = TINT if layout.font else BLOCK_TINT
    shades = [mix(palette.paper, palette[role], tint) for role, tint in zip(STATE_ROLES, tints, strict=True)]
    draw = canvas.draw()
    inset = min(1.0, 0.1 * layout.width)
    for row, column in np.argwhere(states != TokenState.EMPTY).tolist():
        state, (x, y) = states[row, column], layout.corner(row, column)
        box = tuple(scale * value for value in (x + inset, y + inset, x + layout.width - inset, y + layout.box - inset))
        draw.rounded_rectangle(box, 3 * scale if layout.font else 0, shades[state])
        if state == TokenState.TO_COME:
            _hatch(canvas, draw, box)
        if state == TokenState.WRONG:
            _strike(canvas, draw, box, layout)
        if not layout.font:
            continue
        ink = palette.faint if state == TokenState.TO_COME else palette.ink
        middle = scale * (x + layout.width / 2)
        _write(canvas, layer, ids[row, column], (middle, scale * (y + layout.box / 2)), layout.font, ink)
        if state == TokenState.WRONG and layer.expected is not None and layout.small:
            under = scale * (y + layout.box + layout.small / 2 + 1)
            _write(canvas, layer, int(layer.expected[row, column]), (middle, under), layout.small, palette["truth"])


def _write(canvas: Canvas, layer: Tokens, number: int, place: tuple[float, float], size: float, colour: str) -> None:
    if 0 <= number < len(layer.vocabulary):
        canvas.words(_sign(layer.vocabulary[number]), place, size * canvas.scale, colour)


def _hatch(canvas: Canvas, draw: ImageDraw.ImageDraw, box: tuple[float, ...]) -> None:
    """Thin lines over what is not there yet."""
    left, top, right, foot = box
    ink, tall = (*rgb(canvas.palette.ink), 41), foot - top
    for x in np.arange(left - tall, right, 5 * canvas.scale):
        start, end = max(x, left), min(x + tall, right)  # the part of the line from (x, foot) to (x + tall, top)
        if end > start:
            draw.line((start, foot - (start - x), end, foot - (end - x)), ink, max(1, round(canvas.scale / 2)))


def _strike(canvas: Canvas, draw: ImageDraw.ImageDraw, box: tuple[float, ...], layout: TokenLayout) -> None:
    """What is wrong is told by more than its colour: a bar under the text, a corner cut out of a block."""
    left, top, right, foot = box
    if layout.font:
        draw.rectangle((left, foot - 0.14 * layout.font * canvas.scale, right, foot), canvas.palette["gradient"])
    else:
        corner = ((right, top), (right, top + 0.75 * (foot - top)), (left + 0.25 * (right - left), top))
        draw.polygon(corner, canvas.palette.paper)


def draw_links(canvas: Canvas, layer: Links) -> None:
    scale, colour = canvas.scale, rgb(canvas.palette[layer.role])
    targets, sources = (tuple(map(_sign, texts)) for texts in (layer.targets, layer.sources))
    wide, tall = canvas.image.width / scale, canvas.image.height / scale
    unit = _width((*targets, *sources)) if wide >= 200 and tall >= 90 else 0.0
    upright = unit > LETTERS
    along = (tall if upright else wide) - 20
    pitch = min(40.0, along / max(len(targets), len(sources), 1))
    size = max(LEAST, min(LARGEST, int(pitch / 1.2 if upright else pitch / (unit + 0.3))))
    room = 4.0 if not unit else min(0.34 * wide, unit * size + 12) if upright else size + 14.0

    def places(texts: Sequence[str], near: float) -> np.ndarray:
        on = ((tall if upright else wide) - len(texts) * pitch) / 2 + (np.arange(len(texts)) + 0.5) * pitch
        aside = np.full(len(texts), near)
        return scale * np.stack([aside, on] if upright else [on, aside], 1)  # (n, 2)

    low = places(targets, room if upright else tall - room)
    high = places(sources, wide - room if upright else room)
    draw = canvas.draw()
    t = np.linspace(0, 1, BEND + 1)[:, None]
    bend = 3 * t**2 - 2 * t**3
    for target, source in drawn_links(layer):
        weight = float(min(layer.weights[target, source], 1))
        straight, curved = (low[target] + (high[source] - low[target]) * share for share in (t, bend))
        line = np.stack([straight[:, 0], curved[:, 1]] if upright else [curved[:, 0], straight[:, 1]], 1)
        pen = max(1, round((0.7 + 1.8 * weight) * scale))
        draw.line(line.ravel().tolist(), (*colour, round(255 * (0.02 + 0.98 * weight**1.2))), pen)
    if not unit:
        return
    step = max(1, -int(-(1.15 * size if upright else (unit + 0.3) * size) // pitch))
    for texts, spots, away in ((targets, low, -1), (sources, high, 1)):
        anchor = ("rm" if away < 0 else "lm") if upright else "mm"
        for text, (x, y) in list(zip(texts, spots, strict=True))[::step]:
            at = (x + 7 * away * scale, y) if upright else (x, y - away * (0.5 * size + 6) * scale)
            canvas.words(text, at, size * scale, canvas.palette.ink, anchor)


def _sign(token: str) -> str:
    """The token as fonts here can draw it."""
    return "".join(letter if has_letters(letter) else PLAIN.get(letter, letter) for letter in visible(token))


def _width(texts: Sequence[str]) -> float:
    """Of the widest text, in sizes of its letters."""
    text = widest(texts)
    return font(text, 100).getlength(text) / 100
