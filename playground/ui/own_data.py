"""Data that a visitor makes: the pencil on the stage, the dialog that it opens, and what the page then says."""

from collections.abc import Collection, Mapping
from typing import Any

import streamlit as st

from playground.core.config import Config, specs
from playground.core.i18n import N_, Translate
from playground.data.in_words import own_picture, own_size
from playground.data.settings import USER_MADE

from .actions import change
from .controls import settings
from .own_form import Form
from .own_points import OWN_POINTS
from .own_streams import OWN_STREAMS
from .own_text import OWN_TEXT

FORMS: Mapping[str, Form] = {"own": OWN_POINTS, "own_text": OWN_TEXT, "own_streams": OWN_STREAMS}
"""By the name of the data that are made with it."""


def pencil(names: Collection[str], config: Mapping[str, Any], translate: Translate) -> dict[str, Any] | None:
    """The button for what a visitor can make among data of these names, as the stage has it; None: there is nothing.
    `size` and `picture` are of what was made, empty while other data are shown."""
    name = next((name for name in USER_MADE if name in names), None)
    if name is None:
        return None
    setting, shown = USER_MADE[name], config["data"] == name
    return {
        "name": name,
        "setting": setting,
        "title": translate(FORMS[name].button),
        "size": own_size(setting, config[setting], translate) if shown else "",
        "picture": own_picture(config),
    }


def request_dialog(family: str) -> None:
    """From a callback: open the dialog in the run of the script that follows."""
    st.session_state[f"{family} asks for own data"], st.session_state[f"{family} has own data"] = True, False


def pick_data(kind: type[Config], family: str, value: str) -> None:
    """From a callback: data were picked on the stage; those that a visitor makes are the pencil."""
    request_dialog(family) if value in USER_MADE else switch_data(kind, family, value)


def switch_data(kind: type[Config], family: str, value: str, **more: Any) -> None:
    """From a callback: other data, with the settings that suit them; what suited the ones before goes back."""
    now, defaults = settings(kind, family), {spec.name: spec.default for spec in specs(kind)}
    back = {name: defaults[name] for name, own in kind.data_defaults.get(now["data"], {}).items() if now[name] == own}
    change(kind, family, **{**back, **kind.data_defaults.get(value, {}), **more, "data": value})


def dialog(family: str, name: str, config: Any, translate: Translate) -> None:
    """The dialog for data `name`, if it was asked for."""
    if not st.session_state.pop(f"{family} asks for own data", False):
        return
    form = FORMS[name]

    @st.dialog(translate(form.title), icon=form.icon)
    def shown() -> None:
        if st.session_state.pop(f"{family} has own data", False):
            st.rerun()
        form.show(family, config, translate, lambda code: _use(type(config), family, name, code))

    shown()


def offer(kind: type[Config], family: str, config: Any, translate: Translate) -> None:
    """For families that take own data: the dialog that the stage's pencil asks for, and what the scores mean."""
    names = [name for name, setting in USER_MADE.items() if setting in kind.model_fields]
    for name in names:
        dialog(family, name, config, translate)
        if config.data == name:
            st.caption(FORMS[name].explain(config, translate))


def say_who_reads(values: Mapping[str, Any], translate: Translate) -> None:
    """Under a link, if it carries data of the visitor's own."""
    if values.get("data") in USER_MADE:
        st.caption(translate(N_("Your own data travel with this link: everybody who has it can read them.")))


def _use(kind: type[Config], family: str, name: str, code: str) -> None:
    """From a callback: train on the data of this code."""
    switch_data(kind, family, name, **{USER_MADE[name]: code})
    st.session_state[f"{family} has own data"] = True
