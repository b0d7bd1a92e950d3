"""Samplers compared from the same noise."""

from playground.core.i18n import N_
from playground.core.panels import Arrays, Dial, Panel, PanelScenes, Values
from playground.core.scene import Images, Scene

from ...config import DiffusionConfig
from ...drawing import sampling_trajectory
from ...sampler_slots import chosen_samplers
from .slots import COLUMNS, DIGIT_CHOICES, sampler_dials, sampler_title

SLOT_COUNT = 4
ALL_DIGITS = "all"


def panel(config: DiffusionConfig) -> Panel:
    return Panel(
        "samplers",
        N_("Samplers compared"),
        N_(
            "Up to four samplers from the same noise, with the same number of network calls. On the straight path of "
            "rectified flow the same network is called, at other times and scales."
        ),
        (
            *sampler_dials(config, SLOT_COUNT),
            Dial("calls", N_("Network calls"), default=10, low=1, high=100, step=1, log=True),
            Dial(
                "memorised",
                N_("A network that memorised"),
                "switch",
                False,
                help=N_(
                    "The optimal denoiser of the training images alone, which is known: every sampler then ends at a "
                    "training image. A network that generalises differs from it."
                ),
            ),
            *(_class_dials() if config.classes else ()),
        ),
        live=False,
    )


def draw(data: Arrays, values: Values, config: DiffusionConfig) -> PanelScenes:
    scenes, trajectory = [], sampling_trajectory(data["stops"], N_("images"), 5)
    for i, name in chosen_samplers(values, SLOT_COUNT).items():
        calls, steps, took, accuracy, distance = data[f"facts{i}"].tolist()
        words = N_(
            "{calls:call|calls} in {steps:step|steps}, {took} ms. The distance to the nearest training image is {far} "
            "times that of unseen real images."
        )
        if accuracy == accuracy:
            words = N_(
                "{calls:call|calls} in {steps:step|steps}, {took} ms. A classifier reads {accuracy} percent as the "
                "chosen digit (of unseen real images {real}). The distance to the nearest training image is {far} "
                "times that of unseen real images."
            )
        layer = Images(
            name="pictures",
            title=N_("Samples"),
            role="generated",
            pixels=data[f"x{i}"],
            columns=COLUMNS,
            trajectory=True,
            tween=True,
        )
        numbers = {
            "calls": f"{calls:.0f}",
            "steps": f"{steps:.0f}",
            "took": f"{took:.0f}",
            "accuracy": f"{100 * accuracy:.0f}",
            "real": f"{100 * float(data['read']):.0f}",
            "far": f"{distance:.2f}",
        }
        scene = Scene((layer,), legend=words, words=words, trajectory=trajectory, values=numbers)
        scenes.append((sampler_title(name), scene))
    return tuple(scenes)


def _class_dials() -> tuple[Dial, ...]:
    """The memorised images have no classes."""
    network = {"memorised": (False,)}
    return (
        Dial(
            "digit",
            N_("Digit"),
            "choice",
            ALL_DIGITS,
            options=((ALL_DIGITS, N_("all, one in each column")), *DIGIT_CHOICES),
            when=network,
        ),
        Dial("guidance", N_("Guidance"), default=1.0, low=0.0, high=8.0, step=0.5, when=network),
    )
