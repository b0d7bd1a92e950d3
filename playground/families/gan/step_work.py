"""What one training step of these settings takes. No torch: the server reads it before anything runs."""

from playground.data.dataset import dataset_of

from .config import GanConfig

Layers = list[tuple[int, int, int]]
"""Of each layer the numbers that a sample has before and after it, and the multiply-adds that make its matrix."""


def step_work(config: GanConfig) -> float:
    """Multiply-adds of one step: `d_steps` updates of the discriminator and `g_steps` of the generator, one of each on
    the same samples."""
    g, d = _networks(config)
    n, passed = config.batch, _forward(d, config.batch)
    # With a penalty on slopes: the gradient by the samples, which itself has gradients
    sloped = 6 * passed - n * d[0][0] * d[0][1] + _matrices(d, 3)
    plain = 3 * passed - n * d[0][0] * d[0][1] + _matrices(d, 2)
    on_real = sloped if config.r1 > 0 else plain
    discriminator = on_real + plain + (sloped if config.objective == "wgan_gp" else 0)
    drawn = _forward(g, n) + _matrices(g, 1)
    generator = 2 * passed + _matrices(d, 1) + 2 * _forward(g, n) - n * g[0][0] * g[0][1] + _matrices(g, 1)
    updates = max(config.d_steps + config.g_steps - 1, 1)
    return config.d_steps * discriminator + config.g_steps * generator + updates * drawn


def step_numbers(config: GanConfig) -> float:
    """About how many numbers an update holds at a time; penalties on slopes hold those of two passes more."""
    g, d = _networks(config)
    passes = 3 + 4 * (config.r1 > 0) + 6 * (config.objective == "wgan_gp")
    shown = sum(after for _, after, _ in g) * 3 + sum(after for _, after, _ in d) * 2 * passes
    return config.batch * shown + 4 * sum(before * after for before, after, _ in g + d)


def step_operations(config: GanConfig) -> float:
    """About how many operations on tensors a step consists of."""
    g, d = _networks(config)
    penalties = (config.r1 > 0) + 2 * (config.objective == "wgan_gp")
    normed = 8 * len(d) if config.spectral_norm else 0
    one = 70 + 14 * len(d) * (1 + penalties) + normed
    return config.d_steps * one + config.g_steps * (60 + 12 * (len(g) + len(d)) + normed)


def _networks(config: GanConfig) -> tuple[Layers, Layers]:
    if config.domain == "images":
        few, wide = config.channels, 2 * config.channels
        return (
            [(config.noise_dim, wide * 4, 0), (wide * 4, few * 16, wide * few * 1024), (few * 16, 64, few * 16384)],
            [(64, few * 16, few * 16384), (few * 16, wide * 4, few * wide * 1024), (wide * 4, 1, 0)],
        )
    dim = dataset_of(config).dim
    g = [config.noise_dim, *[config.g_width] * config.g_depth, dim]
    d = [dim, *[config.d_width] * config.d_depth, 1]
    return [(a, b, 0) for a, b in zip(g, g[1:], strict=False)], [(a, b, 0) for a, b in zip(d, d[1:], strict=False)]


def _forward(layers: Layers, n: int) -> float:
    return sum(n * before * after for before, after, _ in layers)


def _matrices(layers: Layers, times: int) -> float:
    return times * sum(made for _, _, made in layers)
