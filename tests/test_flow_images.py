"""Flows of images: bits, the choice of the best weights, trajectories, panels. Hardly any training is needed."""

import math

import numpy as np
import pytest
import torch
from support.pages import ROOT, choices, opened, pick

from playground.core.contract import Frame
from playground.core.errors import UserError
from playground.core.i18n import fill
from playground.core.registry import family
from playground.data.images.digits import DIGITS
from playground.data.images.examples import held_out_image
from playground.families.normalizing_flow.config import NormalizingFlowConfig
from playground.families.normalizing_flow.experiment import NormalizingFlowExperiment
from playground.families.normalizing_flow.images.panels.attribute import SHIFTS, TRAITS
from playground.families.normalizing_flow.images.panels.inpainting import HALVES
from playground.families.normalizing_flow.images.panels.interpolation import PATH_IMAGES, PATHS
from playground.families.normalizing_flow.images.scene import independent_bits
from playground.families.normalizing_flow.images.traits import measure_trait, missing_mask
from playground.families.normalizing_flow.images.view import quantise
from playground.families.normalizing_flow.maps.logit import bits_per_dim
from playground.training.checkpoint import VALIDATE_EVERY, BestCheckpoint

PAGE = ROOT / "pages" / "normalizing_flow.py"
SMALL = {"data": "digits", "layers": 3, "width": 16, "depth": 1, "batch": 32}
FAMILY = family("normalizing_flow")


def fresh(flow="maf", **settings) -> NormalizingFlowExperiment:
    return NormalizingFlowExperiment(NormalizingFlowConfig(flow=flow, **{**SMALL, **settings}))


@pytest.fixture(scope="module")
def learnt() -> NormalizingFlowExperiment:
    experiment = fresh(width=48, lr=3e-3)
    for _ in range(3 * VALIDATE_EVERY + 7):
        experiment.step()
    return experiment


def ask(experiment, name, **turned):
    """A panel with its dials at their defaults, or as `turned`: the answer, and its scenes."""
    (panel,) = (p for p in FAMILY.panels(experiment.config) if p.name == name)
    values = {dial.name: turned.get(dial.name, dial.default) for dial in panel.dials}
    assert turned.keys() <= values.keys()
    numbers = [
        [value for value, _ in dial.options].index(values[dial.name])
        if dial.kind == "choice"
        else float(values[dial.name])
        for dial in panel.dials
    ]
    answer = experiment.respond({name: np.array(numbers, np.float32)})
    scenes = FAMILY.draw_panel(name, answer, values, experiment.config)
    for _, scene in scenes:
        fill(scene.legend, **scene.values), fill(scene.words, **scene.values)
    return answer, scenes


def test_bits_of_what_says_nothing():
    """A density of 1 on the unit cube: every level is as likely as any other."""
    assert bits_per_dim(0.0, 64, 17) == pytest.approx(math.log2(17))


def test_pixels_on_their_own_need_what_was_measured():
    assert independent_bits() == pytest.approx(2.43, abs=0.02)


def test_levels_come_back_from_spread_pixels():
    x = torch.from_numpy(DIGITS.vectors("valid")[:50])
    for u in (0.01, 0.5, 0.99):
        spread = (x * 16 + u) / 17
        assert torch.equal(quantise(spread, 17), x)


@pytest.mark.parametrize("flow", ["nice", "realnvp", "glow"])
def test_couplings_that_say_nothing_yet_leave_the_picture_as_it_is(flow):
    """Before the first step the maps only change the order of the numbers, and a trajectory undoes that: every station
    shows the same pictures, but where Glow's maps set by data begin to work."""
    frame = fresh(flow, **({"permutation": "none"} if flow == "glow" else {})).snapshot()
    forward = frame["forward"].astype(np.float32)
    assert forward.shape[1:] == (36, 8, 8)
    if flow == "glow":  # actnorm stretches each channel, in order: places with much noise keep much
        assert np.corrcoef(forward[0].ravel(), forward[-1].ravel())[0, 1] > 0.5
    else:
        assert np.abs(forward - forward[-1]).max() < 2e-3


@pytest.mark.parametrize("flow", ["nice", "realnvp", "glow", "maf"])
def test_frames_and_their_scenes(flow):
    experiment = fresh(flow, execution="eager")
    experiment.step()
    frame = Frame(1, experiment.snapshot())
    scene = FAMILY.scene(frame, experiment.config)
    real = DIGITS.vectors("valid")[:36].reshape(-1, 8, 8)
    assert np.abs(frame.arrays["backward"][-1].astype(np.float32) - real).max() <= 1 / 17 + 1e-3  # within a level
    moments = len(scene.trajectory.moments)
    assert scene.layer("forward").pixels.shape == (moments, 36, 8, 8)
    terms = frame.arrays["log_prob_terms"]
    assert np.allclose(terms[:, 0] - terms[:, 1], terms[:, 2], atol=1e-2)
    drawn = {layer.name for layer in scene.layers}
    assert {name for node in scene.diagram.nodes for name in node.layers} <= drawn
    fill(scene.words, **scene.values), fill(scene.legend, **scene.values)


def test_the_best_weights_are_kept_and_travel(learnt):
    assert learnt.best.step in {VALIDATE_EVERY, 2 * VALIDATE_EVERY, 3 * VALIDATE_EVERY}
    state = {name: array.copy() for name, array in learnt.state_dict().items()}
    twin = fresh(width=48, lr=3e-3)
    twin.load_state_dict(state)
    assert all(np.array_equal(a, b) for a, b in zip(learnt.snapshot().values(), twin.snapshot().values(), strict=True))
    assert np.array_equal(learnt.sample(3, 1), twin.sample(3, 1))
    chosen = learnt.evaluate(thorough=True)
    assert chosen["test_bits"].value < independent_bits() + 0.4
    assert abs(chosen["valid_bits"].value - learnt.best.score) < 1e-5
    assert learnt.evaluate()["valid_bits"].value != chosen["valid_bits"].value  # live it is the newest that are judged


def test_worse_weights_are_not_taken(learnt):
    newest = learnt.weights()
    good = BestCheckpoint(newest, 0.5, step=7)
    assert good.better(newest, learnt.view.validate(learnt.model(newest)), 99) is good


def test_shown_are_the_best_or_the_newest(learnt):
    """Of weights that were ruined after the last look the chosen ones know nothing."""
    before = learnt.config, learnt._state
    try:
        chosen = learnt.sample(4, 0)
        learnt._state = {**learnt._state, "average": learnt._state["average"] * 0.5}
        assert np.array_equal(learnt.sample(4, 0), chosen)
        learnt.configure(learnt.config.changed(best=False))
        assert not np.array_equal(learnt.sample(4, 0), chosen)
    finally:
        learnt._state = before[1]
        learnt.configure(before[0])


def test_flows_that_would_take_for_ever_say_so():
    with pytest.raises(UserError, match="64 numbers"):
        fresh("iaf")


def test_samples_panel(learnt):
    answer, scenes = ask(learnt, "generation", temperature=0.0, size="4")
    assert np.ptp(answer["images"], axis=0).max() < 1e-5  # without noise all are the same
    assert len(scenes) == 2 and scenes[1][1].layers[0].pixels.shape == (16, 8, 8)


@pytest.mark.parametrize("way", PATHS)
def test_a_way_leads_from_one_picture_to_the_other(learnt, way):
    answer, _ = ask(learnt, "interpolation", way=way, **{"from": "1", "to": "7"})
    ends = np.stack([held_out_image(label, 0) for label in (1, 7)]).reshape(-1, 8, 8)
    there = answer["images"][[0, PATH_IMAGES - 1]]
    assert np.abs(there - (ends * 16 + 0.5) / 17).max() < 1e-3
    if way == "sphere":  # no shorter than the shorter end, but for the inside a straight way takes
        assert answer["lengths"].min() > min(answer["lengths"][[0, -1]]) - 1e-3


@pytest.mark.parametrize("trait", TRAITS)
def test_a_direction_changes_what_it_is_named_after(learnt, trait):
    answer, _ = ask(learnt, "attribute", trait=trait, strength=1.0)
    assert answer["trait"][-1] > answer["trait"][SHIFTS // 2] > answer["trait"][0]
    middle = answer["images"].reshape(-1, SHIFTS, 8, 8)[0, SHIFTS // 2]
    real = (held_out_image(4, 0).reshape(8, 8) * 16 + 0.5) / 17
    assert np.abs(middle - real).max() < 1e-3


def test_slant_is_the_shear():
    upright = np.zeros((8, 8))
    upright[:, 3] = 1
    leaning = np.eye(8)[::-1]  # from the lower left to the upper right
    assert np.allclose(measure_trait("slant", np.stack([upright, leaning]).reshape(2, 64)), [0, 1])


@pytest.mark.parametrize("half", HALVES)
def test_what_is_known_stays(learnt, half):
    answer, _ = ask(learnt, "inpainting", missing=half, count=20)
    kept = missing_mask(half).reshape(8, 8) == 0
    assert kept.sum() == 32
    real = answer["real"][0]
    assert np.abs(answer["last"][:, kept] - real[kept]).max() < 1e-4
    assert np.abs(answer["last"][:, ~kept] - answer["first"][:, ~kept]).max() > 0.05


def test_steps_make_the_missing_half_likelier(learnt):
    for method in ("langevin", "climb"):
        answer, _ = ask(learnt, "inpainting", method=method, count=100)
        before, after = answer["bits"].mean(1)
        assert after < before - 0.5


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_page_of_pictures(staged, lang):
    at = opened(PAGE, normalizing_flow__data="digits", normalizing_flow__flow="maf", lang=lang, tab="ask")
    assert staged[-1][1]["data"] == "digits"
    labels = choices(at, "normalizing_flow ask")
    assert ("From one digit to another" if lang == "en" else "从一个数字到另一个数字") in labels
    assert not {"Density estimation", "Where a layer stretches", "密度估计"} & set(labels)
    pick(at, "normalizing_flow", data="moons")
    assert not at.exception
    assert len({*choices(at, "normalizing_flow ask")} & {"Density estimation", "密度估计"}) == 1


def test_questions_that_make_no_sense(learnt):
    for question in (
        {"z": np.zeros((1, 64), np.float32)},
        {"generation": np.array([1.0, 9.0, 1.0], np.float32)},
        {"inpainting": np.array([np.nan] * 5, np.float32)},
    ):
        with pytest.raises(UserError):
            learnt.respond(question)
