"""How well diffusion models learn, and how good samplers are at given numbers of calls."""

import time
from itertools import pairwise

import numpy as np
import torch
from _diffusion_trained import SAMPLE_COUNT, TrainedNetwork, cross_nll, noise, trained_network
from _figures import figure

from playground.data.plane import distributions
from playground.families.diffusion import reflow
from playground.families.diffusion.likelihood import log_likelihood
from playground.families.diffusion.loss import denoising_loss
from playground.families.diffusion.optimal_denoiser import optimal_denoiser
from playground.families.diffusion.predictions import velocity
from playground.families.diffusion.straightness import energy, normalised_energy, straightness, wasserstein2
from playground.metrics.scores import score

DATA = ("8gaussians", "moons", "checkerboard")
SECONDS = 60.0
WIDE = distributions.circle(8, radius=5.0, std=0.1**0.5, name="8gaussians as in torchcfm", title="", half_width=8.0)
PAIRS, TRACKED, ROUND = 4096, 2000, 5000
LEVELS = 64


def _seconds(rows: list[dict], *networks: TrainedNetwork) -> list[dict]:
    return [
        *rows,
        figure(
            "longest training",
            f"<= {SECONDS:g}",
            max(one.seconds for one in networks),
            unit="s",
            how="CPU seconds of one core",
        ),
    ]


def loss() -> list[dict]:
    """The excess of the loss over the lowest possible one, on the same pairs."""
    one = trained_network("ddpm", "epsilon")
    field, best = one.model.field(one.state["average"]), optimal_denoiser(one.data)
    x0 = torch.from_numpy(one.data.sample(LEVELS * PAIRS, np.random.default_rng(3))).view(LEVELS, PAIRS, 2)
    eps = noise(LEVELS * PAIRS, 4).view(LEVELS, PAIRS, 2)
    at = one.process.nearest_times((np.arange(LEVELS) + 0.5) / LEVELS)
    with torch.no_grad():
        both = np.array(
            [
                [float(denoising_loss(f, "epsilon", "simple", (x0[i], eps[i]), level).mean()) for f in (field, best)]
                for i, level in enumerate(one.process.levels(at.tolist()))
            ]
        ).mean(0)
    how = f"{LEVELS * PAIRS} pairs, unweighted; the best is the closed form"
    return _seconds(
        [
            figure("8gaussians: loss of the best answer", "", both[1], how=how),
            figure("8gaussians: excess of the loss", "<= 0.005", both[0] - both[1], how=how),
        ],
        one,
    )


def samples() -> list[dict]:
    """Sliced W2 and cross-NLL of every sampler, on three distributions."""
    rows: list[dict] = []
    for data in DATA:
        noisy, flow = trained_network("ddpm", "epsilon", data), trained_network("linear", "velocity", data)
        again = next(iter(reflow.reflow(flow.model, flow.process, flow.state, 1, ROUND)))
        ends = {
            "DDPM 1000": noisy.end("ddpm", 1000),
            **{f"DDIM {n}": noisy.end("ddim", n) for n in (50, 20, 10)},
            **{f"RF {n}": flow.end("euler", n) for n in (50, 10, 1)},
            **{f"RF reflowed {n}": flow.end("euler", n, field=flow.field(again)) for n in (10, 1)},
        }
        fresh = torch.from_numpy(flow.data.sample(SAMPLE_COUNT, np.random.default_rng(5)))
        rows.append(figure(f"{data}: cross-NLL of perfect samples", "", cross_nll(fresh, flow.data), unit="nats"))
        how = f"{SAMPLE_COUNT} samples"
        for title, x in ends.items():
            known = score("sliced_w2", x.numpy(), flow.data)
            asked = {"DDPM 1000": "<= 2", "DDIM 50": "<= 2.5", "RF 50": "<= 2.5"}.get(title, "")
            rows += [
                figure(
                    f"{data}: {title}: sliced W2",
                    "",
                    known.value,
                    how=f"{how}; perfect ones {known.floor:.4f}, {known.low:.4f} to {known.high:.4f}",
                ),
                figure(f"{data}: {title}: sliced W2 / floor", asked, known.value / known.floor, how=how),
                figure(f"{data}: {title}: cross-NLL", "", cross_nll(x, flow.data), unit="nats", how=how),
            ]
        rows = _seconds(rows, noisy, flow)
        rows[-1]["name"] = f"{data}: {rows[-1]['name']}"
    return rows


def order() -> list[dict]:
    """Ten calls, as papers report them: DDIM beats DDPM, DPM-Solver++ beats DDIM."""
    rows = []
    for data in DATA:
        one = trained_network("ddpm", "epsilon", data)
        exact = one.end("heun_sigma", 500)
        few = {name: one.end(name, 10) for name in ("ddpm", "ddim", "dpm_solver")}
        nll = {name: cross_nll(x, one.data) for name, x in few.items()}
        w2 = {name: score("sliced_w2", x.numpy(), one.data).value for name, x in few.items()}
        away = {name: float((few[name] - exact).square().sum(1).mean().sqrt()) for name in ("ddim", "dpm_solver")}
        how = f"10 calls, {SAMPLE_COUNT} samples"
        rows += [figure(f"{data}: {name}: cross-NLL", "", value, unit="nats", how=how) for name, value in nll.items()]
        rows += [figure(f"{data}: {name}: sliced W2", "", value, how=how) for name, value in w2.items()]
        rows += [
            figure(f"{data}: DDPM less DDIM, cross-NLL", ">= 0", nll["ddpm"] - nll["ddim"], unit="nats", how=how),
            figure(
                f"{data}: DDIM / DPM-Solver++, distance to the exact ends of the network's own paths",
                ">= 1",
                away["ddim"] / away["dpm_solver"],
                how=f"{how}; {away['ddim']:.4f}, {away['dpm_solver']:.4f}",
            ),
        ]
    return rows


def noise_on_the_way() -> list[dict]:
    """New noise at few steps and at many, as in DDIM's table of CIFAR-10 (there FID; sigma-hat the largest)."""
    one, rows, found = trained_network("ddpm", "epsilon"), [], {}
    kinds = {"eta 0": ("ddim", 0.0), "eta 1": ("ddim", 1.0), "sigma-hat": ("ddpm_large", 0.0)}
    for steps in (10, 20, 50, 100, 1000):
        for title, (name, eta) in kinds.items():
            x = one.end(name, steps, eta=eta)
            found[title, steps] = cross_nll(x, one.data), score("sliced_w2", x.numpy(), one.data)
            rows.append(
                figure(
                    f"{title}, {steps} steps: cross-NLL",
                    "",
                    found[title, steps][0],
                    unit="nats",
                    how="8gaussians, sliced W2 {0.value:.4f}, floor {0.floor:.4f}".format(found[title, steps][1]),
                )
            )
    few = [found[title, 10][0] for title in kinds]
    rows += [
        figure(f"10 steps: {b} less {a}, cross-NLL", ">= 0", later - before, unit="nats")
        for (a, before), (b, later) in pairwise(zip(kinds, few, strict=True))
    ]
    off = {title: abs(found[title, 1000][0] - one.data.entropy) for title in kinds}
    return [
        *rows,
        figure(
            "1000 steps: |cross-NLL - entropy| of sigma-hat less the best other's",
            "<= 0",
            off["sigma-hat"] - min(off["eta 0"], off["eta 1"]),
            unit="nats",
            how=", ".join(f"{title} {value:.4f}" for title, value in off.items()),
        ),
    ]


def _bend(one: TrainedNetwork, state=None) -> float:
    moments = one.walk("euler", 100, n=TRACKED, field=one.field(state))
    return straightness(np.stack([m.x.numpy() for m in moments]), [m.t for m in moments])


def _excess_energy(one: TrainedNetwork) -> float:
    moments = one.walk("euler", 100, n=TRACKED)
    measured_energy = energy(np.stack([m.x.numpy() for m in moments]), [m.t for m in moments])
    real = one.data.sample(TRACKED, np.random.default_rng(6))
    shortest = wasserstein2(noise(TRACKED, 9).numpy().astype(float), real.astype(float))
    return normalised_energy(measured_energy, shortest)


def _explained(one: TrainedNetwork) -> float:
    """R^2 of the learned velocity against the closed form, over pairs at times 0.02 to 0.98."""
    field, best, left, all_ = one.model.field(one.state["average"]), optimal_denoiser(one.data), 0.0, []
    x0, eps = torch.from_numpy(one.data.sample(PAIRS, np.random.default_rng(7))), noise(PAIRS, 8)
    with torch.no_grad():
        for level in one.process.levels(np.linspace(0.02, 0.98, 25).tolist()):
            x = level.a * x0 + level.s * eps
            true = velocity(*best(x, level), level)
            left += float((velocity(*field(x, level), level) - true).square().sum())
            all_.append(true)
    whole = torch.cat(all_)
    return 1 - left / float((whole - whole.mean(0)).square().sum())


def reflowing() -> list[dict]:
    """Straight paths: from a Gaussian to eight of radius 5, as in torchcfm's tables."""
    one = trained_network("linear", "velocity", WIDE, steps=ROUND)
    first, second = reflow.reflow(one.model, one.process, one.state, 2, ROUND)
    bends = [_bend(one, state) for state in (None, first, second)]
    ends = [one.end("euler", 1, field=one.field(state)) for state in (None, first, second)]
    w2 = [score("sliced_w2", x.numpy(), WIDE).value for x in ends]
    paired = trained_network("linear", "velocity", WIDE, coupling="optimal", steps=ROUND)
    energy = {"independent": _excess_energy(one), "optimal transport": _excess_energy(paired)}
    how = f"N(0, 1) to eight of radius 5, {ROUND} steps a round"
    rows = [figure(f"straightness S after {k} reflows", "", bend, how=how) for k, bend in enumerate(bends)]
    rows += [figure(f"one step after {k} reflows: sliced W2", "", value, how=how) for k, value in enumerate(w2)]
    rows += [
        figure("S falls by one reflow, times", ">= 50", bends[0] / bends[1], how=how),
        figure("one step: sliced W2 falls by one reflow, times", ">= 5", w2[0] / w2[1], how=how),
        figure("R^2 of the velocity against the closed form", ">= 0.98", _explained(one)),
    ]
    said = {"independent": ("", "torchcfm reports .222"), "optimal transport": ("<= 0.05", "torchcfm reports .018")}
    rows += [
        figure(f"normalised path energy, {name} coupling", said[name][0], value, how=said[name][1])
        for name, value in energy.items()
    ]
    return _seconds(rows, one, paired)


def likelihood() -> list[dict]:
    """The log-likelihood of new data by the probability flow, against their entropy."""
    rows, nets, data = [], [], distributions.get("moons")
    x = torch.from_numpy(data.sample(2000, np.random.default_rng(11)))
    exact = float(np.mean(data.log_prob(x.double().numpy())))
    for process in ("vp", "subvp"):
        nets.append(one := trained_network(process, "epsilon", "moons", steps=15_000))
        began = time.process_time()
        found = log_likelihood(one.model.field(one.state["average"]), one.process, x, tolerance=1e-4)
        gap = exact - float(found.log_prob.mean())
        rows.append(
            figure(
                f"moons: {process}: gap",
                "<= 0.12",
                gap,
                unit="nats",
                how=f"2,000 fresh points, {found.nfe} calls, {time.process_time() - began:.1f} s",
            )
        )
    return _seconds(rows, *nets)
