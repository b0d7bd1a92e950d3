"""How right a model of sequences is: nats and right answers on rows kept for that, and what a perfect model has."""

import math
from functools import cached_property

import numpy as np
import torch
from torch import Tensor

from playground.core.score import Score
from playground.data.tokens.task import SplitTask, TokenTask
from playground.data.tokens.text import TextTask
from playground.metrics.scores import rounding
from playground.training import batches

from ..model import mean_counted, token_nats
from ..networks.sequence import SequenceModel
from ..sampling import generate, greedy

SCORED_COUNT, MAX_SCORED_TOKENS = 256, 6000
"""Rows that are scored while training, and how many tokens at most."""
GENERATED_COUNT = 32
"""Rows whose answers are generated for a score, where reading the right ones would be cheating."""
ROWS_AT_ONCE = 64
UNKNOWN = (math.nan, math.nan, math.nan)
"""The floor where it is not known what a perfect model would score."""


class Scorer:
    """Of one task: `rows` (n, dim) ids that are scored while training, by part. `valid` were not trained on; where data
    are kept for that, there is also `train`."""

    def __init__(self, task: TokenTask, seed: int, device: torch.device):
        self.task, self.seed, self.device = task, seed, device

    @cached_property
    def rows(self) -> dict[str, Tensor]:
        n = max(8, min(SCORED_COUNT, MAX_SCORED_TOKENS // self.task.dim))
        task = self.task
        if not isinstance(task, SplitTask):
            fresh = task.sample(n, batches.generator(self.seed, "scored"))
            return {"valid": self.ids(fresh)}
        return {name: self.ids(part_of(task, name, n)) for name in ("valid", "train")}

    def ids(self, rows: np.ndarray) -> Tensor:
        return torch.from_numpy(np.ascontiguousarray(rows, np.int64)).to(self.device)

    def counted(self, rows: Tensor) -> Tensor:
        """Which answers of ids (n, dim) are judged: (n, answer) of 0 and 1."""
        return torch.from_numpy(self.task.counted(rows.cpu().numpy()).astype(np.float32)).to(self.device)

    def judge(self, net: SequenceModel, rows: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Of ids (n, dim), given the right tokens before each: nats, 1 where the likeliest token is right, and 1 where
        an answer is judged, (n, answer) each."""
        answers = rows[:, self.task.source_length :]
        with torch.no_grad():
            each = [net(part) for part in rows.split(ROWS_AT_ONCE)]
            nats = torch.cat([token_nats(x, a) for x, a in zip(each, answers.split(ROWS_AT_ONCE), strict=True)])
        right = torch.cat([x.argmax(2) for x in each]) == answers
        return nats, right.float(), self.counted(rows)

    def scores(self, net: SequenceModel, thorough: bool) -> dict[str, Score]:
        """See `View.evaluate`."""
        text = not self.task.source_length
        found: dict[str, Score] = {}
        for part, rows in self.rows.items():
            name = "" if part == "valid" else "train_"
            nats, right, counted = self.judge(net, rows)
            mean = float(mean_counted(nats, counted))
            found[f"{name}nats"] = Score(mean, *self._floor())
            if text:
                found[f"{name}bits"] = Score(mean / math.log(2), *UNKNOWN)
            else:
                found[f"{name}accuracy"] = Score(float(mean_counted(right, counted)), *self._perfect())
                if not name:
                    count = len(rows) if thorough else GENERATED_COUNT
                    whole = self.exact_match(net, rows, right, counted, count)
                    found["exact_match"] = Score(whole, *self._perfect())
        if isinstance(self.task, TextTask) and thorough:
            found["bits"] = Score(self.text_nats(net, self.task, "test") / math.log(2), *UNKNOWN)
        return found

    def text_nats(self, net: SequenceModel, text: TextTask, part: str) -> float:
        """Nats for a character of a part of a text, judged on the second half of overlapping windows."""
        stride = text.answer_length // 2
        rows = self.ids(text.windows(part, stride))
        return float(self.judge(net, rows)[0][:, -stride:].mean())

    def exact_match(self, net: SequenceModel, rows: Tensor, right: Tensor, counted: Tensor, count: int) -> float:
        """The share of answers written without a mistake. If every token is right given the right ones before it, then
        the model writes the whole answer: only a model that sees later tokens has to write, `count` of them."""
        if net.causal or net.shape.architecture == "encoder":
            return float(((right > 0) | (counted == 0)).all(1).float().mean())
        rows, counted, a = rows[:count], counted[:count], self.task.answer_length
        prompts = rows[:, : self.task.source_length]
        made = generate(net, prompts, a, greedy, torch.zeros(len(rows), a, device=self.device)).ids
        return float(((made == rows[:, -a:]) | (counted == 0)).all(1).float().mean())

    def _floor(self) -> tuple[float, float, float]:
        floor = self.task.floor
        return UNKNOWN if floor is None else (floor, floor - rounding(floor), floor + rounding(floor))

    def _perfect(self) -> tuple[float, float, float]:
        """Where the source decides the answer, a perfect model is always right."""
        return (1.0, 1.0, 1.0) if self.task.floor == 0 else UNKNOWN


def part_of(task: SplitTask, name: str, n: int) -> np.ndarray:
    """At most `n` rows of a part, evenly spread over it: windows of a text are of all of it."""
    rows = task.part(name)
    return rows[np.unique(np.linspace(0, len(rows) - 1, min(n, len(rows))).astype(int))]
