"""Transformers against recurrent networks: what each learns in the same steps, and what a step and a token cost.

One process, one thread; times are CPU seconds of one core, contestants in turn, medians of the rounds.
    python -m playground bench transformer --json
    python bench/transformer.py copy reverse text speed cache reach
"""

import math
import statistics
import time
from collections.abc import Callable
from typing import Any

import torch
from _figures import figure, main, measured
from torch import Tensor, nn
from torch.nn import functional as F

from playground.core.config import parse
from playground.data.generators import generator
from playground.families.transformer.config import RECURRENT, TransformerConfig
from playground.families.transformer.experiment import TransformerExperiment
from playground.families.transformer.gradients import input_gradients, reach
from playground.families.transformer.model import initial_model
from playground.families.transformer.sampling import Cached, generate, greedy

MAX_SECONDS = 90.0
"""CPU seconds that the long trainings may take."""
COPY_STEPS, LONG_STEPS, LONG_SECONDS = 300, 600, 60.0
REVERSE: dict[str, Any] = {
    "data": "reverse", "length": 20, "architecture": "encoder_decoder", "width": 32, "positions": "sinusoidal",
    "lr": 5e-3,
}  # fmt: skip
TEXT: dict[str, Any] = {
    "data": "alice", "width": 64, "batch": 32, "lr": 5e-3, "warmup": 50, "schedule": "cosine", "dropout": 0.1,
    "decay": 0.1,
}  # fmt: skip
TEXT_STEPS = 1900
STEP: dict[str, Any] = {
    "data": "alice", "window": 64, "batch": 64, "width": 64, "layers": 2, "heads": 4, "positions": "learned",
    "decay": 0.01, "warmup": 0, "lr": 1e-3,
}  # fmt: skip
GENERATED = 256
"""The length at which the cost of a token is measured."""
BACK = 50


def trained(
    settings: dict[str, Any], steps: int, seconds: float = math.inf
) -> tuple[TransformerExperiment, int, float]:
    """An experiment after its steps, or as many as fit into CPU seconds; how many these were, and what they took."""
    began, done = time.process_time(), 0
    run = TransformerExperiment(parse(TransformerConfig, settings))
    while done < steps and time.process_time() - began < seconds:
        run.step()
        done += 1
    return run, done, time.process_time() - began


def seconds(calls: dict[str, Callable[[], Any]], rounds: int = 9) -> dict[str, float]:
    """CPU seconds of each call, one after the other in every round: medians."""
    spent: dict[str, list[float]] = {name: [] for name in calls}
    for call in calls.values():
        call()
    for _ in range(rounds):
        for name, call in calls.items():
            began = time.process_time()
            call()
            spent[name].append(time.process_time() - began)
    return {name: statistics.median(times) for name, times in spent.items()}


# ---- what is learned -----------------------------------------------------------------------------


def copy() -> list[dict]:
    """Copying after a gap: the same steps, the same number of parameters."""
    found = []
    for model in ("transformer", *RECURRENT):
        run, steps, spent = trained({"data": "copy", "gap": 30, "model": model}, COPY_STEPS)
        right = run.evaluate(thorough=True)["accuracy"].value
        asked = ">= 0.99" if model == "transformer" else "<= 0.7"
        how = f"{run.parameters} parameters, {steps} steps, {spent:.0f} s"
        found.append(figure(f"copy, T = 30: {model}, right positions", asked, right, how=how))
    run, steps, spent = trained({"data": "copy", "gap": 100}, LONG_STEPS, LONG_SECONDS)
    right = run.evaluate(thorough=True)["accuracy"].value
    return [
        *found,
        figure("copy, T = 100: transformer, right positions", ">= 0.99", right, how=f"{steps} steps, {spent:.0f} s"),
    ]


def reverse() -> list[dict]:
    """Reversal of twenty letters by an encoder-decoder."""
    run, steps, spent = trained(REVERSE, 100_000, MAX_SECONDS)
    whole = run.evaluate(thorough=True)["exact_match"].value
    how = f"{run.parameters} parameters, {steps} steps, {spent:.0f} s"
    return [figure("reverse, length 20: exact match", ">= 0.95", whole, how=how)]


def text() -> list[dict]:
    """Bits for a character of the held-out part, against an n-gram with back-off on the same training part."""
    run, steps, spent = trained({**TEXT, "horizon": TEXT_STEPS}, TEXT_STEPS)
    bits = run.evaluate(thorough=True)["bits"].value
    task = run.config.task
    ngram = task.ngram(5).nats(task.runs("test")) / math.log(2)  # it has all that stands before, the model its window
    how = f"{run.parameters} parameters, {steps} steps"
    return [
        figure("English text: 5-gram", "", ngram, unit="bits per character"),
        figure("English text: transformer", f"< {ngram:.4f}", bits, unit="bits per character", how=how),
        figure("English text: seconds", f"<= {MAX_SECONDS:g}", spent, unit="s", how="CPU"),
    ]


# ---- what a step costs ---------------------------------------------------------------------------


class Textbook(nn.Module):
    """The same model of torch's layers."""

    def __init__(self, vocabulary: int, length: int, width: int, layers: int, heads: int):
        super().__init__()
        self.embedding, self.positions = nn.Embedding(vocabulary, width), nn.Parameter(torch.zeros(length, width))
        layer = nn.TransformerEncoderLayer(width, heads, 4 * width, 0.0, "gelu", batch_first=True, norm_first=True)
        self.layers = nn.TransformerEncoder(layer, layers, nn.LayerNorm(width), enable_nested_tensor=False)
        self.output = nn.Linear(width, vocabulary)
        self.mask = nn.Transformer.generate_square_subsequent_mask(length)

    def forward(self, ids: Tensor) -> Tensor:
        return self.output(self.layers(self.embedding(ids) + self.positions, self.mask, is_causal=True))


def textbook(run: TransformerExperiment) -> Callable[[], float]:
    """The loop of the textbooks: AdamW on cross entropy, gradients clipped."""
    config, task = run.config, run.config.task
    net = Textbook(len(task.vocabulary), task.dim, config.width, config.layers, config.heads)
    adamw = torch.optim.AdamW(net.parameters(), lr=1e-3, betas=(0.9, 0.98), weight_decay=0.01)

    def step() -> float:
        rows = run.draw()["rows"].long()
        loss = F.cross_entropy(net(F.pad(rows[:, :-1], (1, 0))).transpose(1, 2), rows)
        adamw.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(net.parameters(), 1.0)
        adamw.step()
        return loss.item()

    return step


def floor(run: TransformerExperiment) -> Callable[[], None]:
    """The matrix products of a step alone, forward and back, with memory for the results ready."""
    config, task = run.config, run.config.task
    n, width, length = config.batch * task.dim, config.width, task.dim
    linear = [(width, 3 * width), (width, width), (width, 4 * width), (4 * width, width)] * config.layers
    linear.append((width, len(task.vocabulary)))
    products = []
    for a, b in linear:
        products.append((torch.randn(n, a), torch.randn(b, a).t(), torch.empty(n, b)))
        products.append((torch.randn(n, b), torch.randn(b, a), torch.empty(n, a)))
        products.append((torch.randn(n, b).t(), torch.randn(n, a), torch.empty(b, a)))
    heads, size = config.batch * config.heads, width // config.heads
    q, k = torch.randn(heads, length, size), torch.randn(heads, length, size)
    weights, scores, mixed = torch.randn(heads, length, length), torch.empty(heads, length, length), torch.empty_like(q)

    def step() -> None:
        for left, right, out in products:
            torch.mm(left, right, out=out)
        for _ in range(config.layers):
            for _ in range(2):  # scores; the gradient by the weights
                torch.bmm(q, k.transpose(1, 2), out=scores)
            for _ in range(4):  # the mean of the values; the gradients by values, queries and keys
                torch.bmm(weights, k, out=mixed)

    return step


def speed() -> list[dict]:
    """A training step against the textbook's, and against its matrix products."""
    run, eager = (
        TransformerExperiment(parse(TransformerConfig, {**STEP, "execution": way})) for way in ("traced", "eager")
    )
    began = time.process_time()
    run.step()
    ready = time.process_time() - began
    times = seconds({"traced": run.step, "eager": eager.step, "textbook": textbook(run), "floor": floor(run)})
    how = ", ".join(f"{name} {1e3 * value:.1f} ms" for name, value in times.items())
    found = [
        figure("step 64 x 64: textbook / traced", ">= 1.3", times["textbook"] / times["traced"], unit="times", how=how),
        figure("step 64 x 64: traced / matrix products", "", times["traced"] / times["floor"], unit="times"),
        figure("step 64 x 64: until the first is done", "", ready, unit="s", how="CPU"),
    ]
    for model in ("transformer", *RECURRENT):
        for gap in (10, 30, 110):
            other = TransformerExperiment(parse(TransformerConfig, {"gap": gap, "model": model}))
            cost = 1e3 * seconds({"step": other.step}, 5)["step"]
            found.append(figure(f"{model}: step at length {gap + 20}", "", cost, unit="ms", how="batch 64"))
    return found


def cache() -> list[dict]:
    """The token after 255 others, with and without the cache; and all 256 of them."""
    net = initial_model(parse(TransformerConfig, {"data": "alice", "window": GENERATED, "width": 64}))
    prompt, u = torch.full((1, 1), 7), torch.zeros(1, GENERATED - 1)

    def whole(keep: bool) -> Callable[[], Any]:
        return lambda: generate(net, prompt, GENERATED - 1, greedy, u, keep)

    made = whole(True)().ids
    same = torch.equal(made, whole(False)().ids)
    reader, token = Cached(net, torch.cat([prompt, made[:, :-1]], 1)), made[:, -1:]
    reader.start()
    full = [
        (name, tuple(part[:, :, : GENERATED - 1] for part in parts)) for name, parts in reader._cache.entries.items()
    ]

    @torch.no_grad()
    def on() -> None:
        reader._cache.entries, reader._cache.length = dict(full), GENERATED - 1
        reader.read(token)

    @torch.no_grad()
    def off() -> None:
        Cached(net, torch.cat([prompt, made[:, :-1]], 1)).start()

    times = seconds({"on": on, "off": off}, 41)
    text = seconds({"on": whole(True), "off": whole(False)}, 3)
    return [
        figure("token number 256, cache off", "", 1e3 * times["off"], unit="ms", how=f"same text: {same}"),
        figure("token number 256, cache on", "", 1e3 * times["on"], unit="ms"),
        figure("token number 256, off / on", ">= 3", times["off"] / times["on"], unit="times"),
        figure("256 tokens from the first on, off / on", "", text["off"] / text["on"], unit="times"),
    ]


def back() -> list[dict]:
    """The gradient that reaches back fifty steps, at initialisation."""
    found = []
    for model in ("transformer", *RECURRENT):
        config = parse(TransformerConfig, {"data": "copy", "gap": 60, "model": model})
        rows = torch.from_numpy(config.task.sample(4, generator(0, "bench"))).long()
        length = reach(input_gradients(initial_model(config), rows))[BACK]
        found.append(figure(f"gradient {BACK} steps back: {model}", "", float(torch.log10(length)), unit="log10"))
    return found


PARTS = {"copy": copy, "reverse": reverse, "text": text, "speed": speed, "cache": cache, "reach": back}


def run() -> dict[str, Any]:
    return measured(PARTS)


if __name__ == "__main__":
    main(str(__doc__), PARTS)
