"""The same networks, trainings and samplers as tutorials and other libraries have them."""

from collections.abc import Callable

import numpy as np
import torch
from diffusers import DDIMScheduler, DDPMScheduler
from torch import Tensor, nn

from playground.data.plane import distributions
from playground.families.diffusion.model import TIME_FEATURES, time_embedding
from playground.training import batches

WIDTH, BATCH, LR = 128, 256, 1e-3


class Textbook(nn.Module):
    """Our network as a module: place and time_embedding of the time side by side, for every point."""

    def __init__(self):
        super().__init__()
        self.layers = nn.Sequential(
            nn.Linear(2 + TIME_FEATURES, WIDTH),
            nn.SiLU(),
            nn.Linear(WIDTH, WIDTH),
            nn.SiLU(),
            nn.Linear(WIDTH, WIDTH),
            nn.SiLU(),
            nn.Linear(WIDTH, 2),
        )

    def forward(self, x: Tensor, t: Tensor) -> Tensor:
        return self.layers(torch.cat([x, time_embedding(t)], 1))


def diffusers_loop(scheduler: DDIMScheduler | DDPMScheduler, net: nn.Module, x: Tensor, steps: int) -> Tensor:
    """As their guide has it: ask the network, let the scheduler step."""
    generator = torch.Generator().manual_seed(0)
    scheduler.set_timesteps(steps)
    for moment in scheduler.timesteps:
        t = torch.full((len(x), 1), (float(moment) + 1) / len(scheduler.betas))
        x = scheduler.step(net(x, t), moment, x, generator=generator).prev_sample
    return x


def loops(net: nn.Module, x: Tensor) -> dict[str, Callable[[], Tensor]]:
    common = {"num_train_timesteps": 1000, "clip_sample": True, "clip_sample_range": 3.0}

    def loop(make: type, steps: int) -> Callable[[], Tensor]:
        return torch.no_grad()(lambda: diffusers_loop(make(**common), net, x, steps))

    return {"ddim": loop(DDIMScheduler, 50), "ddpm": loop(DDPMScheduler, 1000)}


def data_and_noise() -> tuple[Callable[[], Tensor], Callable[[], Tensor]]:
    """Data drawn ahead, the same for everybody, and noise as tutorials draw it."""
    data = batches.BatchStream(distributions.get("8gaussians").sample, BATCH, 0, "real", torch.device("cpu"))
    number = iter(range(10**9))
    return lambda: data[next(number)], lambda: torch.randn(BATCH, 2)


def textbook_ddpm() -> Callable[[], float]:
    """Algorithm 1 of Ho et al. 2020 with modules, autograd and torch.optim."""
    net, (data, noise) = Textbook(), data_and_noise()
    adam = torch.optim.Adam(net.parameters(), LR)
    kept = torch.cumprod(1 - torch.linspace(1e-4, 0.02, 1000), 0)

    def step() -> float:
        x0, eps = data(), noise()
        k = torch.randint(1000, (BATCH, 1))
        x = kept[k].sqrt() * x0 + (1 - kept[k]).sqrt() * eps
        adam.zero_grad()
        loss = nn.functional.mse_loss(net(x, (k + 1) / 1000), eps)
        loss.backward()
        adam.step()
        return loss.item()

    return step


def torchcfm_step() -> Callable[[], float]:
    """Its first example, at our width: a network of three inputs, which is less work than ours."""
    from torchcfm.conditional_flow_matching import ConditionalFlowMatcher
    from torchcfm.models.models import MLP

    net, matcher, (data, noise) = (
        MLP(dim=2, time_varying=True, w=WIDTH),
        ConditionalFlowMatcher(sigma=0.0),
        data_and_noise(),
    )
    adam = torch.optim.Adam(net.parameters(), LR)

    def step() -> float:
        adam.zero_grad()
        t, x, u = matcher.sample_location_and_conditional_flow(noise(), data())
        loss = torch.mean((net(torch.cat([x, t[:, None]], -1)) - u) ** 2)
        loss.backward()
        adam.step()
        return loss.item()

    return step


def floor() -> Callable[[], None]:
    """Only the matrix products of one step, in the layout nn.Linear has, with memory for the results ready."""
    net = (2 + TIME_FEATURES, WIDTH, WIDTH, WIDTH, 2)
    sizes = [*zip(net, net[1:], strict=False)]
    products = [(torch.randn(BATCH, a), torch.randn(b, a).t(), torch.empty(BATCH, b)) for a, b in sizes]
    products += [(torch.randn(BATCH, b).t(), torch.randn(BATCH, a), torch.empty(b, a)) for a, b in sizes]
    products += [(torch.randn(BATCH, b), torch.randn(b, a), torch.empty(BATCH, a)) for a, b in sizes[1:]]

    def run() -> None:
        for left, right, out in products:
            torch.mm(left, right, out=out)

    return run


def bare(model, w: Tensor, x: Tensor, moments: np.ndarray) -> Callable[[], None]:
    """The network's calls of a sampler and nothing else: at each time its layers, the time's share of the first one
    ready as a row."""
    (first, bias), *rest = model.layers(w)
    place, time = first.split([2, TIME_FEATURES], 1)
    rows = time_embedding(torch.from_numpy(moments).float()[:, None]) @ time.T + bias

    @torch.no_grad()
    def run() -> None:
        for row in rows:
            h = nn.functional.linear(x, place, row)
            for layer in rest:
                h = nn.functional.linear(nn.functional.silu(h, inplace=True), *layer)

    return run
