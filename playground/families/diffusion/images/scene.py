"""Frame -> scene of a diffusion model of images: from noise to digits, the diagram, the curves."""

import numpy as np

from playground.core.contract import Frame
from playground.core.i18n import N_
from playground.core.layers import Bars, Images, Layer, Role
from playground.core.scene import Chart, Scene, Series, Trajectory
from playground.data.images.digits import DIGITS
from playground.metrics.charts import distance_chart
from playground.metrics.scores import usual_distance

from ..catalogue import CATALOGUE
from ..charts import GRADIENT, loss_chart
from ..conditioning import chosen_class
from ..config import DiffusionConfig
from ..diagram import trajectory
from .diagram import WHOLE, image_diagram

COLUMNS = 10
STRIP_ROWS, PAIR_COUNT = 3, 20
"""Images in the denoising strip, and images beside their nearest training image."""


def scene(frame: Frame, config: DiffusionConfig) -> Scene:
    """The scene of a frame of an experiment on images: see `view.View.snapshot` for the arrays."""
    a = {name: array.astype(np.float32) for name, array in frame.arrays.items()}
    done, calls = int(a["steps"].item()), int(a["levels"][-1, 2])
    distance = float(np.median(a["far"])) / usual_distance(DIGITS)
    words = N_(
        "At step {step}: {done:sampling step|sampling steps}, {calls:network call|network calls}. The distance to the "
        "nearest training image is {far} times that of unseen real images."
    )
    if CATALOGUE[config.sampler].calls and done < config.steps:
        words = N_(
            "At step {step}: shown with {done} of {steps:sampling step|sampling steps}, {calls:network call|network "
            "calls}. The distance to the nearest training image is {far} times that of unseen real images."
        )
    return Scene(
        _layers(a),
        legend=_legend(config),
        words=words,
        extent=WHOLE,
        diagram=image_diagram(a),
        trajectory=_trajectory(a),
        values={
            "step": str(frame.step),
            "done": str(done),
            "steps": str(config.steps),
            "calls": str(calls),
            "far": f"{distance:.2f}",
            "digit": str(chosen_class(config)),
        },
    )


def charts(config: DiffusionConfig) -> tuple[Chart, ...]:
    """The curves. The lowest possible loss is unknown; a network that memorises reaches nearly 0 on training images,
    but not on others."""
    loss = loss_chart(
        Series("train_denoising", N_("of training images"), "data"),
        Series("denoising", N_("of validation images"), "generated"),
    )
    return (loss, distance_chart(DIGITS), GRADIENT)


def strip(images: np.ndarray, predictions: np.ndarray) -> tuple[np.ndarray, tuple[Role, ...]]:
    """Images (m, k, 8, 8) at m times and the predictions for them, as two rows for each of the k: pixels
    (2 k m, 8, 8), and roles."""
    rows = np.stack([images, predictions]).transpose(2, 0, 1, 3, 4)  # (k, 2, m, 8, 8)
    k, _, m = rows.shape[:3]
    roles: tuple[Role, ...] = (*("generated",) * m, *("gradient",) * m)
    return rows.reshape(-1, *rows.shape[3:]), roles * k


def _layers(a) -> tuple[Layer, ...]:
    return (
        Images(
            name="cloud",
            title=N_("Samples on their way from noise"),
            role="generated",
            pixels=a["cloud"],
            columns=COLUMNS,
            trajectory=True,
            tween=True,
        ),
        Images(
            name="taken",
            title=N_("The network's predictions (x̂₀)"),
            role="gradient",
            pixels=a["taken"],
            columns=COLUMNS,
            trajectory=True,
            shown=False,
        ),
        _strip_layer(a),
        Images(
            name="data",
            title=N_("Real images"),
            role="data",
            columns=COLUMNS,
            stage=False,
            pixels=DIGITS.vectors("valid")[: len(a["noised"])].reshape(-1, *DIGITS.shape),
        ),
        Images(name="noise", title=N_("Noise"), role="neutral", columns=COLUMNS, stage=False, pixels=a["cloud"][0]),
        Images(name="noised", title=N_("Noised images"), role="data", columns=COLUMNS, stage=False, pixels=a["noised"]),
        Images(
            name="guess", title=N_("Predicted images"), role="gradient", columns=COLUMNS, stage=False, pixels=a["guess"]
        ),
        _nearest_layer(a),
        _loss_bars(a),
    )


def _legend(config: DiffusionConfig) -> str:
    if not config.classes or not config.guidance > 0:
        return N_(
            "Each image is [generated:noise] that the sampler turns into a digit. Switch on the network's "
            "[gradient:predictions]: the digit is decided early, its strokes late."
        )
    if chosen_class(config) is None:
        return N_(
            "Each image is [generated:noise] that the sampler turns into the digit of its column, from 0 to 9. Switch "
            "on the network's [gradient:predictions] for them."
        )
    return N_(
        "Each image is [generated:noise] that the sampler turns into a {digit}, the chosen digit. Switch on the "
        "network's [gradient:predictions] for them."
    )


def _strip_layer(a) -> Layer:
    which = np.linspace(0, COLUMNS - 1, STRIP_ROWS).round().astype(int)
    pixels, roles = strip(a["cloud"][:, which], a["taken"][:, which])
    return Images(
        name="strip",
        title=N_("Denoising strip, time runs to the right"),
        role="generated",
        pixels=pixels,
        columns=len(a["stops"]),
        roles=roles,
        shown=False,
    )


def _nearest_layer(a) -> Layer:
    """Pairs: a sample, and on its right the nearest training image."""
    near = DIGITS.vectors("train")[a["near"][:PAIR_COUNT].astype(int)].reshape(-1, *DIGITS.shape)
    pairs = np.stack([a["cloud"][-1, :PAIR_COUNT], near], 1).reshape(-1, *DIGITS.shape)
    return Images(
        name="beside",
        title=N_("Sample, and the nearest training image"),
        role="generated",
        stage=False,
        pixels=pairs,
        columns=8,
        roles=("generated", "data") * len(near),
    )


def _loss_bars(a) -> Layer:
    return Bars(
        name="errors",
        title=N_("Loss at each noise level (second bar: validation images)"),
        role="field",
        stage=False,
        values=a["errors"].T.ravel(),
        labels=tuple(text for t in a["at"] for text in (f"t={t:.1f}", "")),
        roles=("data", "generated") * len(a["at"]),
        low=0.0,
        high=1.2,
    )


def _trajectory(a) -> Trajectory:
    labels = [f"t = {1 - u:.2g}" if i % 2 == 0 else "" for i, u in enumerate(a["stops"])]
    return trajectory(a["stops"], a["levels"], labels, N_("images"))
