"""The curves that both domains share."""

from playground.core.i18n import N_
from playground.core.scene import Chart, Series

GRADIENT = Chart("grad", N_("Gradient norm"), (Series("grad", N_("L2 norm"), "gradient"),), log=True)


def loss_chart(*scores: Series) -> Chart:
    """The loss of the batch, and of fixed pairs."""
    return Chart(
        "loss",
        N_("Loss"),
        (Series("loss", N_("of the batch"), "field"), *scores),
        unit=N_("mean squared error"),
        low=0.0,
    )
