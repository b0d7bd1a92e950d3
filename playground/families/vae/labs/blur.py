"""Why reconstructions blur: the data that share a code, and their mean."""

from collections.abc import Mapping

import numpy as np

from playground.core.i18n import N_
from playground.core.panels import Dial, Panel
from playground.core.scene import Images, Points, Scene
from playground.data.dataset import dataset_of

from ..config import VaeConfig
from .latent import Pictures, frame
from .pictures import digit_dial, which_dial

SHARED = 12
"""Pictures that are shown of those that share a code."""


def panel(config: VaeConfig) -> Panel:
    wide = Dial(
        "wide",
        N_("Width of posteriors"),
        default=1.0,
        low=0.1,
        high=10.0,
        step=0.01,
        log=True,
        help=N_("As many times as wide as the encoder says: 1 is what the decoder was trained with."),
    )
    chosen = (which_dial("which", N_("Which piece of data")),)
    if config.data == "digits":
        chosen = (digit_dial("digit", N_("Digit"), 8), which_dial("which", N_("Which picture of it")))
    return Panel(
        "blur",
        N_("Why reconstructions blur"),
        N_(
            "Posteriors overlap, so one code may have come from many pieces of data. What answer is right for all of "
            "them? The one with the least expected error is their mean, each weighted by how likely the code is in its "
            "posterior. Compare that mean, worked out from the training data, with what the decoder says."
        ),
        (*chosen, wide),
    )


def draw(answer: Mapping[str, np.ndarray], values: Mapping, config: VaeConfig) -> Pictures:
    """See `answers.blur.blur`."""
    share = answer["share"].astype(np.float64)
    many = float(np.exp(-np.sum(share * np.log(share + 1e-300))))
    strength = np.sqrt(share / max(share.max(), 1e-12))
    said = {"many": f"{many:.1f}", "most": f"{100 * share.max():.0f}"}
    place = Points(name="at", title=N_("The code"), role="generated", size=9.0, xy=answer["at"])
    shared = Scene(
        (
            Points(
                name="codes",
                title=N_("Codes of training data, by their share"),
                role="data",
                size=3.2,
                xy=answer["codes"],
                values=(0.5 + 0.5 * strength).astype(np.float32),
            ),
            place,
        ),
        extent=frame(config),
        values=said,
        legend=N_(
            "The [generated:code], and those of training data: the bluer, the likelier it came from there. As "
            "many share it as {many} with equal shares would."
        ),
        words=N_("About {many} pieces of data share this code."),
    )
    if config.data != "digits":
        low, high = dataset_of(config).bounds
        return (
            (N_("Who shares the code"), shared),
            (
                N_("On the plane"),
                Scene(
                    (
                        Points(
                            name="data",
                            title=N_("Training data, by their share"),
                            role="data",
                            size=3.2,
                            xy=answer["data"],
                            values=(0.5 + 0.5 * strength).astype(np.float32),
                        ),
                        Points(
                            name="real", title=N_("The piece of data itself"), role="data", size=10.0, xy=answer["real"]
                        ),
                        Points(
                            name="mean", title=N_("Their weighted mean"), role="truth", size=10.0, xy=answer["mean"]
                        ),
                        Points(
                            name="back",
                            title=N_("What the decoder says"),
                            role="generated",
                            size=10.0,
                            xy=answer["back"],
                        ),
                    ),
                    extent=(low, high, low, high),
                    values=said,
                    legend=N_(
                        "The piece of [data:data], the [truth:mean] of all that share its code, and what the "
                        "[generated:decoder] says: near the mean, not the data."
                    ),
                    words=N_("The decoder's answer is near the mean of those that share the code."),
                ),
            ),
        )
    fading = np.sqrt(answer["largest"] / max(float(answer["largest"].max()), 1e-12))[:, None, None]
    three = np.concatenate([answer["real"], answer["mean"], answer["back"]])
    return (
        (
            N_("Real, mean, decoder"),
            Scene(
                (
                    Images(
                        name="three",
                        title=N_("Real, mean, decoder"),
                        role="generated",
                        pixels=three,
                        columns=3,
                        roles=("data", "truth", "generated"),
                    ),
                ),
                legend=N_(
                    "The [data:real] picture; the [truth:mean] of the training pictures that share its code; and "
                    "what the [generated:decoder] says."
                ),
                words=N_("A real picture, a mean, and a reconstruction."),
            ),
        ),
        (
            N_("Who shares the code"),
            Scene(
                (
                    Images(
                        name="shared",
                        title=N_("Training pictures, by their share"),
                        role="data",
                        columns=4,
                        pixels=(answer["shared"] * fading).astype(np.float32),
                    ),
                ),
                values=said,
                legend=N_(
                    "Training pictures that share the code, paler with a smaller share; the first has {most} "
                    "percent, and as many share it as {many} with equal shares would."
                ),
                words=N_("About {many} pictures share this code."),
            ),
        ),
        (N_("On the map"), shared),
    )
