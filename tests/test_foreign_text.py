"""Texts from links, files and services stay texts: no link, picture, element, formula or command comes of them."""

import re
import shlex

import pytest
from hypothesis import given
from hypothesis import strategies as some
from markdown_it import MarkdownIt
from support.pages import ROOT, opened

from playground.core.errors import UserError
from playground.core.foreign_text import JOINER, cell, from_cell, html, markdown, one_line
from playground.engine.results_csv import ResultsCsv
from playground.ui import arena, lesson

NASTY = (
    "\u202e\x1b[31m[sign in here](https://evil.example/a)\r\n# ![x](https://evil.example/b) <img src=https://evil.example/c>"
    " https://evil.example/d www.evil.example me@evil.example $\\frac12$ :red[red] `c` **b** |x|\x00"
)
LONG = "[x](https://evil.example/) " * 400
TEXTS = {"nasty": NASTY, "long": LONG}
PARSER = MarkdownIt("commonmark").enable("table").enable("strikethrough")
PAGES = [path for path in sorted((ROOT / "pages").glob("*.py")) if path.stem != "home"]


def marks(text: str) -> set[str]:
    """What Markdown makes of a text, besides paragraphs and texts."""
    found = set()
    for token in PARSER.parse(text):
        found |= {token.type, *(inner.type for inner in token.children or ())}
    return found - {"paragraph_open", "paragraph_close", "inline", "text", "text_special"}


def shown(at) -> list[str]:
    """Everything on a page that Streamlit reads as Markdown."""
    kinds = (at.markdown, at.caption, at.warning, at.error, at.info, at.success, at.metric, at.button)
    found = [str(getattr(one, "label", "") or one.value) for kind in kinds for one in kind]
    return [*found, *(str(one.help) for one in at.button if one.help)]


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_a_text_in_a_sentence_is_a_text(text):
    said = UserError("There is no {name} here.", name=text).sentence(quote=markdown)
    assert not marks(said) and len(said) < 600 and said.replace(JOINER, "").isprintable()
    assert "$" not in re.sub(r"\\.", "", said) and not re.search(r"https?://|www\.|\w@\w|:\w", said)


@given(some.text())
def test_markdown_shows_the_characters_that_it_was_given(text):
    said = markdown(text)
    assert not marks(f"x {said} y") and not marks(said)
    plain = "".join(token.content for one in PARSER.parse(f"x {said} y") for token in one.children or ())
    assert plain.replace("\u2060", "") == f"x {one_line(text)} y"


@given(some.text())
def test_lines_and_cells(text):
    assert one_line(text).isprintable() and len(one_line(text)) <= 200
    assert from_cell(cell(text)) == text and not re.match(r"[=+\-@\t\r](?![\d.])", cell(text))
    assert "<" not in html(text)


def test_numbers_stay_numbers_in_tables(tmp_path):
    for number in ("-5", "+3.5", "-1e-05", ".5", "7"):
        assert cell(number) == number
    for formula in ("=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1", "\r=1"):
        assert cell(formula).startswith("'")
    table = ResultsCsv(tmp_path / "t.csv")
    table.add({"key": "a", "status": "done", "error": "=HYPERLINK('x')", "mmd": -0.5, "=1+1": "@x"})
    assert (tmp_path / "t.csv").read_text().splitlines() == [
        "key,status,error,mmd,'=1+1",
        "a,done,'=HYPERLINK('x'),-0.5,'@x",
    ]
    again = ResultsCsv(tmp_path / "t.csv")
    assert again.rows["a"]["error"] == "=HYPERLINK('x')" and again.columns[-1] == "=1+1"


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.stem)
def test_links_put_no_markdown_on_a_page(page):
    family = page.stem
    names = ("data", "seed", "lr", "model", "mode", "split", "contestants", NASTY)
    asked = {f"{family}__{name}": NASTY for name in names}
    asked |= {"run": NASTY, "pin": NASTY, "layers": NASTY, "speed": NASTY, "tab": NASTY, "grid.lr": NASTY, NASTY: NASTY}
    asked |= {f"grid.{NASTY}": "1", f"{family}__own": NASTY, "lang": NASTY}
    at = opened(page, **asked)
    for text in shown(at):
        assert "evil.example" not in text or not marks(text) & {"link_open", "image", "html_inline", "html_block"}, text
        assert not re.search(r"(?<!\\)(\[sign|<img|https?://evil|www\.evil|\\frac|\u202e|\x1b)", text), text


def test_sentences_on_a_page_quote_their_values():
    """Where Streamlit shows a refusal, what it quotes goes through `markdown`."""
    for path in (*(ROOT / "playground" / "ui").rglob("*.py"), *(ROOT / "pages").glob("*.py")):
        assert not re.search(r"\.sentence\((?![^()]*, markdown\))", path.read_text("utf-8")), path


def test_commands_are_quoted_for_the_shell():
    values = {**lesson.find("transformer").Config().model_dump(), "own_text": "a; rm -rf ~ $(x) `y` 'z'"}
    page = lesson.Lesson("transformer", "en", str, lesson.find("transformer").Config(), values)
    assert shlex.split(lesson.command(page))[-1] == f"own_text={values['own_text']}"
    told = arena.command({**arena.ArenaConfig().model_dump(), "contestants": "gan;reboot"})
    assert "gan;reboot" in shlex.split(told)
