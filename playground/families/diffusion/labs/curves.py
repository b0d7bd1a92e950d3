"""Error against calls of the network, or against time."""

from collections.abc import Mapping

import numpy as np

from playground.core.config import Config
from playground.core.i18n import N_
from playground.core.panels import Dial, Panel
from playground.core.scene import Axes, Layer, Mesh, Paths, Points, Scene

from ..catalogue import CATALOGUE
from ..drawing import Answer, Pictures
from .lanes import ETA, FIELD, LANES, running, six

FAINT = 0.25
"""How strongly the region is drawn that chance alone explains."""
MEASURES = {
    "w2": (
        N_("of the samples: sliced Wasserstein"),
        N_("error (units of the axes)"),
        N_(
            "Distance of 500 samples to the data. Perfect samples score {floor}: in the [neutral:shaded] region only "
            "chance decides."
        ),
    ),
    "nats": (
        N_("of the samples: nats"),
        N_("error (nats)"),
        N_(
            "How far the mean of −log p(x) over 500 samples is from the entropy of the data; p is their density, "
            "which is known. Perfect samples are off by {floor}: in the [neutral:shaded] region only chance decides."
        ),
    ),
    "end": (
        N_("of the path: distance to its exact end"),
        N_("error (units of the axes)"),
        N_("Distance to where the exact path of the same noise ends. Samplers that draw noise have no such end."),
    ),
    "bend": (
        N_("bend of the paths"),
        N_("bend (0 is straight)"),
        N_(
            "How far velocities along a path differ from the straight line between its ends, squared. The exact paths: "
            "{bend}. One step is always straight; samplers that draw noise have no such figure."
        ),
    ),
}
"""Title, axis, and sentence of what can be measured, in the order of the answer's columns from the third on."""
LEAST = 1e-6


def panel(config: Config) -> Panel:
    return Panel(
        "curves",
        N_("Error against calls"),
        N_(
            "How the error falls as the network is asked more often, measured now. Both axes are logarithmic: a method "
            "of higher order falls more steeply."
        ),
        (
            *six(config, "ddpm", "dpm_solver", "heun"),
            ETA,
            FIELD,
            Dial(
                "measure",
                N_("Error"),
                "choice",
                "w2",
                options=tuple((name, title) for name, (title, _, _) in MEASURES.items()),
            ),
            Dial(
                "across",
                N_("Against"),
                "choice",
                "calls",
                options=(("calls", N_("network calls")), ("ms", N_("milliseconds"))),
            ),
        ),
        live=False,
    )


def draw(answer: Answer, values: Mapping, config: Config) -> Pictures:
    place = list(MEASURES).index(values["measure"])
    across, floor = int(values["across"] == "ms"), float(answer["floors"][place])
    lines = {}
    for i in running(values):
        points = answer[f"curve{i}"].astype(np.float64).reshape(-1, 6)[:, [across, 2 + place]]
        points = points[np.isfinite(points).all(1) & (points[:, 1] > LEAST)]
        if len(points):
            lines[i] = np.log10(points).astype(np.float32)
    extent = _extent(list(lines.values()), floor)
    _, axis, words = MEASURES[values["measure"]]
    layers = [
        layer
        for i, xy in lines.items()
        for layer in (
            Paths(name=f"curve{i}", title=CATALOGUE[values[f"lane{i + 1}"]].title, role=LANES[i], xy=xy[None]),
            Points(name=f"dots{i}", title=CATALOGUE[values[f"lane{i + 1}"]].title, role=LANES[i], size=5.0, xy=xy),
        )
    ]
    return (
        (
            N_("Error against time") if across else N_("Error against calls"),
            Scene(
                (*_ground(extent, floor), *layers),
                legend=words,
                words=words,
                extent=extent,
                values={"floor": f"{floor:.3f}", "bend": f"{answer['bend'].item():.2f}"},
                axes=Axes(N_("milliseconds") if across else N_("network calls"), axis, log_x=True, log_y=True),
            ),
        ),
    )


def _extent(lines: list[np.ndarray], floor: float) -> tuple[float, float, float, float]:
    """Decimal logarithms that hold every line, and the floor where there is one."""
    x, y = np.concatenate(lines or [np.array([[0.0, 0.0], [1.0, 0.0]])]).T
    y = np.append(y, np.log10(floor)) if np.isfinite(floor) else y
    return float(x.min()) - 0.05, float(x.max()) + 0.1, float(np.clip(y.min(), -4, 2)) - 0.2, float(y.max()) + 0.2


def _ground(extent: tuple[float, float, float, float], floor: float) -> tuple[Layer, ...]:
    """The region that perfect samples do not leave on average."""
    if not np.isfinite(floor):
        return ()
    x0, x1, y0, _ = extent
    corners = [[(x, y) for x in (x0, x1)] for y in (y0, np.log10(floor))]
    return (
        Mesh(
            name="floor",
            title=N_("Perfect samples"),
            role="neutral",
            xy=np.array(corners, np.float32),
            weights=np.full((1, 1), FAINT, np.float32),
        ),
    )
