"""Linear probe: what single frames tell before anything is trained on windows of them."""

import numpy as np

from playground.core.i18n import N_
from playground.core.panels import Arrays, Panel, PanelScenes, Values
from playground.core.scene import Bars, Role, Scene

from ...config import OadtrConfig
from ..contestants import titles_of

BAD = 0.15
"""A mean average precision under which features tell a linear model next to nothing."""


def panel(config: OadtrConfig) -> Panel:
    return Panel(
        "probe",
        N_("Linear probe"),
        N_(
            "A linear model that sees one frame at a time. What a detector gains beyond it, it gains from the past. If "
            "the probe finds nothing, look at the features before you train anything on them."
        ),
        (),
        live=False,
    )


def draw(arrays: Arrays, values: Values, config: OadtrConfig) -> PanelScenes:
    names, probe, model = config.streams.class_names[1:], arrays["probe"], arrays["model"]  # of the actions
    legend = POOR if np.nanmean(probe) < BAD else FOUND
    told = {
        "probe": f"{np.nanmean(probe):.2f}",
        "model": f"{np.nanmean(model):.2f}",
        "name": titles_of(config)[0],
        "chance": f"{float(arrays['chance'][0]):.2f}",
    }
    pictures = (
        (N_("Linear model of one frame"), _bars(probe, names, "data")),
        (N_("First model of this run"), _bars(model, names, "generated")),
    )
    return tuple(
        (title, Scene((bars,), extent=(0.0, 1.0, 0.0, 1.0), legend=legend, words=legend, values=told))
        for title, bars in pictures
    )


def _bars(values: np.ndarray, names: tuple[str, ...], role: Role) -> Bars:
    return Bars(
        name="precision", title=N_("average precision"), role=role, values=np.nan_to_num(values), labels=names,
        roles=(role,) * len(names),
    )  # fmt: skip


FOUND = N_(
    "Mean over the actions: {probe} for the linear model, {model} for {name} as it is now, {chance} for guessing."
)
POOR = N_(
    "Mean over the actions: {probe} for the linear model, {model} for {name} as it is now, {chance} for guessing. "
    "These features tell a linear model next to nothing."
)
