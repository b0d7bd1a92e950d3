"""Scenes that are graphs: numbers of their axes in Python and in the browser's script, pictures, figures."""

import json
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest

from playground.core.scene import Axes, Paths, Scene
from playground.render.graph import plot_box, ticks
from playground.render.picture import picture
from playground.render.plotly import figure

DRAW = Path(__file__).parents[1] / "playground" / "web" / "draw"
CASES = [
    (0.0, 40.0, False),
    (-1200.0, 1200.0, False),
    (0.0, 1.0, False),
    (-3.0, 1.0, True),
    (-8.0, 2.0, True),
    (0.0, 1.0, True),
    (-0.7, 0.4, True),
    (-4.0, -1.5, True),
]


def curve(axes):
    line = np.stack([np.linspace(-3, 1, 50), np.zeros(50)], -1)[None]
    return Scene(
        (Paths(name="p", title="Error", role="data", xy=line),),
        legend="",
        words="",
        extent=(-3.0, 1.0, -1.0, 1.0),
        axes=axes,
    )


def test_logarithmic_axes_say_the_values():
    assert ticks(-3, 1, True) == [(-3, "0.001"), (-2, "0.01"), (-1, "0.1"), (0, "1"), (1, "10")]
    assert ticks(-8, 2, True)[0] == (-8, "10⁻⁸")
    assert [text for _, text in ticks(0, 1, True)] == ["1", "2", "5", "10"]
    assert ticks(-1, 1, False, 4) == [(-1, "−1"), (-0.5, "−0.5"), (0, "0"), (0.5, "0.5"), (1, "1")]


@pytest.mark.parametrize(("low", "high", "log"), CASES)
def test_the_browser_has_the_same_numbers(low, high, log):
    node = shutil.which("node")
    if node is None:
        pytest.skip("Node runs the stage's script outside of a browser.")
    script = (
        f"import {{ marksOf }} from '{DRAW / 'graph.js'}'; console.log(JSON.stringify(marksOf({low}, {high}, "
        f"{str(log).lower()}, 6)))"
    )
    said = subprocess.run(
        [node, "--experimental-default-type=module", "--input-type=module", "-e", script],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert [text for _, text in ticks(low, high, log)] == [mark["text"] for mark in json.loads(said)]
    assert np.allclose([at for at, _ in ticks(low, high, log)], [mark["at"] for mark in json.loads(said)])


def test_a_picture_of_a_graph_has_its_axes_around_it():
    drawn = picture(curve(Axes("Noise", "Error", log_x=True, aspect=2.0)), 400)
    assert drawn.size == (400, 200)
    left, top, right, foot = plot_box(Axes("Noise", "Error", aspect=2.0), 400)
    pixels = np.asarray(drawn.convert("L")).astype(int)
    assert pixels[(top + foot) // 2 - 2 : (top + foot) // 2 + 3, left + 5 : right - 5].min(0).max() < 200  # the curve
    for part in (pixels[foot + 3 :], pixels[:, : left - 3]):  # numbers and titles
        assert (part < 120).sum() > 20
    assert (np.asarray(picture(curve(None), 100)).shape) == (100, 100, 3)


def test_a_figure_of_a_graph_has_titles_and_undone_logarithms():
    layout = figure(curve(Axes("Noise", "Error", log_x=True)), translate="<{}>".format).layout
    assert (layout.xaxis.title.text, layout.yaxis.title.text) == ("<Noise>", "<Error>")
    assert layout.xaxis.ticktext == ("0.001", "0.01", "0.1", "1", "10") and layout.xaxis.tickvals[0] == -3
    assert layout.yaxis.scaleanchor is None and figure(curve(None)).layout.yaxis.scaleanchor == "x"
