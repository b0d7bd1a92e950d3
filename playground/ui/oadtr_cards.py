"""Hints, experiments and failures that the lesson on action detection proposes, each a card that starts a run."""

from playground.core.i18n import N_
from playground.families.oadtr.presets import PRESETS

from .cards import Card
from .lesson import Hint

HINTS = (
    Hint(
        N_("Play the stream."),
        N_(
            "Press play on the line under the stage: the window moves through a stream that no model was trained on. "
            "Truth on top, the models below. A mark stands where an action is named for the first time."
        ),
        PRESETS["default"].settings,
    ),
    Hint(
        N_("Three actions that begin alike."),
        N_(
            "Wave, raise and scratch begin with the same movement. For the first frames nobody can know which it is: "
            "look at the column “now”, and at the frames to come."
        ),
        PRESETS["balanced"].settings,
    ),
    Hint(
        N_("People whom it has never seen."),
        N_(
            "A watch on the wrist, shoulder exercises, ten people. Three of them are only in the test. Scores of "
            "training frames say little here."
        ),
        PRESETS["watch"].settings,
    ),
    Hint(
        N_("Does it really not know the future?"),
        N_(
            "In “Ask the model”, tamper with the future: shuffle all frames after one moment. What a detector said "
            "before it must not move, not by a bit. In this run the window reaches ahead, and gives itself away."
        ),
        PRESETS["future_leak"].settings,
    ),
    Hint(
        N_("What is the task token for?"),
        N_(
            "The paper's figure says: without it, the classifier leans to the last frame. Open “Task token” and look "
            "at the untrained models first."
        ),
        PRESETS["no_token"].settings,
    ),
    Hint(
        N_("Is it worth more than a linear model?"),
        N_(
            "“Linear probe” in “Ask the model” fits a linear model to single frames. What a detector does not gain "
            "beyond that, it does not gain from the past."
        ),
    ),
)

FAILURES = {"future_leak": "future_leak", "constant": "constant", "background": "background"}
"""Finding of the diagnosis -> the preset that shows it."""

CARDS = (
    Card(
        "window",
        N_("How long a window"),
        N_(
            "One frame, eight, thirty-two, sixty-four. An action lasts some seconds: how much of the past is worth "
            "looking at? With one frame OadTR has nothing to attend to."
        ),
        (
            (N_("1 frame"), PRESETS["one_frame"].settings),
            (N_("8 frames"), {"window": 8}),
            (N_("32 frames"), {}),
            (N_("64 frames"), {"window": 64}),
        ),
        N_(
            "A longer window shows more of what came before, and makes what counts harder to find: the cost of "
            "attention grows with its square. A recurrent network has no window; what it keeps is decided by its state."
        ),
    ),
    Card(
        "token",
        N_("With and without the token"),
        N_(
            "The same encoder, classified from the task token or from its last frame. Compare the curves, then the "
            "panel “Task token”: is there a gain?"
        ),
        (
            (N_("both"), PRESETS["no_token"].settings),
            (N_("both, smartwatch"), {**PRESETS["no_token"].settings, "data": "watch"}),
        ),
        N_(
            "The token begins at zero and learns slowly; in short trainings the last frame is often ahead. Papers "
            "report differences of a tenth of a percent. One seed proves nothing: see the tab “Over seeds”."
        ),
    ),
    Card(
        "future",
        N_("Does the forecast help?"),
        N_(
            "Queries say what comes next, and their mean helps to say what is now. Without the decoder, and with more "
            "weight on the future: what changes for the present?"
        ),
        (
            (N_("with and without decoder"), PRESETS["no_decoder"].settings),
            (N_("future weighs 2"), {"future_weight": 2.0}),
            (N_("16 frames ahead"), {"queries": 16}),
        ),
        N_(
            "Whoever can say what comes next has understood what is happening: that is the idea of TRN and of OadTR. "
            "The forecast costs a second network; whether it pays depends on the data."
        ),
    ),
    Card(
        "rivals",
        N_("Attention or a state"),
        N_(
            "OadTR looks at its window anew at every frame. LSTM and TRN carry a state through the whole stream, for "
            "less time at each frame. Who wins, and on which data?"
        ),
        (
            (N_("stick figure"), PRESETS["default"].settings),
            (N_("smartwatch"), PRESETS["watch"].settings),
            (N_("TRN, LSTM"), PRESETS["trn"].settings),
        ),
        N_(
            "On the benchmarks of the papers OadTR is ahead. On small data the order changes from one data set to the "
            "next, and from seed to seed. If the recurrent network wins, believe it."
        ),
    ),
)
