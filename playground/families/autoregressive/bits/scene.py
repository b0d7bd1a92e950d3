"""Frame -> what is drawn of a model of bits: vectors as they are sampled, bit by bit, and the curves."""

import numpy as np

from playground.core.contract import Frame
from playground.core.i18n import N_
from playground.core.scene import Bars, Chart, Images, Layer, Matrix, Number, Scene, Series, Trajectory
from playground.data.bits.binary import Binary
from playground.data.dataset import dataset_of
from playground.metrics.charts import gap_chart

from ..config import AutoregressiveConfig, effective_order
from ..orders import orders, ranks
from .diagram import diagram
from .frames import MAX_NATS, STEP_UNIT, keyframes
from .image_grid import UNKNOWN_INK, grid_columns, to_images

MIN_SCALE = 1e-6


def scene(frame: Frame, config: AutoregressiveConfig) -> Scene:
    """What is drawn of a frame of an experiment on bits: see `View.snapshot` for the arrays."""
    a = {name: array.astype(np.float32) for name, array in frame.arrays.items()}
    data = dataset_of(config)
    order = orders(effective_order(config), data.shape)[0]
    moments, (train, valid, best, step) = keyframes(data.dim), a["judged"].tolist()
    drawn, log_p = partial_vectors(a["bits"], a["chances"], order, moments)
    dependencies = a["hears"] if len(a["hears"]) else None
    pixels = to_images(data, drawn.reshape(-1, data.dim)).reshape(len(moments), -1, *data.shape)
    roles: tuple[str, ...] = ()
    if dependencies is not None:  # the first picture gives its place to what the pixel being drawn depends on
        rows = np.concatenate([dependencies, dependencies[-1:]])  # at the end, the last pixel's
        scaled = rows / np.maximum(rows.max(1, keepdims=True), MIN_SCALE)
        pixels[:, 0] = scaled.reshape(-1, *data.shape)
        roles = ("gradient", *["generated"] * (pixels.shape[1] - 1))
    columns = grid_columns(pixels.shape[1])
    layers = (
        Images(
            name="drawn",
            title=N_("Pictures being drawn"),
            role="generated",
            pixels=pixels,
            columns=columns,
            roles=roles,
            trajectory=True,
        ),
        Images(
            name="real",
            title=N_("Real pictures"),
            role="data",
            stage=False,
            columns=columns,
            pixels=to_images(data, data.rows("valid")[: len(a["real"])]),
        ),
        Images(
            name="probabilities",
            title=N_("Probability of ink, given the pixels before"),
            role="field",
            stage=False,
            columns=columns,
            pixels=to_images(data, a["real"]),
        ),
        *_dependencies(a["hears"], order, data),
        _loss(data, train, valid),
    )
    return Scene(
        layers,
        diagram=diagram(dependencies is not None),
        trajectory=_trajectory(moments, log_p),
        values={
            "step": str(frame.step),
            **{name: _nats(value) for name, value in (("train", train), ("valid", valid), ("best", best))},
            "best_step": f"{step * STEP_UNIT:.0f}",
            "independent": f"{data.independent('valid'):.1f}",
        },
        legend=N_(
            "Each picture is [generated:drawn] pixel by pixel; shaded pixels are still to come. The first one "
            "shows what the pixel being drawn [gradient:depends on]. The best weights so far are those of step "
            "{best_step}."
        )
        if dependencies is not None
        else N_(
            "Each picture is [generated:drawn] pixel by pixel; shaded pixels are still to come. The best weights so "
            "far are those of step {best_step}."
        ),
        words=N_(
            "At step {step} the model needs {valid} nats for a validation picture and {train} for a training picture. "
            "The best so far is {best}, at step {best_step}; independent pixels need {independent}."
        ),
    )


def partial_vectors(
    bits: np.ndarray, probabilities: np.ndarray, order: np.ndarray, moments: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Vectors at each keyframe (keyframes, n, dim): what is drawn, the probability of the bit being drawn, the rest
    unknown. And the mean of log p so far (keyframes,), in nats."""
    rank, now = ranks(order), moments[:, None, None]
    vectors = np.where(rank < now, bits, np.where(rank == now, probabilities, UNKNOWN_INK))
    each = np.log(np.clip(np.where(bits > 0.5, probabilities, 1 - probabilities), 1e-7, 1)).mean(0)[order]
    return vectors, np.append(0, np.cumsum(each))[moments]


def charts(config: AutoregressiveConfig) -> tuple[Chart, ...]:
    """The curves, with what they are to be compared with."""
    data = dataset_of(config)
    independent = data.independent("valid")
    guides = [(independent, N_("independent pixels"))]
    if data.entropy is not None:
        guides = [(independent, N_("independent bits")), (data.entropy, N_("entropy: the lower bound of the mean"))]
    likelihood = Chart(
        "nll",
        N_("Negative log likelihood"),
        (
            Series("loss", N_("of the batch"), "field"),
            Series("train_nll", N_("of training pictures"), "data"),
            Series("valid_nll", N_("of validation pictures"), "generated"),
        ),
        unit=N_("nats"),
        guides=tuple(guides),
        low=0.0,
        high=1.15 * independent,
    )
    return (likelihood,) if data.entropy is None else (likelihood, gap_chart((data.linear_gap, N_("without the rule"))))


def _nats(value: float) -> str:
    return "–" if value >= MAX_NATS else f"{value:.2f}"


def _dependencies(rows: np.ndarray, order: np.ndarray, data: Binary) -> tuple[Layer, ...]:
    """Rows and columns in the order; only where every bit has a row of its own."""
    if len(rows) != data.dim:
        return ()
    top = max(float(np.quantile(rows, 0.995)), MIN_SCALE)
    return (
        Matrix(
            name="dependencies",
            title=N_("Dependencies"),
            role="gradient",
            stage=False,
            values=rows[:, order],
            high=top,
        ),
    )


def _loss(data: Binary, train: float, valid: float) -> Bars:
    """The loss as bars that only the diagram draws; empty before the first validation."""
    independent = data.independent("valid")
    values = [0.0 if value >= MAX_NATS else value for value in (train, valid)]
    return Bars(
        name="nll",
        title=N_("Nats per picture"),
        role="field",
        stage=False,
        values=np.array(values, np.float32),
        labels=(N_("training"), N_("validation")),
        roles=("data", "generated"),
        low=0.0,
        high=1.2 * independent,
        guides=((independent, N_("independent pixels")),),
    )


def _trajectory(moments: np.ndarray, log_p: np.ndarray) -> Trajectory:
    last = moments[-1]
    every = max(1, round(last / 8))
    labels = tuple(str(moment) if moment % every == 0 or moment == last else "" for moment in moments)
    return Trajectory(
        N_("Pixel by pixel"),
        tuple(float(moment) for moment in moments),
        labels,
        start=N_("nothing"),
        end=N_("pictures"),
        numbers=(
            Number(N_("log p so far"), log_p, N_("nats")),
            Number(N_("bits so far"), -log_p / np.log(2), N_("bits")),
        ),
    )
