"""`sample`: samples of trained weights, as a table or an image."""

import argparse
import csv
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from playground.core.aliases import SETTINGS, current
from playground.core.combinations import check_played
from playground.core.config import Config, specs
from playground.core.errors import UserError
from playground.core.foreign_text import cell
from playground.core.units import Units

from .numbers import check_between, check_seed
from .output import check_file, write
from .pairs import pairs
from .trained import load_model

HELP = "draw samples from trained weights"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("weights", type=Path, help="a .safetensors file or the folder of a run")
    parser.add_argument("-n", type=int, default=1000, help="number of samples (default 1000)")
    parser.add_argument("--seed", type=int, default=0, help="seed of the noise (default 0)")
    parser.add_argument(
        "--set", action="append", default=[], metavar="KEY=VALUE", help="a setting of sampling, such as steps=20"
    )
    parser.add_argument("--out", type=Path, required=True, help="x.npz, x.csv or x.png")


def run(given: argparse.Namespace) -> None:
    """Write samples of the model in `weights` to `out`: .npz, .csv or .png. Those of own data are in its own units."""
    check_between("-n", given.n, 1, 10_000_000)
    check_seed(given.seed)
    check_file("--out", given.out, list(WRITERS))
    experiment = load_model(given.weights)
    if given.set:
        experiment.configure(_sampled_with(experiment.config, pairs("--set", given.set)))
    samples, units = experiment.sample(given.n, given.seed), experiment.config.own_units
    if units is not None and samples.ndim == 2 and samples.shape[1] == 2:
        samples = units.from_frame(samples)
    writers = {**WRITERS, **({".png": _tokens_png(experiment.config)} if experiment.config.domain == "tokens" else {})}
    write("--out", given.out, lambda path: writers[path.suffix](samples, path, units))


def _sampled_with(config: Config, asked: Mapping[str, str]) -> Config:
    """The settings with others of sampling; `UserError` where one is none, or plays no part."""
    kind, wanted = type(config), current(SETTINGS, asked)
    known = [spec.name for spec in specs(kind) if spec.group == "sampling" and spec.live]
    for name in wanted:
        if name not in known:
            raise UserError(
                "'{name}' is no setting of sampling; --set takes here: {names}.",
                name=name,
                names=", ".join(known) or "-",
            )
    changed = config.changed(**wanted)
    check_played(kind, wanted, changed.model_dump())
    return changed


Writer = Callable[[np.ndarray, Path, Units | None], None]
MAX_SEQUENCES = 20
"""Sequences that a picture shows."""


def _npz(samples: np.ndarray, out: Path, units: Units | None) -> None:
    np.savez_compressed(out, samples=samples)


def _csv(samples: np.ndarray, out: Path, units: Units | None) -> None:
    flat = samples.reshape(len(samples), -1)
    with open(out, "w", newline="") as file:
        writer = csv.writer(file)
        names = units.names if units is not None and all(units.names) else None
        writer.writerow([cell(name) for name in names] if names else [f"x{i + 1}" for i in range(flat.shape[1])])
        writer.writerows(flat.tolist())


def _png(samples: np.ndarray, out: Path, units: Units | None) -> None:
    from playground.core.scene import Images, Points, Scene
    from playground.render.picture import picture

    if samples.ndim == 2 and samples.shape[1] == 2:
        layer = Points(
            name="fake",
            title="Generated samples",
            role="generated",
            xy=samples if units is None else units.to_frame(samples),
        )
    else:
        layer = Images(name="fake", title="Generated samples", role="generated", pixels=samples)
    picture(Scene((layer,), legend="", words=""), size=800).save(out)


def _tokens_png(config: Any) -> Writer:
    """Sequences as they are read: what was given, and what the model has written."""
    task = config.task

    def draw(samples: np.ndarray, out: Path, units: Units | None) -> None:
        from playground.core.scene import Scene, Tokens, TokenState
        from playground.render.picture import picture

        ids = samples[:MAX_SEQUENCES].astype(int)
        states = np.where(np.arange(task.dim) < task.source_length, TokenState.GIVEN, TokenState.GENERATED)
        layer = Tokens(
            name="tokens", title="Generated samples", ids=ids, states=np.broadcast_to(states, ids.shape),
            vocabulary=task.vocabulary,
        )  # fmt: skip
        picture(Scene((layer,), legend="", words=""), size=800).save(out)

    return draw


WRITERS: dict[str, Writer] = {".npz": _npz, ".csv": _csv, ".png": _png}
