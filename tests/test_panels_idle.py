"""Dials that are hidden under other dials' values play no part in the answer; shown, they do."""

from functools import cache
from typing import Any

import numpy as np
import pytest

from playground.core.config import Config, parse
from playground.core.panels import Dial, Panel, question, validate
from playground.core.registry import FAMILIES

SMALL = {"width": 8, "depth": 1}
TOKENS = {"data": "reverse", "length": 5, "width": 16, "layers": 2, "heads": 2}
SETTINGS: dict[str, tuple[str, dict[str, Any]]] = {
    "plane": ("diffusion", SMALL),
    "straight": ("diffusion", {**SMALL, "process": "linear"}),
    "images": ("diffusion", {**SMALL, "data": "digits", "classes": True}),
    "tokens": ("transformer", TOKENS),
    "recurrent": ("transformer", {**TOKENS, "model": "lstm"}),
}
MEASURED = ("facts", "seconds", "same", "stops")
"""Arrays that hold times: what was measured, and the moments of a trajectory, which here is drawn of other arrays."""


def config_of(name: str) -> Config:
    return parse(FAMILIES[SETTINGS[name][0]].Config, SETTINGS[name][1])


@cache
def experiment(name: str):
    return FAMILIES[SETTINGS[name][0]].load_experiment()(config_of(name))


def panels_of(name: str) -> tuple[Panel, ...]:
    return FAMILIES[SETTINGS[name][0]].panels(config_of(name))


CASES = [
    (name, panel.name, dial.name) for name in SETTINGS for panel in panels_of(name) for dial in panel.dials if dial.when
]


def answer(name: str, panel: Panel, values: dict[str, Any]) -> dict[str, np.ndarray]:
    found = experiment(name).respond(question(panel, validate(panel, values)))
    kept = {key: np.asarray(array, np.float64) for key, array in found.items() if not key.startswith(MEASURED)}
    return {key: np.delete(a, 1, 1) if key.startswith("curve") and a.size else a for key, a in kept.items()}


def others(dial: Dial) -> tuple[Any, ...]:
    """Values beside the default."""
    whole = dial.options and tuple(name for name, _ in dial.options) or (dial.low, dial.low + dial.step, dial.high)
    return tuple(value for value in whole if value != dial.default)


def while_(panel: Panel, dial: Dial, shown: bool) -> dict[str, Any]:
    """Values of the dials that it hangs on."""
    found: dict[str, Any] = {}
    for name, wanted in dial.when.items():
        above = next(d for d in panel.dials if d.name == name)
        possible = [option for option, _ in above.options] or [False, True]
        found[name] = next(value for value in possible if (value in wanted) == shown)
    return found


def same(first, second) -> bool:
    return first.keys() == second.keys() and all(np.array_equal(first[k], second[k], equal_nan=True) for k in first)


@pytest.mark.parametrize(("name", "panel", "dial"), CASES)
def test_a_hidden_dial_changes_nothing_and_a_shown_one_something(name, panel, dial):
    found = next(one for one in panels_of(name) if one.name == panel)
    turned = next(one for one in found.dials if one.name == dial)
    for shown in (False, True):
        around = while_(found, turned, shown)
        plain = answer(name, found, around)
        each = [same(answer(name, found, {**around, dial: value}), plain) for value in others(turned)[-3:]]
        assert all(each) if not shown else not all(each)


def test_there_are_such_dials():
    known = {("plane", "samplers", "eta"), ("images", "samplers", "guidance"), ("straight", "rectified", "steps")}
    assert known | {("tokens", "attends", "head"), ("recurrent", "generate", "beams")} <= {*CASES}
