"""The form for own points: draw them, upload them, or upload a picture."""

from functools import partial
from typing import Any

import streamlit as st

from playground.core.foreign_text import markdown
from playground.core.i18n import N_, Translate, fill
from playground.data.plane import point_codec, user_data

from .figures import MINUS
from .own_files import upload_picture, upload_table
from .own_form import Form, Use, attempt, say_refusal
from .pad import pad


def _show(family: str, config: Any, translate: Translate, use: Use) -> None:
    drawing, table, picture = st.tabs(
        [translate(title) for title in (N_("Draw"), N_("Points (CSV)"), N_("Picture"))],
        key=f"{family} own data tabs",
    )
    refused = f"{family} refused own data"
    with drawing:
        begun = user_data.get(config.own).points if config.user_made else None
        pad(
            f"{family} pad",
            translate,
            begun,  # a drawing stays where it was drawn
            lambda points: attempt(refused, use, partial(user_data.encode, points)),
        )
        say_refusal(refused, translate)
    with table:
        upload_table(family, translate, use)
    with picture:
        upload_picture(family, translate, use)
    st.caption(
        fill(
            translate(
                N_(
                    "At most {most} points are kept. Training samples come from a kernel density estimate of them, a "
                    "Gaussian at each point; all scores compare with this estimate."
                )
            ),
            most=point_codec.MAX_POINTS,
        )
    )


def _explain(config: Any, translate: Translate) -> str:
    data = user_data.get(config.own)
    texts = [
        fill(
            translate(
                N_(
                    "Own data: {count:point|points}. Their density is a kernel density estimate: a Gaussian of width "
                    "{width} at each point, the width that best predicts each point from all others. Training samples "
                    "come from this estimate; all scores and floors compare with it."
                )
            ),
            count=len(data.points),
            width=f"{data.std:.3f}",
        )
    ]
    if data.units is not None:
        texts.append(
            fill(
                translate(
                    N_(
                        "The axes show your own units. Scores are in those of the frame, where 1 is {x} of {x_name} "
                        "and {y} of {y_name}. In your units every negative log-likelihood is {shift} nats larger."
                    )
                ),
                x=f"{data.units.scale[0]:.4g}",
                y=f"{data.units.scale[1]:.4g}",
                x_name=markdown(data.units.names[0] or "x"),
                y_name=markdown(data.units.names[1] or "y"),
                shift=f"{data.units.log_scale:.3f}".replace("-", MINUS),
            )
        )
    return " ".join(texts)


OWN_POINTS = Form(N_("Draw or upload own data"), N_("Your own data"), ":material/draw:", _show, _explain)
