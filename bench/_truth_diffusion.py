"""What is said of diffusion models, measured: classes with optimal transport, fresh noise in few steps.

Four minutes of a core.

python bench/truth.py coupling noise
"""

from _figures import figure

from playground.core.config import parse
from playground.data.images.digits import DIGITS
from playground.engine import recording
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


def fresh_noise_on_digits() -> list[dict]:
    """The card "Fresh noise" of the digits: in ten steps DDIM comes closest, the larger variance leaves noise, and the
    smaller one makes images too much alike. Frechet distances of the shipped network; ratios of the distance to the
    nearest training image, which is 1 for unseen images."""
    shipped, found = recording.read(recording.WEIGHTS / "diffusion-digits-ddpm.safetensors"), {}
    for sampler in ("ddim", "ddpm", "ddpm_large"):
        experiment = DiffusionExperiment(shipped.config.changed(sampler=sampler, steps=10))
        experiment.load_state_dict(shipped.state)
        x = experiment.sample(600, 0)
        found[sampler] = {name: score(name, x, DIGITS).value for name in ("frechet", "nearest_ratio")}
    shown = "; ".join(f"{name} {two['frechet']:.3f}, {two['nearest_ratio']:.2f}" for name, two in found.items())
    other = min(found[name]["frechet"] for name in ("ddpm", "ddpm_large"))
    ratio, near, far = (found[name]["nearest_ratio"] for name in ("ddim", "ddpm", "ddpm_large"))
    return [
        figure(
            "digits in ten steps: Frechet distance of DDIM over the best other",
            "<= 1",
            found["ddim"]["frechet"] / other,
            how=shown,
        ),
        figure(
            "digits in ten steps: nearest training image, larger variance over DDIM", ">= 1.05", far / ratio, how=shown
        ),
        figure(
            "digits in ten steps: nearest training image, smaller variance over DDIM",
            "<= 0.95",
            near / ratio,
            how=shown,
        ),
    ]


def _distance(experiment: DiffusionExperiment, label: int) -> float:
    experiment.configure(experiment.config.changed(wanted=str(label)))
    return score("sliced_w2", experiment.sample(SAMPLES, 1), experiment.dataset.one_class(label)).value
