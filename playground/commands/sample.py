"""`sample`: samples of trained weights, as a table or an image."""

import argparse
import csv
from pathlib import Path

import numpy as np

from playground.core.errors import UserError
from playground.core.registry import family
from playground.core.units import Units
from playground.engine.limits import Limits
from playground.engine.recording import read
from playground.engine.store import Store

HELP = "draw samples from trained weights"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("weights", type=Path, help="a .safetensors file or the folder of a run")
    parser.add_argument("-n", type=int, default=1000, help="number of samples (default 1000)")
    parser.add_argument("--seed", type=int, default=0, help="seed of the noise (default 0)")
    parser.add_argument("--out", type=Path, required=True, help="x.npz, x.csv or x.png")


def run(given: argparse.Namespace) -> None:
    """Write samples of the model in `weights` to `out`: .npz, .csv or .png. Those of own data are in its own units."""
    weights, n, out = given.weights, given.n, given.out
    if out.suffix not in WRITERS:
        raise UserError("{out} must end in {kinds}.", out=out.name, kinds=", ".join(WRITERS))
    if not 1 <= n <= 10_000_000:
        raise UserError("-n must be from 1 to 10000000, not {n}.", n=n)
    if not weights.exists():
        raise UserError("{weights} does not exist.", weights=weights)
    experiment = _experiment(weights)
    samples, units = experiment.sample(n, given.seed), experiment.config.own_units
    if units is not None and samples.ndim == 2 and samples.shape[1] == 2:
        samples = units.from_frame(samples)
    WRITERS[out.suffix](samples, out, units)


def _experiment(weights: Path):
    """The trained model of a weights file or of a run's folder."""
    from playground.core.advance import build
    from playground.core.contract import Chunk

    if weights.is_dir():
        run = Store(weights.resolve().parent, Limits()).load(weights.resolve().name)
        if run is None or run.state is None:
            raise UserError("{folder} holds no run.", folder=weights)
        return build(run.chunk_at(run.step, want_state=False), family(run.family).load_experiment())
    recording = read(weights)
    kind = family(recording.family).load_experiment()
    experiment = build(Chunk("", recording.family, recording.config.model_dump(), 0, None), kind)
    experiment.load_state_dict(recording.state)
    return experiment


def _npz(samples: np.ndarray, out: Path, units: Units | None) -> None:
    np.savez_compressed(out, samples=samples)


def _csv(samples: np.ndarray, out: Path, units: Units | None) -> None:
    flat = samples.reshape(len(samples), -1)
    with open(out, "w", newline="") as file:
        writer = csv.writer(file)
        names = units.names if units is not None and all(units.names) else None
        writer.writerow(names or [f"x{i + 1}" for i in range(flat.shape[1])])
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


WRITERS = {".npz": _npz, ".csv": _csv, ".png": _png}
