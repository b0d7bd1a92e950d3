"""What the classifier gets of each frame of the window: the figure of the OadTR paper, before training and now."""

import numpy as np

from playground.core.i18n import N_
from playground.core.panels import Arrays, Panel, PanelScenes, Values
from playground.core.scene import Axes, Paths, Role, Scene

from ...config import OadtrConfig

WAYS: dict[str, tuple[str, Role]] = {
    "token": (N_("with a task token"), "generated"),
    "no_token": (N_("without a task token"), "truth"),
}


def panel(config: OadtrConfig) -> Panel | None:
    """None where no model of the run is an OadTR."""
    if not {"oadtr", "no_token", "no_decoder"} & set(config.contestants):
        return None
    return Panel(
        "token",
        N_("Task token"),
        N_(
            "The cosine between what the encoder gives to the classifier and each frame that it read. The paper says: "
            "without a task token it leans to one frame. Compare with the untrained model before you believe it."
        ),
        (),
    )


def draw(arrays: Arrays, values: Values, config: OadtrConfig) -> PanelScenes:
    found = [(N_("Before training"), _figure(arrays, "initial"))]
    if any(f"now_{way}" in arrays for way in WAYS):
        found.append((N_("Now"), _figure(arrays, "now")))
    return tuple(found)


def _figure(a: Arrays, when: str) -> Scene:
    lines, told = [], {}
    for way, (title, role) in WAYS.items():
        cosine = a.get(f"{when}_{way}")  # (window,), the current frame last
        if cosine is None:
            continue
        lags = np.arange(len(cosine))[::-1]
        xy = np.stack([-lags, cosine], 1)[None].astype(np.float32)
        lines.append(Paths(name=way, title=title, role=role, xy=xy))
        told[way] = (float(cosine[-1]), float(cosine[:-1].mean()) if len(cosine) > 1 else float("nan"))
    legend = BOTH if len(told) == 2 else ONE[next(iter(told))]
    values = {
        f"{way}_{name}": minus(f"{number:.2f}")
        for way, pair in told.items()
        for name, number in zip(PAIR, pair, strict=True)
    }
    longest = max(line.xy.shape[1] for line in lines)
    lowest = min(float(line.xy[..., 1].min()) for line in lines)
    return Scene(
        tuple(lines),
        extent=(-float(longest - 1) - 0.5, 0.5, min(-0.35, lowest) - 0.05, 1.05),
        axes=Axes(N_("frames before the current one"), N_("cosine")),
        legend=legend,
        words=legend,
        values=values,
    )


PAIR = ("now", "older")
BOTH = N_(
    "[generated:With a task token]: {token_now} for the current frame, {token_older} for the older ones on average. "
    "[truth:Without]: {no_token_now} and {no_token_older}."
)
ONE = {
    "token": N_(
        "[generated:With a task token]: {token_now} for the current frame, {token_older} for the older ones on average."
    ),
    "no_token": N_(
        "[truth:Without a task token]: {no_token_now} for the current frame, {no_token_older} for the older ones on "
        "average."
    ),
}


def minus(text: str) -> str:
    """A number with the sign that the browser gives it, too."""
    return text.replace("-", "\u2212")
