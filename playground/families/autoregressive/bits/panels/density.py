"""How likely real and corrupted pictures are."""

import numpy as np

from playground.core.i18n import N_
from playground.core.panels import Arrays, Dial, Panel, PanelScenes, Values
from playground.core.scene import Axes, Paths, Points, Scene
from playground.data.dataset import dataset_of

from ...config import AutoregressiveConfig
from ..corruptions import CORRUPTED_COUNT, CORRUPTIONS
from ..image_grid import image_scene
from .dials import draw_dial


def panel(config: AutoregressiveConfig) -> Panel:
    return Panel(
        "density",
        N_("Find the corrupted pictures"),
        N_("Real and corrupted pictures, sorted by their probability. A good model puts the corrupted ones last."),
        (
            Dial(
                "kind",
                N_("Corruption"),
                "choice",
                "noise",
                options=tuple((name, title) for name, (title, _) in CORRUPTIONS.items()),
            ),
            draw_dial(),
        ),
    )


def draw(arrays: Arrays, values: Values, config: AutoregressiveConfig) -> PanelScenes:
    data, log_p, every, independent = dataset_of(config), arrays["log_p"], arrays["all"], arrays["independent"]
    corrupted = np.arange(len(log_p)) >= len(log_p) - CORRUPTED_COUNT
    ranking = np.argsort(-log_p, kind="stable")
    found = float((log_p[corrupted][:, None] < every[None]).mean())
    plain = float((independent[corrupted][:, None] < independent[~corrupted][None]).mean())
    edges = np.linspace(min(log_p.min(), every.min()) - 1, max(log_p.max(), every.max()) + 1, 31)
    shares = np.histogram(every, edges)[0] / len(every)
    steps = np.stack([np.repeat(edges, 2)[1:-1], np.repeat(shares, 2)], 1)[None].astype(np.float32)
    top = 1.15 * float(shares.max())
    ground = np.full(CORRUPTED_COUNT, 0.03 * top)
    return (
        (
            N_("From likely to unlikely"),
            image_scene(
                data,
                arrays["x"][ranking],
                N_("Ranked"),
                N_(
                    "Twelve [data:real] test pictures and six [generated:corrupted] ones, sorted by log p, the most "
                    "likely first."
                ),
                "data",
                roles=tuple("generated" if corrupted[k] else "data" for k in ranking),
            ),
        ),
        (
            N_("How likely pictures are"),
            Scene(
                (
                    Paths(name="real", title=N_("real pictures"), role="data", xy=steps),
                    Points(
                        name="corrupted",
                        title=N_("corrupted pictures"),
                        role="generated",
                        size=7.0,
                        xy=np.stack([log_p[corrupted], ground], 1).astype(np.float32),
                    ),
                ),
                extent=(float(edges[0]), float(edges[-1]), 0.0, top),
                axes=Axes("log p(x)", N_("share of the pictures")),
                legend=N_(
                    "In {found} percent of all pairs the [generated:corrupted] picture is less likely than the "
                    "[data:real] one; with independent pixels in {plain} percent. Guessing gives 50."
                ),
                words=N_("In {found} percent of all pairs the corrupted picture is less likely than the real one."),
                values={"found": f"{100 * found:.0f}", "plain": f"{100 * plain:.0f}"},
            ),
        ),
    )
