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
from playground.families.diffusion.catalogue import CATALOGUE
from playground.render.contact_sheet import contact_sheet

from .numbers import check_between, check_seed
from .output import check_file, write

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
    check_between("-n", given.n, 1, MAX_IMAGES)
    check_between("--steps", given.steps, 1, MAX_STEPS)
    check_between("--eta", given.eta, 0, 1)
    check_seed(given.seed)
    check_file("--out", given.out, (".png", ".npz"))
    beside = given.out.with_name(f"{given.out.stem}-way.png")
    if given.out.suffix == ".png":
        check_file("--out", beside, (".png",))
    if given.eta and given.sampler in CATALOGUE and not CATALOGUE[given.sampler].eta:
        raise UserError("--eta plays no part with the sampler {sampler}; it needs ddim.", sampler=given.sampler)
    found = PipelineSources(hub=True).find(given.path, is_local=True)
    limits = Limits.from_environment()
    request = loader.Request(given.sampler, given.steps, given.eta, given.seed, given.n)
    drawn = loader.draw(str(found), isinstance(found, str), request, str(runs_root() / "pipelines"), limits.pipeline_mb)
    if given.out.suffix == ".npz":
        write("--out", given.out, lambda path: np.savez_compressed(path, pictures=drawn.images, strip=drawn.strip))
    else:
        write("--out", given.out, contact_sheet(drawn.images, round(given.n**0.5 + 0.49)).save)
        strip = drawn.strip.swapaxes(0, 1).reshape(-1, *drawn.strip.shape[2:])
        write("--out", beside, contact_sheet(strip, len(drawn.strip)).save)
    about = {
        "sampler": given.sampler,
        "steps": given.steps,
        "calls": drawn.calls,
        "seconds": round(drawn.seconds, 3),
        "ms_per_call": round(1000 * drawn.network_seconds / drawn.calls, 2),
        "out": str(given.out),
        "note": drawn.note,
    }
    print(
        dumps(about)
        if given.json
        else "{sampler}: {calls} calls of the network, {ms_per_call} ms each, {seconds} s in all -> {out}".format(
            **about
        )
        + (f"\n{drawn.note}" if drawn.note else "")
    )
