"""What a frame of a model of sequences holds. No torch."""

from playground.data.tokens.task import TokenTask

SHOWN_COUNT = 8
"""Rows that a frame holds."""
NEXT_COUNT = 5
"""Tokens of the next token's distribution that a frame holds."""
MAX_CELLS = 16_000
"""Attention weights that a frame holds of one kind: as half precision, 240 frames of them have 8 MB."""


def prompt_length(task: TokenTask) -> int:
    """How many tokens of a row are given where the model writes the rest: the source, or a quarter of a window."""
    return task.source_length or task.answer_length // 4
