"""A flow that no adaptive solver can follow ends soon, with a sentence that names the remedy."""

import time

import pytest
import torch

from playground.__main__ import main
from playground.core.advance import advance, build
from playground.core.contract import SOLVER, Chunk
from playground.core.errors import Stiff
from playground.core.i18n import fill
from playground.core.registry import FAMILIES
from playground.families.diffusion.likelihood import log_likelihood
from playground.families.diffusion.processes import VP
from playground.families.diffusion.samplers import sample
from playground.training.ode import MOST_EVALUATIONS, solve_adaptively

STIFF = {"flow": "ffjord", "solver": "dopri5", "data": "moons", "lr": 1.0, "batch": 64, "width": 32}


def test_a_solver_is_never_asked_more_often_than_allowed():
    calls = []

    def slope(t, x):
        calls.append(float(t))
        return 1e4 * torch.sin(1e3 * x)

    with pytest.raises(Stiff, match="more than 40 evaluations"):
        solve_adaptively(slope, torch.randn(5, 2), torch.tensor([0.0, 1.0]), tolerance=1e-6, most=40)
    assert len(calls) == 40
    with pytest.raises(Stiff):  # steps shorter than the precision of the numbers
        solve_adaptively(lambda t, x: x * float("nan"), torch.ones(1, 1), torch.tensor([0.0, 1.0]), tolerance=1e-6)
    end = solve_adaptively(lambda t, x: -x, torch.ones(1, 1), torch.tensor([0.0, 1.0]), tolerance=1e-6)[-1]
    assert float(end) == pytest.approx(0.36788, abs=1e-4)


def wild(x, level):
    return 1e5 * torch.sin(1e4 * x), x


@pytest.mark.parametrize("run", [log_likelihood, lambda field, process, x: [*sample("adaptive", field, process, x, 5)]])
def test_so_are_those_of_diffusion(run):
    with pytest.raises(Stiff, match="steps of fixed length"):
        run(wild, VP(), torch.randn(20, 2))


def sixty_steps(**settings):
    """Of training, and the seconds that this process computed."""
    began = time.process_time()
    chunk = Chunk(run="", family="normalizing_flow", config=settings, step=0, state=None, steps=60, evaluate=True)
    progress = advance(chunk, build(chunk, FAMILIES["normalizing_flow"].load_experiment()))
    return progress, time.process_time() - began


def test_a_stiff_flow_diverges_with_its_remedy(capsys):
    """A learning rate of 1 makes the velocity so steep in a few steps that one solution took 5,792 evaluations."""
    sound, usual = sixty_steps(**{**STIFF, "lr": 1e-3})
    assert sound.divergence is None
    progress, spent = sixty_steps(**STIFF)
    assert progress.divergence is not None and progress.divergence.quantity == SOLVER
    assert progress.frame is not None and progress.state is not None and progress.step < 60
    template, values = progress.divergence.reason
    assert "steps of fixed length, such as RK4" in fill(template, **values)
    assert spent < 30 * usual and MOST_EVALUATIONS <= 1000  # 5 times
    words = [word for name, value in STIFF.items() if name != "data" for word in ("--set", f"{name}={value}")]
    assert main(["train", "normalizing_flow", "--data", "moons", *words, "--steps", "60", "--json"]) != 0
    assert "too steep for the adaptive solver" in capsys.readouterr().err
