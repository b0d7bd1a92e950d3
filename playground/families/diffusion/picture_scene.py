"""Frame -> what is drawn of a diffusion model of pictures: its way from noise to digits, its diagram, its curves."""

import numpy as np

from playground.core.config import Config
from playground.core.contract import Frame
from playground.core.i18n import N_
from playground.core.layers import Bars, Images, Layer
from playground.core.scene import Beat, Chart, Diagram, Edge, Node, Number, Scene, Series, Trajectory
from playground.data.images.digits import DIGITS
from playground.metrics.scores import usual_distance

from . import classes
from .catalogue import CATALOGUE

COLUMNS = 10
STRIP, PAIRS = 3, 20
"""Pictures whose way is told in a strip, and pictures that stand beside their nearest training picture."""
WHOLE = (0.0, 1.0, 0.0, 1.0)


def scene(frame: Frame, config: Config) -> Scene:
    """What is drawn of a frame of an experiment on pictures: see `Pictures.snapshot` for the arrays."""
    a = {name: array.astype(np.float32) for name, array in frame.arrays.items()}
    done, calls, which = int(a["steps"].item()), int(a["levels"][-1, 2]), classes.one(config)
    far = float(np.median(a["far"])) / usual_distance(DIGITS)
    layers = (
        Images(
            name="cloud",
            title=N_("Noise, on its way to pictures"),
            role="generated",
            pixels=a["cloud"],
            columns=COLUMNS,
            trajectory=True,
            tween=True,
        ),
        Images(
            name="taken",
            title=N_("What the network takes them for (x̂₀)"),
            role="gradient",
            pixels=a["taken"],
            columns=COLUMNS,
            trajectory=True,
            shown=False,
        ),
        _strip(a),
        Images(
            name="data",
            title=N_("Real pictures"),
            role="data",
            columns=COLUMNS,
            stage=False,
            pixels=DIGITS.vectors("valid")[: len(a["noised"])].reshape(-1, *DIGITS.shape),
        ),
        Images(name="noise", title=N_("Noise"), role="neutral", columns=COLUMNS, stage=False, pixels=a["cloud"][0]),
        Images(
            name="noised", title=N_("Pictures, noised"), role="data", columns=COLUMNS, stage=False, pixels=a["noised"]
        ),
        Images(
            name="guess",
            title=N_("Predicted pictures"),
            role="gradient",
            columns=COLUMNS,
            stage=False,
            pixels=a["guess"],
        ),
        _beside(a),
        _bars(a),
    )
    legend = N_(
        "Each picture is [generated:noise] that the sampler carries to a digit. Switch on what the network "
        "[gradient:takes it for] to see how early a digit is decided, and how late its strokes are."
    )
    if config.classes and config.guidance > 0:
        legend = N_(
            "Each picture is [generated:noise] that the sampler carries to the digit that was asked for: a "
            "column for each, from 0 to 9. Switch on what the network [gradient:takes it for]."
        )
        if which is not None:
            legend = N_(
                "Each picture is [generated:noise] that the sampler carries to the digit that was asked for: "
                "all are to be a {digit}. Switch on what the network [gradient:takes it for]."
            )
    words = N_(
        "At step {step} the pictures take {done} steps, {calls} calls of the network. The nearest training "
        "picture is {far} times as far away as from pictures that were never trained on."
    )
    if CATALOGUE[config.sampler].calls and done < config.steps:
        words = N_(
            "At step {step}, shown with {done} of {steps} sampling steps, {calls} calls of the network. The "
            "nearest training picture is {far} times as far away as from pictures that were never trained on."
        )
    return Scene(
        layers,
        legend=legend,
        words=words,
        extent=WHOLE,
        diagram=_diagram(a),
        trajectory=_trajectory(a),
        values={
            "step": str(frame.step),
            "done": str(done),
            "steps": str(config.steps),
            "calls": str(calls),
            "far": f"{far:.2f}",
            "digit": str(which),
        },
    )


def charts(config: Config) -> tuple[Chart, ...]:
    """The curves. What the best network could reach is not known; copying would reach nearly 0 on the pictures that
    are learnt from, and fail on the others."""
    return (
        Chart(
            "loss",
            N_("Loss"),
            (
                Series("loss", N_("of the batch"), "field"),
                Series("train_denoising", N_("of pictures it learns from"), "data"),
                Series("denoising", N_("of others"), "generated"),
            ),
            low=0.0,
        ),
        Chart(
            "distance",
            N_("Distance to the data (sliced Wasserstein)"),
            (Series("sliced_w2", N_("distance"), "generated"),),
            low=0.0,
        ),
        Chart("grad", N_("Length of the gradient"), (Series("grad", N_("length"), "gradient"),), log=True),
    )


def strip(pixels: np.ndarray, taken: np.ndarray) -> tuple[np.ndarray, tuple[str, ...]]:
    """Pictures (m, k, 8, 8) at m times, and what they are taken for, as rows: for each of the k one of either kind.
    Pixels (2 k m, 8, 8), and roles."""
    rows = np.stack([pixels, taken]).transpose(2, 0, 1, 3, 4)  # (k, 2, m, 8, 8)
    k, _, m = rows.shape[:3]
    return rows.reshape(-1, *rows.shape[3:]), (*("generated",) * m, *("gradient",) * m) * k


def _strip(a) -> Layer:
    halts = len(a["stops"])
    which = np.linspace(0, COLUMNS - 1, STRIP).round().astype(int)
    pixels, roles = strip(a["cloud"][:, which], a["taken"][:, which])
    return Images(
        name="strip",
        title=N_("Denoising strip: time runs to the right"),
        role="generated",
        pixels=pixels,
        columns=halts,
        roles=roles,
        shown=False,
    )


def _beside(a) -> Layer:
    """Pairs: a sample, and right of it the nearest training picture."""
    near = DIGITS.vectors("train")[a["near"][:PAIRS].astype(int)].reshape(-1, *DIGITS.shape)
    pairs = np.stack([a["cloud"][-1, :PAIRS], near], 1).reshape(-1, *DIGITS.shape)
    return Images(
        name="beside",
        title=N_("Sample, and the nearest training picture"),
        role="generated",
        stage=False,
        pixels=pairs,
        columns=8,
        roles=("generated", "data") * len(near),
    )


def _bars(a) -> Layer:
    both = a["errors"].T.ravel()
    labels = tuple(text for t in a["at"] for text in (f"t={t:.1f}", ""))
    return Bars(
        name="errors",
        title=N_("Loss at each noise level (second bar: of pictures it does not learn from)"),
        role="field",
        stage=False,
        values=both,
        labels=labels,
        roles=("data", "generated") * len(a["at"]),
        low=0.0,
        high=1.2,
    )


def _trajectory(a) -> Trajectory:
    stops, levels = a["stops"], a["levels"]
    return Trajectory(
        N_("From noise to data"),
        tuple(float(u) for u in stops),
        tuple(f"t = {1 - u:.2g}" if i % 2 == 0 else "" for i, u in enumerate(stops)),
        start=N_("noise"),
        end=N_("pictures"),
        numbers=(
            Number(N_("data left (a)"), levels[:, 0]),
            Number(N_("noise (s)"), levels[:, 1]),
            Number(N_("calls of the network"), levels[:, 2]),
        ),
    )


def _diagram(a) -> Diagram:
    last, half = float(a["stops"][-1]), float(a["half"].item())
    return Diagram(
        nodes=(
            Node(
                "data",
                N_("Data x₀"),
                N_("Real pictures; these are kept from training."),
                ("data",),
                (0, 0),
                extent=WHOLE,
                role="data",
            ),
            Node(
                "noised",
                N_("Noised xₜ"),
                N_("Data and noise, mixed: here as much of one as of the other."),
                ("noised",),
                (1, 0),
                extent=WHOLE,
                role="data",
            ),
            Node(
                "network",
                N_("Network"),
                N_(
                    "A UNet sees a noised picture and the time: it goes down to half the size and up again, with "
                    "bridges between equal sizes. Here is what it takes the samples for, on their way."
                ),
                ("taken",),
                (2, 0),
                extent=WHOLE,
                role="gradient",
                moment=half,
            ),
            Node(
                "noise",
                N_("Noise ε"),
                N_(
                    "Random numbers from a Gaussian: mixed with data in training, the "
                    "beginning of every sample afterwards."
                ),
                ("noise",),
                (0, 1),
                extent=WHOLE,
            ),
            Node(
                "loss",
                N_("Loss"),
                N_(
                    "The squared error at each noise level, of pictures that are learnt from and "
                    "of others. Where the second is higher, the network has learnt by heart."
                ),
                ("errors",),
                (1, 1),
                extent=WHOLE,
                role="field",
            ),
            Node(
                "guess",
                N_("Prediction x̂₀"),
                N_(
                    "What the network takes the noised pictures to have been: blurred, since they could have been many."
                ),
                ("guess",),
                (2, 1),
                extent=WHOLE,
                role="gradient",
            ),
            Node(
                "memory",
                N_("Memorised?"),
                N_(
                    "Each sample (orange) with the training picture nearest to it (blue) "
                    "on its right. If the network only remembered, the two would be "
                    "equal."
                ),
                ("beside",),
                (0, 2),
                extent=WHOLE,
                role="truth",
            ),
            Node(
                "sampler",
                N_("Sampler"),
                N_(
                    "Three pictures on their way, noise on the left: above where they are, "
                    "below what the network takes them for."
                ),
                ("strip",),
                (1, 2),
                extent=WHOLE,
            ),
            Node(
                "samples",
                N_("Samples"),
                N_("Where the noise has arrived."),
                ("cloud",),
                (2, 2),
                extent=WHOLE,
                role="generated",
                moment=last,
            ),
        ),
        edges=(
            Edge("data", "noised"),
            Edge("noise", "noised"),
            Edge("noised", "network"),
            Edge("network", "guess"),
            Edge("guess", "loss"),
            Edge("loss", "network", "gradient"),
            Edge("noise", "sampler"),
            Edge("sampler", "samples"),
        ),
        beats=(
            Beat("", N_("A batch of pictures arrives, and for each a time is drawn."), ("data",)),
            Beat(
                "",
                N_("Noise is mixed in, the more the later the time."),
                ("data", "noise", "noised"),
                (("data", "noised"), ("noise", "noised")),
            ),
            Beat(
                "",
                N_("The network sees the mixture and the time, and sometimes the digit."),
                ("noised", "network"),
                (("noised", "network"),),
            ),
            Beat(
                "",
                N_("It says what it takes the picture, or the noise, to have been."),
                ("network", "guess"),
                (("network", "guess"),),
            ),
            Beat(
                "",
                N_("The squared error is the loss. It cannot reach 0: much noise hides what the picture was."),
                ("guess", "loss"),
                (("guess", "loss"),),
            ),
            Beat(
                "",
                N_("The loss flows back, and every weight changes a little. No sampler was needed for that."),
                ("loss", "network"),
                (("loss", "network"),),
            ),
            Beat(
                "",
                N_("To sample, noise is carried to pictures: a step, ask the network, a step, ask again."),
                ("noise", "sampler", "samples"),
                (("noise", "sampler"), ("sampler", "samples")),
            ),
        ),
    )
