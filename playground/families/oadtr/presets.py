"""Settings worth a click."""

from playground.core.i18n import N_
from playground.core.preset import Preset

PRESETS = {
    "default": Preset(
        N_("Stick figure: OadTR, LSTM, MLP"),
        N_("Wave, raise and scratch begin alike. What the MLP cannot tell from one frame, the others can."),
        {"data": "stick"},
        "works",
    ),
    "watch": Preset(
        N_("Smartwatch: OadTR, LSTM, MLP"),
        N_("Real exercises of the shoulder, measured by a watch. The test is on people who were not trained on."),
        {"data": "watch"},
        "works",
    ),
    "trn": Preset(
        N_("TRN against LSTM"),
        N_("Both carry a state. TRN also imagines the next frames at every frame, and reads what it imagined."),
        {"model": "trn", "third": "none", "queries": 4, "batch": 64},
    ),
    "watch_trn": Preset(
        N_("Smartwatch: OadTR against TRN"),
        N_("Attention over a window, or a state that is carried: see which one wins on real data."),
        {"data": "watch", "second": "trn", "third": "none", "queries": 4},
    ),
    "no_token": Preset(
        N_("With and without the token"),
        N_(
            "The token gathers what all frames show. Without it the last frame speaks, and is said to lean to its own "
            "features."
        ),
        {"second": "no_token", "third": "none"},
    ),
    "no_decoder": Preset(
        N_("With and without the decoder"),
        N_("Does it help to forecast the next frames, when only the current one is asked for?"),
        {"second": "no_decoder", "third": "none"},
    ),
    "balanced": Preset(
        N_("Balanced classes"),
        N_("Rare actions count as much as the background: more are found, and there are more false alarms."),
        {"class_weight": "balanced"},
    ),
    "one_frame": Preset(
        N_("A window of one frame"),
        N_("There is nothing to attend to. OadTR and an MLP of one frame are alike."),
        {"window": 1, "second": "mlp", "third": "none"},
        "fails",
    ),
    "future_leak": Preset(
        N_("Future leak"),
        N_("In training the window reaches into the future. Scores are excellent, until frames come one by one."),
        {"lookahead": 16, "second": "none"},
        "fails",
    ),
    "background": Preset(
        N_("Background swamps the actions"),
        N_("Most frames are background. A training that is too slow learns only that, and accuracy looks fine."),
        {"lr": 3e-5, "schedule": "constant", "second": "none"},
        "fails",
    ),
    "constant": Preset(
        N_("Constant prediction"),
        N_("The learning rate is far too high. The layers no longer see their input: every frame gets one class."),
        {"lr": 0.3, "clip": 1000.0, "schedule": "constant", "second": "none"},
        "fails",
    ),
    "shuffled": Preset(
        N_("Shuffled labels"),
        N_("There is nothing to learn. Whatever a model still scores here is what guessing is worth."),
        {"shuffled": True, "second": "mlp", "third": "none"},
        "fails",
    ),
}
DIVERGING = {"optimiser": "sgd", "lr": 10.0, "clip": 1000.0, "decay": 10.0, "schedule": "constant"}
"""Settings with which training soon diverges."""
