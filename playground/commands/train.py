"""`train`: a run in this process, with a progress bar, that survives Ctrl-C."""

import argparse
import math
import os
import secrets
import shlex
import signal
import sys
from pathlib import Path

import numpy as np
from safetensors.numpy import save
from tqdm import tqdm

from playground.core.aliases import SETTINGS, current
from playground.core.combinations import check_played
from playground.core.config import Config, parse
from playground.core.contract import SOLVER, Divergence, Progress
from playground.core.errors import UserError
from playground.core.registry import family
from playground.core.strict_json import dumps
from playground.engine import recording
from playground.engine.limits import Limits
from playground.engine.local import train
from playground.engine.run import Run, start
from playground.engine.store import Store

from .numbers import check_between
from .output import KeptElsewhere, check_file, check_folder, complain, keep_elsewhere, write
from .own_data import add_reading_arguments, own_data
from .trained import model_of, read_run

HELP = "train a model and print its quality"
DENSE, SPARSE = 240, 24
"""Frames that a weights file can choose from, at most and at least."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("family", help="a family, such as gan; `list` names all of them")
    parser.add_argument(
        "--data",
        help="the distribution to learn (short for --set data=...), or own:FILE: points (CSV) or a picture; "
        "npz:FILE or mnist:FOLDER: a table of bits; npz:FILE or folder:FOLDER: features of streams",
    )
    parser.add_argument("--steps", type=int, default=4000, help="train up to this step (default 4000)")
    parser.add_argument("--seed", type=int, help="seed of all randomness")
    parser.add_argument("--set", action="append", default=[], metavar="KEY=VALUE", help="any setting of the family")
    parser.add_argument("--preset", help="begin with a named group of settings")
    parser.add_argument("--out", type=Path, help="keep the run in this folder")
    parser.add_argument("--weights", type=Path, help="write the trained weights to this .safetensors file")
    parser.add_argument("--frames", type=int, help="frames of the training kept in the weights file (default 36)")
    parser.add_argument("--resume", type=Path, help="continue the run in this folder")
    add_reading_arguments(parser)
    parser.add_argument("--json", action="store_true", help="no progress bar; the last line is a JSON object")


def run(given: argparse.Namespace) -> int:
    """Train as asked; 0 when it came to its end, 1 when it diverged, 130 after Ctrl-C."""
    limits = Limits.from_environment()
    if given.steps < 1:
        raise UserError("--steps must be at least 1, not {steps}.", steps=given.steps)
    if given.frames is not None:
        check_between("--frames", given.frames, 2, DENSE)
    run = _resumed(given, limits) if given.resume else _fresh(given, limits)
    folder = given.resume or given.out
    if given.steps <= run.step:
        raise UserError("The run stands at step {step} already; ask for more with --steps.", step=run.step)
    if given.weights:
        check_file("--weights", given.weights, (".safetensors",), make_folder=True)
    if folder is not None:
        check_folder("--resume" if given.resume else "--out", folder)
    interrupted = []
    before = signal.signal(signal.SIGINT, lambda *_: interrupted.append(True))
    first = run.step
    try:
        with tqdm(total=given.steps, initial=first, unit="step", disable=given.json or None) as bar:
            every = max(1, given.steps // _dense(given.frames)) if given.weights else None
            last: list[Progress] = []

            def on_progress(run: Run, progress: Progress) -> None:
                last[:] = [progress]
                bar.update(run.step - bar.n)

            experiment, seconds = train(
                run, given.steps, every=every, stop=lambda: bool(interrupted), on_progress=on_progress
            )
    finally:
        signal.signal(signal.SIGINT, before)
    if interrupted and folder is None:
        folder = Path("runs") / f"{run.family}-{secrets.token_hex(3)}"
    failed = [] if folder is None else _save(run, folder, "--resume" if given.resume else "--out", limits)
    if interrupted:
        complain(*failed)
        place = next((error.values["there"] for error in failed if isinstance(error, KeptElsewhere)), folder)
        print(
            f"Stopped at step {run.step}; go on with: python -m playground train {run.family} "
            f"--resume {shlex.quote(str(place))} --steps {given.steps}",
            file=sys.stderr,
        )
        return 130
    if run.step < given.steps:
        complain(*failed)
        raise _diverged(run, last[-1].divergence)
    scores = experiment.evaluate(thorough=True)
    if given.weights:
        run.timeline.scores.append((run.step, scores))
        run.state = save({name: np.asarray(array, order="C") for name, array in experiment.export_state().items()})
        raw = recording.encode(run, _reproduce(given), given.frames or recording.FRAMES)
        try:
            write("--weights", given.weights, lambda path: path.write_bytes(raw))
        except UserError as error:
            failed.append(error)
    _report(run, first, seconds, scores, given.json)
    complain(*failed)
    return 2 if failed else 0


def _save(run: Run, folder: Path, flag: str, limits: Limits) -> list[UserError]:
    """Write the run's folder; where that fails, the error that says where it is kept."""

    def write_run(place: Path) -> None:
        run.id = place.resolve().name
        Store(place.resolve().parent, limits).save(run)

    try:
        write_run(folder)
    except OSError as error:
        return [keep_elsewhere(flag, folder, error, write_run)]
    return []


def _dense(frames: int | None) -> int:
    """Frames that a weights file can choose from, more of them at the beginning; at least the points of its curve."""
    return DENSE if frames is None else min(DENSE, max(SPARSE, frames**2))


def _fresh(given: argparse.Namespace, limits: Limits) -> Run:
    if given.out and os.path.exists(given.out) and (not given.out.is_dir() or any(given.out.iterdir())):
        raise UserError("{out} already exists; choose another --out, or continue with --resume {out}.", out=given.out)
    kind = family(given.family)
    values: dict[str, object] = {}
    asked: dict[str, object] = {}
    if given.preset:
        if given.preset not in kind.presets:
            raise UserError(
                "There is no preset '{name}'; there are: {names}.", name=given.preset, names=", ".join(kind.presets)
            )
        values.update(kind.presets[given.preset].settings)
    for pair in given.set:
        key, equals, value = pair.partition("=")
        if not equals:
            raise UserError("--set wants KEY=VALUE, not '{pair}'.", pair=pair)
        values[key] = asked[key] = value
    values |= {key: value for key in ("data", "seed") if (value := getattr(given, key)) is not None}
    values |= own_data(values, given, kind.Config)
    config: Config = parse(kind.Config, values)
    check_played(kind.Config, current(SETTINGS, asked), config.model_dump())
    return start(given.family, config, "", limits)


def _resumed(given: argparse.Namespace, limits: Limits) -> Run:
    if given.set or given.data or given.seed is not None or given.out or given.preset:
        raise UserError(
            "--resume goes on with the run's own settings; leave out --data, --seed, --set, --preset, --out."
        )
    run = read_run(given.resume, limits)
    if run.family != given.family:
        raise UserError(
            "{folder} holds a run of {family}, not of {asked}.",
            folder=given.resume,
            family=run.family,
            asked=given.family,
        )
    model_of(run, given.resume)  # a damaged state is known before the progress bar
    return run


def _diverged(run: Run, divergence: Divergence | None) -> UserError:
    if divergence is not None and divergence.quantity == SOLVER:
        template, values = divergence.reason
        return UserError(template, **values)
    return UserError(
        "The training diverged after step {step}, the last good state; try a lower learning rate.", step=run.step
    )


def _reproduce(given: argparse.Namespace) -> str:
    """The command that makes these weights again."""
    words = ["python -m playground train", given.family]
    words += [
        f"--{key} {shlex.quote(str(value))}"
        for key in ("data", "preset", "seed")
        if (value := getattr(given, key)) is not None
    ]
    words += [f"--set {shlex.quote(pair)}" for pair in given.set]
    reading = {key: getattr(given, key) for key in ("columns", "separator", "decimal")}
    words += [f"--{key} {shlex.quote(value)}" for key, value in reading.items() if value]
    words += ["--leave-out-far"] * given.leave_out_far + [f"--ink {given.ink}"] * (given.ink != "auto")
    words += [f"--frames {given.frames}"] if given.frames else []
    return " ".join([*words, f"--steps {given.steps} --weights {shlex.quote(given.weights.name)}"])


def _report(run: Run, first: int, seconds: float, scores: dict, as_json: bool) -> None:
    rate = (run.step - first) / max(seconds, 1e-9)
    units = run.config.own_units
    own_nll = scores["nll"].value + units.log_scale if units is not None and "nll" in scores else None
    if as_json:
        print(
            dumps(
                {
                    "family": run.family,
                    "config": run.config.model_dump(),
                    "steps": run.step,
                    "seconds": round(seconds, 3),
                    "steps_per_s": round(rate, 1),
                    "metrics": {name: score._asdict() for name, score in scores.items()},
                    **({} if own_nll is None else {"nll_own_units": own_nll}),
                }
            )
        )
        return
    print(f"{run.family}: {run.step} steps, {seconds:.1f} s, {rate:.0f} steps/s")
    if getattr(run.config, "user_made", False):
        print("  Own data: the scores compare with a kernel estimate of the points.")
    if own_nll is not None:
        print(f"  {'nll':14} {own_nll:10.4f}   in the units of the file")
    for name, score in scores.items():
        known = math.isfinite(score.floor)
        perfect = f"{score.floor:.4f} [{score.low:.4f}, {score.high:.4f}]" if known else "unknown"
        print(f"  {name:14} {score.value:10.4f}   a perfect model: {perfect}")
