"""Ribbons (which class at which frame): how they travel, and what pictures and figures show of them."""

import json
from dataclasses import replace

import numpy as np
import pytest

from playground.core.i18n import translator
from playground.core.scene import Matrix, Paths, Ribbons, Scene, Text, Trajectory
from playground.live.protocol import encode_frame
from playground.render.at_moment import at_moment
from playground.render.crop import content_extent, crop_to_content
from playground.render.layers import parts_of
from playground.render.palette import PALETTES, contrast, luminance, mix, rgb
from playground.render.picture import picture
from playground.render.plotly import figure
from playground.render.plotly_slider import trajectory_figure
from playground.render.ribbon_layout import LOWEST, ribbon_layout
from playground.render.ribbon_segments import FAINT, axis_ticks, named, seen, segments
from playground.render.sheet import Words, sheet

NAN = float("nan")
FRAMES = 40
TRUTH = np.repeat([0, 1, 0, 2, -1], [8, 12, 4, 10, 6])
RIBBONS = Ribbons(
    name="ribbons",
    title="What happens",
    classes=np.stack([TRUTH, np.roll(TRUTH, 3)]),
    weights=np.stack([np.ones(FRAMES), np.full(FRAMES, 0.5)]),
    now=np.array([29.0]),
    rows=("truth", "correct"),
    names=("background", "wrong", "kick"),
    marks=np.array([[NAN, NAN], [11.0, NAN]]),
    seconds=0.1,
)
LIMBS = Paths(name="limbs", title="Skeleton", role="data", xy=np.array([[[-1.0, 1.0], [1.0, 2.5]]]))


def of(*layers, **more) -> Scene:
    return Scene(layers, legend="", words="", **more)


def alongside(moments: int = 3) -> Scene:
    """Ribbons of which only the moment shown moves."""
    still = {name: getattr(RIBBONS, name)[None] for name in ("classes", "weights", "marks")}
    layer = replace(RIBBONS, trajectory=True, now=np.linspace(9.0, 29.0, moments)[:, None], **still)
    labels = ("",) * moments
    return of(layer, trajectory=Trajectory("Time", tuple(map(float, range(moments))), labels, "first", "last"))


# what they consist of


def test_segments_are_runs_of_one_class():
    assert list(segments(TRUTH)) == [(0, 8, 0), (8, 20, 1), (20, 24, 0), (24, 34, 2)]
    assert list(segments(np.array([-1, -1]))) == list(segments(np.array([], int))) == []


def test_all_names_are_written_or_of_many_those_that_occur():
    assert named(RIBBONS) == [0, 1, 2]
    assert named(replace(RIBBONS, names=("", "wrong", "kick", "never"))) == [1, 2, 3]
    assert named(replace(RIBBONS, names=tuple(f"c{k}" for k in range(21)))) == [0, 1, 2]


def test_how_far_it_has_gone_counts_the_frame_shown():
    assert seen(RIBBONS) == 30
    assert [seen(replace(RIBBONS, now=np.array([now]))) for now in (-1.0, 0.5, 39.0, 99.0)] == [0, 1.5, 40, 40]


def test_the_axis_has_round_seconds_or_counts_frames():
    assert axis_ticks(RIBBONS, 300)[:2] == [(0, "0"), (0.25, "1")]
    assert [text for _, text in axis_ticks(replace(RIBBONS, seconds=0.0), 300)] == ["0", "10", "20", "30", "40"]


# how they travel


def decoded(message: bytes) -> tuple[dict, dict, dict[str, np.ndarray]]:
    """The header of a message, its first layer, and that layer's arrays, read by hand."""
    length = int.from_bytes(message[4:8], "little")
    header = json.loads(message[8 : 8 + length])
    layer = header["layers"][0]
    types = {"i1": "i1", "i2": "<i2", "u1": "u1", "f4": "<f4"}
    arrays = {
        name: np.frombuffer(message, types[kind], int(np.prod(shape)), 8 + length + offset).reshape(shape)
        for name, (kind, shape, offset, *_) in layer["arrays"].items()
    }
    return header, layer, arrays


def test_classes_moment_and_marks_travel_exactly_and_titles_in_the_language():
    header, layer, arrays = decoded(encode_frame({}, of(RIBBONS), translator("zh")))
    assert (arrays["classes"] == RIBBONS.classes).all() and layer["arrays"]["classes"][0] == "i1"
    np.testing.assert_array_equal(arrays["marks"], RIBBONS.marks)
    assert arrays["now"] == [29] and arrays["weights"][1, 0] == 128
    assert layer["rows"][1] == "正确" and layer["names"][1] == "错误"
    assert "{frame}" in layer["frame_title"] and "{seconds}" in layer["time_title"]
    assert "stacked" not in header
    assert decoded(encode_frame({}, of(RIBBONS, stacked=0.5), str))[0]["stacked"] == 0.5


def test_a_moment_far_along_a_stream_travels_exactly():
    """Along a trajectory other arrays are float16, which has no odd numbers above 2048."""
    scene = alongside()
    layer = replace(scene.layer("ribbons"), now=np.array([[2049.0], [2051.5], [4097.0]]))
    _, _, arrays = decoded(encode_frame({}, replace(scene, layers=(layer,)), str))
    assert arrays["now"].ravel().tolist() == [2049.0, 2051.5, 4097.0]


# along a trajectory


@pytest.mark.parametrize(("moment", "now"), [(0, 9), (1, 19), (1.5, 24), (None, 29)])
def test_only_the_moment_shown_moves(moment, now):
    cut = at_moment(alongside(), moment).layer("ribbons")
    assert isinstance(cut, Ribbons) and cut.now == [now]
    assert (cut.classes == RIBBONS.classes).all() and cut.classes.dtype == RIBBONS.classes.dtype


# pictures


def placed(layer: Ribbons, side: int = 500):
    """The layout in a picture that has nothing else; words as wide as fonts make them do not matter down the rows."""
    from playground.render.picture_ribbons import _width

    widths = [_width(layer.names[number]) for number in named(layer)]
    return ribbon_layout(len(layer.classes), max(map(_width, layer.rows)), widths, side, side)


def colour_at(image, layer: Ribbons, row: int, frame: float, down: float = 0.15):
    layout = placed(layer)
    top, band = layout.row(row)
    x = layout.left + (frame + 0.5) * layout.width / layer.classes.shape[1]
    return image.getpixel((round(x), round(top + down * band)))


def near(colour, wanted: str) -> bool:
    return np.abs(np.subtract(colour, rgb(wanted))).max() <= 4


@pytest.mark.parametrize("theme", PALETTES)
def test_each_class_has_its_colour_as_opaque_as_it_is_sure(theme):
    image, palette = picture(of(RIBBONS), 500, theme), PALETTES[theme]
    first, second = palette.kinds[:2]
    assert near(colour_at(image, RIBBONS, 0, 10), first)
    assert near(colour_at(image, RIBBONS, 0, 26), second)
    assert near(colour_at(image, RIBBONS, 1, 13), mix(palette.paper, first, 0.5))
    assert near(colour_at(image, RIBBONS, 0, 3), palette.paper)  # the background is a line
    assert near(colour_at(image, RIBBONS, 0, 3, down=0.5), mix(palette.paper, palette["neutral"], 0.5))
    assert near(colour_at(image, RIBBONS, 0, 36, down=0.5), palette.paper)  # nothing is known


def test_what_is_to_come_is_faint_and_a_line_stands_between():
    image, palette = picture(of(RIBBONS), 500), PALETTES["light"]
    second = palette.kinds[1]
    assert near(colour_at(image, RIBBONS, 0, 28), second)
    assert near(colour_at(image, RIBBONS, 0, 32), mix(second, palette.paper, FAINT))
    step = placed(RIBBONS).width / FRAMES
    line = min(sum(colour_at(image, RIBBONS, 1, 29.5 + pixel / step)) for pixel in (-1, 0, 1))
    assert line < 250 < sum(colour_at(image, RIBBONS, 1, 28.5)) - 150
    whole = picture(of(replace(RIBBONS, now=np.array([39.0]))), 500)
    assert near(colour_at(whole, RIBBONS, 0, 32), second)


def test_a_mark_stands_above_its_row():
    marked, bare = (picture(of(replace(RIBBONS, marks=marks)), 500) for marks in (RIBBONS.marks, None))
    differs = np.argwhere((np.asarray(marked) != np.asarray(bare)).any(-1))
    layout = placed(RIBBONS)
    (top, left), (foot, right) = differs.min(0), differs.max(0)
    x = layout.left + 11.5 * layout.width / FRAMES
    assert abs((left + right) / 2 - x) < 1.5 and 5 < right - left < 11
    assert layout.row(1)[0] - 9 < top <= foot <= layout.row(1)[0] and layout.row(0)[0] < top


def test_small_pictures_have_rows_and_no_words():
    layout = ribbon_layout(4, 5.0, [3.0] * 6, 110, 110)
    assert layout.font == 0 and layout.names == () and layout.axis == 0 and layout.width > 100
    image = picture(of(RIBBONS), 96)
    colours = {image.getpixel((x, y)) for x in range(96) for y in range(96)}
    assert any(near(colour, PALETTES["light"].kinds[0]) for colour in colours)


@pytest.mark.parametrize("size", [(300, 300), (500, 500), (700, 180), (420, 90), (1200, 700), (150, 400)])
@pytest.mark.parametrize("rows", [1, 4, 12])
@pytest.mark.parametrize("names", [0, 6, 20])
def test_nothing_of_a_layout_leaves_its_picture_or_covers_another(size, rows, names):
    wide, tall = size
    layout = ribbon_layout(rows, 4.0, [4.0] * names, wide, tall)
    bands = [layout.row(row) for row in range(rows)]
    assert layout.left >= 0 and layout.left + layout.width <= wide
    assert bands[0][0] >= 0 and sum(bands[-1]) <= (layout.axis or tall) and layout.axis + 5 + layout.font <= tall
    assert all(top + height <= following for (top, height), (following, _) in zip(bands, bands[1:], strict=False))
    assert all(x >= 0 and y + layout.font / 2 <= layout.top + 1 for x, y in layout.names)
    assert len(layout.names) in (0, names) and len(set(layout.names)) == len(layout.names)
    if layout.names or layout.axis:
        assert layout.pitch >= LOWEST


def test_ink_and_paper_are_told_apart_on_every_colour():
    assert (luminance("#000000"), luminance("#ffffff")) == (0, pytest.approx(1))
    assert contrast("#ffffff", "#767676") == pytest.approx(4.54, abs=0.005)  # the grey that is just allowed
    for palette in PALETTES.values():
        assert all(contrast(palette.readable_on(colour), colour) > 3.5 for colour in palette.kinds)


# beside others


def test_they_share_the_lower_part_of_a_picture_with_others_above():
    matrix = Matrix(name="matrix", title="M", values=np.eye(2))
    assert parts_of((RIBBONS, LIMBS), 500.0, stacked=0.6) == {"ribbons": (200.0, 300.0)}
    assert parts_of((RIBBONS,), 500.0, stacked=0.6) == {"ribbons": (0.0, 500.0)}  # alone they have all of it
    both = parts_of((LIMBS, RIBBONS, matrix), 512.0, stacked=0.5)
    assert both == {"ribbons": (256.0, 122.0), "matrix": (390.0, 122.0)}


def test_a_skeleton_is_drawn_above_ribbons():
    scene = of(LIMBS, RIBBONS, stacked=0.5)
    pixels = np.asarray(picture(scene, 500)).astype(int)
    alone = np.asarray(picture(of(LIMBS), 500)).astype(int)
    assert (pixels[:248] == alone[:248]).all() and (alone[:248] != 255).any()
    lower = np.asarray(picture(of(RIBBONS, Text(name="t", title="T", text=""), stacked=0.5), 500)).astype(int)
    assert (pixels[252:] == lower[252:]).all() and (lower[:248] == 255).all()


def test_a_picture_to_take_along_is_not_cut_and_has_no_axes_of_the_plane():
    scene = of(LIMBS, RIBBONS, stacked=0.5)
    assert content_extent(scene) == scene.extent != content_extent(of(LIMBS))
    assert crop_to_content(scene, 300).size == (300, 300)
    with_axes = of(LIMBS, RIBBONS)
    words = Words("Title", "step 1")
    assert sheet(scene, words, 400).height < sheet(with_axes, words, 400).height + 60
    margin = np.asarray(sheet(scene, words, 400))[70:300, :14]
    assert (margin == 255).all()


# figures


def test_a_figure_names_what_is_under_the_pointer_and_colours_it():
    fig = figure(of(RIBBONS), translate=translator("en"))
    cells = fig.data[0]
    assert cells.customdata[1][10] == "<b>truth</b><br>wrong: 1.00<br>frame 11, 1.0 s"
    assert cells.customdata[3][13] == "<b>correct</b><br>wrong: 0.50<br>frame 14, 1.3 s"
    palette = PALETTES["light"]

    def shade(row, frame):
        return cells.colorscale[2 * int(cells.z[2 * row + 1][frame])][1]  # two edges for each colour

    assert len(cells.colorscale) == 2 * (cells.zmax + 0.5)

    assert shade(0, 10) == palette.kinds[0] and shade(0, 26) == palette.kinds[1]
    assert shade(1, 13) == mix(palette.paper, palette.kinds[0], 0.5)
    assert np.isnan(cells.z[1][36]) and shade(0, 3) == palette.paper
    assert [trace.name for trace in fig.data if trace.showlegend] == ["background", "wrong", "kick"]
    assert list(fig.layout.yaxis.ticktext) == ["truth", "correct"] and fig.layout.xaxis.ticktext[1] == "1 s"


def test_ribbons_have_axes_of_their_own_below_others_in_a_figure():
    fig = figure(of(LIMBS, RIBBONS, stacked=0.4))
    assert {trace.yaxis for trace in fig.data} == {"y2", None} or {trace.yaxis for trace in fig.data} == {"y2", "y"}
    assert list(fig.layout.yaxis2.domain) == pytest.approx([0, 0.4]) and fig.layout.yaxis.visible is False
    assert fig.layout.yaxis2.range == (2, 0)


def test_a_trajectory_is_a_figure_with_a_slider_and_what_stays_is_in_it_once():
    fig = trajectory_figure(alongside())
    moved = [trace for frame in fig.frames for trace in frame.data]
    lines = [trace for trace in moved if trace.type == "scatter" and trace.line.width == 1.5]
    assert [trace.x[0] for trace in lines] == [10, 20, 30]
    assert all(trace.type != "heatmap" for trace in moved) and fig.data[0].type == "heatmap"
    assert all(len(frame.data) == len(frame.traces) < len(fig.data) for frame in fig.frames)
