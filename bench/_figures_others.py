"""The figures in the lessons on autoregressive models, autoencoders and GANs."""

import math
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import torch
from _rows import SEEDS, Rows, compared, row, seeded
from _trainings import Training, active, elbo, gap, mean_and_error, nats, rate, shipped, trained

from playground.core.config import parse
from playground.core.registry import family
from playground.data.dataset import dataset_of
from playground.data.plane import distributions
from playground.families.autoregressive.config import AutoregressiveConfig
from playground.families.gan.plane.panels.noise import ENCLOSED
from playground.training import batches
from playground.ui.figures import Row
from playground.ui.vae_cards import DIGITS, STRONG_DIGITS


def digits(steps: int, seeds: Iterable[int] = SEEDS, **settings: Any) -> list[Training]:
    return seeded("autoregressive", settings, steps, seeds)


def autoregressive() -> Rows:
    """The cards of the autoregressive models: nats of test pictures, by the weights that validation chose."""
    orders = {
        name: digits(3000, **({} if name == "rows" else {"order": name}))
        for name in ("rows", "columns", "inside", "shuffled")
    }
    one, eight, masks = (digits(4000, width=512, **more) for more in ({}, {"orders": 8}, {"masks": 8}))
    decays = {0.2: digits(3000, decay=0.2), 1.0: digits(3000, decay=1.0)}
    rows = orders["rows"]
    return {
        **{f"autoregressive.order.{name}": row(nats, runs, "nats") for name, runs in orders.items()},
        **{
            f"autoregressive.order.rows_{name}": compared(
                nats, rows, orders[name], "nats", "no order is much better than a random one", "none"
            )
            for name in ("columns", "inside", "shuffled")
        },
        "autoregressive.agnostic.one": row(nats, one, "nats"),
        "autoregressive.agnostic.eight": row(nats, eight, "nats"),
        "autoregressive.agnostic.masks": row(nats, masks, "nats"),
        "autoregressive.agnostic.one_eight": compared(
            nats, one, eight, "nats", "but their mean is better than any", "more"
        ),
        "autoregressive.agnostic.one_masks": compared(
            nats, one, masks, "nats", "eight masks of one order are no clear gain", "none"
        ),
        "autoregressive.decay.0_2": row(nats, decays[0.2], "nats"),
        "autoregressive.decay.1": row(nats, decays[1.0], "nats"),
        "autoregressive.decay.0_0_2": compared(nats, rows, decays[0.2], "nats", "and ends lower"),
        "autoregressive.decay.1_0": compared(nats, decays[1.0], rows, "nats", "which is too much"),
    }


def known() -> Rows:
    """What needs no training: counts, closed forms, and shipped weights."""
    data = dataset_of(AutoregressiveConfig())
    xor = dataset_of(AutoregressiveConfig(data="xor"))
    models = {
        name: [shipped(f"autoregressive-digits-{name}")]
        for name in ("fvsbn", "nade", "made", "transformer", "pixelcnn")
    }
    made = trained(models["made"][0])
    assert xor.linear_gap is not None and made.parameters is not None
    axis = np.linspace(*distributions.get("moons").bounds, 801)
    moons = distributions.get("moons").log_prob(np.stack(np.meshgrid(axis, axis), -1).reshape(-1, 2))
    computed = {
        "flows.volume.highest": Row(float(np.exp(moons.max())), 0.0, "", "highest density of the moons, on a grid"),
        "autoregressive.independent": Row(
            data.independent(), 0.0, "nats", "test pictures, frequencies of the training pictures"
        ),
        "autoregressive.xor.linear_gap": Row(xor.linear_gap, 0.0, "nats", "the best logistic regression of each bit"),
        "autoregressive.made.parameters": Row(
            made.parameters, 0.0, "", "weights/autoregressive-digits-made.safetensors"
        ),
        "autoregressive.made.pictures": Row(len(data.rows("train")), 0.0, "", "training part"),
        **{
            f"autoregressive.cells.{bins}": Row(
                lost_in_cells("rings", bins), 0.0, "nats", f"rings, {bins} bins along each axis"
            )
            for bins in (48, 128)
        },
    }
    return {
        **computed,
        **{f"autoregressive.model.{name}": row(nats, runs, "nats") for name, runs in models.items()},
        "autoregressive.model.fvsbn_made": compared(
            nats, models["fvsbn"], models["made"], "nats", "Hidden units find common strokes"
        ),
    }


def lost_in_cells(name: str, bins: int, fine: int = 1536) -> float:
    """Nats that a perfect model of cells loses: the divergence of a density from its means over cells."""
    data = distributions.get(name)
    axis = (np.arange(fine) + 0.5) / fine * 2 * data.reach - data.reach
    log_p = np.concatenate(
        [
            data.log_prob(np.stack(np.broadcast_arrays(axis[None], y[:, None]), -1).reshape(-1, 2))
            for y in np.array_split(axis, 32)
        ]
    ).reshape(fine, fine)
    p = np.exp(log_p)
    side = fine // bins
    means = p.reshape(bins, side, bins, side).mean((1, 3)).repeat(side, 0).repeat(side, 1)
    inside = p > 0
    return float(np.sum(p[inside] * (log_p[inside] - np.log(means[inside]))) * (2 * data.reach / fine) ** 2)


def vae(steps: int = 2500, seeds: Iterable[int] = SEEDS, **settings: Any) -> list[Training]:
    return seeded("vae", settings, steps, seeds)


def vae_plane() -> Rows:
    """The cards of the VAE on the plane, after 2,500 steps."""
    plain = vae()
    betas = {"0_25": vae(beta=0.25), "1": plain, "2": vae(beta=2.0)}
    scales = {name: vae(noise="fixed", sigma=s) for name, s in (("0_1", 0.1), ("0_5", 0.5), ("2", 2.0))}
    own = {"noise": "own", "activation": "silu", "lr": 1e-3}
    many = {"1": plain, "5": vae(samples=5), "20": vae(samples=20)}
    cold, warm = vae(**own), vae(**own, anneal=1500)
    return {
        **{f"vae.beta.{name}.kl": row(rate, runs, "nats") for name, runs in betas.items()},
        **{f"vae.spread.{name}.kl": row(rate, runs, "nats") for name, runs in scales.items()},
        "vae.annealing.without": row(active, cold, "dimensions"),
        "vae.annealing.with": row(active, warm, "dimensions"),
        **{f"vae.iwae.{name}.gap": row(gap, runs, "nats") for name, runs in many.items()},
        **{f"vae.iwae.{name}.elbo": row(elbo, runs, "nats") for name, runs in many.items()},
        "vae.iwae.1_5": compared(gap, many["1"], many["5"], "nats", "at less cost"),
        "vae.iwae.5_20": compared(gap, many["5"], many["20"], "nats", "The step from 5 to 20 codes gains only"),
        "vae.iwae.elbo_20_1": compared(elbo, many["20"], many["1"], "nats", "the ELBO of the same models gets worse"),
    }


def vae_pictures() -> Rows:
    """The cards of the VAE on digits: test pictures, after 2,500 steps, by the weights that validation chose."""
    rooms = {n: vae(**{**DIGITS, "latent": n}) for n in (1, 2, 8, 16)}
    strong, free, light = vae(**STRONG_DIGITS), vae(**STRONG_DIGITS, free_bits=0.5), vae(**STRONG_DIGITS, beta=0.3)
    return {
        **{f"vae.room.{n}.elbo": row(elbo, runs, "nats") for n, runs in rooms.items()},
        "vae.room.2_8": compared(elbo, rooms[2], rooms[8], "nats", "and the bound improves by"),
        "vae.room.8_16": compared(elbo, rooms[8], rooms[16], "nats", "more dimensions hardly improve", "none"),
        "vae.strong.plain.kl": row(rate, rooms[8], "nats"),
        "vae.strong.strong.kl": row(rate, strong, "nats"),
        "vae.strong.strong.elbo": row(elbo, strong, "nats"),
        "vae.strong.kl": compared(rate, rooms[8], strong, "nats", "which saves KL"),
        "vae.strong.elbo": compared(elbo, rooms[8], strong, "nats", "The density model is better"),
        "vae.free.free.kl": row(rate, free, "nats"),
        "vae.free.light.kl": row(rate, light, "nats"),
        "vae.free.free.elbo": row(elbo, free, "nats"),
        "vae.free.light.elbo": row(elbo, light, "nats"),
        "vae.free.elbo": compared(elbo, free, strong, "nats", "the ELBO is worse"),
        "vae.free.light": compared(elbo, light, strong, "nats", "the ELBO is worse"),
    }


def gan_noise() -> Rows:
    """What small noise does to the samples of shipped GANs: the share inside the line around 90 percent of the data."""
    found = {}
    for name in ("moons", "8gaussians"):
        run = [shipped(f"gan-{name}")]
        for scale in (1.0, 0.2):
            key = f"gan.noise.{name}.{str(scale).replace('.', '_').removesuffix('_0')}"
            found[key] = row(lambda asked, scale=scale: inside(asked, scale), run, "percent")
        value, error = mean_and_error([inside(run[0], 1.0) - inside(run[0], 0.2)])
        found[f"gan.noise.{name}"] = Row(
            value, error, "percent", f"{run[0].how}, noise × 1 minus × 0.2", "they may even leave the data", "more"
        )
    return found


def inside(asked: Training, scale: float, n: int = 10_000) -> np.ndarray:
    """Whether each sample of noise times `scale` lies inside the line of the panel, in percent: (n,)."""
    experiment = trained(asked)
    data, draw = experiment.dataset, batches.NOISES[experiment.config.noise](experiment.config.noise_dim)
    level = np.quantile(data.log_prob(data.sample(20_000, np.random.default_rng(5))), 1 - ENCLOSED)
    with torch.no_grad():
        x = experiment.view.send(experiment.current(), draw(n, batches.generator(6, "small noise")) * np.float32(scale))
    return 100.0 * (data.log_prob(x.astype(np.float64)) >= level)


def gan() -> Rows:
    """The Wasserstein critic's loss early and late, and narrow modes with and without regularisation."""
    critic = trained_losses({"objective": "wgan_gp", "r1": 0.0, "d_steps": 5, "beta1": 0.0}, 3000)
    early, late = (block_means(critic["d_loss"][at - 300 : at]) for at in (500, 3000))
    value, error = mean_and_error([late])
    start, doubt = mean_and_error([early])
    how = "gan: objective=wgan_gp r1=0 d_steps=5 beta1=0, seed 0; d_loss of 300 steps up to step"
    bare, stable = (
        seeded("gan", {"data": "8narrow", "r1": 0.0, "ema": 0.0}, 3000),
        seeded("gan", {"data": "8narrow"}, 3000),
    )
    return {
        "gan.wgan.early": Row(start, doubt, "", f"{how} 500"),
        "gan.wgan.late": Row(value, error, "", f"{how} 3000"),
        "gan.wgan.late_early": Row(
            value - start, math.hypot(error, doubt), "", f"{how} 3000 minus 500", "it rises to 0", "more"
        ),
        "gan.narrow.stable_bare": compared(modes, stable, bare, "modes", "With both, all modes are found."),
        "gan.narrow.stable": row(modes, stable, "modes"),
        "gan.narrow.bare": row(modes, bare, "modes"),
    }


def trained_losses(settings: Mapping[str, Any], steps: int) -> dict[str, np.ndarray]:
    """Every scalar of a training of a GAN."""
    one = family("gan")
    experiment = one.load_experiment()(parse(one.Config, dict(settings)))
    scalars = [experiment.step() for _ in range(steps)]
    return {name: np.array([s[name] for s in scalars]) for name in scalars[0]}


def block_means(column: np.ndarray, blocks: int = 10) -> np.ndarray:
    """Steps close together are alike, so the error is that of means over blocks: (blocks,)."""
    return column.reshape(blocks, -1).mean(1)


def modes(asked: Training) -> np.ndarray:
    """Modes covered: (1,)."""
    return np.array([trained(asked).evaluate(thorough=True)["modes_covered"].value])
