"""Why reconstructions blur: several pictures share a code, and the best output of a decoder is their mean."""

from playground.core.panels import Arrays, Values
from playground.data.images.examples import held_out_image

from ...codes import shared_code
from ...context import Context, pictures
from ..panels.blur import SHARED_PICTURES


def compute(values: Values, context: Context) -> Arrays:
    """See `codes.shared_code`; `shared` (12, 8, 8), the pictures with the largest weights `largest` (12,); the weighted
    `mean`, the decoder's output `back` and the `real` picture, (1, 8, 8) each."""
    x = context.tensor(context.training_data.part("train"))
    picture = held_out_image(int(values["digit"]), round(values["which"]) - 1)
    real = context.tensor(context.training_data.preprocess(picture)[None])
    found, share, mean, back = shared_code(real, x, values["wide"], context)
    most = share.argsort(descending=True)[:SHARED_PICTURES]
    return found | {
        "shared": pictures(x[most]),
        "largest": share[most].cpu().numpy(),
        "mean": pictures(mean),
        "back": pictures(back),
        "real": pictures(real),
    }
