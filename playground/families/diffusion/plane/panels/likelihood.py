"""The density of a model's samples beside the true one."""

import numpy as np

from playground.core.i18n import N_
from playground.core.panels import Arrays, Dial, Panel, PanelScenes, Values
from playground.core.scene import Heatmap, Layer, Scene

from ...config import DiffusionConfig
from ..layers import data_extent, density_layer, true_density
from .slots import optimal_dial

LEFT = N_(
    "The [field:density] at t = 1/T, from {calls:call|calls} in {took} ms: a chain has no earlier time, so noise of "
    "{left} is left in it. Its mass in the frame: {mass}."
)
LEFT_WORDS = N_(
    "The [field:density] at t = 1/T, from {calls:call|calls} in {took} ms: a chain has no earlier time, so noise of "
    "{left} is left in it, which costs {cost} nats on new data even with the optimal denoiser. Its mass in the frame: "
    "{mass}."
)


def panel(config: DiffusionConfig) -> Panel:
    return Panel(
        "likelihood",
        N_("Likelihood, a bound") if config.process == "ddpm" else N_("Exact likelihood"),
        N_(
            "The probability flow maps each point to noise, whose density is known; the change of variables gives the "
            "density of the samples. It needs the trace of the velocity's Jacobian: exact, or estimated with one "
            "random probe at each point (Hutchinson), as in high dimensions."
        ),
        (
            Dial(
                "trace",
                N_("Trace of the Jacobian"),
                "choice",
                "exact",
                options=(("exact", N_("exact")), ("probe", N_("one random probe"))),
            ),
            Dial("steps", N_("Steps (Runge-Kutta 4)"), default=20, low=4, high=50, step=1),
            optimal_dial(config),
        ),
        live=False,
    )


def draw(data: Arrays, values: Values, config: DiffusionConfig) -> PanelScenes:
    extent, model, true = data_extent(config), data["model"], data["data"]
    took, calls, gap, error, off, mass = data["facts"].tolist()
    left, cost = data["chain"].tolist() if "chain" in data else (np.nan, np.nan)
    limit = max(float(true.max()) / 2, 1e-6)
    numbers = {
        "took": f"{took:.0f}",
        "calls": f"{calls:.0f}",
        "gap": f"{gap:.3f}",
        "interval": f"{1.96 * error:.3f}",
        "off": f"{off:.2f}",
        "mass": f"{mass:.3f}",
        "left": f"{left:.2g}",
        "cost": f"{cost:.3f}",
    }
    density_words = N_(
        "The [field:density] of the samples, from {calls:call|calls} in {took} ms. Its mass in the frame: {mass}."
    )
    gap_words = N_(
        "[data:Too much] or [generated:too little] density. On new data, the mean log p of the model is "
        "{gap} ± {interval} nats below the true one; the error of single points is {off} nats."
    )
    if left == left:
        density_words = LEFT_WORDS if cost == cost else LEFT
        gap_words = N_(
            "[data:Too much] or [generated:too little] density. On new data, the mean log p of the model is at most "
            "{gap} ± {interval} nats below the true one: a bound, with DDPM's last step, a Gaussian, in place of the "
            "noise that is left in the pictures."
        )

    def scene(layer: Layer, words: str) -> Scene:
        return Scene((layer,), legend=words, words=words, values=numbers, extent=extent)

    ends = {"low_title": N_("none"), "high_title": N_("high")}
    density = density_layer(model, extent, trajectory=False, title=N_("Density of the samples"), **ends)
    truth = true_density(true, extent, trajectory=False)
    difference = Heatmap(
        name="difference",
        title=N_("Model minus truth"),
        role="field",
        extent=extent,
        values=model - true,
        low=-limit,
        high=limit,
        low_title=N_("too little"),
        high_title=N_("too much"),
    )
    return (
        (
            N_("The model's density"),
            scene(density, density_words),
        ),
        (
            N_("The true density"),
            scene(truth, N_("The [truth:density] of the data.")),
        ),
        (
            N_("The difference"),
            scene(
                difference,
                gap_words,
            ),
        ),
    )
