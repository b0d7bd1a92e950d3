"""Strict extraction: whole words only, several forms of an answer, and no article taken for a letter.

The rules are tried in order; the first that decides wins. A reply that names several options decides nothing.
"""

import re
from collections.abc import Callable, Mapping

from .extracted import FAILED, NONE_OF_THEM, REFUSALS, Extracted

# A label stands alone: beside it are no Latin letters or digits. Chinese characters may touch it.
START, END = r"(?<![A-Za-z0-9])(?<![A-Za-z0-9]['’])", r"(?![A-Za-z0-9]|['’][A-Za-z])"
AFTER_LETTER = r"(?:is|because|since|as|for|seems?|looks?|would|or|and|but)\b"
"""Words that may follow a letter; before any other word, "A" is an article and "I" a pronoun."""
WRAPPING = " \t\r\n*_`\"'“”‘’()[]{}<>.,:;!?#$。，：；！？（）【】「」"
WIDE = {ord("Ａ") + i: ord("A") + i for i in range(26)}
"""Letters as wide as Chinese characters."""
TAG = re.compile(r"<(/?)answer>", re.IGNORECASE)
BOXED = re.compile(r"\\boxed\s*\{\s*(?:\\(?:text|mathrm|textbf|mathbf)\s*\{)?([^{}]*)\}")
STATED = re.compile(
    r"(?:\b(?:answer|option|choice)\b(?:\s+(?:is|would\s+be|should\s+be))?|\b(?:choose|pick|select)\b"
    r"|答案(?:应该|应)?(?:是|为|選|选)?|选项|選項|选择|選擇|应?选|應?選)"
    r"[\s*_]*+[:：]?[\s*_]*+(?:option|choice|选项)?[\s*_`\"'“(（\[【$]*+",
    re.IGNORECASE,
)
"""What leads up to a letter that is said to be the answer."""
DENIED = re.compile(
    r"(?:\b(?:not|never|no|nor)\s+|n['’]t\s+|不)(?:(?:an?|the|be|option|answer|choose|pick|select)\s+|[是选選])*$",
    re.IGNORECASE,
)
"""What stands before an option that is ruled out."""
MORE = re.compile(r"[\s*_`\"'”)）\]】$.]*(?:\bor\b|\band\b|/|&|,|，|、|或|和)\s*(?:option\s+)?[*_`\"'“(（\[【]*")
NONE = re.compile(
    r"\bnone of (?:the |these |those )*(?:above|options?|choices|answers|them|these)\b|都不[是对對]", re.I
)
FEW_WORDS = 12
"""In a longer reply a letter may be a name; only what is said to be the answer counts there."""


def extract(text: str, options: Mapping[str, str]) -> Extracted:
    """The option that the reply chooses, or why there is none."""
    if FAILED in text:
        return Extracted(None, "failed call")
    if any(words.lower() in text.lower() for words in REFUSALS):
        return Extracted(NONE_OF_THEM, "refusal")
    text = text.translate(WIDE)
    for rule, find in RULES_IN_ORDER.items():
        letters = find(text, options)
        if len(letters) == 1:
            letter = letters.pop()
            return Extracted(letter, "none of them" if letter == NONE_OF_THEM else rule)
        if letters:
            return Extracted(None, "several")
    return Extracted(None, "unreadable")


def _tagged(text: str, options: Mapping[str, str]) -> set[str]:
    begins, inside = None, []
    for tag in TAG.finditer(text):
        if tag[1] and begins is not None:
            inside.append(text[begins : tag.start()])
        begins = None if tag[1] else tag.end()
    return _inside(inside, options)


def _boxed(text: str, options: Mapping[str, str]) -> set[str]:
    return _inside(BOXED.findall(text), options)


def _inside(parts: list[str], options: Mapping[str, str]) -> set[str]:
    """What the last of some marked parts holds: a letter, a letter with its option, or the text of an option."""
    if not parts:
        return set()
    return _alone(parts[-1], options) or _first(parts[-1], options) or _texts(parts[-1], options)


def _alone(text: str, options: Mapping[str, str]) -> set[str]:
    letter = text.strip(WRAPPING).upper()
    return {letter} if letter in options or letter == NONE_OF_THEM else set()


def _stated(text: str, options: Mapping[str, str]) -> set[str]:
    """Every letter that is said to be the answer."""
    found = set()
    label = _label(options)
    for said in STATED.finditer(text):
        if _denied(text, said.start()):
            continue  # "I would not choose B"
        match = label.match(text, said.end())
        while match:
            if _is_letter(match, text):
                found.add(match[0].upper())
            more = MORE.match(text, match.end())
            match = label.match(text, more.end()) if more else None
    return found


def _first(text: str, options: Mapping[str, str]) -> set[str]:
    """The letter that the reply begins with, if it is marked as one, and every other that stands alone in it."""
    match = re.compile(r"[\s*_`\"'“(（\[【$]*").match(text)
    start = _label(options, re.NOFLAG).match(text, match.end() if match else 0)
    if start is None:
        return set()
    marked = re.compile(rf"[)\]）】*_`\"'”$]*(?:[.:：,，、;。?？!！)\]）】*]|\s*[-–—]\s|\s+{AFTER_LETTER}|\s*$|\s*\n)")
    return _letters(text, options) if marked.match(text, start.end()) else set()


def _single(text: str, options: Mapping[str, str]) -> set[str]:
    """The letters of a short reply, if they do not contradict the option whose text it holds."""
    letters = _letters(text, options)
    if not letters or len(text.split()) > FEW_WORDS:
        return set()
    return letters | _texts(text, options)


def _letters(text: str, options: Mapping[str, str]) -> set[str]:
    """Every capital label that stands alone and is no article."""
    found = _label(options, re.NOFLAG).finditer(text)
    return {match[0] for match in found if _is_letter(match, text) and not _denied(text, match.start())}


def _denied(text: str, place: int) -> bool:
    """Whether the words before a place rule out what stands there."""
    return DENIED.search(text[max(0, place - 40) : place]) is not None


def _label(options: Mapping[str, str], flags: re.RegexFlag = re.IGNORECASE) -> re.Pattern[str]:
    return re.compile(f"{START}[{''.join(options)}{NONE_OF_THEM}]{END}", flags)


def _is_letter(match: re.Match[str], text: str) -> bool:
    """Whether a label is meant, and not a word: "a dog", "I think", or a small letter among words."""
    word_after = re.compile(r"[^\S\n]+(?=[A-Za-z])").match(text, match.end())  # a new line begins anew
    if word_after is None:
        return True
    meant = re.compile(AFTER_LETTER, re.IGNORECASE).match(text, word_after.end()) is not None
    return meant if match[0] in "AI" else meant or match[0].isupper()


def _texts(text: str, options: Mapping[str, str]) -> set[str]:
    """Options whose text stands in the reply as whole words and is not denied; of two that overlap, the longer."""
    spans = []
    for label, option in options.items():
        words = re.escape(option.strip().lower())
        before = r"(?<![A-Za-z0-9])(?<!\d\.)" + (r"(?<![-−])" if option.strip()[:1].isdigit() else "")
        for match in re.finditer(rf"{before}{words}(?![A-Za-z0-9]|\.\d)", text.lower()):
            if not _denied(text, match.start()):
                spans.append((match.start(), match.end(), label))
    return {
        label
        for start, end, label in spans
        if not any(a <= start and end <= b and b - a > end - start for a, b, _other in spans)
    }


def _none(text: str, options: Mapping[str, str]) -> set[str]:
    return {NONE_OF_THEM} if NONE.search(text) and len(text.split()) <= FEW_WORDS else set()


RULES_IN_ORDER: Mapping[str, Callable[[str, Mapping[str, str]], set[str]]] = {
    "tag": _tagged,
    "boxed": _boxed,
    "letter alone": _alone,
    "stated": _stated,
    "first": _first,
    "single label": _single,
    "text": _texts,
    "none of them": _none,
}
