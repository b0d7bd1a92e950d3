"""The panels of a detector: what they say is what the models do."""

from typing import Any

import numpy as np
import pytest
import torch

from playground.core.config import parse
from playground.core.panels import question, validate
from playground.core.registry import panels_of, part
from playground.families.oadtr.config import OadtrConfig
from playground.families.oadtr.experiment import OadtrExperiment
from playground.families.oadtr.model import initial_models
from playground.families.oadtr.networks.oadtr import OadTR
from playground.families.oadtr.streams.panel_data.tamper import WAYS

PACKAGE = "playground.families.oadtr"
SMALL: dict[str, Any] = {"width": 16, "window": 8, "heads": 2, "queries": 3, "batch": 16}


def run_of(steps: int = 0, **settings: Any) -> OadtrExperiment:
    run = OadtrExperiment(parse(OadtrConfig, {**SMALL, **settings}))
    for _ in range(steps):
        run.step()
    return run


def ask(run: OadtrExperiment, name: str, **dials: Any):
    panel = next(panel for panel in panels_of(PACKAGE, run.config) if panel.name == name)
    values = validate(panel, dials)
    answer = run.respond(question(panel, values))
    return answer, part(PACKAGE, "streams", "panels", name).draw(answer, values, run.config)


@pytest.fixture(scope="module")
def all_models() -> OadtrExperiment:
    return run_of(10, second="trn", third="lstm")


@pytest.mark.parametrize("way", WAYS)
def test_nothing_before_the_tampered_frames_moves(all_models, way):
    answer, scenes = ask(all_models, "tamper", frame=100.0, way=way)
    assert (answer["before"][:, :101] == answer["after"][:, :101]).all()  # to the last bit
    assert (answer["before"][:, 101:] != answer["after"][:, 101:]).any(axis=(1, 2)).all()
    assert scenes[1][1].legend.startswith("Up to the line nothing moves")


def test_a_model_that_looks_ahead_gives_itself_away():
    answer, scenes = ask(run_of(10, lookahead=4), "tamper", frame=100.0, way="noise")
    moved = np.abs(answer["before"] - answer["after"]).max(axis=(0, 2))
    assert (moved[:97] == 0).all() and moved[97:101].min() > 0  # four frames before the line, not one more
    assert "sees the future" in scenes[1][1].legend


def test_the_token_figure_is_the_mean_cosine():
    run = run_of(10, second="no_token")
    answer, scenes = ask(run, "token")
    assert {"now_token", "now_no_token", "initial_token", "initial_no_token"} == set(answer)
    assert [title for title, _ in scenes] == ["Before training", "Now"]
    net, test = initial_models(run.config)["oadtr"], run.config.streams.pooled("test")
    assert isinstance(net, OadTR)
    frames = np.linspace(8, len(test) - 1, 200).astype(int)
    x = torch.from_numpy(test.features[test.windows(frames, 8)])
    with torch.no_grad():
        a, b = net.encoded(x)[:, None], net.projected(x)
        cosine = (a * b).sum(2) / (a.norm(dim=2) * b.norm(dim=2))
    assert np.allclose(answer["initial_token"], cosine.mean(0), atol=1e-5)


def test_without_a_token_the_present_frame_is_ahead_before_anything_is_trained():
    """The residual path: what the paper's figure shows is mostly there at the beginning."""
    answer, _ = ask(run_of(0, second="no_token"), "token")
    cosine = answer["initial_no_token"]
    assert cosine[-1] > cosine[:-1].mean() + 0.2


def test_there_is_no_token_panel_without_an_oadtr():
    names = [panel.name for panel in panels_of(PACKAGE, parse(OadtrConfig, {**SMALL, "model": "lstm"}))]
    assert "token" not in names and "tamper" in names


def test_portions_and_delays_are_of_all_models(all_models):
    answer, scenes = ask(all_models, "portions")
    assert answer["portions"].shape == (3, 10) and answer["delay"].shape == answer["missed"].shape == (3,)
    assert (answer["missed"] >= 0).all() and (answer["missed"] <= 1).all()
    assert len(scenes) == 2


def test_frames_of_a_live_stream_are_timed_and_say_the_same(all_models):
    answer, scenes = ask(all_models, "live")
    assert (answer["ms"] > 0).all() and answer["difference"].max() <= 1e-5
    assert len(scenes) == 1
