"""The density of a model's samples beside the true one."""

from collections.abc import Mapping

import numpy as np

from playground.core.config import Config
from playground.core.i18n import N_
from playground.core.panels import Dial, Panel
from playground.core.scene import Heatmap, Scene

from ..drawing import Answer, Pictures, frame, visible
from .lanes import FIELD


def panel(config: Config) -> Panel:
    return Panel(
        "likelihood",
        N_("Exact likelihood"),
        N_(
            "The probability flow carries each place to noise, whose density is known; how much it stretches on the "
            "way says how dense the samples are at the place. That needs the trace of the velocity's Jacobian: "
            "exactly, or guessed with one random probe at each place (Hutchinson), as one must where there are many "
            "dimensions."
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
            FIELD,
        ),
        live=False,
    )


def draw(answer: Answer, values: Mapping, config: Config) -> Pictures:
    extent, model, data = frame(config), answer["model"], answer["data"]
    took, calls, gap, doubt, off, mass = answer["facts"].tolist()
    most = max(float(data.max()) / 2, 1e-6)
    said = {
        "took": f"{took:.0f}",
        "calls": f"{calls:.0f}",
        "gap": f"{gap:.3f}",
        "doubt": f"{1.96 * doubt:.3f}",
        "off": f"{off:.2f}",
        "mass": f"{mass:.3f}",
    }

    def density(p: np.ndarray, title: str, words: str) -> Scene:
        ground = Heatmap(
            name="density",
            title=title,
            role="field",
            scale="sequential",
            extent=extent,
            values=visible(p),
            low_title=N_("none"),
            high_title=N_("high"),
        )
        return Scene((ground,), legend=words, words=words, values=said, extent=extent)

    difference = N_(
        "[data:Too much] or [generated:too little] density. On fresh data log p of the model lies {gap} ± "
        "{doubt} nats below the truth, and a single point is off by {off} nats."
    )
    return (
        (
            N_("The model's density"),
            density(
                model,
                N_("Density of the samples"),
                N_(
                    "The [field:density] of the samples, by {calls} calls in {took} ms. Its mass in the picture: "
                    "{mass}."
                ),
            ),
        ),
        (N_("The true density"), density(data, N_("Density of the data"), N_("The [field:density] of the data."))),
        (
            N_("The difference"),
            Scene(
                (
                    Heatmap(
                        name="difference",
                        title=N_("Model less truth"),
                        role="field",
                        extent=extent,
                        values=model - data,
                        low=-most,
                        high=most,
                        low_title=N_("too little"),
                        high_title=N_("too much"),
                    ),
                ),
                legend=difference,
                words=difference,
                values=said,
                extent=extent,
            ),
        ),
    )
