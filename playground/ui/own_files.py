"""Uploads of own data: a table or a picture, what was read of it, and how it can be read otherwise."""

from collections.abc import Callable
from typing import cast

import numpy as np
import streamlit as st

from playground.core.errors import UserError
from playground.core.foreign_text import markdown
from playground.core.i18n import N_, Translate, fill
from playground.core.scene import Points, Scene
from playground.data.plane import point_codec, text_table, user_data
from playground.data.plane.point_table import PointTable, column_name, numeric_columns, read_points

PICTURE_FORMATS = ("png", "jpg", "jpeg", "gif", "webp", "bmp")
INK = {"auto": N_("find out"), "dark": N_("dark places"), "light": N_("light places")}
COLUMN_TITLES = (N_("Column for x"), N_("Column for y"))
SHOWN_ROWS = 4
Use = Callable[[str], None]
"""Takes the code of points, as a callback."""


def upload_table(family: str, translate: Translate, use: Use) -> None:
    """A file of points: what was read, and other ways to read it."""
    file = st.file_uploader(
        translate(N_("A table with two columns of numbers, as any program saves it (CSV, TSV, text)")),
        type=("csv", "txt", "tsv"),
        key=f"{family} table",
        max_upload_size=text_table.MAX_BYTES // 1_000_000,
    )
    if file is None:
        return
    room = st.container()
    with st.expander(translate(N_("Read it otherwise"))):
        separator = _choice(f"{family} separator", N_("Separator"), text_table.SEPARATORS, translate)
        decimal = _choice(f"{family} decimal", N_("Decimal sign"), text_table.DECIMALS, translate)
        try:
            found = read_points(file.getvalue(), None, separator, decimal)
            found = _other_columns(family, found, file.getvalue(), separator, decimal, translate)
        except UserError as refusal:
            room.error(refusal.sentence(translate, markdown))
            return
    with room:
        _say(found, translate)
        points = found.points
        if found.far.any() and _leave_out(family, found, translate):
            points = points[~found.far]
        _preview(family, "table", points, found.names, translate, use)


def upload_picture(family: str, translate: Translate, use: Use) -> None:
    """A picture: points where it has ink."""
    from playground.render import image_points

    file = st.file_uploader(
        translate(N_("A drawing, a logo, a photograph: where there is ink, there are points")),
        type=PICTURE_FORMATS,
        key=f"{family} picture",
        max_upload_size=image_points.MAX_BYTES // 1_000_000,
    )
    ink = st.segmented_control(
        translate(N_("What counts as ink")),
        list(INK),
        default="auto",
        required=True,
        format_func=lambda value: translate(INK[value]),
        key=f"{family} picture ink",
    )
    if file is None:
        return
    try:
        points = image_points.points_from_image(file.getvalue(), cast(image_points.Ink, ink))
    except UserError as refusal:
        st.error(refusal.sentence(translate, markdown))
        return
    _preview(family, "picture", points, ("", ""), translate, use)


def _choice(key: str, title: str, names: dict[str, str], translate: Translate) -> str | None:
    """One of the names, or None: it is found out."""
    return st.selectbox(
        translate(title),
        [None, *names],
        format_func=lambda value: translate(names[value] if value is not None else N_("find out")),
        key=key,
    )


def _other_columns(
    family: str, found: PointTable, raw: bytes, separator: str | None, decimal: str | None, translate: Translate
) -> PointTable:
    """The same table, by the columns that the person chooses."""
    choices = numeric_columns(found.table)
    chosen = [
        st.selectbox(
            translate(title),
            choices,
            index=choices.index(column) if column in choices else 0,
            format_func=lambda column: column_name(found.table, column),
            key=f"{family} column {axis} {found.table.separator}{len(choices)}",
        )
        for axis, (title, column) in enumerate(
            zip((N_("Column for x"), N_("Column for y")), found.columns, strict=True)
        )
    ]
    return found if tuple(chosen) == found.columns else read_points(raw, chosen, separator, decimal)


def _say(found: PointTable, translate: Translate) -> None:
    """What was read and what was left out."""
    low, high = found.points.min(0), found.points.max(0)
    lines = [
        fill(
            translate(
                N_(
                    "{count:point|points} from the columns **{x}** ({x_low} to {x_high}) and **{y}** ({y_low} to "
                    "{y_high})."
                )
            ),
            count=len(found.points),
            x=markdown(found.names[0]),
            y=markdown(found.names[1]),
            **{name: f"{value:.6g}" for name, value in zip(("x_low", "y_low"), low, strict=True)},
            **{name: f"{value:.6g}" for name, value in zip(("x_high", "y_high"), high, strict=True)},
        ),
        fill(
            translate(N_("Columns are separated by: {separator}. Decimal sign: {decimal}.")),
            separator=translate(text_table.SEPARATORS.get(found.table.separator, found.table.separator)),
            decimal=translate(text_table.DECIMALS[found.table.decimal]),
        ),
    ]
    if missing := found.dropped.get("missing"):
        lines.append(fill(translate(N_("Rows left out because a number is missing: {count}.")), count=missing))
    if text := found.dropped.get("text"):
        lines.append(fill(translate(N_("Rows left out because a cell holds text: {count}.")), count=text))
    st.markdown("  \n".join(lines))
    headings = [column_name(found.table, column) for column in range(len(found.table.headings))]
    st.dataframe(
        [dict(zip(headings, row, strict=True)) for row in found.table.rows[:SHOWN_ROWS]],
        hide_index=True,
        height="content",
    )


def _leave_out(family: str, found: PointTable, translate: Translate) -> bool:
    """Whether the points that lie far from the rest are to be left out."""
    values = ", ".join(f"{value:g}" for value in found.far_values)
    text = (
        N_(
            "{count:point lies|points lie} far from the rest ({values}): the rest is squeezed. Programs write such "
            "values for “missing”."
        )
        if values
        else N_("{count:point lies|points lie} far from the rest, which is squeezed.")
    )
    st.warning(fill(translate(text), count=int(found.far.sum()), values=values))
    return st.toggle(translate(N_("Leave these points out")), key=f"{family} leave out far")


def _preview(
    family: str, kind: str, points: np.ndarray, names: tuple[str, str], translate: Translate, use: Use
) -> None:
    """The points in the frame, and the button that takes them."""
    from playground.render.picture import picture

    try:
        code = user_data.fitted_code(points, names)
    except UserError as refusal:
        st.error(refusal.sentence(translate, markdown))
        return
    data = user_data.UserData(code=code)
    if data.units is not None and data.units.scale[0] != data.units.scale[1]:
        st.info(translate(N_("The two columns have very different ranges, so each axis has its own scale.")))
    scene = Scene(
        (Points(name="own", title="", role="data", xy=data.points.astype(np.float32), size=2),),
        "",
        "",
        extent=(-3.0, 3.0, -3.0, 3.0),
    )
    st.image(picture(scene, 300, "dark" if st.context.theme.type == "dark" else "light"), width=300)
    if len(points) > point_codec.MAX_POINTS:
        st.caption(fill(translate(N_("Points kept: {kept} of {count}.")), count=len(points), kept=len(data.points)))
    st.button(translate(N_("Train on it")), key=f"{family} use {kind}", type="primary", on_click=use, args=(code,))
