"""A model behind a service, asked PlotBench or a visitor's questions from the page: the form, the watch, the stop.

Which services a visitor may name, and ask questions of their own, says `EndpointHosts`; the key's value never comes
here.
"""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import streamlit as st

from playground.core.errors import UserError
from playground.core.foreign_text import markdown
from playground.core.i18n import N_, Translate
from playground.core.strict_json import dumps
from playground.engine.paths import runs_root
from playground.evaluation.mmbench.background import Background, start
from playground.evaluation.mmbench.endpoint_hosts import EndpointHosts
from playground.evaluation.mmbench.engine import MAX_CONCURRENCY, Plan
from playground.evaluation.mmbench.extraction import extract
from playground.evaluation.mmbench.progress import Budget, Prices
from playground.evaluation.mmbench.prompt import prompt
from playground.evaluation.mmbench.question import Benchmark, Row
from playground.evaluation.mmbench.store import read

from .endpoint_form import checked, url_field, variable_field
from .kept import keep
from .own_questions import own_questions
from .runs import Run, built_in, pictured
from .watch import watch

PLACE = "mmbench service"
"""In the session: the run that this visitor has started last. Others have theirs, and share only the answers."""
VISITOR, ANSWERED = "mmbench visitor", "mmbench answered"


@dataclass(frozen=True)
class Asked:
    """What the form says."""

    base_url: str
    model: str
    key_variable: str
    blind: bool
    lazy: bool
    concurrency: int
    calls: int | None
    cost: float | None
    prices: Prices | None


def service_run(translate: Translate) -> Run | None:
    """The answers there are of the run that this visitor has started; None before the first."""
    benchmark = own_questions(translate)
    asked = _form(translate)
    if asked is not None and benchmark is not None:
        try:
            st.session_state[PLACE] = _start(asked, benchmark)
        except UserError as refusal:
            st.error(refusal.sentence(translate, markdown))
    background: Background | None = st.session_state.get(PLACE)
    if background is None:
        st.info(translate(N_("Until there are answers, the random model is shown.")))
        return None
    about = background.plan.benchmark
    st.caption(
        translate(N_("{model} answers {name}.")).format(
            model=markdown(background.plan.model.name), name=markdown(about.name)
        )
    )
    watch(background, translate)
    run = _answered(background, translate)
    if run is None or background.is_running:
        return run
    return keep(f"service {background.path.stem}", run, translate)


def _form(translate: Translate) -> Asked | None:
    _ = translate
    hosts = EndpointHosts.from_environment()
    with st.form("mmbench service form"):
        first, second, third = st.columns(3, gap="small")
        url = url_field(first, hosts, "mmbench service", _)
        model = second.text_input(_(N_("Model")), key="mmbench service model", max_chars=200)
        variable = variable_field(third, hosts, "mmbench service", _)
        concurrency = first.slider(_(N_("Calls at a time")), 1, MAX_CONCURRENCY, 4, key="mmbench service concurrency")
        calls = second.number_input(_(N_("Stop after so many answers")), 1, None, None, key="mmbench service calls")
        cost = third.number_input(
            _(N_("Stop before this cost")),
            0.0,
            None,
            None,
            key="mmbench service cost",
            help=_(N_("In the currency of the prices, which it needs.")),
        )
        of_prompts = first.number_input(
            _(N_("Price of a million tokens of prompts")), 0.0, None, None, key="mmbench service price in"
        )
        of_replies = second.number_input(
            _(N_("Price of a million tokens of replies")), 0.0, None, None, key="mmbench service price out"
        )
        lazy = third.toggle(
            _(N_("Skip what is decided")),
            key="mmbench service lazy",
            help=_(
                N_(
                    "A question with a wrong pass is wrong: its other passes are not asked. The circular score stays "
                    "the same; the vanilla score over all passes becomes a range."
                )
            ),
        )
        blind = third.toggle(_(N_("Without pictures")), key="mmbench service blind")
        pressed = st.form_submit_button(_(N_("Start")), type="primary", icon=":material/play_arrow:")
    if not pressed:
        return None
    prices = None if of_prompts is None or of_replies is None else Prices(of_prompts, of_replies)
    return Asked(url, model, variable, blind, lazy, int(concurrency), calls, cost, prices)


def _start(asked: Asked, benchmark: Benchmark) -> Background:
    """`UserError` where the visitor may not call this service, or the form makes no plan."""
    hosts = EndpointHosts.from_environment()
    model = checked(hosts, asked.base_url, asked.model, asked.key_variable, asked.blind)
    if benchmark is not built_in():
        hosts.check_own_questions(asked.base_url)
    if asked.cost is not None and asked.prices is None:
        raise UserError(N_("A budget of money needs the prices of the tokens."))
    plan = Plan(
        pictured(benchmark),
        model,
        prompt,
        asked.concurrency,
        asked.lazy,
        _is_wrong,
        Budget(calls=asked.calls, cost=asked.cost, own=True),
        asked.prices,
    )
    return start(plan, _file(plan), st.session_state.setdefault(VISITOR, uuid4().hex))


def _file(plan: Plan) -> Path:
    """Where the answers of a model to a file of questions are kept: who asks the same again pays for nothing twice."""
    whole = dumps([plan.benchmark.key, plan.model.name, dict(plan.model.parameters)], sort_keys=True)
    named = hashlib.sha256(whole.encode()).hexdigest()[:24]
    return runs_root() / "mmbench" / f"{named}.jsonl"


def _is_wrong(row: Row, text: str) -> bool:
    letter = extract(text, row.options, "strict").letter
    return letter is not None and letter != row.answer


def _answered(background: Background, translate: Translate) -> Run | None:
    """The answers in the file, read and scored again when it has grown."""
    plan = background.plan
    size = background.path.stat().st_size if background.path.exists() else 0
    last = st.session_state.get(ANSWERED)
    if last is not None and last[:2] == (background.path, size):
        return last[2]
    try:
        kept = read(background.path)
    except UserError:
        return None  # the watch has said why
    texts = {}
    for row in plan.benchmark.rows:
        call = kept.answers.get(plan.key(row))
        if call is not None and call.answer is not None:
            texts[row.index] = call.answer.text
    if not texts:
        return None
    name = plan.model.name
    if plan.model.parameters.get("blind"):
        name = translate(N_("{model}, without pictures")).format(model=name)
    benchmark = built_in() if plan.benchmark is pictured(built_in()) else plan.benchmark
    run = Run(name, benchmark, texts, asked=True)
    st.session_state[ANSWERED] = (background.path, size, run)
    return run
