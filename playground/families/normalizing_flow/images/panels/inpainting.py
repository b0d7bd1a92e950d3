"""The missing half of an image, sampled or optimised."""

import numpy as np

from playground.core.i18n import N_
from playground.core.panels import Arrays, Dial, Panel, PanelScenes, Values
from playground.data.images.examples import digit_dial

from ...config import NormalizingFlowConfig
from .layout import image_dial, image_scene

HALVES = {"bottom": N_("bottom"), "top": N_("top"), "right": N_("right"), "left": N_("left")}


def panel(config: NormalizingFlowConfig) -> Panel:
    methods = (("langevin", N_("with noise (Langevin)")), ("climb", N_("without noise (optimisation)")))
    return Panel(
        "inpainting",
        N_("Inpainting"),
        N_(
            "Half of a real image is given. The pixels of the other half start at random and take Langevin steps, each "
            "a gradient step on log p plus noise. The steps are not corrected and steep gradients are cut, so the "
            "results are only approximate samples of the conditional distribution. Without the noise they climb to a "
            "likely image (optimisation)."
        ),
        (
            digit_dial("digit", N_("Digit"), 3),
            image_dial("which"),
            Dial("missing", N_("Missing half"), "choice", "bottom", options=tuple(HALVES.items())),
            Dial("method", N_("Steps"), "choice", "langevin", options=methods),
            Dial("count", N_("Number of steps"), default=200, low=0, high=400, step=20),
        ),
        live=False,
    )


def draw(arrays: Arrays, values: Values, config: NormalizingFlowConfig) -> PanelScenes:
    """`known`, `real` (1, 8, 8), `first`, `last` (n, 8, 8), `bits` (2, n), `bits_real` (1,)."""
    before, after = arrays["bits"].mean(1)
    figures = {"before": f"{before:.2f}", "after": f"{after:.2f}", "real": f"{float(arrays['bits_real'][0]):.2f}"}
    words = {
        "langevin": N_(
            "Langevin steps on the logits of the pixels: {before} bits per dimension at the start, {after} at the end; "
            "the [data:real] image has {real}. Dinh et al. 2014 climb on the pixels themselves, with noise that "
            "shrinks from step to step."
        ),
        "climb": N_(
            "Gradient steps on log p without noise: {before} bits per dimension at the start, {after} at the end; the "
            "[data:real] image has {real}. This is a likely image, not a sample: it may be likelier than any real one."
        ),
    }
    whole = np.concatenate([arrays["known"], arrays["real"]])
    given = image_scene(whole, 2, N_("Given half"), N_("The given half, and the whole [data:image]."), "data")
    start = image_scene(arrays["first"], 3, N_("At the start"), N_("The missing half starts at random."))
    end = image_scene(arrays["last"], 3, N_("Completed"), words[values["method"]], values=figures)
    return (N_("Given half and original"), given), (N_("At the start"), start), (N_("After the steps"), end)
