"""Hints and cards of the diffusion page for points of the plane."""

from playground.core.i18n import N_
from playground.families.diffusion.config import RECTIFIED_FLOW
from playground.families.diffusion.presets import PRESETS

from .cards import Card
from .lesson import Hint

FLOW = {**RECTIFIED_FLOW, "steps": 5}

HINTS = (
    Hint(
        N_("Follow the samples."),
        N_(
            "Play the trajectory under the stage: noise becomes data. The background is the density of the samples at "
            "each time; switch on the edge of the true density, or the noised data, to compare."
        ),
        {},
    ),
    Hint(
        N_("Add fresh noise."),
        N_(
            "Move η from 0 to 1 in the sidebar: smooth paths become rough, but the samples at the end follow the same "
            "density. Sampling settings are live, so no training is lost."
        ),
        {"eta": 0.5},
    ),
    Hint(
        N_("Too few steps."),
        N_(
            "Four steps of DDIM cannot follow the curved paths, however well the network has learned. Raise the steps "
            "slowly and watch the distance fall."
        ),
        dict(PRESETS["too_few_steps"].settings),
    ),
    Hint(
        N_("Straight paths need few steps."),
        N_(
            "The paths of a rectified flow are almost straight, except where its training lines crossed: five Euler "
            "steps come close to the data. Raise the steps and watch what is still missing."
        ),
        FLOW,
    ),
    Hint(
        N_("Straighten the paths."),
        N_(
            "Every 2,000 steps this flow is trained again, on pairs that it generated itself. Watch the bend fall in "
            "each round, and the paths under “Rectified flow” below."
        ),
        dict(PRESETS["reflow"].settings),
    ),
    Hint(
        N_("Pair noise and data."),
        N_(
            "With optimal transport in each batch, lines hardly cross. Compare the bend of the paths under “Samplers "
            "compared” below."
        ),
        {**FLOW, "coupling": "optimal"},
    ),
    Hint(
        N_("The loss has a floor."),
        N_(
            "It cannot fall to zero: many data could have become the same noisy point. The band beside the curve is "
            "the loss of the optimal denoiser."
        ),
    ),
    Hint(
        N_("Digits from noise."),
        N_(
            "A small U-Net and images of eight by eight pixels: play the trajectory under the stage, then choose a "
            "digit in the sidebar."
        ),
        dict(PRESETS["digits"].settings),
    ),
)

CARDS = (
    Card(
        "steps",
        N_("Fewer steps, one network"),
        N_(
            "The same network with 1, 3, 10 and 50 steps of DDIM. It predicts the noise, and cannot do a single step: "
            "its samples stick to the border."
        ),
        (
            (N_("1 step"), {"steps": 1}),
            (N_("3 steps"), {"steps": 3}),
            (N_("10 steps"), {"steps": 10}),
            (N_("50 steps"), {}),
        ),
        N_(
            "A single step calls the network at pure noise, where the optimal prediction is the mean of all data. A "
            "network that predicts the noise cannot say it: its error is multiplied by $s/a = 157$ and cut off at the "
            "border (Salimans and Ho 2022, section 4). One that predicts the data or v lands on the mean. Each later "
            "step calls the network again at a point where more is decided."
        ),
    ),
    Card(
        "noise",
        N_("Fresh noise"),
        N_("The same network without fresh noise, with DDPM's, and with the larger variance, in twenty steps each."),
        (
            (N_("none"), {"steps": 20}),
            (N_("DDPM"), {"steps": 20, "sampler": "ddpm"}),
            (N_("larger"), {"steps": 20, "sampler": "ddpm_large"}),
        ),
        N_(
            "Fresh noise corrects earlier errors, but over a large step the true reverse distribution is not Gaussian. "
            "The smaller variance is right for data that are a single point, the larger one for data that are "
            "Gaussian noise themselves (Ho et al. 2020, section 3.2): with few steps, the first loses spread, and the "
            "second leaves a little noise."
        ),
    ),
    Card(
        "order",
        N_("Better solvers"),
        N_("Ten network calls each, by Euler's method, Heun's, and DPM-Solver++."),
        (
            (N_("Euler"), {"sampler": "euler", "steps": 10}),
            (N_("Heun"), {"sampler": "heun", "steps": 5}),
            ("DPM-Solver++", {"sampler": "dpm_solver", "steps": 10}),
        ),
        N_(
            "Heun's method calls the network twice in each step, and its error is of second order. DPM-Solver++ solves "
            "the linear part of the equation exactly and needs one call. “Error against calls” above compares them."
        ),
    ),
    Card(
        "straight",
        N_("Pairs of noise and data"),
        N_(
            "The same straight lines between noise and data: paired independently, by optimal transport in each batch, "
            "and by the flow itself. Look at the bend of the paths."
        ),
        (
            (N_("independent"), FLOW),
            (N_("optimal transport"), {**FLOW, "coupling": "optimal"}),
            (N_("reflow"), dict(PRESETS["reflow"].settings)),
        ),
        N_(
            "Where lines cross, the network learns their mean, and paths bend. With optimal transport lines hardly "
            "cross, but only within a batch. Reflow pairs noise and data along the paths of the flow itself, which "
            "never cross. It takes a round of training and keeps the errors of the flow before."
        ),
    ),
    Card(
        "leap",
        N_("A single step"),
        N_(
            "One network call each: DDIM with a network that predicts v, a rectified flow, and one that was "
            "straightened twice and distilled."
        ),
        (
            (N_("DDIM"), {"objective": "v", "steps": 1}),
            (N_("rectified flow"), {**FLOW, "steps": 1}),
            (N_("distilled"), dict(PRESETS["distilled"].settings)),
        ),
        N_(
            "From pure noise, the optimal prediction is the mean of all data, whatever the noise: all samples land "
            "there. Once each noise has its own data, the prediction differs from point to point, and one step is "
            "enough."
        ),
    ),
    Card(
        "explode",
        N_("Blurring instead of shrinking"),
        N_("The VE SDE only adds noise, up to a standard deviation of fifty. Samples come inwards from far away."),
        (
            (N_("VE SDE"), {"process": "ve", "sampler": "predictor_corrector", "steps": 200}),
            (N_("VP SDE"), {"process": "vp", "sampler": "euler_maruyama", "steps": 200}),
        ),
        N_(
            "$p_t$ is the data's density under the heat equation; the score leads from blurred back to sharp. The "
            "more noise there is, the smaller the picture is drawn."
        ),
    ),
    Card(
        "guidance",
        N_("Guidance: 0, 1, 3, 8"),
        N_(
            "A network trained with the two moons as classes, sampled for one moon: unconditional, conditional, "
            "exaggerated."
        ),
        tuple((f"{w}", {"data": "moons", "classes": True, "wanted": "0", "guidance": float(w)}) for w in (0, 1, 3, 8)),
        N_(
            "With 0 both moons appear. With 1 samples are those of one moon. With more they move away from the other "
            "moon: the samples contract and leave the data. With the optimal denoiser instead of a network, their "
            "width along the moon falls from {figure:diffusion.guidance.1} to {figure:diffusion.guidance.3} and "
            "{figure:diffusion.guidance.8}."
        ),
    ),
)
