"""Pictures to take along: no empty margins, and words that can be read in every language."""

import numpy as np
import pytest

from playground.core.scene import Bars, Heatmap, Points, Scene
from playground.render import fonts
from playground.render.crop import MARGIN, MIN_SHARE, content_extent, crop_to_content
from playground.render.palette import PALETTES, rgb
from playground.render.picture import picture

ABOUT = {"name": "it", "title": "It", "role": "data"}


def of(*layers, extent=(-3.0, 3.0, -3.0, 3.0)) -> Scene:
    return Scene(layers, legend="", words="", extent=extent)


def points(*places, **more) -> Points:
    return Points(**ABOUT, xy=np.array(places, float), size=12, **more)


def test_margins_at_which_nothing_is_are_left_out():
    scene = of(points((-2.5, 0.5), (2.5, -1.5), (np.nan, 0), (99, 99)))
    room = MARGIN * 6
    assert content_extent(scene) == pytest.approx(
        (-2.5 - room, 2.5 + room, -1.5 - (more := (MIN_SHARE * 6 - 2 - 2 * room) / 2) - room, 0.5 + room + more)
    )
    image = crop_to_content(scene, 300)
    assert image.width == 300
    left, right, low, high = content_extent(scene)
    assert image.height == pytest.approx(300 * (high - low) / (right - left), abs=1)
    for x, y in ((-2.5, 0.5), (2.5, -1.5)):  # points are where they were
        across, down = (x - left) / (right - left), (high - y) / (high - low)
        assert image.getpixel((round(across * 300), round(down * image.height))) == rgb(PALETTES["light"]["data"])


@pytest.mark.parametrize(
    "scene",
    [
        of(Heatmap(**ABOUT, values=np.eye(3))),
        of(points((-3, -3), (3, 3))),
        of(points((0, 0), shown=False)),
        of(Bars(**ABOUT, values=np.ones(1), labels=("a",), roles=("data",))),
    ],
)
def test_what_fills_its_frame_or_says_nothing_of_places_stays_whole(scene):
    assert crop_to_content(scene, 120).tobytes() == picture(scene, 120).tobytes()


@pytest.fixture
def only_pillows(monkeypatch):
    """A system without any known font."""
    monkeypatch.setattr(fonts, "files", tuple)


def test_without_a_font_for_them_words_stay_english(only_pillows):
    chinese = fonts.drawable_translation({"loss": "损失", "plain": "simple"}.get)
    assert chinese("loss") == "loss" and chinese("plain") == "simple"
    assert fonts.font("loss", 20).getname() == fonts.font("损失", 20).getname()


def test_with_one_they_are_drawn_in_it(monkeypatch, tmp_path):
    if not fonts.files():
        pytest.skip("no font with Chinese letters on this system")
    chinese = fonts.drawable_translation({"loss": "损失"}.get)
    assert chinese("loss") == "损失"
    two, three = (fonts.font("损失", 20).getlength(text) for text in ("损失", "损失率"))
    assert three == pytest.approx(1.5 * two)
    bars = of(Bars(**ABOUT, values=np.ones(1), labels=("loss",), roles=("data",)))
    assert picture(bars, 200, translate={"loss": "损失"}.get).tobytes() != picture(bars, 200).tobytes()


def test_fonts_are_found_by_their_files(monkeypatch, tmp_path):
    (tmp_path / "deep").mkdir()
    for name in ("simhei.ttf", "deep/wqy-zenhei.ttc", "other.ttf"):
        (tmp_path / name).write_bytes(b"")
    monkeypatch.setattr(fonts, "FOLDERS", (str(tmp_path), str(tmp_path / "none")))
    fonts.files.cache_clear()
    try:
        assert fonts.files() == (str(tmp_path / "deep/wqy-zenhei.ttc"), str(tmp_path / "simhei.ttf"))
    finally:
        fonts.files.cache_clear()
