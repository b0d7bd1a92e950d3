"""Neural autoregressive distribution estimator (Larochelle and Murray 2011)."""

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from playground.training.constants import beside

from ..orders import Order
from .network import BitNetwork


class NADE(BitNetwork):
    """h_i = sigmoid(c + sum over j before i of W_j x_j),  p(x_i = 1 | x_<i) = sigmoid(b_i + V_i h_i) (equations 9, 10).

    All conditionals share W: from bit to bit the sum grows by one term, so all of them together take O(n d) for n bits
    and d hidden units, and so does sampling.
    """

    def __init__(self, orders: list[Order], width: int, leak: bool = False):
        super().__init__(orders, leak)
        self.into, self.out = nn.Linear(self.dim, width), nn.Linear(width, self.dim)

    def forward(self, x: Tensor, which: Tensor) -> Tensor:
        w, v, b = self._weights()
        terms = self.to_order(x).unsqueeze(2) * w  # (n, dim, width)
        if not self.leak:  # shifted by one before they are summed up: each bit depends only on those before it
            terms = F.pad(terms[:, :-1], (0, 0, 1, 0))
        h = torch.sigmoid(self.into.bias + terms.cumsum(1))
        return self.from_order((h * v).sum(2) + b)

    def sample(self, u: Tensor) -> tuple[Tensor, Tensor]:
        """Bits (n, dim), each set where u (n, dim), uniform, is less than its probability; and these probabilities
        (n, dim).

        One pass over the bits: the sum before the sigmoid is kept, and each bit adds its own term (algorithm 1).
        """
        w, v, b = self._weights()
        u, a, bits, probabilities = self.to_order(u), self.into.bias.expand(len(u), -1), [], []
        for k in range(self.dim):
            p = torch.sigmoid(F.linear(torch.sigmoid(a), v[k : k + 1], b[k : k + 1]))  # (n, 1)
            bit = (u[:, k : k + 1] < p).to(p)
            a = a + bit * w[k]
            bits.append(bit)
            probabilities.append(p)
        return self.from_order(torch.cat(bits, 1)), self.from_order(torch.cat(probabilities, 1))

    def _weights(self) -> tuple[Tensor, Tensor, Tensor]:
        """W (dim, width), V (dim, width), b (dim,), in the order of the bits."""
        w, v, b = self.into.weight.t(), self.out.weight, self.out.bias
        if self.in_order:
            return w, v, b
        order = beside(self.order, w)
        return w.index_select(0, order), v.index_select(0, order), b.index_select(0, order)
