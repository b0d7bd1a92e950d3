"""`pipeline`: pictures of a pretrained pipeline of the diffusers library, under a sampler of one's choice."""

import argparse
import json

import numpy as np

from playground.core.errors import UserError
from playground.engine.limits import Limits
from playground.engine.pipelines import loading
from playground.engine.pipelines.places import Places
from playground.engine.shelf import runs_root
from playground.render.contact import contact

MOST, STEPS = 256, 1000


def command(given: argparse.Namespace) -> None:
    """Write a grid of pictures, and beside it the way from noise of the first ones; here nobody waits for others, so
    that there is no limit of time."""
    if given.out.suffix not in (".png", ".npz"):
        raise UserError("--out needs a name that ends in .png or .npz, not {name}.", name=given.out.name)
    if not given.out.resolve().parent.is_dir():
        raise UserError("--out: the folder {folder} does not exist.", folder=given.out.parent)
    for flag, value, low, high in (
        ("-n", given.n, 1, MOST),
        ("--steps", given.steps, 1, STEPS),
        ("--eta", given.eta, 0, 1),
    ):
        if not low <= value <= high:
            raise UserError(
                "{flag} must be from {low} to {high}, not {value}.", flag=flag, low=low, high=high, value=value
            )
    found = Places(hub=True).find(given.path, near=True)
    limits = Limits.from_environment()
    wish = loading.Wish(given.sampler, given.steps, given.eta, given.seed, given.n)
    drawn = loading.draw(str(found), isinstance(found, str), wish, str(runs_root() / "pipelines"), limits.pipeline_mb)
    if given.out.suffix == ".npz":
        np.savez_compressed(given.out, pictures=drawn.pictures, strip=drawn.strip)
    else:
        contact(drawn.pictures, round(given.n**0.5 + 0.49)).save(given.out)
        contact(drawn.strip.swapaxes(0, 1).reshape(-1, *drawn.strip.shape[2:]), len(drawn.strip)).save(
            given.out.with_name(f"{given.out.stem}-way.png")
        )
    about = {
        "sampler": given.sampler,
        "steps": given.steps,
        "calls": drawn.calls,
        "seconds": round(drawn.seconds, 3),
        "ms_per_call": round(1000 * drawn.inside / drawn.calls, 2),
        "out": str(given.out),
    }
    print(
        json.dumps(about)
        if given.json
        else "{sampler}: {calls} calls of the network, {ms_per_call} ms each, {seconds} s in all -> {out}".format(
            **about
        )
    )
