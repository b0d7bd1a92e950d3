"""Generating an answer token by token: who reads the tokens, how the next one is chosen, and beam search.

Random numbers are an argument: the same uniform numbers give the same text, with and without the cache.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional as F

from .networks.cache import Cache
from .networks.sequence import SequenceModel

Choose = Callable[[Tensor, Tensor], Tensor]
"""Logits (n, vocabulary) and uniform numbers (n,) -> ids (n,)."""
MAX_BEAM = 5


class Cached:
    """Reads each token once: keys and values, or the state, of those before it are kept."""

    def __init__(self, model: SequenceModel, prompts: Tensor):
        self.model, self._cache = model, Cache()
        self._memory, self._begin = model.start(prompts)

    def start(self) -> Tensor:
        """Logits (n, vocabulary) of the first token of the answer."""
        return self.read(self._begin)

    def read(self, ids: Tensor) -> Tensor:
        """Read ids (n, length); logits (n, vocabulary) of the next token."""
        h = self.model.decode(self.model.embedding(ids), self._memory, self._cache)
        return self.model.logits(h[:, -1:])[:, 0]

    def select(self, rows: Tensor) -> None:
        """Go on with the sequences `rows` (m,), by number."""
        self._cache.select(rows)


class Recomputed(Cached):
    """Reads everything anew for each token: the same text, at a cost that grows with the square of the length."""

    def __init__(self, model: SequenceModel, prompts: Tensor):
        super().__init__(model, prompts)
        self._ids = self._begin[:, :0]

    def read(self, ids: Tensor) -> Tensor:
        self._ids = torch.cat([self._ids, ids], 1)
        self._cache = Cache()
        return super().read(self._ids)

    def select(self, rows: Tensor) -> None:
        self._ids = self._ids[rows]


def reader_of(model: SequenceModel, prompts: Tensor, cache: bool = True) -> Cached:
    """A reader for prompts (n, tokens) of ids. Without a causal mask earlier positions change with every token, and
    nothing can be kept."""
    return (Cached if cache and model.causal else Recomputed)(model, prompts)


def greedy(logits: Tensor, u: Tensor) -> Tensor:
    """The likeliest token."""
    return logits.argmax(1)


def shaped(logits: Tensor, temperature: float = 1.0, top_k: int = 0, top_p: float = 1.0) -> Tensor:
    """The distribution (n, vocabulary) that is drawn from.

    `temperature` divides the logits; `top_k` keeps the likeliest k tokens (Fan et al. 2018; 0: all), `top_p` the fewest
    whose probabilities sum to at least that (Holtzman et al. 2020).
    """
    p = (logits / max(temperature, 1e-3)).softmax(1)
    ordered, order = p.sort(dim=1, descending=True, stable=True)  # (n, vocabulary)
    kept = ordered.cumsum(1) - ordered < top_p  # what lies before a token is not enough yet
    if top_k:
        kept[:, top_k:] = False
    p = torch.zeros_like(p).scatter(1, order, ordered * kept)
    return p / p.sum(1, keepdim=True)


def drawn(temperature: float = 1.0, top_k: int = 0, top_p: float = 1.0) -> Choose:
    """Draw from `shaped`: the first token at which the sum of probabilities exceeds u."""

    def choose(logits: Tensor, u: Tensor) -> Tensor:
        p = shaped(logits, temperature, top_k, top_p)
        token = (p.cumsum(1) <= u[:, None]).sum(1).clamp(max=p.shape[1] - 1)
        return torch.where(p.gather(1, token[:, None])[:, 0] > 0, token, p.argmax(1))  # rounding of the sum

    return choose


class AtRank:
    """Chooses as `choose` does, but token number `place` (from 0) of an answer is the one of that `rank`, 0 being the
    likeliest. Good for one answer: it counts the tokens."""

    def __init__(self, choose: Choose, place: int, rank: int):
        self._choose, self._place, self._rank, self._count = choose, place, rank, 0

    def __call__(self, logits: Tensor, u: Tensor) -> Tensor:
        now, self._count = self._count, self._count + 1
        if now != self._place:
            return self._choose(logits, u)
        return logits.sort(dim=1, descending=True, stable=True).indices[:, min(self._rank, logits.shape[1] - 1)]


@dataclass(frozen=True)
class Generated:
    """Ids (n, length), and the model's distribution of each before it was chosen (n, length, vocabulary)."""

    ids: Tensor
    probabilities: Tensor


@torch.no_grad()
def generate(
    model: SequenceModel, prompts: Tensor, length: int, choose: Choose, u: Tensor, cache: bool = True
) -> Generated:
    """Answers of `length` tokens to prompts (n, tokens) of ids; `u` (n, length) uniform on [0, 1).

    An encoder has no order: it gives all distributions at once, and each token is chosen from its own.
    """
    if model.shape.architecture == "encoder":
        rows = F.pad(prompts, (0, length))
        logits = model(rows, source=prompts.shape[1])  # (n, length, vocabulary)
        ids = torch.stack([choose(logits[:, t], u[:, t]) for t in range(length)], 1)
        return Generated(ids, logits.softmax(2))
    reader = reader_of(model, prompts, cache)
    logits, ids, probabilities = reader.start(), [], []
    for t in range(length):
        probabilities.append(logits.softmax(1))
        ids.append(choose(logits, u[:, t]))
        if t + 1 < length:
            logits = reader.read(ids[-1][:, None])
    return Generated(torch.stack(ids, 1), torch.stack(probabilities, 1))


@torch.no_grad()
def next_token(model: SequenceModel, prompt: Tensor, answer: Tensor) -> Tensor:
    """The distribution (vocabulary,) of the token after `answer` (tokens,), which may be empty, to `prompt`
    (tokens,)."""
    if model.shape.architecture == "encoder":
        blanks = max(model.shape.answer, len(answer) + 1)
        every = generate(model, prompt[None], blanks, greedy, torch.zeros(1, blanks, device=prompt.device))
        return every.probabilities[0, len(answer)]
    reader = reader_of(model, prompt[None])
    logits = reader.start()
    return (reader.read(answer[None]) if len(answer) else logits)[0].softmax(0)


@torch.no_grad()
def beam_search(
    model: SequenceModel, prompt: Tensor, length: int, beams: int, cache: bool = True
) -> tuple[Tensor, Tensor]:
    """The `beams` likeliest answers found to `prompt` (tokens,): ids (beams, length), and log p (beams,), best first.

    After each token only the best `beams` beginnings are kept (Sutskever et al. 2014, section 3.2); one is greedy.
    """
    if model.shape.architecture == "encoder":
        return _independent_beams(model, prompt, length, beams)
    reader = reader_of(model, prompt[None], cache)
    log_p = reader.start().log_softmax(1)  # (1, vocabulary)
    ids = log_p.new_empty(1, 0, dtype=torch.long)
    for t in range(length):
        vocabulary = log_p.shape[1]
        best, place = log_p.flatten().topk(min(beams, log_p.numel()))  # (beams,)
        rows, tokens = place // vocabulary, place % vocabulary
        ids = torch.cat([ids[rows], tokens[:, None]], 1)
        if t + 1 < length:
            reader.select(rows)
            if t == 0 and reader._memory is not None:
                reader._memory = _repeated(reader._memory, len(rows))
            log_p = best[:, None] + reader.read(tokens[:, None]).log_softmax(1)
    return ids, best


def _independent_beams(model: SequenceModel, prompt: Tensor, length: int, beams: int) -> tuple[Tensor, Tensor]:
    rows = F.pad(prompt[None], (0, length))
    each = model(rows, source=len(prompt))[0].log_softmax(1)  # (length, vocabulary)
    ids, best = torch.empty(1, 0, dtype=torch.long, device=prompt.device), each.new_zeros(1)
    for log_p in each:
        best, place = (best[:, None] + log_p).flatten().topk(min(beams, len(best) * len(log_p)))
        ids = torch.cat([ids[place // len(log_p)], (place % len(log_p))[:, None]], 1)
    return ids, best


def _repeated(memory: Any, count: int) -> Any:
    """What an encoder made of one source, for `count` sequences: tensors in lists and tuples."""
    if isinstance(memory, Tensor):
        return memory.expand(count, *memory.shape[1:])
    return type(memory)(_repeated(part, count) for part in memory)
