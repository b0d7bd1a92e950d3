"""The failure lab of a page: one click for each way a training goes wrong, and how it is found and helped."""

from collections.abc import Mapping

import streamlit as st

from playground.core.diagnosis import Rule
from playground.core.i18n import N_, Translate, fill
from playground.core.preset import Preset
from playground.core.registry import family as find

from . import thumbnails
from .actions import action
from .lesson import Lesson

CARD = 335
"""Width of a card in pixels: three stand side by side on a wide screen, one on a phone."""


def failure_cards(lesson: Lesson, rules: Mapping[str, Rule], shown_by: Mapping[str, str]) -> None:
    """A card for each failure. `shown_by`: name of the rule -> name of the preset that has this failure."""
    _ = lesson.translate
    st.caption(
        _(
            N_(
                "Each button starts a run that fails. The diagnosis detects the failure from the run's numbers, by "
                "the rule given here; the stage then names it under the timeline and offers a remedy."
            )
        )
    )
    presets = find(lesson.family).presets
    with st.container(horizontal=True, gap="small"):
        for name, preset in shown_by.items():
            with st.container(border=True, width=CARD, key=f"{lesson.family} failure card {name}"):
                _card(lesson, name, rules[name], presets[preset], _)


def _card(lesson: Lesson, name: str, rule: Rule, preset: Preset, _: Translate) -> None:
    with st.container(horizontal=True, wrap=False):
        thumbnails.show(lesson, preset.settings)
        with st.container(gap="small"):
            st.markdown(f"**{_(rule.title)}**")
            st.caption(_(preset.help))
    with st.container(horizontal=True, vertical_alignment="center"):
        action(lesson, _(N_("Start this run")), f"{lesson.family} failure {name}", preset.settings)
        with st.popover(_(N_("Rule and remedy")), type="tertiary"):
            found, helps = _(N_("How it is detected")), _(N_("Remedy"))
            st.markdown(f"**{found}** {fill(_(rule.rule), **rule.limits)}")
            st.markdown(f"**{helps}** {_(rule.remedy)}")
