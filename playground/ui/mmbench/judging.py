"""A judge asked from the page: a second model that says which option is meant where no rule can read the reply.

What it decides makes a run of its own, beside the one without a judge.
"""

import hashlib
from dataclasses import replace
from pathlib import Path

import streamlit as st

from playground.core.errors import UserError
from playground.core.foreign_text import markdown
from playground.core.i18n import N_, Translate, fill
from playground.core.strict_json import dumps
from playground.engine.paths import runs_root
from playground.evaluation.mmbench.background_judge import BackgroundJudge
from playground.evaluation.mmbench.endpoint import Endpoint
from playground.evaluation.mmbench.endpoint_hosts import EndpointHosts
from playground.evaluation.mmbench.extraction.extracted import JUDGE_DRAWN, JUDGE_FAILED, JUDGE_MATCHED
from playground.evaluation.mmbench.judge import unread

from . import charts
from .choice import Selection
from .endpoint_form import checked, url_field, variable_field
from .kept import keep, kept
from .runs import Run, built_in

PLACE = "mmbench judging"
"""In the session: the judge that was asked last, about which run, in which mode of extraction."""
EVERY_S = 1.0


def judging(page: Selection) -> None:
    """The switch, the form below it, and what came of it."""
    _ = page.translate
    if page.run.judge:
        _told(page.run, _)
        return
    asked = unread(page.run.rows, page.run.texts, page.judged.found)
    if not asked:
        st.caption(_(N_("Every reply can be read: there is nothing to ask a judge.")))
        return
    wanted = st.toggle(
        _(N_("Let a judge read what no rule can read")),
        key="mmbench judge",
        help=_(
            N_(
                "A second model is told the question, the options and the reply, never the picture or the key, and "
                "says which option is meant. After three tries without an option, a letter is drawn at random."
            )
        ),
    )
    if not wanted:
        return
    judge = _form(page, len(asked))
    if judge is not None:
        try:
            _check(page.run, judge)
            work = BackgroundJudge(asked, page.run.texts, judge, _file(judge), mode=page.mode)
            st.session_state[PLACE] = (work, page.run, judge.model)
        except UserError as refusal:
            st.error(refusal.sentence(_, markdown))
    place = st.session_state.get(PLACE)
    if place is not None and place[1] is page.run:
        _watch(page, *place)


def _form(page: Selection, count: int) -> Endpoint | None:
    """The judge that is to be asked now; None before the button is pressed, and where the form makes none."""
    _ = page.translate
    hosts = EndpointHosts.from_environment()
    with st.form("mmbench judge form"):
        url = url_field(st, hosts, "mmbench judge", _)
        model = st.text_input(_(N_("Model")), key="mmbench judge model", max_chars=200)
        variable = variable_field(st, hosts, "mmbench judge", _)
        label = fill(_(N_("Ask about {count:reply|replies}")), count=count)
        if not st.form_submit_button(label, icon=":material/gavel:"):
            return None
    try:
        return checked(hosts, url, model, variable, blind=True)
    except UserError as refusal:
        st.error(refusal.sentence(_, markdown))
        return None


def _check(run: Run, judge: Endpoint) -> None:
    """Replies to PlotBench that a service wrote are no words of the visitor; others are."""
    if not (run.asked and run.benchmark is built_in()):
        EndpointHosts.from_environment().check_own_questions(judge.base_url)


def _file(judge: Endpoint) -> Path:
    """Where a judge's answers are kept, whoever asks."""
    whole = dumps([judge.name, dict(judge.parameters)], sort_keys=True)
    return runs_root() / "mmbench" / f"judge-{hashlib.sha256(whole.encode()).hexdigest()[:24]}.jsonl"


def _watch(page: Selection, work: BackgroundJudge, run: Run, name: str) -> None:
    """A line while the judge works; then its run is kept, and the page drawn again."""
    _ = page.translate
    began_running = work.is_running

    def part() -> None:
        if work.is_running:
            st.caption(fill(_(N_("The judge reads {count:reply|replies}.")), count=work.count))
        elif began_running:
            st.rerun()

    st.fragment(part, run_every=EVERY_S if began_running else None)()
    if work.is_running or began_running:
        return
    if work.error is not None:
        st.error(work.error.sentence(_, markdown))
    if work.result is not None:
        title = fill(_(N_("{name}, judged by {judge}")), name=_(run.title), judge=name)
        found = replace(run, title=title, judge=work.result.found)
        one = f"judge {run.title} {name} {page.mode}"
        is_new = one not in kept()
        with_judge = keep(one, found, _)
        if is_new:
            st.rerun()  # the pickers have a run more
        _told(with_judge, _)
        _shift(page, with_judge)
        if work.result.reason is not None:
            st.caption(work.result.reason.sentence(_, markdown))


def _told(run: Run, translate: Translate) -> None:
    counts = [
        sum(one.rule == rule for one in run.judge.values()) for rule in (JUDGE_MATCHED, JUDGE_DRAWN, JUDGE_FAILED)
    ]
    st.markdown(
        fill(
            translate(N_("{name}: {matched} named by the judge, {drawn} drawn at random, {failed} not answered.")),
            name=markdown(translate(run.title)),
            matched=counts[0],
            drawn=counts[1],
            failed=counts[2],
        )
    )


def _shift(page: Selection, run: Run) -> None:
    """The scores without and with the judge."""
    _ = page.translate
    rows = []
    for measure in charts.MEASURE_TITLES:
        both = [one.judged(page.mode).scores.tally(measure, page.split) for one in (page.run, run)]
        if all(tally.n for tally in both):
            without, with_it = (_range(tally.low, tally.high) for tally in both)
            title = charts.score_title(measure, _)
            rows.append({_(N_("Score")): title, _(N_("without a judge")): without, _(N_("with it")): with_it})
    st.dataframe(rows, hide_index=True, key="mmbench judge shift")
    st.caption(_(N_("The run with the judge stands among the models, and can be compared.")))


def _range(low: float, high: float) -> str:
    ends = dict.fromkeys(charts.figure_of(share) for share in (low, high))
    return f"{' – '.join(ends)} %"
