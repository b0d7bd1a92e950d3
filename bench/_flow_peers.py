"""The same flows in zuko, normflows and nflows, and how fast theirs and ours are in one run."""

import time
from collections.abc import Callable
from functools import partial

import normflows
import torch
import zuko
from _figures import figure
from gan import in_turn
from nflows.distributions import StandardNormal
from nflows.flows import Flow as NfFlow
from nflows.transforms import (
    AffineCouplingTransform,
    CompositeTransform,
    PiecewiseRationalQuadraticCouplingTransform,
)
from torch import Tensor, nn

from playground.data.plane import distributions
from playground.families.normalizing_flow.config import NormalizingFlowConfig
from playground.families.normalizing_flow.experiment import NormalizingFlowExperiment
from playground.training import batches
from playground.training.learner import EXECUTIONS

BATCH, WIDTH, BOUND, BINS, LR = 256, 64, 4.0, 8, 1e-3
LAYERS = {"RealNVP": 8, "NSF": 4}
OURS = {
    name: {"flow": name.lower(), "layers": layers, "width": WIDTH, "depth": 2, "batch": BATCH, "lr": LR}
    for name, layers in LAYERS.items()
}
DATA, STEPS, FRESH_POINTS, SLACK = "moons", 1500, 20_000, 0.03
"""Equal likelihood: after the same steps on the same batches at most `SLACK` nats worse than the best peer. That is
required of ours, and of a peer that ours is compared with: nflows' affine couplings are fast but cannot scale up."""
SIZE, CHUNKS = 200, (2000, 4000)
Density = Callable[[Tensor], Tensor]


# ---- the peers: (module, its log density) --------------------------------------------------------


class Mlp(nn.Module):
    """1-64-64-outputs where nflows would have its residual network; the last layer begins at 0, as in ours."""

    def __init__(self, inputs: int, outputs: int):
        super().__init__()
        self.layers = nn.Sequential(
            nn.Linear(inputs, WIDTH), nn.ReLU(), nn.Linear(WIDTH, WIDTH), nn.ReLU(), nn.Linear(WIDTH, outputs)
        )
        nn.init.zeros_(self.layers[-1].weight)
        nn.init.zeros_(self.layers[-1].bias)

    def forward(self, x: Tensor, context: Tensor | None = None) -> Tensor:
        return self.layers(x)


def in_zuko(name: str) -> tuple[nn.Module, Density]:
    kinds = {
        "RealNVP": {},
        "NSF": {
            "univariate": partial(zuko.transforms.MonotonicRQSTransform, bound=BOUND),
            "shapes": ([BINS], [BINS], [BINS - 1]),
        },
    }
    flow = zuko.flows.NICE(2, transforms=LAYERS[name], hidden_features=(WIDTH, WIDTH), **kinds[name])
    return flow, lambda x: flow().log_prob(x)


def in_nflows(name: str) -> tuple[nn.Module, Density]:
    kind = {
        "RealNVP": AffineCouplingTransform,  # its factor cannot exceed 1 by much, which its likelihood shows
        "NSF": partial(PiecewiseRationalQuadraticCouplingTransform, num_bins=BINS, tails="linear", tail_bound=BOUND),
    }[name]
    links = [kind([k % 2, 1 - k % 2], Mlp) for k in range(LAYERS[name])]
    flow = NfFlow(CompositeTransform(links), StandardNormal([2]))
    return flow, flow.log_prob


def in_normflows(name: str) -> tuple[nn.Module, Density]:
    """Its spline couplings have a residual network of fixed shape, 1.7 times our parameters."""
    links: list[nn.Module] = []
    for k in range(LAYERS[name]):
        if name == "RealNVP":
            links += [
                normflows.flows.AffineCouplingBlock(normflows.nets.MLP([1, WIDTH, WIDTH, 2], init_zeros=True)),
                normflows.flows.Permute(2, mode="swap"),
            ]
        else:
            links += [
                normflows.flows.CoupledRationalQuadraticSpline(
                    2, 1, WIDTH, num_bins=BINS, tail_bound=BOUND, reverse_mask=bool(k % 2)
                )
            ]
    flow = normflows.NormalizingFlow(normflows.distributions.DiagGaussian(2, trainable=False), links)
    return flow, flow.log_prob


PEERS = {"zuko": in_zuko, "normflows": in_normflows, "nflows": in_nflows}


def textbook(flow: nn.Module, log_prob: Density, batches: Callable[[], Tensor]) -> Callable[[], None]:
    """A training step as their tutorials have it."""
    adam = torch.optim.Adam(flow.parameters(), LR)

    def step() -> None:
        adam.zero_grad()
        loss = -log_prob(batches()).mean()
        loss.backward()
        adam.step()
        loss.item()

    return step


def floor(name: str) -> Callable[[], None]:
    """Only the matrix products of one step, in the layout nn.Linear has, with memory for the results ready."""
    net = (1, WIDTH, WIDTH, {"RealNVP": 2, "NSF": 3 * BINS - 1}[name])
    sizes = [(a, b) for _ in range(LAYERS[name]) for a, b in zip(net, net[1:], strict=False)]
    products = [(torch.randn(BATCH, a), torch.randn(b, a).t(), torch.empty(BATCH, b)) for a, b in sizes]
    products += [(torch.randn(BATCH, b).t(), torch.randn(BATCH, a), torch.empty(b, a)) for a, b in sizes]
    products += [(torch.randn(BATCH, b), torch.randn(b, a), torch.empty(BATCH, a)) for a, b in sizes]

    def run() -> None:
        for left, right, out in products:
            torch.mm(left, right, out=out)

    return run


def drawn(seed: int) -> Callable[[], Tensor]:
    """The same batches for every library, drawn ahead."""
    stream = batches.BatchStream(distributions.get(DATA).sample, BATCH, seed, "real", torch.device("cpu"))
    number = iter(range(10**9))
    return lambda: stream[next(number)]


# ---- training steps ------------------------------------------------------------------------------


def step_speed() -> list[dict]:
    return [row for name in LAYERS for row in _steps(name)]


def _steps(name: str) -> list[dict]:
    torch.manual_seed(0)
    peers = {library: make(name) for library, make in PEERS.items()}
    theirs = {library: textbook(*peer, drawn(0)) for library, peer in peers.items()}
    ours = {
        execution: NormalizingFlowExperiment(NormalizingFlowConfig(data=DATA, execution=execution, **OURS[name]))
        for execution in ("eager", "traced", "compiled")
    }
    began = time.perf_counter()
    compiled = ours["compiled"].execution == "compiled"
    preparing = time.perf_counter() - began
    if not compiled:
        del ours["compiled"]
    nll = _trained_nll(peers, theirs, ours["traced"])
    took = in_turn({"floor": floor(name), **theirs, **{execution: run.step for execution, run in ours.items()}}, 15, 20)
    least = min(nll[library] for library in PEERS)
    equal = [library for library in PEERS if nll[library] <= least + SLACK]
    best, fastest = (min(took[library] for library in some) for some in (equal, PEERS))
    how = (
        f"{LAYERS[name]} x (64, 64), batch {BATCH}, one thread, CPU time; best peer: the fastest of those whose NLL "
        f"is within {SLACK} of the best one's ({', '.join(equal)})"
    )
    asked = {"RealNVP": (">= 3.5", ">= 5", "<= 1.5"), "NSF": (">= 3", ">= 6.5", "<= 2.7")}[name]
    rows = [figure(f"{name}: {title} step", "", took[title], unit="ms", how=how) for title in took]
    rows += [
        figure(f"{name}: best peer / eager", "", best / took["eager"], how=how),
        figure(f"{name}: best peer / traced", asked[0], best / took["traced"], how=how),
        figure(f"{name}: traced / floor", "", took["traced"] / took["floor"], how=how),
    ]
    if compiled:
        rows += [
            figure(f"{name}: best peer / compiled", asked[1], best / took["compiled"], how=how),
            figure(f"{name}: compiled / floor", asked[2], took["compiled"] / took["floor"], how=how),
            figure(f"{name}: compiled: ready after", "", preparing, unit="s"),
        ]
    rows += [
        figure(f"{name}: fastest peer, whatever its NLL / {execution}", "", fastest / took[execution])
        for execution in ours
    ]
    rows += [
        figure(f"{name}: NLL of {who}", "", value, unit="nats", how=f"{STEPS} steps, Adam {LR:g}")
        for who, value in nll.items()
    ]
    return [*rows, figure(f"{name}: NLL of ours less the best peer's", f"<= {SLACK}", nll["ours"] - least, unit="nats")]


def _trained_nll(peers: dict, theirs: dict, ours: NormalizingFlowExperiment) -> dict[str, float]:
    """The negative log likelihood at fresh points after the same steps."""
    fresh = torch.from_numpy(distributions.get(DATA).sample(FRESH_POINTS, batches.generator(0, "fresh")))
    for _ in range(STEPS):
        for step in (*theirs.values(), ours.step):
            step()
    with torch.no_grad():
        found = {library: -log_prob(fresh).mean().item() for library, (_, log_prob) in peers.items()}
        return {**found, "ours": -ours.current().model.log_prob(fresh).mean().item()}


# ---- densities -----------------------------------------------------------------------------------


def density_speed() -> list[dict]:
    """Of an 8 x (64, 64) RealNVP on a grid of 200 x 200 places."""
    torch.manual_seed(0)
    axis = torch.linspace(-3, 3, SIZE)
    places = torch.stack(torch.meshgrid(axis, axis, indexing="xy"), -1).view(-1, 2)
    run = NormalizingFlowExperiment(NormalizingFlowConfig(data=DATA, **OURS["RealNVP"]))
    run.step()
    flow = run.current().model
    contestants = {library: partial(_whole, make("RealNVP")[1], places) for library, make in PEERS.items()}
    contestants |= {
        f"{library}, chunks of 4000": partial(_chunked, make("RealNVP")[1], places, 4000)
        for library, make in PEERS.items()
    }
    contestants |= {"ours, one piece": partial(_whole, flow.log_prob, places)}
    contestants |= {f"ours, chunks of {rows}": partial(_chunked, flow.log_prob, places, rows) for rows in CHUNKS}
    with torch.no_grad():
        fused, execution = EXECUTIONS["compiled"](lambda x: (flow.log_prob(x),), (places[: CHUNKS[0]].clone(),))
    if execution == "compiled":
        contestants["ours, compiled"] = partial(_chunked, lambda x: fused(x)[0], places, CHUNKS[0])
    took = in_turn(contestants, rounds=9, calls=2)
    best = min(took[library] for library in PEERS)
    in_chunks = min(took[f"{library}, chunks of 4000"] for library in PEERS)
    ours = max(took[f"ours, chunks of {rows}"] for rows in CHUNKS)
    rows = [
        figure(f"density: {title}", "", value, unit="ms", how="RealNVP 8 x (64, 64), 200 x 200 places")
        for title, value in took.items()
    ]
    rows += [
        figure("density: best peer / ours in chunks", ">= 1.1", best / ours, how="the slower of our chunks"),
        figure("density: best peer, in chunks too / ours", "", in_chunks / ours),
    ]
    if execution == "compiled":
        rows.append(figure("density: best peer / compiled", ">= 1.9", best / took["ours, compiled"]))
    return rows


def _whole(log_prob: Density, places: Tensor) -> Tensor:
    with torch.no_grad():
        return log_prob(places)


def _chunked(log_prob: Density, places: Tensor, rows: int) -> Tensor:
    with torch.no_grad():
        return torch.cat([log_prob(part) for part in places.split(rows)])
