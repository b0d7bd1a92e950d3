"""Files as people have them (tests/data/files): each is read as it is meant, or refused in a sentence.

Most tables hold the same 200 points, and most pictures the same L.
"""

import json
from functools import cache

import numpy as np
import pytest
from sklearn.datasets import load_digits
from support.server import ROOT

from playground.__main__ import main
from playground.core.errors import UserError
from playground.data.bits import tables
from playground.data.plane import user_data
from playground.data.plane.point_table import read_points
from playground.render.image_points import points_from_image

FILES = ROOT / "tests" / "data" / "files"
SAME = (
    "comments.csv",
    "decimal_comma_semicolon.csv",
    "decimal_comma_tab.tsv",
    "excel_sep_line.csv",
    "label_first.csv",
    "latin1_header.csv",
    "numeric_label_first.csv",
    "pandas_default_header.csv",
    "pandas_index.csv",
    "r_write_csv.csv",
    "trailing_comma_space.csv",
    "two_header_lines.csv",
    "unicode_minus.csv",
    "utf16.txt",
)
"""The 200 points, to the file's own digits."""
FIRST = {
    "integer.csv": (200, [7, -6]),
    "iso_dates.csv": (200, [19723, 17.26]),  # days since 1970
    "latlon.csv": (200, [11.598517, 48.123288]),
    "missing_cells.csv": (175, [0.6425, -0.6832]),
    "missing_x.csv": (175, [0.6425, -0.6832]),
    "nan_rows.csv": (175, [0.6425, -0.6832]),
    "sentinel_999.csv": (306, [0.189, -0.314]),
    "spaces_thousand.csv": (200, [1139, 2221]),
    "thousands_quoted.csv": (200, [1813.56, 2294.31]),
    "timestamps.csv": (200, [1700000000, 17.26]),
}
"""How many points, and the first."""
REFUSED = {"one_point.csv": "at least 10", "same_point.csv": "the same", "duplicates.csv": "different points"}
DRAWN = ("bilevel.png", "black_logo_alpha.png", "cmyk.jpg", "dark_mode.png", "exif6.png", "gray16.png", "la.png")
DRAWN += ("palette.png", "phone_exif3.jpg", "phone_exif6.jpg", "plain.png", "white_logo_alpha.png")


@cache
def read(name):
    return read_points((FILES / name).read_bytes())


def test_every_file_is_tried():
    named = {*SAME, *FIRST, *REFUSED, *DRAWN, "photo_of_sketch.jpg", "gray16_gradient.png", "gray8_gradient.png"}
    assert {path.name for path in FILES.iterdir() if path.suffix != ".npz"} == named


@pytest.mark.parametrize("name", SAME)
def test_the_same_points(name):
    assert np.abs(read(name).points - read("label_first.csv").points).max() < 6e-4
    assert not read(name).dropped


@pytest.mark.parametrize("name", FIRST)
def test_other_points(name):
    count, first = FIRST[name]
    assert len(read(name).points) == count and read(name).points[0].tolist() == first
    assert sum(read(name).dropped.values()) == len(read(name).table.rows) - count


@pytest.mark.parametrize("name", REFUSED)
def test_too_little_to_learn_from(name, capsys):
    with pytest.raises(UserError, match=REFUSED[name]):
        user_data.fitted_code(read(name).points)
    assert main(["data", str(FILES / name)]) == 2 and REFUSED[name] in capsys.readouterr().err


def test_axes_of_very_different_size_have_their_own_scale():
    for name in ("timestamps.csv", "iso_dates.csv", "latlon.csv"):
        units = user_data.fitting_units(read(name).points)
        assert units.scale[0] != units.scale[1]


def test_a_sentinel_is_named_and_can_be_left_out(capsys):
    found = read("sentinel_999.csv")
    assert found.far.sum() == 6 and found.far_values == [-999]
    assert main(["data", str(FILES / "sentinel_999.csv"), "--leave-out-far", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["points"] == 300 and max(map(abs, told["low"] + told["high"])) < 10


@pytest.mark.parametrize("name", DRAWN)
def test_the_drawing_is_seen(name):
    """The bounds of the L, and its corner at the lower left."""
    points, plain = (points_from_image((FILES / which).read_bytes()) for which in (name, "plain.png"))
    for quantile in (0.01, 0.5, 0.99):
        assert np.quantile(points, quantile, 0) == pytest.approx(np.quantile(plain, quantile, 0), abs=0.15)
    assert np.mean((points > 0).all(1)) < 0.01


def test_a_photograph_of_a_sketch_is_its_lines():
    points = points_from_image((FILES / "photo_of_sketch.jpg").read_bytes())
    assert np.mean((points > np.quantile(points, 0.02, 0) + 0.3).all(1)) < 0.02  # upright stroke and foot, nothing else


def test_both_depths_of_grey_are_one_picture():
    deep, plain = (points_from_image((FILES / f"gray{bits}_gradient.png").read_bytes()) for bits in (16, 8))
    assert np.abs(deep - plain).max() < 0.05


def test_levels_of_digits_are_halved_and_sorted_rows_are_in_every_part(tmp_path):
    """scikit-learn's digits, 0 to 16, sorted by class: the share of ones at half of the scale is .32."""
    pixels, classes = load_digits(return_X_y=True)
    order = np.argsort(classes, kind="stable")
    np.savez(tmp_path / "digits.npz", train=pixels[order], test=pixels[::4])
    found = tables.read(f"npz:{tmp_path / 'digits.npz'}")
    assert found.threshold == 8 and found.train.mean() == pytest.approx(0.32, abs=0.005)
    held = {row.tobytes() for row in found.valid}
    assert {c for row, c in zip(pixels >= 8, classes, strict=True) if row.astype(np.uint8).tobytes() in held} == {
        *range(10)
    }
