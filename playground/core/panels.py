"""Panels: dials, what they ask of a model, and its answer.

A panel `NAME` of a family is two files in the folder of a domain: `panels/NAME.py` with `panel(config) -> Panel | None`
and `draw(arrays, values, config) -> PanelScenes`, read by the server (no torch), and `panel_data/NAME.py` with
`compute(values, context) -> Arrays`, run by the worker that has the model. `PANELS` in `panels/__init__.py` lists the
names in the order of the page.
"""

import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np

from .errors import UserError
from .i18n import N_
from .scene import Scene


@dataclass(frozen=True)
class Dial:
    """One thing to turn in a panel.

    `slider` runs from `low` to `high`, with `log` in equal ratios; `choice` has `options` (value, title);
    `switch` is on or off; `pixels` is a small picture to draw on, `shape` (rows, columns) of numbers in
    [0, 1], row 0 on top, 0 the background; `text` is a line of at most `longest` characters.
    `default`: a number, the value of an option, a bool, rows * columns numbers (none: an empty picture), or a text.
    `when`: it plays a part, and is shown, only while one of these earlier choices or switches has one of the values;
    empty: always.
    """

    name: str
    title: str
    kind: Literal["slider", "choice", "switch", "pixels", "text"] = "slider"
    default: float | str | bool | tuple[float, ...] = 0.0
    low: float = 0.0
    high: float = 1.0
    step: float = 0.01
    log: bool = False
    options: tuple[tuple[str, str], ...] = ()
    shape: tuple[int, int] = (8, 8)
    longest: int = 200
    help: str = ""
    when: Mapping[str, tuple[str | bool, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Panel:
    """Dials, and scenes of what the model as it is now makes of them.

    `live`: it is asked again about once a second while the model learns. `ValueError` where a dial's `when` names no
    choice or switch before it, or none of its values.
    """

    name: str
    title: str
    help: str
    dials: tuple[Dial, ...]
    live: bool = True

    def __post_init__(self) -> None:
        before: dict[str, tuple[str | bool, ...]] = {}
        for dial in self.dials:
            for name, wanted in dial.when.items():
                if not wanted or not set(wanted) <= set(before.get(name, ())):
                    raise ValueError(f"panel {self.name}, dial {dial.name}: {name} has no {wanted} before it")
            if dial.kind in ("choice", "switch"):
                before[dial.name] = tuple(name for name, _ in dial.options) if dial.options else (False, True)


Value = float | str | bool | np.ndarray
"""The values of a slider, a choice or text, a switch, a picture (rows, columns)."""
Values = dict[str, Any]
"""A `Value` for each dial, by its name."""
Arrays = dict[str, np.ndarray]
"""The arrays of an answer, by name."""
Compute = Callable[[Values, Any], Arrays]
"""(values, context) -> what is drawn; the context is the model and what else the family needs to answer."""
PanelScenes = tuple[tuple[str, Scene], ...]
"""(title, scene) side by side."""
NEAR = 1e-6
"""Share of a slider's way by which rounding may leave it."""
TEXT_END = -1
"""What follows each text of a question: no character has this number."""


def validate(panel: Panel, given: Mapping[str, Any]) -> Values:
    """A checked value for every dial, in their order; the default where none is given. `UserError` names what is not
    known, of another kind or out of bounds."""
    dials = {dial.name: dial for dial in panel.dials}
    for name in given:
        if name not in dials:
            raise UserError(N_("This panel has no dial '{name}'; it has: {names}."), name=name, names=", ".join(dials))
    return {name: READERS[dial.kind](dial, given.get(name, dial.default)) for name, dial in dials.items()}


def question(panel: Panel, values: Values) -> Arrays:
    """Values as arrays, as they travel to a worker: `{panel: (dials,)}`, the numbers of all sliders, choices (their
    index) and switches (0 or 1) in their order; `{panel.pixels: (pixels,)}`, all pictures in one row, one after the
    other, if there are any; `{panel.text: (characters,)}`, the same of texts by the numbers of their characters, each
    followed by `TEXT_END`. All are float32, which holds every such number exactly."""
    numbers = [_number(dial, values[dial.name]) for dial in panel.dials if dial.kind not in ("pixels", "text")]
    pixels = [np.ravel(values[dial.name]) for dial in panel.dials if dial.kind == "pixels"]
    texts = [number for dial in panel.dials if dial.kind == "text" for number in _characters(values[dial.name])]
    asked = {panel.name: np.array(numbers, np.float32)}
    if pixels:
        asked[f"{panel.name}.pixels"] = np.concatenate(pixels).astype(np.float32)
    if texts:
        asked[f"{panel.name}.text"] = np.array(texts, np.float32)
    return asked


def read_question(panel: Panel, asked: Mapping[str, np.ndarray]) -> Values:
    """The values that `question` made `asked` of; `UserError` where they are none of this panel's."""
    numbers = np.asarray(asked[panel.name], np.float32)
    pixels = np.asarray(asked.get(f"{panel.name}.pixels", np.empty(0)), np.float32)
    texts = _texts(np.asarray(asked.get(f"{panel.name}.text", np.empty(0)), np.float32))
    drawn = [dial for dial in panel.dials if dial.kind == "pixels"]
    written = [dial for dial in panel.dials if dial.kind == "text"]
    sizes = [dial.shape[0] * dial.shape[1] for dial in drawn]
    count = len(panel.dials) - len(drawn) - len(written)
    if numbers.shape != (count,) or pixels.shape != (sum(sizes),) or texts is None or len(texts) != len(written):
        raise UserError(N_("The panel '{name}' needs one value for each of its dials."), name=panel.name)
    left, pictures, lines = iter(numbers.tolist()), iter(np.split(pixels, np.cumsum(sizes)[:-1])), iter(texts)
    given: dict[str, Any] = {}
    for dial in panel.dials:
        if dial.kind == "pixels":
            given[dial.name] = next(pictures).tolist()
        elif dial.kind == "text":
            given[dial.name] = next(lines)
        elif dial.kind == "choice":
            given[dial.name] = _option(panel, dial, next(left))
        else:
            given[dial.name] = bool(value) if (value := next(left)) in (0, 1) and dial.kind == "switch" else value
    return validate(panel, given)


def _characters(text: str) -> list[int]:
    return [*map(ord, text), TEXT_END]


def _texts(numbers: np.ndarray) -> list[str] | None:
    """The texts of a question; None where its numbers are no characters."""
    whole = numbers.astype(np.int64)
    if numbers.ndim != 1 or not np.isfinite(numbers).all() or (whole != numbers).any():
        return None
    if len(whole) and (whole[-1] != TEXT_END or whole.min() < TEXT_END or whole.max() > sys.maxunicode):
        return None
    ends = np.flatnonzero(whole == TEXT_END)
    return ["".join(map(chr, part[part != TEXT_END].tolist())) for part in np.split(whole, ends + 1)[:-1]]


def answer(
    asked: Mapping[str, np.ndarray], panels: Sequence[Panel], compute: Mapping[str, Compute], context: Any
) -> Arrays:
    """What a model's panel draws: `compute[name](values, context)` of the panel that is asked.

    `UserError` where it is none of `panels`.
    """
    known = {panel.name: panel for panel in panels}
    names = [name for name in asked if name in known]
    if len(names) != 1 or not set(asked) <= {names[0], f"{names[0]}.pixels", f"{names[0]}.text"}:
        raise UserError(N_("This model has these panels: {names}."), names=", ".join(known))
    return compute[names[0]](read_question(known[names[0]], asked), context)


def _option(panel: Panel, dial: Dial, number: float) -> str:
    options = [name for name, _ in dial.options]
    if number not in range(len(options)):
        raise UserError(N_("The panel '{name}' has no option {value}."), name=panel.name, value=f"{number:g}")
    return options[int(number)]


def _number(dial: Dial, value: Any) -> float:
    return [name for name, _ in dial.options].index(value) if dial.kind == "choice" else float(value)


def _slider(dial: Dial, value: Any) -> float:
    slack = NEAR * (dial.high - dial.low)
    if (
        isinstance(value, bool)
        or not isinstance(value, int | float)
        or not (dial.low - slack <= value <= dial.high + slack)
    ):
        raise UserError(
            N_("The dial '{name}' takes a number from {low} to {high}."),
            name=dial.name,
            low=f"{dial.low:g}",
            high=f"{dial.high:g}",
        )
    return float(min(max(value, dial.low), dial.high))


def _choice(dial: Dial, value: Any) -> str:
    names = [name for name, _ in dial.options]
    if value not in names:
        raise UserError(N_("The dial '{name}' takes one of: {names}."), name=dial.name, names=", ".join(names))
    return value


def _switch(dial: Dial, value: Any) -> bool:
    if not isinstance(value, bool):
        raise UserError(N_("The dial '{name}' is on or off."), name=dial.name)
    return value


def _pixels(dial: Dial, value: Any) -> np.ndarray:
    rows, columns = dial.shape
    if (
        not isinstance(value, list | tuple)
        or len(value) not in (0, rows * columns)
        or not all(isinstance(v, int | float) and 0 <= v <= 1 for v in value)
    ):
        raise UserError(
            N_("The dial '{name}' takes a picture of {rows} × {columns} numbers from 0 to 1."),
            name=dial.name,
            rows=rows,
            columns=columns,
        )
    return np.array(value or [0.0] * (rows * columns), np.float32).reshape(rows, columns)


def _text(dial: Dial, value: Any) -> str:
    if not isinstance(value, str) or len(value) > dial.longest:
        raise UserError(
            N_("The dial '{name}' takes a text of at most {longest} characters."), name=dial.name, longest=dial.longest
        )
    return value


READERS: dict[str, Callable[[Dial, Any], Value]] = {
    "slider": _slider,
    "choice": _choice,
    "switch": _switch,
    "pixels": _pixels,
    "text": _text,
}
