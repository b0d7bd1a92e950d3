"""Information on a data set of pictures: examples of each class, and the split."""

import numpy as np
import streamlit as st

from playground.core.i18n import N_
from playground.core.scene import Images, Scene
from playground.data.images.digits import DIGITS, PART_SIZES
from playground.render.palette import Theme
from playground.render.picture import picture

from .gallery import png, theme
from .lesson import Lesson

ROWS = 10
"""Pictures of each digit."""


def image_info(lesson: Lesson) -> None:
    """A column for each digit, and what the parts are for."""
    _, ground = lesson.translate, theme()
    left, right = st.columns([3, 2], gap="large", vertical_alignment="center")
    left.image(digit_sheet(ground), width=480)
    with right:
        st.metric(_(N_("Pictures")), f"{sum(PART_SIZES.values())}")
        st.markdown(
            _(
                N_(
                    "Handwritten digits of 8 by 8 pixels with 17 grey levels (Alpaydin and Kaynak 1998), as "
                    "scikit-learn ships them. {train} are for training, {valid} for validation (they choose the best "
                    "weights) and {test} for testing. Their true density is unknown."
                )
            ).format(**PART_SIZES)
        )


@st.cache_data(show_spinner=False)
def digit_sheet(ground: Theme) -> bytes:
    """Ten training pictures of each digit, a column each, as PNG."""
    pixels, labels = DIGITS.images("train"), DIGITS.labels("train")
    rows = np.stack([pixels[labels == label][:ROWS] for label in range(10)], 1).reshape(-1, *DIGITS.shape)
    sheet = Images(name="digits", title="", role="data", pixels=rows / (DIGITS.levels - 1), columns=10)
    return png(picture(Scene((sheet,), "", ""), 960, ground))
