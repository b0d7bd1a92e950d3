"""Why reconstructions blur: a code is shared by several data, and the best that a decoder can say is their mean."""

import numpy as np
import torch

from playground.training import batches

from ..labs.blur import SHARED
from ..labs.pictures import CLASSES, WHICH, example
from .asked import Answer, Asked, flat, pictures, within

TRAINED = 1200
"""Points of the plane that stand for the training data."""


def blur(dials: np.ndarray, asked: Asked) -> Answer:
    """Of training data by their share in the code of one of them: `share` (n,), summing to 1, as q(z | x) is large
    there, with posteriors `wide` times as wide as they are. Of pictures `shared` (12, 8, 8) with the largest `largest`
    (12,), their weighted `mean`, what the decoder says `back`, and the `real` picture, (1, 8, 8) each; on the plane
    `data` (n, 2) and `mean`, `back`, `real` (1, 2); `codes` (n, 2), `at` (1, 2), and `chosen` (2,) dimensions of the
    map.
    """
    digits = asked.config.data == "digits"
    if digits:
        x = asked.tensor(asked.source.part("train"))
        own = asked.source.seen(example(within(dials, 0, CLASSES), within(dials, 1, WHICH + 1) - 1))[None]
        real, wide = asked.tensor(own), float(dials[2])
    else:
        x = asked.tensor(asked.source.sample(TRAINED, batches.generator(asked.config.seed, "shared")))
        which = within(dials, 0, WHICH + 1) - 1
        real, wide = x[which : which + 1], float(dials[1])
    vae = asked.vae
    with torch.no_grad():
        z, _ = vae.encode(real)
        mean, log_std = vae.encode(x)
        width = log_std.exp() * wide
        share = torch.softmax((-0.5 * ((z - mean) / width).square() - width.log()).sum(1), 0)  # (n,)
        back, mixed = vae.generate(z), share @ x
        chosen = asked.chosen(mean.var(0))
    told = {
        "share": share.cpu().numpy(),
        "codes": flat(mean, chosen).cpu().numpy(),
        "at": flat(z, chosen).cpu().numpy(),
        "chosen": np.array(chosen, np.float32),
    }
    if not digits:
        return told | {
            "data": x.cpu().numpy(),
            "mean": mixed[None].cpu().numpy(),
            "back": back.cpu().numpy(),
            "real": real.cpu().numpy(),
        }
    most = share.argsort(descending=True)[:SHARED]
    return told | {
        "shared": pictures(x[most]),
        "largest": share[most].cpu().numpy(),
        "mean": pictures(mixed[None]),
        "back": pictures(back),
        "real": pictures(real),
    }
