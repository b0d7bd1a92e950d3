"""The trajectory in a real browser: its arithmetic is that of the pictures made in Python, and it is at hand."""

import base64

import numpy as np
import pytest
from support.browser import MOTION, state, wait
from support.scenes import trajectoryed

from playground.live.protocol import encode_frame
from playground.render.at_moment import at_moment

CUT = """async ([message, visited]) => {
  const { decode } = await import("/live/core/decode.js");
  const { figureAt, positionOf, TrajectoryCuts } = await import("/live/draw/trajectory_cuts.js");
  const { positionLabel } = await import("/live/draw/position_label.js");
  const bytes = Uint8Array.from(atob(message), (letter) => letter.charCodeAt(0));
  const frame = decode(bytes.buffer);
  const cuts = new TrajectoryCuts();
  const t = (key, { before, after, share }) => `${before} > ${after} ${share}`;
  return visited.map((moment) => {
    const position = positionOf(frame.trajectory.moments, moment);
    const layers = cuts.at(frame.layers, position).map((layer) => [layer.name, Object.fromEntries(
      Object.entries(layer.shapes).map(([name, shape]) => [name, { shape, values: [...layer[name]] }]))]);
    return { layers: Object.fromEntries(layers), words: positionLabel(frame.trajectory, moment, t),
             figure: figureAt(frame.trajectory.numbers[0].values, position) };
  });
}"""
VISITED = [0, 0.25, 1, 2, 3, 2, 0]
"""There and back, so that what is kept from one moment cannot pass for another."""


@pytest.fixture(scope="module")
def seen(server, chromium):
    page = chromium.new_page()
    page.goto(f"{server.url}/live/health")
    message = base64.b64encode(encode_frame({"seq": 1}, trajectoryed(), str)).decode()
    yield page.evaluate(CUT, [message, VISITED])
    page.close()


def test_layers_are_cut_as_pictures_are(seen):
    for moment, found in zip(VISITED, seen, strict=True):
        scene = at_moment(trajectoryed(), moment)
        for name, arrays in found["layers"].items():
            for field, got in arrays.items():
                wanted = getattr(scene.layer(name), field)
                assert tuple(got["shape"]) == wanted.shape
                scale = 255 if field == "weights" or name == "map" else 1  # these travel as bytes
                values = np.reshape(got["values"], wanted.shape) / scale
                assert values == pytest.approx(wanted, abs=max(0.002, 1 / scale)), (moment, name, field)


def test_words_and_figures_say_where_one_stands(seen):
    assert [one["words"] for one in seen] == [
        "z0, noise",
        "z0 > z1 8",
        "z0 > z1 33",
        "z0 > z1 67",
        "z1, data",
        "z0 > z1 67",
        "z0, noise",
    ]
    assert [one["figure"] for one in seen] == [0, None, None, None, -1.235, None, 0]


def test_the_slider_by_key_button_and_node(open_page):
    page = open_page("/normalizing_flow?normalizing_flow.layers=4&normalizing_flow.seed=77&play=1", **MOTION)
    wait(page, "p.run && p.drawn > 1", 90_000)
    wait(page, "p.trajectory === 4")  # it begins at the end
    group = page.get_by_role("group", name="Through the layers")
    slider = group.get_by_role("slider")
    slider.press("ArrowLeft")
    wait(page, "p.trajectory === 3")
    assert slider.get_attribute("aria-valuetext") == "3"
    slider.press("Home")
    wait(page, "p.trajectory === 0")
    assert slider.get_attribute("aria-valuetext") == "0, noise"
    page.keyboard.press(".")
    wait(page, "p.trajectory === 1")
    group.get_by_role("button", name="play backwards").click()
    group.get_by_role("button", name="pause").wait_for()
    wait(page, "p.trajectory === 0")
    group.get_by_role("button", name="play backwards").wait_for()
    boxes = page.get_by_role("group", name="Layers of the picture").get_by_role("checkbox").count()
    node = page.get_by_role("region", name="Diagram of the model").get_by_role("button", name="z₂", exact=True)
    node.click()
    wait(page, "p.trajectory === 2")
    assert node.get_attribute("aria-current") == "step"
    assert page.get_by_role("group", name="Layers of the picture").get_by_role("checkbox").count() == boxes
    frames = state(page, "frames")
    wait(page, f"p.frames > {frames} + 2")
    assert state(page, "trajectory") == 2, "it stays where it is while frames come"
