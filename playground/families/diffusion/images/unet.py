"""The network for images: a small U-Net of the diffusers library, trained by the same update as every network."""

from collections.abc import Mapping

import torch
from torch import Tensor, nn
from torch.func import functional_call

from ..levels import Level
from ..model import Diffusion, NetworkField, input_scaled

WIDTH_PER_CHANNEL, GROUPS = 4, 8
"""Units of `width` for each channel of the U-Net; groups of its normalisation, of which channels are a multiple."""
TIME_SCALE = 1000
"""The U-Net takes time in steps of a chain of this length."""
SIDE = 8
MAX_ROWS = 256
"""Images that go through the network at a time."""


def channels(width: int) -> int:
    """Channels at full resolution; half the resolution has twice as many."""
    return GROUPS * max(1, width // (WIDTH_PER_CHANNEL * GROUPS))


class ImageDiffusion(Diffusion):
    """A U-Net on images of 8 x 8 pixels, given as vectors (n, 64).

    diffusers' `UNet2DModel` (Ronneberger et al. 2015; Ho et al. 2020, appendix B): residual blocks at 8 x 8 and 4 x 4,
    without attention, which makes a step 1.3 times as long. It has one class more than `classes`: the null class.
    """

    def network(self) -> nn.Module:
        from diffusers.models.unets.unet_2d import UNet2DModel  # takes seconds, so only for images

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

    def predict(self, w: Mapping[str, Tensor], x: Tensor, t: Tensor, *label: Tensor) -> Tensor:
        """The network's output for images x (n, 64) at times t (n, 1), with labels (n, classes) for classes."""
        inputs = x.view(-1, 1, SIDE, SIDE), TIME_SCALE * t[:, 0], *(class_numbers(one) for one in label)
        (output,) = functional_call(self.net, dict(w), inputs, {"return_dict": False})
        return output.reshape(len(x), -1)

    def field(self, w: Tensor, label=None, guidance: float = 1.0, bound: float | None = None) -> "UNetField":
        return UNetField(self, w, label, guidance, bound)


def class_numbers(label: Tensor) -> Tensor:
    """Unit vectors (n, classes) as numbers (n,); zeros, the null class, as the number after the last."""
    none = 1 - label.sum(1, keepdim=True)
    return torch.cat([label, none], 1).argmax(1)


class UNetField(NetworkField):
    """A U-Net as a field for samplers: see `NetworkField`."""

    def _prepare(self, model: Diffusion, w: Tensor) -> None:
        self._model, self._w = model, model.parameters.views(w.clone())

    def _output(self, x: Tensor, level: Level) -> Tensor:
        label, n = self.labels(len(x)), len(x)
        if label is not None:
            label = label.expand(n, -1)
        parts = (slice(i, i + MAX_ROWS) for i in range(0, n, MAX_ROWS))
        return torch.cat([self._chunk(x[part], level, None if label is None else label[part]) for part in parts])

    def _chunk(self, x: Tensor, level: Level, label: Tensor | None) -> Tensor:
        x, classes = input_scaled(x, level), self._model.classes
        if label is None:
            return self._predict(x, level, *([x.new_zeros(len(x), classes)] if classes else []))
        if self.guidance == 1:
            return self._predict(x, level, label)
        both = self._predict(torch.cat([x, x]), level, torch.cat([torch.zeros_like(label), label]))
        plain, conditional = both.chunk(2)
        return torch.lerp(plain, conditional, self.guidance)

    def _predict(self, x: Tensor, level: Level, *label: Tensor) -> Tensor:
        return self._model.predict(self._w, x, x.new_full((len(x), 1), level.t), *label)
