"""Dials and scenes that the panels of both domains share."""

import numpy as np

from playground.core.i18n import N_
from playground.core.panels import Arrays, Dial, Panel
from playground.core.scene import Extent, Points, Scene

from .config import VaeConfig
from .diagram import LATENT_EXTENT, subscript

LATENT_DIALS = 8
"""Maximum number of dials; the code is 0 in all other dimensions."""
LATENT_START = (0.8, -0.6)
EXAMPLES = 20
"""Number of data points to choose from."""


def latent_extent(config: VaeConfig) -> Extent:
    """The extent of a scene of the latent space; one-dimensional codes lie on a band."""
    return LATENT_EXTENT if config.latent > 1 else (LATENT_EXTENT[0], LATENT_EXTENT[1], -1.0, 1.0)


def latent_panel(config: VaeConfig) -> Panel:
    start = (*LATENT_START, *[0.0] * LATENT_DIALS)
    return Panel(
        "latent",
        N_("Move a latent code"),
        N_(
            "Choose the coordinates of a latent code and see the output of the decoder. Nearby codes give similar "
            "data: training adds noise to every code, so the decoder must be smooth."
        ),
        tuple(
            Dial(f"z{k + 1}", subscript(k + 1), default=start[k], low=-3.0, high=3.0, step=0.05)
            for k in range(min(config.latent, LATENT_DIALS))
        ),
    )


def code_scene(arrays: Arrays, codes: tuple[Points, ...], config: VaeConfig) -> Scene:
    """The chosen code among the codes of data."""
    here = Points(name="at", title=N_("This code"), role="generated", size=11.0, xy=arrays["at"])
    names = (subscript(k + 1) for k in arrays["chosen"])
    return Scene(
        (*codes, here),
        extent=latent_extent(config),
        legend=N_("The [generated:code] among the codes of data. The axes are {first} and {second}."),
        words=N_("A code among the codes of data."),
        values=dict(zip(("first", "second"), names, strict=True)),
    )


def which_dial(name: str, title: str) -> Dial:
    return Dial(name, title, default=1, low=1, high=EXAMPLES, step=1)


def blur_panel(*chosen: Dial) -> Panel:
    """`chosen`: the dials that choose a data point."""
    wide = Dial(
        "wide",
        N_("Width of posteriors"),
        default=1.0,
        low=0.1,
        high=10.0,
        step=0.01,
        log=True,
        help=N_("Factor on the standard deviations of the encoder. The decoder was trained with 1."),
    )
    return Panel(
        "blur",
        N_("Why reconstructions blur"),
        N_(
            "Posteriors overlap, so one code can come from many data points. The output with the least expected "
            "squared error is the mean of these points, weighted by the density of the code under each posterior. "
            "This panel compares that mean, computed from the training data, with the output of the decoder."
        ),
        (*chosen, wide),
    )


def share_weights(arrays: Arrays) -> tuple[np.ndarray, dict[str, str]]:
    """The opacity of each training point, in [0, 1], from its weight (see `codes.shared_code`); and the values of the
    texts."""
    share = arrays["share"].astype(np.float64)
    many = float(np.exp(-np.sum(share * np.log(share + 1e-300))))
    strength = np.sqrt(share / max(share.max(), 1e-12))
    return strength, {"many": f"{many:.1f}", "most": f"{100 * share.max():.0f}"}


def shared_code_scene(arrays: Arrays, config: VaeConfig) -> Scene:
    """The codes of training data, by their weight for one code."""
    strength, values = share_weights(arrays)
    place = Points(name="at", title=N_("The code"), role="generated", size=9.0, xy=arrays["at"])
    return Scene(
        (
            Points(
                name="codes",
                title=N_("Codes of training data, by weight"),
                role="data",
                size=3.2,
                xy=arrays["codes"],
                values=(0.5 + 0.5 * strength).astype(np.float32),
            ),
            place,
        ),
        extent=latent_extent(config),
        values=values,
        legend=N_(
            "The [generated:code] and the codes of training data. The bluer a dot, the larger its weight. The "
            "effective number of data points that share the code (exponential of the entropy of the weights) is "
            "{many}."
        ),
        words=N_("The effective number of data points that share this code is {many}."),
    )


SIGNALS_TITLE = N_("Two learning signals")
SIGNALS_HELP = N_(
    "A GAN compares two sets of samples: a critic learns to distinguish them, and its gradient moves the samples. A "
    "VAE compares no sets: each data point has its own bound on −log p(x), and training minimises the mean. Here both "
    "signals are computed for the current model. The critic is fitted for this panel only; it does not train the "
    "model."
)
CRITIC_RESULT = N_(
    "On held-out sets the critic is right in {right} percent of cases (50: guessing). So the Jensen–Shannon "
    "divergence is at least {proved} nats; its maximum is 0.69."
)


def draw_dial() -> Dial:
    return Dial(
        "draw", N_("Draw"), default=1, low=1, high=50, step=1, help=N_("Number of the random draw of both sets.")
    )


def signals_panel(*dials: Dial) -> Panel:
    return Panel("signals", SIGNALS_TITLE, SIGNALS_HELP, (*dials, draw_dial()), live=False)


def signal_values(arrays: Arrays) -> dict[str, str]:
    """The values of the texts: the critic's scores and the mean bound."""
    right, proved = arrays["critic_scores"].tolist()
    mean, error = arrays["bound"].tolist()
    return {
        "right": f"{100 * right:.0f}",
        "proved": f"{max(proved, 0):.2f}",
        "mean": f"{mean:.2f}",
        "error": f"{error:.2f}",
    }
