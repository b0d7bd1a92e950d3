"""Training steps on a GPU: as written, traced, compiled, as CUDA graphs; against this machine's processor.

Wall time of a step, contestants in turn, medians of the rounds; each call waits for its scalars. Without a GPU only the
processor's times and what a processor can prove are measured.
    python -m playground bench gpu [families] [ensembles] [networks] [rewind] --json
"""

import math
import statistics
import time
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import torch
from _figures import figure, main, measured

from playground.core.advance import advance, build
from playground.core.config import parse
from playground.core.contract import Chunk, InARow
from playground.core.registry import FAMILIES
from playground.engine.worker import prepare
from playground.families.gan.config import GanConfig
from playground.families.gan.experiment import GanExperiment
from playground.training.ensemble import Ensemble
from playground.training.learner import device

ROUNDS, CALLS = 7, 10
EXECUTIONS = ("eager", "traced", "compiled", "graphed")
MANY = (1, 30, 300)
NETWORKS = {
    "digits UNet": ("diffusion", FAMILIES["diffusion"].presets["digits"].settings),
    "Transformer on copy": ("transformer", FAMILIES["transformer"].presets["default"].settings),
    "Transformer on text": ("transformer", FAMILIES["transformer"].presets["text"].settings),
    "OadTR": ("oadtr", FAMILIES["oadtr"].presets["default"].settings),
}
REWOUND, AGAIN = 20, 40
PLACE = device("auto")
MACHINE = torch.cuda.get_device_name() if PLACE.type == "cuda" else "no GPU"


def in_turn(contestants: Mapping[str, Callable[[], int]]) -> dict[str, float]:
    """Milliseconds of a step of each; a call does one step or several and says how many."""
    for call in contestants.values():  # prepared, warm
        for _ in range(3):
            call()
    took: dict[str, list[float]] = {name: [] for name in contestants}
    for _ in range(ROUNDS):
        for name, call in contestants.items():
            began, steps = time.perf_counter(), 0
            for _ in range(CALLS):
                steps += call()
            took[name].append((time.perf_counter() - began) / steps)
    return {name: 1e3 * statistics.median(found) for name, found in took.items()}


def stepping(experiment: InARow) -> int:
    return len(experiment.steps_together(math.inf))


def contestants(family: str, settings: Mapping[str, Any]) -> dict[str, Callable[[], int]]:
    """The steps of a model under every execution there is here."""
    kind: Any = FAMILIES[family].load_experiment()
    chosen = {"processor": {"device": "cpu", "execution": "traced"}}
    if PLACE.type == "cuda":
        chosen |= {execution: {"device": "cuda", "execution": execution} for execution in EXECUTIONS}
    return {name: partial(stepping, kind(parse(kind.Config, {**settings, **more}))) for name, more in chosen.items()}


def compared(title: str, family: str, settings: Mapping[str, Any]) -> list[dict]:
    took = in_turn(contestants(family, settings))
    rows = [figure(f"{title}: {name}", "", ms, unit="ms", how=MACHINE) for name, ms in took.items()]
    if "graphed" in took:
        rows += [
            figure(f"{title}: eager / graphed", ">= 1", took["eager"] / took["graphed"], how=MACHINE),
            figure(f"{title}: processor / graphed", "", took["processor"] / took["graphed"], how=MACHINE),
        ]
    return rows


def families() -> list[dict]:
    """Every family as its page opens."""
    return [row for name in FAMILIES for row in compared(name, name, {})]


def networks() -> list[dict]:
    """Models whose products of matrices are larger."""
    return [row for title, (family, settings) in NETWORKS.items() for row in compared(title, family, settings)]


def ensembles() -> list[dict]:
    """Many GANs of one architecture in one batched step; the time of a model's step."""

    def together(count: int, where: str) -> Callable[[], int]:
        one = Ensemble([GanExperiment(parse(GanConfig, {"seed": seed, "device": where})) for seed in range(count)])

        def call() -> int:
            one.step()
            return count

        return call

    places = ["cpu"] if PLACE.type == "cpu" else ["cpu", PLACE.type]
    took = in_turn({f"{count} GANs on {place}": together(count, place) for count in MANY for place in places})
    return [figure(f"{name}: a model's step", "", ms, unit="ms", how=MACHINE) for name, ms in took.items()]


def rewind() -> list[dict]:
    """Families for which steps that are computed again differ in a bit: for those a page says "to rounding"."""
    prepare()
    differ = []
    for name in FAMILIES:
        kind = FAMILIES[name].load_experiment()
        first = Chunk("", name, parse(kind.Config, {}).model_dump(), 0, None, steps=REWOUND)
        experiment = build(first, kind)
        past = advance(first, experiment)
        on = Chunk("", name, first.config, REWOUND, past.state, steps=AGAIN)
        newest = advance(on, experiment)
        again = advance(on, build(on, kind))
        if newest.state != again.state:
            differ.append(name)
    how = f"{MACHINE}: {', '.join(differ) or 'all exact'}"
    return [figure("families whose past is recomputed to rounding only", "<= 0", len(differ), how=how)]


PARTS = {"families": families, "ensembles": ensembles, "networks": networks, "rewind": rewind}


def run(*parts: str) -> dict:
    return measured(PARTS, parts)


if __name__ == "__main__":
    main(__doc__ or "", PARTS)
