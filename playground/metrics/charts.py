"""The curves of scores that several families have, with what theory says about them."""

from playground.core.i18n import N_
from playground.core.scene import Chart, Series
from playground.data.images.digits import Digits
from playground.data.plane.distribution import Distribution


def entropy_guide(data: Distribution) -> tuple[float, str]:
    """The line below which no negative log likelihood falls on average; that of a batch may."""
    title = N_("entropy of the estimate of your data") if data.estimated else N_("entropy: the lower bound of the mean")
    return data.entropy, title


def likelihood_chart(data: Distribution) -> Chart:
    """Of a model that is trained by its likelihood."""
    return Chart(
        "nll",
        N_("Negative log likelihood"),
        (Series("loss", N_("of the batch"), "field"), Series("nll", N_("of fresh data"), "data")),
        unit=N_("nats"),
        guides=(entropy_guide(data),),
    )


def gap_chart(*guides: tuple[float, str]) -> Chart:
    """The negative log likelihood above the entropy."""
    return Chart(
        "gap",
        N_("Gap to the truth"),
        (Series("nll_gap", N_("Kullback–Leibler divergence"), "field"),),
        unit=N_("nats"),
        log=True,
        low=1e-3,
        guides=guides,
    )


def distance_chart(data: Distribution | Digits) -> Chart:
    """Of the samples to the data."""
    return Chart(
        "distance",
        N_("Sliced Wasserstein distance to the estimate") if data.estimated else N_("Sliced Wasserstein distance"),
        (Series("sliced_w2", N_("samples to data"), "generated"),),
        unit=N_("data units"),
        low=0.0,
    )
