"""The dialog for own data: draw points, upload points, or upload a picture."""

from typing import Any

import numpy as np
import streamlit as st

from playground.arena.settings import ArenaConfig
from playground.core.config import Config, specs
from playground.core.errors import UserError
from playground.core.i18n import N_, Translate
from playground.core.registry import family as find
from playground.data.plane import point_codec, user_data
from playground.data.settings import USER_MADE
from playground.data.tokens.text import OWN

from .actions import change
from .controls import settings
from .figures import MINUS
from .own_files import upload_picture, upload_table
from .own_text import own_text_dialog
from .pad import pad


def request_dialog(family: str) -> None:
    """From a callback: open the dialog in the run of the script that follows."""
    st.session_state[f"{family} asks for own data"] = True


def pick_data(family: str, value: str) -> None:
    """From a callback: data were picked on the stage; the pencil is `own`, and own text asks for a text."""
    if value in (USER_MADE, OWN[0]):
        request_dialog(family)
    if value != USER_MADE:
        switch_data(family, value)


def switch_data(family: str, value: str, **more: Any) -> None:
    """From a callback: other data, with the settings that suit them; what suited the ones before goes back."""
    kind = ArenaConfig if family == "arena" else find(family).Config
    now, defaults = settings(kind, family), {spec.name: spec.default for spec in specs(kind)}
    back = {name: defaults[name] for name, own in kind.data_defaults.get(now["data"], {}).items() if now[name] == own}
    change(kind, family, **{**back, **kind.data_defaults.get(value, {}), **more, "data": value})


def dialog(family: str, config: Any, translate: Translate) -> None:
    """The dialog, if it was asked for."""
    if not st.session_state.pop(f"{family} asks for own data", False):
        return

    @st.dialog(translate(N_("Your own data")), icon=":material/draw:")
    def shown() -> None:
        if st.session_state.pop(f"{family} has own data", False):
            st.rerun()
        drawing, table, picture = st.tabs(
            [translate(title) for title in (N_("Draw"), N_("Points (CSV)"), N_("Picture"))],
            key=f"{family} own data tabs",
        )
        with drawing:
            begun = user_data.get(config.own).points if config.user_made else None
            pad(f"{family} pad", translate, begun, lambda points: _use_drawn(family, points))
            if refused := st.session_state.pop(f"{family} refused own data", None):
                st.error(refused.sentence(translate))
        with table:
            upload_table(family, translate, lambda code: _use(family, code))
        with picture:
            upload_picture(family, translate, lambda code: _use(family, code))
        st.caption(
            translate(
                N_(
                    "At most {most} points are kept. Training samples come from a kernel density estimate of them, a "
                    "Gaussian at each point; all scores compare with this estimate."
                )
            ).format(most=point_codec.MAX_POINTS)
        )

    shown()


def offer(kind: type[Config], family: str, config: Any, translate: Translate) -> None:
    """For families that take own data: the dialog that the stage's pencil asks for, and what the scores mean."""
    if OWN[0] in kind.model_fields:
        own_text_dialog(family, config, translate, lambda code: _use(family, code, OWN[0]))
    if "own" not in kind.model_fields:
        return
    dialog(family, config, translate)
    _explain(config, translate)


def _use_drawn(family: str, points: np.ndarray) -> None:
    """From a callback: train on these points; a drawing stays where it was drawn."""
    try:
        _use(family, user_data.encode(points))
    except UserError as refusal:
        st.session_state[f"{family} refused own data"] = refusal


def _use(family: str, code: str, name: str = USER_MADE) -> None:
    """From a callback: train on the points, or the text, of this code."""
    switch_data(family, name, **{name: code})
    st.session_state[f"{family} has own data"] = True


def _explain(config: Any, translate: Translate) -> None:
    """Under the stage: what truth the scores of own data compare with."""
    if not config.user_made:
        return
    data = user_data.get(config.own)
    texts = [
        translate(
            N_(
                "Own data: {count} points. Their density is a kernel density estimate: a Gaussian of width {width} at "
                "each point, the width that best predicts each point from all others. Training samples come from this "
                "estimate; all scores and floors compare with it."
            )
        ).format(count=len(data.points), width=f"{data.std:.3f}")
    ]
    if data.units is not None:
        texts.append(
            translate(
                N_(
                    "The axes show your own units. Scores are in those of the frame, where 1 is {x} of {x_name} and "
                    "{y} of {y_name}. In your units every negative log-likelihood is {shift} nats larger."
                )
            ).format(
                x=f"{data.units.scale[0]:.4g}",
                y=f"{data.units.scale[1]:.4g}",
                x_name=data.units.names[0] or "x",
                y_name=data.units.names[1] or "y",
                shift=f"{data.units.log_scale:.3f}".replace("-", MINUS),
            )
        )
    st.caption(" ".join(texts))
