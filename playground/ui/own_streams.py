"""The form for own features: upload a file of frames and labels."""

from typing import Any

import numpy as np
import streamlit as st

from playground.core.errors import UserError
from playground.core.foreign_text import markdown
from playground.core.i18n import N_, Translate, fill
from playground.data.streams import own
from playground.data.streams.stream_data import BACKGROUND

from .own_form import Form, Use

EXAMPLE = """np.savez_compressed(
    "mine.npz",
    features=x,  # (frames, dim)
    labels=y,  # 0 background, 1.. actions
    class_names=["background", "open"],
    fps=10,
)"""
MOST_NAMES = 12
"""Names of classes that are listed; THUMOS14 has 21."""


def _show(family: str, config: Any, translate: Translate, use: Use) -> None:
    st.caption(
        fill(
            translate(
                N_(
                    "One file with the features of each frame, such as those of a video network or of a sensor, and "
                    "with a label for each frame. Several streams are features_1, labels_1, features_2 and so on. The "
                    "maximum is {most} MB; the command line reads larger files, and folders."
                )
            ),
            most=own.MAX_BYTES // 10**6,
        )
    )
    st.code(EXAMPLE, language="python")
    file = st.file_uploader(
        translate(N_("Features and labels as a .npz file")),
        type=("npz",),
        key=f"{family} own streams file",
        max_upload_size=own.MAX_BYTES // 10**6,
    )
    if file is None:
        return
    try:
        code = own.encode(file.getvalue())
    except UserError as refusal:
        st.error(refusal.sentence(translate, markdown))
        return
    st.markdown(_size(code, translate))
    st.button(
        translate(N_("Train on it")),
        key=f"{family} use own streams file",
        type="primary",
        on_click=use,
        args=(code,),
    )


def _size(source: str, translate: Translate) -> str:
    """What was read: frames, features, classes, how much is background, what is held out."""
    data = own.own(source)
    labels = np.concatenate([labels for part in data.split for _, labels in data.recorded(part)])
    names = [markdown(translate(name)) for name in data.class_names[:MOST_NAMES]] + ["\u2026"] * (
        data.classes > MOST_NAMES
    )
    held = sum(len(labels) for _, labels in data.recorded("test"))
    words = N_(
        "{frames:frame|frames} of {dim:feature|features}, {classes:class|classes}: {names}. Background: {share} "
        "percent. {held:frame is|frames are} held out for the test."
    )
    return fill(
        translate(words),
        frames=f"{len(labels):,}",
        dim=data.dim,
        classes=data.classes,
        names=", ".join(names),
        share=round(100 * float(np.mean(labels == BACKGROUND))),
        held=f"{held:,}",
    )


def _explain(config: Any, translate: Translate) -> str:
    try:
        size = _size(config.own_streams, translate)
    except UserError as refusal:  # a file on the disk may be gone
        return refusal.sentence(translate, markdown)
    return fill(translate(N_("Own features: {size}")), size=size)


OWN_STREAMS = Form(N_("Upload own features"), N_("Your own features"), ":material/sensors:", _show, _explain)
