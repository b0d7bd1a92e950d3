"""The first page: what this is, what there is, and how to use it in a class."""

from pathlib import Path

import streamlit as st

from playground.core.i18n import N_, translator
from playground.core.registry import FAMILIES
from playground.data.plane import distributions
from playground.ui import gallery
from playground.ui.family_tree import family_tree
from playground.ui.lesson import language

# Of a family's card, of the place for its picture, and of that itself, in pixels: three cards side by side on a
# wide screen, one on a phone.
WIDTH, HEIGHT, SIZE = 420, 250, 288

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
        gallery.animated_picture(*film, _(N_("A trained model at work, or learning: {title}")).format(title=title))
    else:
        st.image(gallery.distribution("moons", ground, 440), alt=title, width=240)


def everybody() -> None:
    """All families' ends on the same data, side by side."""
    ends = [(end, family.title) for name, family in here.items() if (end := gallery.still(name, ground))]
    for row in (ends[:3], ends[3:]):
        with st.container(horizontal=True, horizontal_alignment="center", gap="small"):
            for end, title in row:
                st.image(end, alt=_(title), width=104)


def open_button(name: str) -> None:
    with st.container(key=f"open-{name}"):
        st.page_link(
            f"{Path(__file__).parent / name}.py", label=_(N_("Open the lesson")), icon=":material/arrow_forward:"
        )


st.title(_(N_("Playground of generative models")), anchor=False)
st.markdown(
    _(
        N_(
            "How does a machine learn to make things up? Here you can watch it: real models train live "
            "before your eyes, on data you can see whole. Pause, step, turn a knob, rewind."
        )
    )
)
pictures = {}
with st.container(horizontal=True, gap="medium"):
    for name, family in here.items():
        with st.container(border=True, width=WIDTH, key=f"card-{name}"):
            pictures[name] = st.container(height=HEIGHT, border=False, key=f"picture-{name}")
            st.subheader(_(family.title), anchor=False)
            st.markdown(_(family.about.idea))
            open_button(name)
    with st.container(border=True, width=WIDTH, key="card-arena"):
        pictures["arena"] = st.container(height=HEIGHT, border=False, key="picture-arena")
        st.subheader(_(N_("Arena")), anchor=False)
        st.markdown(
            _(
                N_(
                    "One distribution, every family, one scorecard: all train side by side under the same budget, and "
                    "you see what quality, coverage and speed each of them bought with it."
                )
            )
        )
        with st.container(key="open-arena"):
            st.page_link(
                f"{Path(__file__).parent / 'arena'}.py", label=_(N_("Open the arena")), icon=":material/trophy:"
            )
st.subheader(_(N_("The family tree")), anchor=False)
st.markdown(
    _(
        N_(
            "All of them learn to draw from a distribution that is known only by its samples. They differ in what they "
            "learn from, and in what they give besides samples."
        )
    )
)
family_tree(_, lang, lambda name: gallery.still(name, ground))
st.subheader(_(N_("Or begin with the data")), anchor=False)
st.markdown(_(N_("Each picture is a distribution on the plane. Choose one, and watch a model learn it.")))
gallery.link_grid(
    (f"gan?gan.data={name}&lang={lang}", _(data.title), gallery.png(gallery.distribution(name, ground)))
    for name, data in distributions.DISTRIBUTIONS.items()
)

st.subheader(_(N_("In a class")), anchor=False)
first, second, third = st.columns(3, gap="large")
first.markdown(
    _(
        N_(
            "**Send a link.** The address holds every setting and the seed. Whoever opens it sees the same "
            "run, to the bit."
        )
    )
)
second.markdown(
    _(
        N_(
            "**Let them predict.** Ask what will happen before you press play; then step, and see who was "
            "right. The timeline goes back to any moment."
        )
    )
)
third.markdown(
    _(
        N_(
            "**Trust the numbers.** Beside every score stands its floor: what a perfect model would score "
            "with as many samples."
        )
    )
)
for name, place in pictures.items():  # last, for the first visitor of a server waits until they are drawn
    with place:
        if name == "arena":
            everybody()
        else:
            moving_picture(name)
