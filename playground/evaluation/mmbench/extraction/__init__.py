"""From what a model wrote to the option that it chose, in one of two ways; each names the rule that decided.

`vlmevalkit` extracts what VLMEvalKit does, letter by letter, so that scores can be compared with published ones.
`strict` reads more forms, and takes no article or part of a word for an answer.
"""

from collections.abc import Mapping

from . import strict, vlmevalkit
from .extracted import RULES, Extracted

MODES = {"vlmevalkit": vlmevalkit.extract, "strict": strict.extract}

__all__ = ["MODES", "RULES", "Extracted", "extract"]


def extract(text: str, options: Mapping[str, str], mode: str = "strict") -> Extracted:
    """The option chosen in `text`; `options`: label -> text, `mode`: one of MODES."""
    return MODES[mode](text, options)
