"""Texts of a lesson as HTML for a browser: Markdown without raw HTML and without pictures, mathematics as MathML.

What an author writes comes from a link or a file that anyone may have made. So nothing comes out but the elements that
CommonMark and tables make of text, links to the web, and the elements of MathML without attributes that act.
"""

import html
import re
from collections.abc import Sequence
from functools import cache
from xml.etree import ElementTree

from latex2mathml.converter import convert_to_element
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token

MATHS = re.compile(r"\$\$([^$]{1,1000}?)\$\$|\$([^$\n]{1,500}?)\$")
PLACE = re.compile("\ue000([0-9]+)\ue001")
"""Two characters for private use mark where a formula was, so that Markdown leaves it alone."""
ATTRIBUTES = {
    "accent",
    "columnalign",
    "columnspacing",
    "display",
    "fence",
    "largeop",
    "linethickness",
    "lspace",
    "mathvariant",
    "maxsize",
    "minsize",
    "movablelimits",
    "rowspacing",
    "rspace",
    "stretchy",
    "width",
}
"""Of MathML, all others are left out: links and styles among them."""


def to_html(text: str) -> str:
    """Safe HTML of a text in Markdown, with formulas between $ or $$."""
    formulas: list[str] = []

    def keep(found: re.Match) -> str:
        formulas.append(_formula(found[1] or found[2], block=found[1] is not None))
        return f"\ue000{len(formulas) - 1}\ue001"

    clean = text.replace("\ue000", "").replace("\ue001", "")
    drawn = _reader().render(MATHS.sub(keep, clean))
    return PLACE.sub(lambda found: formulas[int(found[1])], drawn)


@cache
def _reader() -> MarkdownIt:
    reader = MarkdownIt("commonmark", {"html": False}).enable("table").disable("image")
    reader.validateLink = lambda url: url.startswith(("https://", "http://"))
    reader.add_render_rule("link_open", _link)
    return reader


def _link(renderer: RendererHTML, tokens: Sequence[Token], index: int, options: object, env: object) -> str:
    """To another page, which learns nothing of this one."""
    tokens[index].attrSet("target", "_blank")
    tokens[index].attrSet("rel", "noopener noreferrer nofollow")
    return f"<a{renderer.renderAttrs(tokens[index])}>"


def _formula(source: str, *, block: bool) -> str:
    """MathML of a formula; its source where it cannot be read."""
    try:
        formula = convert_to_element(source, display="block" if block else "inline")
    except Exception:  # the converter has a dozen errors of its own, and others for what its authors did not foresee
        return f"<code>{html.escape(source)}</code>"
    for element in formula.iter():
        element.attrib = {name: value for name, value in element.attrib.items() if name in ATTRIBUTES}
        if element.text:
            element.text = html.unescape(element.text).replace("~", "\u223c")  # the converter's \\sim
    return ElementTree.tostring(formula, encoding="unicode")
