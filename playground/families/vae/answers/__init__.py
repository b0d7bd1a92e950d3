"""What an autoencoder answers to the panels of its page, and to a hand that moves codes."""

from collections.abc import Callable, Mapping

import numpy as np
import torch

from playground.core.errors import UserError
from playground.core.i18n import N_

from .asked import Answer, Asked
from .blur import blur
from .latent import latent
from .pictures import drawing, walk
from .signals import signals

ANSWERS: dict[str, Callable[..., Answer]] = {
    "latent": latent,
    "walk": walk,
    "drawing": drawing,
    "blur": blur,
    "signals": signals,
}
"""Panels by their name: (numbers of the dials, who is asked), and the pixels that were drawn, where there are any."""
DRAWN = ("drawing",)
"""Those that need a drawn picture."""
PICTURES = ("walk", "drawing")
"""Those that are about pictures only."""


def answer(question: Mapping[str, np.ndarray], asked: Asked) -> Answer:
    """The arrays to one question; `UserError` where there is no answer."""
    given = {name: np.asarray(values, np.float32) for name, values in question.items()}
    if not all(np.isfinite(values).all() for values in given.values()):
        raise UserError(N_("An autoencoder is asked with finite numbers."))
    if given.keys() == {"z"}:
        return _send(given["z"], asked)
    for name, reply in ANSWERS.items():
        wanted = {name, f"{name}.pixels"} if name in DRAWN else {name}
        if given.keys() == wanted and (name not in PICTURES or asked.config.data == "digits"):
            if any(values.ndim != 1 for values in given.values()):
                break
            return reply(*(given[key] for key in sorted(wanted)), asked)
    raise UserError(N_("An autoencoder can be asked about: {names}."), names=", ".join(("z", *ANSWERS)))


def _send(z: np.ndarray, asked: Asked) -> Answer:
    if z.ndim != 2 or z.shape[1] != asked.vae.latent:
        raise UserError(N_("A code of this autoencoder has {dim} numbers."), dim=asked.vae.latent)
    with torch.no_grad():
        return {"x": asked.vae.generate(asked.tensor(z)).cpu().numpy()}
