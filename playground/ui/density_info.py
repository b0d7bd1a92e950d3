"""Information on the data of a page: exact density, samples, entropy."""

import numpy as np
import streamlit as st

from playground.core.i18n import N_
from playground.core.scene import Heatmap, Points, Scene
from playground.data.dataset import dataset_of
from playground.render.plotly import figure

from .figures import MINUS
from .lesson import Lesson

DENSITY_CELLS = 161


def density_info(lesson: Lesson, words: str, words_own: str) -> None:
    """A picture of the density, the entropy, and what they mean for this family (message ids; `words_own`: for
    data of one's own, of which only an estimate is known)."""
    _, data = lesson.translate, dataset_of(lesson.config)
    low, high = data.bounds
    axis = np.linspace(low, high, DENSITY_CELLS)
    grid = np.stack(np.meshgrid(axis, axis), -1).reshape(-1, 2)  # rows follow y
    density = np.exp(data.log_prob(grid)).reshape(DENSITY_CELLS, DENSITY_CELLS)
    scene = Scene(
        (
            Heatmap(
                name="density",
                title=N_("Density"),
                role="data",
                values=density,
                extent=(low, high, low, high),
                high=float(density.max()),
                scale="sequential",
            ),
            Points(
                name="samples",
                title=N_("Samples"),
                role="truth",
                size=2.5,
                xy=data.sample(400, np.random.default_rng(lesson.config.seed)),
            ),
        ),
        legend="",
        words="",
        extent=(low, high, low, high),
    )
    picture, beside = st.columns([3, 2], gap="large", vertical_alignment="center")
    picture.plotly_chart(
        figure(scene, st.context.theme.type or "light", _),
        key="density",
        theme=None,
        width=560,
        alt=_(N_("Heat map of the exact density of the data, with 400 samples")),
    )
    with beside:
        st.metric(
            _(N_("Entropy of the data")), _(N_("{value} nats")).format(value=f"{data.entropy:.3f}".replace("-", MINUS))
        )
        st.markdown(_(words_own if data.estimated else words))
