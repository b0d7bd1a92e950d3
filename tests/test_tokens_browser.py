"""Tokens and links in the browser: cells where pictures have them, and what the pointer and the arrow keys find."""

import numpy as np
import pytest
from playwright.sync_api import expect
from support.browser import shows, wait

from playground.core.scene import Links, Scene
from playground.render.token_layout import token_layout

SHAPES = """async ([cases]) => {
  const { tokenLayout } = await import("/live/draw/token_layout.js");
  return cases.map(([rows, columns, unit, second, width, height]) =>
    tokenLayout({ rows, columns, unit, second, width, height, least: 12 }));
}"""


def test_cells_are_where_they_are_in_pictures(server, chromium):
    cases = [
        (rows, count, unit, second, *size)
        for rows in (1, 3, 8)
        for count in (1, 8, 30, 130)
        for unit in (0.62, 1.0, 4.7)
        for second in (False, True)
        for size in ((300, 300), (500, 500), (700, 240))
    ]
    page = chromium.new_page()
    page.goto(f"{server.url}/live/health")
    found = page.evaluate(SHAPES, [cases])
    page.close()
    for case, got in zip(cases, found, strict=True):
        wanted = token_layout(*case)
        for ours, theirs in (("per_line", "perLine"), *((n, n) for n in ("font", "small", "lines", "gap"))):
            assert got[theirs] == pytest.approx(getattr(wanted, ours)), (case, ours)
        for name in ("width", "height", "box", "left", "top"):
            assert got[name] == pytest.approx(getattr(wanted, name)), (case, name)


LIT = """() => {
  const canvas = document.querySelector(".pg-main > .pg-picture canvas");
  const { width, height } = canvas;
  const { data } = canvas.getContext("2d").getImageData(0, 0, width, height);
  const strength = (x, y) => {  // the strongest blue within a few pixels of a place in shares of the picture
    let most = 0;
    for (let i = -4; i <= 4; i++) {
      const at = 4 * (Math.round(y * height) * width + Math.round(x * width) + i);
      most = Math.max(most, data[at + 2] - data[at]);
    }
    return most;
  };
  return { left: strength(0.46, 0.5), right: strength(0.54, 0.5) };
}"""
PAIR = Scene(
    (
        Links(
            name="links",
            title="Attention",
            role="data",
            weights=np.array([[1.0, 0.0], [0.0, 1.0]]),
            targets=("p", "q"),
            sources=("r", " "),
        ),
    ),
    "",
    "Two tokens.",
)


@pytest.fixture
def stage(server, chromium):
    """A page whose stage shows `PAIR`."""
    context = chromium.new_context(viewport={"width": 1400, "height": 900}, reduced_motion="reduce")
    page = context.new_page()
    shows(page, PAIR)
    page.goto(f"{server.url}/gan")
    wait(page, "p.frames > 1 && p.pictures > 3")
    page.wait_for_function(f"(() => {{ const {{ left, right }} = ({LIT})(); return left > 60 && right > 60; }})()")
    yield page
    context.close()


def lit(page, side: str, other: str):
    page.wait_for_function(f"(() => {{ const now = ({LIT})(); return now.{side} > 60 && now.{other} < 40; }})()")


def test_a_token_under_the_pointer_lights_its_links(stage):
    canvas = stage.locator(".pg-main > .pg-picture canvas")
    box = canvas.bounding_box()
    canvas.hover(position={"x": 0.46 * box["width"], "y": 0.97 * box["height"]})
    lit(stage, "left", "right")
    card = stage.locator(".pg-main > .pg-picture .pg-read-out")
    assert card.is_visible() and card.inner_text().split() == ["p", "(1)", "\u2190", "r", "(1):", "1.00"]
    canvas.hover(position={"x": 0.54 * box["width"], "y": 0.12 * box["height"]})
    lit(stage, "right", "left")
    assert card.inner_text().split() == ["\u2423", "(2)", "\u2192", "q", "(2):", "1.00"]


def test_the_arrow_keys_light_links_and_say_what_they_are(stage):
    canvas = stage.locator(".pg-main > .pg-picture canvas")
    assert canvas.get_attribute("role") == "application" and "arrow keys" in canvas.get_attribute("aria-label")
    stage.evaluate("document.addEventListener('keydown', ({ key }) => { window.__heard = key })")
    canvas.press("ArrowDown")  # the first token: the source on the left, above
    lit(stage, "left", "right")
    canvas.press("ArrowRight")
    lit(stage, "right", "left")
    said = stage.locator(".pg-main > .pg-picture [aria-live=polite]")
    expect(said).to_have_text("\u2423 (2). \u2192 q (2): 1.00", timeout=30_000)
    before = canvas.bounding_box()["width"]
    stage.set_viewport_size({"width": 1100, "height": 640})
    smaller = "([canvas, before]) => canvas.offsetWidth < before - 20 && canvas.width < before"
    stage.wait_for_function(smaller, arg=[canvas.element_handle(), before])
    stage.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    assert said.text_content() == "\u2423 (2). \u2192 q (2): 1.00"  # the cell is elsewhere now
    stage.set_viewport_size({"width": 1400, "height": 900})
    lit(stage, "right", "left")
    canvas.press("ArrowDown")
    expect(said).to_have_text("q (2). \u2190 \u2423 (2): 1.00", timeout=30_000)
    canvas.press("Escape")
    stage.wait_for_function(f"(() => {{ const now = ({LIT})(); return now.left > 60 && now.right > 60; }})()")
    assert stage.evaluate("window.__heard ?? null") is None, "the keys are not for the stage"
    canvas.press("Escape")  # there is nothing to end here any more
    assert stage.evaluate("window.__heard") == "Escape"
