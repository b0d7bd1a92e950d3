"""The dialog for own data: draw points, upload points, or upload a picture."""

from collections.abc import Callable
from typing import Any

import numpy as np
import streamlit as st

from playground.arena.settings import ArenaConfig
from playground.core.config import Config, specs
from playground.core.errors import UserError
from playground.core.i18n import N_, Translate
from playground.core.registry import family as find
from playground.core.scene import Points, Scene
from playground.data.plane import point_codec, user_data
from playground.data.settings import USER_MADE

from .controls import choose, settings
from .pad import pad

PICTURE_FORMATS = ("png", "jpg", "jpeg", "gif", "webp", "bmp")


def request_dialog(family: str) -> None:
    """From a callback: open the dialog in the run of the script that follows."""
    st.session_state[f"{family} asks for own data"] = True


def pick_data(family: str, value: str) -> None:
    """From a callback: a distribution was picked on the stage; the pencil is `own`."""
    request_dialog(family) if value == USER_MADE else switch_data(family, value)


def switch_data(family: str, value: str, **more: Any) -> None:
    """From a callback: other data, with the settings that suit them; what suited the ones before goes back."""
    kind = ArenaConfig if family == "arena" else find(family).Config
    now, defaults = settings(kind, family), {spec.name: spec.default for spec in specs(kind)}
    back = {name: defaults[name] for name, own in kind.data_defaults.get(now["data"], {}).items() if now[name] == own}
    choose(family, **{**back, **kind.data_defaults.get(value, {}), **more, "data": value})


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
            pad(f"{family} pad", translate, begun, lambda points: _use(family, points))
            if refused := st.session_state.pop(f"{family} refused own data", None):
                st.error(refused.sentence(translate))
        with table:
            _table(family, translate)
        with picture:
            _picture(family, translate)
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
    """For families that take own data: the way to the dialog from the sidebar, the dialog, what the scores mean."""
    if "own" not in kind.model_fields:
        return
    dialog(family, config, translate)
    _explain(config, translate)
    st.sidebar.button(
        translate(N_("Draw or upload own data")),
        key=f"{family} own data",
        icon=":material/draw:",
        width="stretch",
        on_click=request_dialog,
        args=(family,),
    )


def _use(family: str, points: np.ndarray) -> None:
    """From a callback: train on these points; a drawing stays where it was drawn."""
    try:
        code = user_data.encode(points)
    except UserError as refusal:
        st.session_state[f"{family} refused own data"] = refusal
        return
    switch_data(family, USER_MADE, own=code)
    st.session_state[f"{family} has own data"] = True


def _table(family: str, translate: Translate) -> None:
    file = st.file_uploader(
        translate(N_("A table with two columns, x and y; a header line is allowed")),
        type=("csv", "txt", "tsv"),
        key=f"{family} table",
        max_upload_size=2,
    )
    if file is not None:
        _preview(family, "table", lambda: user_data.read_csv(file.getvalue()), translate)


def _picture(family: str, translate: Translate) -> None:
    from playground.render import image_points

    file = st.file_uploader(
        translate(N_("A picture: darker regions get more points")),
        type=PICTURE_FORMATS,
        key=f"{family} picture",
        max_upload_size=image_points.MAX_BYTES // 1_000_000,
    )
    light = st.toggle(translate(N_("Lighter regions get more points")), key=f"{family} picture light")
    if file is not None:
        _preview(family, "picture", lambda: image_points.points_from_image(file.getvalue(), light), translate)


def _preview(family: str, kind: str, read: Callable[[], np.ndarray], translate: Translate) -> None:
    """The points found in a file, and the button that uses them."""
    from playground.render.picture import picture

    try:
        found = read()
        points = point_codec.decode(user_data.encode(user_data.fit_to_frame(found)))
    except UserError as refusal:
        st.error(refusal.sentence(translate))
        return
    scene = Scene(
        (Points(name="own", title="", role="data", xy=points.astype(np.float32), size=2),),
        "",
        "",
        extent=(-3.0, 3.0, -3.0, 3.0),
    )
    st.image(picture(scene, 300, "dark" if st.context.theme.type == "dark" else "light"), width=300)
    st.markdown(translate(N_("{count} points found, {kept} kept.")).format(count=len(found), kept=len(points)))
    st.button(
        translate(N_("Train on it")), key=f"{family} use {kind}", type="primary", on_click=_use, args=(family, points)
    )


def _explain(config: Any, translate: Translate) -> None:
    """Under the stage: what truth the scores of own data compare with."""
    if not config.user_made:
        return
    data = user_data.get(config.own)
    st.caption(
        translate(
            N_(
                "Own data: {count} points. Their density is a kernel density estimate: a Gaussian of width {width} at "
                "each point, the width that best predicts each point from all others. Training samples come from this "
                "estimate; all scores and floors compare with it."
            )
        ).format(count=len(data.points), width=f"{data.std:.3f}")
    )
