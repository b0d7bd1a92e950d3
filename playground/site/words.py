"""What the pages of the static edition say: the words of the app's own parts, some of them in other words here."""

from collections.abc import Mapping
from typing import Any

from playground.core.i18n import N_, Translate
from playground.ui import glossary, lesson_player, stage_words

SITE = {
    "needs_model": N_("That needs a living model: the app has one, this page only its recording."),
    "missing": N_("A file of this recording is missing. Reload the page to try again."),
    "old_browser": N_(
        "This browser is too old to unpack the recordings (it has no DecompressionStream); the texts are all here."
    ),
}
STAGE = {
    "recording_help": N_("A recorded training. Press play, or drag the timeline."),
    "waiting": N_("The recording is being loaded…"),
    "connecting": N_("The recording is being loaded…"),
    "does_home_end": N_("the start of the training, and its end"),
}
LESSON = {
    "leave": N_("All lessons"),
    "predict": N_("Predict first, then look."),
    "answered": N_("Now look, then show the answer."),
}
"""In place of the app's words under the same keys."""


def words(translate: Translate) -> dict[str, Any]:
    """All of it in one language, as `web/site/lesson_page.js` reads it."""

    def all_of(strings: Mapping[str, str]) -> dict[str, str]:
        return {name: translate(text) for name, text in strings.items()}

    return {
        "site": all_of(SITE),
        "stage": all_of({**stage_words.STRINGS, **STAGE}),
        "lesson": all_of({**lesson_player.STRINGS, **LESSON}),
        "terms": glossary.terms(translate),
    }
