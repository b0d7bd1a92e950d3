"""Normalizing flows: their gap to the truth, and how fast a step and a density are compared with other libraries.

One process, one thread. Times are process CPU time, contestants in turn, medians of the rounds.
    python -m playground bench normalizing_flow --json
    PYTHONPATH=. python bench/normalizing_flow.py gaps --rows moons:realnvp checkerboard:nsf
"""

import argparse
import json
import math
import sys
import time
from collections.abc import Callable, Iterable
from unittest.mock import patch

import numpy as np
import torch
from _figures import figure, table
from _flow_peers import density_speed, step_speed

from playground.core.config import parse
from playground.core.resources import WEIGHTS
from playground.data.images.digits import DIGITS as IMAGES
from playground.data.images.digits import Digits
from playground.data.plane import distributions
from playground.data.plane.distribution import Distribution
from playground.engine.recording import read
from playground.families.normalizing_flow import experiment
from playground.families.normalizing_flow.config import NormalizingFlowConfig
from playground.families.normalizing_flow.experiment import NormalizingFlowExperiment
from playground.families.normalizing_flow.images.scene import independent_bits
from playground.training import batches, gradient_experiment

FRESH_POINTS, CHUNK_ROWS, MAX_SECONDS = 20_000, 4000, 60.0
"""Points at which a likelihood is measured, how many at a time, and the seconds that a training may take."""

DATA: dict[str, Distribution] = {
    "moons": distributions.get("moons"),  # noise .1 of scikit-learn's moons
    "8gaussians": distributions.circle(
        8,
        radius=4 / math.sqrt(2),
        std=0.5 / math.sqrt(2),
        half_width=5.0,
        name="8gaussians",
        title="FFJORD's eight Gaussians",
    ),
    "checkerboard": distributions.get("checkerboard"),
}
FLOWS: dict[str, dict] = {
    "planar": {"flow": "planar", "layers": 32, "steps": 8000, "lr": 5e-3},
    "radial": {"flow": "radial", "layers": 32, "steps": 8000, "lr": 5e-3},
    "nice": {"flow": "nice", "layers": 8, "steps": 10_000},
    "realnvp": {"flow": "realnvp", "layers": 8, "steps": 10_000},
    "glow": {"flow": "glow", "layers": 8, "steps": 8000},
    "maf": {"flow": "maf", "layers": 5, "steps": 10_000},
    "iaf": {"flow": "iaf", "layers": 5, "steps": 8000},
    "nsf": {"flow": "nsf", "layers": 4, "steps": 8000},
    "ffjord": {"flow": "ffjord", "steps": 1200, "lr": 3e-3},
}
"""Settings and steps of every flow; other settings are at their defaults."""
DIGITS: dict[str, dict] = {
    "nice": {"flow": "nice", "width": 128, "batch": 128, "activation": "elu", "lr": 5e-4, "steps": 2500},
    "realnvp": {"flow": "realnvp", "width": 32, "batch": 64, "activation": "elu", "steps": 2000},
    "glow": {"flow": "glow", "width": 32, "batch": 64, "steps": 2000},
    "maf": {
        "flow": "maf",
        "layers": 10,
        "width": 128,
        "depth": 1,
        "batch": 128,
        "activation": "elu",
        "lr": 5e-4,
        "steps": 1500,
    },
}
"""The same on images of digits."""
MAX_GAPS = {
    ("moons", "realnvp"): 0.03,
    ("moons", "glow"): 0.03,
    ("moons", "maf"): 0.03,
    ("moons", "nsf"): 0.02,
    ("8gaussians", "realnvp"): 0.10,
    ("8gaussians", "nsf"): 0.05,
    ("checkerboard", "nsf"): 0.15,
    ("checkerboard", "realnvp"): 0.35,
}
"""Nats above the entropy, at most."""


MEASURE, TOLERANCE = {False: "nll", True: "test_bits"}, 0.01
"""The score that is compared when shipped weights are trained again, and how much it may differ on another machine; on
the same one it does not."""


def reported(row: dict) -> dict:
    """The row, printed at once: all of them take a quarter of an hour."""
    print(f"{row['name']}: {row['measured']:g} {row['unit']} {row['how']}", file=sys.stderr, flush=True)
    return row


def gap(log_prob: Callable[[np.ndarray], np.ndarray], data: Distribution) -> float:
    """Mean of -log p at fresh points, less the entropy, in nats."""
    fresh = data.sample(FRESH_POINTS, batches.generator(0, "fresh"))
    return -float(np.mean(log_prob(fresh))) - data.entropy


def gaussian(data: Distribution) -> float:
    """The gap of one Gaussian with mean and covariance of the data."""
    seen = data.sample(200_000, batches.generator(0, "seen")).astype(np.float64)
    mean, inverse = seen.mean(0), np.linalg.inv(np.cov(seen.T))
    constant = 0.5 * np.linalg.slogdet(inverse)[1] - math.log(2 * math.pi)
    return gap(lambda x: constant - 0.5 * np.einsum("ni,ij,nj->n", x - mean, inverse, x - mean), data)


def trained(data: Distribution | Digits, settings: dict) -> tuple[NormalizingFlowExperiment, float]:
    """An experiment after its steps, and the CPU seconds they took, preparation included."""
    steps, began = settings["steps"], time.process_time()
    values = {name: value for name, value in settings.items() if name != "steps"}
    with (
        patch.object(gradient_experiment, "dataset_of", lambda config: data),
        patch.object(experiment, "dataset_of", lambda config: data),
    ):
        run = NormalizingFlowExperiment(parse(NormalizingFlowConfig, {"data": data.name, **values}))
    for _ in range(steps):
        run.step()
    return run, time.process_time() - began


def gaps(rows: Iterable[str] = ()) -> list[dict]:
    """All rows, or only those named like "moons:realnvp"."""
    wanted, found, longest = set(rows), [], 0.0
    for name, data in DATA.items():
        if not wanted or f"{name}:gaussian" in wanted:
            found.append(reported(figure(f"{name}: one Gaussian, gap", "", gaussian(data), unit="nats")))
        for flow, settings in FLOWS.items():
            if wanted and f"{name}:{flow}" not in wanted:
                continue
            run, seconds = trained(data, settings)
            model, longest = run.current().model, max(longest, seconds)

            def log_prob(x: np.ndarray, model=model) -> np.ndarray:
                with torch.no_grad():
                    return torch.cat([model.log_prob(part) for part in torch.from_numpy(x).split(CHUNK_ROWS)]).numpy()

            asked = f"<= {MAX_GAPS[name, flow]}" if (name, flow) in MAX_GAPS else ""
            layers = f"{settings['layers']} layers, " if "layers" in settings else ""
            found.append(
                reported(
                    figure(
                        f"{name}: {flow}, gap",
                        asked,
                        gap(log_prob, data),
                        unit="nats",
                        how=f"{layers}{run.parameters} parameters, {settings['steps']} steps, {seconds:.0f} s",
                    )
                )
            )
    return [*found, figure("longest training", f"<= {MAX_SECONDS:g}", longest, unit="s", how="CPU seconds of one core")]


def digits() -> list[dict]:
    """Bits per dimension of the test images, with the weights that the validation images chose."""
    found, best, longest = [], math.inf, 0.0
    for name, settings in DIGITS.items():
        run, seconds = trained(IMAGES, settings)
        scores = run.evaluate(thorough=True)
        value, longest = scores["test_bits"].value, max(longest, seconds)
        best = min(best, value)
        found.append(
            reported(
                figure(
                    f"digits: {name}",
                    "",
                    value,
                    unit="bits/dim",
                    how=(
                        f"{run.parameters} parameters, {settings['steps']} steps, {seconds:.0f} s; validation "
                        f"{scores['valid_bits'].value:.3f}"
                    ),
                )
            )
        )
    return [
        figure("digits: independent pixels", "", independent_bits(), unit="bits/dim"),
        *found,
        figure("digits: best flow", "<= 2.15", best, unit="bits/dim"),
        figure("digits: longest training", f"<= {MAX_SECONDS:g}", longest, unit="s", how="CPU seconds of one core"),
    ]


def weights() -> list[dict]:
    """Each shipped file trained again with its own settings: the difference of its likelihood from that in the file."""
    found = []
    for path in sorted(WEIGHTS.glob("normalizing_flow-*.safetensors")):
        recording = read(path)
        run = NormalizingFlowExperiment(recording.config)
        for _ in range(recording.step):
            run.step()
        scores, name = run.evaluate(thorough=True), MEASURE[recording.config.data == "digits"]
        found.append(
            reported(
                figure(
                    f"{path.stem}: {name} again",
                    f"<= {TOLERANCE}",
                    abs(scores[name].value - recording.scores[name].value),
                    how=f"the file says {recording.scores[name].value:.4f}; {recording.command}",
                )
            )
        )
    total = sum(path.stat().st_size for path in WEIGHTS.glob("normalizing_flow-*.safetensors")) / 1e6
    return [*found, figure("shipped weights of all flows", "<= 12", total, unit="MB")]


PARTS: dict[str, Callable[[], list[dict]]] = {
    "gaps": gaps,
    "digits": digits,
    "steps": step_speed,
    "density": density_speed,
    "weights": weights,
}


def run(names: Iterable[str] = PARTS, rows: Iterable[str] = ()) -> dict:
    """All the figures, or those of some parts; of the gaps only `rows`, where they are given."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        return {"figures": [row for name in names for row in (gaps(rows) if name == "gaps" else PARTS[name]())]}
    finally:
        torch.set_num_threads(before)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", choices=[*PARTS, []], default=[])
    parser.add_argument("--rows", nargs="+", default=(), metavar="DATA:FLOW", help="only these gaps")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    result = run(given.names or PARTS, given.rows)
    print(json.dumps(result) if given.json else table(result))


if __name__ == "__main__":
    main()
