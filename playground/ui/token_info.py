"""What is known of a task on tokens: a few examples, the losses to compare with, and where a text comes from."""

import html

import numpy as np
import streamlit as st

from playground.core.i18n import N_
from playground.core.token_text import visible
from playground.data.tokens.task import TokenTask
from playground.data.tokens.text import TextTask

from .lesson import Lesson

EXAMPLES = 5
EXCERPT = 600
"""Characters of a text that are shown."""
SOURCES = {
    "alice": N_(
        "Lewis Carroll, *Alice's Adventures in Wonderland*, 1865. The text is in the public domain; it comes from the "
        "Canterbury corpus (`alice29.txt`)."
    ),
    "four_books": N_(
        "The Four Books (四书): Great Learning, Doctrine of the Mean, Analects, Mencius, in simplified characters. The "
        "text is in the public domain; it comes from the collection `chinese-poetry` (MIT licence)."
    ),
}


def token_info(lesson: Lesson) -> None:
    """Examples on the left; on the right the task, its floor, and what a model without the source would lose."""
    _, task = lesson.translate, lesson.config.task
    left, right = st.columns([3, 2], gap="large")
    with left:
        if isinstance(task, TextTask):
            st.text(task.text[:EXCERPT] + " …")
        else:
            _examples(lesson, task)
    with right:
        st.markdown(_(task.description))
        if task.name in SOURCES:
            st.markdown(_(SOURCES[task.name]))
        _figures(lesson, task)
        st.markdown(_(_about(task)))


def _examples(lesson: Lesson, task: TokenTask) -> None:
    rows = task.sample(EXAMPLES, np.random.default_rng(lesson.config.seed))
    lines = []
    for row in rows:
        shown = [html.escape(visible(token)) for token in task.show(row)]
        s = task.source_length
        lines.append(f"{' '.join(shown[:s])} <b>{' '.join(shown[s:])}</b>")
    st.html("<div style='font-family: monospace; line-height: 1.9'>" + "<br>".join(lines) + "</div>")
    st.caption(lesson.translate(N_("Examples, drawn with the seed of the sidebar. What is to be predicted is bold.")))


def _figures(lesson: Lesson, task: TokenTask) -> None:
    _ = lesson.translate
    nats = _(N_("{value} nats"))
    with st.container(horizontal=True, gap="large"):
        st.metric(_(N_("Different tokens")), f"{len(task.vocabulary)}", width="content")
        if task.floor is not None:
            st.metric(_(N_("Perfect model, per token")), nats.format(value=f"{task.floor:.2f}"), width="content")
        if task.memoryless is not None:
            st.metric(_(task.memoryless_title), nats.format(value=f"{task.memoryless:.2f}"), width="content")
        if isinstance(task, TextTask):
            st.metric(_(N_("Characters")), f"{len(task.text):,}", width="content")


def _about(task: TokenTask) -> str:
    if isinstance(task, TextTask):
        return N_(
            "Four fifths of the text are for training. The rest is held out, one half to watch while training, the "
            "other for the final score. How well a text can be predicted at best is not known: the line to beat is a "
            "5-gram with back-off (modified Kneser–Ney) that knows the same training text."
        )
    if task.split:
        return N_(
            "The table of all questions is finite. A part of it is for training, the rest is held out: only a model "
            "that has found the rule is right there."
        )
    return N_(
        "Every batch is drawn anew, so nothing can be memorised. The source decides the answer: a perfect model is "
        "always right and has no loss. A model that ignores the source can only learn how frequent the answers are."
    )
