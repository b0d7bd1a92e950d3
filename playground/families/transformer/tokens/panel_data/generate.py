"""What the model writes, and how long it takes with and without its cache."""

from collections.abc import Callable
from time import perf_counter

import numpy as np
import torch
from torch import Tensor

from playground.core.panels import Arrays, Values

from ...config import has_cache
from ...sampling import AtRank, beam_search, drawn, generate, greedy, next_token, shaped
from .context import Context

SHOWN = 6
"""Of the next token's distribution the likeliest so many."""
TURNS, PATIENCE = 3, 0.1
"""How often it is written for its time, and the seconds after which that is enough."""


def compute(values: Values, context: Context) -> Arrays:
    """`prompt` (n,) ids; `ids` (beams, length); `log_p` (beams, length), of each token and all before it;
    `ended` (beams, length), 0 up to the sign that ends an answer; all of them as written with the cache, or without it
    where the dial says so;
    `likeliest` ids, `probabilities` and `shaped` (k,), the distribution of the token at `place` as the model gives it
    and as it is drawn from; `chosen` (1,), the id there; `seconds` (2,) for each token, with and without the cache
    (NaN where there is none), and `same` (1,), whether the text is; `answer`, the right ids where they are known."""
    prompt, length = context.prompt(values["prompt"]), round(values["length"])
    write = _writer(values, context, prompt, length)
    cached = has_cache(context.config)
    texts, seconds = _timed(write, cached, length)
    ids, other = texts if values.get("cache", True) else texts[::-1]
    place = min(round(values["place"]), length) - 1
    log_p = _log_p(context, prompt, ids)
    ended = (ids == context.task.END).cumsum(1) - (ids == context.task.END).long()  # (beams, length)
    p = log_p[:1, place].exp()  # (1, vocabulary)
    sampling = values["method"] == "sample"
    kept = shaped(p.log(), values["temperature"], round(values["top_k"]), values["top_p"]) if sampling else p
    likeliest = p[0].topk(min(SHOWN, p.shape[1])).indices
    return {
        "prompt": prompt.cpu().numpy(),
        "ids": ids.cpu().numpy(),
        "ended": ended.cpu().numpy(),
        "log_p": (log_p.gather(2, ids[:, :, None])[:, :, 0] * (ended == 0)).cumsum(1).cpu().numpy(),
        "likeliest": likeliest.cpu().numpy(),
        "probabilities": p[0, likeliest].cpu().numpy(),
        "shaped": kept[0, likeliest].cpu().numpy(),
        "chosen": ids[0, place][None].cpu().numpy(),
        "seconds": np.array(seconds),
        "same": np.array([torch.equal(ids, other)]),
        "answer": _answer(context, prompt, length),
    }


def _writer(values: Values, context: Context, prompt: Tensor, length: int) -> Callable[[bool], Tensor]:
    """With or without the cache: ids (beams, length)."""
    net = context.net
    if values["method"] == "beam":
        beams = round(values["beams"])
        return lambda cache: beam_search(net, prompt, length, beams, cache)[0]
    u = context.uniform(length, round(values["draw"]))
    law = drawn(values["temperature"], round(values["top_k"]), values["top_p"])
    choose, rank = law if values["method"] == "sample" else greedy, round(values["rank"])

    def write(cache: bool) -> Tensor:
        forced = AtRank(choose, min(round(values["place"]), length) - 1, rank - 1) if rank else choose
        return generate(net, prompt[None], length, forced, u, cache).ids

    return write


def _timed(write: Callable[[bool], Tensor], cached: bool, length: int) -> tuple[tuple[Tensor, Tensor], list[float]]:
    """What is written with the cache and without, and the seconds for each token: the fastest of a few turns, as what
    else runs on this machine only makes them slower. Reading the result also waits for a GPU."""
    found, fastest, begun = {True: torch.empty(0), False: torch.empty(0)}, {True: np.inf, False: np.inf}, perf_counter()
    for turn in range(TURNS):
        if turn and perf_counter() - begun > PATIENCE:
            break
        for cache in (True, False) if cached else (True,):
            start = perf_counter()
            found[cache] = write(cache)
            found[cache].sum().item()
            fastest[cache] = min(fastest[cache], perf_counter() - start)
    plain = fastest[False] / length if cached else np.nan
    return (found[True], found[False] if cached else found[True]), [fastest[True] / length, plain]


def _log_p(context: Context, prompt: Tensor, ids: Tensor) -> Tensor:
    """Log p of all tokens at each place, (beams, length, vocabulary), as the model had them when it wrote `ids`: given
    those before alone."""
    net = context.net
    if net.causal or net.shape.architecture == "encoder":
        with torch.no_grad():
            return net(torch.cat([prompt.expand(len(ids), -1), ids], 1), len(prompt)).log_softmax(2)
    each = [torch.stack([next_token(net, prompt, row[:t]) for t in range(len(row))]) for row in ids]
    return torch.stack(each).log()  # one pass would see the tokens that it predicts


def _answer(context: Context, prompt: Tensor, length: int) -> np.ndarray:
    """The right answer where the prompt is the source of a row that is shown, up to its end; else nothing."""
    task = context.task
    for row in context.rows.cpu().numpy():
        if task.source_length and np.array_equal(row[: task.source_length], prompt.cpu().numpy()):
            counted = task.counted(row[None])[0]
            return np.where(counted, row[task.source_length :], -1)[:length]
    return np.empty(0)
