"""Two learning signals: a critic that compares two sets of pictures, and a bound for each picture alone."""

from playground.core.i18n import N_
from playground.core.panels import Arrays, Panel, PanelScenes, Values
from playground.core.scene import Images, Scene

from ...config import VaeConfig
from ...panel_parts import VERDICT, signal_values, signals_panel

SORTED_PICTURES = 48
"""Pictures that are put in order."""


def panel(config: VaeConfig) -> Panel:
    return signals_panel()


def draw(arrays: Arrays, values: Values, config: VaeConfig) -> PanelScenes:
    """See `panel_data.signals`."""
    said = signal_values(arrays)
    least, most = float(arrays["known_nats"].min()), float(arrays["known_nats"].max())
    roles = tuple("data" if real else "generated" for real in arrays["is_real"] > 0.5)
    return (
        (
            N_("Two sets, as a critic orders them"),
            Scene(
                (
                    Images(
                        name="ordered",
                        title=N_("From looking generated to looking real"),
                        role="field",
                        columns=8,
                        pixels=arrays["ordered"],
                        roles=roles,
                    ),
                ),
                values=said,
                legend=N_(
                    "[generated:Samples] of the model and [data:real pictures] from looking generated to looking "
                    "real. Of sets it has not seen the critic tells {right} percent right (50: by chance), which "
                    "proves a Jensen–Shannon divergence of {proved} nats; the most is 0.69."
                ),
                words=VERDICT,
            ),
        ),
        (
            N_("Each picture, by its bound"),
            Scene(
                (
                    Images(
                        name="known",
                        title=N_("From likely to unlikely"),
                        role="data",
                        columns=8,
                        pixels=arrays["known"],
                    ),
                ),
                values=said | {"least": f"{least:.1f}", "most": f"{most:.1f}"},
                legend=N_(
                    "The same real pictures, each with its own bound: from {least} to {most} nats, {mean} ± "
                    "{error} on average. No samples were needed."
                ),
                words=N_("Minus the ELBO is {mean} nats on average."),
            ),
        ),
    )
