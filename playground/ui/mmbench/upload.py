"""A visitor's own predictions: a table of replies, and, unless they are about PlotBench, the questions.

What is read is kept under a name as long as the visit lasts, so that several files can be compared.
"""

from typing import Any

import streamlit as st

from playground.core.errors import UserError
from playground.core.foreign_text import markdown
from playground.core.i18n import N_, Translate, fill
from playground.engine.limits import Limits
from playground.evaluation.mmbench.circular import one_pass
from playground.evaluation.mmbench.files import check_predictions, read_benchmark, read_predictions
from playground.evaluation.mmbench.question import Benchmark
from playground.evaluation.mmbench.tables import SUFFIXES, read_table

from .kept import MOST_TITLE, keep, kept, rename
from .runs import Run, built_in

MOST_MEGABYTES = min(100, Limits.from_environment().upload_mb)
ENDINGS = [suffix[1:] for suffix in SUFFIXES]


LAST = "mmbench own"
"""In the session: the numbers of the files that were read last, and the id of their run."""


def own_run(translate: Translate) -> Run | None:
    """The run in the files that are there, else the last that was read; None, and a sentence that says why, without
    one."""
    first, second = st.columns(2, gap="medium")
    predictions = first.file_uploader(
        translate(N_("Replies: a table with the columns index and prediction")),
        type=ENDINGS,
        key="mmbench predictions",
        max_upload_size=MOST_MEGABYTES,
    )
    questions = second.file_uploader(
        translate(N_("Questions, if the first file has none and they are not PlotBench's")),
        type=ENDINGS,
        key="mmbench questions",
        max_upload_size=MOST_MEGABYTES,
    )
    last = st.session_state.get(LAST)
    if predictions is None and last is not None and last[1] in kept():
        return _named(last[1], translate)
    if predictions is None:
        st.info(
            translate(
                N_(
                    "Download the benchmark in the last tab, let your model answer every row, and upload the replies "
                    "here. Until then the random model is shown."
                )
            )
        )
        return None
    try:
        one = _read(predictions, questions, translate)
    except UserError as refusal:
        st.error(
            fill(
                translate(N_("{why} Until this is corrected, the random model is shown.")),
                why=refusal.sentence(translate, markdown),
            )
        )
        return None
    return _named(one, translate)


def _named(one: str, translate: Translate) -> Run:
    """A kept run, what it holds, and its name, which can be changed."""
    key = f"mmbench title {one}"

    def named() -> None:
        rename(one, st.session_state[key], translate)
        st.session_state[key] = kept()[one].title

    st.session_state.setdefault(key, kept()[one].title)
    st.text_input(translate(N_("Name of this run")), key=key, max_chars=MOST_TITLE, on_change=named)
    _say(kept()[one], translate)
    return kept()[one]


def _read(predictions: Any, questions: Any, translate: Translate) -> str:
    """The id of the run in the files. They are read once, not at every click: what was read last is kept with their
    numbers."""
    number = (predictions.file_id, questions.file_id if questions is not None else None)
    last = st.session_state.get(LAST)
    if last is not None and last[0] == number and last[1] in kept():
        return last[1]
    raw = predictions.getvalue()
    replies = read_predictions(raw, predictions.name)
    benchmark: Benchmark
    if questions is not None:
        benchmark = read_benchmark(questions.getvalue(), questions.name)
    elif "question" in read_table(raw, predictions.name).columns:
        benchmark = read_benchmark(raw, predictions.name)
    else:
        benchmark = built_in()
    check_predictions(benchmark, replies)
    one = f"own {predictions.file_id}"
    keep(one, Run(replies.name, _with_pictures(benchmark), replies.texts), translate)
    st.session_state[LAST] = (number, one)
    return one


def _with_pictures(benchmark: Benchmark) -> Benchmark:
    """Files of replies hold no pictures: where PlotBench or a file that is there has the same questions, it is taken
    in their place. The same file again is one object, so that its pictures take memory once."""
    there = (built_in(), *(run.benchmark for run in kept().values()))
    same = (other for other in there if other.asked_key == benchmark.asked_key)
    pictures = any(row.image for row in benchmark.rows)
    fits = (one for one in same if one is built_in() or not pictures or one.key == benchmark.key)
    return next(fits, benchmark)


def _say(run: Run, translate: Translate) -> None:
    st.caption(
        fill(
            translate(N_("{name}: {questions:question|questions}, {rows:row|rows}, {replies:reply|replies}.")),
            name=markdown(run.benchmark.name),
            questions=len(run.benchmark.groups()),
            rows=len(run.rows),
            replies=len(run.texts),
        )
    )
    if run.benchmark.official:
        st.caption(fill(translate(N_("As many questions and rows as {name}.")), name=run.benchmark.official))
    if one_pass(run.benchmark):
        st.warning(translate(N_("This file holds one pass of each question only, so there is no circular score.")))
    if without := len(run.strict.scores.without_key):
        st.warning(fill(translate(N_("Questions without a key cannot be scored: {count}.")), count=without))
