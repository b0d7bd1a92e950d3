"""The same trainings with several seeds: what is a difference, and what is chance. Made by `bench/oadtr.py seeds`."""

import json
from functools import lru_cache
from typing import Any

import numpy as np
import streamlit as st

from playground.core.i18n import N_
from playground.core.resources import WEIGHTS
from playground.data.settings import DATA
from playground.families.oadtr.config import TITLES

from .lesson import Lesson

FILE = WEIGHTS / "oadtr-seeds.json"
COMMAND = "python bench/oadtr.py seeds"


@lru_cache(maxsize=1)
def table() -> dict[str, Any]:
    """`steps`, `seeds`, and `scores`: data -> model -> {map, mcap, seconds}, a number for each seed."""
    return json.loads(FILE.read_text("utf-8"))


def seeds_table(lesson: Lesson) -> None:
    """Mean and standard deviation of each model's test score on each data set, and what follows from them."""
    _, kept = lesson.translate, table()
    st.markdown(
        _(
            N_(
                "Every model, trained {count} times with other seeds for {steps} steps and judged on the test part: "
                "mean ± standard deviation. Measured with this project's small settings by `{command}`; papers use "
                "larger ones."
            )
        ).format(count=len(kept["seeds"]), steps=kept["steps"], command=COMMAND)
    )
    columns = st.columns(len(kept["scores"]), gap="large")
    for column, (data, scores) in zip(columns, kept["scores"].items(), strict=True):
        with column:
            st.markdown(f"**{_(DATA[data].title)}**")
            st.markdown(_rows(lesson, scores))
            st.markdown(verdict(lesson, scores))


def _rows(lesson: Lesson, scores: dict[str, Any]) -> str:
    _ = lesson.translate
    model, training = _(N_("Model")), _(N_("Training"))
    lines = [f"| {model} | mAP | mcAP | {training} |", "|---|---:|---:|---:|"]
    for name, one in scores.items():
        cells = [f"{np.mean(one[key]):.3f} ± {np.std(one[key], ddof=1):.3f}" for key in ("map", "mcap")]
        lines.append(f"| {_(TITLES[name])} | {' | '.join(cells)} | {np.mean(one['seconds']):.0f} s |")
    return "\n".join(lines)


def verdict(lesson: Lesson, scores: dict[str, Any]) -> str:
    """Who has the best mean mAP, and who cannot be told from it: nearer than two standard errors of the difference."""
    _ = lesson.translate
    mean = {name: float(np.mean(one["map"])) for name, one in scores.items()}
    error = {name: float(np.std(one["map"], ddof=1) / np.sqrt(len(one["map"]))) for name, one in scores.items()}
    best = max(mean, key=lambda name: mean[name])
    near = [n for n in mean if n != best and mean[best] - mean[n] < 2 * np.hypot(error[best], error[n])]
    titles = ", ".join(_(TITLES[name]) for name in near)
    text = N_("**{best}** is ahead of all others by more than chance.")
    if near:
        text = N_("**{best}** has the best mean; with so few seeds it cannot be told from {near}.")
    return _(text).format(best=_(TITLES[best]), near=titles)
