"""Texts from outside: from links, files and their columns, services, errors that quote any of these.

Where such a text is shown it stays a text. There is one function for each place that would take it for something else.
"""

import html as _html
import re
import unicodedata

MOST = 200
"""Characters that are shown."""
UNSEEN = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")
"""Categories of characters that move the cursor, turn the direction of writing, or end a line."""
JOINER = "\u2060"
"""A character of no width, at which no line breaks either."""
MARKS = re.compile(r"([\\`*_\[\]<>#+\-|$~&]|^\d+(?=[.)]))")
"""Marks of Markdown, HTML and LaTeX, and the number that begins a list."""
LINKED = re.compile(r"(?<=:)(?=[/\w])|(?<=www)(?=\.)|(?=@)", re.IGNORECASE)
"""Places of what becomes a link, a picture of an emoji or a colour without any mark around it."""
FORMULA = re.compile(r"'*[=+\-@\t\r]")
"""Beginnings that spreadsheets take for a formula."""
NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")


def one_line(text: object, most: int = MOST) -> str:
    """For titles, log lines and error messages: in one line, without characters that are not seen, and cut."""
    cut = str(text)[: 4 * most]
    seen = "".join(" " if one in "\t\n\r" or unicodedata.category(one) in UNSEEN else one for one in cut)
    words = " ".join(seen.split())
    return words if len(words) <= most and len(str(text)) <= 4 * most else words[: most - 1] + "\u2026"


def markdown(text: object, most: int = MOST) -> str:
    """For Markdown as Streamlit shows it: every mark is the character that it is, and no address becomes a link."""
    return MARKS.sub(_escaped, LINKED.sub(JOINER, one_line(text, most)))


def _escaped(mark: re.Match[str]) -> str:
    return f"{mark[0]}\\" if mark[0].isdigit() else f"\\{mark[0]}"


def html(text: object, most: int = MOST) -> str:
    """For HTML, and for Plotly, which takes some of it in its texts."""
    return _html.escape(one_line(text, most))


def cell(text: str) -> str:
    """For a cell of CSV: as a spreadsheet shows it, instead of computing it. Numbers stay as they are."""
    return f"'{text}" if FORMULA.match(text) and not NUMBER.fullmatch(text) else text


def from_cell(text: str) -> str:
    """What `cell` was given."""
    return text[1:] if text.startswith("'") and FORMULA.match(text) else text
