"""A family's settings as widgets: everything about them comes from their declaration."""

import math
from collections.abc import Callable, Collection, Mapping
from functools import partial
from typing import Any

import streamlit as st

from playground.core.config import GROUPS, Config, Preset, Setting, parse, relevant, specs
from playground.core.errors import UserError
from playground.core.i18n import N_, Translate

from . import link

PRESETS_KEEP = ("data", "own", "seed", "execution", "device")
"""Settings that a preset keeps unless it names them."""


def settings(kind: type[Config], family: str) -> dict[str, Any]:
    """The values in force, also before their widgets are drawn.

    The address bar decides when the page opens and when the visitor goes back or forward; after
    that the widgets do, and the address follows.
    """
    _init_state(kind, family)
    return link.in_force(kind, {s.name: st.session_state[_key(family, s.name)] for s in specs(kind)})


def controls(kind: type[Config], family: str, translate: Translate) -> dict[str, Any]:
    """Draw the widgets in the sidebar, grouped, and return their values.

    What plays no part is hidden and keeps its value.
    """
    _init_state(kind, family)
    _show_refused(family, translate)
    values = {s.name: st.session_state[_key(family, s.name)] for s in specs(kind)}
    shown, known = f"{family} shown", st.session_state.get(f"{family} shown", frozenset())
    for spec in specs(kind):
        # A click while the page is being drawn starts it again, and the browser may miss the first widgets' values:
        # they are said again until the page was drawn to its end.
        if (key := _key(family, spec.name)) not in known:
            st.session_state[key] = st.session_state[key]
    drawn = []
    for group, title in GROUPS.items():
        # a text has no widget, nor has a single choice: there is nothing to choose
        members = [
            s
            for s in relevant(kind, values)
            if s.group == group and s.kind != "text" and len(s.offered(values[s.name])) != 1
        ]
        if members:
            place = st.sidebar.expander(f"**{translate(title)}**", expanded=group != "run")
            drawn += [_key(family, spec.name) for spec in members]
            for spec in members:
                with place:
                    values[spec.name] = _widget(
                        spec, family, translate, partial(_choose_companions, kind, family, spec.name)
                    )
    st.session_state[f"settings of {family}"], st.session_state[shown] = dict(values), frozenset(drawn)
    values = link.in_force(kind, values)
    link.write(f"{family}.", link.parameters(family, kind, values))
    return values


def _key(family: str, name: str) -> str:
    return f"{family}.{name}"


def choose(family: str, **values: Any) -> None:
    """Set settings from a callback (a preset, a click on the stage)."""
    for name, value in values.items():
        st.session_state[_key(family, name)] = value


def reset(kind: type[Config], family: str, **settings: Any) -> None:
    """From a callback: these settings, and for all that are not named the default, or what suits the data better; but
    data and run stay. Where one of these settings would play no part with the data, the default data come with them."""
    fresh = {s.name: s.default for s in specs(kind) if s.name not in PRESETS_KEEP}
    data = {s.name: s.default for s in specs(kind) if s.name == "data"}  # of a family without data there are none
    now = {name: settings.get(name, st.session_state.get(_key(family, name))) for name in data}
    for chosen in (now, data):
        values = {**fresh, **kind.data_defaults.get(chosen.get("data") or "", {}), **settings, **chosen}
        if _compatible(kind, values, settings):
            break
    choose(family, **values)


def _compatible(kind: type[Config], values: Mapping[str, Any], wanted: Collection[str]) -> bool:
    """Whether these settings go together, and those that are wanted play a part."""
    try:
        parse(kind, values)
    except UserError:
        return False
    return set(wanted) <= {s.name for s in relevant(kind, values)}


def _init_state(kind: type[Config], family: str) -> None:
    """Give every setting a value: from the address, from this visitor's last look, or the default."""
    opening = _key(family, "seed") not in st.session_state
    kept = st.session_state.get(f"settings of {family}", {})
    raw = link.raw_settings(family)
    if link.went_back() or (opening and raw):
        kept, refused = link.parse_settings(kind, raw)
        st.session_state[f"refused by {family}"] = refused
        choose(family, **{s.name: kept.get(s.name, s.default) for s in specs(kind)})
    for spec in specs(kind):
        # a widget that was hidden has lost its state; one that is drawn must not be overwritten
        if (key := _key(family, spec.name)) not in st.session_state:
            st.session_state[key] = kept.get(spec.name, spec.default)
    _relabel(kind, family)


def _relabel(kind: type[Config], family: str) -> None:
    """After a change of language: the browser sends choices by their label, so it must learn the new ones."""
    if st.session_state.get(f"{family} spoke") != (lang := st.session_state.get("lang")):
        st.session_state[f"{family} spoke"] = lang
        for spec in specs(kind):
            if spec.kind == "choice":
                st.session_state[_key(family, spec.name)] = st.session_state[_key(family, spec.name)]


def _show_refused(family: str, translate: Translate) -> None:
    """Say what the address asked for in vain, until the visitor has read it."""
    key = f"refused by {family}"
    if refused := st.session_state.get(key):
        lines = [refusal.sentence(translate) for refusal in refused]
        rest = translate(N_("The default is used instead; all other settings of the link are applied."))
        with st.container(horizontal=True, vertical_alignment="center"):
            st.warning(" ".join([*lines, rest]))
            st.button(
                translate(N_("Understood")),
                key=f"{family} understood",
                on_click=st.session_state.__setitem__,
                args=(key, []),
            )


def preset_buttons(kind: type[Config], family: str, presets: Mapping[str, Preset], translate: Translate) -> None:
    """A button for each preset, in the sidebar."""
    with st.sidebar.popover(translate(N_("Presets")), icon=":material/tune:", width="stretch"):
        for name, preset in presets.items():
            with st.container(width=330, gap=None):
                st.button(
                    f"**{translate(preset.title)}**",
                    key=f"{family} preset {name}",
                    type="tertiary",
                    on_click=reset,
                    args=(kind, family),
                    kwargs=dict(preset.settings),
                )
                st.caption(translate(preset.help))


def _choose_companions(kind: type[Config], family: str, name: str) -> None:
    """From a callback: a value was picked, and what goes along with it."""
    choose(family, **kind.companions(name, settings(kind, family)))


def _widget(spec: Setting, family: str, translate: Translate, picked: Callable[[], None]) -> Any:
    key, help = _key(family, spec.name), translate(spec.help)
    label = translate(spec.title)
    if spec.live:
        word = translate(N_("live"))
        label += f" :gray[:small[· {word}]]"
        help += " " + translate(N_("Can be changed during training."))
    if spec.kind == "choice":
        return _choice(spec, label, help, key, translate, picked)
    draw = {"bool": _toggle, "int": _whole, "float": _real}[spec.kind]
    return draw(spec, label, help, key, translate)


def _choice(spec: Setting, label: str, help: str, key: str, translate: Translate, picked: Callable[[], None]) -> Any:
    def shown(value: Any) -> str:
        return translate(spec.options.get(value, str(value)))

    return st.selectbox(
        label, spec.offered(st.session_state[key]), key=key, help=help, format_func=shown, on_change=picked
    )


def _toggle(spec: Setting, label: str, help: str, key: str, translate: Translate) -> bool:
    return st.toggle(label, key=key, help=help)


def _whole(spec: Setting, label: str, help: str, key: str, translate: Translate) -> int:
    if spec.log:
        return _ladder(spec, label, help, key, powers_of_two(spec), str)
    if spec.low is not None and spec.high is not None and spec.high - spec.low <= 50:
        return st.slider(label, int(spec.low), int(spec.high), key=key, help=help)
    low, high = (None if bound is None else int(bound) for bound in (spec.low, spec.high))
    return int(st.number_input(label, low, high, step=1, format="%d", key=key, help=help))


def _real(spec: Setting, label: str, help: str, key: str, translate: Translate) -> float:
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
