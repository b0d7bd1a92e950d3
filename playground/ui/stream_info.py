"""What is known of streams: how long they are, how often each class occurs, and how long an action lasts."""

import numpy as np
import streamlit as st

from playground.core.foreign_text import markdown
from playground.core.i18n import N_
from playground.data.streams.stream_data import StreamData
from playground.metrics.action_instances import instances

from .lesson import Lesson

PARTS = {"train": N_("training"), "valid": N_("held out"), "test": N_("test")}


def stream_info(lesson: Lesson) -> None:
    """The classes on the left; on the right the data, and how much there is of them."""
    _, data = lesson.translate, lesson.config.streams
    left, right = st.columns([3, 2], gap="large")
    with left:
        st.markdown(_table(lesson, data))
        st.caption(
            _(N_("Of the training part. An instance is one action from beginning to end; length is the median."))
        )
    with right:
        st.markdown(_(data.description))
        with st.container(horizontal=True, gap="large"):
            for part, title in PARTS.items():
                frames = len(data.pooled(part).labels)
                st.metric(
                    _(title), _(N_("{minutes} min")).format(minutes=f"{frames / data.fps / 60:.0f}"), width="content"
                )
        st.markdown(
            _(
                N_(
                    "Is there anything in single frames at all? “Linear probe” in the tab “Ask the model” fits a "
                    "linear model to them."
                )
            )
        )


def _table(lesson: Lesson, data: StreamData) -> str:
    _, pooled = lesson.translate, data.pooled("train")
    judged = pooled.labels[pooled.labels >= 0]
    found = instances(pooled.labels, pooled.first)
    head = " | ".join(_(title) for title in (N_("Class"), N_("Share of the frames"), N_("Instances"), N_("Length")))
    lines = [f"| {head} |", "|---|---:|---:|---:|"]
    for number, name in enumerate(data.class_names):
        own = found[found[:, 2] == number]
        length = f"{np.median(own[:, 1] - own[:, 0]) / data.fps:.1f} s" if len(own) else "–"
        count = f"{len(own):,}" if number else "–"
        lines.append(f"| {markdown(_(name))} | {100 * float((judged == number).mean()):.1f} % | {count} | {length} |")
    return "\n".join(lines)
