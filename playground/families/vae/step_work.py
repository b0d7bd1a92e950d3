"""What one training step of these settings takes. No torch: the server reads it before anything runs."""

from playground.data.dataset import dataset_of
from playground.training.products import forward, learning

from .config import VaeConfig


def step_work(config: VaeConfig) -> float:
    """Multiply-adds of one step: encoder and decoder with their gradients, and the encoder once more for the number of
    active dimensions."""
    encoder, decoder = _sizes(config)
    rows = config.batch * config.samples
    return learning(config.batch, encoder, inputs=False) + forward(config.batch, encoder) + learning(rows, decoder)


def step_numbers(config: VaeConfig) -> float:
    """About how many numbers a step holds at a time: what the gradients need, for each code that is drawn."""
    encoder, decoder = _sizes(config)
    likelihood = {"gaussian": 8, "bernoulli": 4, "logistic": 16}[config.decoder_likelihood] * decoder[-1]
    rows = config.batch * config.samples
    return config.batch * 3 * sum(encoder) + rows * (2 * sum(decoder) + 6 * config.latent + likelihood)


def step_operations(config: VaeConfig) -> float:
    """About how many operations on tensors a step consists of."""
    return 160 + 30 * config.depth


def _sizes(config: VaeConfig) -> tuple[list[int], list[int]]:
    dim, latent, strong = dataset_of(config).dim, config.latent, config.autoregressive
    count = 2 if config.noise == "own" and config.decoder_likelihood != "bernoulli" else 1
    read, said = (latent + dim, latent + dim) if strong else (latent, dim)
    depth = max(1, config.depth) if strong else config.depth
    hidden = [config.width] * config.depth
    return [dim, *hidden, 2 * latent], [read, *[config.width] * depth, said * count]
