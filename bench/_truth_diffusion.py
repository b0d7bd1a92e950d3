"""What is said of diffusion models, measured: classes with optimal transport."""

from _figures import figure

from playground.core.config import parse
from playground.families.diffusion.config import RECTIFIED_FLOW, DiffusionConfig
from playground.families.diffusion.experiment import DiffusionExperiment
from playground.metrics.scores import score

STEPS, SAMPLES = 2000, 2000


def optimal_coupling() -> list[dict]:
    """The distance of samples of one class, with optimal pairs over that with independent ones: the worst class."""
    rows = []
    for data in ("2gaussians", "moons"):
        found = {}
        for coupling in ("independent", "optimal"):
            settings = {**RECTIFIED_FLOW, "steps": 20, "data": data, "classes": True, "coupling": coupling}
            experiment = DiffusionExperiment(parse(DiffusionConfig, settings))
            for _ in range(STEPS):
                experiment.step()
            found[coupling] = [_distance(experiment, label) for label in range(experiment.dataset.classes)]
        worst = max(one / other for one, other in zip(found["optimal"], found["independent"], strict=True))
        shown = ", ".join(f"{name} {max(values):.3f}" for name, values in found.items())
        rows.append(
            figure(
                f"optimal coupling with classes, {data}: sliced W2 of one class over that of independent pairs",
                "<= 2",
                worst,
                how=f"{STEPS} steps, {SAMPLES} samples of each class; worst classes: {shown}",
            )
        )
    return rows


def _distance(experiment: DiffusionExperiment, label: int) -> float:
    experiment.configure(experiment.config.changed(wanted=str(label)))
    return score("sliced_w2", experiment.sample(SAMPLES, 1), experiment.dataset.one_class(label)).value
