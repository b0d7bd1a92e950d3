"""The right answer to a lesson's question, from what a run or a recording of this server has shown."""

from playground.classroom.questions import Answer, Number, Option, Question
from playground.classroom.truths import Past, right_answer
from playground.core.errors import UserError
from playground.core.i18n import N_
from playground.engine.hub import Hub
from playground.engine.live_run import LiveRun
from playground.engine.recording import Recording

from . import commands as c
from .session import Session

POINTS = 2000
"""Of a curve: enough to tell a step from its neighbours."""


def typed(question: Question) -> Answer | None:
    """Where no run is named: what the author typed; None for an open question. `UserError` where a run has to say."""
    truth = question.truth
    if isinstance(truth, Option):
        return truth.index
    if isinstance(truth, Number):
        return truth.value
    if truth is None:
        return None
    raise UserError(N_("A run gives this answer. Let one train on your screen, then reveal again."))


def of_run(question: Question, hub: Hub, live_run: LiveRun) -> Answer | None:
    """From a run, and from the other runs of the same visitor and family. `UserError`: it was not shown yet."""
    others = [
        other
        for other in hub.live_runs.values()
        if other is not live_run and other.run.owner == live_run.run.owner and other.run.family == live_run.run.family
    ]
    return right_answer(question, _past(live_run), [_past(other) for other in others])


def of_recording(question: Question, recording: Recording) -> Answer | None:
    """From a shipped training. `UserError`: it does not show it."""
    curve = recording.timeline.curve(POINTS)
    return right_answer(question, Past(recording.family, recording.config, recording.step, curve, recording.last))


def _past(live_run: LiveRun) -> Past:
    run = live_run.run
    return Past(run.family, live_run.config_now(), run.step, run.timeline.curve(POINTS), run.newest)


def reveal(session: Session, command: c.Truth) -> None:
    """Tell a browser the right answer to a question of its lesson, from what it looks at."""
    view = session.view
    if view.live_run is not None:
        right = of_run(command.question, session.hub, view.live_run)
    elif view.recording is not None:
        right = of_recording(command.question, view.recording)
    else:
        right = typed(command.question)
    session.outbox.add({"is": "truth", "id": command.id, "right": right})
