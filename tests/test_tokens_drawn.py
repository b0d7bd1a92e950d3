"""Sequences of tokens and links of attention: how they travel, and what pictures show of them."""

import json
import re
from pathlib import Path

import numpy as np
import pytest
from support.token_layers import (
    EMPTY,
    GENERATED,
    GIVEN,
    LIGHT,
    LINKS,
    MATRIX,
    RIGHT,
    TO_COME,
    TOKENS,
    WRONG,
    of,
)

from playground.core.i18n import translator
from playground.core.layers import STATE_ROLES
from playground.core.scene import Links, Tokens, TokenState, Trajectory
from playground.core.token_text import columns, visible, widest
from playground.live.protocol import encode_frame
from playground.render import fonts, picture_tokens
from playground.render.at_moment import at_moment
from playground.render.layers import MOST_LINKS, drawn_links, parts_of
from playground.render.palette import PALETTES, mix, rgb
from playground.render.picture import picture
from playground.render.plotly_slider import trajectory_figure
from playground.render.token_layout import token_layout


def decoded(message: bytes) -> tuple[dict, dict[str, np.ndarray]]:
    """The first layer of a message and its arrays, read by hand."""
    length = int.from_bytes(message[4:8], "little")
    layer = json.loads(message[8 : 8 + length])["layers"][0]
    types = {"i1": "i1", "i2": "<i2", "u1": "u1"}
    arrays = {
        name: np.frombuffer(message, types[kind], int(np.prod(shape)), 8 + length + offset).reshape(shape)
        for name, (kind, shape, offset, *_) in layer["arrays"].items()
    }
    return layer, arrays


def test_what_is_in_use_of_a_vocabulary_travels_and_the_widest_of_it():
    layer, arrays = decoded(encode_frame({}, of(TOKENS), str))
    assert layer["vocabulary"] == ["a", "b", "\u2423", "\u21b5", "<i>", "unused"]
    texts = [*layer["vocabulary"], None]  # the last one: -1
    assert [[texts[k] for k in row] for row in arrays["ids"].tolist()] == [
        ["a", "\u2423", "b"],
        ["\u21b5", "<i>", None],
    ]
    assert texts[arrays["expected"][1, 1]] == "\u21b5"
    assert arrays["expected"][0, 0] == -1
    assert (arrays["states"] == TOKENS.states).all()


def test_a_large_vocabulary_needs_two_bytes_and_numbers_beyond_it_are_no_token():
    letters = tuple(chr(0x4E00 + k) for k in range(3000))
    ids = np.array([[2999, *range(200), 3000, 40_000, -5]])
    layer, arrays = decoded(
        encode_frame({}, of(Tokens(name="t", title="T", ids=ids, states=ids * 0 + 1, vocabulary=letters)), str)
    )
    got = [layer["vocabulary"][k] if k >= 0 else None for k in arrays["ids"][0]]
    assert got == [letters[2999], *letters[:200], None, None, None]
    assert layer["arrays"]["ids"][0] == "i2" and layer["arrays"]["states"][0] == "i1"


def test_names_of_states_are_translated_and_tokens_are_not():
    layer, _ = decoded(encode_frame({}, of(TOKENS), translator("zh")))
    assert layer["state_titles"][WRONG] == "错误" and layer["vocabulary"][0] == "a"
    assert "{row}" in layer["place_title"] and "{position}" in layer["place_title"]


def test_links_and_matrices_travel_with_visible_labels():
    layer, arrays = decoded(encode_frame({}, of(LINKS), str))
    assert layer["targets"] == ["a", "\u2423", "b"] and layer["sources"] == ["x", "y", "z"]
    assert np.abs(arrays["weights"] / 255 - LINKS.weights).max() <= 0.5 / 255
    layer, _ = decoded(encode_frame({}, of(MATRIX), str))
    assert layer["rows"] == ["a", "\u2423", "b c"]  # a space in a title is one


def test_widths_count_chinese_letters_twice():
    assert columns("ab") == columns("\u4e8c") == 2
    assert widest(("four", "\u4e00\u4e8c\u4e09", "five")) == "\u4e00\u4e8c\u4e09"
    assert visible("a b\n") == "a\u2423b\u21b5"


# along a trajectory

GROWING = Tokens(
    name="tokens",
    title="Tokens",
    trajectory=True,
    ids=np.array([[[0, -1]], [[0, 1]], [[0, 300]]]),
    states=np.array([[[GIVEN, TO_COME]], [[GIVEN, GENERATED]], [[GIVEN, RIGHT]]]),
    vocabulary=tuple(chr(0x4E00 + k) for k in range(301)),
)
JOURNEY = of(GROWING, trajectory=Trajectory("Generation", (0.0, 1.0, 2.0), ("", "", ""), "prompt", "text"))


@pytest.mark.parametrize(("moment", "at"), [(0, 0), (0.9, 0), (1, 1), (1.99, 1), (2, 2), (None, 2)])
def test_between_two_moments_the_tokens_passed_last_stay(moment, at):
    cut = at_moment(JOURNEY, moment).layer("tokens")
    assert (cut.ids == GROWING.ids[at]).all() and (cut.states == GROWING.states[at]).all()


def test_a_generation_is_a_figure_with_a_slider():
    frames = trajectory_figure(JOURNEY).frames
    assert [frame.data[0].z[0][1] for frame in frames] == [TO_COME, GENERATED, RIGHT]


# pictures


def colour_at(image, layer: Tokens, row: int, column: int, down: float = 0.12):
    """The pixel of a cell's ground, near its upper edge."""
    rows, count = layer.ids.shape
    unit = picture_tokens._width([widest(layer.vocabulary)])
    scale = max(image.width / 500, 1)
    layout = token_layout(rows, count, unit, layer.expected is not None, image.width / scale, image.height / scale)
    x, y = layout.corner(row, column)
    return image.getpixel((round(scale * (x + layout.width / 2)), round(scale * (y + down * layout.box)))), layout


@pytest.mark.parametrize("theme", PALETTES)
def test_each_state_has_its_colour_and_what_is_wrong_a_bar(theme):
    states = np.array([[EMPTY, GIVEN, RIGHT, WRONG, GENERATED]])
    layer = Tokens(name="t", title="T", ids=states * 0, states=states, vocabulary=("a",))
    image, palette = picture(of(layer), 500, theme), PALETTES[theme]
    roles = (None, "neutral", "field", "gradient", None, "generated")
    for column, state in enumerate(states[0].tolist()):
        got, layout = colour_at(image, layer, 0, column)
        role = roles[state]
        wanted = palette.paper if role is None else mix(palette.paper, palette[role], picture_tokens.TINT[state])
        assert np.abs(np.subtract(got, rgb(wanted))).max() <= 3, state
        bar, _ = colour_at(image, layer, 0, column, down=1 - 0.08)
        marked = np.abs(np.subtract(bar, rgb(palette["gradient"]))).max() <= 12
        assert marked == (state == WRONG)


def test_many_tokens_are_blocks_of_which_the_wrong_ones_lack_a_corner():
    ids = np.zeros((8, 130), int)
    states = np.where(np.arange(130) % 3 == 0, WRONG, RIGHT) + 0 * ids
    layer = Tokens(name="t", title="T", ids=ids, states=states, vocabulary=("a",))
    image = picture(of(layer), 500)
    right, layout = colour_at(image, layer, 4, 1, down=0.5)
    assert layout.font == 0
    assert np.abs(np.subtract(right, rgb(mix(LIGHT.paper, LIGHT["field"], 0.72)))).max() <= 3
    x, y = layout.corner(4, 3)
    assert image.getpixel((round(x + 0.85 * layout.width), round(y + 0.25 * layout.box))) == rgb(LIGHT.paper)
    x, y = layout.corner(4, 1)
    assert image.getpixel((round(x + 0.85 * layout.width), round(y + 0.25 * layout.box))) == right


def test_links_run_from_the_target_below_to_the_source_above_and_weak_ones_are_left_out():
    assert drawn_links(LINKS).tolist() == [[2, 2], [2, 1], [1, 0], [0, 0]]
    weights = np.zeros((3, 3))
    weights[0, 2] = 1.0
    layer = Links(name="l", title="L", role="data", weights=weights, targets=("a",) * 3, sources=("b",) * 3)
    pixels = np.asarray(picture(of(layer), 500)).astype(int)
    blue = pixels[..., 2] - pixels[..., 0] > 60
    low, high = (np.argwhere(blue[rows])[:, 1].mean() for rows in (slice(440, 460), slice(40, 60)))
    assert low < 250 < high, "it runs from the left below to the right above"
    assert abs((low + high) / 2 - 250) < 4


def test_only_the_strongest_links_are_drawn():
    weights = np.random.default_rng(0).uniform(0.02, 1, (130, 130))
    layer = Links(name="l", title="L", weights=weights, targets=("a",) * 130, sources=("a",) * 130)
    drawn = drawn_links(layer)
    assert len(drawn) == MOST_LINKS
    assert weights[tuple(drawn.T)].min() >= np.sort(weights.ravel())[-MOST_LINKS]


def test_layers_of_cells_share_a_picture_and_alone_have_all_of_it():
    assert parts_of((LINKS,), 500.0) == {"links": (0.0, 500.0)}
    parts = parts_of((TOKENS, LINKS, MATRIX), 624.0)
    assert [round(height) for _, height in parts.values()] == [200] * 3
    assert [round(top) for top, _ in parts.values()] == [0, 212, 424]
    both = np.asarray(picture(of(TOKENS, MATRIX), 500)).astype(int)
    inked = np.argwhere((both != rgb(LIGHT.paper)).any(-1))[:, 0]
    middle = (inked > 244) & (inked < 256)
    assert inked.min() < 200 and inked.max() > 300 and not middle.any()


def test_without_a_font_for_signs_others_are_drawn(monkeypatch):
    known = picture_tokens._sign(" \n")
    assert known in ("\u2423\u21b5", "_|")
    monkeypatch.setattr(fonts, "files", tuple)
    assert picture_tokens._sign("a \n") in ("a_|", "a\u2423\u21b5")
    assert fonts.has_letters(picture_tokens._sign("a \n"))


def test_the_browser_has_the_same_states_and_colours():
    script = (Path(__file__).parents[1] / "playground/web/draw/tokens.js").read_text("utf-8")
    lists = {name: json.loads(values) for name, values in re.findall(r"^const (\w+) = (\[[^\]]*\]);", script, re.M)}
    assert lists["ROLES"] == list(STATE_ROLES) and len(STATE_ROLES) == len(TokenState) == len(TOKENS.state_titles)
    assert lists["TINT"] == list(picture_tokens.TINT) and lists["BLOCK_TINT"] == list(picture_tokens.BLOCK_TINT)
    assert f"[EMPTY, WRONG, TO_COME] = [{EMPTY}, {WRONG}, {TO_COME}]" in script
