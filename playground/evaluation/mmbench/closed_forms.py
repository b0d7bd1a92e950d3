"""What simple ways to answer score, exactly. A question has k options and is asked in k passes.

Vanilla is the share of rows that are right, circular that of questions right in every pass. CircularEval takes away
what is gained by guessing and by preferring a letter, and not what is gained by preferring a text.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Expected:
    """Expected scores, from 0 to 1."""

    vanilla: float
    circular: float


def at_random(k: int) -> Expected:
    """A letter at random in every pass: k right guesses in a row."""
    return Expected(1 / k, k**-k)


def always_one_letter(k: int) -> Expected:
    """The same letter in every pass: right once, as the right option stands at every letter once."""
    return Expected(1 / k, 0.0 if k > 1 else 1.0)


def knows_questions(p: float, k: int) -> Expected:
    """Knows the share p of the questions in every pass, and says A to the others."""
    return Expected(p + (1 - p) / k, p if k > 1 else 1.0)


def knows_passes(p: float, k: int) -> Expected:
    """Knows the answer with probability p anew in every pass, and else says A: in the pass whose answer is A it is
    right either way."""
    return Expected(p + (1 - p) / k, p ** (k - 1))


def prefers_texts(p: float) -> Expected:
    """Chooses by the texts alone, without the picture, right for the share p of the questions: the options' places
    change nothing, and the two scores are the same."""
    return Expected(p, p)
