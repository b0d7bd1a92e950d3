"""Which maps the chain of a flow consists of, in order. No torch here: the server reads it."""

from playground.core.i18n import N_

from .config import NormalizingFlowConfig

MAP_TITLES = {
    "planar": N_("Planar"),
    "radial": N_("Radial"),
    "additive": N_("Additive coupling"),
    "affine": N_("Affine coupling"),
    "spline": N_("Spline coupling"),
    "maf": N_("Masked autoregressive"),
    "iaf": N_("Inverse autoregressive"),
    "ode": N_("Differential equation"),
    "scaling": N_("Diagonal scaling"),
    "actnorm": N_("Actnorm"),
    "batchnorm": N_("Batch norm"),
    "conv1x1": N_("1×1 convolution"),
    "fixed": N_("Exchange"),
    "checkerboard": N_("Checkerboard coupling"),
    "channels": N_("Channel coupling"),
    "squeeze": N_("Squeeze"),
    "split": N_("Split"),
    "logit": N_("Logit"),
}
"""The maps that a chain may hold, with their titles."""

MAIN_MAPS = {
    "planar": "planar",
    "radial": "radial",
    "nice": "additive",
    "realnvp": "affine",
    "glow": "affine",
    "maf": "maf",
    "iaf": "iaf",
    "nsf": "spline",
    "ffjord": "ode",
}
"""The main map of a layer, by flow."""


def plan(config: NormalizingFlowConfig) -> tuple[tuple[str, int], ...]:
    """The chain from noise to data: (name of the map, number of its layer from 0) of every map in order.

    Names are the keys of `MAP_TITLES`. `config.layers` counts layers; a layer may have several maps.
    """
    if config.flow == "ffjord":
        return (("ode", 0),)
    if config.domain == "images" and config.flow in ("realnvp", "glow"):
        return _multiscale(config)
    chain = [(name, k) for k in range(config.layers) for name in (MAIN_MAPS[config.flow], *_extra_maps(config))]
    if config.flow == "nice" and config.scaling:  # the last map from data to noise, Dinh et al. 2014, section 3.3
        chain.insert(0, ("scaling", 0))
    if config.domain == "images":
        chain.append(("logit", config.layers - 1))
    return tuple(chain)


def _extra_maps(config: NormalizingFlowConfig) -> tuple[str, ...]:
    """The maps beside the main one in every layer, on its data side."""
    if config.flow == "glow":  # data -> noise: actnorm, mixing, coupling (Kingma and Dhariwal 2018, figure 2a)
        return (*(() if config.permutation == "none" else (config.permutation,)), "actnorm")
    normalised = config.normalisation != "none" and config.flow in ("nice", "realnvp", "nsf", "maf", "iaf")
    return (config.normalisation,) if normalised else ()


def _multiscale(config: NormalizingFlowConfig) -> tuple[tuple[str, int], ...]:
    """Several scales: after a split, half of the dimensions are already noise (Dinh et al. 2016, section 3.6).

    Data to noise, RealNVP: checkerboard couplings, squeeze, channel couplings, split, checkerboard couplings. Glow:
    squeeze, channel couplings, split, squeeze, channel couplings.
    """
    stages = {
        "realnvp": ((), "checkerboard", ("squeeze",), "channels", ("split",), "checkerboard"),
        "glow": (("squeeze",), "channels", ("split", "squeeze"), "channels"),
    }[config.flow]
    betweens, cores = stages[::2], stages[1::2]
    chain, remaining = [("logit", config.layers - 1)], config.layers
    for number, (between, core) in enumerate(zip(betweens, cores, strict=True)):
        count = -(-remaining // (len(cores) - number))  # the first stages get the remainder
        chain += [(name, max(remaining - 1, 0)) for name in between]
        chain += [
            (name, k)
            for k in range(remaining - 1, remaining - count - 1, -1)
            for name in (*_extra_maps(config)[::-1], core)
        ]
        remaining -= count
    return tuple(reversed(chain))
