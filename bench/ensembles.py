"""Thirty models of one architecture at batch 64: as one batched step, and one after the other in textbook torch.

One process, one thread, process CPU time, contestants in turn, medians of the rounds.
    python -m playground bench ensembles --json
"""

from typing import Any

import torch
from _figures import figure, table
from gan import in_turn, textbook

from playground.ensemble import Ensemble
from playground.gan.config import GanConfig
from playground.gan.experiment import GanExperiment

COUNT = 30
SETTINGS = {"r1": 0.0, "batch": 64, "activation": "relu", "data": "2gaussians"}
"""The textbook game has no penalty."""


def one_after_the_other(steps):
    """As one call."""
    def run() -> None:
        for step in steps:
            step()

    return run


def gans() -> list[dict]:
    configs = [GanConfig(seed=seed, **SETTINGS) for seed in range(COUNT)]
    together = Ensemble([GanExperiment(config) for config in configs])
    took = in_turn({
        "together": together.step,
        "alone": one_after_the_other([GanExperiment(config).step for config in configs]),
        "textbook": one_after_the_other([textbook(config) for config in configs]),
        "shared": one_after_the_other([textbook(config, shared=True) for config in configs]),
    }, rounds=7, calls=4)
    how = f"{COUNT} GANs 2-64-64-2 against 2-64-64-1, batch {SETTINGS['batch']}, Adam; time of a model's step"
    return [figure("GAN: " + title, "", took[name] / COUNT, unit="ms", how=how)
            for name, title in (("together", "as one batched step"), ("alone", "our traced step, one after the other"),
                                ("textbook", "textbook, one after the other"),
                                ("shared", "textbook, samples shared, one after the other"))] + [
        figure("GAN: textbook / together", ">= 5", took["textbook"] / took["together"], how=how),
        figure("GAN: textbook, samples shared / together", "", took["shared"] / took["together"], how=how),
        figure("GAN: alone / together", "", took["alone"] / took["together"], how=how)]


def run() -> dict[str, Any]:
    torch.set_num_threads(1)
    return {"figures": gans()}


if __name__ == "__main__":
    print(table(run()))
