"""Reasoning about what happens: what loss curves say, which frame of a training comes next."""

import numpy as np
from PIL import Image

from playground.data.plane.distributions import DISTRIBUTIONS

from .drawing import curves, inside_axes, panel_side, panels, scatter
from .item import Item, Source

VERDICTS = ("convergence", "overfitting", "divergence")
STEPS, DIRECTIONS = 100, 24
SHAPES = ("ring", "moons", "8gaussians", "2gaussians", "swissroll", "checkerboard")


def loss_curve(source: Source) -> Item:
    chance, wanted = source.generator(), source.deal(VERDICTS)
    training, validation = losses(wanted, chance)
    right = verdict(training, validation)
    high = 1.15 * max(training[0], validation[0]) if right != "divergence" else 4 * training[0]
    return Item(
        "What do the loss curves of this training run show?",
        right,
        tuple(name for name in VERDICTS if name != right),
        lambda: inside_axes(
            curves([(training, "data", "training"), (validation, "generated", "validation")], 0.0, high),
            ("0", str(STEPS // 2), str(STEPS)),
            ("0", f"{high:.1f}"),
            "step",
            "loss",
        ),
        {"training": training, "validation": validation},
    )


def losses(wanted: str, chance: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Training and validation loss (STEPS,) of gradient descent on linear least squares, exactly, direction by
    direction of the features: from w = 0 the error of direction i shrinks by (1 - rate h_i) a step, h_i its curvature.
    Noise in the targets moves what is learnt by e_i away from the truth: where e_i is large and h_i small, validation
    first falls and then rises; with rate h_i > 2 the error grows."""
    h = np.geomspace(1.0, 0.02, DIRECTIONS)
    strong = h > 0.2
    signs = chance.choice((-1.0, 1.0), (2, DIRECTIONS))
    truth = signs[0] * chance.uniform(0.7, 1.3, DIRECTIONS) * np.where(strong, 1.0, 0.1)
    share = {"convergence": 0.002, "overfitting": chance.uniform(0.12, 0.2), "divergence": 0.002}[wanted]
    noise = signs[1] * np.sqrt(share / h) * np.where(strong, 0.2, 1.0)  # h e^2 is what it adds to the validation loss
    rate = {"convergence": 0.3, "overfitting": 0.5, "divergence": 2 + chance.uniform(0.03, 0.06)}[wanted]
    return descent(h, truth, noise, rate, floor=chance.uniform(0.3, 0.6))


def descent(
    h: np.ndarray, truth: np.ndarray, noise: np.ndarray, rate: float, floor: float
) -> tuple[np.ndarray, np.ndarray]:
    """Training and validation loss (STEPS,) of the quadratic with curvatures `h` about `truth + noise`, and about
    `truth` alone, all of length (DIRECTIONS,), from w = 0; above half the floor and the floor."""
    kept = (1 - rate * h) ** np.arange(STEPS)[:, None]  # (steps, directions)
    learnt = (truth + noise) * (1 - kept)
    training = 0.5 * floor + (h * ((truth + noise) * kept) ** 2).sum(1)
    validation = floor + (h * (learnt - truth) ** 2).sum(1)
    return training, validation


def verdict(training: np.ndarray, validation: np.ndarray) -> str:
    """What the two curves say: a training loss above where it began diverges; a validation loss that ends well above
    its least is overfitting; else it converges."""
    if not training[-1] < training[0]:
        return "divergence"
    return "overfitting" if validation[-1] > 1.3 * validation.min() else "convergence"


def next_frame(source: Source) -> Item:
    """The frames are those of flow matching's straight paths from noise to data (Lipman et al. 2023)."""
    chance, place = source.generator(), source.deal(range(3))
    which, other = chance.permutation(len(SHAPES))[:2]
    noise = 1.1 * chance.standard_normal((320, 2))
    data, foreign = (DISTRIBUTIONS[SHAPES[k]].sample(320, chance) for k in (which, other))
    frames = [noise + time * (data - noise) for time in (0.3, 0.6, 0.85)]
    choices = [noise, foreign] if chance.random() < 0.5 else [foreign, noise]
    choices.insert(place, data)
    # the next frame continues every point's straight path
    ahead = [float(np.linalg.norm(choice - (frames[2] + (frames[2] - frames[0]) * 0.15 / 0.55))) for choice in choices]
    names = ("panel 1", "panel 2", "panel 3")
    right = names[int(np.argmin(ahead))]
    side = panel_side(3, 3) + 14

    def draw() -> Image.Image:
        above = [scatter((frame, "data"), side=side, size=2.6) for frame in frames]
        below = [scatter((choice, "generated"), side=side, size=2.6) for choice in choices]
        return panels(list(zip(above + below, ("frame 1", "frame 2", "frame 3", *names), strict=True)), 3)

    return Item(
        "The upper row shows three frames of a training run, in order. Which panel of the lower row is the next frame?",
        right,
        tuple(name for name in names if name != right),
        draw,
        {"frames": frames, "choices": choices},
    )
