"""The journey in a real browser: its arithmetic is that of the pictures made in Python."""

import base64

import numpy as np
import pytest
from test_journey import journeyed

from playground.live.protocol import encode_frame
from playground.render.settle import settled

CUT = """async ([message, visited]) => {
  const { decode } = await import("/live/stage/decode.js");
  const { Cuts, mean, placeOf } = await import("/live/stage/travel.js");
  const { whereabouts } = await import("/live/stage/whereabouts.js");
  const bytes = Uint8Array.from(atob(message), (letter) => letter.charCodeAt(0));
  const frame = decode(bytes.buffer);
  const cuts = new Cuts();
  const t = (key, { before, after, share }) => `${before} > ${after} ${share}`;
  return visited.map((moment) => {
    const place = placeOf(frame.journey.moments, moment);
    const layers = cuts.at(frame.layers, place).map((layer) => [layer.name, Object.fromEntries(
      Object.entries(layer.shapes).map(([name, shape]) => [name, { shape, values: [...layer[name]] }]))]);
    return { layers: Object.fromEntries(layers), words: whereabouts(frame.journey, moment, t),
             figure: mean(frame.journey.numbers[0].values, place) };
  });
}"""
VISITED = [0, 0.25, 1, 2, 3, 2, 0]
"""There and back, so that what is kept from one moment cannot pass for another."""


@pytest.fixture(scope="module")
def seen(server, chromium):
    page = chromium.new_page()
    page.goto(f"{server.url}/live/health")
    message = base64.b64encode(encode_frame({"seq": 1}, journeyed(), str)).decode()
    yield page.evaluate(CUT, [message, VISITED])
    page.close()


def test_layers_are_cut_as_pictures_are(seen):
    for moment, found in zip(VISITED, seen, strict=True):
        scene = settled(journeyed(), moment)
        for name, arrays in found["layers"].items():
            for field, got in arrays.items():
                wanted = getattr(scene.layer(name), field)
                assert tuple(got["shape"]) == wanted.shape
                scale = 255 if field == "weights" or name == "map" else 1  # these travel as bytes
                values = np.reshape(got["values"], wanted.shape) / scale
                assert values == pytest.approx(wanted, abs=max(0.002, 1 / scale)), (moment, name, field)


def test_words_and_figures_say_where_one_stands(seen):
    assert [one["words"] for one in seen] == ["z0, noise", "z0 > z1 8", "z0 > z1 33", "z0 > z1 67", "z1, data",
                                              "z0 > z1 67", "z0, noise"]
    assert [one["figure"] for one in seen] == [0, None, None, None, -1.235, None, 0]
