"""A race: samplers from the same noise."""

from collections.abc import Mapping

from playground.core.config import Config
from playground.core.i18n import N_
from playground.core.panels import Dial, Panel
from playground.core.scene import Scene
from playground.data.dataset import dataset_of

from ..catalogue import CATALOGUE
from ..drawing import Answer, Pictures, frame, trajectory, way
from ..scene import edge
from .lanes import ETA, FIELD, running, six


def panel(config: Config) -> Panel:
    return Panel(
        "race",
        N_("Race"),
        N_(
            "Two to six samplers from the same noise, with the same number of network calls each, or of steps. The "
            "colour of a point says in which direction its noise lay. Click a point to follow it in every picture."
        ),
        (
            *six(config, "ddpm", "dpm_solver"),
            Dial("count", N_("How many"), default=10, low=1, high=1000, step=1, log=True),
            Dial(
                "equal",
                N_("Equal for all"),
                "choice",
                "calls",
                options=(("calls", N_("network calls")), ("steps", N_("steps"))),
            ),
            ETA,
            FIELD,
        ),
        live=False,
    )


def draw(answer: Answer, values: Mapping, config: Config) -> Pictures:
    pictures, outline, along = [], edge(dataset_of(config)), trajectory(answer["stops"])
    for i, name in running(values).items():
        calls, steps, w2, floor, took, bent = answer[f"facts{i}"].tolist()
        said = {
            "calls": f"{calls:.0f}",
            "steps": f"{steps:.0f}",
            "w2": f"{w2:.3f}",
            "floor": f"{floor:.3f}",
            "took": f"{took:.0f}",
            "bent": f"{bent:.2f}",
        }
        words = N_("{calls} calls in {steps} steps, {took} ms. Sliced Wasserstein {w2}; perfect samples: {floor}.")
        if bent == bent:
            words = N_(
                "{calls} calls in {steps} steps, {took} ms. Sliced Wasserstein {w2}; perfect samples: {floor}. "
                "Bend of the paths: {bent} (0 is straight)."
            )
        pictures.append(
            (
                CATALOGUE[name].title,
                Scene(
                    (outline, *way(answer, i)),
                    legend=words,
                    words=words,
                    values=said,
                    extent=frame(config),
                    trajectory=along,
                ),
            )
        )
    return tuple(pictures)
