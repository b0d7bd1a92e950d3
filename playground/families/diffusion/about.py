"""What this family says about itself: see `playground.core.about`."""

from playground.core.about import About, Entry, Leaf
from playground.core.i18n import N_

ABOUT = About(
    title=N_("Diffusion and rectified flow"),
    short=N_("Diffusion"),
    config="DiffusionConfig",
    experiment="DiffusionExperiment",
    curves=("error", "denoising", "train_denoising", "straightness", "one_step"),
    idea=N_(
        "Noise becomes data, step by step. Race the samplers from the same noise: with fresh noise on the way or "
        "without, along bent paths or straight ones."
    ),
    leaf=Leaf(
        "bound",
        1,
        how=N_(
            "The same with a thousand small steps, and an encoder that only adds noise. As the steps become "
            "infinitely small, without fresh noise, it is a flow. The usual losses weigh the terms of that "
            "bound anew, and that of rectified flow is no bound."
        ),
        sampling=N_("many calls"),
        density=N_("along the flow"),
        code=N_("the noise at the other end"),
    ),
    arena=(
        Entry(
            "ddim",
            4,
            N_("DDPM, sampled by DDIM"),
            how=N_("50 steps remove the noise, each a call of the network."),
            density=N_("a bound, along the probability flow"),
            latent=N_("the noise at the other end of the path"),
            settings={"sampler": "ddim", "steps": 50},
        ),
        Entry(
            "rectified",
            5,
            N_("Rectified flow"),
            how=N_("Ten steps along nearly straight lines from noise to data, each a call of the network."),
            density=N_("exact, of the flow without the error of its steps"),
            latent=N_("the noise at the other end of the path"),
            settings={"process": "linear", "objective": "velocity", "sampler": "euler", "steps": 10},
        ),
    ),
)
