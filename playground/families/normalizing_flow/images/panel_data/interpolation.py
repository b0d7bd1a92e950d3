"""The path between two images through the noise, and the mixture of their pixels."""

import numpy as np
import torch
from torch import Tensor

from playground.core.panels import Arrays, Values
from playground.data.images.examples import held_out_image

from ..panels.interpolation import PATH_IMAGES
from .context import Context


def compute(values: Values, context: Context) -> Arrays:
    ends = [held_out_image(int(values[end]), round(values[f"{end}_which"]) - 1) for end in ("from", "to")]
    x = context.dequantised(np.stack(ends))
    fraction = torch.linspace(0, 1, PATH_IMAGES, device=context.device).unsqueeze(1)  # (images, 1)
    with torch.no_grad():
        a, b = context.flow.inverse(x)[0]
    path = a + fraction * (b - a)
    if values["way"] == "sphere":
        path = spherical(a, b, fraction)
    images, mixed = context.samples(path), x[0] + fraction * (x[1] - x[0])
    return {
        "images": context.images(torch.cat([images, mixed])),
        "bits": context.bits(images),
        "mixed": context.bits(mixed),
        "lengths": path.norm(dim=1).cpu().numpy(),
    }


def spherical(a: Tensor, b: Tensor, fraction: Tensor) -> Tensor:
    """Spherical interpolation between a and b (dim,), whose lengths are interpolated linearly (Shoemake 1985)."""
    angle = torch.arccos((torch.dot(a, b) / (a.norm() * b.norm())).clamp(-1, 1)).clamp_min(1e-4)
    lengths = a.norm() + fraction * (b.norm() - a.norm())
    rotated = torch.sin((1 - fraction) * angle) * a / a.norm() + torch.sin(fraction * angle) * b / b.norm()
    return lengths * rotated / torch.sin(angle)
