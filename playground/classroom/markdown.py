"""Texts of a lesson as HTML for a browser: Markdown without raw HTML and without pictures, mathematics as MathML.

What an author writes comes from a link or a file that anyone may have made. So nothing comes out but the elements that
CommonMark and tables make of text, links to the web, and the elements of MathML without attributes that act.
"""

import html
import re
from collections.abc import Sequence
from functools import cache
from urllib.parse import quote
from xml.etree import ElementTree

from latex2mathml.converter import convert_to_element
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token

MATHS = re.compile(r"\$\$([^$]{1,1000}?)\$\$|\$([^$\n]{1,500}?)\$")
PLACE = re.compile("\ue000([0-9]+)\ue001")
"""Two characters for private use mark where a formula was, so that Markdown leaves it alone."""
ADDRESS = re.compile("%EE%80%80([0-9]+)%EE%80%81")
"""The same in an address."""
CODE = {"code_inline", "code_block", "fence"}
"""Tokens whose text is shown as it is written, formulas too."""
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
    found: list[re.Match] = []

    def keep(formula: re.Match) -> str:
        found.append(formula)
        return f"\ue000{len(found) - 1}\ue001"

    def source(mark: re.Match) -> str:
        return found[int(mark[1])][0]

    def drawn(mark: re.Match) -> str:
        formula = found[int(mark[1])]
        return _formula(formula[1] or formula[2], block=formula[1] is not None)

    clean = text.replace("\ue000", "").replace("\ue001", "")
    reader = _reader()
    tokens = reader.parse(MATHS.sub(keep, clean))
    for token in [one for block in tokens for one in (block, *(block.children or ()))]:
        token.info = PLACE.sub(source, token.info)
        if token.type in CODE:
            token.content = PLACE.sub(source, token.content)
        for name, value in token.attrs.items():  # a formula in an attribute would end it
            token.attrs[name] = ADDRESS.sub(lambda mark: quote(source(mark)), PLACE.sub(source, str(value)))
    return PLACE.sub(drawn, reader.renderer.render(tokens, reader.options, {}))


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
