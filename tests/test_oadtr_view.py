"""What is shown and scored of detectors: it is what the models say, frame by frame, and nothing of the future."""

from typing import Any

import numpy as np
import pytest
import torch

from playground.core.config import parse
from playground.core.contract import Frame
from playground.core.scene import Matrix, Paths, Ribbons
from playground.families.oadtr.config import OadtrConfig
from playground.families.oadtr.experiment import OadtrExperiment
from playground.families.oadtr.presets import PRESETS
from playground.families.oadtr.streaming import Streamer
from playground.families.oadtr.streams.frames import SHOWN_COUNT, beginning, chance, moments_of, shown
from playground.families.oadtr.streams.scene import charts, scene
from playground.families.oadtr.streams.view import input_gradients
from playground.metrics.online_detection import mean_average_precision

SMALL: dict[str, Any] = {"width": 16, "window": 8, "heads": 2, "queries": 3, "batch": 16}


def run_of(steps: int = 0, **settings: Any) -> OadtrExperiment:
    run = OadtrExperiment(parse(OadtrConfig, {**SMALL, **settings}))
    for _ in range(steps):
        run.step()
    return run


def drawn(run: OadtrExperiment):
    return scene(Frame(run.steps, run.snapshot()), run.config)


@pytest.fixture(scope="module")
def three() -> OadtrExperiment:
    return run_of(20, second="lstm", third="mlp")


def test_a_frame_holds_what_each_model_says_as_the_stream_comes(three):
    arrays, stream = three.snapshot(), shown(three.config.streams)
    for number, name in enumerate(three.config.contestants):
        streamer = Streamer(three.current().model[name])
        said = np.stack([streamer.push(frame.copy())[0].numpy() for frame in stream.features])
        assert np.abs(arrays["p"][number] - said).max() < 1e-3  # half precision
    assert arrays["p"].shape == (3, len(stream), three.config.streams.classes)
    assert len(stream) <= SHOWN_COUNT and stream.first.max() == 0


def test_attention_is_that_of_the_token_and_leaves_room_for_itself(three):
    arrays = three.snapshot()
    attention = arrays["attention"].astype(float)
    assert attention.shape == (len(arrays["p"][0]), 8)
    assert (attention >= 0).all() and (attention.sum(1) < 1).all()
    assert np.allclose(arrays["encoder"].astype(float).sum(2), 1, atol=5e-3)
    assert np.allclose(arrays["cross"].astype(float).sum(2), 1, atol=5e-3)


@pytest.mark.parametrize("model", ["mlp", "lstm", "trn"])
def test_gradients_are_the_models_own(model):
    run = run_of(5, model=model, second="none")
    net = run.current().model[model]
    x = torch.randn(4, 8, run.config.streams.dim, generator=torch.Generator().manual_seed(0))
    found = input_gradients(net, x).numpy()
    steps, e = np.zeros((4, 8)), 1e-3
    with torch.no_grad():
        best = net(x).current.argmax(1)
        for place in range(8):
            slopes = []
            for feature in range(x.shape[2]):
                up, down = x.clone(), x.clone()
                up[:, place, feature] += e
                down[:, place, feature] -= e
                change = (net(up).current - net(down).current).gather(1, best[:, None])[:, 0]
                slopes.append((change / (2 * e)).numpy())
            steps[:, place] = np.linalg.norm(slopes, axis=0)
    assert np.allclose(found, steps / steps.max(1, keepdims=True), atol=0.05)
    assert (found[:, :-1] == 0).all() if model == "mlp" else (found[:, 0] > 0).all()


def test_scores_are_those_of_held_out_streams(three):
    pooled = beginning(three.config.streams.pooled("valid"), 1500)
    scores = three.evaluate()
    assert set(scores) == {"map", "mcap", "map_2", "mcap_2", "map_3", "mcap_3", "accuracy", "action_recall", "distinct"}
    net, p = three.current().model["mlp"], []
    with torch.no_grad():
        for frame in pooled.features:
            p.append(net(torch.from_numpy(frame.copy())[None, None].repeat(1, 8, 1)).current.softmax(1)[0].numpy())
    assert scores["map_3"].value == pytest.approx(mean_average_precision(np.stack(p), pooled.labels), abs=1e-5)


def test_a_window_that_looks_ahead_is_scored_both_ways():
    scores = run_of(0, lookahead=4).evaluate()
    assert scores["online_map"].value != scores["map"].value
    assert "online_map" not in run_of(0).evaluate()


def test_an_untrained_model_scores_as_chance_does():
    """Means of ten untrained MLPs; the deviation of one is about .03, so this fails once in thousands of seeds."""
    found = [run_of(0, model="mlp", second="none", seed=seed).evaluate()["map"].value for seed in range(10)]
    assert np.mean(found) == pytest.approx(chance(run_of().config.streams), abs=0.08)


def test_the_scene_is_the_stream_at_each_moment(three):
    whole, stream = drawn(three), shown(three.config.streams)
    moments = moments_of(len(stream))
    assert whole.trajectory is not None and len(whole.trajectory.moments) == len(moments)
    ribbons, coming, window = whole.layer("ribbons"), whole.layer("next"), whole.layer("window")
    assert isinstance(ribbons, Ribbons) and isinstance(coming, Matrix) and isinstance(window, Paths)
    assert (ribbons.classes[0, 0] == stream.labels).all() and (ribbons.now[:, 0] == moments).all()
    assert coming.values.shape == (len(moments), three.config.streams.classes, 1 + 3)
    assert np.allclose(coming.values[..., 0].sum(1), 1, atol=5e-3)
    assert window.xy[..., 1].min() >= 0.68 and window.xy.min() >= 0 and window.xy.max() <= 1


def test_a_mark_stands_where_an_action_is_first_named(three):
    whole, stream = drawn(three), shown(three.config.streams)
    ribbons = whole.layer("ribbons")
    assert isinstance(ribbons, Ribbons) and ribbons.marks is not None
    likeliest = three.snapshot()["p"].argmax(2)
    for row, marks in enumerate(ribbons.marks[0][1:]):
        for at in marks[np.isfinite(marks)].astype(int):
            assert likeliest[row, at] == stream.labels[at] > 0


@pytest.mark.parametrize("preset", PRESETS)
def test_every_preset_is_drawn(preset):
    settings = {**PRESETS[preset].settings, "width": 16, "heads": 2, "layers": 1, "batch": 8}
    run = run_of(0, **settings)
    whole = drawn(run)
    names = {layer.name for layer in whole.layers}
    assert whole.diagram is not None
    for node in whole.diagram.nodes:
        assert set(node.layers) <= names
    assert {edge.source for edge in whole.diagram.edges} <= {node.name for node in whole.diagram.nodes}
    assert {edge.target for edge in whole.diagram.edges} <= {node.name for node in whole.diagram.nodes}
    assert [chart.name for chart in charts(run.config)] == ["loss", "map", "mcap"]
