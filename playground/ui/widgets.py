"""A setting as a widget: everything about it comes from its declaration."""

import math
from collections.abc import Callable
from typing import Any

import streamlit as st

from playground.core.config import Setting
from playground.core.i18n import N_, Translate


def widget(spec: Setting, key: str, translate: Translate, picked: Callable[[], None] | None = None) -> Any:
    """Draw a setting under `key`; its value. `picked`: called when another value is picked of a choice, a switch or a
    short slider."""
    label, help = translate(spec.title), translate(spec.help)
    if spec.live:
        help += " " + translate(N_("Can be changed during training."))
    if spec.kind == "choice":
        return _choice(spec, label, help, key, translate, picked)
    draw = {"bool": _toggle, "int": _whole, "float": _real}[spec.kind]
    return draw(spec, label, help, key, picked)


def _choice(spec: Setting, label: str, help: str, key: str, translate: Translate, picked: Any) -> Any:
    def shown(value: Any) -> str:
        return translate(spec.options.get(value, str(value)))

    return st.selectbox(
        label, spec.offered(st.session_state[key]), key=key, help=help, format_func=shown, on_change=picked
    )


def _toggle(spec: Setting, label: str, help: str, key: str, picked: Any) -> bool:
    return st.toggle(label, key=key, help=help, on_change=picked)


def _whole(spec: Setting, label: str, help: str, key: str, picked: Any) -> int:
    if spec.log:
        return _ladder(spec, label, help, key, powers_of_two(spec), str)
    if spec.low is not None and spec.high is not None and spec.high - spec.low <= 50:
        return st.slider(label, int(spec.low), int(spec.high), key=key, help=help, on_change=picked)
    low, high = (None if bound is None else int(bound) for bound in (spec.low, spec.high))
    return int(st.number_input(label, low, high, step=1, format="%d", key=key, help=help))


def _real(spec: Setting, label: str, help: str, key: str, picked: Any) -> float:
    if spec.log:
        return _ladder(spec, label, help, key, one_two_five(spec), "{:g}".format)
    step = step_size(spec.default)
    low, high = (None if bound is None else float(bound) for bound in (spec.low, spec.high))
    if low is not None and high is not None and (high - low) / step <= 100:
        return st.slider(label, low, high, step=step, key=key, help=help)
    return st.number_input(label, low, high, step=step, format="%g", key=key, help=help)


def _ladder(spec: Setting, label: str, help: str, key: str, rungs: list[Any], shown: Callable[[Any], str]) -> Any:
    """A slider that moves by factors; an exact value from a link or a preset becomes a rung of its own."""
    rungs = sorted({*rungs, spec.default, st.session_state[key]})
    return st.select_slider(label, rungs, key=key, help=help, format_func=shown)


def powers_of_two(spec: Setting) -> list[int]:
    """The bounds, and the powers of two between them."""
    low, high = map(int, spec.bounds)
    inner = [2**k for k in range(high.bit_length()) if low < 2**k < high]
    return [low, *inner, high]


def one_two_five(spec: Setting) -> list[float]:
    """1, 2, 5, 10, ... between the bounds; a lower bound of 0 is followed by a millionth of the upper one."""
    low, high = spec.bounds
    smallest = low or high * 1e-6
    decades = range(math.floor(math.log10(smallest)), math.ceil(math.log10(high)) + 1)
    ladder = [float(f"{m}e{d}") for d in decades for m in (1, 2, 5)]
    inner = [value for value in ladder if smallest <= value < high]
    return [float(low), *inner, float(high)]


def step_size(default: float) -> float:
    """The step at which a default is a whole number of steps: 0.5 -> 0.01, 0.999 -> 0.001."""
    digits = len(f"{default:.10g}".partition(".")[2])
    return float(f"1e-{max(digits, 2)}")
