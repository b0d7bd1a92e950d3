"""The same in a real browser: texts of links and files make no element, and nothing is asked of another server."""

import csv
import io
from dataclasses import replace
from urllib.parse import quote, urlencode

import numpy as np
import pytest
from support.browser import wait
from support.mmbench import benchmark, question

from playground.core.registry import family
from playground.core.scene import Links, Scene
from playground.core.units import Units
from playground.engine.recording import shipped
from playground.evaluation.mmbench.files import write_benchmark
from playground.families.gan.config import GanConfig
from playground.render.page import page as exported

LINKS = "[sign in](https://evil.example/a)![x](https://evil.example/b) www.evil.example"
NASTY = f"{LINKS}<img src=https://evil.example/c> $x^2$"
FOREIGN = "a[href*='evil'], img[src*='evil'], iframe[src*='evil'], .katex, [href^='mailto'], [href^='javascript']"
PAGES = ("gan", "transformer", "mmbench", "arena")


def harmless(page, asked):
    page.wait_for_timeout(500)
    found = page.evaluate(f"""() => document.querySelectorAll("{FOREIGN}").length""")
    hosts = {url.split("/")[2] for url in asked if url.startswith(("http:", "https:", "ws:"))}
    assert not [host for host in hosts if "evil" in host], hosts
    return found


@pytest.mark.parametrize("name", PAGES)
def test_a_link_shows_its_texts_as_they_are(open_page, name):
    family = (f"{name}.{key}" for key in (NASTY, "data", "seed"))
    keys = (*family, "run", "pin", "layers", "grid.lr", "tab", "lang", NASTY)
    page = open_page(f"/{name}?{urlencode(dict.fromkeys(keys, NASTY), quote_via=quote)}")
    page.locator("h1").first.wait_for()
    page.locator("[data-testid=stAlert]" if name in ("gan", "transformer") else "h1").first.wait_for()
    assert harmless(page, open_page.asked) == 0
    if name in ("gan", "transformer"):
        assert "[sign in](https:" in page.locator("[data-testid=stAlert]").first.inner_text().replace("\u2060", "")


def test_a_file_shows_its_columns_as_they_are(open_page):
    page = open_page("/gan")
    wait(page, "p.frames > 2")
    page.locator(".pg-data-own").click()
    page.get_by_role("tab", name="Points (CSV)").click()
    rows = "".join(f"{i / 10},{i * i / 90}\n" for i in range(40))
    page.locator("[role=dialog] input[type=file]").first.set_input_files(
        {"name": "mine.csv", "mimeType": "text/csv", "buffer": f'"{NASTY}","{NASTY} y"\n{rows}'.encode()}
    )
    said = page.locator("[role=dialog] [data-testid=stMarkdownContainer]").filter(has_text="40 points").first
    said.wait_for()
    assert "[sign in](https:" in said.inner_text().replace("\u2060", "")
    assert harmless(page, open_page.asked) == 0


def predictions() -> bytes:
    """Questions and replies whose every text is foreign."""
    many = (
        question(
            i, [f"{NASTY} {letter}" for letter in "abcd"], "A", question=NASTY, hint=NASTY, category=NASTY, l2=NASTY
        )
        for i in range(6)
    )
    table = list(csv.reader(io.StringIO(write_benchmark(benchmark(*many)).decode()), delimiter="\t"))
    out = io.StringIO()
    rows = [[*table[0], "prediction"], *([*row, f"{NASTY} A"] for row in table[1:])]
    csv.writer(out, delimiter="\t", lineterminator="\n").writerows(rows)
    return out.getvalue().encode()


def test_questions_and_replies_of_a_file_are_shown_as_they_are(open_page):
    page = open_page("/mmbench?tab=questions")
    page.get_by_role("combobox", name="Model under test").click()
    page.get_by_role("option", name="Your own predictions", exact=True).click()
    page.locator("input[type=file]").first.set_input_files(
        {"name": f"{NASTY.replace('/', '_')}.tsv", "mimeType": "text/plain", "buffer": predictions()}
    )
    page.get_by_text("6 questions, 24 rows, 24 replies.").wait_for()
    for tab in ("Scores", "Abilities", "Questions", "Compare"):
        found = page.get_by_role("tab", name=tab)
        if found.count():
            found.first.click()
            assert harmless(page, open_page.asked) == 0, tab
    assert "[sign in](https:" in page.locator("main").inner_text().replace("\u2060", "")


def test_an_exported_page_shows_its_texts_as_they_are(tmp_path, chromium):
    """Names of axes, tokens, ribbons' labels, settings: as they come from a visitor's own files."""
    there = shipped("gan")[0].last
    plane = replace(family("gan").scene(there, GanConfig()), units=Units(names=(NASTY, NASTY)))
    links = Links(
        name="links", title="Attention", role="data", weights=np.eye(2), targets=(NASTY, "q"), sources=("r", NASTY)
    )
    cells = Scene((links,), "{said}", "Two tokens.", values={"said": NASTY})
    context = chromium.new_context()
    for scene in (plane, cells):
        path = tmp_path / "page.html"
        path.write_text(
            exported(NASTY, [(0, scene), (1, scene)], [], family("gan").charts(GanConfig()), {NASTY: NASTY})
        )
        opened, asked = context.new_page(), []
        opened.on("request", lambda request, asked=asked: asked.append(request.url))
        opened.goto(path.as_uri())
        opened.locator("#stage .slider-container").wait_for()
        assert harmless(opened, asked) == 0
        assert "[sign in](https:" in opened.locator("h1").inner_text()
    context.close()
