"""The presets of a family behind a button in the sidebar, which names the one that is in force."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from playground.core.config import Config
from playground.core.i18n import N_, Translate
from playground.core.preset import PRESET_GROUPS, Preset

from .actions import is_chosen, reset


def preset_popover(
    kind: type[Config], family: str, values: Mapping[str, Any], presets: Mapping[str, Preset], translate: Translate
) -> None:
    """A button that opens the presets, by groups. It closes when one is chosen."""
    present = [name for name, preset in presets.items() if is_chosen(kind, values, preset.settings)]
    label = translate(N_("Presets"))
    if present:
        label = translate(N_("Preset: {title}")).format(title=translate(presets[present[0]].title))
    closed = st.session_state.get(f"{family} presets closed", 0)
    key = f"{family} presets {closed}"  # another key is another popover, which is closed
    with (
        st.sidebar.popover(label, icon=":material/tune:", width="stretch", wrap=False, key=key),
        st.container(gap=None, key=f"{family}-preset-list"),
    ):
        for group, title in PRESET_GROUPS.items():
            if members := {name: preset for name, preset in presets.items() if preset.group == group}:
                st.caption(f"**{translate(title)}**")
                for name, preset in members.items():
                    _preset(kind, family, name, preset, name in present, translate)


def _preset(kind: type[Config], family: str, name: str, preset: Preset, present: bool, translate: Translate) -> None:
    st.button(
        translate(preset.title),
        key=f"{family} preset {name}",
        type="primary" if present else "tertiary",
        icon=":material/check:" if present else None,
        help=translate(preset.help),
        width="stretch",
        on_click=_choose,
        args=(kind, family, preset),
    )


def _choose(kind: type[Config], family: str, preset: Preset) -> None:
    reset(kind, family, **preset.settings)
    st.session_state[f"{family} presets closed"] = st.session_state.get(f"{family} presets closed", 0) + 1
