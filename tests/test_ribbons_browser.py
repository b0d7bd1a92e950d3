"""Ribbons on the stage of a real browser: what a click, the pointer and the keys do there."""

import numpy as np
import pytest
from support.browser import shows, wait

from playground.core.scene import Paths, Ribbons, Scene, Trajectory

FRAMES = 40
SCENE = Scene(
    (
        Paths(name="limbs", title="Skeleton", role="data", xy=np.array([[[-1.0, 1.0], [1.0, 2.5]]])),
        Ribbons(
            name="ribbons",
            title="Actions",
            trajectory=True,
            classes=np.repeat([0, 1, 0, 2], 10)[None, None],
            now=np.arange(FRAMES, dtype=float)[:, None],
            rows=("truth",),
            names=("background", "wave", "kick"),
            seconds=0.1,
        ),
    ),
    legend="",
    words="A row.",
    trajectory=Trajectory("Time", tuple(map(float, range(FRAMES))), ("",) * FRAMES, "first", "last"),
    stacked=0.5,
)
VIVID = """(x) => {  // the strongest colour in a column of the picture, and how far down it begins, as shares
  const canvas = document.querySelector(".pg-main > .pg-picture canvas");
  const { width, height } = canvas;
  const { data } = canvas.getContext("2d").getImageData(Math.round(x * width), 0, 1, height);
  const of = (y) => Math.max(...data.slice(4 * y, 4 * y + 3)) - Math.min(...data.slice(4 * y, 4 * y + 3));
  const rows = Array.from({ length: height }, (_, y) => of(y));
  const most = Math.max(...rows.slice(height / 2));
  return { most, lower: rows.findIndex((v, y) => y > height / 2 && v > 0.9 * most) / height };
}"""


@pytest.fixture
def stage(server, chromium):
    context = chromium.new_context(viewport={"width": 1400, "height": 900}, reduced_motion="reduce")
    page = context.new_page()
    shows(page, SCENE)
    page.goto(f"{server.url}/gan")
    wait(page, "p.frames > 1 && p.pictures > 3")
    page.wait_for_function(f"({VIVID})(0.9).most > 60")  # the last action
    yield page
    context.close()


def test_a_click_leads_to_its_frame_and_so_does_a_key(stage):
    """What comes after the frame becomes faint; the keys go on from where one is."""
    canvas = stage.locator(".pg-main > .pg-picture canvas")
    slider = stage.locator(".pg-main .pg-trajectory-range")
    box = canvas.bounding_box()
    before = stage.evaluate(VIVID, 0.9)
    assert slider.input_value() == "39" and before["lower"] > 0.5
    down = (before["lower"] + 0.02) * box["height"]
    canvas.click(position={"x": 0.4 * box["width"], "y": down})
    stage.wait_for_function(f"({VIVID})(0.9).most < {before['most']} / 2")
    moment = float(slider.input_value())
    assert moment == int(moment) and 10 <= moment < 20
    card = stage.locator(".pg-main > .pg-picture .pg-read-out")
    assert card.inner_text().splitlines() == ["truth", "wave", f"frame {moment + 1:.0f}, {moment / 10:.1f} s"]
    canvas.click(position={"x": 0.4 * box["width"], "y": 0.2 * box["height"]})  # beside it nothing happens
    assert float(slider.input_value()) == moment
    canvas.focus()
    canvas.hover(position={"x": 0.4 * box["width"], "y": down})
    stage.keyboard.press("ArrowRight")
    stage.keyboard.press("Enter")
    stage.wait_for_function(f"range => Number(range.value) > {moment}", arg=slider.element_handle())
    assert float(slider.input_value()) == moment + 1
    said = stage.locator(".pg-main > .pg-picture [aria-live=polite]")
    stage.wait_for_function("element => element.textContent.startsWith('truth. wave')", arg=said.element_handle())


def test_without_the_skeleton_the_ribbons_have_the_whole_picture(stage):
    before = stage.evaluate(VIVID, 0.9)["lower"]
    stage.locator(".pg-legend input[type=checkbox]").first.uncheck()
    stage.wait_for_function(f"({VIVID})(0.9).lower < {before - 0.1}")
