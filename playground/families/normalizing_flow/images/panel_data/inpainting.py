"""The missing pixels of an image by Langevin dynamics."""

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from playground.core.panels import Arrays, Values
from playground.data.images.examples import held_out_image
from playground.training import batches

from ...maps.logit import MARGIN
from ...model import Flow
from ..traits import missing_mask
from .context import Context

COMPLETIONS = 6
"""Completions of one image."""
STEP_SIZE = 0.02
"""Langevin's step, as a variance in the units of the logit."""
MAX_GRADIENT = 40.0
"""Bound on the norm of the gradient of each image: next to the given pixels a density can be very steep."""


def compute(values: Values, context: Context) -> Arrays:
    """Langevin steps on the logits of the missing pixels along the gradient of log p, with noise or without: then they
    climb to a likely image. With noise the stationary distribution is about the conditional one, but steps are not
    accepted or rejected, gradients are cut at `MAX_GRADIENT`, and logits stay in the range of the grey levels. It needs
    only the density of a flow, one pass per step. (Dinh et al. 2014, section 5.2, ascend in the pixels, with steps and
    noise that shrink.)
    """
    pixels = held_out_image(int(values["digit"]), round(values["which"]) - 1)
    missing = context.tensor(missing_mask(values["missing"]))  # (64,)
    noisy, shape = values["method"] == "langevin", (COMPLETIONS, context.dataset.dim)
    generator = batches.generator(context.seed, "inpainting")
    real = context.dequantised(pixels[None]).expand(COMPLETIONS, -1)
    bound = _logit(torch.ones(()))
    start = context.tensor(generator.uniform(-bound, bound, shape))
    y = torch.where(missing > 0, start, _logit(real))
    first = _pixels(y)
    for _ in range(round(values["count"])):
        gradient = _gradient(context.flow, y)
        noise = context.tensor(generator.standard_normal(shape, np.float32))
        step = 0.5 * STEP_SIZE * gradient + (STEP_SIZE**0.5 * noise if noisy else 0.0)
        y = torch.where(missing > 0, (y + step).clamp(-bound, bound), y)
    last = _pixels(y)
    return {
        "known": context.images(real[:1] * (1 - missing)),
        "real": context.images(real[:1]),
        "first": context.images(first),
        "last": context.images(last),
        "bits": np.stack([context.bits(first), context.bits(last)]),
        "bits_real": context.bits(real[:1]),
    }


def _gradient(flow: Flow, y: Tensor) -> Tensor:
    """The gradient of the log density of logits y (n, 64), its norm at most `MAX_GRADIENT`."""
    with torch.enable_grad():
        y = y.detach().requires_grad_()
        x, log_det = _pixels(y), F.logsigmoid(y) + F.logsigmoid(-y)
        (gradient,) = torch.autograd.grad((flow.log_prob(x) + log_det.sum(1)).sum(), y)
    return gradient * (MAX_GRADIENT / gradient.norm(dim=1, keepdim=True)).clamp_max(1)


def _logit(x: Tensor) -> Tensor:
    return torch.logit(MARGIN + (1 - 2 * MARGIN) * x)


def _pixels(y: Tensor) -> Tensor:
    return (torch.sigmoid(y) - MARGIN) / (1 - 2 * MARGIN)
