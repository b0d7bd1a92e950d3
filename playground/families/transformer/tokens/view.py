"""What is computed of a model of sequences: fixed rows and what it makes of them, attention, a text as it is written,
how right it is."""

import math
from functools import cached_property

import numpy as np
import torch
from torch import Tensor

from playground.core.config import Config
from playground.core.score import Score
from playground.data.tokens.task import TokenTask
from playground.metrics.scores import rounding
from playground.training import batches, view
from playground.training.view import Current, half_precision

from ..attention_maps import attention_maps
from ..gradients import input_gradients
from ..model import mean_counted, token_nats
from ..networks.sequence import SequenceModel
from ..networks.transformer import Transformer
from ..sampling import drawn, generate, greedy
from .frames import MAX_CELLS, NEXT_COUNT, SHOWN_COUNT, prompt_length
from .panel_data.context import Context

SCORED_COUNT, MAX_SCORED_TOKENS = 256, 6000
"""Rows that are scored while training, and how many tokens at most."""
GENERATED_COUNT = 32
"""Rows whose answers are generated for a score, where reading the right ones would be cheating."""
ROWS_AT_ONCE = 64
UNKNOWN = (math.nan, math.nan, math.nan)
"""The floor where it is not known what a perfect model would score."""


class View(view.View):
    """Rows of one experiment that are shown and judged: of the validation part, where there is one."""

    dataset: TokenTask

    def __init__(self, config: Config, dataset: TokenTask, device: torch.device):
        super().__init__(config, dataset, device)
        rows = self._part("valid") if dataset.split else self._fresh(SHOWN_COUNT, "shown")
        self._shown = self._ids(rows[self._spread(len(rows), SHOWN_COUNT)])
        self._prompt = prompt_length(dataset)

    def _ids(self, rows: np.ndarray) -> Tensor:
        return torch.from_numpy(np.ascontiguousarray(rows, np.int64)).to(self.device)

    def _fresh(self, n: int, stream: str) -> np.ndarray:
        return self.dataset.sample(n, batches.generator(self.config.seed, stream))

    def _part(self, name: str) -> np.ndarray:
        return self.dataset.part(name)  # type: ignore[attr-defined] - of data with a split

    @staticmethod
    def _spread(count: int, n: int) -> np.ndarray:
        """At most `n` of `count` numbers, evenly: windows of a text are of all of it."""
        return np.unique(np.linspace(0, count - 1, min(n, count)).astype(int))

    @cached_property
    def _scored(self) -> dict[str, Tensor]:
        """Rows that are scored while training, by part: `valid` alone, or fresh ones called so, and `train`."""
        n = max(8, min(SCORED_COUNT, MAX_SCORED_TOKENS // self.dataset.dim))
        if not self.dataset.split:
            return {"valid": self._ids(self._fresh(n, "scored"))}
        parts = {name: self._part(name) for name in ("valid", "train")}
        return {name: self._ids(rows[self._spread(len(rows), n)]) for name, rows in parts.items()}

    def counted(self, rows: Tensor) -> Tensor:
        """Which answers of ids (n, dim) are judged: (n, answer) of 0 and 1."""
        return torch.from_numpy(self.dataset.counted(rows.cpu().numpy()).astype(np.float32)).to(self.device)

    def judge(self, net: SequenceModel, rows: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Of ids (n, dim), given the right tokens before each: nats, 1 where the likeliest token is right, and 1 where
        an answer is judged, (n, answer) each."""
        answers = rows[:, self.dataset.source_length :]
        with torch.no_grad():
            each = [net(part) for part in rows.split(ROWS_AT_ONCE)]
            nats = torch.cat([token_nats(x, a) for x, a in zip(each, answers.split(ROWS_AT_ONCE), strict=True)])
        right = torch.cat([x.argmax(2) for x in each]) == answers
        return nats, right.float(), self.counted(rows)

    def snapshot(self, now: Current) -> dict[str, np.ndarray]:
        """Arrays, of `s` source and `a` answer tokens, of 8 rows that never change (of text, all tokens are answers):

        - `rows` (8, s + a) int16 ids, `judged` (8, a) uint8, 0 where an answer does not count (after the end);
        - `predicted` (8, a) int16, the likeliest token at each position given the right ones before it; `right` (8, a)
          uint8; `probability` (8, a) of the right token;
        - `accuracy` (a,) by position, over the rows that are scored;
        - of a Transformer `attention` (layers, heads, queries, keys) of the first row: of its decoder, or of an encoder
          alone. Position i of a decoder holds the token that precedes row position i: BEGIN, then the row (of an
          encoder-decoder: then the answer). An encoder holds the source and blanks. An encoder-decoder also has
          `encoder` (layers, heads, s, s) and `cross` (layers, heads, a, s). Of more than MAX_CELLS numbers, `attention`
          keeps the queries that predict the answer, the last ones; of still more it is the mean over heads (layers, 1,
          queries, keys);
        - of a recurrent network `gradients` (a, inputs): how much the logit of each right answer of the first row
          depends on each token read (of an encoder-decoder: the source, then the decoder's), divided by the largest;
          with additive attention also `cross` (1, 1, a, s);
        - `generated` (8, p) int16: what the model writes itself, the likeliest token each time, after the first tokens
          (`frames.prompt_length`) of each row, up to its end; of the first row `next_tokens` (p, NEXT_COUNT) int16 and
          `next_probabilities` (p, NEXT_COUNT), the likeliest tokens at each step, the likeliest first.

        Numbers without a type here are half precision.
        """
        net = now.model
        answers = self._shown[:, self.dataset.source_length :]
        with torch.no_grad():
            p = net(self._shown).softmax(2)  # (8, a, vocabulary)
        predicted = p.argmax(2)
        _, right, counted = self.judge(net, self._scored["valid"])
        prompts, left = self._shown[:, : self._prompt], self._shown.shape[1] - self._prompt
        made = generate(net, prompts, left, greedy, torch.zeros(len(prompts), left, device=self.device))
        likeliest = made.probabilities[0].topk(min(NEXT_COUNT, p.shape[2]))
        return {
            "rows": _small(self._shown),
            "judged": self.counted(self._shown).byte().cpu().numpy(),
            "predicted": _small(predicted),
            "right": (predicted == answers).byte().cpu().numpy(),
            "probability": half_precision(p.gather(2, answers[:, :, None])[:, :, 0]),
            "accuracy": half_precision((right * counted).sum(0) / counted.sum(0).clamp(min=1)),
            **self._links(net),
            "generated": _small(made.ids),
            "next_tokens": _small(likeliest.indices),
            "next_probabilities": half_precision(likeliest.values),
        }

    def _links(self, net: SequenceModel) -> dict[str, np.ndarray]:
        """What depends on what in the first row: see `snapshot`."""
        first, found = self._shown[:1], {}
        for kind, weights in attention_maps(net, first).items():
            shown = weights[0]  # (layers, heads, queries, keys)
            if shown.numel() > MAX_CELLS and kind == "self":
                shown = shown[:, :, -self.dataset.answer_length :]
            if shown.numel() > MAX_CELLS:
                shown = shown.mean(1, keepdim=True)
            found["attention" if kind == "self" else kind] = half_precision(shown)
        if not isinstance(net, Transformer):
            gradients = input_gradients(net, first)[0]
            found["gradients"] = half_precision(gradients / gradients.max().clamp(min=1e-30))
        return found

    def evaluate(self, now: Current, thorough: bool) -> dict[str, Score]:
        """On rows that were not trained on: `nats` for a judged token; of a task `accuracy`, given the right tokens
        before each, and `exact_match`, the share of answers that the model writes without a mistake; of a text `bits`
        for a character, in windows (`thorough`: of the test part, each character with at least half a window before
        it). Where data are kept from training, the same of training rows as `train_nats`, ...
        """
        net, text = now.model, not self.dataset.source_length
        found: dict[str, Score] = {}
        for part, rows in self._scored.items():
            name = "" if part == "valid" else "train_"
            nats, right, counted = self.judge(net, rows)
            mean = float(mean_counted(nats, counted))
            found[f"{name}nats"] = Score(mean, *self._floor())
            if text:
                found[f"{name}bits"] = Score(mean / math.log(2), *UNKNOWN)
            else:
                found[f"{name}accuracy"] = Score(float(mean_counted(right, counted)), *self._perfect())
                if not name:
                    whole = self._exact(net, rows, right, counted, len(rows) if thorough else GENERATED_COUNT)
                    found["exact_match"] = Score(whole, *self._perfect())
        if text and thorough:
            found["bits"] = Score(self.text_nats(net, "test") / math.log(2), *UNKNOWN)
        return found

    def text_nats(self, net: SequenceModel, part: str) -> float:
        """Nats for a character of a part of a text, judged on the second half of overlapping windows."""
        stride = self.dataset.answer_length // 2
        rows = self._ids(self.dataset.windows(part, stride))  # type: ignore[attr-defined] - of text
        return float(self.judge(net, rows)[0][:, -stride:].mean())

    def _exact(self, net: SequenceModel, rows: Tensor, right: Tensor, counted: Tensor, count: int) -> float:
        """The share of answers written without a mistake. If every token is right given the right ones before it, then
        the model writes the whole answer: only a model that sees later tokens has to write."""
        if net.causal or net.shape.architecture == "encoder":
            return float(((right > 0) | (counted == 0)).all(1).float().mean())
        rows, counted, a = rows[:count], counted[:count], self.dataset.answer_length
        prompts = rows[:, : self.dataset.source_length]
        made = generate(net, prompts, a, greedy, torch.zeros(len(rows), a, device=self.device)).ids
        return float(((made == rows[:, -a:]) | (counted == 0)).all(1).float().mean())

    def _floor(self) -> tuple[float, float, float]:
        floor = self.dataset.floor
        return UNKNOWN if floor is None else (floor, floor - rounding(floor), floor + rounding(floor))

    def _perfect(self) -> tuple[float, float, float]:
        """Where the source decides the answer, a perfect model is always right."""
        return (1.0, 1.0, 1.0) if self.dataset.floor == 0 else UNKNOWN

    def sample(self, now: Current, n: int, seed: int) -> np.ndarray:
        """`n` rows (n, dim) float32: fresh sources, and answers drawn from the model; of text, written from nothing."""
        task, generator = self.dataset, batches.generator(seed, "samples")
        prompts = self._ids(task.sample(n, generator)[:, : task.source_length])
        u = self.tensor(generator.random((n, task.answer_length), np.float32))
        made = [
            torch.cat([prompt, generate(now.model, prompt, task.answer_length, drawn(), part).ids], 1)
            for prompt, part in zip(prompts.split(ROWS_AT_ONCE), u.split(ROWS_AT_ONCE), strict=True)
        ]
        return torch.cat(made).cpu().numpy().astype(np.float32)

    def context(self, now: Current) -> Context:
        return Context(now.model, now.config, self.dataset, self.device, self._shown)

    def log_prob(self, now: Current, x: np.ndarray) -> np.ndarray:
        """log p(answer | source) in nats, over the judged tokens, of rows (n, dim): (n,)."""
        nats, _, counted = self.judge(now.model, self._ids(x))
        return -(nats * counted).sum(1).cpu().numpy()


def _small(ids: Tensor) -> np.ndarray:
    return ids.cpu().numpy().astype(np.int16)
