"""How soon is an action recognised? Scores by the portion of it that has been seen, and delays."""

import numpy as np

from playground.core.i18n import N_
from playground.core.panels import Arrays, Panel, PanelScenes, Values
from playground.core.scene import Axes, Bars, Paths, Scene

from ...config import OadtrConfig
from ..contestants import ROLES, titles_of

GUESS = 0.5
"""The calibrated average precision of random scores."""


def panel(config: OadtrConfig) -> Panel:
    return Panel(
        "portions",
        N_("Portion of action"),
        N_(
            "Each action is cut into ten parts. The frames of one part, and all frames without that action, give one "
            "score: the first parts show how early a model recognises it."
        ),
        (),
    )


def draw(arrays: Arrays, values: Values, config: OadtrConfig) -> PanelScenes:
    return (
        (N_("Score by the part that is seen"), _portions(arrays, config)),
        (N_("Seconds until it is named"), _delays(arrays, config)),
    )


def _portions(a: Arrays, config: OadtrConfig) -> Scene:
    middles = (np.arange(10) + 0.5) * 10
    lines = tuple(
        Paths(name=f"model_{i}", title=title, role=ROLES[i], xy=np.stack([middles, one], 1)[None].astype(np.float32))
        for i, (title, one) in enumerate(zip(titles_of(config), a["portions"], strict=True))
    )
    guess = np.array([[[0, GUESS], [100, GUESS]]], np.float32)
    low = min(0.45, float(np.nanmin(a["portions"])) - 0.05)
    first = a["portions"][0]
    legend = N_(
        "The first model scores {start} in the first tenth of an action and {best} at best. Guessing gives {guess}."
    )
    return Scene(
        (*lines, Paths(name="guess", title=N_("guessing"), role="neutral", xy=guess)),
        extent=(0.0, 100.0, low, 1.02),
        axes=Axes(N_("percent of the action seen"), N_("mean calibrated AP")),
        legend=legend,
        words=legend,
        values={"guess": f"{GUESS:g}", "start": f"{first[0]:.2f}", "best": f"{np.nanmax(first):.2f}"},
    )


def _delays(a: Arrays, config: OadtrConfig) -> Scene:
    titles, delay, missed = titles_of(config), a["delay"], a["missed"]
    legend = N_("From the beginning of an action until it is the likeliest class, on average. Never named: {missed}.")
    shares = ", ".join(f"{title} {100 * share:.0f} %" for title, share in zip(titles, missed, strict=True))
    bars = Bars(
        name="delays",
        title=N_("seconds"),
        values=np.nan_to_num(delay),
        labels=titles,
        roles=ROLES[: len(titles)],
        high=max(1.0, 1.15 * float(np.nanmax(np.append(delay, 0.0)))),
    )
    return Scene((bars,), extent=(0.0, 1.0, 0.0, 1.0), legend=legend, words=legend, values={"missed": shares})
