"""What this family says about itself: see `playground.core.about`."""

from playground.core.about import About, Leaf
from playground.core.i18n import N_

ABOUT = About(
    title=N_("Online action detection"),
    short="OadTR",
    config="OadtrConfig",
    experiment="OadtrExperiment",
    idea=N_(
        "Which action is it now, when only the past has been seen? OadTR forecasts the next frames to say what the "
        "current one shows. Watch it beside recurrent networks."
    ),
    leaf=Leaf(
        "likelihood",
        3,
        how=N_("The class of the newest frame, and of the next ones, given the frames so far."),
        sampling=N_("one call for each frame"),
        density=N_("of the labels, exact"),
        code=N_("none"),
    ),
    recording="stick",
)
