"""What the model writes, and how it chooses."""

import numpy as np

from playground.core.i18n import N_
from playground.core.panels import Arrays, Dial, Panel, PanelScenes, Values
from playground.core.scene import Bars, Number, Role, Scene, Tokens, TokenState, Trajectory

from ...config import TransformerConfig, effective_architecture
from ..typed import names, prompt
from .curves import minus
from .dials import draw_dial, text_dial

MAX_LENGTH = 64
METHODS = {"greedy": N_("greedy"), "sample": N_("sample"), "beam": N_("beam search")}
MAX_RANK = 6


def panel(config: TransformerConfig) -> Panel:
    task = config.task
    length = min(task.answer_length, MAX_LENGTH)
    ends = config.model == "transformer" and config.positions == "learned"
    return Panel(
        "generate",
        N_("Generate"),
        N_(
            "The model continues your prompt, token by token. Greedy takes the likeliest token, sampling draws one, "
            "beam search keeps the likeliest beginnings. Force another token somewhere and see what follows."
        ),
        (
            text_dial("prompt", N_("Prompt"), prompt(task, config.seed), task),
            Dial("length", N_("Length"), default=length, low=1, high=length if ends else MAX_LENGTH, step=1),
            Dial("method", N_("Method"), "choice", "greedy", options=tuple(METHODS.items())),
            Dial(
                "temperature",
                N_("Temperature"),
                default=1.0,
                low=0.1,
                high=2.0,
                step=0.05,
                help=N_("Sampling: divides the logits. Below 1 likely tokens get likelier."),
            ),
            Dial(
                "top_k",
                "top-k",
                default=0,
                low=0,
                high=min(50, len(task.vocabulary)),
                step=1,
                help=N_("Sampling: only the likeliest k tokens; 0: all."),
            ),
            Dial(
                "top_p",
                "top-p",
                default=1.0,
                low=0.05,
                high=1.0,
                step=0.05,
                help=N_("Sampling: the fewest tokens whose probabilities sum to p."),
            ),
            draw_dial(),
            Dial("beams", N_("Beams"), default=3, low=1, high=5, step=1, help=N_("Beginnings that beam search keeps.")),
            Dial(
                "place",
                N_("Look at token"),
                default=1,
                low=1,
                high=length if ends else MAX_LENGTH,
                step=1,
                help=N_("The token of the answer whose distribution is shown."),
            ),
            Dial(
                "rank",
                N_("Take there the token of rank"),
                default=0,
                low=0,
                high=MAX_RANK,
                step=1,
                help=N_("1 is the likeliest token; 0: as the method chooses. Beam search chooses by itself."),
            ),
        ),
    )


def draw(arrays: Arrays, values: Values, config: TransformerConfig) -> PanelScenes:
    found = [(N_("The text"), _text(arrays, values, config)), (N_("Next token"), _next(arrays, values, config))]
    if np.isfinite(arrays["seconds"]).all():
        found.append((N_("Milliseconds per token"), _cost(arrays, config)))
    return tuple(found)


def _text(a: Arrays, values: Values, config: TransformerConfig) -> Scene:
    """Every beam is a row; along the trajectory its tokens appear, all at once those of an encoder."""
    prompt, ids = a["prompt"].astype(int), a["ids"].astype(int)
    beams, length = ids.shape
    given = np.broadcast_to(prompt, (beams, len(prompt)))
    whole = np.concatenate([given, ids], 1)
    answer = np.full(length, -1)
    answer[: len(a["answer"])] = a["answer"][:length]
    judged = np.where(answer < 0, TokenState.GENERATED, np.where(ids == answer, TokenState.RIGHT, TokenState.WRONG))
    judged = np.where(a["ended"] > 0, TokenState.EMPTY, judged)
    at_once = effective_architecture(config) == "encoder"
    moments = np.array([0, length]) if at_once else np.arange(length + 1)
    come = np.arange(length)[None, None] < moments[:, None, None]  # (moments, 1, length)
    states = np.concatenate(
        [
            np.full((len(moments), beams, len(prompt)), int(TokenState.GIVEN)),
            np.where(come, judged[None], int(TokenState.TO_COME)),
        ],
        2,
    )
    shown = np.where((states == TokenState.TO_COME) | (states == TokenState.EMPTY), -1, whole[None])
    known = bool(len(a["answer"]))
    expected = np.concatenate([np.full(len(prompt), -1), answer])
    layer = Tokens(
        name="text",
        title=N_("Text"),
        role="generated",
        ids=shown,
        states=states,
        vocabulary=config.task.vocabulary,
        expected=np.broadcast_to(expected, shown.shape) if known else None,
        trajectory=True,
    )
    log_p = np.append(0.0, a["log_p"][0])[moments]
    legend = N_("The model's [generated:text] after your prompt; log p of the whole answer is {log_p} nats.")
    if known:
        legend = N_(
            "The answer after the prompt, [field:correct] or [gradient:wrong]; log p of all of it is {log_p} nats."
        )
    if beams > 1:
        legend = N_("The {beams} likeliest answers that beam search found; log p of the best is {log_p} nats.")
    every = max(1, length // 8)
    return Scene(
        (layer,),
        extent=(0.0, 2.6 if beams < 3 else 1.6, 0.0, 1.0),
        legend=legend,
        words=legend,
        values={"log_p": minus(f"{a['log_p'][0, -1]:.2f}"), "beams": str(beams)},
        trajectory=Trajectory(
            N_("Token by token"),
            tuple(float(moment) for moment in moments),
            tuple(str(moment) if moment % every == 0 else "" for moment in moments),
            start=N_("prompt"),
            end=N_("answer"),
            numbers=(Number(N_("log p so far"), log_p, N_("nats")),),
        ),
    )


def _next(a: Arrays, values: Values, config: TransformerConfig) -> Scene:
    likeliest, chosen = a["likeliest"].astype(int), int(a["chosen"][0])
    labels = names(config.task, likeliest)
    sampling = values["method"] == "sample"
    p = a["shaped"] if sampling else a["probabilities"]
    roles: tuple[Role, ...] = tuple(
        _role(token == chosen, share > 0) for token, share in zip(likeliest, p, strict=True)
    )
    legend = (
        N_(
            "Token {place}: the distribution that is drawn from, after temperature, top-k and top-p. "
            "[generated:{token}] was chosen; the model itself gives it {share} percent."
        )
        if sampling
        else N_("Token {place}: the model's likeliest tokens. [generated:{token}] was chosen, with {share} percent.")
    )
    at = np.flatnonzero(likeliest == chosen)
    share = f"{100 * a['probabilities'][at[0]]:.1f}" if len(at) else "<" + f"{100 * a['probabilities'][-1]:.1f}"
    bars = Bars(
        name="next",
        title=N_("Probability"),
        role="field",
        values=p.astype(np.float32),
        labels=labels,
        roles=roles,
    )
    place = min(int(values["place"]), a["ids"].shape[1])
    told = {"place": str(place), "token": names(config.task, a["chosen"])[0], "share": share}
    return Scene((bars,), legend=legend, words=legend, values=told)


def _role(chosen: bool, possible: bool) -> Role:
    """Of a token's bar: what top-k and top-p leave out is grey."""
    return "generated" if chosen else "field" if possible else "neutral"


def _cost(a: Arrays, config: TransformerConfig) -> Scene:
    milliseconds = 1000 * a["seconds"]
    bars = Bars(
        name="cost",
        title=N_("Milliseconds per token"),
        role="field",
        values=milliseconds.astype(np.float32),
        labels=(N_("with cache"), N_("without cache")),
        roles=("field", "neutral"),
        high=1.2 * float(milliseconds.max()),
    )
    same = N_(
        "Measured just now: {cached} ms per token with the [field:cache], {plain} ms without, {times} times as long. "
        "The text is the same."
    )
    other = N_(
        "Measured just now: {cached} ms per token with the [field:cache], {plain} ms without. Two tokens were equally "
        "likely up to rounding, so the texts differ."
    )
    legend = same if a["same"][0] else other
    told = {
        "cached": f"{milliseconds[0]:.2f}",
        "plain": f"{milliseconds[1]:.2f}",
        "times": f"{milliseconds[1] / milliseconds[0]:.1f}",
    }
    return Scene((bars,), legend=legend, words=legend, values=told)
