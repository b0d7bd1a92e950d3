"""The same in a real browser: texts of links and files make no element, and nothing is asked of another server."""

from urllib.parse import quote, urlencode

import pytest
from support.browser import wait

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
