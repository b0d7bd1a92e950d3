"""`pipeline`: images from a pretrained pipeline of the diffusers library, under any sampler."""

import argparse
from pathlib import Path

import numpy as np

from playground.core.errors import UserError
from playground.core.strict_json import dumps
from playground.engine.limits import Limits
from playground.engine.paths import runs_root
from playground.engine.pipelines import loader
from playground.engine.pipelines.sources import PipelineSources
from playground.render.contact_sheet import contact_sheet

MAX_IMAGES, MAX_STEPS = 256, 1000
HELP = "draw images from a pretrained diffusers pipeline, under any sampler"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("path", help="a folder written by save_pretrained, or an id of the Hugging Face Hub")
    parser.add_argument(
        "--sampler",
        default="ddim",
        help="ddim (the default), ddpm, ddpm_large, dpm_solver, heun_sigma, diffusers_ddim, diffusers_ddpm, ...",
    )
    parser.add_argument("--steps", type=int, default=50, help="sampling steps (default 50)")
    parser.add_argument("--eta", type=float, default=0.0, help="DDIM's share of fresh noise, 0 to 1 (default 0)")
    parser.add_argument("--seed", type=int, default=0, help="seed of the noise (default 0)")
    parser.add_argument("-n", type=int, default=9, help="number of images (default 9)")
    parser.add_argument("--out", type=Path, required=True, help="grid.png (and grid-way.png), or x.npz")
    parser.add_argument("--json", action="store_true", help="print calls and times as a JSON object")


def run(given: argparse.Namespace) -> None:
    """Write a grid of images, and beside it the sampling trajectories of the first ones. There is no time limit: the
    command line serves one person."""
    if given.out.suffix not in (".png", ".npz"):
        raise UserError("--out needs a name that ends in .png or .npz, not {name}.", name=given.out.name)
    if not given.out.resolve().parent.is_dir():
        raise UserError("--out: the folder {folder} does not exist.", folder=given.out.parent)
    for flag, value, low, high in (
        ("-n", given.n, 1, MAX_IMAGES),
        ("--steps", given.steps, 1, MAX_STEPS),
        ("--eta", given.eta, 0, 1),
    ):
        if not low <= value <= high:
            raise UserError(
                "{flag} must be from {low} to {high}, not {value}.", flag=flag, low=low, high=high, value=value
            )
    found = PipelineSources(hub=True).find(given.path, is_local=True)
    limits = Limits.from_environment()
    request = loader.Request(given.sampler, given.steps, given.eta, given.seed, given.n)
    drawn = loader.draw(str(found), isinstance(found, str), request, str(runs_root() / "pipelines"), limits.pipeline_mb)
    if given.out.suffix == ".npz":
        np.savez_compressed(given.out, pictures=drawn.images, strip=drawn.strip)
    else:
        contact_sheet(drawn.images, round(given.n**0.5 + 0.49)).save(given.out)
        contact_sheet(drawn.strip.swapaxes(0, 1).reshape(-1, *drawn.strip.shape[2:]), len(drawn.strip)).save(
            given.out.with_name(f"{given.out.stem}-way.png")
        )
    about = {
        "sampler": given.sampler,
        "steps": given.steps,
        "calls": drawn.calls,
        "seconds": round(drawn.seconds, 3),
        "ms_per_call": round(1000 * drawn.network_seconds / drawn.calls, 2),
        "out": str(given.out),
    }
    print(
        dumps(about)
        if given.json
        else "{sampler}: {calls} calls of the network, {ms_per_call} ms each, {seconds} s in all -> {out}".format(
            **about
        )
    )
