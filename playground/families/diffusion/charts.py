"""The curves that both domains share."""

from playground.core.i18n import N_
from playground.core.scene import Chart, Series

GRADIENT = Chart("grad", N_("Length of the gradient"), (Series("grad", N_("length"), "gradient"),), log=True)


def loss_chart(*scores: Series) -> Chart:
    """The loss of the batch, and of fixed pairs."""
    return Chart("loss", N_("Loss"), (Series("loss", N_("of the batch"), "field"), *scores), low=0.0)
