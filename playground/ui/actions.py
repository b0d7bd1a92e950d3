"""Buttons that change settings: what each would give, whether that is in force, and a sentence about what it did."""

from collections.abc import Collection, Mapping
from typing import Any

import streamlit as st

from playground.core.config import Config, Setting, parse, relevant, specs
from playground.core.errors import UserError
from playground.core.i18n import N_, Translate, translator
from playground.data.in_words import value_text
from playground.data.settings import USER_MADE

from . import link

DRAWN = "drawn settings"
"""The keys of the widgets that stood on this page when it was drawn last."""
KEPT = ("data", *USER_MADE.values(), "seed", "execution", "device")
"""Settings that a reset keeps unless it names them."""
MOST_NAMED = 4
"""Changes that a sentence names."""


def setting_key(family: str, name: str) -> str:
    """Of a setting's widget, and of its value in the session."""
    return f"{family}.{name}"


def choose(family: str, **values: Any) -> None:
    """From a callback: set settings, without a word."""
    for name, value in values.items():
        st.session_state[setting_key(family, name)] = value
    st.session_state[f"settings of {family}"] = {**st.session_state.get(f"settings of {family}", {}), **values}


def fresh(kind: type[Config], now: Mapping[str, Any], **settings: Any) -> dict[str, Any]:
    """What a reset to these settings sets where `now` is set: for all that are not named the default, or what suits
    the data better; but data and run stay. Where one of these settings would play no part with the data, the default
    data come with them."""
    defaults = {s.name: s.default for s in specs(kind) if s.name not in KEPT}
    data = {s.name: s.default for s in specs(kind) if s.name == "data"}  # of a family without data there are none
    for chosen in ({name: settings.get(name, now[name]) for name in data}, data):
        values = {**defaults, **kind.data_defaults.get(chosen.get("data") or "", {}), **settings, **chosen}
        if _compatible(kind, {**now, **values}, settings):
            break
    return values


def _compatible(kind: type[Config], values: Mapping[str, Any], wanted: Collection[str]) -> bool:
    """Whether these settings go together, and those that are wanted play a part."""
    try:
        parse(kind, values)
    except UserError:
        return False
    return set(wanted) <= {s.name for s in relevant(kind, values)}


def in_force_after(kind: type[Config], now: Mapping[str, Any], **settings: Any) -> dict[str, Any]:
    """All settings after such a reset."""
    return link.in_force(kind, {**now, **fresh(kind, now, **settings)})


def is_chosen(kind: type[Config], now: Mapping[str, Any], settings: Mapping[str, Any]) -> bool:
    """Whether a reset to these settings would change nothing."""
    return in_force_after(kind, now, **settings) == link.in_force(kind, now)


def reset(kind: type[Config], family: str, **settings: Any) -> None:
    """From a callback: these settings, and the default for all others that `fresh` does not keep."""
    change(kind, family, starts=True, **fresh(kind, _now(kind, family), **settings))


def change(kind: type[Config], family: str, starts: bool = False, **settings: Any) -> None:
    """From a callback: these settings; the stage says what has changed. `starts`: a new run with them trains."""
    before = link.in_force(kind, _now(kind, family))
    choose(family, **settings)
    after = link.in_force(kind, _now(kind, family))
    say(family, sentence(kind, before, after, translator(st.session_state.get("lang", "en"))), starts)


def settings_after(kind: type[Config], family: str, **settings: Any) -> dict[str, Any]:
    """All settings in force if these were set."""
    return link.in_force(kind, {**_now(kind, family), **settings})


def _now(kind: type[Config], family: str) -> dict[str, Any]:
    """The values in the session; of a widget that is hidden, those it had."""
    kept, drawn = st.session_state.get(f"settings of {family}", {}), st.session_state.get(DRAWN, frozenset())

    def value(spec: Setting) -> Any:
        key = setting_key(family, spec.name)
        there = st.session_state.get(key, spec.default)
        return there if key in drawn else kept.get(spec.name, there)

    return {s.name: value(s) for s in specs(kind)}


def say(family: str, text: str, starts: bool = False) -> None:
    """From a callback: let the stage say this."""
    number = st.session_state["said count"] = st.session_state.get("said count", 0) + 1
    st.session_state[f"{family} said"] = {"id": number, "text": text, "starts": starts}


def sentence(kind: type[Config], before: Mapping[str, Any], after: Mapping[str, Any], translate: Translate) -> str:
    """What has changed between two sets of settings, and what becomes of the run."""
    changed = [s for s in specs(kind) if before[s.name] != after[s.name]]
    if not changed:
        return translate(N_("These settings are in force already."))
    named = [_difference(s, before, after, translate) for s in changed if s.kind != "text" or len(changed) == 1]
    words = ", ".join(named[:MOST_NAMED])
    if (more := len(named) - MOST_NAMED) > 0:
        words = translate(N_("{changes} and {count} more")).format(changes=words, count=more)
    if all(s.live and s.group == "sampling" for s in changed):
        return translate(N_("{changes}: at once, without new training.")).format(changes=words)
    if all(s.live for s in changed):
        return translate(N_("{changes}: at once in your run; a recording gives way to a new run.")).format(
            changes=words
        )
    return translate(N_("{changes}: a new run from step 0, unless there is one; the old run is kept.")).format(
        changes=words
    )


def _difference(spec: Setting, before: Mapping[str, Any], after: Mapping[str, Any], translate: Translate) -> str:
    title, old, new = translate(spec.title), *(value_text(spec, v[spec.name], translate) for v in (before, after))
    return f"{title} {old} \u2192 {new}"


def action(lesson: Any, label: str, key: str, settings: Mapping[str, Any], width: Any = "content") -> None:
    """A button of a lesson that resets to `settings`, marked while they are in force. It may stand in a fragment."""
    kind = type(lesson.config)
    chosen = is_chosen(kind, lesson.values, settings)
    if st.button(
        label,
        key=key,
        type="primary" if chosen else "secondary",
        icon=":material/check:" if chosen else None,
        width=width,
        on_click=reset,
        args=(kind, lesson.family),
        kwargs=dict(settings),
    ):
        st.rerun()  # the whole page: stage and sidebar stand outside the fragment
