"""The address bar holds every setting: `?gan.data=moons&gan.seed=7&lang=zh`.

Streamlit's own `bind="query-params"` is not used, because for a choice it writes the label that is
shown: a link made on an English page would not open on a Chinese one, nor mean anything to the
command line; and it drops what it cannot read without a word. Here the link carries the settings'
own names and values, and what cannot be read is answered with a sentence.
"""

import contextlib
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from playground.core import aliases
from playground.core.config import Config, parse, relevant, specs
from playground.core.errors import UserError
from playground.core.i18n import N_
from playground.engine.text_store import TextStore

STEP, RUN_ID = re.compile(r"[0-9]{1,8}"), re.compile(r"[a-z0-9]{4,40}")


@dataclass(frozen=True)
class Opening:
    """What a link says about the moment it opens at."""

    step: int | None = None
    speed: float | None = None
    """In steps a second, 0 in slow motion; None: the link does not say."""
    layers: list[str] | None = None
    """The names of the layers that are on."""
    play: bool = False
    """Whether training begins at once; else the page waits for a button."""


def opening() -> Opening:
    """That of this page's address; what cannot be read is left out."""
    return opening_of(st.query_params.to_dict())


def opening_of(asked: Mapping[str, str]) -> Opening:
    """That of the parameters of an address."""
    step, layers = asked.get("step", ""), asked.get("layers")
    try:
        speed = float(asked["speed"])
    except (KeyError, ValueError):
        speed = math.nan
    return Opening(
        int(step) if STEP.fullmatch(step) else None,
        speed if 0 <= speed < math.inf else None,
        None if layers is None else [name for name in layers.split(",") if name],
        asked.get("play") in ("1", "true"),
    )


def went_back() -> bool:
    """Whether this run answers the browser's back or forward button: then the address decides."""
    context = get_script_run_ctx()
    return context is not None and context.is_history_navigation


def raw_settings(family: str) -> dict[str, str]:
    """The settings of a family in the address, as texts."""
    start = f"{family}."
    return {key.removeprefix(start): value for key, value in st.query_params.items() if key.startswith(start)}


def parse_settings(kind: type[Config], raw: Mapping[str, str]) -> tuple[dict[str, Any], list[UserError]]:
    """The settings that can be understood, and a sentence for each that cannot."""
    good: dict[str, Any] = {}
    refused: list[UserError] = []
    texts = {s.name for s in specs(kind) if s.kind == "text"}
    for name, text in aliases.current(aliases.SETTINGS, raw).items():
        if name not in kind.model_fields:
            refused.append(UserError(N_("This page has no setting '{name}'."), name=name))
            continue
        try:
            given = TextStore().expand(text) if name in texts else text
            good[name] = getattr(parse(kind, {name: given}), name)
        except UserError as refusal:
            refused.append(refusal)
    return good, refused


def in_force(kind: type[Config], values: Mapping[str, Any]) -> dict[str, Any]:
    """`values` with the default for every setting that plays no part among them."""
    played = {s.name for s in relevant(kind, values)}
    return {s.name: values[s.name] if s.name in played else s.default for s in specs(kind)}


def parameters(family: str, kind: type[Config], values: Mapping[str, Any]) -> dict[str, str]:
    """The part of an address that says what differs from the defaults."""
    defaults = {s.name: s.default for s in specs(kind)}
    texts = {s.name for s in specs(kind) if s.kind == "text"}
    found = {}
    for name, value in values.items():
        if value != defaults[name]:
            with contextlib.suppress(UserError):  # a full disk takes no text: the page says it, its address has none
                found[f"{family}.{name}"] = TextStore().shorten(value) if name in texts else as_text(value)
    return found


def as_text(value: Any) -> str:
    """A value as the command line would take it."""
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value:.10g}" if isinstance(value, float) else str(value)


def write(prefix: str, wanted: Mapping[str, str]) -> None:
    """Make the parameters that start with `prefix` these, in one change of the address."""
    now = st.query_params.to_dict()
    others = {key: value for key, value in now.items() if not key.startswith(prefix)}
    if now != (after := {**others, **wanted}):
        st.query_params.from_dict(after)


def share(family: str, kind: type[Config], values: Mapping[str, Any], lang: str, **more: str) -> str:
    """The whole link to a page with these settings; the seed and the language are always in it."""
    base = (st.context.url or "").split("?")[0]
    seed = {f"{family}.seed": as_text(values["seed"])}
    return f"{base}?{urlencode({**parameters(family, kind, values), **seed, 'lang': lang, **more})}"
