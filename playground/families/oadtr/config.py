"""The settings of online action detection. No torch here: the server reads them."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator

from playground.core.config import setting
from playground.core.i18n import N_
from playground.data.stream_settings import StreamConfig
from playground.training.settings import (
    OptimiserName,
    batch_setting,
    clip_setting,
    ema_setting,
    int_from_text,
    lr_setting,
    optimiser_setting,
)

from .sizes import Spec

TITLES = {
    "oadtr": "OadTR",
    "no_token": N_("OadTR without the token"),
    "no_decoder": N_("OadTR without the decoder"),
    "trn": "TRN",
    "lstm": "LSTM",
    "mlp": N_("MLP of one frame"),
}
"""Of every model that can be trained, by its name."""
RIVALS = ("oadtr", "no_token", "no_decoder", "trn", "lstm", "mlp")
FORECASTING = ("decoder_layers", "queries", "future_weight")
OWN = ("token", "decoder", "positions", "heads")
"""Settings of OadTR alone."""
_OPTIONS = {"none": N_("none"), **TITLES}

Rival = Literal["none", "oadtr", "no_token", "no_decoder", "trn", "lstm", "mlp"]


class OadtrConfig(StreamConfig):
    """OadTR or a recurrent network on streams of frames, and up to two others on the same batches."""

    batch: int = batch_setting(128, N_("Number of windows in each update."))

    model: Literal["oadtr", "trn", "lstm", "mlp"] = setting(
        "oadtr",
        N_("Model"),
        N_(
            "OadTR attends to all frames of a window at once. TRN and LSTM carry a state from frame to frame. The MLP "
            "sees one frame alone."
        ),
        options=TITLES,
        key=True,
    )
    second: Rival = setting(
        "lstm",
        N_("Second model"),
        N_("It is trained on the same batches beside the first, which it does not disturb."),
        options=_OPTIONS,
        key=True,
    )
    third: Rival = setting(
        "mlp",
        N_("Third model"),
        N_("It is trained on the same batches beside the others."),
        options=_OPTIONS,
        when={"second": RIVALS},
    )
    window: int = setting(
        32,
        N_("Window"),
        N_("Number of frames that OadTR sees, the current one last. In training, all models read such windows."),
        low=1,
        high=128,
        log=True,
        key=True,
    )
    token: bool = setting(
        True,
        N_("Task token"),
        N_("A token of its own gathers what the frames show. Without it, the output of the last frame is classified."),
        key=True,
    )
    decoder: bool = setting(
        True,
        N_("Decoder"),
        N_("Queries forecast the next frames, and their mean helps to say what the current one shows."),
        key=True,
    )
    queries: int = setting(8, N_("Queries"), N_("How many frames after the current one are forecast."), low=1, high=16)
    lookahead: int = setting(
        0,
        N_("Frames of the future"),
        N_("Frames after the current one that the window holds. Online there are none: above 0 the future leaks."),
        low=0,
        high=16,
    )
    positions: Literal["learned", "sinusoidal"] = setting(
        "learned",
        N_("Positions"),
        N_("How the encoder knows the order of the frames: a learned vector for each place, or waves."),
        options={"learned": N_("learned"), "sinusoidal": N_("sinusoidal")},
    )
    width: Annotated[Literal[16, 32, 48, 64, 96, 128], BeforeValidator(int_from_text)] = setting(
        64, N_("Width"), N_("Numbers that stand for one frame in each layer, and in the state of a recurrent network.")
    )
    layers: int = setting(2, N_("Encoder layers"), N_("Number of layers that the frames go through."), low=1, high=6)
    decoder_layers: int = setting(
        1, N_("Decoder layers"), N_("Number of layers that the queries go through."), low=1, high=6
    )
    heads: Annotated[Literal[1, 2, 4, 8], BeforeValidator(int_from_text)] = setting(
        4, N_("Heads"), N_("Number of attention heads in each layer.")
    )

    future_weight: float = setting(
        0.5,
        N_("Weight of the future"),
        N_("How much the forecast counts in the loss beside the current frame."),
        group="objective",
        live=True,
        low=0,
        high=10,
    )
    class_weight: Literal["none", "balanced"] = setting(
        "none",
        N_("Class weights"),
        N_("Balanced: rare classes count more, so that background does not drown the actions."),
        group="objective",
        options={"none": N_("none"), "balanced": N_("balanced")},
    )

    optimiser: OptimiserName = optimiser_setting()
    lr: float = lr_setting(1e-3, N_("Peak learning rate"))
    schedule: Literal["one_cycle", "constant", "drops"] = setting(
        "one_cycle",
        N_("Schedule"),
        N_("One cycle rises and falls again. Drops, as in the paper: a tenth after each quarter of the steps."),
        group="optimiser",
        options={"one_cycle": N_("one cycle"), "constant": N_("constant"), "drops": N_("drops")},
    )
    horizon: int = setting(
        620,
        N_("Steps of the schedule"),
        N_("The step at which the schedule has come down to its lowest rate."),
        group="optimiser",
        live=True,
        low=1,
        high=200_000,
        log=True,
        when={"schedule": ("one_cycle", "drops")},
    )
    decay: float = setting(
        0.0,
        N_("Weight decay"),
        N_(
            "Decoupled weight decay: each step shrinks the weights by this fraction times the learning rate. It "
            "reduces overfitting."
        ),
        group="optimiser",
        live=True,
        low=0,
        high=10,
        log=True,
    )
    clip: float = clip_setting(1.0)
    ema: float = ema_setting(0.0)

    @property
    def ahead(self) -> int:
        """Frames after the current one that the window holds, which always holds the current one, too."""
        return min(self.lookahead, self.window - 1)

    @property
    def contestants(self) -> tuple[str, ...]:
        """The names of the models that are trained, each network once, the first model first."""
        found: dict[tuple[str, bool, bool], str] = {}
        for name in (self.model, self.second, self.third if self.second != "none" else "none"):
            if name != "none":
                found.setdefault(network_of(name, self.token, self.decoder), name)
        return tuple(found.values())

    @classmethod
    def idle(cls, values: Mapping[str, Any]) -> Mapping[str, str]:
        """What belongs to OadTR needs one among the models; what belongs to the forecast a model that makes one."""
        found = dict(super().idle(values))
        names = [values["model"], *([values["second"], values["third"]] if values["second"] != "none" else [])]
        networks = [network_of(name, values["token"], values["decoder"]) for name in names if name != "none"]
        kinds = {kind for kind, _, _ in networks}
        if "oadtr" not in kinds:
            found |= dict.fromkeys(OWN, "model = oadtr")
        if not kinds & {"oadtr", "mlp"}:
            found["layers"] = "model = oadtr"
        if not any(decoder for _, _, decoder in networks):
            found |= dict.fromkeys(FORECASTING if "trn" not in kinds else FORECASTING[:1], "decoder = True")
        if values["window"] == 1:
            found["lookahead"] = "window > 1"
        return found


def network_of(name: str, token: bool, decoder: bool) -> tuple[str, bool, bool]:
    """Of a model's name its kind, and whether it has a token and a decoder where the first OadTR has them or not."""
    if name in ("oadtr", "no_token", "no_decoder"):
        return "oadtr", token and name != "no_token", decoder and name != "no_decoder"
    return name, False, False


def specs_of(config: OadtrConfig) -> dict[str, Spec]:
    """The network of each of the `contestants`, by its name."""
    data, found = config.streams, {}
    for name in config.contestants:
        kind, token, decoder = network_of(name, config.token, config.decoder)
        found[name] = Spec(
            kind, data.dim, data.classes, config.window, config.width, config.queries, config.heads, config.layers,
            config.decoder_layers, token, decoder, config.positions, config.ahead,
        )  # fmt: skip
    return found
