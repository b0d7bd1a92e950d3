"""Which model or run, which way to extract letters, which split: one row, and the address."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import streamlit as st

from playground.core.i18n import N_, Translate, translator
from playground.evaluation.mmbench.scoring import ALL_SPLITS

from .. import link
from ..lesson import language
from . import allowed, upload
from .kept import kept
from .names import split_name
from .runs import TITLES, Judged, Run, built_in_run
from .style import SETTINGS

NAME = "mmbench"
"""Of its settings in the address."""
OWN, SERVICE = "own", "service"
MODES = {"strict": N_("strict"), "vlmevalkit": N_("as VLMEvalKit")}


@dataclass(frozen=True)
class Selection:
    """What the parts of the page share."""

    run: Run
    mode: str
    split: str
    lang: str
    translate: Translate
    has_other_runs: bool = False
    """Whether the visitor has other runs than those that the picker offers: then the page is to be drawn again."""
    family: str = NAME

    @property
    def judged(self) -> Judged:
        return self.run.judged(self.mode)

    @property
    def title(self) -> str:
        return self.translate(self.run.title)


def choose() -> Selection:
    """The row; files and services are asked for below it."""
    lang = language()
    translate = translator(lang)
    before = kept()
    with st.container(key=SETTINGS):
        first, second, third = st.columns([3, 2, 2], gap="small")
    with first:
        model = _pick(
            "model",
            N_("Model under test"),
            {
                **TITLES,
                **{name: run.title for name, run in before.items()},
                OWN: N_("Your own predictions"),
                **({SERVICE: N_("A service (chat/completions)")} if allowed.is_offered() else {}),
            },
            translate,
            N_("Models that need no network, or your own model."),
        )
    run = _run_of(model, translate)
    with second:
        mode = _pick(
            "mode",
            N_("Extraction"),
            MODES,
            translate,
            N_("How a letter is read from a reply: in whole words only, or as VLMEvalKit does, to the letter."),
        )
    splits = run.judged(mode).scores.splits
    names = [*splits] if len(splits) == 1 else [ALL_SPLITS, *splits]
    with third:
        split = _pick(
            "split",
            N_("Data split"),
            {name: split_name(name, translate) for name in names or [ALL_SPLITS]},
            translate,
            "",
        )
    _remember(model=model, mode=mode, split=split)
    return Selection(run, mode, split, lang, translate, kept().keys() != before.keys())


def _run_of(model: str, translate: Translate) -> Run:
    """What is chosen; the random model as long as own predictions or a service have no answers."""
    if model in kept():
        return kept()[model]
    if model == OWN:
        return upload.own_run(translate) or built_in_run("random")
    if model == SERVICE:
        from . import service  # with the libraries that call services: other visitors need not wait for them

        return service.service_run(translate) or built_in_run("random")
    with st.spinner(translate(N_("The model answers…")), show_time=False):
        return built_in_run(model)


def _pick(name: str, label: str, titles: Mapping[str, str], translate: Translate, help: str) -> str:
    """A choice that the address opens with and that outlives a visit to another page."""
    key = f"{NAME} {name} {' '.join(titles)}"
    before: dict[str, str] = st.session_state.get(f"{NAME} choices", {})
    asked = st.query_params.get(f"{NAME}.{name}")
    if key not in st.session_state or (link.went_back() and asked in titles):
        known = (one for one in (asked, before.get(name)) if one in titles)
        st.session_state[key] = next(known, next(iter(titles)))
    shown: Callable[[Any], str] = lambda one: translate(titles[one])  # noqa: E731
    return str(
        st.selectbox(translate(label), list(titles), key=key, format_func=shown, help=translate(help) if help else None)
    )


def _remember(**chosen: str) -> None:
    """The address says what differs from what the page opens with; a visitor's own runs cannot stand in it."""
    st.session_state[f"{NAME} choices"] = chosen
    known = {"model": TITLES, "mode": MODES}
    several = {
        name: value
        for name, value in chosen.items()
        if name in known and value in known[name] and value != next(iter(known[name]))
    }
    link.write(f"{NAME}.", {f"{NAME}.{name}": value for name, value in several.items()})
