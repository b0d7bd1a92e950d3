"""A formula that a lesson shows, with what it says and where it is computed."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Formula:
    """`text` is a message id; `file`: the module that computes it, in the folder that the page names."""

    latex: str
    text: str
    file: str
