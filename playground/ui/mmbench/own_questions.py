"""Which questions a service is asked: PlotBench, or a file of the visitor's, with its pictures."""

import streamlit as st

from playground.core.errors import UserError
from playground.core.foreign_text import markdown
from playground.core.i18n import N_, Translate, fill
from playground.evaluation.mmbench.circular import circularized, one_pass
from playground.evaluation.mmbench.files import read_benchmark
from playground.evaluation.mmbench.question import Benchmark

from .kept import kept
from .runs import built_in
from .upload import ENDINGS, MOST_MEGABYTES

MOST_ROWS = 20_000
"""Rows that a page lets a service answer: three times those of the largest official file."""
READ = "mmbench asked file"
"""In the session: the number of the file that was read last, whether it is rotated, and what it holds."""


def own_questions(translate: Translate) -> Benchmark | None:
    """The questions that are to be asked; None, and a sentence, where the file holds none."""
    _ = translate
    file = st.file_uploader(
        _(N_("Questions, unless PlotBench is asked: MMBench's official file, or a table like it")),
        type=ENDINGS,
        key="mmbench asked questions",
        max_upload_size=MOST_MEGABYTES,
        help=_(
            N_(
                "The operator of the server sets how large a file may be (PLAYGROUND_UPLOAD_MB). The command line "
                "takes larger ones."
            )
        ),
    )
    if file is None:
        st.session_state.pop(READ, None)
        return built_in()
    try:
        if st.session_state.get(READ, ("",))[0] != file.file_id:
            st.session_state[READ] = (file.file_id, _same(read_benchmark(file.getvalue(), file.name)))
        benchmark = st.session_state[READ][1]
        if one_pass(benchmark):
            benchmark = _rotated(benchmark, translate)
        if len(benchmark.rows) > MOST_ROWS:
            raise UserError(
                N_("The file has {rows:row|rows}, and a page asks {most} at most; the command line asks them all."),
                rows=len(benchmark.rows),
                most=MOST_ROWS,
            )
    except UserError as refusal:
        st.error(refusal.sentence(_, markdown))
        return None
    _say(benchmark, translate)
    return benchmark


def _same(benchmark: Benchmark) -> Benchmark:
    """The file as an earlier run holds it, if it is the same: its pictures take memory once."""
    return next((run.benchmark for run in kept().values() if run.benchmark.key == benchmark.key), benchmark)


def _rotated(benchmark: Benchmark, translate: Translate) -> Benchmark:
    """A file of one pass, in all of them if the visitor wants it."""
    _ = translate
    wanted = st.toggle(
        _(N_("Ask every question in all rotations of its options")),
        value=True,
        key="mmbench asked rotations",
        help=_(N_("This file holds one pass of each question only, so there is no circular score.")),
    )
    if not wanted:
        return benchmark
    number, plain, *done = st.session_state[READ]
    if not done:
        done = [_same(Benchmark(plain.name, circularized(plain.rows)))]
        st.session_state[READ] = (number, plain, *done)
    return done[0]


def _say(benchmark: Benchmark, translate: Translate) -> None:
    _ = translate
    words = [
        fill(
            _(N_("{name}: {questions:question|questions}, {rows:row|rows}.")),
            name=markdown(benchmark.name),
            questions=len(benchmark.groups()),
            rows=len(benchmark.rows),
        )
    ]
    if benchmark.official:
        words.append(fill(_(N_("As many questions and rows as {name}.")), name=benchmark.official))
    if without := sum(row.image is None for row in benchmark.rows):
        words.append(fill(_(N_("Rows without a picture: {count}.")), count=without))
    if open_ones := sum(rows[0].answer is None for rows in benchmark.groups().values()):
        words.append(fill(_(N_("Questions without a key cannot be scored: {count}.")), count=open_ones))
    st.caption(" ".join(words))
