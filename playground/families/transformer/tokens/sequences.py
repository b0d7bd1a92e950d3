"""Sequences as they are generated, token by token, and as they are predicted: what is right and what is wrong."""

from collections.abc import Mapping

import numpy as np

from playground.core.i18n import N_
from playground.core.layers import Matrix, Tokens, TokenState
from playground.core.scene import Number, Trajectory
from playground.core.token_text import columns, widest
from playground.data.tokens.task import TokenTask

from .frames import prompt_length

Arrays = Mapping[str, np.ndarray]
MOST_CELLS = 30_000
"""Cells of all moments of a generation together: of long texts there are fewer moments."""
ROOM = 160
"""Letters that have room on the stage beside what is read, if they are to be legible."""
MOST_ROWS = 5
"""Rows that are shown even of short sequences."""
NONE = -1
MAX_COLUMNS = 40
"""Tokens of which the probabilities are shown."""
EMPTY, GIVEN, RIGHT, WRONG, TO_COME, GENERATED = TokenState


def shown_rows(task: TokenTask) -> int:
    """How many rows have room on the stage."""
    letters = max(1.0, 0.6 * columns(widest(task.vocabulary)))
    return int(np.clip(ROOM // (letters * task.dim), 1, MOST_ROWS))


def moments_of(task: TokenTask) -> np.ndarray:
    """After how many tokens the generation is shown, 0 and all of them among them."""
    p = task.dim - prompt_length(task)
    most = max(2, MOST_CELLS // (shown_rows(task) * task.dim))
    return np.unique(np.linspace(0, p, min(p + 1, most)).astype(int))


def generated(a: Arrays, task: TokenTask, moments: np.ndarray) -> Tokens:
    """What the model writes itself, after each of the `moments`."""
    prompt, n = prompt_length(task), min(shown_rows(task), len(a["rows"]))  # a short text has fewer
    rows, made = a["rows"][:n].astype(int), a["generated"][:n].astype(int)
    is_text = not task.source_length
    judged = np.ones(made.shape, bool) if is_text else a["judged"][:n, -made.shape[1] :] > 0
    right = made == rows[:, prompt:]
    done = np.full(made.shape, GENERATED) if is_text else np.where(right, RIGHT, WRONG)
    written = np.arange(made.shape[1])[None, None] < moments[:, None, None]  # (moments, 1, p)
    states = np.where(written, done, TO_COME)
    states = np.where(judged | (written & (done == WRONG) & ~_after_end(made, task)), states, EMPTY)
    ids = np.where(written & (states != EMPTY), made, NONE)
    given = np.broadcast_to(rows[:, :prompt], (len(moments), n, prompt))
    wrong = states == WRONG
    expected = np.concatenate([np.full_like(given, NONE), np.where(wrong & judged, rows[:, prompt:], NONE)], 2)
    return Tokens(
        name="tokens",
        title=N_("Written by the model"),
        role="generated",
        trajectory=True,
        ids=np.concatenate([given, ids], 2),
        states=np.concatenate([np.full_like(given, GIVEN), states], 2),
        expected=None if is_text else expected,
        vocabulary=task.vocabulary,
        share=1.9,
    )


def _after_end(made: np.ndarray, task: TokenTask) -> np.ndarray:
    """Which tokens (n, p) stand after an END that the model wrote."""
    ends = np.cumsum(made == task.END, 1)
    return (ends - (made == task.END)) > 0


def predicted(a: Arrays, task: TokenTask) -> Tokens:
    """The likeliest token at each position, given the right ones before it: what the loss is about."""
    s, n = task.source_length, min(shown_rows(task), len(a["rows"]))
    rows, guesses, judged = a["rows"][:n].astype(int), a["predicted"][:n].astype(int), a["judged"][:n] > 0
    states = np.where(judged, np.where(a["right"][:n] > 0, RIGHT, WRONG), EMPTY)
    answers = np.where(states == WRONG, rows[:, s:], NONE)
    return Tokens(
        name="predicted",
        title=N_("Predicted, given the right tokens before"),
        role="field",
        shown=False,
        ids=np.concatenate([rows[:, :s], np.where(judged, guesses, NONE)], 1),
        states=np.concatenate([np.full((n, s), GIVEN), states], 1),
        expected=np.concatenate([np.full((n, s), NONE), answers], 1),
        vocabulary=task.vocabulary,
        share=1.9,
    )


def probabilities(a: Arrays, task: TokenTask) -> Matrix:
    """Of the first row: the distribution of each token that was written, as far as a frame holds it."""
    ids, p = a["next_tokens"].astype(int), a["next_probabilities"]  # (p, tokens) each
    likely = np.zeros(len(task.vocabulary))
    np.maximum.at(likely, ids, p)
    shown = np.sort(np.argsort(-likely, kind="stable")[: min(MAX_COLUMNS, int((likely > 0).sum()))])
    place = np.full(len(task.vocabulary), NONE)
    place[shown] = np.arange(len(shown))
    values = np.zeros((len(ids), len(shown)), np.float32)
    row, _ = np.nonzero(place[ids] >= 0)
    values[row, place[ids][place[ids] >= 0]] = p[place[ids] >= 0]
    return Matrix(
        name="probabilities",
        title=N_("Probability of each token"),
        role="generated",
        stage=False,
        values=values,
        rows=tuple(task.show(a["generated"][0])),
        columns=tuple(task.vocabulary[column] for column in shown),
    )


def trajectory(a: Arrays, moments: np.ndarray) -> Trajectory:
    """The generation of the first row, token by token."""
    chosen = np.log(np.clip(a["next_probabilities"][:, 0].astype(np.float64), 1e-7, 1))  # greedy: the likeliest
    log_p = np.append(0, np.cumsum(chosen))[moments]
    last = int(moments[-1])
    every = max(1, round(last / 8))
    return Trajectory(
        N_("Token by token"),
        tuple(float(moment) for moment in moments),
        tuple(str(moment) if moment % every == 0 or moment == last else "" for moment in moments),
        start=N_("prompt"),
        end=N_("answer"),
        numbers=(Number(N_("log p of the first row so far"), log_p, N_("nats")),),
    )
