"""The arena on its page: its settings, and the component in which the contestants train."""

import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import streamlit as st
from streamlit.components.v2 import component

from playground.arena.contestants import contestants, select, shared_data
from playground.arena.settings import ArenaConfig
from playground.core.config import specs
from playground.core.i18n import N_, Translate, fill
from playground.data.settings import DATA, USER_MADE
from playground.engine.text_store import shortened

from . import link, own_data
from .actions import choose
from .browser_part import bootstrap
from .controls import controls, settings
from .lesson import valid_config

NAME = "arena"
"""Of its settings in the address."""
STRINGS = {
    "failed": N_("The arena could not be loaded. Reload the page to try again."),
    "grid": N_("Arena"),
    "distribution": N_("Distribution"),
    "all_data": N_("All distributions"),
    "start": N_("Train {count} side by side"),
    "pause": N_("Pause all"),
    "go_on": N_("Go on with all"),
    "over_all": N_("All budgets are used up"),
    "time_left": N_("About {seconds} s left."),
    "best": N_("Best, or not worse than the uncertainty allows to tell: ± {error}."),
    "best_exact": N_("Best."),
    "count": N_("{count:contestant|contestants}, {playing} in training."),
    "waiting": N_("Waiting for measurement: {count}."),
    "measured": N_("Measured: {count}."),
    "ended": N_("Ended: {count}."),
    "lost": N_("The connection was lost and is being restored; your runs are kept."),
    "open_cell": N_("Open this contestant as a full run"),
    "had": N_("{seconds} s, {steps:step|steps}"),
    "scored": N_("{title} {value} (floor {floor})"),
    "measuring": N_("being measured\u2026"),
    "over": N_("ended"),
    "scorecard": N_("Scorecard"),
    "contestant": N_("Contestant"),
    "table_help": N_(
        "Small figures: the score of a perfect model on the same number of samples. Click a column header to sort by "
        "it and to read its meaning. Click a contestant's name to open its run on its family's page."
    ),
    "no_density": N_("no density"),
    "at_most": N_("at most {value}"),
    "modes": N_("{count} of {all}"),
    "triangle": N_("The trade-off"),
    "triangle_help": N_(
        "Further out is better. Quality: the floor of sliced W2 divided by its value; 1 is as close to the data as "
        "fresh data. Coverage: the mass covered, relative to fresh data. Speed: 1 at 0.1 ms for 1,000 samples, 0 at "
        "one second; each factor of ten is a quarter."
    ),
    "csv": N_("Download the scorecard (CSV)"),
    "png": N_("Download the picture (PNG)"),
}
"""The texts of the arena: key -> message id, translated here and sent with the data."""


@dataclass(frozen=True)
class Selection:
    """The settings of the visitor, and what the tabs of a page need."""

    config: ArenaConfig
    values: Mapping[str, Any]
    lang: str
    translate: Translate
    family: str = NAME


def arena(lang: str, translate: Translate) -> Selection:
    """Settings in the sidebar, contestants above, the arena below."""
    values = settings(ArenaConfig, NAME)
    values = {**values, "contestants": _contestants(values["contestants"], translate)}
    config = valid_config(ArenaConfig, NAME, values, translate)
    own_data.offer(ArenaConfig, NAME, config, translate)
    with st.container(key="stage-room"):
        _mount(config, lang, translate)
    controls(ArenaConfig, NAME, translate)
    return Selection(config, values, lang, translate)


def _contestants(names: str, translate: Translate) -> str:
    """Buttons that select the contestants; at least one stays."""
    there = contestants()
    now = [one.name for one in select(names)]
    key = f"{NAME} contestants {','.join(now)}"

    def taken() -> None:
        picked = st.session_state[key] or now
        choose(NAME, contestants="" if len(picked) == len(there) else ",".join(n for n in there if n in picked))

    st.pills(
        translate(N_("Contestants")),
        list(there),
        selection_mode="multi",
        default=now,
        key=key,
        on_change=taken,
        format_func=lambda name: translate(there[name].entry.title),
    )
    return names


def _mount(config: ArenaConfig, lang: str, translate: Translate) -> None:
    offered = next(spec.choices for spec in specs(ArenaConfig) if spec.name == "data")
    possible = [name for name in shared_data(select(config.contestants)) if name in offered]

    def picked() -> None:
        value = st.session_state[f"{NAME} field"].get("pick")
        if value in possible:
            own_data.pick_data(ArenaConfig, NAME, value)

    mounted = component("playground_arena", js=bootstrap("arena/arena.js"), isolate_styles=False)
    mounted(
        key=f"{NAME} field",
        on_pick_change=picked,
        data={
            "config": shortened(ArenaConfig, config.model_dump()),
            "count": len(select(config.contestants)),
            "lang": lang,
            "opening": True,
            "choices": [[name, translate(DATA[name].title)] for name in possible if name not in USER_MADE],
            "own": own_data.pencil(possible, config.model_dump(), translate),
            "heading": heading(config, translate),
            "strings": {name: translate(text) for name, text in STRINGS.items()},
        },
    )


def heading(config: ArenaConfig, translate: Translate) -> str:
    """One line that describes the comparison."""
    equal = N_("{data}: {seconds:second|seconds} of compute time each, seed {seed}")
    if config.budget == "steps":
        equal = N_("{data}: {steps:training step|training steps} each, seed {seed}")
    return fill(
        translate(equal),
        data=translate(DATA[config.data].title),
        seconds=f"{config.seconds:g}",
        steps=f"{config.steps:,}",
        seed=config.seed,
    )


def share(selection: Selection) -> None:
    """The link that opens the same arena elsewhere, and the line that does the same without a browser."""
    translate = selection.translate
    st.markdown(
        translate(
            N_(
                "This link opens the same data, budget, contestants, seed and language elsewhere. Equal steps give "
                "the same numbers there; equal compute time gives more steps on a faster machine:"
            )
        )
    )
    st.code(link.share(NAME, ArenaConfig, selection.values, selection.lang), language=None, wrap_lines=True)
    own_data.say_who_reads(selection.values, translate)
    st.markdown(translate(N_("The same without a browser:")))
    st.code(command(selection.values), language="bash", wrap_lines=True)


def command(values: Mapping[str, Any]) -> str:
    """The command line for the same scorecard."""
    parameters = link.parameters(NAME, ArenaConfig, values)
    budget = "steps" if values["budget"] == "steps" else "seconds"
    wanted = ("data", "own", "contestants", "seed")
    parts = {name: parameters[f"{NAME}.{name}"] for name in wanted if f"{NAME}.{name}" in parameters}
    parts = {**parts, budget: link.as_text(values[budget]), "out": "arena.csv"}
    return " ".join(
        ["python -m playground arena", *(f"--{name} {shlex.quote(value)}" for name, value in parts.items())]
    )
