"""A run under way: how far it is, what it took, and a button that stops it."""

import streamlit as st

from playground.core.foreign_text import markdown
from playground.core.i18n import N_, Translate
from playground.evaluation.mmbench.background import Background
from playground.evaluation.mmbench.progress import Progress

EVERY_S = 1.0
STATES = {
    "running": N_("The run is under way."),
    "done": N_("Every row has an answer."),
    "failed": N_("The run is over; some rows have no answer. Start again to ask them again."),
    "budget": N_("The budget is spent; what is answered is kept."),
    "refused": N_("The service refuses; what is answered is kept."),
    "stopped": N_("The run was stopped; what is answered is kept."),
}


def watch(background: Background, translate: Translate) -> None:
    """The numbers are drawn anew every second while it runs, and the whole page when it is over."""
    began_running = background.is_running

    def part() -> None:
        if began_running and not background.is_running:
            st.rerun()
        _draw(background, translate)

    st.fragment(part, run_every=EVERY_S if began_running else None)()


def _draw(background: Background, translate: Translate) -> None:
    _ = translate
    progress = background.progress
    if background.error is not None:
        st.error(background.error.sentence(_, markdown))
    if progress is None:
        if background.error is None:
            st.caption(_(N_("The run begins.")))
        return
    st.progress(
        (progress.done + progress.skipped + progress.failed) / max(1, progress.total), _(STATES[progress.state])
    )
    columns = st.columns(6, gap="small")
    for column, (label, value) in zip(columns, _numbers(progress, _).items(), strict=True):
        column.metric(label, value)
    if progress.reason is not None:
        st.caption(progress.reason.sentence(_, markdown))
    if background.is_running:
        with st.container(horizontal=True, gap="small"):
            st.button(_(N_("Stop")), key="mmbench stop", icon=":material/stop:", on_click=background.stop)
            if st.button(_(N_("Show the scores so far")), key="mmbench so far"):
                st.rerun()


def _numbers(progress: Progress, translate: Translate) -> dict[str, str]:
    _ = translate
    left = "" if progress.seconds_left is None else f" / {progress.seconds_left:.0f}"
    tokens = progress.prompt_tokens + progress.completion_tokens
    return {
        _(N_("Done")): f"{progress.done} / {progress.total}",
        _(N_("Failed")): str(progress.failed),
        _(N_("Left")): str(progress.left),
        _(N_("Seconds, and left")): f"{progress.seconds:.0f}{left}",
        _(N_("Tokens")): f"{tokens:,}",
        _(N_("Cost")): _(N_("unknown")) if progress.cost is None else f"{progress.cost:.4f}",
    }
