"""The stage: one Streamlit component that opens its own socket and draws what comes (docs: DESIGN.md, "Stage")."""

import contextlib
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import streamlit as st
from streamlit.components.v2 import component

from playground.core.config import parse, specs
from playground.core.errors import UserError
from playground.core.registry import family as find
from playground.data.settings import USER_MADE
from playground.engine.text_store import expanded, shortened

from . import glossary
from .browser_part import bootstrap
from .link import RUN_ID, Opening
from .own_data import pencil
from .stage_words import STRINGS


def stage(
    family: str,
    config: Mapping[str, Any],
    *,
    key: str,
    lang: str,
    translate: Callable[[str], str],
    choices: Sequence[tuple[str, str]] | None = None,
    run: str | None = None,
    pin: str | None = None,
    opening: Opening | None = None,
    said: Mapping[str, Any] | None = None,
    on_pick: Callable[[str], None] | None = None,
    on_settings: Callable[[Mapping[str, Any]], None] | None = None,
) -> None:
    """Show the live stage of `family` with the settings `config` (plain values, JSON).

    `choices` are the distributions to pick from: (value, translated title); None: those of the family's setting
    `data`, if it has one. `run` watches the run with that id, otherwise the server finds the visitor's own; `pin`
    is the id of a run to be seen beside it. `opening`: the moment that the link opens at. `said`: what a button did,
    {id: a number that rises, text, starts: whether a run that begins with it trains}; None: nothing new. `on_pick` is
    called, as a Streamlit callback before the script runs again, with the value the visitor picked; `on_settings`
    likewise with settings that something on the stage proposes (a remedy, a fork to be opened): checked names and
    values, those not named stay as they are.
    """
    opening = opening or Opening()
    if choices is None:
        choices = data_choices(family, translate)
    known = {str(value) for value, _ in choices}

    def picked() -> None:
        value = st.session_state[key].get("pick")
        if on_pick is not None and value in known:
            on_pick(value)

    def proposed() -> None:
        values = st.session_state[key].get("settings")
        if on_settings is not None and isinstance(values, Mapping):
            kind = find(family).Config
            with contextlib.suppress(UserError):  # not from our own script
                checked = parse(kind, {**config, **expanded(kind, values)}).model_dump()
                on_settings({name: checked[name] for name in values})

    mounted = component("playground_stage", js=bootstrap("stage/mount.js"), isolate_styles=False)
    mounted(
        key=key,
        on_pick_change=picked,
        on_settings_change=proposed,
        data={
            "family": family,
            "config": shortened(find(family).Config, config),
            "lang": lang,
            "run": run,
            "autoplay": opening.play,
            "link": {"step": opening.step, "speed": opening.speed, "layers": opening.layers},
            "pin": pin if pin and RUN_ID.fullmatch(pin) else None,
            "choices": [[str(value), title] for value, title in choices if value not in USER_MADE],
            "own": pencil(known, config, translate),
            "said": dict(said) if said else None,
            "terms": glossary.terms(translate),
            "strings": {name: translate(text) for name, text in STRINGS.items()},
        },
    )


def data_choices(family: str, translate: Callable[[str], str]) -> list[tuple[str, str]]:
    """The choices of the family's setting `data`: (value, translated title)."""
    found = [spec for spec in specs(find(family).Config) if spec.name == "data"]
    return [(value, translate(spec.options.get(value, value))) for spec in found for value in spec.offered()]
