"""What theory says of a GAN's losses and outputs where samples and data agree; and the curves that show it."""

import math

from playground.core.i18n import N_
from playground.core.scene import Chart, Series

from .config import CRITICS, PROBABILISTIC, GanConfig

LOG2 = math.log(2)
EQUILIBRIUM = {  # objective: (discriminator's loss, generator's loss) where samples and data agree
    "minimax": ((2 * LOG2, N_("2 log 2: equilibrium")), (-LOG2, N_("-log 2: equilibrium"))),
    "non_saturating": ((2 * LOG2, N_("2 log 2: equilibrium")), (LOG2, N_("log 2: equilibrium"))),
    "least_squares": ((1 / 4, N_("1/4: equilibrium")), (1 / 8, N_("1/8: equilibrium"))),
    "hinge": ((2.0, N_("2: equilibrium")), None),
    "wgan": ((0.0, N_("0: equilibrium")), None),
    "wgan_gp": ((0.0, N_("0: equilibrium")), None),
}
"""What theory says of the losses as `model.py` defines them, without penalties. A Wasserstein critic is free up to a
constant c, and so is a hinge discriminator from c = -1 to 1: the generator's loss -c has no level of its own."""
MARGINS = ((-1.0, N_("margin of generated samples")), (1.0, N_("margin of real samples")))
"""Beyond these outputs the hinge loss ignores a sample; where samples and data agree, every constant between them is
optimal."""


def curves(config: GanConfig) -> tuple[Chart, ...]:
    """Losses and outputs of the discriminator, with what theory says about them."""
    critic, probability = config.objective in CRITICS, config.objective in PROBABILISTIC
    guides = MARGINS if config.objective == "hinge" else ((0.5, N_("undecided")),)
    return (
        Chart(
            "losses",
            N_("Losses"),
            (Series("d_loss", N_("Discriminator"), "field"), Series("g_loss", N_("Generator"), "generated")),
            unit=N_("nats") if probability else "",
            guides=tuple(level for level in EQUILIBRIUM[config.objective] if level is not None),
        ),
        Chart(
            "outputs",
            N_("Critic scores") if critic else N_("Discriminator outputs"),
            (
                Series("d_real", N_("real samples"), "data"),
                Series("d_fake", N_("generated samples"), "generated"),
            ),
            guides=() if critic else guides,
            low=0.0 if probability else None,
            high=1.0 if probability else None,
        ),
    )
