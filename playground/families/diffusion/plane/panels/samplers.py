"""Samplers compared from the same noise."""

from playground.core.i18n import N_
from playground.core.panels import Arrays, Dial, Panel, PanelScenes, Values
from playground.core.scene import Scene
from playground.data.dataset import dataset_of

from ...catalogue import CATALOGUE
from ...config import DiffusionConfig
from ...drawing import sampling_trajectory
from ...sampler_slots import chosen_samplers
from ..layers import data_extent, trajectory_layers, true_contour
from .slots import eta_dials, optimal_dial, sampler_dials


def panel(config: DiffusionConfig) -> Panel:
    slots = sampler_dials(config, "ddpm", "dpm_solver")
    return Panel(
        "samplers",
        N_("Samplers compared"),
        N_(
            "Two to six samplers from the same noise, with equal numbers of network calls or of steps. The colour of a "
            "point is the direction of its noise. Click a point to follow it in every picture."
        ),
        (
            *slots,
            Dial("count", N_("Number"), default=10, low=1, high=1000, step=1, log=True),
            Dial(
                "equal",
                N_("Equal for all"),
                "choice",
                "calls",
                options=(("calls", N_("network calls")), ("steps", N_("steps"))),
            ),
            *eta_dials(config, slots),
            optimal_dial(config),
        ),
        live=False,
    )


def draw(data: Arrays, values: Values, config: DiffusionConfig) -> PanelScenes:
    scenes, contour, trajectory = [], true_contour(dataset_of(config)), sampling_trajectory(data["stops"])
    for i, name in chosen_samplers(values).items():
        calls, steps, w2, floor, took, bend = data[f"facts{i}"].tolist()
        words = N_(
            "{calls:call|calls} in {steps:step|steps}, {took} ms. Sliced Wasserstein {w2}; perfect samples: {floor}."
        )
        if bend == bend:
            words = N_(
                "{calls:call|calls} in {steps:step|steps}, {took} ms. Sliced Wasserstein {w2}; perfect samples: "
                "{floor}. Bend of the paths: {bend} (0 is straight)."
            )
        scene = Scene(
            (contour, *trajectory_layers(data, i)),
            legend=words,
            words=words,
            values={
                "calls": f"{calls:.0f}",
                "steps": f"{steps:.0f}",
                "w2": f"{w2:.3f}",
                "floor": f"{floor:.3f}",
                "took": f"{took:.0f}",
                "bend": f"{bend:.2f}",
            },
            extent=data_extent(config),
            trajectory=trajectory,
        )
        scenes.append((CATALOGUE[name].title, scene))
    return tuple(scenes)
