"""Pictures that are links: the distributions, and a family's own training in miniature."""

import base64
import html
import io
from collections.abc import Iterable

import numpy as np
import streamlit as st
from PIL import Image

from playground.core.registry import family
from playground.core.resources import WEIGHTS
from playground.core.scene import Points, Scene
from playground.data.plane import distributions
from playground.data.streams import catalogue as streams
from playground.data.tokens import catalogue as tokens
from playground.engine.recording import Recording, read
from playground.render.palette import Theme
from playground.render.picture import picture

FRAMES, FRAME_MS = 20, 180
COMMON_DATA = "8gaussians"
"""Data that most families are shown with, so that they can be compared."""
STYLE = """<style>
.pg-gallery {display: grid; gap: .6rem; padding: 2px;
  grid-template-columns: repeat(auto-fill, minmax(max(5rem, 100% / 16), 1fr))}
.pg-gallery a {color: inherit; text-decoration: none; text-align: center; font-size: .84rem; line-height: 1.25;
  border-radius: .4rem; padding: .3rem .2rem .45rem}
.pg-gallery img {width: 100%; display: block; border-radius: .35rem; margin-bottom: .3rem}
.pg-gallery a:hover, .pg-gallery a:focus-visible {outline: 2px solid currentColor}
.pg-moving img {width: 100%; height: 9.2rem; object-fit: contain; display: block; border-radius: .35rem}
</style>"""


def theme() -> Theme:
    """Of the visitor; light until the browser has said."""
    return "dark" if st.context.theme.type == "dark" else "light"


@st.cache_data(show_spinner=False)
def distribution(name: str, ground: Theme, size: int = 176, dots: float = 5) -> Image.Image:
    """A distribution as a small picture: its samples."""
    data = distributions.get(name)
    low, high = data.bounds
    samples = Points(name="samples", title="", role="data", size=dots, xy=data.sample(500, np.random.default_rng(0)))
    return picture(Scene((samples,), "", "", extent=(low, high, low, high)), size, ground)


@st.cache_data(show_spinner=False)
def data_picture(name: str, ground: Theme) -> Image.Image:
    """Data as a small picture: samples of a distribution, or the sign of a task on tokens or of streams."""
    catalogue = next((one for one in (tokens, streams) if name in one.TITLES), None)
    if catalogue is None:
        return distribution(name, ground)
    dots = Points(name="dots", title="", role="data", size=9, xy=catalogue.dots(name))
    return picture(Scene((dots,), "", "", extent=(0.0, 1.0, 0.0, 1.0)), 176, ground)


@st.cache_data(show_spinner=False)
def training_animation(name: str, ground: Theme, size: int = 360, of: str = COMMON_DATA) -> tuple[bytes, bytes] | None:
    """A shipped model of a family in motion, such as one of certain data: (an animation that plays once, its last
    picture). Where a scene has a trajectory, such as from noise to data, it is that of the trained model; else the
    training."""
    recording = first_recording(name, of)
    if recording is None:
        return None
    frames, draw = recording.timeline.frames, family(name).scene
    end = draw(recording.last, recording.config)
    if end.trajectory is not None:
        moments = np.interp(
            np.linspace(0, 1, FRAMES), np.linspace(0, 1, len(end.trajectory.moments)), end.trajectory.moments
        )
        pictures = [picture(end, size, ground, moment=float(moment)) for moment in moments]
    else:
        steps = [frames.steps[k] for k in sorted(set(np.linspace(0, len(frames.steps) - 1, FRAMES).astype(int)))]
        pictures = [picture(draw(frames.items[step], recording.config), size, ground) for step in steps]
    return animated_webp(pictures), png(pictures[-1])


def first_recording(name: str, of: str = COMMON_DATA) -> Recording | None:
    """One of a family's shipped recordings: the first whose name begins so, if there is one."""
    paths = sorted(
        WEIGHTS.glob(f"{name}-*.safetensors"), key=lambda path: (not path.name.startswith(f"{name}-{of}"), path.name)
    )
    return read(paths[0]) if paths else None


@st.cache_data(show_spinner=False)
def still(name: str, ground: Theme, size: int = 150) -> str | None:
    """The end of the same recording, small, as the address of a picture."""
    recording = first_recording(name)
    if recording is None:
        return None
    return _inline(png(picture(family(name).scene(recording.last, recording.config), size, ground)), "png")


def png(image: Image.Image) -> bytes:
    file = io.BytesIO()
    image.save(file, "PNG", optimize=True)
    return file.getvalue()


def animated_webp(pictures: list[Image.Image]) -> bytes:
    """An animated WebP that plays once. It takes less than five seconds, so it needs no pause button."""
    file = io.BytesIO()
    pictures[0].save(file, "WEBP", save_all=True, append_images=pictures[1:], duration=FRAME_MS, loop=1, quality=60)
    return file.getvalue()


def link_grid(items: Iterable[tuple[str, str, bytes]]) -> None:
    """A grid of (address, title, PNG), as many in a row as there is room for."""
    cells = "".join(
        f'<a href="{html.escape(address)}" target="_self"><img alt="" src="{_inline(image, "png")}">'
        f"{html.escape(title)}</a>"
        for address, title, image in items
    )
    st.html(f'{STYLE}<div class="pg-gallery">{cells}</div>')


def animated_picture(animation: bytes, still: bytes, alt: str) -> None:
    """An animation, or its last picture if the visitor's system prefers reduced motion."""
    st.html(
        f'{STYLE}<picture class="pg-moving"><source media="(prefers-reduced-motion: reduce)" '
        f'srcset="{_inline(still, "png")}"><img alt="{html.escape(alt)}" src="{_inline(animation, "webp")}">'
        "</picture>"
    )


def _inline(image: bytes, kind: str) -> str:
    return f"data:image/{kind};base64,{base64.b64encode(image).decode()}"
