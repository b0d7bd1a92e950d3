"""What this family says about itself: see `playground.core.about`."""

from playground.core.about import About
from playground.core.i18n import N_

ABOUT = About(
    title=N_("Online action detection"),
    short="OadTR",
    config="OadtrConfig",
    experiment="OadtrExperiment",
    curves=(
        "rate",
        "action_recall",
        "distinct",
        *(
            f"{name}{model}"
            for name in ("loss", "grad", "forecast", "accuracy", "map", "mcap")
            for model in ("", "_2", "_3")
        ),
    ),  # fmt: skip
    idea=N_(
        "Which action is it now, when only the past has been seen? OadTR forecasts the next frames to say what the "
        "current one shows. Watch it beside recurrent networks."
    ),
    recording="stick",
)
