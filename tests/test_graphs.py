"""CUDA graphs: every family's step can be recorded, and replaying it is training. Where there is no CUDA,
`support.recorded_kernels` stands for it."""

from typing import Any, cast

import numpy as np
import pytest
import torch
from support import other_device, recorded_kernels

from playground.core.advance import advance, build
from playground.core.config import parse
from playground.core.contract import Chunk, Event, Progress
from playground.core.registry import FAMILIES
from playground.training import ensemble, gradient_experiment, graphs, learner, programs
from playground.training.constants import beside
from playground.training.ensemble import Ensemble
from playground.training.gradient_experiment import GradientExperiment
from playground.training.learner import prepare, settled
from playground.training.steps_in_a_row import TOGETHER

SMALL = {
    "gan": {"g_width": 16, "d_width": 16, "batch": 32},
    "normalizing_flow": {"width": 16, "ode_steps": 2, "batch": 32},
    "diffusion": {"width": 16, "batch": 32},
    "vae": {"width": 16, "batch": 20},
    "autoregressive": {"width": 16, "batch": 20},
    "oadtr": {"width": 16, "heads": 2, "layers": 1, "batch": 16, "window": 8},
    "transformer": {"batch": 8},
}
every_family = pytest.mark.parametrize("family", FAMILIES)
every_preset = pytest.mark.parametrize("family, preset", [(f, p) for f in FAMILIES for p in FAMILIES[f].presets])


def forget() -> None:
    """Programs that were prepared under another device are not taken."""
    programs.forget_programs()
    ensemble._programs.clear()
    graphs._pool.cache_clear()


@pytest.fixture
def graphed(monkeypatch):
    """What is `auto` elsewhere is `graphed` here; programs that were prepared otherwise are not taken."""
    if not torch.cuda.is_available():
        for name in ("CUDAGraph", "graph", "Stream", "stream", "current_stream", "graph_pool_handle"):
            monkeypatch.setattr(torch.cuda, name, getattr(recorded_kernels, name))
        for module in (learner, programs):
            monkeypatch.setattr(
                module, "settled", lambda execution, device: "graphed" if execution == "auto" else execution
            )
    forget()
    yield
    forget()


def made(family: str, **settings: Any) -> GradientExperiment:
    """A new experiment of a family."""
    kind: Any = FAMILIES[family].load_experiment()
    return kind(parse(kind.Config, {**SMALL.get(family, {}), **settings}))


def chunk(family: str, steps: int, **settings) -> Chunk:
    config = parse(FAMILIES[family].Config, SMALL.get(family, {}) | settings).model_dump()
    return Chunk("", family, config, 0, None, steps=steps)


def do(given: Chunk) -> tuple[Progress, GradientExperiment]:
    experiment = cast(GradientExperiment, build(given, FAMILIES[given.family].load_experiment()))
    return advance(given, experiment), experiment


def same(one: np.ndarray, other: np.ndarray) -> bool:
    """Equal to the bit; on a GPU, to rounding."""
    if not torch.cuda.is_available():
        return np.array_equal(one, other, equal_nan=True)
    return np.allclose(one, other, rtol=1e-3, atol=1e-4, equal_nan=True)


@every_family
def test_replayed_steps_are_the_steps(graphed, family):
    """Two graphs of several steps and three of one, against steps as they are written."""
    count = 2 * TOGETHER + 3
    ours, experiment = do(chunk(family, count))
    theirs, _ = do(chunk(family, count, execution="eager"))
    assert experiment.graphed and experiment.execution == "graphed"
    assert ours.step == theirs.step == count and ours.metrics.keys() == theirs.metrics.keys()
    for name, values in theirs.metrics.items():
        assert len(values) == count and same(ours.metrics[name], values), name
    if not torch.cuda.is_available():
        assert ours.state == theirs.state


@every_family
def test_what_was_done_by_hand_comes_in_time(graphed, family):
    """A live setting changed in the middle of what would be one graph, and half a step where a family has such."""
    part = next(iter(FAMILIES[family].Config.parts), None)
    lr = "g_lr" if family == "gan" else "lr"
    events = (Event(4, {lr: 1e-5}), Event(13, {}, part))
    states = []
    for execution in ("auto", "eager"):
        given = chunk(family, 25, execution=execution)
        given = Chunk("", family, given.config, 0, None, steps=25, events=events)
        states.append(do(given)[0])
    ours, theirs = states
    assert all(same(ours.metrics[name], values) for name, values in theirs.metrics.items())
    if not torch.cuda.is_available():
        assert ours.state == theirs.state


@every_preset
def test_every_step_can_be_recorded(graphed, family, preset):
    """No number is read, no shape depends on numbers. Steps with an adaptive solver are run as they are written."""
    settings = FAMILIES[family].presets[preset].settings
    experiment = made(family, **settings)
    adaptive = family == "normalizing_flow" and settings.get("flow") == "ffjord" and "solver" not in settings
    assert experiment.graphed or adaptive
    if experiment.graphed:
        experiment.step()


@every_family
def test_nothing_comes_from_the_processor_in_a_step(monkeypatch, family):
    """A recording cannot copy from the processor's memory."""
    monkeypatch.setattr(gradient_experiment, "device", lambda name: other_device.DEVICE)
    experiment = made(family, execution="eager")
    batches = [experiment.draw() for _ in experiment.moves(None)]
    experiment.step()  # graphs are recorded after some steps, too
    state = experiment._state
    for move, batch in zip(experiment.moves(None), batches, strict=True):
        with other_device.alone():
            state, _ = getattr(experiment.objective, move)(state, experiment._settings, batch)


@pytest.mark.parametrize("family", ["gan", "normalizing_flow", "vae"])
def test_an_ensemble_is_one_graph(graphed, family):
    single = {"best": False} if family != "gan" else {}

    def rows(execution: str) -> list[list[dict[str, float]]]:
        many = Ensemble([made(family, **single, execution=execution, seed=seed) for seed in range(3)])
        return [many.step() for _ in range(4)]

    for ours, theirs in zip(rows("auto"), rows("eager"), strict=True):
        assert all(one == pytest.approx(other, rel=1e-4) for one, other in zip(ours, theirs, strict=True))


def test_divergence_in_the_middle_of_a_graph_ends_at_the_last_good_step(graphed):
    ours, experiment = do(chunk("gan", 40, g_lr=10.0, d_lr=10.0, optimiser="sgd"))
    theirs, _ = do(chunk("gan", 40, g_lr=10.0, d_lr=10.0, optimiser="sgd", execution="eager"))
    assert experiment.graphed and theirs.divergence is not None
    assert (ours.step, ours.divergence) == (theirs.step, theirs.divergence)


def test_a_graph_keeps_the_constants_that_it_reads(graphed):
    """They are copies, which go with what they are copies of; memory that is given back would be written by others."""
    table, like = torch.arange(4.0), torch.zeros(4, dtype=torch.float64)
    graph = graphs.Graph(lambda x: (x + beside(table, x, torch.float64),), (like,))
    assert len(graph._constants) == 1 and graph._constants[0] is beside(table, like, torch.float64)
    first = graph(torch.ones_like(like))[0]
    assert graph(like)[0].tolist() == [0, 1, 2, 3] and first.tolist() == [1, 2, 3, 4]  # what came out stays as it is


def test_a_step_that_reads_a_number_is_refused(graphed):
    def reads(state, settings, batch):
        return {"w": state["w"] * state["w"].sum().item()}, {"loss": state["w"].sum()}

    with pytest.raises(RuntimeError, match="a number is read"):
        prepare(reads, ({"w": torch.ones(2)}, {}, {}), "graphed")


def test_elsewhere_than_on_cuda_a_graph_is_a_traced_step():
    for name in ("cpu", "mps"):
        assert settled("auto", torch.device(name)) == settled("graphed", torch.device(name)) == "traced"
    assert settled("auto", torch.device("cuda")) == settled("graphed", torch.device("cuda")) == "graphed"
    assert settled("eager", torch.device("cuda")) == "eager"
