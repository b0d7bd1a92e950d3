"""Both renderers draw every kind of layer, at the right place, in the colours of the stage."""

import re
import tomllib
from pathlib import Path

import numpy as np
import pytest

from playground.core import scene as vocabulary
from playground.core.scene import (
    Arrows,
    Bars,
    Contour,
    Heatmap,
    Images,
    Layer,
    Links,
    Matrix,
    Mesh,
    Paths,
    Points,
    Ribbons,
    Scene,
    Text,
    Tokens,
)
from playground.render.palette import PALETTES, ramp, rgb
from playground.render.picture import picture
from playground.render.plotly import figure

ROOT = Path(__file__).parents[1]
GRID = np.stack(np.meshgrid(np.linspace(-1, 1, 4), np.linspace(-1, 1, 4)), -1)
SLOPE = np.tile(np.linspace(0, 1, 9), (9, 1))
ABOUT = {"name": "it", "title": "It", "role": "data"}
LAYERS: list[Layer] = [
    Points(**ABOUT, xy=np.array([[0.0, 0.0], [1.0, 2.0]])),
    Points(**ABOUT, xy=np.array([[0.0, 0.0], [1.0, 2.0]]), values=np.array([0.0, 1.0])),
    Heatmap(**ABOUT, values=SLOPE, low_title="low", high_title="high"),
    Heatmap(**ABOUT, values=SLOPE, scale="sequential"),
    Contour(**ABOUT, values=SLOPE, levels=(0.25, 0.5)),
    Arrows(**ABOUT, xy=np.zeros((2, 2)), uv=np.array([[1.0, 0.0], [0.0, 50.0]])),
    Paths(**ABOUT, xy=np.cumsum(np.full((3, 5, 2), 0.3), 1)),
    Mesh(**ABOUT, xy=GRID, weights=np.linspace(0, 1, 9).reshape(3, 3)),
    Images(**ABOUT, pixels=np.linspace(0, 1, 3 * 4 * 5).reshape(3, 4, 5), columns=2),
    Bars(
        **ABOUT,
        values=np.array([0.5, -0.5]),
        labels=("a", "b"),
        roles=("data", "generated"),
        low=-1,
        guides=((0.2, "guide"),),
    ),
    Matrix(**ABOUT, values=np.eye(3), rows=("a", "b", "c"), columns=("d", "e", "f")),
    Text(**ABOUT, text="{n} steps", values={"n": 3}),
    Tokens(**ABOUT, ids=np.array([[0, 1, 2]]), states=np.array([[1, 2, 3]]), vocabulary=("a", "b", "c")),
    Links(**ABOUT, weights=np.eye(3), targets=("a", "b", "c"), sources=("d", "e", "f")),
    Ribbons(**ABOUT, classes=np.array([[0, 1, -1]]), now=np.array([1.0]), rows=("r",), names=("a", "b")),
]
KINDS = [f"{layer.kind}{k}" for k, layer in enumerate(LAYERS)]


def of(*layers: Layer) -> Scene:
    return Scene(layers, legend="", words="")


def near(image, x: float, y: float, colour: str, tolerance: int = 40) -> bool:
    """Whether the pixel at a point of the plane has about that colour."""
    size = image.width
    pixel = image.getpixel((round((x + 3) / 6 * (size - 1)), round((3 - y) / 6 * (size - 1))))
    return max(abs(a - b) for a, b in zip(pixel, rgb(colour), strict=True)) <= tolerance


def test_every_kind_of_the_vocabulary_is_covered():
    kinds = {
        kind.kind
        for kind in vars(vocabulary).values()
        if isinstance(kind, type) and issubclass(kind, Layer) and kind is not Layer
    }
    assert kinds == {layer.kind for layer in LAYERS}


@pytest.mark.parametrize("theme", PALETTES)
@pytest.mark.parametrize("layer", LAYERS, ids=KINDS)
def test_both_renderers_draw_it(layer, theme):
    image = picture(of(layer), 120, theme)
    assert image.size == (120, 120)
    assert len(image.getcolors(120 * 120)) > 1, "nothing was drawn"
    fig = figure(of(layer), theme)
    assert fig.data or fig.layout.annotations
    assert fig.to_json()


def test_a_point_appears_where_it_is_with_y_up():
    scene = of(Points(**ABOUT, xy=np.array([[2.0, 1.0]]), size=12))
    image = picture(scene, 300)
    assert near(image, 2, 1, PALETTES["light"]["data"])
    assert near(image, 2, -1, PALETTES["light"].paper)
    fig = figure(scene)
    assert (fig.data[0].x[0], fig.data[0].y[0]) == (2.0, 1.0)
    assert tuple(fig.layout.xaxis.range) == tuple(fig.layout.yaxis.range) == (-3, 3)


def test_a_heat_map_has_row_0_below_and_its_values_at_the_nodes():
    values = np.zeros((3, 3))
    values[0, 2] = 1.0  # lowest y, highest x
    image = picture(of(Heatmap(**ABOUT, values=values)), 300)
    low, _, high = PALETTES["light"].diverging()
    assert near(image, 2.95, -2.95, high)
    assert near(image, 2.95, 2.95, low)
    assert near(image, -2.95, -2.95, low)
    trace = figure(of(Heatmap(**ABOUT, values=values))).data[0]
    assert trace.z[0][2] == 1.0
    assert list(trace.x) == list(trace.y) == [-3, 0, 3]


def test_a_contour_runs_where_the_level_is():
    image = picture(of(Contour(**ABOUT, values=SLOPE, levels=(0.75,))), 900)
    assert near(image, 1.5, 0, PALETTES["light"]["data"], 90)
    assert near(image, -1.5, 0, PALETTES["light"].paper)


def test_arrows_are_capped_at_a_tenth_of_the_axes():
    layer = Arrows(**ABOUT, xy=np.zeros((1, 2)), uv=np.array([[0.0, 100.0]]))
    image = picture(of(layer), 900)
    assert near(image, 0, 0.3, PALETTES["light"]["data"], 60)
    assert near(image, 0, 0.8, PALETTES["light"].paper)
    assert np.nanmax(figure(of(layer)).data[0].y) == pytest.approx(0.6)


def test_points_that_are_not_numbers_do_no_harm():
    xy = np.array([[np.nan, 0.0], [np.inf, 1.0], [1e30, 0.0], [0.0, 0.0]])
    assert near(picture(of(Points(**ABOUT, xy=xy, size=12)), 200), 0, 0, PALETTES["light"]["data"])


def test_layers_can_be_named_and_hidden_ones_are_left_out():
    shown = Points(name="a", title="a", xy=np.zeros((1, 2)))
    hidden = Points(name="b", title="b", xy=np.ones((1, 2)), shown=False)
    aside = Points(name="c", title="c", xy=np.ones((1, 2)), stage=False)
    scene = of(shown, hidden, aside)
    assert [t.name for t in figure(scene).data] == ["a"]
    assert [t.name for t in figure(scene, layers=["b", "c"]).data] == ["b", "c"]


def test_titles_are_translated():
    assert figure(of(LAYERS[0]), translate=str.upper).data[0].name == "IT"


def test_colour_scale_ends_and_middle():
    colours = ramp(("#000000", "#808080", "#ffffff"), np.array([-1.0, 0.0, 0.5, 1.0, np.nan]))
    assert colours.tolist() == [[0] * 3, [0] * 3, [128] * 3, [255] * 3, [0] * 3]


@pytest.mark.parametrize("theme", PALETTES)
def test_stage_and_theme_have_the_same_colours(theme):
    palette = PALETTES[theme]
    script = (ROOT / "playground/web/core/palette.js").read_text("utf-8")
    roles = re.search(rf"{theme}:\s*\{{([^}}]*)\}}", script).group(1)
    assert dict(re.findall(r'(\w+):\s*"(#[0-9a-f]{6})"', roles)) == palette.roles
    for name, colour in (("PAPER", palette.paper), ("INK", palette.ink), ("MIDDLE", palette.middle)):
        line = re.search(rf"const {name} = (.*);", script).group(1)
        assert re.search(rf'{theme}: "(#\w+)"', line).group(1) == colour
    strength = re.search(r"const STRENGTH = (.*);", script).group(1)
    assert float(re.search(rf"{theme}: ([\d.]+)", strength).group(1)) == palette.strength
    config = tomllib.loads((ROOT / ".streamlit/config.toml").read_text("utf-8"))["theme"][theme]
    assert config["backgroundColor"] == palette.paper
    assert config["textColor"] == palette.ink
    assert config["primaryColor"] == config["linkColor"] == palette["data"]
    assert config["chartCategoricalColors"] == list(palette.roles.values())


@pytest.mark.parametrize("theme", PALETTES)
def test_every_role_can_be_read_as_text(theme):
    """WCAG AA: at least 4.5 to 1 against the paper."""

    def luminance(colour: str) -> float:
        parts = [v / 255 for v in rgb(colour)]
        linear = [v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    palette = PALETTES[theme]
    for colour in (*palette.roles.values(), palette.ink, palette.faint):
        dark, light = sorted((luminance(colour), luminance(palette.paper)))
        assert (light + 0.05) / (dark + 0.05) >= 4.5, colour
