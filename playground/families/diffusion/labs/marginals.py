"""Paths with and without noise whose clouds are the same."""

from collections.abc import Mapping

from playground.core.config import Config
from playground.core.i18n import N_
from playground.core.panels import Dial, Panel
from playground.core.scene import Heatmap, Scene

from ..drawing import Answer, Pictures, frame, trajectory, visible, way

KINDS = ("vp", "ve", "subvp", "linear")
"""Processes on which paths with and without noise are compared."""


def panel(config: Config) -> Panel:
    return Panel(
        "marginals",
        N_("Same marginals"),
        N_(
            "The reverse SDE and the probability flow from the same noise with the best field: every path differs, yet "
            "the clouds are the same at every time. The background is the density that both must follow."
        ),
        (
            Dial(
                "process",
                N_("Process"),
                "choice",
                config.process if config.process in KINDS else "vp",
                options=(
                    ("vp", N_("VP SDE")),
                    ("ve", N_("VE SDE")),
                    ("subvp", N_("sub-VP SDE")),
                    ("linear", N_("rectified flow (straight)")),
                ),
            ),
            Dial("steps", N_("Steps"), default=150, low=10, high=500, step=10),
        ),
        live=False,
    )


def draw(answer: Answer, values: Mapping, config: Config) -> Pictures:
    extent, along = frame(config), trajectory(answer["stops"])
    ground = Heatmap(
        name="density",
        title=N_("Density at this time"),
        role="field",
        scale="sequential",
        extent=extent,
        values=visible(answer["density"]),
        trajectory=True,
    )
    pictures = []
    for i, title in enumerate((N_("Reverse SDE: noise on the way"), N_("Probability flow: no noise on the way"))):
        calls, w2, floor = answer[f"facts{i}"].tolist()
        words = N_("{calls} calls. Sliced Wasserstein of the end {w2}; perfect samples: {floor}.")
        pictures.append(
            (
                title,
                Scene(
                    (ground, *way(answer, i)),
                    legend=words,
                    words=words,
                    extent=extent,
                    values={"calls": f"{calls:.0f}", "w2": f"{w2:.3f}", "floor": f"{floor:.3f}"},
                    trajectory=along,
                ),
            )
        )
    return tuple(pictures)
