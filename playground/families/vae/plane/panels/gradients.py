"""Two ways to the gradient of the bound: reparameterisation, and the score function."""

import numpy as np

from playground.core.i18n import N_
from playground.core.panels import Arrays, Dial, Panel, PanelScenes, Values
from playground.core.scene import Axes, Bars, Points, Role, Scene

from ...config import VaeConfig
from ...panel_parts import which_dial

NAMES = (N_("reparameterisation"), N_("score function"), N_("score function with baseline"))
ROLES: tuple[Role, ...] = ("generated", "field", "data")
SHARE_SHOWN = 0.9
"""Share of the estimates with a baseline inside the picture."""
MIN_VARIANCE = 1e-6


def panel(config: VaeConfig) -> Panel:
    return Panel(
        "gradients",
        N_("Two gradient estimators"),
        N_(
            "The reconstruction term is a mean over codes drawn from the encoder's posterior. Its gradient can be "
            "estimated in two ways. Reparameterisation differentiates log p(x | z) through the code. The score "
            "function (REINFORCE) multiplies log p(x | z) by the gradient of log q(z | x); it needs no derivative of "
            "log p, so it also works for discrete codes. Both are right on average. Here both use the same data and "
            "the same draws. A baseline subtracts the mean of log p over the other draws: this helps where log p is "
            "far from 0."
        ),
        (
            which_dial("which", N_("Data point")),
            Dial(
                "draw",
                N_("Draw"),
                default=1,
                low=1,
                high=50,
                step=1,
                help=N_("Each number gives other data and codes."),
            ),
        ),
        live=False,
    )


def draw(arrays: Arrays, values: Values, config: VaeConfig) -> PanelScenes:
    """See `panel_data.gradients`."""
    path, score, baseline = (max(float(v), MIN_VARIANCE) for v in arrays["variance"])
    texts = {
        "path": f"{path:.3g}",
        "score": f"{score:.3g}",
        "baseline": f"{baseline:.3g}",
        "times": f"{score / path:,.0f}" if score > 10 * path else f"{score / path:.1f}",
        "fewer": f"{baseline / path:,.0f}" if baseline > 10 * path else f"{baseline / path:.1f}",
    }
    return (N_("Estimates for one data point"), _cloud(arrays, config)), (
        N_("Variance"),
        _bars(path, score, baseline, texts),
    )


def _cloud(arrays: Arrays, config: VaeConfig) -> Scene:
    middle = arrays["middle"]
    away = np.abs(arrays["cloud"][[0, 2]] - middle).max(-1)
    reach = max(float(np.quantile(away, SHARE_SHOWN)), 1e-3)
    clouds = [
        Points(name=f"cloud{k}", title=NAMES[k], role=ROLES[k], xy=arrays["cloud"][k], size=3.0) for k in (1, 2, 0)
    ]
    mean = Points(name="middle", title=N_("Mean"), role="truth", xy=middle[None], size=9.0)
    names = (N_("by the mean of z₁"), N_("by the mean of z₂") if config.latent > 1 else N_("by log σ of z₁"))
    words = N_(
        "Each dot is one draw's estimate of the gradient of log p(x | z): by [generated:reparameterisation], by the "
        "[field:score function], and by the score function [data:with baseline]. Their common expectation is the "
        "[truth:large dot]; estimates outside the picture are not shown."
    )
    x, y = middle.tolist()
    return Scene(
        (*clouds, mean),
        extent=(x - reach, x + reach, y - reach, y + reach),
        axes=Axes(*names, aspect=1.0),
        legend=words,
        words=N_("Estimates of the gradient for one data point."),
    )


def _bars(path: float, score: float, baseline: float, texts: dict[str, str]) -> Scene:
    heights = np.log10([path, score, baseline]).astype(np.float32)
    bars = Bars(
        name="variance",
        title=N_("Decimal logarithm of the variance of one draw"),
        role="field",
        values=heights,
        labels=NAMES,
        roles=ROLES,
        low=float(np.floor(min(heights.min(), 0.0))),
        high=float(np.ceil(max(heights.max(), 1.0))),
    )
    words = N_(
        "Variance of one draw, summed over all derivatives, mean over a batch: {path} by reparameterisation, {score} "
        "by the score function, {baseline} with baseline. For the same error the score function needs {times} times as "
        "many draws, with baseline {fewer} times. The bars show decimal logarithms."
    )
    return Scene((bars,), legend=words, words=words, values=texts)
