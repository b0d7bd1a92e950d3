"""How many multiply-adds the products of matrices in a training step take. No torch: the server reads it.

Only products count, as `torch.utils.flop_counter` counts them. A product of (rows, a) by (a, b) takes rows * a * b; its
gradients by the weights and by the inputs take as many again each.
"""

from collections.abc import Sequence


def forward(rows: float, sizes: Sequence[float]) -> float:
    """Multiply-adds of linear layers of `sizes`, one after the other, on `rows` vectors."""
    return rows * sum(a * b for a, b in zip(sizes, sizes[1:], strict=False))


def learning(rows: float, sizes: Sequence[float], inputs: bool = True) -> float:
    """The same with the gradients; without `inputs`, nobody asks for that by what enters the first layer."""
    return 3 * forward(rows, sizes) - (0 if inputs else forward(rows, sizes[:2]))


def attention(n: float, queries: float, keys: float, width: float) -> float:
    """Of attention, without the layers around it, with its gradients: two products, and five on the way back, as the
    weights are computed anew there."""
    return 7 * n * queries * keys * width
