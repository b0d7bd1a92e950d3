"""Neural autoregressive distribution estimator (Larochelle and Murray 2011)."""

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from ..orders import Order
from .net import Net


class NADE(Net):
    """h_i = sigmoid(c + sum over j before i of W_j x_j),  p(x_i = 1 | x_<i) = sigmoid(b_i + V_i h_i) (equations 9, 10).

    All conditionals share W: from bit to bit the sum grows by one term, so that all of them together take O(n d) for n
    bits and d hidden units, and so does sampling.
    """

    def __init__(self, orders: list[Order], width: int, leak: bool = False):
        super().__init__(orders, leak)
        self.into, self.out = nn.Linear(self.dim, width), nn.Linear(width, self.dim)

    def forward(self, x: Tensor, which: Tensor) -> Tensor:
        w, v, b = self._weights()
        steps = self.along(x).unsqueeze(2) * w  # (n, dim, width)
        if not self.leak:  # shifted by one before they are summed up: each bit hears only those before it
            steps = F.pad(steps[:, :-1], (0, 0, 1, 0))
        h = torch.sigmoid(self.into.bias + steps.cumsum(1))
        return self.back((h * v).sum(2) + b)

    def sampled(self, u: Tensor) -> tuple[Tensor, Tensor]:
        """Bits (n, dim), each set where u (n, dim), uniform, is less than its chance; and these chances (n, dim).

        One pass over the bits; what a hidden unit has heard is kept, and each bit adds its own (algorithm 1).
        """
        w, v, b = self._weights()
        u, a, bits, chances = self.along(u), self.into.bias.expand(len(u), -1), [], []
        for k in range(self.dim):
            p = torch.sigmoid(F.linear(torch.sigmoid(a), v[k : k + 1], b[k : k + 1]))  # (n, 1)
            bit = (u[:, k : k + 1] < p).to(p)
            a = a + bit * w[k]
            bits.append(bit)
            chances.append(p)
        return self.back(torch.cat(bits, 1)), self.back(torch.cat(chances, 1))

    def _weights(self) -> tuple[Tensor, Tensor, Tensor]:
        """W (dim, width), V (dim, width), b (dim,), in the order of the bits."""
        w, v, b = self.into.weight.t(), self.out.weight, self.out.bias
        if self.plain:
            return w, v, b
        order = self.order.to(w.device)
        return w.index_select(0, order), v.index_select(0, order), b.index_select(0, order)
