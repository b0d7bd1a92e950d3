"""The classifier of digits in whose features pictures are compared (`playground.metrics.frechet`). Made by

    python -m playground.metrics.classifier

in some seconds, from a fixed seed, into weights/classifier-digits.safetensors; what it reaches is in the metadata.
"""

import numpy as np
import torch
from safetensors.numpy import save_file
from torch import Tensor, nn
from torch.func import functional_call
from torch.nn import functional as F

from playground.data.images.digits import DIGITS, PART_SIZES, Part
from playground.training.batches import BatchStream
from playground.training.learner import Flat, Tensors, gradient, prepare
from playground.training.networks import initial
from playground.training.optimisers import OPTIMISERS, averaged, init_moments

from . import frechet

SEED, STEPS, BATCH, LR, EMA = 0, 4000, 64, 1e-3, 0.999
WIDTH = 32


class Classifier(nn.Module):
    """Two convolutions, a hidden layer, ten digits: (n, 64) in [0, 1] -> logits (n, 10)."""

    def __init__(self):
        super().__init__()
        self.first = nn.Conv2d(1, 16, 3, padding=1)
        self.second = nn.Conv2d(16, WIDTH, 3, stride=2, padding=1)
        self.hidden = nn.Linear(WIDTH * 4 * 4, WIDTH)
        self.digits = nn.Linear(WIDTH, DIGITS.classes)

    def forward(self, x: Tensor) -> Tensor:
        h = F.relu(self.first(x.view(-1, 1, *DIGITS.shape)))  # (n, 16, 8, 8)
        h = F.relu(self.second(h))  # (n, 32, 4, 4), in which pictures are compared
        return self.digits(F.relu(self.hidden(h.flatten(1))))


def train(steps: int = STEPS, seed: int = SEED) -> dict[str, np.ndarray]:
    """The parameters after so many steps on the training pictures, averaged, by name."""
    with torch.device("meta"):
        net = Classifier()
    flat = Flat(net)
    w = flat.join(initial(net, torch.Generator().manual_seed(seed)))
    state = {"w": w, "average": w, **init_moments("adam", w)}

    def update(state: Tensors, settings: Tensors, batch: Tensors) -> tuple[Tensors, Tensors]:
        leaves = flat.leaves(state["w"])
        loss = F.cross_entropy(functional_call(net, leaves, (batch["x"],)), batch["label"])
        w, after = OPTIMISERS["adam"](
            state["w"], gradient(loss, leaves), {k: state[k] for k in ("m", "v", "count")}, settings["lr"]
        )
        return {"w": w, "average": averaged(state["average"], w, settings["ema"], after["count"]), **after}, {
            "loss": loss
        }

    def drawn(n: int, generator: np.random.Generator) -> np.ndarray:
        x, labels = DIGITS.labelled(n, generator)
        return np.concatenate([x, labels[:, None].astype(np.float32)], 1)

    rows = BatchStream(drawn, BATCH, seed, "real", torch.device("cpu"))
    settings = {"lr": torch.tensor(LR), "ema": torch.tensor(EMA)}
    program = prepare(update, (state, settings, _batch(rows[0])), "eager")
    for number in range(steps):
        state, _ = program(state, settings, _batch(rows[number]))
    return {name: part.numpy().copy() for name, part in flat.views(state["average"]).items()}


def _batch(rows: Tensor) -> Tensors:
    return {"x": rows[:, :-1].contiguous(), "label": rows[:, -1].long()}


def accuracy(part: Part) -> float:
    """How many pictures of a part the shipped classifier tells right."""
    return float((frechet.classify(DIGITS.vectors(part)) == DIGITS.labels(part)).mean())


def main() -> None:
    torch.set_num_threads(1)
    weights = train()
    save_file(weights, frechet.CLASSIFIER)
    frechet.weights.cache_clear()
    reached = {f"accuracy on {part}": f"{accuracy(part):.4f}" for part in PART_SIZES}
    about = {
        "command": "python -m playground.metrics.classifier",
        "what": "classifier of 8 x 8 digits",
        "steps": str(STEPS),
        "batch": str(BATCH),
        "lr": str(LR),
        "seed": str(SEED),
        "split": ", ".join(f"{part} {size}" for part, size in PART_SIZES.items()),
        **reached,
    }
    save_file(weights, frechet.CLASSIFIER, about)
    print(about)


if __name__ == "__main__":
    main()
