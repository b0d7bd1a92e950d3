"""What the model writes, and how it chooses."""

import numpy as np

from playground.core.i18n import N_
from playground.core.panels import Arrays, Dial, Panel, PanelScenes, Values
from playground.core.scene import Bars, Number, Pick, Role, Scene, Tokens, TokenState, Trajectory

from ...config import TransformerConfig, effective_architecture, has_cache
from ..typed import names, prompt
from .curves import minus
from .dials import draw_dial, text_dial

MAX_LENGTH = 64
METHODS = {"greedy": N_("greedy"), "sample": N_("sample"), "beam": N_("beam search")}
MAX_RANK = 6
SAMPLING = {"method": ("sample",)}
TOKEN_BY_TOKEN = {"method": ("greedy", "sample")}


def panel(config: TransformerConfig) -> Panel:
    task = config.task
    length = min(task.answer_length, MAX_LENGTH)
    ends = config.model == "transformer" and config.positions == "learned"
    return Panel(
        "generate",
        N_("Generate"),
        N_(
            "The model continues your prompt, token by token. Greedy takes the likeliest token, sampling draws one, "
            "beam search keeps the likeliest beginnings. Click a token of the text to look at its distribution, and a "
            "bar to take that token instead: see what follows."
        ),
        (
            text_dial("prompt", N_("Prompt"), prompt(task, config.seed), task),
            Dial("length", N_("Length"), default=length, low=1, high=length if ends else MAX_LENGTH, step=1),
            Dial("method", N_("Method"), "choice", "greedy", options=tuple(METHODS.items())),
            *_cache_dials(config),
            Dial(
                "temperature",
                N_("Temperature"),
                default=1.0,
                low=0.1,
                high=2.0,
                step=0.05,
                help=N_("Sampling: divides the logits. Below 1 likely tokens get likelier."),
                when=SAMPLING,
            ),
            Dial(
                "top_k",
                "top-k",
                default=0,
                low=0,
                high=min(50, len(task.vocabulary)),
                step=1,
                help=N_("Sampling: only the likeliest k tokens; 0: all."),
                when=SAMPLING,
            ),
            Dial(
                "top_p",
                "top-p",
                default=1.0,
                low=0.05,
                high=1.0,
                step=0.05,
                help=N_("Sampling: the fewest tokens whose probabilities sum to p."),
                when=SAMPLING,
            ),
            draw_dial(SAMPLING),
            Dial(
                "beams",
                N_("Beams"),
                default=3,
                low=1,
                high=5,
                step=1,
                help=N_("Beginnings that beam search keeps."),
                when={"method": ("beam",)},
            ),
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
                help=N_("1 is the likeliest token; 0: as the method chooses."),
                when=TOKEN_BY_TOKEN,
            ),
        ),
    )


def _cache_dials(config: TransformerConfig) -> tuple[Dial, ...]:
    """With or without the cache, where there is one."""
    if not has_cache(config):
        return ()
    help = N_("Keeps keys and values of earlier tokens. Without it the model reads all of them again for each new one.")
    if config.model != "transformer":
        help = N_(
            "Keeps the state after earlier tokens. Without it the model reads all of them again for each new one."
        )
    title = N_("KV cache") if config.model == "transformer" else N_("Keep the state")
    return (Dial("cache", title, "switch", True, help=help),)


def draw(arrays: Arrays, values: Values, config: TransformerConfig) -> PanelScenes:
    found = [(N_("The text"), _text(arrays, values, config)), (N_("Next token"), _next(arrays, values, config))]
    if np.isfinite(arrays["seconds"]).all():
        found.append((N_("Milliseconds per token"), _cost(arrays, values)))
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
        pick=_place_pick(len(prompt), length, values),
    )
    log_p = np.append(0.0, a["log_p"][0])[moments]
    legend = N_("The model's [generated:text] after your prompt; log p of the whole answer is {log_p} nats.")
    if known:
        legend = N_(
            "The answer after the prompt, [field:correct] or [gradient:wrong]; log p of all of it is {log_p} nats."
        )
    if beams > 1:
        legend = N_(
            "The {beams:likeliest answer|likeliest answers} that beam search found; log p of the best is {log_p} nats."
        )
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


def _place_pick(given: int, length: int, values: Values) -> Pick:
    """A click on a token of the answer looks at it, as the method chooses there."""
    places = (*[None] * given, *range(1, length + 1))
    method = tuple(None if place is None else 0 for place in places)
    title = N_("Click or press Enter: look at this token")
    return Pick(dials={"place": places, "rank": method}, title=title, chosen=given + _place(values, length) - 1)


def _rank_pick(count: int, values: Values) -> Pick | None:
    """A click on a bar takes its token, another one leaves the choice to the method. Beam search chooses by itself."""
    if values["method"] not in TOKEN_BY_TOKEN["method"]:
        return None
    rank = int(values["rank"])
    ranks = tuple(0 if i + 1 == rank else i + 1 for i in range(count))
    title = N_("Click or press Enter: take this token here")
    if 0 < rank <= count:
        title = N_("Click or press Enter: take this token here; the outlined one: as the method chooses")
    return Pick(dials={"rank": ranks}, title=title, chosen=rank - 1 if 0 < rank <= count else None)


def _place(values: Values, length: int) -> int:
    """Of the token that is looked at, from 1."""
    return min(int(values["place"]), length)


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
        pick=_rank_pick(min(len(labels), MAX_RANK), values),
    )
    told = {
        "place": str(_place(values, a["ids"].shape[1])),
        "token": names(config.task, a["chosen"])[0],
        "share": share,
    }
    return Scene((bars,), legend=legend, words=legend, values=told)


def _role(chosen: bool, possible: bool) -> Role:
    """Of a token's bar: what top-k and top-p leave out is grey."""
    return "generated" if chosen else "field" if possible else "neutral"


def _cost(a: Arrays, values: Values) -> Scene:
    """The way that is chosen stands out; a click on the other bar takes the other way."""
    milliseconds, cached = 1000 * a["seconds"], bool(values["cache"])
    roles: tuple[Role, ...] = ("generated", "neutral") if cached else ("neutral", "generated")
    title = N_("Click or press Enter: generate this way")
    bars = Bars(
        name="cost",
        title=N_("Milliseconds per token"),
        role="generated",
        values=milliseconds.astype(np.float32),
        labels=(N_("with cache"), N_("without cache")),
        roles=roles,
        high=1.2 * float(milliseconds.max()),
        pick=Pick(dials={"cache": (True, False)}, title=title, chosen=0 if cached else 1),
    )
    if not a["same"][0]:
        legend = N_(
            "Measured just now: {cached} ms per token with the cache, {plain} ms without. Two tokens were equally "
            "likely up to rounding, so the texts differ."
        )
    elif cached:
        legend = N_(
            "Written [generated:with the cache], {cached} ms per token, measured just now. Without it: {plain} ms, "
            "{times} times as long, and the same text."
        )
    else:
        legend = N_(
            "Written [generated:without the cache], {plain} ms per token, measured just now. With it: {cached} ms, and "
            "the same text; this way takes {times} times as long."
        )
    told = {
        "cached": f"{milliseconds[0]:.2f}",
        "plain": f"{milliseconds[1]:.2f}",
        "times": f"{milliseconds[1] / milliseconds[0]:.1f}",
    }
    return Scene((bars,), legend=legend, words=legend, values=told)
