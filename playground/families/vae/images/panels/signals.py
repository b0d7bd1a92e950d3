"""Two learning signals: a critic that compares two sets of pictures, and a bound for each picture alone."""

from playground.core.i18n import N_
from playground.core.panels import Arrays, Panel, PanelScenes, Values
from playground.core.scene import Images, Role, Scene

from ...config import VaeConfig
from ...panel_parts import CRITIC_RESULT, signal_values, signals_panel

SORTED_PICTURES = 48
"""Number of pictures shown in order."""


def panel(config: VaeConfig) -> Panel:
    return signals_panel()


def draw(arrays: Arrays, values: Values, config: VaeConfig) -> PanelScenes:
    """See `panel_data.signals`."""
    texts = signal_values(arrays)
    least, most = float(arrays["known_nats"].min()), float(arrays["known_nats"].max())
    roles: tuple[Role, ...] = tuple("data" if real else "generated" for real in arrays["is_real"] > 0.5)
    return (
        (
            N_("Two sets, sorted by a critic"),
            Scene(
                (
                    Images(
                        name="ordered",
                        title=N_("By the critic's output, from generated to real"),
                        role="field",
                        columns=8,
                        pixels=arrays["ordered"],
                        roles=roles,
                    ),
                ),
                values=texts,
                legend=N_(
                    "[generated:Samples] of the model and [data:real pictures], sorted by the critic's output from "
                    "generated to real. On held-out sets the critic is right in {right} percent of cases (50: "
                    "guessing). So the Jensen–Shannon divergence is at least {proved} nats; its maximum is 0.69."
                ),
                words=CRITIC_RESULT,
            ),
        ),
        (
            N_("Real pictures, sorted by their bound"),
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
                values=texts | {"least": f"{least:.1f}", "most": f"{most:.1f}"},
                legend=N_(
                    "The same real pictures, each with its own bound: −ELBO from {least} to {most} nats, mean {mean} "
                    "± {error}. The bound needs no samples."
                ),
                words=N_("Mean −ELBO: {mean} nats."),
            ),
        ),
    )
