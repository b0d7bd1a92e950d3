"""What was extracted from a reply, and the rules that can decide it."""

from dataclasses import dataclass

from playground.core.i18n import N_

NONE_OF_THEM = "Z"
"""The letter of a model that refuses, or says that no option fits."""
FAILED = "Failed to obtain answer via API"
"""What VLMEvalKit writes in place of a reply that never came."""
REFUSALS = (
    "Sorry, I can't help with images of people yet.",
    "I can't process this file.",
    "I'm sorry, but without the image provided",
    "Cannot determine the answer",
)
"""What VLMEvalKit takes for a refusal."""

JUDGE_MATCHED, JUDGE_DRAWN, JUDGE_FAILED = "judge", "judge: drawn", "judge: failed"
"""What a judge does with a reply that no other rule could read."""

RULES = {
    "failed call": N_("There is no reply: the call failed."),
    "refusal": N_("The model refuses to answer."),
    "tag": N_("A letter stands between the tags <answer> and </answer>."),
    "boxed": N_("A letter stands in \\boxed."),
    "letter alone": N_("The whole reply is a letter."),
    "stated": N_("The reply says that a letter is the answer."),
    "first": N_("The reply begins with a letter, and names no other."),
    "single label": N_("One letter stands in the reply, and no other."),
    "answer is": N_('A letter from A to D follows "answer is", even as the beginning of a word.'),
    "text": N_("The reply holds the text of one option, and of no other."),
    "none of them": N_("The model says that no option fits."),
    "several": N_("The reply names several options."),
    "unreadable": N_("No option can be read from the reply."),
    JUDGE_MATCHED: N_("No rule could read the reply; the judge named the option."),
    JUDGE_DRAWN: N_("The judge named no option in three tries, so the letter was drawn at random."),
    JUDGE_FAILED: N_("The judge did not answer, so the row is not scored. The next run asks again."),
}
"""Every rule, with a sentence (a message id) that explains it."""


@dataclass(frozen=True)
class Extracted:
    """The option that a reply chooses."""

    letter: str | None
    """A label; "Z": refused, or none of them; None: unreadable."""
    rule: str
    """One of RULES: what decided."""
