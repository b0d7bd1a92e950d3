"""Panels: strict dials, which are shown, what a click turns, and every panel of a family draws."""

import json
from dataclasses import replace

import numpy as np
import pytest
from support.sockets import unpack

from playground.core.errors import UserError
from playground.core.panels import Dial, Panel, question, read_question, validate
from playground.core.registry import FAMILIES
from playground.core.scene import Axes, Bars, Paths, Pick, Scene, Tokens
from playground.families.gan.config import GanConfig
from playground.families.gan.experiment import GanExperiment
from playground.families.gan.plane.panels.noise import SAMPLE_COUNTS, colour
from playground.live.commands import read_command
from playground.live.panels import describe, encode

DIALS = Panel(
    "lab",
    "Lab",
    "Help",
    (
        Dial("far", "Far", default=0.5, low=0.0, high=2.0, step=0.1),
        Dial("sharp", "Sharp", default=1.0, low=0.01, high=100.0, log=True),
        Dial("kind", "Kind", "choice", "b", options=(("a", "First"), ("b", "Second"))),
        Dial("on", "On", "switch", True),
        Dial("drawn", "Drawn", "pixels", (), shape=(2, 3)),
        Dial("first", "First", "text", "ab", longest=4),
        Dial("second", "Second", "text", "", longest=4),
    ),
)


def test_dials_become_a_question_in_their_order():
    values = validate(DIALS, {"kind": "a", "far": 2, "drawn": [0, 0.5, 1, 0, 0, 0]})
    assert list(values) == ["far", "sharp", "kind", "on", "drawn", "first", "second"]
    assert values["drawn"].shape == (2, 3) and values["drawn"][0, 2] == 1
    asked = question(DIALS, values)
    assert asked["lab"].tolist() == [2.0, 1.0, 0.0, 1.0] and asked["lab"].dtype == np.float32
    assert asked["lab.pixels"].tolist() == [0, 0.5, 1, 0, 0, 0]
    assert question(DIALS, validate(DIALS, {}))["lab"].tolist() == [0.5, 1.0, 1.0, 1.0]


CHOSEN = (
    Dial("kind", "Kind", "choice", "b", options=(("a", "First"), ("b", "Second"))),
    Dial("on", "On", "switch", True),
    Dial("far", "Far"),
)


@pytest.mark.parametrize("when", [{"kind": ("a",)}, {"kind": ("b", "a"), "on": (False,)}])
def test_what_a_dial_plays_a_part_under_reaches_the_browser(when):
    panel = Panel("lab", "Lab", "Help", (*CHOSEN, Dial("more", "More", when=when)))
    assert describe(panel, str)["dials"][3]["when"] == {name: list(wanted) for name, wanted in when.items()}
    assert validate(panel, {"more": 0.5, "kind": "b"})["more"] == 0.5  # a hidden dial keeps its value
    assert describe(panel, str)["dials"][2]["when"] == {}


@pytest.mark.parametrize("when", [{"kind": ("c",)}, {"kind": ()}, {"far": (0.0,)}, {"other": ("a",)}, {"on": ("a",)}])
def test_a_dial_cannot_hang_on_what_is_not_before_it(when):
    more = Dial("more", "More", when=when)
    with pytest.raises(ValueError, match=f"more: {[*when][0]}"):
        Panel("lab", "Lab", "Help", (*CHOSEN, more))
    first = Dial("more", "More", when={"kind": ("a",)})
    with pytest.raises(ValueError, match="more: kind"):
        Panel("lab", "Lab", "Help", (first, *CHOSEN))


def test_a_pick_travels_with_its_layer():
    pick = Pick(dials={"far": (0.5, None), "on": (False, True)}, title="take it", chosen=1)
    bars = Bars(name="b", title="B", values=np.ones(2), labels=("x", "y"), roles=("data", "data"), pick=pick)
    plain = replace(bars, pick=None)
    scene = Scene((bars, plain), legend="", words="")
    first, second = unpack(encode({}, (("", scene),), "<{}>".format))["scenes"][0]["layers"]
    assert first["pick"] == {"dials": {"far": [0.5, None], "on": [False, True]}, "title": "<take it>", "chosen": 1}
    assert second["pick"] is None


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("far", 2.1),
        ("far", -0.1),
        ("far", True),
        ("far", "1"),
        ("far", float("nan")),
        ("sharp", 0),
        ("kind", "c"),
        ("kind", 0),
        ("on", 1.0),
        ("drawn", [0] * 5),
        ("drawn", [2] * 6),
        ("drawn", 0.0),
        ("first", "abcde"),
        ("first", 1.0),
        ("other", 1),
    ],
)
def test_what_a_dial_does_not_take_is_refused_by_its_name(name, value):
    with pytest.raises(UserError, match=name):
        validate(DIALS, {name: value})


@pytest.mark.parametrize(("first", "second"), [("ab", ""), ("", ""), ("", "中\U0001f600"), ("a b\n", "\0")])
def test_texts_reach_the_worker_as_they_are(first, second):
    values = validate(DIALS, {"first": first, "second": second})
    asked = question(DIALS, values)
    assert len(asked["lab"]) == 4 and asked["lab.text"].dtype == np.float32
    found = read_question(DIALS, asked)
    assert (found["first"], found["second"]) == (first, second)


@pytest.mark.parametrize(
    "numbers", [[], [-1.0], [97, -1, -1, -1], [97.5, -1, -1], [-2, -1, -1], [2e6, -1, -1], [97, -1, 98]]
)
def test_numbers_that_are_no_texts_are_refused(numbers):
    asked = question(DIALS, validate(DIALS, {})) | {"lab.text": np.array(numbers, np.float32)}
    with pytest.raises(UserError, match="lab"):
        read_question(DIALS, asked)


@pytest.mark.parametrize(
    "changed",
    [
        {"values": {"a": None}},
        {"values": {"a": [2]}},
        {"values": {"a": float("nan")}},
        {"values": {"a": {}}},
        {"values": [1]},
        {"values": {"a": "x" * 401}},
        {"values": {"a": [0] * 1025}},
        {"more": 1},
        {"id": -1},
        {"values": {f"d{i}": 1 for i in range(25)}},
        {"name": ""},
        {"name": "x" * 41},
    ],
)
def test_bounds_of_the_command(changed):
    fine = {"do": "panel", "id": 1, "name": "noise", "values": {"a": 1, "b": True, "c": "d", "e": [0, 0.5]}}
    assert read_command(json.dumps(fine)).values == fine["values"]
    with pytest.raises(UserError):
        read_command(json.dumps({**fine, **changed}))


def test_an_answer_carries_its_scenes():
    line = np.stack([np.arange(90000, 90005), np.full(5, 1.0001)], -1)[None]  # more than a float16 could say
    curve = Scene(
        (Paths(name="p", title="P", xy=line),),
        legend="{n} [data:x]",
        words="w",
        values={"n": "7"},
        axes=Axes("noise", "error", log_y=True),
    )
    plain = Scene((), legend="", words="")
    answer = unpack(encode({"id": 3, "name": "lab"}, (("One", curve), ("", plain)), "<{}>".format))
    one, two = answer["scenes"]
    assert answer["id"] == 3 and one["title"] == "<One>" and two["title"] == "" and "axes" not in two
    assert one["axes"] == {"x": "<noise>", "y": "<error>", "log_x": False, "log_y": True, "aspect": 1.6}
    assert one["legend"] == "<7 [data:x]>" and np.allclose(one["layers"][0]["arrays"]["xy"], line, rtol=1e-6)


SMALL = {"diffusion": {"width": 8, "depth": 1}}
"""Networks that answer at once, where thousands of calls are asked for."""


@pytest.mark.parametrize("name", FAMILIES)
def test_every_panel_of_a_family_draws_what_its_model_answers(name):
    """At the dials' defaults and at each dial's ends, before the first step; a list of options that several dials share
    is gone through once."""
    family = FAMILIES[name]
    config = family.Config(**SMALL.get(name, {}))
    experiment = family.load_experiment()(config)
    for panel in family.panels(config):
        names = [dial.name for dial in panel.dials]
        assert len(set(names)) == len(names) == len(describe(panel, str)["dials"])  # some only show
        for values in [{}, *ends(panel)]:
            settled = validate(panel, values)
            scenes = family.draw_panel(panel.name, experiment.respond(question(panel, settled)), settled, config)
            assert len(unpack(encode({}, scenes, str))["scenes"]) == len(scenes) > 0
            for layer in (layer for _, scene in scenes for layer in scene.layers):
                check_pick(panel, layer)


def check_pick(panel, layer):
    """Every value that a click would give to a dial is one that it takes."""
    if getattr(layer, "pick", None) is None:
        return
    count = layer.ids.shape[-1] if isinstance(layer, Tokens) else len(layer.values)
    for name, values in layer.pick.dials.items():
        assert len(values) == count and any(value is not None for value in values)
        for value in values:
            assert value is None or validate(panel, {name: value})[name] == value
    assert layer.pick.title and (layer.pick.chosen is None or 0 <= layer.pick.chosen < count)


def ends(panel):
    tried = set()
    for dial in panel.dials:
        new = [name for name, _ in dial.options if name not in tried] or [dial.default]
        tried.update(new)
        found = {
            "slider": (dial.low, dial.high),
            "choice": new,
            "switch": (False, True),
            "pixels": ([1.0] * (dial.shape[0] * dial.shape[1]),),
            "text": (dial.default,),
        }[dial.kind]
        assert dial.kind != "slider" or dial.low <= dial.default <= dial.high and (not dial.log or dial.low > 0)
        yield from ({dial.name: value} for value in found)


def test_the_gan_sends_the_same_noise_scaled():
    experiment = GanExperiment(GanConfig(noise_dim=8))
    small, whole = (experiment.respond({"noise": np.array([scale, 1, 0], np.float32)}) for scale in (0.5, 1))
    assert np.array_equal(small["z"], whole["z"]) and small["z"].shape == (SAMPLE_COUNTS[1], 8)
    for scale, answer in ((0.5, small), (1, whole)):
        assert np.array_equal(answer["x"], experiment.respond({"z": answer["z"] * np.float32(scale)})["x"])
    with pytest.raises(UserError):
        experiment.respond({"noise": np.zeros((2, 3), np.float32)})  # as the latent walk would ask


@pytest.mark.parametrize("by", ["angle", "radius", "line"])
def test_colours_are_spread_evenly(by):
    """Two-sided Kolmogorov-Smirnov distance of 2,000 uniform values exceeds 0.05 once in 20,000 times."""
    z = np.random.default_rng(0).standard_normal((2000, 2))
    values = np.sort(colour(z, by, "gaussian"))
    assert np.abs(values - (np.arange(2000) + 0.5) / 2000).max() < 0.05
