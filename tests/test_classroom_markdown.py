"""Texts of lessons: formulas and Markdown arrive, nothing that acts does."""

import re
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from playground.classroom.markdown import ATTRIBUTES, to_html

NASTY = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "![picture](https://example.org/a.png)",
    "[here](javascript:alert(1))",
    "[here](data:text/html,x)",
    r"$\text{<img src=x onerror=alert(1)>}$",
    r"$\href{javascript:alert(1)}{x}$",
    r"$\style{background:url(https://example.org)}{x}$",
    r"$$\class{evil}{\frac{$$",
    "\ue0000\ue001",
    "<https://example.org/?a=1>",
    "[ref]: https://example.org 'title'\n\n[ref]",
]
FREE = {"p", "em", "strong", "code", "pre", "blockquote", "ul", "ol", "li", "hr", "br", "a", "table", "thead", "tbody"}
FREE |= {"tr", "th", "td", "h1", "h2", "h3", "h4", "h5", "h6"}


class Elements(HTMLParser):
    def __init__(self, text: str):
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))


def check(text: str) -> None:
    inside = 0
    for tag, attributes in Elements(to_html(text)).found:
        if tag.startswith("m"):
            assert set(attributes) <= ATTRIBUTES, (tag, attributes)
            inside += 1
        else:
            assert tag in FREE, tag
            allowed = {"a": {"href", "title", "target", "rel"}, "ol": {"start"}, "code": {"class"}}
            assert set(attributes) <= allowed.get(tag, {"style"}), (tag, attributes)
            if tag in ("th", "td"):
                assert re.fullmatch("text-align:(left|right|center)", attributes.get("style") or "text-align:left")
            if tag == "a":
                assert re.match("https?://", attributes["href"] or "")
                assert attributes["rel"] == "noopener noreferrer nofollow"


@pytest.mark.parametrize("text", NASTY)
def test_nothing_acts(text):
    check(text)
    check(f"A line.\n\n* {text}\n* **{text}**\n\n| {text} |\n|---|\n| 1 |")


@given(st.lists(st.sampled_from([*NASTY, "a", "$", "$$", "\n", "*", "`", "<", "&", "\\", "{", "}", "|"]), max_size=12))
@settings(max_examples=150, deadline=None)
def test_nothing_acts_in_any_order(parts):
    check("".join(parts))


@pytest.mark.parametrize(
    "text",
    [
        "```$\\text{<img src=x onerror=alert(1)>}$\nx\n```",
        "[a](https://example.org 'b $\\text{\" onmouseover=alert(1) x=\"}$')",
        "[a](https://example.org/$x$)",
        "[a]: https://example.org/$x$ '$x$'\n\n[a]",
    ],
)
def test_a_formula_in_an_attribute_does_not_end_it(text):
    check(text)
    assert "<math" not in to_html(text)


def test_code_shows_a_formula_as_it_is_written():
    assert to_html("`$x$`") == "<p><code>$x$</code></p>\n"
    assert to_html("```\n$x$\n```") == "<pre><code>$x$\n</code></pre>\n"
    assert 'href="https://example.org/$x$"' in to_html("[a](https://example.org/$x$)").replace("%24", "$")


def test_formulas_are_mathml_within_and_between_lines():
    drawn = to_html(r"The loss $\frac{1}{2}$ and" + "\n\n$$x \\sim p$$")
    assert '<math display="inline"><mrow><mfrac><mrow><mn>1</mn></mrow><mrow><mn>2</mn></mrow></mfrac>' in drawn
    assert '<math display="block">' in drawn and "∼" in drawn


def test_money_is_no_formula_and_a_wrong_formula_keeps_its_source():
    assert to_html("It costs $5.") == "<p>It costs $5.</p>\n"
    assert r"<code>\frac{</code>" in to_html(r"$\frac{$")
