"""The panel that generates, in a browser: clicks and keys take tokens, and few dials are shown."""

import pytest
from support.browser import state, tap, wait
from support.transformer_panels import REVERSE

BARS, LOW, HIGH = 6, 0.08, 0.92
"""Of the next token's distribution, and between which shares of the picture's width they stand (draw/bars.js)."""
BESIDE = {"x": 4, "y": 60}
"""A place of the picture beside all bars."""
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


def opened(open_page, seed, **options):
    """The page with the panel, its run stopped."""
    settings = "&".join(f"transformer.{name}={value}" for name, value in {**REVERSE, "seed": seed}.items())
    page = open_page(f"/transformer?{settings}&tab=ask.generate&play=1", **options)
    wait(page, "p.run && p.step > 5")
    page.locator(".pg-play").first.click()
    wait(page, "!p.playing")
    panel = page.locator(".pg-panel[data-name=generate]")
    panel.get_by_role("textbox", name="Prompt").evaluate("e => e.scrollIntoView({block: 'center'})")
    wait(page, "p.panels && p.panels.generate && p.panels.generate.step === p.step")
    return page, panel


def canvas_of(panel, number):
    canvas = panel.locator("canvas").nth(number)
    canvas.evaluate("e => e.scrollIntoView({block: 'center'})")
    canvas.page.wait_for_timeout(400)  # what comes beside it has its size, too
    return canvas


def bar(canvas, number):
    """A place in the picture above a bar, counted from 0."""
    box = canvas.bounding_box()
    return {"x": (LOW + (HIGH - LOW) * (number + 0.5) / BARS) * box["width"], "y": 0.3 * box["height"]}


def test_dials_without_a_part_are_hidden_at_once_and_keep_their_value(open_page):
    page, panel = opened(open_page, 94)
    beams, temperature = (panel.locator(".pg-dial", has_text=name) for name in ("Beams", "Temperature"))
    assert beams.is_hidden() and temperature.is_hidden()
    panel.get_by_role("radio", name="sample").check(force=True)
    assert temperature.is_visible() and beams.is_hidden()
    temperature.get_by_role("slider").fill("0.5")
    wait(page, "p.panels.generate.values.temperature === 0.5")
    panel.get_by_role("radio", name="beam search").check(force=True)
    assert beams.is_visible() and temperature.is_hidden()
    assert panel.locator(".pg-dial", has_text="Take there").is_hidden()
    panel.get_by_role("radio", name="sample").check(force=True)
    assert temperature.is_visible() and "0.50" in temperature.inner_text()
    panel.get_by_role("button", name="Reset dials").click()
    assert temperature.is_hidden() and panel.locator(".pg-dial", has_text="Take there").is_visible()
    wait(page, "p.panels.generate.values.temperature === 1")


def test_a_click_on_a_bar_takes_its_token_and_a_second_one_lets_it_go(open_page):
    page, panel = opened(open_page, 95)
    canvas = canvas_of(panel, 1)
    canvas.hover(position=bar(canvas, 2))
    page.wait_for_function("canvas => canvas.style.cursor === 'pointer'", arg=canvas.element_handle())
    card = panel.locator("figure").nth(1).locator(".pg-read-out")
    assert "take this token" in card.inner_text()
    plain = canvas.evaluate("c => c.toDataURL()")
    canvas.click(position=bar(canvas, 2))
    wait(page, "p.panels.generate.values.rank === 3 && p.panels.generate.hand")
    canvas.hover(position=BESIDE)
    page.wait_for_function("canvas => canvas.style.cursor === ''", arg=canvas.element_handle())
    assert canvas.evaluate("c => c.toDataURL()") != plain
    assert panel.locator(".pg-dial", has_text="Take there").inner_text().split()[-1] == "3"
    canvas.click(position=bar(canvas, 2))
    wait(page, "p.panels.generate.values.rank === 0")
    canvas.click(position=BESIDE)
    assert state(page, "panels.generate.values.rank") == 0
    ways = canvas_of(panel, 2)
    box = ways.bounding_box()
    ways.click(position={"x": 0.7 * box["width"], "y": 0.5 * box["height"]})
    wait(page, "p.panels.generate.values.cache === false")
    legend = panel.locator("figure").nth(2).locator(".pg-sentence")
    page.wait_for_function("e => e.textContent.includes('without the cache')", arg=legend.element_handle())
    assert not panel.get_by_role("switch", name="KV cache").is_checked() and not state(page, "playing")


def test_by_the_keyboard_a_token_is_looked_at_and_another_one_taken(open_page):
    page, panel = opened(open_page, 96)
    text, bars = canvas_of(panel, 0), panel.locator("canvas").nth(1)
    text.focus()
    page.keyboard.press("Enter")  # nothing is chosen yet
    for _ in range(1 + 7):
        page.keyboard.press("ArrowRight")  # over the prompt of seven tokens to the first of the answer
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    wait(page, "p.panels.generate.values.place === 2")
    bars.focus()
    for _ in range(2):
        page.keyboard.press("ArrowRight")
    page.keyboard.press(" ")
    wait(page, "p.panels.generate.values.rank === 2")
    assert not state(page, "playing"), "the space bar was for the picture"
    text.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")  # on the prompt there is nothing to choose: the picture leaves the key alone
    assert state(page, "panels.generate.values.place") == 2


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_on_a_phone_a_tap_takes_a_token(open_page, lang):
    settings = "&".join(f"transformer.{name}={value}" for name, value in {**REVERSE, "seed": 97}.items())
    page = open_page(f"/transformer?lang={lang}&{settings}&tab=ask.generate&play=1", **PHONE)
    wait(page, "p.run && p.step > 5")
    tap(page.locator(".pg-play").first)
    wait(page, "!p.playing")
    panel = page.locator(".pg-panel[data-name=generate]")
    panel.get_by_role("textbox").evaluate("e => e.scrollIntoView({block: 'center'})")
    wait(page, "p.panels && p.panels.generate && p.panels.generate.step === p.step")
    assert panel.locator(".pg-dial:visible").count() == 6  # prompt, length, method, cache, which token, its rank
    canvas = canvas_of(panel, 1)
    canvas.tap(position=bar(canvas, 4))
    wait(page, "p.panels.generate.values.rank === 5")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
