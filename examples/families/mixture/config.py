"""The settings of a mixture of Gaussians. No torch here: the server reads them."""

from playground.core.config import setting
from playground.core.i18n import N_
from playground.data.settings import DataConfig, PlaneData, data_setting
from playground.training.settings import OptimiserName, batch_setting, ema_setting, lr_setting, optimiser_setting


class MixtureConfig(DataConfig):
    """Round Gaussians, each with a centre, a width and a weight."""

    data: PlaneData = data_setting("8gaussians", N_("The distribution to learn."))
    batch: int = batch_setting(256)
    components: int = setting(8, N_("Components"), N_("The number of Gaussians."), low=1, high=64, key=True)
    optimiser: OptimiserName = optimiser_setting()
    lr: float = lr_setting(1e-2)
    ema: float = ema_setting(0.99)
