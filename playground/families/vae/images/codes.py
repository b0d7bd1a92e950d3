"""The codes of pictures, coloured by digit."""

import numpy as np

from playground.core.i18n import N_
from playground.core.panels import Arrays
from playground.core.scene import Points
from playground.data.images.digits import DIGITS

from .scene import DIGIT_NAMES


def code_points(arrays: Arrays) -> tuple[Points, ...]:
    """See `Context.code_map`."""
    codes, title = arrays["codes"], N_("Codes of data")
    labels = (DIGITS.labels("valid")[: len(codes)] / 9).astype(np.float32)
    return (Points(name="codes", title=title, role="data", xy=codes, values=labels, kinds=DIGIT_NAMES, size=3.5),)
