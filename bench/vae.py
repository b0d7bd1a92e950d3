"""Autoencoders: bounds on digits, the linear case beside probabilistic PCA, gaps on the plane, and how fast a step is.

One process, one thread; times are process CPU time.
    python -m playground bench vae --json
    PYTHONPATH=. python bench/vae.py digits plane
"""

import math
import time
from collections.abc import Callable

import numpy as np
import torch
from _figures import figure, main, measured
from sklearn.datasets import load_digits
from sklearn.decomposition import PCA
from torch import nn

from playground.core.config import parse
from playground.core.resources import WEIGHTS
from playground.engine.recording import read
from playground.families.vae import bounds
from playground.families.vae.config import VaeConfig
from playground.families.vae.experiment import VaeExperiment
from playground.families.vae.images.scene import independent_pixels
from playground.families.vae.model import Bound, Vae, build
from playground.families.vae.training_data import training_data
from playground.training import batches
from playground.training.learner import prepare

SECONDS = 90.0
"""What a training on digits may take."""
DIGITS = {"data": "digits", **VaeConfig.data_defaults["digits"]}
PLANE = ("moons", "8gaussians", "checkerboard")
FRESH, NODES = 5000, 241
"""Points at which a likelihood is measured, and nodes of its quadrature along each dimension of the code."""
TOLERANCE = 0.02
"""Nats by which shipped weights, made again on another machine, may differ."""


def trained(settings: dict, steps: int) -> tuple[VaeExperiment, float]:
    """An experiment after its steps, and the CPU seconds they took, preparation included."""
    began = time.process_time()
    run = VaeExperiment(parse(VaeConfig, settings))
    for _ in range(steps):
        run.step()
    return run, time.process_time() - began


def digits() -> list[dict]:
    """Test figures by the weights that the validation pictures chose."""
    found, longest = [], 0.0
    for latent, steps, asked in ((8, 8000, ("<= 18.6", "<= 17.4")), (2, 6000, ("", ""))):
        run, seconds = trained({**DIGITS, "latent": latent}, steps)
        scores, longest = run.evaluate(thorough=True), max(longest, seconds)
        how = (
            f"{run.parameters} parameters, {steps} steps, {seconds:.0f} s, best at {run.best.step}; KL "
            f"{scores['kl'].value:.2f}, active {scores['active'].value:.0f}"
        )
        rows = [("−ELBO", "elbo", asked[0]), ("−IWAE-50", "iwae50", ""), ("−IWAE-1000", "iwae1000", asked[1])]
        found += [
            figure(f"binary digits, z = {latent}: {title}", bound, scores[name].value, unit="nats", how=how)
            for title, name, bound in rows
        ]
        if "nll" in scores:
            found.append(
                figure(f"binary digits, z = {latent}: −log p by quadrature", "", scores["nll"].value, unit="nats")
            )
    return [
        figure("binary digits: every pixel on its own", "", independent_pixels("bernoulli")[0][0], unit="nats"),
        *found,
        figure("digits: longest training", f"<= {SECONDS:g}", longest, unit="s", how="CPU seconds of one core"),
    ]


def linear() -> list[dict]:
    """A linear autoencoder trained on all digits / 16, beside scikit-learn's probabilistic PCA."""
    data = (load_digits().data / 16).astype(np.float32)
    pca = PCA(8).fit(data.astype(np.float64))
    config = VaeConfig(data="digits", depth=0, latent=8, noise="one", lr=1e-2, batch=500)
    bound, device, steps = Bound(config), torch.device("cpu"), 10_000
    real = batches.BatchStream(lambda n, g: data[g.integers(len(data), size=n)], config.batch, 0, "real", device)
    eps = batches.BatchStream(batches.gaussian(8), config.batch, 0, "codes", device)
    began = time.process_time()
    state = bound.init_state({}, torch.Generator().manual_seed(0))
    settings = {name: torch.tensor(float(getattr(config, name))) for name in VaeExperiment.TENSORS}
    program = prepare(bound.update, (state, settings, {"x": real[0], "eps": eps[0]}), "traced")
    for step in range(steps):
        settings["lr"] = torch.tensor(config.lr * 0.5 * (1 + math.cos(math.pi * step / steps)))
        state, _ = program(state, settings, {"x": real[step], "eps": eps[step]})
    seconds = time.process_time() - began
    vae, x = build(config).requires_grad_(False), torch.from_numpy(data)
    for name, value in bound.parameters.views(state["average"]).items():
        vae.get_parameter(name).copy_(value)
    analytic = float(bounds.linear(vae, x).mean())
    drawn = float(bounds.elbo(vae, x, torch.randn(20, len(x), 8, generator=torch.Generator().manual_seed(1))).mean())
    truth = pca.score(data.astype(np.float64))
    found, how = np.linalg.qr(vae.decoder.net.layers[0].weight.double().numpy())[0], f"{steps} steps, {seconds:.0f} s"
    cosine = np.linalg.svd(pca.components_ @ found)[1].min()
    return [
        figure("digits / 16: probabilistic PCA, 8 components", "", truth, unit="nats", how="scikit-learn's PCA.score"),
        figure("linear VAE: ELBO by its closed form, what it lacks", "<= 0.01", truth - analytic, unit="nats", how=how),
        figure("linear VAE: ELBO by 20 draws, what it lacks", "<= 0.1", abs(truth - drawn), unit="nats", how=how),
        figure(
            "linear VAE: angle to the subspace of PCA",
            "< 2",
            math.degrees(math.acos(min(cosine, 1.0))),
            unit="degrees",
            how=how,
        ),
    ]


def plane() -> list[dict]:
    """Gaps to the entropy by quadrature over codes of two numbers, trained by the ELBO and by five codes."""
    found = []
    for data in PLANE:
        for samples in (1, 5):
            run, seconds = trained({"data": data, "samples": samples}, 8000)
            x = torch.from_numpy(run.dataset.sample(FRESH, batches.generator(0, "fresh")))
            entropy = run.dataset.entropy
            exact = -float(bounds.exact(run.current().model, x, NODES).mean()) - entropy
            eps = torch.randn(10, len(x), 2, generator=torch.Generator().manual_seed(0))
            loose = -float(bounds.elbo(run.current().model, x, eps).mean()) - entropy
            how = f"K = {samples}, {run.parameters} parameters, 8000 steps, {seconds:.0f} s; −ELBO is {loose:.3f} above"
            found.append(figure(f"{data}, K = {samples}: gap", "", exact, unit="nats", how=how))
    return found


class Textbook(nn.Module):
    """The model as a textbook writes it, for the time of a step."""

    def __init__(self, config: VaeConfig):
        super().__init__()
        self.vae: Vae = build(config)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        cost, rate = self.vae.terms(x, torch.randn(len(x), self.vae.latent))
        return cost.mean() + rate.sum(1).mean()


def steps() -> list[dict]:
    """A step beside the same networks in plain torch: nn.Module, torch.optim.Adam, clip_grad_norm_."""
    found = []
    for name, settings, asked in (("plane", {}, ">= 1.5"), ("digits, z = 8", {**DIGITS, "latent": 8}, "")):
        config = parse(VaeConfig, settings)
        run = VaeExperiment(config)
        book = Textbook(config)
        for parameter in book.parameters():
            nn.init.normal_(parameter, std=0.05)
        optimiser = torch.optim.Adam(book.parameters(), lr=config.lr)
        data = [
            torch.from_numpy(training_data(run.config).sample(config.batch, batches.generator(0, "speed", k)))
            for k in range(16)
        ]

        def plain(k: int, book=book, optimiser=optimiser, data=data) -> None:
            optimiser.zero_grad(set_to_none=True)
            book(data[k % 16]).backward()
            nn.utils.clip_grad_norm_(book.parameters(), 10.0)
            optimiser.step()

        times: dict[str, list[float]] = {"ours": [], "plain": []}
        for _ in range(7):  # in turn, medians of the rounds
            for who, one in (("ours", lambda k, run=run: run.step()), ("plain", plain)):
                began = time.process_time()
                for k in range(100):
                    one(k)
                times[who].append((time.process_time() - began) / 100)
        ours, theirs = (float(np.median(rounds[1:])) for rounds in times.values())
        found.append(
            figure(
                f"{name}: textbook torch / ours",
                asked,
                theirs / ours,
                how=(f"{1e6 * ours:.0f} µs a step, textbook {1e6 * theirs:.0f} µs, batch {config.batch}, one thread"),
            )
        )
    return found


def weights() -> list[dict]:
    """Each shipped file made again by its own settings: how far its bound then is from what the file says."""
    found = []
    for path in sorted(WEIGHTS.glob("vae-*.safetensors")):
        recording = read(path)
        run, _ = trained(recording.config.model_dump(), recording.step)
        again = run.evaluate(thorough=True)["elbo"].value
        said = recording.scores["elbo"].value
        found.append(
            figure(
                f"{path.stem}: −ELBO again",
                f"<= {TOLERANCE}",
                abs(again - said),
                unit="nats",
                how=f"the file says {said:.3f}; {recording.command}",
            )
        )
    total = sum(path.stat().st_size for path in WEIGHTS.glob("vae-*.safetensors")) / 1e6
    return [*found, figure("shipped weights of autoencoders", "<= 3", total, unit="MB")]


PARTS: dict[str, Callable[[], list[dict]]] = {
    "digits": digits,
    "linear": linear,
    "plane": plane,
    "steps": steps,
    "weights": weights,
}


def run() -> dict:
    """All the figures."""
    return measured(PARTS)


if __name__ == "__main__":
    main(__doc__, PARTS)
