"""Makes the small CNN's weights, weights/plotbench-cnn.safetensors:

    python -m playground.evaluation.mmbench.baselines.train_network

in some minutes of one core, from a fixed seed, on questions of other seeds than the benchmark's; what it reaches on the
benchmark, which it never saw, is in the metadata.
"""

from collections.abc import Sequence

import numpy as np
import torch
from safetensors.numpy import save_file
from torch import Tensor, nn
from torch.nn import functional as F

from playground.core.strict_json import dumps

from ..plotbench.benchmark import SEED as BENCHMARK_SEED
from ..plotbench.benchmark import plotbench
from ..question import Row
from . import network
from .network import FILE, SIDE, STRIDE, seen

SEED, TRAINING_SEEDS = 0, range(1001, 1081)
EPOCHS, BATCH, LR, WEIGHT_DECAY = 14, 64, 2e-3, 0.05
WIDTHS, KERNELS, HIDDEN = (16, 32, 64, 64), (5, 3, 3, 3), 96
NEVER = -1e9
"""The logit of what is not offered."""


class Trained(nn.Module):
    """As `network.Network`, to be trained: (n, 3, SIDE, SIDE) -> logits (n, answers)."""

    def __init__(self, answers: int):
        super().__init__()
        channels = (3, *WIDTHS)
        self.convolutions = nn.ModuleList(
            nn.Conv2d(a, b, k, STRIDE, k // 2) for a, b, k in zip(channels, WIDTHS, KERNELS, strict=False)
        )
        side = SIDE // STRIDE ** len(WIDTHS)
        self.hidden = nn.Linear(WIDTHS[-1] * side**2, HIDDEN)
        self.answers = nn.Linear(HIDDEN, answers)

    def forward(self, x: Tensor) -> Tensor:
        for convolution in self.convolutions:
            x = F.relu(convolution(x))
        h = F.dropout(F.relu(self.hidden(x.flatten(1))), 0.3, self.training)
        return self.answers(h)


def vocabulary(rows: Sequence[Row]) -> list[tuple[str, str]]:
    """Every (kind, text of an option), sorted."""
    return sorted({(row.category, text) for row in rows for text in row.options.values()})


def tensors(rows: Sequence[Row], answers: list[tuple[str, str]]) -> tuple[Tensor, Tensor, Tensor]:
    """Pictures (n, 3, SIDE, SIDE) in eight bits, which answers are offered (n, answers), and which is right (n,)."""
    place = {pair: k for k, pair in enumerate(answers)}
    pictures = np.stack([np.rint(255 * seen(row.image or b"")).astype(np.uint8) for row in rows])
    offered = np.zeros((len(rows), len(answers)), bool)
    right = np.empty(len(rows), np.int64)
    for k, row in enumerate(rows):
        offered[k, [place[row.category, text] for text in row.options.values()]] = True
        right[k] = place[row.category, row.options[row.answer or ""]]
    return torch.from_numpy(pictures), torch.from_numpy(offered), torch.from_numpy(right)


def train(rows: Sequence[Row], answers: list[tuple[str, str]], epochs: int = EPOCHS) -> dict[str, np.ndarray]:
    """The parameters by name. The loss is the cross-entropy among the options of each question."""
    torch.manual_seed(SEED)
    generator = torch.Generator().manual_seed(SEED)
    net = Trained(len(answers))
    pictures, offered, right = tensors(rows, answers)
    optimiser = torch.optim.AdamW(net.parameters(), LR, weight_decay=WEIGHT_DECAY)
    steps = epochs * (len(rows) // BATCH)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, LR, total_steps=steps)
    for epoch in range(epochs):
        total = 0.0
        for chosen in torch.randperm(len(rows), generator=generator).split(BATCH)[: len(rows) // BATCH]:
            logits = net(pictures[chosen].float() / 255)
            loss = F.cross_entropy(logits.masked_fill(~offered[chosen], NEVER), right[chosen])
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            schedule.step()
            total += float(loss.detach())
        print(f"epoch {epoch + 1} of {epochs}: cross-entropy {total / (len(rows) // BATCH):.3f} nats")
    return {name: part.detach().numpy().copy() for name, part in net.named_parameters()}


def accuracy(rows: Sequence[Row]) -> dict[str, float]:
    """The share of right answers of the network in the file, of each kind and of all ("all")."""
    net = network.network()
    logits = net.logits(np.stack([seen(row.image or b"") for row in rows]))
    right = [
        max(row.options, key=lambda label: scores[net.places[row.category, row.options[label]]]) == row.answer
        for row, scores in zip(rows, logits, strict=True)
    ]
    kinds = dict.fromkeys(row.category for row in rows)
    each = {
        kind: float(np.mean([r for r, row in zip(right, rows, strict=True) if row.category == kind])) for kind in kinds
    }
    return {"all": float(np.mean(right)), **each}


def main() -> None:
    torch.set_num_threads(1)
    assert BENCHMARK_SEED not in TRAINING_SEEDS
    rows = [row for seed in TRAINING_SEEDS for row in plotbench(seed).rows]
    answers = vocabulary(rows)
    weights = train(rows, answers)
    about = {
        "command": "python -m playground.evaluation.mmbench.baselines.train_network",
        "what": "small CNN that answers PlotBench's questions",
        "answers": dumps(answers),
        "seed": str(SEED),
        "trained on": f"PlotBench of seeds {TRAINING_SEEDS[0]} to {TRAINING_SEEDS[-1]}, {len(rows)} questions",
        "epochs": str(EPOCHS),
        "batch": str(BATCH),
        "lr": str(LR),
    }
    save_file(weights, FILE, about)
    network.network.cache_clear()
    reached = {kind: round(share, 4) for kind, share in accuracy(plotbench(BENCHMARK_SEED).rows).items()}
    save_file(weights, FILE, {**about, "accuracy on the benchmark": dumps(reached)})
    network.network.cache_clear()
    print(reached)


if __name__ == "__main__":
    main()
