"""Own text in a real browser: pasted, uploaded, trained on, kept by a reload, by Back and by the link."""

import numpy as np
from support.browser import AXE, mine, pause, state, wait

from playground.data.tokens.text import shipped

SEED = 9200
PASTED = "The quick brown fox jumps over the lazy dog, once more.\n" * 60
SMALL = "transformer.layers=1"
CRITICAL = ("serious", "critical")


def opened(open_page, number: int):
    return mine(open_page(f"/transformer?transformer.seed={SEED + number}&{SMALL}"))


def open_form(page):
    page.locator(".pg-data-own").click()
    area = page.get_by_role("textbox", name="Your text")
    area.wait_for()
    page.wait_for_timeout(600)  # the dialog slides in
    return area


def use(page):
    page.get_by_role("dialog").get_by_role("button", name="Train on it").locator("visible=true").click()


def it_trains(page, size: str, before: str):
    """On a text of that size, in another run than the one before."""
    page.wait_for_url("**transformer.data=own_text**")
    page.get_by_role("dialog").wait_for(state="detached")
    wait(page, f"p.run && p.run !== '{before}' && p.playing && p.step > 0")
    page.locator(".pg-data-own[aria-pressed=true]").wait_for()
    assert page.locator(".pg-data-title").first.inner_text() == f"{size} characters"
    assert page.get_by_text(f"Own text: {size} characters, ").count() == 1


def drawn(page) -> int:
    """Pixels of the pencil's small picture that have ink."""
    return page.locator(".pg-data-own canvas").evaluate(
        """c => c.getContext("2d").getImageData(0, 0, c.width, c.height).data
        .filter((value, i) => i % 4 == 3 && value > 0).length"""
    )


def test_pasted_text_is_refused_in_a_sentence_or_trained_on_and_opened_elsewhere(open_page):
    page = opened(open_page, 0)
    first = state(page, "run")
    pause(page)  # "train on it" trains all the same
    assert drawn(page) == 0
    area = open_form(page)
    area.fill("Too little.")
    use(page)
    page.get_by_text("it has 11 characters, the minimum is 1280").wait_for()
    assert area.input_value() == "Too little." and state(page, "run") == first and "own_text" not in page.url
    page.add_script_tag(content=AXE.read_text())
    found = page.evaluate("axe.run('[role=dialog]', {runOnly: ['wcag2a', 'wcag2aa']})")
    assert [v["id"] for v in found["violations"] if v["impact"] in CRITICAL] == []
    area.fill(PASTED)
    use(page)
    size = f"{len(PASTED) - 1:,}"
    it_trains(page, size, first)
    assert drawn(page) > 100
    link, run = "/transformer" + page.url.partition("/transformer")[2], state(page, "run")
    assert len(link) < 1000
    page.reload()
    wait(page, f"p.run === '{run}' && p.drawn > 0")
    page.locator(".pg-data-option").first.click()
    wait(page, f"p.run === '{first}'")
    page.go_back()
    wait(page, f"p.run === '{run}'")
    other = open_page(link)  # another visitor
    wait(other, "p.drawn > 0")
    assert state(other, "run") != run
    assert open_form(other).input_value() == PASTED.strip()
    other.keyboard.press("Escape")


def test_a_file_of_a_megabyte_is_shown_and_travels_by_its_hash(open_page):
    page = opened(open_page, 1)
    first = state(page, "run")
    open_form(page)
    page.get_by_role("tab", name="Text file").click()
    file = page.locator("[role=dialog] input[type=file]")
    file.set_input_files({"name": "text.txt", "mimeType": "text/plain", "buffer": b"%PDF-1.7\n" * 900})
    page.get_by_text("This is not a plain text").wait_for()
    words = np.random.default_rng(0).permutation((shipped("alice") * 8).split())
    text = " ".join(words)[:999_000].strip()
    file.set_input_files({"name": "text.txt", "mimeType": "text/plain", "buffer": text.encode("utf-8-sig")})
    page.get_by_text(f"{len(text):,} characters, ").wait_for()
    use(page)
    it_trains(page, f"{len(text):,}", first)
    assert len(page.url) < 400 and "own_text=%40" in page.url
    run = state(page, "run")
    page.reload()
    wait(page, f"p.run === '{run}' && p.drawn > 0")
    assert page.locator(".pg-data-title").first.inner_text() == f"{len(text):,} characters"
