"""Diffusion and rectified flow: quality of the network, of the samplers at given calls, and speed.

One process, one thread. Speeds are process CPU time, all contestants in turn, medians of the rounds. About six minutes
of a core in all, each part by itself one or two.
    python -m playground bench diffusion --json
    python bench/diffusion.py loss samples order noise reflow likelihood sampling compared step weights
"""

from collections.abc import Callable

from _diffusion_quality import likelihood, loss, noise_on_the_way, order, reflowing, samples
from _diffusion_speed import compared, sampling, step, weights
from _figures import main, measured

PARTS: dict[str, Callable[[], list[dict]]] = {
    "loss": loss,
    "samples": samples,
    "order": order,
    "noise": noise_on_the_way,
    "reflow": reflowing,
    "likelihood": likelihood,
    "sampling": sampling,
    "compared": compared,
    "step": step,
    "weights": weights,
}


def run() -> dict:
    """All the figures."""
    return measured(PARTS)


if __name__ == "__main__":
    main(__doc__, PARTS)
