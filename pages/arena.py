"""The arena: one distribution, every family, one scorecard."""

import streamlit as st

from playground.arena.contestants import select
from playground.arena.scorecard import COLUMNS
from playground.core.i18n import N_, translator
from playground.ui import arena
from playground.ui.lesson import head, language
from playground.ui.lesson_tabs import lazy_tabs

HINTS = (
    N_(
        "**Speed against quality.** A one-call model calls its network once for each sample; fifty denoising steps "
        "call it fifty times. The triangle shows what this buys."
    ),
    N_("**More than samples.** A GAN gives only samples. Only a model with a density has a gap to the truth in nats."),
    N_(
        "**Coverage.** Choose data with narrow modes (8 or 25) and a short budget: a model that misses part of the "
        "data may have good samples, but one corner of its triangle is short."
    ),
    N_(
        "**Equal steps or equal time?** Change the budget: steps of a small network are cheap, so the ranking may "
        "change."
    ),
)
lang = language()
_ = translator(lang)
head(
    _(N_("Arena")), _(N_("One distribution, one budget, every family: trained side by side, measured in the same way."))
)
page = arena.arena(lang, _)


def look_for() -> None:
    st.markdown("\n".join(f"- {_(text)}" for text in HINTS))


def offers() -> None:
    heads = (N_("Contestant"), N_("Sampling"), N_("Density"), N_("Latent code"))
    rows = [f"| {' | '.join(map(_, heads))} |", "| --- | --- | --- | --- |"]
    rows += [
        f"| **{_(one.entry.title)}** | {_(one.entry.how)} | {_(one.entry.density)} | {_(one.entry.latent)} |"
        for one in select(page.config.contestants)
    ]
    st.markdown("\n".join(rows))


def numbers() -> None:
    for place, columns in zip(st.columns(2, gap="large"), (COLUMNS[:4], COLUMNS[4:]), strict=True):
        place.markdown(
            "\n".join(
                f"- **{_(column.title)}**{f' ({_(column.unit)})' if column.unit else ''}: {_(column.help)}"
                for column in columns
            )
        )


lazy_tabs(
    page,
    {
        "look": (N_("What to look for"), look_for),
        "offers": (N_("What each family offers"), offers),
        "numbers": (N_("What the numbers mean"), numbers),
        "share": (N_("Share"), lambda: arena.share(page)),
    },
    "look",
)
