"""The frame of a lesson, the same on every page: idea, settings, stage, what to look for, maths, code."""

import html
import shlex
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import streamlit as st

from playground.core.config import Config, ConfigT, parse, specs
from playground.core.errors import UserError
from playground.core.foreign_text import markdown
from playground.core.i18n import N_, Translate, translator
from playground.core.registry import family as find
from playground.core.resources import PACKAGE
from playground.engine.text_store import shortened

from . import figures, lesson_player, link, own_data
from .actions import change, choose
from .controls import controls, settings
from .presets import preset_popover
from .stage import stage

CODE_HEIGHT = 360


@dataclass(frozen=True)
class Hint:
    """Something to try, and what is seen then; `settings` are tried with a click. Texts are message ids."""

    title: str
    text: str
    settings: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class Paper:
    """A reference: what it brought, in a few words (a message id)."""

    cite: str
    title: str
    url: str
    brought: str


@dataclass(frozen=True)
class Lesson:
    """The state that the parts of a page share."""

    family: str
    lang: str
    translate: Translate
    config: Any
    """Of the family's `Config`."""
    values: Mapping[str, Any] = field(repr=False)


def language() -> str:
    """The language of this visitor, decided by the navigation."""
    return st.session_state.get("lang", "en")


def open_lesson(family: str, idea: str) -> Lesson:
    """Title and one sentence (a message id) in one line, settings in the sidebar, and the stage."""
    lang = language()
    translate = figures.filling(translator(lang))
    known = find(family)
    head(translate(known.title), translate(idea))
    values = settings(known.Config, family)
    allowed = lesson_player.allowed(family)
    if allowed is None:
        preset_popover(known.Config, family, values, known.presets, translate)
    config = valid_config(known.Config, family, values, translate)
    if st.session_state.get("lesson") != family:  # what was said on a visit before is not said again
        st.session_state["lesson"], st.session_state[f"{family} said"] = family, None
    with st.container(key="stage-room"):
        stage(
            family,
            config.model_dump(),
            key=f"{family} stage",
            choices=None if allowed is None or "data" in allowed else [],
            lang=lang,
            translate=translate,
            run=st.query_params.get("run"),
            pin=st.query_params.get("pin"),
            opening=link.opening(),
            said=st.session_state[f"{family} said"],
            on_pick=lambda value: own_data.pick_data(known.Config, family, value),
            on_settings=lambda values: change(known.Config, family, **values),
        )
    own_data.offer(known.Config, family, config, translate)
    controls(known.Config, family, translate)
    return Lesson(family, lang, translate, config, values)


def head(title: str, sentence: str) -> None:
    """The title of a page and one sentence beside it, cut where the line ends: then a tooltip has all of it."""
    title, sentence = html.escape(title), html.escape(sentence)
    with st.container(key="head"):
        st.html(f'<h1>{title}</h1> <p title="{sentence}">{sentence}</p>')


def valid_config(kind: type[ConfigT], family: str, values: Mapping[str, Any], translate: Translate) -> ConfigT:
    """The settings as a whole. Where two do not go together a sentence says so, and the last whole ones stay."""
    accepted = f"{family} accepted"
    try:
        config = parse(kind, values)
        shortened(kind, config.model_dump())  # a full disk may take no long text
    except UserError as refusal:
        st.warning(
            translate(N_("{why} Until this is corrected, the stage keeps the previous settings.")).format(
                why=refusal.sentence(translate, markdown)
            )
        )
        _offer_remedy(kind, family, values, translate)
        config = parse(kind, st.session_state.get(accepted, {"seed": values["seed"]}))
    st.session_state[accepted] = config.model_dump()
    return config


def _offer_remedy(kind: type[Config], family: str, values: Mapping[str, Any], translate: Translate) -> None:
    """A button with the settings that make these go together, where the family knows some."""
    changes = {name: value for name, value in kind.reopened(values).items() if values.get(name) != value}
    try:
        parse(kind, {**values, **changes})
    except UserError:
        return
    titles = {spec.name: spec for spec in specs(kind)}
    words = ", ".join(
        f"{translate(titles[name].title)}: {translate(str(titles[name].options.get(value, value)))}"
        for name, value in changes.items()
    )
    st.button(
        translate(N_("Use {settings}")).format(settings=words),
        key=f"{family} remedy",
        on_click=choose,
        args=(family,),
        kwargs=changes,
    )


def papers(translate: Translate, references: Iterable[Paper]) -> None:
    st.markdown("\n".join(f"- {p.cite}: [{p.title}]({p.url}). {translate(p.brought)}" for p in references))


def code(translate: Translate, name: str) -> None:
    """A source file of the package, as it is run."""
    path = PACKAGE / name
    st.caption(translate(N_("This is the file {name}, as it runs here.")).format(name=f"`playground/{name}`"))
    st.code(path.read_text("utf-8"), language="python", height=CODE_HEIGHT)


def share(lesson: Lesson) -> None:
    """The link that opens this very picture elsewhere, and the line that trains the same without a browser."""
    _ = lesson.translate
    st.markdown(_(N_("This link opens the same settings, seed and language elsewhere:")))
    st.code(link.share(lesson.family, type(lesson.config), lesson.values, lesson.lang), language=None, wrap_lines=True)
    own_data.say_who_reads(lesson.values, _)
    st.markdown(_(N_("The same run without a browser:")))
    st.code(command(lesson), language="bash", wrap_lines=True)


def command(lesson: Lesson) -> str:
    """The command line that trains with these settings."""
    changed = link.parameters(lesson.family, type(lesson.config), lesson.values)
    changed = {key.partition(".")[2]: value for key, value in changed.items()}
    parts = [f"--{name} {shlex.quote(changed.pop(name))}" for name in ("data", "seed") if name in changed]
    parts += [f"--set {shlex.quote(f'{key}={value}')}" for key, value in changed.items()]
    return " ".join(["python -m playground train", lesson.family, *parts])
