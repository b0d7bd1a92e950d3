"""Pretrained pipelines on a page: name one, choose a sampler, see what it draws, beside what others drew."""

from dataclasses import dataclass

import streamlit as st
from PIL import Image

from playground.core.errors import UserError
from playground.core.foreign_text import markdown, one_line
from playground.core.i18n import N_, fill
from playground.engine.limits import Limits
from playground.engine.pipelines.loader import Request
from playground.engine.pipelines.service import PipelineService
from playground.engine.pipelines.sources import PipelineSources
from playground.families.diffusion.catalogue import CATALOGUE, PRETRAINED
from playground.render.contact_sheet import contact_sheet

from .lesson import Lesson
from .local_visitor import is_local, page_visitor

STEPS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)
COUNTS = (1, 4, 9, 16)
MAX_RESULTS = 3
"""Results side by side."""


@dataclass(frozen=True)
class Result:
    """The generated pictures, ready to be shown."""

    name: str
    request: Request
    grid: Image.Image
    way: Image.Image
    calls: int
    seconds: float
    network_seconds: float
    note: str = ""
    """What differs from diffusers' own sampler of the same name: a message id."""


@st.cache_resource(show_spinner=False)
def service() -> PipelineService:
    """The one of this server."""
    return PipelineService(Limits.from_environment(), PipelineSources.from_environment())


@st.fragment
def pipelines(lesson: Lesson) -> None:
    """The form, and what was drawn last."""
    _ = lesson.translate
    st.markdown(
        _(
            N_(
                "The samplers of this page work with any network, not only on the plane. Here they use networks that "
                "others have trained on pictures with the diffusers library, from a folder or from the Hugging Face "
                "Hub: on a chain of betas (DDPM), with exploding variance, or by flow matching. The same seed gives "
                "the same initial noise, so samplers can be compared."
            )
        )
    )
    with st.form(f"{lesson.family} pipeline", border=False):
        text = _source_input(lesson)
        first, second, third, fourth, fifth = st.columns([4, 2, 2, 2, 2], vertical_alignment="bottom")
        sampler = first.selectbox(
            _(N_("Sampler")),
            PRETRAINED,
            PRETRAINED.index("ddim"),
            format_func=lambda name: _(CATALOGUE[name].title),
            key=f"pipeline sampler {lesson.lang}",
        )
        steps = second.select_slider(_(N_("Steps")), STEPS, 20, key="pipeline steps")
        eta = third.slider(
            _(N_("Fresh noise (η)")),
            0.0,
            1.0,
            0.0,
            0.05,
            key="pipeline eta",
            help=_(N_("For DDIM only; the other samplers ignore it.")),
        )
        seed = fourth.number_input(_(N_("Seed")), 0, 2**31 - 1, 0, key="pipeline seed")
        count = fifth.select_slider(_(N_("Pictures")), COUNTS, 4, key="pipeline count")
        asked = st.form_submit_button(_(N_("Draw")), type="primary", icon=":material/brush:")
    results: list[Result] = st.session_state.setdefault("pipeline results", [])
    if asked:
        try:
            with st.spinner(fill(_(N_("Sampling with about {steps:network call|network calls}…")), steps=steps)):
                results.insert(0, _draw(text or "", Request(sampler, int(steps), float(eta), int(seed), int(count))))
            del results[MAX_RESULTS:]
        except UserError as refusal:
            st.warning(refusal.sentence(_, markdown))
    if results:
        for place, result in zip(st.columns(MAX_RESULTS), results, strict=False):
            with place:
                _show(lesson, result)


def _source_input(lesson: Lesson) -> str | None:
    _ = lesson.translate
    title, example = _(N_("Folder, or name on the Hub")), "google/ddpm-cifar10-32"
    help = _(
        N_(
            "A folder as save_pretrained writes it, with weights as safetensors. Nothing else is read, and no code "
            "from the folder runs."
        )
    )
    if offered := service().sources.offered():
        return st.selectbox(
            title, offered, accept_new_options=True, placeholder=example, help=help, key="pipeline offered"
        )
    return st.text_input(title, placeholder=example, help=help, key="pipeline name")


def _draw(text: str, request: Request) -> Result:
    drawn = service().draw(text, is_local(), request, page_visitor())
    way = drawn.strip.swapaxes(0, 1).reshape(-1, *drawn.strip.shape[2:])
    return Result(
        text.strip(),
        request,
        contact_sheet(drawn.images, round(request.n**0.5)),
        contact_sheet(way, len(drawn.strip)),
        drawn.calls,
        drawn.seconds,
        drawn.network_seconds,
        drawn.note,
    )


def _show(lesson: Lesson, result: Result) -> None:
    _ = lesson.translate
    request, title = result.request, _(CATALOGUE[result.request.sampler].title)
    eta = f", η = {request.eta:g}" if CATALOGUE[request.sampler].eta and request.eta else ""
    st.markdown(f"**{title}**, " + fill(_(N_("{steps:step|steps}")), steps=request.steps) + eta)
    st.image(
        result.grid,
        width="stretch",
        alt=fill(_(N_("{count:picture|pictures} generated by {name}")), count=request.n, name=one_line(result.name)),
    )
    st.image(
        result.way, width="stretch", alt=_(N_("The first pictures during sampling, from noise (left) to the result"))
    )
    st.caption(
        fill(
            _(N_("{name}, seed {seed}: {calls:call|calls} of the network, {ms} ms each; {seconds} s in all.")),
            name=markdown(result.name),
            seed=request.seed,
            calls=result.calls,
            ms=f"{1000 * result.network_seconds / result.calls:.0f}",
            seconds=f"{result.seconds:.1f}",
        )
        + (" " + _(result.note) if result.note else "")
    )
