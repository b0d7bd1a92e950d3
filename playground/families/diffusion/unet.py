"""The network for pictures: a small UNet of the diffusers library, in the same update as every other network."""

from collections.abc import Mapping

import torch
from torch import Tensor, nn
from torch.func import functional_call

from .model import Diffusion, NetworkField, sized
from .processes import Level

PER_CHANNEL, GROUPS = 4, 8
"""Units of `width` for one channel of the UNet; groups of its normalisation, which channels come in multiples of."""
TICKS = 1000
"""The UNet counts time in steps of a chain of so many."""
SIDE = 8
ROWS = 256
"""Pictures that go through the network at a time."""


def channels(width: int) -> int:
    """Channels at full size; twice as many at half of it."""
    return GROUPS * max(1, width // (PER_CHANNEL * GROUPS))


class PictureDiffusion(Diffusion):
    """A UNet on pictures of 8 x 8 pixels, which come as vectors (n, 64).

    diffusers' `UNet2DModel` (Ronneberger et al. 2015; Ho et al. 2020, appendix B): residual blocks at 8 x 8 and 4 x 4,
    without attention, with which a step takes 1.3 times as long. Of `classes` it knows one more, which stands for none.
    """

    def network(self) -> nn.Module:
        from diffusers.models.unets.unet_2d import UNet2DModel  # takes seconds, which only pictures should cost

        few = channels(self.config.width)
        return UNet2DModel(
            sample_size=SIDE,
            in_channels=1,
            out_channels=1,
            block_out_channels=(few, 2 * few),
            layers_per_block=1,
            down_block_types=("DownBlock2D", "DownBlock2D"),
            up_block_types=("UpBlock2D", "UpBlock2D"),
            norm_num_groups=GROUPS,
            add_attention=False,
            num_class_embeds=self.classes + 1 if self.classes else None,
        )

    def ask(self, w: Mapping[str, Tensor], x: Tensor, t: Tensor, *label: Tensor) -> Tensor:
        """The network's answer for pictures x (n, 64) at times t (n, 1), with labels (n, classes) for classes."""
        inputs = x.view(-1, 1, SIDE, SIDE), TICKS * t[:, 0], *(number(one) for one in label)
        (answer,) = functional_call(self.net, dict(w), inputs, {"return_dict": False})
        return answer.reshape(len(x), -1)

    def field(self, w: Tensor, label=None, guidance: float = 1.0, bound: float | None = None) -> "PictureField":
        return PictureField(self, w, label, guidance, bound)


def number(label: Tensor) -> Tensor:
    """Unit vectors (n, classes) as numbers (n,); zeros, no class, as the number after the last."""
    none = 1 - label.sum(1, keepdim=True)
    return torch.cat([label, none], 1).argmax(1)


class PictureField(NetworkField):
    """A UNet as a field for samplers: see `NetworkField`."""

    def _prepare(self, model: Diffusion, w: Tensor) -> None:
        self._model, self._w = model, model.parameters.views(w.clone())

    def _answer(self, x: Tensor, level: Level) -> Tensor:
        label, n = self.labels(len(x)), len(x)
        if label is not None:
            label = label.expand(n, -1)
        parts = (slice(i, i + ROWS) for i in range(0, n, ROWS))
        return torch.cat([self._said(x[part], level, None if label is None else label[part]) for part in parts])

    def _said(self, x: Tensor, level: Level, label: Tensor | None) -> Tensor:
        x, classes = sized(x, level), self._model.classes
        if label is None:
            return self._ask(x, level, *([x.new_zeros(len(x), classes)] if classes else []))
        if self.guidance == 1:
            return self._ask(x, level, label)
        both = self._ask(torch.cat([x, x]), level, torch.cat([torch.zeros_like(label), label]))
        return torch.lerp(*both.chunk(2), self.guidance)

    def _ask(self, x: Tensor, level: Level, *label: Tensor) -> Tensor:
        return self._model.ask(self._w, x, x.new_full((len(x), 1), level.t), *label)
