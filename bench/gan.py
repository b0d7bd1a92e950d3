"""GANs: how fast a step is, how good the defaults get, how steady the preset GAN Lab stays.

One process, one thread. Speeds are process CPU time, contestants in turn, medians of the rounds.
    python -m playground bench gan --json
    python bench/gan.py speed defaults narrow lab
"""

import statistics
import time
from collections.abc import Callable

import torch
from _figures import figure, main, measured
from torch import nn

from playground.core.config import parse
from playground.families.gan.config import GanConfig
from playground.families.gan.experiment import GanExperiment
from playground.families.gan.presets import PRESETS
from playground.metrics.coverage import grid_js
from playground.metrics.scores import score

STEPS, LAB_STEPS, JUDGED = 4000, 10_000, 20_000
SEEDS, LAB_SEEDS = range(5), range(8)
SPEED = {
    "data": "2gaussians",
    "r1": 0.0,
    "batch": 256,
    "g_width": 64,
    "g_depth": 2,
    "d_width": 64,
    "d_depth": 2,
    "activation": "relu",
}
LAB_BINS = 30
"""GAN Lab's grid, over our frame."""


# ---- speed ---------------------------------------------------------------------------------------


def floor(batch: int = 256, width: int = 64) -> Callable[[], None]:
    """Only the matrix products of one step of 2-64-64-2 against 2-64-64-1, in the layout nn.Linear has, with
    memory for the results ready: no step can be faster with these kernels."""
    g, d = (2, width, width, 2), (2, width, width, 1)

    def sizes(*passes: tuple[int, tuple[int, ...]]) -> list[tuple[int, int, int]]:
        return [(n, a, b) for n, net in passes for a, b in zip(net, net[1:], strict=False)]

    forward = sizes((batch, g), (2 * batch, d), (batch, d))
    weights = sizes((2 * batch, d), (batch, g))
    inputs = sizes((2 * batch, d[1:]), (batch, d), (batch, g[1:]))
    products = [(torch.randn(n, a), torch.randn(b, a).t(), torch.empty(n, b)) for n, a, b in forward]
    products += [(torch.randn(n, b).t(), torch.randn(n, a), torch.empty(b, a)) for n, a, b in weights]
    products += [(torch.randn(n, b), torch.randn(b, a), torch.empty(n, a)) for n, a, b in inputs]

    def run() -> None:
        for left, right, out in products:
            torch.mm(left, right, out=out)

    return run


def textbook(config: GanConfig, shared: bool = False) -> Callable[[], None]:
    """Algorithm 1 of Goodfellow et al. 2014 with modules, autograd and torch.optim, as tutorials have it: fresh
    noise for each player, or (`shared`) the discriminator's samples again for the generator."""

    def mlp(outputs: int) -> nn.Module:
        return nn.Sequential(nn.Linear(2, 64), nn.ReLU(), nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, outputs))

    g, d, loss = mlp(2), mlp(1), nn.BCEWithLogitsLoss()
    on_g = torch.optim.Adam(g.parameters(), config.g_lr, betas=(config.beta1, 0.999))
    on_d = torch.optim.Adam(d.parameters(), config.d_lr, betas=(config.beta1, 0.999))
    points = torch.randn(12_000, 2)

    def step() -> None:
        real = points[torch.randint(len(points), (config.batch,))]
        ones, zeros = torch.ones(config.batch, 1), torch.zeros(config.batch, 1)
        fake = g(torch.randn(config.batch, 2))
        on_d.zero_grad()
        d_loss = loss(d(real), ones) + loss(d(fake.detach()), zeros)
        d_loss.backward()
        on_d.step()
        if not shared:
            fake = g(torch.randn(config.batch, 2))
        on_g.zero_grad()
        g_loss = loss(d(fake), ones)
        g_loss.backward()
        on_g.step()
        d_loss.item(), g_loss.item()

    return step


def in_turn(
    contestants: dict[str, Callable[[], object]], rounds: int = 25, calls: int = 40, warm: int = 10
) -> dict[str, float]:
    """Median CPU milliseconds of a call, over rounds in which each has its turn."""
    took: dict[str, list[float]] = {name: [] for name in contestants}
    for call in contestants.values():
        for _ in range(warm):
            call()
    for _ in range(rounds):
        for name, call in contestants.items():
            began = time.process_time()
            for _ in range(calls):
                call()
            took[name].append((time.process_time() - began) / calls * 1e3)
    return {name: statistics.median(times) for name, times in took.items()}


def speed() -> list[dict]:
    ways = {way: GanExperiment(GanConfig(execution=way, **SPEED)) for way in ("eager", "traced", "compiled")}
    began = time.perf_counter()
    compiled = ways["compiled"].execution == "compiled"
    preparing = time.perf_counter() - began
    lab = GanExperiment(parse(GanConfig, {**PRESETS["gan_lab"].settings, "data": "2gaussians"}))
    default = GanExperiment(GanConfig())
    took = in_turn(
        {
            "floor": floor(),
            "textbook": textbook(GanConfig(**SPEED)),
            "shared": textbook(GanConfig(**SPEED), shared=True),
            **{way: run.step for way, run in ways.items() if way != "compiled" or compiled},
            "lab": lab.step,
            "default": default.step,
        }
    )
    how = "2-64-64-2 against 2-64-64-1, batch 256, Adam"
    rows = [
        figure("matmul floor", "", took["floor"], unit="ms", how="the step's matrix products, out="),
        figure("textbook step", "", took["textbook"], unit="ms", how=how + "; fresh noise for each player"),
        figure("textbook step, samples shared", "", took["shared"], unit="ms", how=how),
        figure("eager step", "", took["eager"], unit="ms", how=how),
        figure("traced step", "", took["traced"], unit="ms", how=how),
    ]
    if compiled:
        rows += [
            figure("compiled step", "", took["compiled"], unit="ms", how=how),
            figure("compiled: ready after", "", preparing, unit="s"),
            figure("compiled / floor", "", took["compiled"] / took["floor"]),
        ]
    return [
        *rows,
        figure("eager / floor", "", took["eager"] / took["floor"]),
        figure("traced / floor", "<= 2.2", took["traced"] / took["floor"]),
        figure("textbook / traced", ">= 2.5", took["textbook"] / took["traced"]),
        figure("textbook, samples shared / traced", "", took["shared"] / took["traced"]),
        figure("default step (with R1)", "", took["default"], unit="ms"),
        figure(
            "GAN Lab preset",
            ">= 600",
            1e3 / took["lab"],
            unit="steps/s",
            how="two Gaussians; GAN Lab makes one step per animation frame, at most 60 a second",
        ),
    ]


# ---- quality -------------------------------------------------------------------------------------


def trained(settings: dict, steps: int = STEPS) -> tuple[GanExperiment, float]:
    """An experiment after training, and the seconds it took, preparation included."""
    began = time.perf_counter()
    run = GanExperiment(parse(GanConfig, settings))
    for _ in range(steps):
        run.step()
    return run, time.perf_counter() - began


def defaults() -> list[dict]:
    rows, longest = [], 0.0
    for data in ("ring", "moons", "8gaussians"):
        good, ratios, strict = 0, [], []
        for seed in SEEDS:
            run, seconds = trained({"data": data, "seed": seed})
            longest = max(longest, seconds)
            scores = run.evaluate(thorough=True)
            ratios.append(scores["sliced_w2"].value / scores["sliced_w2"].floor)
            large = score("sliced_w2", run.sample(10_000, seed), run.dataset)
            strict.append(large.value / large.floor)
            if data == "8gaussians":
                good += scores["modes_covered"].value == 8 and scores["high_quality"].value >= 0.8
        how = f"{STEPS} steps, 2,000 samples, seeds {SEEDS.start} to {SEEDS.stop - 1}"
        rows.append(
            figure(
                f"{data}: sliced W2 / floor, worst seed", "<= 2" if data != "8gaussians" else "", max(ratios), how=how
            )
        )
        rows.append(figure(f"{data}: sliced W2 / floor, median", "", statistics.median(ratios), how=how))
        rows.append(
            figure(
                f"{data}: the same of 10,000 samples, whose floor is lower, median",
                "",
                statistics.median(strict),
                how=how,
            )
        )
        if data == "8gaussians":
            rows.append(figure("8gaussians: seeds with 8 modes, 80 % high quality", ">= 4", good, how=how))
    return [*rows, figure("longest training", "<= 60", longest, unit="s")]


def narrow() -> list[dict]:
    """Eight modes of radius 2, sigma .02: where small GANs lose modes."""
    rows = []
    for seed in range(3):
        run, seconds = trained({"data": "8narrow", "objective": "non_saturating", "r1": 0.1, "seed": seed})
        scores = {
            name: score(name, run.sample(10_000, seed), run.dataset).value
            for name in ("modes_covered", "high_quality", "mode_kl")
        }
        how = f"{STEPS} steps, seed {seed}, {seconds:.1f} s"
        rows += [
            figure("8narrow: modes", ">= 8", scores["modes_covered"], how=how),
            figure("8narrow: high quality", ">= 0.5", scores["high_quality"], how=how),
            figure("8narrow: KL of the modes' shares", "<= 0.05", scores["mode_kl"], unit="nats", how=how),
        ]
    return rows


def lab() -> list[dict]:
    """JS divergence of 20,000 samples on a 30 x 30 grid while the preset goes on."""
    best, last = [], []
    for seed in LAB_SEEDS:
        run = GanExperiment(parse(GanConfig, {**PRESETS["gan_lab"].settings, "data": "ring", "seed": seed}))
        course = []
        for step in range(1, LAB_STEPS + 1):
            run.step()
            if step % 1000 == 0:
                course.append(grid_js(run.sample(JUDGED, seed), run.dataset, LAB_BINS))
        best.append(min(course))
        last.append(statistics.mean(course[-3:]))
    how = f"ring, {LAB_STEPS} steps, seeds 0 to {len(last) - 1}; GAN Lab itself: 5 of 16 under .2, then worse"

    def share(courses: list[float]) -> float:
        return sum(js < 0.2 for js in courses) / len(courses)

    return [
        figure("GAN Lab preset: share of seeds whose JS gets under .2", ">= 0.9", share(best), how=how),
        figure("GAN Lab preset: share under .2 over the last 3,000 steps", ">= 0.9", share(last), how=how),
        figure("GAN Lab preset: JS at the end, median", "", statistics.median(last), unit="nats", how=how),
        figure("GAN Lab preset: JS at the end, worst", "", max(last), unit="nats", how=how),
    ]


PARTS = {"speed": speed, "defaults": defaults, "narrow": narrow, "lab": lab}


def run() -> dict:
    """All the figures."""
    return measured(PARTS)


if __name__ == "__main__":
    main(__doc__, PARTS)
