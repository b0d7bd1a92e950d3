"""What is computed of a model of sequences: fixed rows and what it makes of them, attention, a text as it is written,
how right it is."""

import numpy as np
import torch

from playground.core.config import Config
from playground.core.score import Score
from playground.data.tokens.task import SplitTask, TokenTask
from playground.training import batches, view
from playground.training.view import Current, half_precision

from ..activations import activations
from ..attention_maps import attention_maps, rollout
from ..gradients import input_gradients
from ..networks.sequence import SequenceModel
from ..networks.transformer import Transformer
from ..sampling import drawn, generate, greedy
from .frames import MAX_CELLS, NEXT_COUNT, SHOWN_COUNT, prompt_length
from .panel_data.context import Context
from .scoring import ROWS_AT_ONCE, Scorer, part_of


class View(view.View):
    """Rows of one experiment that are shown and judged: of the validation part, where there is one."""

    dataset: TokenTask

    def __init__(self, config: Config, dataset: TokenTask, device: torch.device):
        super().__init__(config, dataset, device)
        self.scorer = Scorer(dataset, config.seed, device)
        if isinstance(dataset, SplitTask):
            rows = part_of(dataset, "valid", SHOWN_COUNT)
        else:
            rows = dataset.sample(SHOWN_COUNT, batches.generator(config.seed, "shown"))
        self._shown, self._prompt = self.scorer.ids(rows), prompt_length(dataset)

    def snapshot(self, now: Current) -> dict[str, np.ndarray]:
        """Arrays, of `s` source and `a` answer tokens, of 8 rows that never change (of text, all tokens are answers):

        - `rows` (8, s + a) ids, `judged` (8, a), 0 where an answer does not count (after the end);
        - `predicted` (8, a), the likeliest token at each position given the right ones before it; `right` (8, a), 1
          where it is; `probability` (8, a) of the right token;
        - `accuracy` (a,) by position, over the rows that are scored;
        - of a Transformer `attention` (layers, heads, queries, keys) of the first row: of its decoder, or of an encoder
          alone. Position i of a decoder holds the token that precedes row position i: BEGIN, then the row (of an
          encoder-decoder: then the answer). An encoder holds the source and blanks. An encoder-decoder also has
          `encoder` (layers, heads, s, s) and `cross` (layers, heads, a, s). Of more than MAX_CELLS numbers, `attention`
          keeps the queries that predict the answer, the last ones; of still more it is the mean over heads (layers, 1,
          queries, keys), and of long texts it keeps only the last queries. Of one sequence also `rollout` (a, keys),
          all layers together, for the queries that predict the answer;
        - of a recurrent network `gradients` (a, inputs): how much the logit of each right answer of the first row, of
          long texts of the last ones, depends on each token read (of an encoder-decoder: the source, then the
          decoder's), divided by the largest; with additive attention also `cross` (1, 1, a, s);
        - `generated` (8, p): what the model writes itself, the likeliest token each time, after the first tokens
          (`frames.prompt_length`) of each row, up to its end; of the first row `next_tokens` (p, NEXT_COUNT) and
          `next_probabilities` (p, NEXT_COUNT), the likeliest tokens at each step, the likeliest first;
        - what the layers make of the first row: see `activations`.

        All are half precision, which has every id.
        """
        net = now.model
        answers = self._shown[:, self.dataset.source_length :]
        with torch.no_grad():
            p = net(self._shown).softmax(2)  # (8, a, vocabulary)
        predicted = p.argmax(2)
        _, right, counted = self.scorer.judge(net, self.scorer.rows["valid"])
        prompts, left = self._shown[:, : self._prompt], self._shown.shape[1] - self._prompt
        made = generate(net, prompts, left, greedy, torch.zeros(len(prompts), left, device=self.device))
        likeliest = made.probabilities[0].topk(min(NEXT_COUNT, p.shape[2]))
        return {
            "rows": half_precision(self._shown.float()),
            "judged": half_precision(self.scorer.counted(self._shown)),
            "predicted": half_precision(predicted.float()),
            "right": half_precision((predicted == answers).float()),
            "probability": half_precision(p.gather(2, answers[:, :, None])[:, :, 0]),
            "accuracy": half_precision((right * counted).sum(0) / counted.sum(0).clamp(min=1)),
            **self._links(net),
            **{name: half_precision(value) for name, value in activations(net, self._shown).items()},
            "generated": half_precision(made.ids.float()),
            "next_tokens": half_precision(likeliest.indices.float()),
            "next_probabilities": half_precision(likeliest.values),
        }

    def _links(self, net: SequenceModel) -> dict[str, np.ndarray]:
        """What depends on what in the first row: see `snapshot`."""
        first, found = self._shown[:1], {}
        for kind, weights in attention_maps(net, first).items():
            shown = weights[0]  # (layers, heads, queries, keys)
            if kind == "self" and net.shape.architecture != "encoder_decoder":
                queries = min(self.dataset.answer_length, _most_queries(weights.shape[-1]))
                found["rollout"] = half_precision(rollout(weights)[0, -1, -queries:])
            if shown.numel() > MAX_CELLS and kind == "self":
                shown = shown[:, :, -self.dataset.answer_length :]
            if shown.numel() > MAX_CELLS:
                shown = shown.mean(1, keepdim=True)
                shown = shown[:, :, -_most_queries(len(shown) * shown.shape[3]) :]
            found["attention" if kind == "self" else kind] = half_precision(shown)
        if not isinstance(net, Transformer):
            gradients = input_gradients(net, first)[0]
            gradients = gradients[-_most_queries(gradients.shape[1]) :]
            found["gradients"] = half_precision(gradients / gradients.max().clamp(min=1e-30))
        return found

    def evaluate(self, now: Current, thorough: bool) -> dict[str, Score]:
        """On rows that were not trained on: `nats` for a judged token; of a task `accuracy`, given the right tokens
        before each, and `exact_match`, the share of answers that the model writes without a mistake; of a text `bits`
        for a character, in windows (`thorough`: of the test part, each character with at least half a window before
        it). Where data are kept from training, the same of training rows as `train_nats`, ...
        """
        return self.scorer.scores(now.model, thorough)

    def sample(self, now: Current, n: int, seed: int) -> np.ndarray:
        """`n` rows (n, dim) float32: fresh sources, and answers drawn from the model; of text, written from nothing."""
        task, generator = self.dataset, batches.generator(seed, "samples")
        prompts = self.scorer.ids(task.sample(n, generator)[:, : task.source_length])
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
        nats, _, counted = self.scorer.judge(now.model, self.scorer.ids(x))
        return -(nats * counted).sum(1).cpu().numpy()


def _most_queries(cells: int) -> int:
    """How many queries a frame has room for, where each takes `cells` numbers."""
    return max(1, MAX_CELLS // cells)
