"""Tables of points as people save them: each is read as a person would read it, or refused in a sentence."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from playground.core.errors import UserError
from playground.core.units import Units
from playground.data.plane import text_table, user_data
from playground.data.plane.point_table import read_points

X = [[0.784, -0.686], [-2.09, -0.008], [1234.5, 0.25]]
"""What most of the tables below hold."""
TABLES = {
    "a comma": "x,y\n0.784,-0.686\n-2.090,-0.008\n1234.5,0.25\n",
    "Excel where the comma is the decimal sign": "\ufeffx;y\r\n0,784;-0,686\r\n-2,090;-0,008\r\n1234,5;0,25\r\n",
    "the same with tabs": "x\ty\n0,784\t-0,686\n-2,090\t-0,008\n1234,5\t0,25",
    "the separator said in the first line": "sep=;\nx;y\n0.784;-0.686\n-2.09;-0.008\n1234.5;0.25",
    "thousands in quotes": 'x,y\n"0.784","-0.686"\n"-2.09","-0.008"\n"1,234.5","0.25"\n',
    "thousands with a space": "x;y\n0,784;-0,686\n-2,09;-0,008\n1\u202f234,5;0,25\n",
    "thousands with a point": "x;y\n0,784;-0,686\n-2,09;-0,008\n1.234,5;0,25\n",
    "an index without a heading": ",x,y\n0,0.784,-0.686\n1,-2.09,-0.008\n2,1234.5,0.25\n",
    "an index in quotes": '"","x","y"\n"1",0.784,-0.686\n"2",-2.09,-0.008\n"3",1234.5,0.25\n',
    "a label first": "kind,x,y\na,0.784,-0.686\nb,-2.09,-0.008\na,1234.5,0.25\n",
    "names in another order": "y,x\n-0.686,0.784\n-0.008,-2.09\n0.25,1234.5\n",
    "two lines of headings": "length,width\n(cm),(cm)\n0.784,-0.686\n-2.09,-0.008\n1234.5,0.25\n",
    "comments": "# made by a logger\n# x y\n0.784 -0.686\n-2.09 -0.008\n1234.5 0.25\n",
    "trailing separators": "x, y,\n0.784, -0.686,\n-2.09, -0.008,\n1234.5, 0.25,\n",
    "a typographic minus": "x,y\n0.784,\u22120.686\n\u22122.09,\u22120.008\n1234.5,0.25\n",
    "a heading of numbers": "0,1\n0.784,-0.686\n-2.09,-0.008\n1234.5,0.25\n",
    "bars": "x|y\n0.784|-0.686\n-2.09|-0.008\n1234.5|0.25\n",
    "spaces of any width": "x   y\n0.784  -0.686\n-2.09 -0.008\n1234.5    0.25\n",
    "apostrophes": "x;y\n0.784;-0.686\n-2.09;-0.008\n1'234.5;0.25\n",
    "no heading": "0.784,-0.686\n-2.09,-0.008\n1234.5,0.25\n",
}


@pytest.mark.parametrize("name", TABLES)
def test_tables_as_people_have_them(name):
    assert read_points(TABLES[name].encode()).points.tolist() == X


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-32"])
def test_encodings(encoding):
    text = "größe;高度\n0,5;1,5\n2,5;3,5\n" + "1,5;2,5\n" * 20
    found = read_points(text.encode(encoding))
    assert found.points[:2].tolist() == [[0.5, 1.5], [2.5, 3.5]] and found.names == ("größe", "高度")


def test_headings_in_older_encodings():
    assert read_points("经度,纬度\n1.5,2\n3,4\n".encode("gb18030")).names == ("经度", "纬度")
    assert read_points("gr\u00f6\u00dfe;h\u00f6he\n1,5;2\n3;4\n".encode("cp1252")).names == ("größe", "höhe")


def test_rows_without_a_point_are_counted():
    found = read_points(b"x,y,label\n1,2,a\n,3,a\n4,,b\n5,nan,b\n6,seven,b\n8,9,a\n-,N/A,a\n")
    assert found.points.tolist() == [[1, 2], [8, 9]] and found.dropped == {"missing": 4, "text": 1}


def test_an_empty_cell_keeps_its_column():
    found = read_points(b"x,y,z\n1,,3\n4,5,6\n7,8,9\n")
    assert found.points.tolist() == [[4, 5], [7, 8]]


def test_longitude_comes_first_and_dates_are_days():
    assert read_points(b"lat,lon\n48.1,11.6\n48.2,11.5\n").points.tolist() == [[11.6, 48.1], [11.5, 48.2]]
    found = read_points(b"time,temp\n2024-01-01,1\n2024-01-02T12:00:00Z,2\n").points
    assert found[:, 0].tolist() == [19723, 19724.5]


def test_a_person_may_choose():
    raw = b"a,b,c\n1,2,3.5\n4,5,6.5\n"
    assert read_points(raw).names == ("a", "b")
    assert read_points(raw, (2, 0)).points.tolist() == [[3.5, 1], [6.5, 4]]
    assert read_points(b"1,5 2,5\n3,5 4,5\n", separator=" ", decimal=",").points.tolist() == [[1.5, 2.5], [3.5, 4.5]]


def test_what_lies_far_from_the_rest_is_named():
    points = np.random.default_rng(0).normal(size=(100, 2))
    points[[3, 50]] = -999
    found = read_points("\n".join(["x,y", *(f"{x},{y}" for x, y in points)]).encode())
    assert np.flatnonzero(found.far).tolist() == [3, 50] and found.far_values == [-999]
    assert not read_points(b"x,y\n" + b"1,2\n3,4\n5,6\n" * 20).far.any()


@pytest.mark.parametrize(
    "raw, words",
    [
        (b"", "empty"),
        (b"\n ;; \n", "empty"),
        (b"1\n2\n3\n", "no two columns"),
        (b"x,y\na,b\nc,d", "no two columns"),
        (b"x,y\n1,a\n2,b", "no two columns"),
        (b"PK\x03\x04rest", "workbook"),
        (b"\xff\xfe\x00\xd8", "not a table"),
        (bytes(range(256)), "not a table"),
        (b"1,2\n" * 600_000, "too large"),
        (b"1,2\n" * 100_001, "too many lines"),
    ],
)
def test_what_is_no_table_is_one_sentence(raw, words):
    with pytest.raises(UserError, match=words):
        read_points(raw)


@settings(max_examples=200, deadline=None)
@given(some.binary(max_size=300) | some.text(max_size=300).map(str.encode))
def test_any_file_is_read_or_refused(raw):
    try:
        assert read_points(raw).points.shape[1] == 2
    except UserError as refusal:
        assert len(str(refusal)) > 10


@settings(max_examples=200, deadline=None)
@given(
    some.lists(some.tuples(*[some.floats(-1e6, 1e6).map(lambda v: round(v, 3))] * 2), min_size=3, max_size=20),
    some.sampled_from([(";", ","), ("\t", ","), (",", "."), ("|", "."), (" ", ".")]),
)
def test_what_was_written_is_read(points, dialect):
    """Not where a comma would be both signs, nor where rows could be an index."""
    separator, decimal = dialect
    lines = [separator.join(f"{value:.4f}".replace(".", decimal) for value in point) for point in points]
    found = read_points("\n".join([separator.join("xy"), *lines]).encode())
    assert found.points.tolist() == [list(point) for point in points]


def test_units_take_points_there_and_back():
    points = np.random.default_rng(1).normal(size=(60, 2)) * [3000, 0.02] + [1e6, -5]
    units = user_data.fitting_units(points, ("price", "rate"))
    frame = units.to_frame(points)
    assert units.from_frame(frame) == pytest.approx(points)
    assert np.abs(frame).max(0) == pytest.approx(user_data.FIT_HALF_WIDTH)  # each axis by itself
    data = user_data.UserData(code=user_data.fitted_code(points, ("price", "rate")))
    assert data.units == units
    nearest = np.abs(data.points[:, None] - frame[None]).max(2).min(1)
    assert nearest.max() < 0.004  # half a step of the grid


def test_the_density_in_own_units_is_a_density():
    """p(own) = p(frame) / (sx sy): its integral over own units is 1, so the NLL is larger by log(sx sy)."""
    points = np.random.default_rng(2).normal(size=(80, 2)) * [300, 30]
    data = user_data.UserData(code=user_data.fitted_code(points))
    axis = np.linspace(-6, 6, 301)
    grid = np.stack(np.meshgrid(axis, axis), -1).reshape(-1, 2)
    own = data.units.from_frame(grid)
    cell = (own[:, 0].max() - own[:, 0].min()) / 300 * (own[:, 1].max() - own[:, 1].min()) / 300
    assert np.exp(data.log_prob(grid) - data.units.log_scale).sum() * cell == pytest.approx(1, abs=1e-3)


def test_alike_ranges_keep_their_shape_and_points_in_the_frame_stay():
    points = np.random.default_rng(3).normal(size=(60, 2)) * [300, 200]
    units = user_data.fitting_units(points)
    assert units.scale[0] == units.scale[1]
    inside = points / np.abs(points).max() * 2
    assert user_data.fitting_units(inside) == Units()
    for bad, words in (
        (np.zeros((30, 2)), "the same"),
        (np.eye(2), "at least 10"),
        ([[1, 2], [3, 4]] * 9, "only 2 different"),
    ):
        with pytest.raises(UserError, match=words):
            user_data.fitting_units(np.array(bad))


@pytest.mark.parametrize("end", ["", "!", "AAAA", "WzEsMiwwLDEsIiIsIiJd", "WzEsMiwxLDEsIiJd", "x" * 900])
def test_broken_units_are_refused(end):
    code = user_data.encode(np.random.default_rng(4).normal(size=(30, 2)))
    if end:
        with pytest.raises(UserError, match="damaged"):
            user_data.checked_code(f"{code}.{end}")
    else:
        assert user_data.checked_code(code) == code


def test_numbers_and_what_only_looks_like_them():
    for text, decimal, value in (
        ("1,234,567", ".", 1234567),
        ("1.234", ",", 1234),
        (".5", ".", 0.5),
        ("1e3", ".", 1000),
    ):
        assert text_table.number(text, decimal) == value
    for text in ("1,23", "0,784", "1 2", "1-2", "--1", "e5", ".", "", "1e999", "12:30", "2024-13-01"):
        assert np.isnan(text_table.number(text, "."))
