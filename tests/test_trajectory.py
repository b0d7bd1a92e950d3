"""A trajectory inside a frame: its layers travel whole, and pictures stand at one of its moments."""

import io
import json
import re
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image
from starlette.requests import Request
from support.scenes import MOMENTS, trajectoryed

from playground.core.scene import Chart, Series
from playground.live import exports
from playground.live.files import png
from playground.live.protocol import describe_diagram, encode_frame
from playground.render.at_moment import at_moment
from playground.render.page import page
from playground.render.picture import picture
from playground.render.plotly import figure
from playground.render.plotly_slider import trajectory_figure

CHARTS = [Chart("loss", "Loss", (Series("loss", "Loss", "data"),))]


def at(moment: float | None) -> tuple[float, float]:
    x, y = at_moment(trajectoryed(), moment).layer("point").xy[0]
    return float(x), float(y)


@pytest.mark.parametrize(
    "moment, place",
    [
        (None, (2, 2)),
        (0, (-2, 0)),
        (1, (0, 0)),
        (3, (2, 2)),
        (0.25, (-1.5, 0)),
        (2, (1, 1)),
        (-7, (-2, 0)),
        (99, (2, 2)),
    ],
)
def test_between_two_moments_lies_what_is_between_them(moment, place):
    assert at(moment) == place


def test_a_settled_scene_is_one_like_any_other():
    scene = at_moment(trajectoryed(), 2)
    assert scene.trajectory is None and not any(layer.trajectory for layer in scene.layers)
    assert scene.layer("sheet").xy.shape == (4, 4, 2)
    assert scene.layer("sheet").weights.shape == (3, 3)
    assert scene.layer("map").values == pytest.approx(np.full((9, 9), 0.5))
    assert at_moment(scene) is scene


def test_a_moment_that_blew_up_does_not_spoil_its_neighbours():
    scene = trajectoryed()
    wild = replace(scene.layer("point"), xy=np.array([[[np.nan, 0.0]], [[0.0, 0.0]], [[2.0, 2.0]]]))
    scene = replace(scene, layers=(wild,))
    assert at_moment(scene, 1).layer("point").xy.tolist() == [[0, 0]]
    assert np.isnan(at_moment(scene, 0.5).layer("point").xy[0, 0])


def test_arrays_that_do_not_go_with_the_trajectory_are_refused():
    scene = trajectoryed()
    with pytest.raises(ValueError, match="'point': xy has 2 moments, the trajectory 3"):
        at_moment(replace(scene, layers=(replace(scene.layer("point"), xy=np.zeros((2, 1, 2))),)))
    with pytest.raises(ValueError, match="need a scene with one"):
        at_moment(replace(scene, trajectory=None))


def test_a_picture_stands_at_the_end_unless_told_otherwise():
    scene = trajectoryed()
    end, same, before = picture(scene, 120), picture(scene, 120, moment=3), picture(scene, 120, moment=1)
    assert end.tobytes() == same.tobytes() != before.tobytes()
    paper = picture(replace(scene, layers=()), 120)
    assert picture(scene, 120, layers=["point"], moment=0).getpixel((19, 60)) != paper.getpixel((19, 60))
    assert picture(scene, 120, layers=["point"]).getpixel((19, 60)) == paper.getpixel((19, 60))


@pytest.mark.parametrize("asked, moment", [("", None), ("1", 1), ("1.000", 1), ("-5", 0), ("nan", None), ("1e9", None)])
def test_a_picture_to_take_along_may_ask_for_a_moment(asked, moment):
    request = Request({"type": "http", "query_string": f"moment={asked}".encode(), "headers": []})
    take = SimpleNamespace(scene=lambda frame: trajectoryed(), title=lambda _: "", steps=str)
    found, wanted, end = (
        Image.open(io.BytesIO(png(take, SimpleNamespace(step=0), "light", str, at))).tobytes()
        for at in (exports._moment(request), moment, None)
    )
    assert found == wanted and (found == end) == (moment is None)


def test_a_figure_stands_at_the_end_and_a_trajectory_figure_has_a_slider():
    scene = trajectoryed()
    assert figure(scene, layers=["point"]).data[0].x.tolist() == [2]
    assert figure(scene, layers=["point"], moment=1).data[0].x.tolist() == [0]
    fig = trajectory_figure(scene, translate=str.upper)
    assert [step.label for step in fig.layout.sliders[0].steps] == ["Z0", "1", "Z1"]
    assert fig.layout.sliders[0].currentvalue.prefix == "THROUGH THE FLOW: "
    assert fig.layout.sliders[0].active == 2
    moving = fig.frames[0].traces
    assert all(frame.traces == moving and len(frame.data) == len(moving) for frame in fig.frames)
    assert [fig.data[k].name for k in moving] == ["MAP", "SHEET", "PUSH", "POINT"]  # not what stands still
    assert [frame.data[-1].x.tolist() for frame in fig.frames] == [[-2], [0], [2]]
    with pytest.raises(ValueError):
        trajectory_figure(at_moment(scene))


def test_the_page_of_a_run_has_the_trajectory_of_its_last_frame():
    text = page("Run", [(0, trajectoryed()), (5, trajectoryed())], [(0, {"loss": 1.0}), (5, {"loss": 0.0})], CHARTS, {})
    assert 'id="trajectory"' in text and "Through the flow: " in text
    plain = page("Run", [(0, at_moment(trajectoryed()))], [(0, {"loss": 1.0})], CHARTS, {})
    assert 'id="trajectory"' not in plain


def test_it_travels_whole():
    scene = trajectoryed()
    message = encode_frame({"seq": 1}, scene, str.upper)
    length = int.from_bytes(message[4:8], "little")
    head, body = json.loads(message[8 : 8 + length]), message[8 + length :]
    assert head["trajectory"] == {
        "title": "THROUGH THE FLOW",
        "moments": list(MOMENTS),
        "labels": ["Z0", "", "Z1"],
        "start": "NOISE",
        "end": "DATA",
        "numbers": [{"title": "LOG|DET J|", "unit": "NATS", "digits": 2, "values": [0.0, None, -1.235]}],
    }
    layers = {layer["name"]: layer for layer in head["layers"]}
    assert [layers[name]["trajectory"] for name in ("map", "still", "point")] == [True, False, True]
    for name, field, sort in (
        ("map", "values", "u1"),
        ("sheet", "xy", "f2"),
        ("sheet", "weights", "u1"),
        ("point", "xy", "f2"),
        ("point", "values", "f2"),
        ("push", "uv", "f2"),
    ):
        kind, shape, offset, *_ = layers[name]["arrays"][field]
        sent = getattr(scene.layer(name), field)
        assert kind == sort and tuple(shape) == sent.shape
        found = np.frombuffer(body, kind, sent.size, offset).reshape(shape)
        wanted, error = (sent * 255, 0.51) if sort == "u1" else (sent, 2e-3)
        assert found == pytest.approx(wanted, abs=error), name
    assert [node["moment"] for node in describe_diagram(scene.diagram, str)["nodes"]] == list(MOMENTS)


def test_scenes_without_one_say_nothing_of_it():
    message = encode_frame({}, at_moment(trajectoryed()), str)
    assert not re.search(rb'"trajectory":[^f]', message)
