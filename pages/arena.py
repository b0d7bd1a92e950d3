"""The arena: one distribution, every family, one scorecard."""

import streamlit as st

from playground.arena.contestants import chosen
from playground.arena.scorecard import COLUMNS
from playground.core.i18n import N_, translator
from playground.ui import arena
from playground.ui.lesson import language

HINTS = (
    N_(
        "**Quick is not good, good is not quick.** Who needs one call draws a thousand samples in a millisecond; who "
        "takes noise away in fifty pays fifty times as much for each sample. The triangle shows what it bought."
    ),
    N_(
        "**A density is more than samples.** The GAN can be sampled and nothing else; only where there is a density "
        "can the gap to the truth be told in nats."
    ),
    N_(
        "**Coverage.** Choose narrow modes (8 or 25 of them) and a short budget: who is content with some of the data "
        "has fine samples and a short arm of the triangle."
    ),
    N_(
        "**Equal steps or equal seconds?** Change what is equal: steps of a small network are cheap, and the order may "
        "turn."
    ),
)
lang = language()
_ = translator(lang)
st.title(_(N_("Arena")), anchor=False)
st.markdown(
    _(
        N_(
            "One distribution, one budget, every family. All train **side by side** on the same data and get the same; "
            "then each is measured in the same way. Nothing here is prepared: the numbers are of your runs."
        )
    )
)
page = arena.arena(lang, _)

left, right = st.columns([4, 3], gap="large")
with left:
    st.subheader(_(N_("What each family gives")), anchor=False)
    rows = [
        f"| {_(N_('Contestant'))} | {_(N_('Sampling'))} | {_(N_('Density'))} | {_(N_('Latent code'))} |",
        "| --- | --- | --- | --- |",
    ]
    rows += [
        f"| **{_(one.entry.title)}** | {_(one.entry.how)} | {_(one.entry.density)} | {_(one.entry.latent)} |"
        for one in chosen(page.config.contestants)
    ]
    st.markdown("\n".join(rows))
with right:
    st.subheader(_(N_("What to look for")), anchor=False)
    st.markdown("\n".join(f"- {_(text)}" for text in HINTS))
with st.expander(_(N_("What the numbers mean")), expanded=True):
    for place, columns in zip(st.columns(2, gap="large"), (COLUMNS[:4], COLUMNS[4:]), strict=True):
        place.markdown(
            "\n".join(
                f"- **{_(column.title)}**{f' ({_(column.unit)})' if column.unit else ''}: {_(column.help)}"
                for column in columns
            )
        )
st.subheader(_(N_("Share")), anchor=False)
arena.share(page, lang, _)
