"""The first page: what this is, what there is, and how to use it in a class."""

from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import streamlit as st

from playground.classroom import catalogue
from playground.core.config import specs
from playground.core.i18n import N_, translator
from playground.core.registry import FAMILIES
from playground.data.plane import distributions
from playground.data.tokens.catalogue import TITLES as TASKS
from playground.ui import gallery, lesson_cards, link
from playground.ui.family_tree import family_tree
from playground.ui.lesson import head, language
from playground.ui.mmbench.samples import sample_pictures

# Of a family's card, of the place for its picture, and of that itself, in pixels: three cards side by side on a
# wide screen, one on a phone.
WIDTH, HEIGHT, SIZE = 412, 150, 288

lang = language()
_ = translator(lang)
ground = gallery.theme()
here = {name: family for name, family in FAMILIES.items() if (Path(__file__).parent / f"{name}.py").exists()}


def moving_picture(name: str) -> None:
    """A family's shipped model in motion, or, before there is one, some data."""
    title = _(here[name].title)
    if (
        film := gallery.training_animation(name, ground, SIZE, here[name].about.recording or gallery.COMMON_DATA)
    ) is not None:
        gallery.animated_picture(*film, _(N_("A model, trained or in training: {title}")).format(title=title))
    else:
        st.image(gallery.distribution("moons", ground, 440), alt=title, width=240)


def everybody() -> None:
    """All families' ends on the same data, side by side."""
    sent = {name: family for name, family in here.items() if family.about.arena}
    ends = [(end, family.title) for name, family in sent.items() if (end := gallery.still(name, ground))]
    for row in (ends[:3], ends[3:]):
        with st.container(horizontal=True, horizontal_alignment="center", gap="small"):
            for end, title in row:
                st.image(end, alt=_(title), width=64)


def card(name: str, title: str, words: str) -> Any:
    """A card that is a link as a whole; the place for its picture."""
    with st.container(border=True, width=WIDTH, gap="small", key=f"card-{name}"):
        place = st.container(height=HEIGHT, border=False, key=f"picture-{name}")
        with st.container(key=f"open-{name}"):
            st.page_link(f"{Path(__file__).parent / name}.py", label=f"**{title}**")
        st.markdown(f":small[{words}]")
    return place


def offered(family: str) -> dict[str, str]:
    """The data that one may start from, with their titles: distributions of the plane, or tasks on tokens."""
    choices = next(spec.choices for spec in specs(FAMILIES[family].Config) if spec.name == "data")
    titles = {**{name: data.title for name, data in distributions.DISTRIBUTIONS.items()}, **TASKS}
    return {name: title for name, title in titles.items() if name in choices}


def data_link(family: str, name: str) -> str:
    """The page of a family on these data, with the settings that suit them."""
    kind = FAMILIES[family].Config
    values = {**{s.name: s.default for s in specs(kind)}, **kind.data_defaults.get(name, {}), "data": name}
    return f"{family}?{urlencode({**link.parameters(family, kind, values), 'lang': lang})}"


head(
    _(N_("Playground of generative models")),
    _(N_("Watch models learn to generate data, live and step by step. Pause, change a setting, go back.")),
)
pictures = {}
with st.container(horizontal=True, gap="small"):
    for name, family in here.items():
        pictures[name] = card(name, _(family.title), _(family.about.idea))
    pictures["arena"] = card(
        "arena",
        _(N_("Arena")),
        _(
            N_(
                "One distribution, one budget, every family: all models train side by side, and one scorecard "
                "compares their quality, coverage and speed."
            )
        ),
    )
    pictures["mmbench"] = card(
        "mmbench",
        _(N_("MMBench")),
        _(
            N_(
                "How do you know that a model knows? Questions about pictures, asked again with their options in other "
                "places, on a benchmark that is built in."
            )
        ),
    )
st.subheader(_(N_("Start from the data")), anchor=False)
chosen = st.pills(
    _(N_("Open with")),
    list(here),
    default=st.session_state.get("lesson") if st.session_state.get("lesson") in here else next(iter(here)),
    required=True,
    format_func=lambda name: _(here[name].short),
    key="home family",
    persist_state="session",
    label_visibility="collapsed",
)
gallery.link_grid(
    (data_link(chosen, name), _(title), gallery.png(gallery.data_picture(name, ground)))
    for name, title in offered(chosen).items()
)
st.subheader(_(N_("The family tree")), anchor=False)
st.markdown(
    _(
        N_(
            "All families learn to sample from a distribution that is known only by samples. They differ in their "
            "objective and in what they offer besides samples."
        )
    )
)
family_tree(_, lang, lambda name: gallery.still(name, ground))
st.subheader(_(N_("In a class")), anchor=False)
st.markdown(
    _(
        N_(
            "A lesson leads through a page step by step: it sets everything, asks for a prediction, and shows what came "
            "out. Alone, press start. With a class, open a room: everyone joins by its code, sees the same step, and you "
            "see every screen."
        )
    )
)
lesson_cards.cards(catalogue.listed(lang), lang, _)
st.page_link(Path(__file__).parent / "classroom.py", label=_(N_("Join a class, or make a lesson")))
for name, place in pictures.items():  # last, for the first visitor of a server waits until they are drawn
    with place:
        if name == "arena":
            everybody()
        elif name == "mmbench":
            sample_pictures(_)
        else:
            moving_picture(name)
