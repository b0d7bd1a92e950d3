"""Online action detection: what parts of OadTR and its rivals are worth here, and what a frame of a stream costs.

One process, one thread; times are CPU seconds of one core.
    python -m playground bench oadtr --json
    python bench/oadtr.py size stream watch floors window rate
    python bench/oadtr.py seeds     trains the table of the page again (about half an hour), and writes it
"""

import json
import statistics
import time
from collections import defaultdict
from typing import Any

import numpy as np
import torch
from _figures import figure, main, measured

from playground.core.config import parse
from playground.core.resources import WEIGHTS
from playground.families.oadtr.config import RIVALS, OadtrConfig
from playground.families.oadtr.experiment import OadtrExperiment
from playground.families.oadtr.model import build, initial_models
from playground.families.oadtr.sizes import Spec
from playground.families.oadtr.streaming import Streamer, predict
from playground.families.oadtr.streams.frames import shown

STEPS = 620
"""Four epochs of 20,000 windows in batches of 128, as the schedule has them."""
MAX_SECONDS = 90
SEEDS = (0, 1, 2)
RATE = 30
PAPER = Spec("oadtr", 3072, 22, 64, 1024, 8, 8, 3, 5)
"""The network of the paper. Its decoder has other heads; they have no weights of their own."""
UNUSED = 8 * 1024
"""Positions of the queries that the authors' code counts and never uses; they do not exist here."""


def trained(settings: dict[str, Any], steps: int = STEPS) -> tuple[OadtrExperiment, float]:
    """An experiment after its steps, and the CPU seconds that these took."""
    run, began = OadtrExperiment(parse(OadtrConfig, settings)), time.process_time()
    for _ in range(steps):
        run.step()
    return run, time.process_time() - began


def alone(name: str) -> dict[str, Any]:
    """Settings of a model of the table, trained by itself."""
    parts = {"no_token": {"token": False}, "no_decoder": {"decoder": False}}
    return parts.get(name, {"model": name}) | {"second": "none"}


def size() -> list[dict]:
    """The network of the paper."""
    with torch.device("meta"):
        net = build(PAPER)
    count = sum(parameter.numel() for parameter in net.parameters())
    shipped = sum(path.stat().st_size for path in WEIGHTS.glob("oadtr-*")) / 1e6
    return [
        figure("paper's size: parameters more or less", "<= 0", abs(count + UNUSED - 74_709_036), how=f"{count:,}"),
        figure("weights shipped", "<= 3", shipped, unit="MB"),
    ]


def stream() -> list[dict]:
    """The same stream frame by frame, and all at once."""
    found = []
    for name in RIVALS:
        config = parse(OadtrConfig, alone(name))
        net, frames = initial_models(config)[config.contestants[0]], shown(config.streams)
        streamer = Streamer(net)
        said = torch.stack([streamer.push(frame)[0] for frame in frames.features])
        gap = float((said - predict(net, frames).current).abs().max())
        found.append(figure(f"{name}: stream against batch, largest difference", "<= 1e-05", gap))
    return found


def watch() -> list[dict]:
    """The smartwatch, people that were not trained on: OadTR against an MLP of one frame."""
    run, spent = trained({"data": "watch"})
    other, _ = trained({"data": "watch", "model": "mlp"})
    ours, theirs = (one.evaluate(thorough=True) for one in (run, other))
    gain = ours["map"].value - theirs["map"].value
    how = f"{ours['map'].value:.3f} against {theirs['map'].value:.3f}, {run.parameters} parameters"
    return [
        figure("watch: OadTR's mAP over the MLP's", ">= 0.05", gain, how=how),
        figure("watch: seconds", f"<= {MAX_SECONDS}", spent, unit="s", how="CPU"),
        figure("watch: mcAP of OadTR", "", ours["mcap"].value),
    ]


def floors() -> list[dict]:
    """Labels in random order: nothing is left to be learned."""
    found = []
    for data in ("stick", "watch"):
        run, _ = trained({"data": data, "shuffled": True})
        mcap = run.evaluate(thorough=True)["mcap"].value
        found.append(
            figure(f"{data}, shuffled labels: mcAP from one half", "<= 0.03", abs(mcap - 0.5), how=f"{mcap:.3f}")
        )
    return found


def window() -> list[dict]:
    """A window of one frame: OadTR has nothing to attend to."""
    found = []
    for data in ("stick", "watch"):
        run, _ = trained({"data": data, "window": 1, "second": "mlp"})
        scores = run.evaluate(thorough=True)
        gap, how = (
            abs(scores["map"].value - scores["map_2"].value),
            f"{scores['map'].value:.3f}, {scores['map_2'].value:.3f}",
        )
        found.append(figure(f"{data}, window of one frame: mAP against the MLP's", "<= 0.03", gap, how=how))
    return found


def rate() -> list[dict]:
    """Four models on one stream."""
    found, whole = [], 0.0
    for name in ("oadtr", "trn", "lstm", "mlp"):
        config = parse(OadtrConfig, alone(name))
        streamer, took = Streamer(initial_models(config)[name]), []
        for frame in shown(config.streams).features:
            began = time.perf_counter()
            streamer.push(frame)
            took.append(1e3 * (time.perf_counter() - began))
        found.append(figure(f"{name}: a frame", "", statistics.median(took), unit="ms"))
        whole += statistics.median(took)
    return [*found, figure("four models: frames a second", f">= {RATE}", 1e3 / whole, unit="frames/s")]


def seeds() -> list[dict]:
    """Every model on both data sets with three seeds; kept in `weights/oadtr-seeds.json` for the page."""
    scores: dict[str, Any] = {}
    for data in ("stick", "watch"):
        scores[data] = {}
        for name in RIVALS:
            found: dict[str, list[float]] = defaultdict(list)
            for seed in SEEDS:
                run, spent = trained({"data": data, "seed": seed, **alone(name)})
                judged = run.evaluate(thorough=True)
                found["map"].append(round(judged["map"].value, 4))
                found["mcap"].append(round(judged["mcap"].value, 4))
                found["seconds"].append(round(spent, 1))
            scores[data][name] = dict(found)
    kept = {"steps": STEPS, "seeds": SEEDS, "scores": scores}
    (WEIGHTS / "oadtr-seeds.json").write_text(json.dumps(kept, indent=1) + "\n", "utf-8")
    return [
        figure(
            f"{data}, {name}: mAP", "", float(np.mean(one["map"])), how=f"deviation {np.std(one['map'], ddof=1):.3f}"
        )
        for data, models in scores.items()
        for name, one in models.items()
    ]


PARTS = {"size": size, "stream": stream, "watch": watch, "floors": floors, "window": window, "rate": rate}


def run() -> dict[str, Any]:
    return measured(PARTS)


if __name__ == "__main__":
    main(str(__doc__), {**PARTS, "seeds": seeds})
