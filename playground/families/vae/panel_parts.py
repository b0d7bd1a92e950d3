"""What the panels of both domains share: dials, frames, and the map of codes."""

import numpy as np

from playground.core.i18n import N_
from playground.core.panels import Arrays, Dial, Panel
from playground.core.scene import Extent, Points, Scene

from .config import VaeConfig
from .diagram import CODE_FRAME, subscript

LATENT_DIALS = 8
"""Numbers of a code that have a dial, at most; the others stay 0."""
LATENT_START = (0.8, -0.6)
EXAMPLES = 20
"""Pieces of data that a dial can choose from."""


def code_frame(config: VaeConfig) -> Extent:
    """The frame of a map of codes; one-dimensional codes lie on a band."""
    return CODE_FRAME if config.latent > 1 else (CODE_FRAME[0], CODE_FRAME[1], -1.0, 1.0)


def latent_panel(config: VaeConfig) -> Panel:
    start = (*LATENT_START, *[0.0] * LATENT_DIALS)
    return Panel(
        "latent",
        N_("Drag a code"),
        N_(
            "Choose the numbers of a code by hand, and see what the decoder makes of it. Near codes give near data: "
            "the noise that was added to every code in training saw to that."
        ),
        tuple(
            Dial(f"z{k + 1}", subscript(k + 1), default=start[k], low=-3.0, high=3.0, step=0.05)
            for k in range(min(config.latent, LATENT_DIALS))
        ),
    )


def code_scene(arrays: Arrays, codes: tuple[Points, ...], config: VaeConfig) -> Scene:
    """The code that was chosen, among those of data."""
    here = Points(name="at", title=N_("This code"), role="generated", size=11.0, xy=arrays["at"])
    names = (subscript(k + 1) for k in arrays["chosen"])
    return Scene(
        (*codes, here),
        extent=code_frame(config),
        legend=N_("The [generated:code], among those of data. Shown are {first} and {second}."),
        words=N_("A code among those of data."),
        values=dict(zip(("first", "second"), names, strict=True)),
    )


def which_dial(name: str, title: str) -> Dial:
    return Dial(name, title, default=1, low=1, high=EXAMPLES, step=1)


def blur_panel(*chosen: Dial) -> Panel:
    """`chosen`: the dials that choose a piece of data."""
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


def shares(arrays: Arrays) -> tuple[np.ndarray, dict[str, str]]:
    """How strongly each piece of training data is drawn, from 0 to 1, by its share in a code; and the numbers of the
    texts."""
    share = arrays["share"].astype(np.float64)
    many = float(np.exp(-np.sum(share * np.log(share + 1e-300))))
    strength = np.sqrt(share / max(share.max(), 1e-12))
    return strength, {"many": f"{many:.1f}", "most": f"{100 * share.max():.0f}"}


def share_scene(arrays: Arrays, config: VaeConfig) -> Scene:
    """The codes of training data by their share in one code."""
    strength, values = shares(arrays)
    place = Points(name="at", title=N_("The code"), role="generated", size=9.0, xy=arrays["at"])
    return Scene(
        (
            Points(
                name="codes",
                title=N_("Codes of training data, by their share"),
                role="data",
                size=3.2,
                xy=arrays["codes"],
                values=(0.5 + 0.5 * strength).astype(np.float32),
            ),
            place,
        ),
        extent=code_frame(config),
        values=values,
        legend=N_(
            "The [generated:code], and those of training data: the bluer, the likelier it came from there. As "
            "many share it as {many} with equal shares would."
        ),
        words=N_("About {many} pieces of data share this code."),
    )


SIGNALS_TITLE = N_("Two learning signals")
SIGNALS_HELP = N_(
    "A GAN compares two sets of samples: a critic learns to tell them apart, and its verdict says where "
    "samples should go. An autoencoder never compares sets: every piece of data has a bound on its own −log "
    "p(x), and their mean is what is trained. Here both look at the model as it is now. The critic is fitted "
    "for this picture only; nothing is trained by it."
)
VERDICT = N_(
    "Of sets it has not seen the critic tells {right} percent right (50: by chance), which proves a "
    "Jensen–Shannon divergence of {proved} nats; the most is 0.69."
)


def draw_dial() -> Dial:
    return Dial("draw", N_("Draw"), default=1, low=1, high=50, step=1, help=N_("Another number is another two sets."))


def signals_panel(*dials: Dial) -> Panel:
    return Panel("signals", SIGNALS_TITLE, SIGNALS_HELP, (*dials, draw_dial()), live=False)


def signal_values(arrays: Arrays) -> dict[str, str]:
    """The numbers of the texts: what the critic knows, and the mean bound."""
    right, proved = arrays["worth"].tolist()
    mean, error = arrays["bound"].tolist()
    return {
        "right": f"{100 * right:.0f}",
        "proved": f"{max(proved, 0):.2f}",
        "mean": f"{mean:.2f}",
        "error": f"{error:.2f}",
    }
