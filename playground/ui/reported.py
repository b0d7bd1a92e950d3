"""Published figures of online action detection, with their sources: reported by others, not measured here."""

import streamlit as st

from playground.core.i18n import N_, Translate

ROWS = (
    ("OadTR", N_("OadTR paper (2021), features trained on Kinetics"), "65.2", "87.2"),
    ("TRN", N_("README of the TRN code, features trained on Kinetics"), "62.1", "86.2"),
    ("OadTR", N_("Continual Transformers (2022), run again"), "64.2", "88.6"),
    (N_("OadTR, encoder only, 2 layers"), N_("Continual Transformers (2022), run again"), "64.5", "88.3"),
    (N_("OadTR, encoder only, 1 layer"), N_("Continual Transformers (2022), run again"), "63.9", "88.1"),
)
ABLATION = (
    (N_("whole model"), "57.8"),
    (N_("no decoder"), "56.8"),
    (N_("2 layers"), "55.6"),
    (N_("2 layers, no token"), "55.5"),
)
"""THUMOS14 with features trained on ActivityNet, mAP in percent (Continual Transformers, Hedegaard et al. 2022)."""


def reported(translate: Translate) -> None:
    """Tables of what papers report."""
    _ = translate
    head = " | ".join(_(t) for t in (N_("Model"), N_("Reported in"), N_("THUMOS14 mAP (%)"), N_("TVSeries mcAP (%)")))
    lines = [f"| {head} |", "|---|---|---:|---:|"]
    lines += [f"| {_(model)} | {_(source)} | {thumos} | {series} |" for model, source, thumos, series in ROWS]
    title = _(N_("Reported by others"))
    st.markdown(f"**{title}**")
    st.markdown("\n".join(lines))
    parts = "; ".join(f"{_(name)} {value}" for name, value in ABLATION)
    st.caption(
        _(
            N_(
                "Reported, not measured here: other data, features of large video networks, other machines. What parts "
                "of OadTR bring on THUMOS14 with features trained on ActivityNet (mAP in percent): {parts}. So the "
                "decoder brings about 1 and the token about 0.1."
            )
        ).format(parts=parts)
    )
