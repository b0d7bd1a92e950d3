"""A scene with axes on the big stage of a real browser: numbers and titles around the layers, which can be switched."""

import json

import numpy as np
import pytest
from support.browser import wait

from playground.core.scene import Axes, Paths, Scene
from playground.live.protocol import encode_frame

CURVE = Paths(name="curve", title="Error", role="data", xy=np.stack([np.linspace(-3, 1, 50), np.zeros(50)], -1)[None])
SCENE = Scene((CURVE,), "", "A curve.", extent=(-3.0, 1.0, -1.0, 1.0), axes=Axes("Noise level", "Error", log_x=True))
TEXTS = """
window.__texts = new Set();
const fillText = CanvasRenderingContext2D.prototype.fillText;
CanvasRenderingContext2D.prototype.fillText = function (text, ...rest) {
  if (this.canvas.matches(".pg-main > .pg-picture canvas")) window.__texts.add(text);
  return fillText.call(this, text, ...rest);
};
"""
DRAWN = """() => {
  const canvas = document.querySelector(".pg-main > .pg-picture canvas");
  const { width, height } = canvas;
  const { data } = canvas.getContext("2d").getImageData(0, 0, width, height);
  const blue = (at) => data[at + 2] - data[at] > 60; // the role "data" is blue, all else is grey
  const found = [];
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) if (blue(4 * (y * width + x))) found.push([x / width, y / height]);
  return { found, texts: [...window.__texts] };
}"""


def with_axes(message: bytes) -> bytes:
    """The frame of the same moment, its scene replaced by one with axes."""
    length = int.from_bytes(message[4:8], "little")
    header = json.loads(message[8 : 8 + length])
    kept = {name: value for name, value in header.items() if name in ("seq", "run", "step", "points", "scores")}
    return encode_frame(kept, SCENE, str)


@pytest.fixture
def page(server, chromium):
    context = chromium.new_context(viewport={"width": 1400, "height": 900}, reduced_motion="reduce")
    page = context.new_page()
    page.add_init_script(TEXTS)

    def through(socket):
        upstream = socket.connect_to_server()
        upstream.on_message(lambda m: socket.send(with_axes(m) if isinstance(m, bytes) and m[:4] == b"PGF1" else m))

    page.route_web_socket("**/live/socket*", through)
    page.goto(f"{server.url}/gan")
    yield page
    context.close()


def test_axes_are_drawn_around_the_layers_on_the_big_stage(page):
    wait(page, "p.frames > 1 && p.pictures > 3")
    page.wait_for_function("window.__texts.has('Error')")
    drawn = page.evaluate(DRAWN)
    assert {"Noise level", "Error", "0.001", "0.01", "0.1", "1", "10", "0", "0.5"} <= set(drawn["texts"])
    columns, rows = np.array(drawn["found"]).T
    assert columns.min() > 0.05 and columns.max() < 0.99 and np.ptp(columns) > 0.8  # right of the y axis' numbers
    assert abs(rows.mean() - 0.46) < 0.03 and np.ptp(rows) < 0.02  # y = 0, above the x axis' numbers
    page.locator(".pg-legend input").uncheck()
    page.wait_for_function(f"({DRAWN})().found.length === 0")
