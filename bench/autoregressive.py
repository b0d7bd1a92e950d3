"""Autoregressive models: nats on binarised digits and on tables from files, sampling, steps.

One process, one thread; times are CPU seconds of one core. Weights are chosen by the validation part; figures are of
the test part. Tables are measured where they are given, since they do not come with the project:
    python -m playground bench autoregressive --json
    PLAYGROUND_BENCH_TABLES=/folder python -m playground bench autoregressive
    PYTHONPATH=. python bench/autoregressive.py --tables /folder --only mushrooms
where the folder holds mushrooms.npz, dna.npz (as the MADE and NADE papers use them) and, perhaps, mnist/ (IDX files) or
mnist.npz.
"""

import argparse
import json
import math
import os
import statistics
import time
from pathlib import Path

import torch
from _figures import figure, table

from playground.core.config import parse
from playground.core.resources import WEIGHTS
from playground.data.dataset import dataset_of
from playground.families.autoregressive.config import AutoregressiveConfig
from playground.families.autoregressive.experiment import AutoregressiveExperiment
from playground.families.autoregressive.sampling import ancestral_sample, fixed_point_sample
from playground.training import batches

MAX_SECONDS = 90.0
"""CPU seconds that a training may take."""
TABLE_FOLDER = "PLAYGROUND_BENCH_TABLES"
DIGIT_RUNS: dict[str, dict] = {
    "fvsbn": {"model": "fvsbn", "steps": 6000},
    "nade": {"model": "nade", "steps": 3000},
    "made": {"model": "made", "orders": 8, "width": 512, "steps": 4000},
    "made, one order": {"model": "made", "steps": 3000},
    "transformer": {"model": "transformer", "steps": 1100},
    "pixelcnn": {"model": "pixelcnn", "steps": 2200},
}
"""Settings and steps of every model; settings not named are at their defaults."""
DIGIT_BOUNDS = {"fvsbn": 18.8, "made": 18.0, "nade": 17.6}
TABLE_RUNS: dict[str, dict[str, dict]] = {
    "mushrooms": {
        "fvsbn": {"model": "fvsbn", "batch": 100, "lr": 5e-3, "steps": 12_000},
        "nade": {"model": "nade", "batch": 100, "width": 200, "lr": 5e-3, "steps": 2200},
        "made": {"model": "made", "batch": 100, "width": 512, "masks": 4, "steps": 4000},
    },
    "dna": {
        "fvsbn": {"model": "fvsbn", "batch": 100, "lr": 2e-3, "decay": 0.1, "steps": 8000},
        "made": {"model": "made", "batch": 100, "width": 512, "masks": 8, "lr": 1e-3, "decay": 0.1, "steps": 3000},
    },
    "mnist": {
        "fvsbn": {"model": "fvsbn", "batch": 100, "lr": 2e-3, "steps": 6000},
        "made": {"model": "made", "batch": 100, "width": 500, "lr": 2e-3, "steps": 4500},
    },
}
PUBLISHED = {
    ("mushrooms", "fvsbn"): 10.27,
    ("mushrooms", "nade"): 9.81,
    ("mushrooms", "made"): 9.68,
    ("dna", "fvsbn"): 83.64,
    ("dna", "made"): 83.63,
    ("mnist", "fvsbn"): 97.45,
    ("mnist", "made"): 88.40,
}
"""Nats in the papers (Germain et al. 2015, tables 3 and 4), on the same splits; MNIST there is another binarisation."""
TABLE_BOUNDS = {
    ("mushrooms", "fvsbn"): 10.6,
    ("mushrooms", "nade"): 10.3,
    ("mushrooms", "made"): 10.3,
    ("dna", "fvsbn"): 84.5,
}


def trained(settings: dict, **data: str) -> tuple[AutoregressiveExperiment, float]:
    """An experiment after its steps, and the CPU seconds they took, preparation included."""
    values = {name: value for name, value in settings.items() if name != "steps"}
    began = time.process_time()
    run = AutoregressiveExperiment(parse(AutoregressiveConfig, {**values, **data}))
    for _ in range(settings["steps"]):
        run.step()
    return run, time.process_time() - began


def digits() -> list[dict]:
    """Nats of binarised digits, test part."""
    alone, longest = dataset_of(AutoregressiveConfig()).independent(), 0.0
    found = [figure("digits: independent pixels", "", alone, unit="nats")]
    for name, settings in DIGIT_RUNS.items():
        run, seconds = trained(settings, data="digits")
        scores, longest = run.evaluate(thorough=True), max(longest, seconds)
        found.append(
            figure(
                f"digits: {name}",
                f"<= {DIGIT_BOUNDS[name]}" if name in DIGIT_BOUNDS else "",
                scores["test_nll"].value,
                unit="nats",
                how=f"{run.parameters} parameters, {settings['steps']} steps, "
                f"{seconds:.0f} s; validation {scores['valid_nll'].value:.2f}",
            )
        )
    return [*found, figure("digits: longest training", f"<= {MAX_SECONDS:g}", longest, unit="s", how="CPU seconds")]


def sources(folder: Path | None) -> dict[str, str]:
    """Name -> source of the tables that are there."""
    places = (
        {}
        if folder is None
        else {
            "mushrooms": (folder / "mushrooms.npz", "npz"),
            "dna": (folder / "dna.npz", "npz"),
            "mnist": (folder / "mnist" if (folder / "mnist").is_dir() else folder / "mnist.npz", "mnist"),
        }
    )
    return {name: f"{kind}:{path.resolve()}" for name, (path, kind) in places.items() if path.exists()}


def tables(folder: Path | None, only: str = "") -> list[dict]:
    """Nats of the tables in a folder beside the published figures; missing tables are named."""
    found, known = [], sources(folder)
    for name, models in TABLE_RUNS.items():
        if only and name != only:
            continue
        if name not in known:
            found.append(
                {
                    "name": f"{name}: not measured",
                    "asked": "",
                    "measured": math.nan,
                    "unit": "",
                    "how": f"no file; name its folder in {TABLE_FOLDER} or by --tables",
                }
            )
            continue
        for model, settings in models.items():
            run, seconds = trained(settings, data="table", table=known[name])
            value = run.evaluate(thorough=True)["test_nll"].value
            found.append(
                figure(
                    f"{name}: {model}",
                    f"<= {TABLE_BOUNDS[name, model]}" if (name, model) in TABLE_BOUNDS else "",
                    value,
                    unit="nats",
                    how=f"published: {PUBLISHED[name, model]}; trained on {len(run.dataset.rows('train'))} vectors of "
                    f"{run.dataset.dim} bits{', binarised at half' if name == 'mnist' else ''}, {seconds:.0f} s",
                )
            )
            found.append(figure(f"{name}: {model}, seconds", f"<= {MAX_SECONDS:g}", seconds, unit="s", how="CPU"))
    return found


def xor() -> list[dict]:
    """The exclusive or: exact divergences from the truth."""
    found = []
    for model, asked in (("fvsbn", ("<= 1.55", ">= 1.4838")), ("nade", ("<= 0.03",)), ("made", ("<= 0.03",))):
        run, seconds = trained({"model": model, "steps": 2000}, data="xor")
        gap = run.evaluate(thorough=True)["nll_gap"].value
        found += [
            figure(f"xor: {model}, divergence", bound, gap, unit="nats", how=f"{seconds:.1f} s") for bound in asked
        ]
    return found


def speed() -> list[dict]:
    """A step, and a hundred pictures by each sampler."""
    found = []
    for model in ("fvsbn", "nade", "made", "transformer", "pixelcnn"):
        run, _ = trained({"model": model, "steps": 60})
        found.append(figure(f"{model}: step of 50 pictures", "", 1e3 * seconds(run.step), unit="ms"))
        net, u = run.current().model, torch.from_numpy(batches.uniform(64, 0.0)(100, batches.generator(0, "bench")))
        samplers = {"n passes": ancestral_sample, "fixed point": fixed_point_sample}
        if model == "nade":
            samplers["O(n d)"] = lambda net, u: net.sample(u)
        with torch.no_grad():
            times = {
                name: 1e3 * seconds(lambda draw=draw, net=net, u=u: draw(net, u), 3) for name, draw in samplers.items()
            }
        for name, value in times.items():
            found.append(figure(f"{model}: 100 pictures, {name}", "", value, unit="ms"))
        if model == "nade":
            found.append(
                figure("nade: n passes over O(n d)", ">= 5", times["n passes"] / times["O(n d)"], unit="times")
            )
    return found


def seconds(function, rounds: int = 9) -> float:
    """CPU seconds of a call: the median of some."""
    spent = []
    for _ in range(rounds):
        began = time.process_time()
        function()
        spent.append(time.process_time() - began)
    return statistics.median(spent)


def shipped() -> list[dict]:
    total = sum(path.stat().st_size for path in WEIGHTS.glob("autoregressive-*.safetensors")) / 1e6
    return [figure("shipped weights of all models", "<= 3", total, unit="MB")]


def run(folder: Path | None = None, only: str = "") -> dict:
    torch.set_num_threads(1)
    folder = folder or (Path(os.environ[TABLE_FOLDER]) if os.environ.get(TABLE_FOLDER) else None)
    parts = {"xor": xor, "speed": speed, "digits": digits, "weights": shipped}
    chosen = [part for name, part in parts.items() if only in ("", name)]
    figures = [row for part in chosen for row in part()]
    if only in ("", *TABLE_RUNS):
        figures += tables(folder, only)
    return {"figures": figures}


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--tables", type=Path)
    parser.add_argument("--only", default="", help="xor, speed, digits, weights, mushrooms, dna or mnist")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    result = run(given.tables, given.only)
    print(json.dumps(result) if given.json else table(result))
