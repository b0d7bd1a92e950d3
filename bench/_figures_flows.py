"""The figures in the lesson on flows."""

from collections.abc import Iterable
from typing import Any

import numpy as np
import torch
from _rows import SEEDS, Rows, compared, how, row, seeded
from _trainings import Training, bits, gap, mean_and_error, outside, shipped, trained, training

from playground.data.plane.drawing import colour_scale, square_grid
from playground.families.normalizing_flow.config import IMAGE_SETTINGS
from playground.families.normalizing_flow.plane import trajectory
from playground.metrics import frechet
from playground.training import batches
from playground.ui.figures import Row


def flow(steps: Any = 2500, seeds: Iterable[int] = SEEDS, **settings: Any) -> list[Training]:
    return seeded("normalizing_flow", settings, steps, seeds)


def flows() -> Rows:
    """The cards of the flows, after 2,500 steps."""
    moons = {n: flow(data="moons", layers=n) for n in (2, 4, 8, 16)}
    plain, scaled = flow(data="moons", flow="nice", scaling=False), flow(data="moons", flow="nice")
    stuck = flow(data="moons", alternate=False)
    mixed = {
        name: flow(data="pinwheel", flow="glow", layers=4, permutation=name) for name in ("conv1x1", "fixed", "none")
    }
    affine, splines = flow(data="8gaussians", layers=4), flow(data="8gaussians", flow="nsf", layers=4)
    levels = ((1000, 0.2), (500, 0.1), (500, 0.05), (500, 0.02), (1000, 0.0))
    schedule = tuple((steps, (("noise", level),)) for steps, level in levels)
    narrow, noisy = (flow(steps, range(9), data="8narrow") for steps in (3500, schedule))
    edges, sharp = flow(data="checkerboard"), flow(data="checkerboard", flow="nsf", layers=4)
    return {
        **{f"flows.bridge.{n}": row(outside, runs, "percent") for n, runs in moons.items()},
        "flows.bridge.8_16": compared(
            outside, moons[8], moons[16], "percent", "Sixteen layers are no clear gain over eight", "none"
        ),
        "flows.bridge.4_8": compared(outside, moons[4], moons[8], "percent", "thinner with more layers"),
        "flows.volume.plain": row(gap, plain, "nats"),
        "flows.volume.scaled": row(gap, scaled, "nats"),
        "flows.volume.realnvp": row(gap, moons[8], "nats"),
        "flows.volume.plain_realnvp": compared(gap, plain, moons[8], "nats", "Compare RealNVP on the same data."),
        "flows.masks.stuck": row(gap, stuck, "nats"),
        **{f"flows.mixing.{name}": row(gap, runs, "nats") for name, runs in mixed.items()},
        "flows.mixing.conv1x1_fixed": compared(
            gap,
            mixed["conv1x1"],
            mixed["fixed"],
            "nats",
            "a fixed rotation by 90 degrees works as well as a learned matrix",
            "none",
        ),
        "flows.mixing.none_fixed": compared(
            gap, mixed["none"], mixed["fixed"], "nats", "so the axes must be mixed between couplings"
        ),
        "flows.remedies.affine": row(gap, affine, "nats"),
        "flows.remedies.splines": row(gap, splines, "nats"),
        "flows.remedies.narrow": row(gap, narrow, "nats"),
        "flows.remedies.noisy": row(gap, noisy, "nats"),
        "flows.remedies.narrow_noisy": compared(gap, narrow, noisy, "nats", "a gain that nine seeds agree on"),
        "flows.edges.affine": row(gap, edges, "nats"),
        "flows.edges.splines": row(gap, sharp, "nats"),
        "flows.edges.affine_splines": compared(gap, edges, sharp, "nats", "Sharp edges need splines."),
    }


def flow_pictures() -> Rows:
    """Bits per dimension of digits: the shipped flows, and splines trained until their validation bits turn."""
    settings = {"data": "digits", "flow": "nsf"}
    spline = [training("normalizing_flow", settings, 500)]
    found = {name: [shipped(f"normalizing_flow-digits-{name}")] for name in IMAGE_SETTINGS}
    return {
        **{f"flows.digits.{name}": row(bits, runs, "bits per dimension") for name, runs in found.items()},
        "flows.digits.nsf": row(bits, spline, "bits per dimension"),
        "flows.digits.glow_nsf": compared(
            bits, found["glow"], spline, "bits per dimension", "a neural spline flow needs still fewer"
        ),
        "flows.digits.realnvp_glow": compared(
            bits, found["realnvp"], found["glow"], "bits per dimension", "fewer bits than RealNVP"
        ),
    }


def temperatures() -> Rows:
    """What a temperature below 1 does to the samples of shipped flows."""
    says, found = "the middle of the noise may lie on a bridge", {}
    for name in ("moons-realnvp", "8gaussians-nsf", "8gaussians-glow", "checkerboard-realnvp"):
        run = [shipped(f"normalizing_flow-{name}")]
        found[f"flows.temperature.{name}.1"] = row(outside, run, "percent")
        found[f"flows.temperature.{name}.0_5"] = row(lambda asked: outside(asked, 0.5), run, "percent")
        value, error = mean_and_error([outside(run[0], 0.5) - outside(run[0])])
        found[f"flows.temperature.{name}"] = Row(
            value, error, "percent", f"{how(run)}, noise × 0.5 minus × 1", says, "more"
        )
    less = found["flows.temperature.moons-realnvp"]
    found["flows.temperature.moons-realnvp"] = less._replace(
        value=-less.value, says="they also stay closer to the data", how=f"{how(run)}, noise × 1 minus × 0.5"
    )
    return {**found, **_picture_temperature()}


def _picture_temperature() -> Rows:
    """The Frechet distance of pictures at temperature 0.8 and 1, each of twenty sets of 300."""
    experiment = trained(shipped("normalizing_flow-digits-glow"))
    flow, data, found = experiment.current().model, experiment.dataset, {}
    for scale in (1.0, 0.8):
        distances = []
        for k in range(20):
            z = batches.gaussian(data.dim)(frechet.PICTURE_COUNT, batches.generator(k, "temperature")) * np.float32(
                scale
            )
            with torch.no_grad():
                x = flow(torch.from_numpy(z))[0].clamp(0, 1)
            distances.append(frechet.distance(((x * data.levels).floor().clamp(0, 16) / 16).numpy(), data))
        found[scale] = np.array(distances)
    value, error = mean_and_error([found[0.8] - found[1.0]])
    source = "weights/normalizing_flow-digits-glow.safetensors, Frechet distance, noise × 0.8 minus × 1"
    return {"flows.temperature.digits": Row(value, error, "", source, "as a set further from the data", "more")}


def background() -> Rows:
    """By how much the background of the trajectory of continuous flows, drawn with half as many steps, differs."""
    columns, names = [], ("moons", "8gaussians", "checkerboard")
    for name in names:
        experiment = trained(shipped(f"normalizing_flow-{name}-ffjord"))
        flow, places = experiment.current().model, torch.from_numpy(square_grid(experiment.dataset, 25, np.float32))
        places = places.reshape(-1, 2)
        with torch.no_grad():
            drawn = trajectory.log_density(trajectory.stages(flow, trajectory.segments(experiment.config)), places)
            exact = flow.log_prob(places)
        columns.append(100.0 * np.abs(colour_scale(drawn.exp().numpy()) - colour_scale(exact.exp().numpy())))
    source = f"weights/normalizing_flow-{{{','.join(names)}}}-ffjord.safetensors, 25 x 25 places"
    return {"flows.background": Row(*mean_and_error(columns), "percent", source)}
