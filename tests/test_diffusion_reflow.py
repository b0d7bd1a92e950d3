"""Reflow: paths straighten, one step comes to suffice, and rounds inside a training are exact to the bit."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from support.pages import ROOT, opened

from playground.core.advance import advance, build
from playground.core.config import parse
from playground.core.contract import Chunk
from playground.core.errors import UserError
from playground.core.panels import question, validate
from playground.core.registry import FAMILIES
from playground.core.resources import WEIGHTS
from playground.data.plane import distributions
from playground.engine.recording import read
from playground.families.diffusion.config import DiffusionConfig
from playground.families.diffusion.experiment import DiffusionExperiment
from playground.families.diffusion.model import Diffusion
from playground.families.diffusion.optimal_denoiser import GaussianMixture, closed_form
from playground.families.diffusion.plane.densities import kernel_density_grids
from playground.families.diffusion.presets import PRESETS
from playground.families.diffusion.processes import Linear
from playground.families.diffusion.reflow import BLOCK_SIZE, ReflowPairs, distil, lr_factor, reflow, train
from playground.families.diffusion.reflow_schedule import MIN_LR_FACTOR, ReflowSchedule, _pairs_cache
from playground.families.diffusion.samplers import sample
from playground.families.diffusion.straightness import flow_straightness, one_step, straightness, wasserstein2
from playground.live.panels import encode
from playground.metrics.scores import score

FAMILY = FAMILIES["diffusion"]

CPU = torch.device("cpu")
FLOW = {"process": "linear", "objective": "velocity", "sampler": "euler", "steps": 4}
TINY = FLOW | {"width": 8, "depth": 1, "batch": 16, "rounds": 2, "distil": True, "round": 10}


def model(**settings) -> Diffusion:
    return Diffusion(DiffusionConfig(**{"width": 64, "depth": 2, "batch": 128} | FLOW | settings))


def walk(field, noise, steps):
    """Straightness and end of Euler's way."""
    moments = list(sample("euler", field, Linear(), noise, steps))
    return straightness(np.stack([m.x.numpy() for m in moments]), [m.t for m in moments]), moments[-1].x.numpy()


def test_reflow_straightens_and_distillation_needs_one_step():
    """From the exact field of two Gaussians, whose own single step sends everything to their middle."""
    data, process = distributions.get("2gaussians"), Linear()
    field, net = closed_form(data), model()
    state, _ = train(
        net,
        net.init_state({}, torch.Generator().manual_seed(0)),
        ReflowPairs(field, process, 2, 128, 0, CPU),
        900,
        lr=5e-3,
        ema=0.99,
    )
    noise = torch.randn(400, 2, generator=torch.Generator().manual_seed(3))
    truth = data.sample(400, np.random.default_rng(0))
    learned = net.field(state["average"])
    bent, straight = walk(field, noise, 50)[0], walk(learned, noise, 50)[0]
    assert straight < bent / 10
    before, after = (wasserstein2(walk(f, noise, 1)[1], truth) for f in (field, learned))
    assert after < before / 2
    again = next(reflow(net, process, state, 1, 60, count=512))
    assert walk(net.field(again["average"]), noise, 50)[0] < bent / 5
    one = distil(net, process, state, 200, count=1024)
    many = walk(learned, noise, 50)[1]
    far = ((walk(net.field(one["average"]), noise, 1)[1] - many) ** 2).mean()
    assert far < 0.05
    assert far < ((walk(learned, noise, 1)[1] - many) ** 2).mean()


def test_pairs_are_ends_of_the_fields_paths_whoever_asks_first():
    """A narrow Gaussian's own flow shrinks the noise and shifts it; the solver's error is small beside its width."""
    here = GaussianMixture(torch.tensor([[1.0, -1.0]]), torch.ones(1), 0.02)
    pairs, other = (ReflowPairs(here, Linear(), 2, 32, 5, CPU, count=2 * BLOCK_SIZE) for _ in range(2))
    late = other[3]
    assert all(torch.equal(late[name], tensor) for name, tensor in pairs[3].items())
    noise, data = pairs.block(1)
    assert noise.shape == data.shape == (BLOCK_SIZE, 2) and not torch.equal(noise, pairs.block(0)[0])
    assert torch.allclose(data, torch.tensor([1.0, -1.0]) + 0.02 * noise, atol=0.003)
    level = pairs[0]["level"]
    assert level.shape == (32, 5) and level[:, 0].std() > 0.2
    last = ReflowPairs(here, Linear(), 2, 32, 5, CPU, count=BLOCK_SIZE, last=True)[0]["level"]
    assert (last == torch.tensor([1.0, 0.0, 1.0, -1.0, 1.0])).all()


# ---- rounds inside one training ------------------------------------------------------------------


def chunk(steps, step=0, state=None, **settings):
    return Chunk(
        run="",
        family="diffusion",
        config=parse(DiffusionConfig, TINY | settings).model_dump(),
        step=step,
        state=state,
        steps=steps,
    )


def done(part, experiment=None):
    return advance(part, experiment or build(part, DiffusionExperiment))


@pytest.mark.parametrize("stop", [9, 10, 11, 20, 30, 34])
def test_going_on_from_a_state_is_exact_before_at_and_after_every_reflow(stop):
    whole, first = done(chunk(36)), done(chunk(stop))
    _pairs_cache.clear()  # as in another process: pairs are made again from the teacher
    rest = done(chunk(36 - stop, stop, first.state))
    assert rest.state == whole.state
    assert all(np.array_equal(whole.frame.arrays[name], array) for name, array in rest.frame.arrays.items())
    assert np.array_equal(whole.metrics["loss"][stop:], rest.metrics["loss"])


def test_a_rewind_over_a_reflow_recomputes_the_same():
    """A state from before the reflow, brought forward beyond it."""
    early, late = done(chunk(5)), done(chunk(27))
    again = build(replace(chunk(0, 27), state=early.state), DiffusionExperiment)
    assert all(
        np.array_equal(array, again.state_dict()[name])
        for name, array in build(chunk(0, 27, late.state), DiffusionExperiment).state_dict().items()
    )


def test_a_kept_state_is_not_changed_by_the_reflow_after_it():
    experiment = build(chunk(0), DiffusionExperiment)
    while experiment.steps < 10:
        experiment.step()
    state = experiment.state_dict()
    assert state["teachers"].shape == (3, experiment.parameters) and not state["teachers"].any()
    kept = {name: array.copy() for name, array in state.items()}
    experiment.step()
    assert all(np.array_equal(kept[name], array) for name, array in state.items())
    after = experiment.state_dict()["teachers"]
    assert np.array_equal(after[0], kept["average"]) and not after[1:].any()


def test_each_round_begins_at_its_teacher_and_learns_from_its_pairs():
    experiment = build(chunk(0, lr=0.0), DiffusionExperiment)
    rounds = experiment.reflow
    seen = []
    for step in range(40):
        experiment.step()
        seen.append((rounds.round_at(step), rounds.is_distilling(step)))
        if step == 10:
            batch, (noise, data) = rounds.batch(11), rounds._pairs(11).block(11 % 8)
            assert (batch["noise"][:, None] == noise).all(-1).any(1).all()
            assert (batch["data"][:, None] == data).all(-1).any(1).all()
    assert seen == [(0, False)] * 10 + [(1, False)] * 10 + [(2, False)] * 10 + [(3, True)] * 10
    late, early = (rounds.round_fields(done, experiment.current().model.unbounded, 3.0) for done in (40, 20))
    assert (len(late.fields), late.distilled, late.coming) == (4, True, None)
    assert (len(early.fields), early.distilled, early.coming) == (2, False, 20)  # with the next step


def test_the_pace_falls_in_each_round_and_never_to_nothing():
    rounds = ReflowSchedule(DiffusionConfig(**TINY), model(), Linear(), (), CPU)
    paces = [rounds.lr_factor(step) for step in range(60)]
    assert paces[0] == paces[10] == paces[30] == 1 and paces[5] == pytest.approx(
        MIN_LR_FACTOR + (1 - MIN_LR_FACTOR) / 2
    )
    assert min(paces) == paces[50] == pytest.approx(MIN_LR_FACTOR)
    assert [lr_factor(0, 8), lr_factor(4, 8), lr_factor(8, 8)] == pytest.approx([1, 0.5, 0])
    plain = ReflowSchedule(DiffusionConfig(**FLOW), model(), Linear(), (), CPU)
    assert plain.lr_factor(1234) == 1 and plain.round_at(10**6) == 0 and plain.state_dict() == {}


def test_rounds_train_alone_and_only_where_they_mean_something():
    assert DiffusionExperiment.batch_key(DiffusionConfig(**TINY)) is None
    assert DiffusionExperiment.batch_key(DiffusionConfig(**FLOW)) is not None
    other = DiffusionConfig(rounds=2, distil=True)  # hidden on other processes, and without effect
    assert not other.reflows and DiffusionExperiment.batch_key(other) is not None
    for wrong in ({"objective": "epsilon"}, {"weighting": "snr"}, {"data": "digits"}, {"classes": True}):
        with pytest.raises(UserError):
            parse(DiffusionConfig, TINY | wrong)
    for preset in ("reflow", "distilled"):
        assert DiffusionConfig(**PRESETS[preset].settings).reflows


def test_a_training_with_reflow_straightens():
    """S falls at least tenfold by one reflow of 300 steps here (measured: 18); the seed is fixed."""
    experiment = DiffusionExperiment(
        DiffusionConfig(**FLOW | {"width": 64, "depth": 2, "rounds": 1, "round": 300, "lr": 5e-3, "ema": 0.99})
    )
    noise = torch.randn(300, 2, generator=torch.Generator().manual_seed(3))
    bends = []
    for step in range(600):
        experiment.step()
        if step in (299, 599):
            bends.append(walk(experiment.current().model.unbounded, noise, 25)[0])
    assert bends[1] < bends[0] / 10


def test_rounds_are_judged_on_pairs_of_their_own():
    """The floor of the loss falls to 0 with the first reflow; and at its very step the round before is still shown."""
    experiment, seen = build(chunk(0), DiffusionExperiment), {}
    for _ in range(31):
        experiment.step()
        if experiment.steps in (10, 11, 31):
            seen[experiment.steps] = experiment.evaluate(), experiment.snapshot()["at"]
    before, after, last = (seen[step][0] for step in (10, 11, 31))
    assert before["denoising"].floor > 0.1 and after["denoising"].floor == last["denoising"].floor == 0
    assert after["denoising"].value != last["denoising"].value
    assert len(set(seen[11][1])) > 1 and set(seen[31][1]) == {1.0}
    assert {"straightness", "one_step"} <= set(before) and before["one_step"].floor > 0
    assert "straightness" not in DiffusionExperiment(DiffusionConfig(width=8)).evaluate()


def test_straightness_and_the_single_step_of_a_known_flow():
    """Towards one point paths are straight; those to a Gaussian of the noise's own width change their speed."""
    here = GaussianMixture(torch.tensor([[1.0, -1.0]]), torch.ones(1), 1.0)
    noise = torch.randn(50, 2, generator=torch.Generator().manual_seed(0))
    assert flow_straightness(here, Linear(), noise) > 0.01  # the middle of such a path is narrower: its speed changes
    assert np.allclose(one_step(here, Linear(), noise), [1, -1], atol=1e-5)  # the mean, seen from pure noise
    point = GaussianMixture(torch.tensor([[1.0, -1.0]]), torch.ones(1), 1e-4)
    assert flow_straightness(point, Linear(), noise) < 1e-6


def test_the_density_between_pairs_is_where_they_are():
    """Bells of a cell's width on lines between pairs: their mass is 1, their mean that of the points."""
    noise = torch.randn(800, 2, generator=torch.Generator().manual_seed(0)) / 3
    levels = Linear().levels([0.0, 0.5, 1.0])
    p = kernel_density_grids(noise + 1, noise, levels, (-3.0, 3.0), 41)
    cell = 6 / 40
    assert np.allclose(p.sum((1, 2)) * cell**2, 1, atol=0.01)
    axis = np.linspace(-3, 3, 41)
    for level, density in zip(levels, p, strict=True):
        x = level.a * (noise + 1) + level.s * noise
        assert np.allclose(
            [(density.sum(0) * axis).sum() * cell**2, (density.sum(1) * axis).sum() * cell**2],
            x.mean(0).numpy(),
            atol=0.02,
        )


# ---- the panel -----------------------------------------------------------------------------------


def test_the_panel_shows_what_has_come_and_says_what_will():
    experiment = build(chunk(0), DiffusionExperiment)
    panel = next(panel for panel in FAMILY.panels(experiment.config) if panel.name == "rectified")
    assert "rectified" not in {panel.name for panel in FAMILY.panels(DiffusionConfig())}
    titles = []
    for steps, show in ((10, "paths"), (1, "pairs"), (10, "one"), (14, "velocity")):
        for _ in range(steps):
            experiment.step()
        values = validate(panel, {"show": show})
        answer = experiment.respond(question(panel, values))
        pictures = FAMILY.draw_panel("rectified", answer, values, experiment.config)
        assert encode({}, pictures, str)
        titles.append([title for title, _ in pictures])
        rounds = sum(name.startswith("facts") for name in answer)
        assert all(np.isfinite(answer[f"facts{i}"]).all() for i in range(rounds))
        if show == "pairs":
            assert np.array_equal(answer["lines0"][:, 0], answer["lines1"][:, 0])  # the same noise
            assert "step {step}" in pictures[-1][1].words and pictures[-1][1].values == {"step": "20"}
        if show == "velocity":
            moments = pictures[0][1].trajectory.moments
            assert all(picture.layer("flow").uv.shape == (len(moments), 225, 2) for _, picture in pictures)
            assert [bool(np.ptp(answer[f"flow{i}"], axis=0).max()) for i in range(4)] == [True, True, True, False]
            way = answer["x3"]  # the distilled flow is followed in its one step, along straight lines
            assert np.allclose(way, way[:1] + (way[-1:] - way[:1]) * np.array(moments)[:, None, None], atol=1e-5)
    assert [len(row) for row in titles] == [2, 3, 4, 4]
    assert titles[-1][-1] == titles[-2][-1] == "Distilled to one step" != titles[0][-1]


def test_a_round_is_shown_as_it_was_learned():
    """What the panel says of a past round is said of the averaged weights at its end, and does not change any more."""
    experiment, seen = build(chunk(0), DiffusionExperiment), []
    panel = next(panel for panel in FAMILY.panels(experiment.config) if panel.name == "rectified")
    asked = question(panel, validate(panel, {"show": "one"}))
    for step in range(1, 26):
        experiment.step()
        if step in (10, 11, 25):
            seen.append(experiment.respond(asked))
    assert all(np.array_equal(seen[0]["one0"], other["one0"]) for other in seen[1:])
    assert "one1" not in seen[0] and not np.array_equal(seen[1]["one1"], seen[2]["one1"])


def test_the_page_leads_there_and_writes_the_formula(staged):
    page = ROOT / "pages" / "diffusion.py"
    before = len(opened(page, tab="maths").latex)
    at = opened(page, diffusion__seed="5", tab="ask.rectified")
    at.button(key="diffusion straighten distilled").click().run()
    assert not at.exception
    config = staged[-1][1]
    assert (config["process"], config["rounds"], config["distil"], config["seed"]) == ("linear", 2, True, 5)
    assert "diffusion straighten distilled" not in {button.key for button in at.button}  # it is there now
    at.session_state["diffusion parts en"] = "Mathematics"
    at.session_state["diffusion all settings"] = True
    at.run()
    assert len(at.latex) == before + 1 and r"\arg\min" in at.latex[2].value
    at.selectbox(key="diffusion.weighting").select("snr").run()
    assert "begins at pure noise" in at.warning[0].value and staged[-1][1]["weighting"] == "simple"


def test_the_shipped_one_is_straight():
    """A reflow makes paths 50 times straighter and one step 5 times better, or more; distilled, the step scores
    2,000 samples below 0.15, where perfect ones score 0.04 to 0.08."""
    recording = read(WEIGHTS / "diffusion-8gaussians-distilled.safetensors")
    assert recording.config == DiffusionConfig(**PRESETS["distilled"].settings)
    rows = {step: row for step, row in recording.timeline.recorded if "straightness" in row}
    ends = [max(step for step in rows if step <= 2000 * k) for k in (1, 2, 3)]
    bends, leaps = ([rows[end][name] for end in ends] for name in ("straightness", "one_step"))
    assert bends[1] < bends[0] / 50 and bends[2] < bends[1] and leaps[1] < leaps[0] / 5
    experiment = DiffusionExperiment(recording.config)
    experiment.load_state_dict(recording.state)
    assert experiment.steps == 8000
    assert score("sliced_w2", experiment.sample(2000, 0), experiment.dataset).value < 0.15
    panel = next(panel for panel in FAMILY.panels(recording.config) if panel.name == "rectified")
    facts = experiment.respond(question(panel, validate(panel, {})))
    assert facts["facts1"][0] < facts["facts0"][0] / 50 and facts["distilled"]
