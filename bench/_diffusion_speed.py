"""How fast diffusion models are: training steps, samplers, answers to panels."""

import statistics
import sys
import time
from importlib.util import find_spec

import _diffusion_peers as peers
import numpy as np
from _diffusion_trained import noise, trained_network
from _figures import figure
from gan import in_turn

from playground.core.panels import question, validate
from playground.core.resources import WEIGHTS
from playground.families.diffusion.config import DiffusionConfig
from playground.families.diffusion.experiment import DiffusionExperiment
from playground.families.diffusion.plane.panels import samplers as samplers_panel


def sampling() -> list[dict]:
    """2,000 points, 3 x 128."""
    one, x = trained_network("ddpm", "epsilon", steps=10), noise(2000)
    field, theirs, rows = one.field(), peers.loops(peers.Textbook(), x), []
    for name, steps, rounds in (("ddim", 50, 11), ("ddpm", 1000, 3)):
        took = in_turn(
            {
                "bare": peers.bare(one.model, one.state["average"], x, np.arange(steps, 0, -1) / steps),
                "ours": lambda name=name, steps=steps: one.walk(name, steps, n=2000, field=field),
                "diffusers": theirs[name],
            },
            rounds,
            1,
            warm=1,
        )
        title = f"{name.upper()} {steps}"
        rows += [
            figure(f"{title}: {who}", "", value, unit="ms", how="2,000 points, 3 x 128") for who, value in took.items()
        ]
        rows.append(
            figure(
                f"{title}: ours / the bare calls of the network",
                "<= 1.3" if name == "ddim" else "",
                took["ours"] / took["bare"],
            )
        )
        rows.append(
            figure("DDIM 50: ours / diffusers", "<= 0.85", took["ours"] / took["diffusers"])
            if name == "ddim"
            else figure("DDPM 1000: diffusers / ours", ">= 1.15", took["diffusers"] / took["ours"])
        )
    return rows


def compared() -> list[dict]:
    """Six samplers of the page from the same 1,000 points, as a worker computes them."""
    run = DiffusionExperiment(DiffusionConfig())
    for _ in range(200):
        run.step()
    run.evaluate()  # as in training: then the floor is cached
    panel = samplers_panel.panel(run.config)
    names = ("ddim", "ddpm", "ddpm_large", "dpm_solver", "euler", "euler_maruyama")
    slots = {f"sampler{i}": name for i, name in enumerate(names, 1)}
    asked = question(panel, validate(panel, {**slots, "count": 50, "equal": "steps", "eta": 0.0, "optimal": False}))
    took = []
    for _ in range(3):
        cpu, began = time.process_time(), time.perf_counter()
        answer = run.respond(asked)
        took.append((time.process_time() - cpu, time.perf_counter() - began))
    answers = sum(f"x{i}" in answer for i in range(6))
    return [
        figure("race: panels", ">= 6", answers),
        figure("race: first answer", "< 2", took[0][0], unit="s", how="6 x 1,000 points x 50 steps, CPU, scores too"),
        figure("race: answer, median", "", statistics.median(cpu for cpu, _ in took), unit="s", how="CPU"),
        figure("race: answer, median, wall", "", statistics.median(wall for _, wall in took), unit="s"),
    ]


def step() -> list[dict]:
    """A training step of 256 pairs, 34-128-128-128-2."""
    ours = {way: DiffusionExperiment(DiffusionConfig(execution=way)) for way in ("eager", "traced")}
    ours["traced, rectified flow"] = DiffusionExperiment(
        DiffusionConfig(process="linear", objective="velocity", sampler="euler")
    )
    others = {"textbook torch": peers.textbook_ddpm()}
    if find_spec("torchcfm"):
        others["torchcfm"] = peers.torchcfm_step()
    took = in_turn({"floor": peers.floor(), **others, **{way: run.step for way, run in ours.items()}})
    rows = [
        figure(f"{title} step", "", value, unit="ms", how="batch 256, 3 x 128, Adam") for title, value in took.items()
    ]
    rows.append(figure("traced / matmul floor", "<= 1.9", took["traced"] / took["floor"]))
    rows += [
        figure(f"{name} / traced", ">= 1.5", took[name] / took[mine], how="compared with " + mine)
        for name, mine in (("textbook torch", "traced"), ("torchcfm", "traced, rectified flow"))
        if name in took
    ]
    if "torchcfm" not in others:
        print("torchcfm is not installed (bench/requirements.txt) and was left out.", file=sys.stderr)
    return rows


def weights() -> list[dict]:
    total = sum(path.stat().st_size for path in WEIGHTS.glob("diffusion-*.safetensors")) / 1e6
    return [figure("shipped weights of all diffusion models", "<= 16", total, unit="MB")]
