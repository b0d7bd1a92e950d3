"""A few of PlotBench's pictures, for the card of the page."""

import streamlit as st
from PIL import Image

from playground.core.i18n import N_, Translate
from playground.evaluation.mmbench.plotbench.lettered import lettered

KINDS = ("data_family", "matching_panel", "loss_curve")


@st.cache_resource(show_spinner=False)
def pictures() -> tuple[Image.Image, ...]:
    """The first picture of each of `KINDS`; the others are not drawn."""
    first = {one.kind: one.item for one in reversed(list(lettered()))}
    return tuple(first[kind].picture() for kind in KINDS)


def sample_pictures(translate: Translate) -> None:
    """Side by side, as small as a card needs them."""
    with st.container(horizontal=True, horizontal_alignment="center", gap="small"):
        for picture in pictures():
            st.image(picture, alt=translate(N_("A picture that PlotBench asks about")), width=112)
