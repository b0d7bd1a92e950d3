"""A visitor's own predictions: a table of replies, and, unless they are about PlotBench, the questions."""

from typing import Any

import streamlit as st

from playground.core.errors import UserError
from playground.core.foreign_text import markdown
from playground.core.i18n import N_, Translate
from playground.engine.limits import Limits
from playground.evaluation.mmbench.circular import one_pass
from playground.evaluation.mmbench.files import check_predictions, read_benchmark, read_predictions
from playground.evaluation.mmbench.question import Benchmark
from playground.evaluation.mmbench.tables import SUFFIXES, read_table

from .runs import Run, built_in

MOST_MEGABYTES = min(100, Limits.from_environment().upload_mb)
ENDINGS = [suffix[1:] for suffix in SUFFIXES]


def own_run(translate: Translate) -> Run | None:
    """The run in the files that are there; None, and a sentence that says why, without one."""
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
        run = _read(predictions, questions)
    except UserError as refusal:
        st.error(
            translate(N_("{why} Until this is corrected, the random model is shown.")).format(
                why=refusal.sentence(translate, markdown)
            )
        )
        return None
    _say(run, translate)
    return run


def _read(predictions: Any, questions: Any) -> Run:
    """Files are read once, not at every click: what was read last is kept with their numbers."""
    number = (predictions.file_id, questions.file_id if questions is not None else None)
    kept = st.session_state.get("mmbench own")
    if kept is not None and kept[0] == number:
        return kept[1]
    raw = predictions.getvalue()
    replies = read_predictions(raw, predictions.name)
    benchmark: Benchmark
    if questions is not None:
        benchmark = read_benchmark(questions.getvalue(), questions.name)
    elif "question" in read_table(raw, predictions.name).columns:
        benchmark = _with_pictures(read_benchmark(raw, predictions.name))
    else:
        benchmark = built_in()
    check_predictions(benchmark, replies)
    run = Run(replies.name, benchmark, replies.texts)
    st.session_state["mmbench own"] = (number, run)
    return run


def _with_pictures(benchmark: Benchmark) -> Benchmark:
    """Files of replies hold no pictures: where the questions are PlotBench's, it is taken in their place."""

    def texts(of: Benchmark) -> dict[int, tuple[str, tuple[tuple[str, str], ...]]]:
        return {row.index: (row.question, tuple(row.options.items())) for row in of.rows}

    return built_in() if texts(benchmark) == texts(built_in()) else benchmark


def _say(run: Run, translate: Translate) -> None:
    st.caption(
        translate(N_("{name}: {questions} questions, {rows} rows, {replies} replies.")).format(
            name=markdown(run.benchmark.name),
            questions=len(run.benchmark.groups()),
            rows=len(run.rows),
            replies=len(run.texts),
        )
    )
    if run.benchmark.official:
        st.caption(translate(N_("As many questions and rows as {name}.")).format(name=run.benchmark.official))
    if one_pass(run.benchmark):
        st.warning(translate(N_("This file holds one pass of each question only, so there is no circular score.")))
    if without := len(run.strict.scores.without_key):
        st.warning(translate(N_("Questions without a key cannot be scored: {count}.")).format(count=without))
