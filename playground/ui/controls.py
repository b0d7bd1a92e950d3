"""A family's settings in the sidebar: the few that matter most, the others behind a click, the seed with a die."""

import random
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import streamlit as st

from playground.core.config import GROUPS, Config, Setting, holds, relevant, specs
from playground.core.foreign_text import markdown
from playground.core.i18n import N_, Translate
from playground.data.in_words import value_text

from . import lesson_player, link
from .actions import DRAWN, change, choose, fresh, reset, setting_key
from .widgets import widget

NOT_HERE = ("data", "seed")
"""Settings that have no widget among the others: data are picked on the stage, the seed has a die."""


def settings(kind: type[Config], family: str) -> dict[str, Any]:
    """The values in force, also before their widgets are drawn.

    The address bar decides when the page opens and when the visitor goes back or forward; after
    that the widgets do, and the address follows.
    """
    _init_state(kind, family)
    return link.in_force(kind, _raw(kind, family))


def controls(kind: type[Config], family: str, translate: Translate) -> dict[str, Any]:
    """Draw the widgets in the sidebar and return their values.

    What plays no part, or is behind a click, is hidden and keeps its value.
    """
    _init_state(kind, family)
    _show_refused(family, translate)
    values = _raw(kind, family)
    known = st.session_state.get(DRAWN, frozenset())
    for spec in specs(kind):
        # A click while the page is being drawn starts it again, and the browser may miss the first widgets' values:
        # they are said again until the page was drawn to its end.
        if (key := setting_key(family, spec.name)) not in known:
            st.session_state[key] = st.session_state[key]
    usual, in_force = fresh(kind, values), link.in_force(kind, values)
    first, others = first_and_others(kind, in_force)
    if (allowed := lesson_player.allowed(family)) is not None:  # a lesson shows the settings that it is about
        first, others = tuple(s for s in (*first, *others) if s.name in allowed), ()
    changed = [s.name for s in (*first, *others) if in_force[s.name] != usual.get(s.name, s.default)]

    def draw(members: Sequence[Setting]) -> None:
        for spec in members:
            back = usual.get(spec.name, spec.default)
            values[spec.name] = _setting(spec, family, translate, back, spec.name in changed, kind)

    with st.sidebar:
        draw(first)
        drawn = [*first]
        if allowed is None or "seed" in allowed:
            values["seed"] = _seed(next(s for s in specs(kind) if s.name == "seed"), family, translate)
            drawn.append(next(s for s in specs(kind) if s.name == "seed"))
        if others:
            drawn += _others(family, others, changed, translate, draw)
        if len(changed) > 1 and allowed is None:
            st.button(
                translate(N_("Back to defaults ({count})")).format(count=len(changed)),
                key=f"{family} defaults",
                type="tertiary",
                icon=":material/undo:",
                on_click=reset,
                args=(kind, family),
            )
    st.session_state[f"settings of {family}"] = dict(values)
    st.session_state[DRAWN] = frozenset(setting_key(family, s.name) for s in drawn)
    values = link.in_force(kind, values)
    link.write(f"{family}.", link.parameters(family, kind, values))
    return values


def first_and_others(
    kind: type[Config], in_force: Mapping[str, Any]
) -> tuple[tuple[Setting, ...], tuple[Setting, ...]]:
    """The settings with a widget that play a part: those that are shown at first, and the others, by their groups."""
    # a text has no widget, nor has a single choice: there is nothing to choose
    members = [
        s
        for s in relevant(kind, in_force)
        if s.kind != "text" and s.name not in NOT_HERE and len(s.offered(in_force[s.name])) != 1
    ]
    known = {**in_force, "domain": kind.domain_of(in_force)}
    first = [s for s in members if s.key is not None and holds(s.key, known)]
    order = [*list(GROUPS)[1:], "data"]
    return (
        tuple(sorted(first, key=lambda s: order.index(s.group))),
        tuple(s for group in GROUPS for s in members if s.group == group and s not in first),
    )


def _raw(kind: type[Config], family: str) -> dict[str, Any]:
    return {s.name: st.session_state[setting_key(family, s.name)] for s in specs(kind)}


def _others(
    family: str, others: Sequence[Setting], changed: Sequence[str], translate: Translate, draw: Any
) -> Sequence[Setting]:
    """The settings behind a click, by groups; which are drawn: none before the click."""
    count = sum(s.name in changed for s in others)
    title = translate(N_("All settings"))
    if count:
        title = translate(N_("All settings ({count} changed)")).format(count=count)
    with st.expander(title, on_change="rerun", key=f"{family} all settings") as place:
        if not place.open:
            return ()
        for group in dict.fromkeys(s.group for s in others):
            st.caption(f"**{translate(GROUPS[group])}**")
            draw([s for s in others if s.group == group])
    return others


def _setting(spec: Setting, family: str, translate: Translate, back: Any, changed: bool, kind: type[Config]) -> Any:
    """The widget of a setting; if its value is not the usual one, a mark, and the way back."""
    # the style sheet draws the marks: a screen reader would spell out the signs that colour words in a label
    marks = f"{'-changed' if changed else ''}{'-live' if spec.live else ''}"
    with st.container(
        key=f"{family}-{spec.name}{marks}-row", horizontal=True, vertical_alignment="bottom", wrap=False, gap=None
    ):
        key = setting_key(family, spec.name)
        value = widget(spec, key, translate, partial(_choose_companions, kind, family, spec.name))
        if changed:
            st.button(
                "",
                key=f"{family} default {spec.name}",
                icon=":material/undo:",
                type="tertiary",
                help=translate(N_("Back to the default: {value}")).format(value=value_text(spec, back, translate)),
                on_click=change,
                args=(kind, family),
                kwargs={spec.name: back},
            )
    return value


def _seed(spec: Setting, family: str, translate: Translate) -> int:
    key = setting_key(family, "seed")
    with st.container(key=f"{family}-seed-row", horizontal=True, vertical_alignment="bottom", wrap=False, gap="small"):
        value = widget(spec, key, translate)
        st.button(
            "",
            key=f"{family} die",
            icon=":material/casino:",
            help=translate(N_("Draw another seed")),
            on_click=lambda: choose(family, seed=random.SystemRandom().randrange(1, 10_000)),
        )
    return value


def _init_state(kind: type[Config], family: str) -> None:
    """Give every setting a value: from the address, from this visitor's last look, or the default."""
    opening = setting_key(family, "seed") not in st.session_state
    kept = st.session_state.get(f"settings of {family}", {})
    raw = link.raw_settings(family)
    if link.went_back() or (opening and raw):
        kept, refused = link.parse_settings(kind, raw)
        st.session_state[f"refused by {family}"] = refused
        choose(family, **{s.name: kept.get(s.name, s.default) for s in specs(kind)})
    drawn = st.session_state.get(DRAWN, frozenset())
    for spec in specs(kind):
        # The state of a widget that is drawn must not be overwritten. One that is hidden has lost its state, and under
        # its key stands what was put there before it was drawn for the first time.
        if (key := setting_key(family, spec.name)) not in st.session_state or key not in drawn:
            st.session_state[key] = kept.get(spec.name, spec.default)
    _relabel(kind, family)


def _relabel(kind: type[Config], family: str) -> None:
    """After a change of language: the browser sends choices by their label, so it must learn the new ones."""
    if st.session_state.get(f"{family} spoke") != (lang := st.session_state.get("lang")):
        st.session_state[f"{family} spoke"] = lang
        for spec in specs(kind):
            if spec.kind == "choice":
                st.session_state[setting_key(family, spec.name)] = st.session_state[setting_key(family, spec.name)]


def _show_refused(family: str, translate: Translate) -> None:
    """Say what the address asked for in vain, until the visitor has read it."""
    key = f"refused by {family}"
    if refused := st.session_state.get(key):
        lines = [refusal.sentence(translate, markdown) for refusal in refused]
        rest = translate(N_("The default is used instead; all other settings of the link are applied."))
        with st.container(horizontal=True, vertical_alignment="center"):
            st.warning(" ".join([*lines, rest]))
            st.button(
                translate(N_("Understood")),
                key=f"{family} understood",
                on_click=st.session_state.__setitem__,
                args=(key, []),
            )


def _choose_companions(kind: type[Config], family: str, name: str) -> None:
    """From a callback: a value was picked, and what goes along with it."""
    choose(family, **kind.companions(name, settings(kind, family)))
