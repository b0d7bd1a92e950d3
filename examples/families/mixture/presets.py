"""Settings worth a click."""

from playground.core.i18n import N_
from playground.core.preset import Preset

PRESETS = {
    "default": Preset(N_("One for each mode"), N_("Eight components for eight modes."), {}),
    "too_few": Preset(N_("Too few"), N_("Four components have to share eight modes."), {"components": 4}),
}
DIVERGING = {"optimiser": "sgd", "lr": 10.0}
"""Settings with which the training soon diverges."""
