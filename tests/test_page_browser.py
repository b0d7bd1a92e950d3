"""A lesson's measures in a real browser at 1366 x 768: the line of the head, the settings shown at first, the length of
the page with every tab open, and with every choice in it."""

import contextlib

import pytest
from playwright.sync_api import TimeoutError
from support.browser import pause, state, wait

from playground.core.registry import FAMILIES

NAMES = ("stSlider", "stSelectbox", "stNumberInput", "stCheckbox", "stTextInput", "stMultiSelect")
WIDGETS = f"[data-testid=stSidebar] :is({', '.join(f'[data-testid={name}]' for name in NAMES)})"
IDLE = "[data-testid=stApp][data-test-script-state=notRunning]"
LONGEST = 1900


COUNT_RUNS = """app => {
    window.__runs = 0;
    new MutationObserver(() => { window.__runs += app.dataset.testScriptState === "notRunning"; })
        .observe(app, { attributeFilter: ["data-test-script-state"] });
}"""
STILL_MS = 500
STILL = """still => new Promise(found => {
    const main = document.querySelector("[data-testid=stMain]");
    let long = main.scrollHeight, since = performance.now();
    const looking = setInterval(() => {
        if (main.scrollHeight !== long) [long, since] = [main.scrollHeight, performance.now()];
        if (performance.now() - since < still) return;
        clearInterval(looking);
        found(long);
    }, 50);
})"""


def length(page, chosen=None):
    """Of the page, once its script has run after what is `chosen` by a click, and panels have taken their room."""
    runs = page.evaluate("window.__runs")
    if chosen is not None:
        chosen.click()
        with contextlib.suppress(TimeoutError):  # where nothing is asked of the server
            page.wait_for_function("before => window.__runs > before", arg=runs, timeout=400)
    page.wait_for_selector(IDLE, timeout=60_000)
    return page.evaluate(STILL, STILL_MS)


def box(page, selector):
    return page.locator(selector).first.bounding_box()


@pytest.mark.parametrize("name", FAMILIES)
def test_a_lesson_keeps_its_measures(open_page, name):
    page = open_page(f"/{name}", viewport={"width": 1366, "height": 768})
    page.locator(WIDGETS).first.wait_for(timeout=90_000)
    page.wait_for_selector(IDLE, timeout=60_000)
    assert 4 <= page.locator(WIDGETS).count() <= 6
    head = box(page, ".st-key-head")
    assert head["y"] <= 54 and head["height"] <= 30
    assert box(page, ".st-key-stage-room")["y"] <= 84
    assert page.title().endswith(" · Playground of generative models")
    lengths = {}
    tabs = page.locator("[data-testid=stMain] [role=tab]")
    wait(page, "p.connected && p.drawn > 0")
    if state(page, "playing"):  # its pictures would take the core from the tabs
        pause(page)
    page.locator("[data-testid=stApp]").evaluate(COUNT_RUNS)
    for number, title in enumerate(tabs.all_inner_texts()):
        lengths[title] = length(page, tabs.nth(number))
        choices = page.locator("[data-testid=stTabs] [data-testid=stButtonGroup] button")
        for choice in range(choices.count()):
            lengths[f"{title}: {choices.nth(choice).inner_text()}"] = length(page, choices.nth(choice))
    assert len(lengths) >= 8
    assert {title: found for title, found in lengths.items() if found > LONGEST} == {}


def within(inner, outer):
    """Whether a box lies in another, but for a pixel."""
    return all(
        outer[at] - 1 <= inner[at] and inner[at] + inner[size] <= outer[at] + outer[size] + 1
        for at, size in (("x", "width"), ("y", "height"))
    )


@pytest.mark.parametrize("name", ["gan", "diffusion"])
def test_on_a_projector_the_bar_holds_all_of_its_buttons_and_the_chosen_data(open_page, name):
    page = open_page(f"/{name}", viewport={"width": 1024, "height": 768})
    page.locator(".pg-bar .pg-tools button").first.wait_for(timeout=90_000)
    page.wait_for_selector(IDLE, timeout=60_000)
    page.wait_for_timeout(500)  # the row of the data scrolls to the one chosen
    bar, buttons = box(page, ".pg-bar"), page.locator(".pg-bar button:visible:not(.pg-data-option)")
    assert buttons.count() >= 8
    assert [b.get_attribute("class") for b in buttons.all() if not within(b.bounding_box(), bar)] == []
    assert within(box(page, ".pg-data-option[aria-checked=true]"), box(page, ".pg-data-options"))


def test_a_preset_closes_its_list_and_a_setting_goes_back(open_page):
    page = open_page("/gan", viewport={"width": 1366, "height": 768})
    page.get_by_role("button", name="Preset: Stable training").click(timeout=90_000)
    page.get_by_role("button", name="Mode collapse").click()
    page.get_by_role("button", name="Preset: Mode collapse").wait_for()
    page.get_by_role("button", name="Least squares").wait_for(state="hidden")
    page.locator(".st-key-gan-default-r1 button").first.click()
    page.get_by_role("button", name="Presets").wait_for()
    assert "gan.r1" not in page.url and "gan.ema=0" in page.url


def test_a_tab_is_in_the_link_and_the_way_back_opens_it_again(open_page):
    page = open_page("/gan?tab=maths")
    page.get_by_text("Goodfellow et al. 2014").wait_for(timeout=90_000)
    page.get_by_role("tab", name="Share").click()
    page.get_by_text("The same run without a browser:").wait_for()
    page.wait_for_url("**tab=share**")
    page.go_back()
    page.get_by_text("Goodfellow et al. 2014").wait_for()
    assert page.get_by_role("tab", name="Mathematics").get_attribute("aria-selected") == "true"


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_presentation_fits_a_projector(open_page, lang):
    page = open_page(f"/diffusion?lang={lang}", viewport={"width": 1024, "height": 768})
    page.wait_for_function("window.__playground?.step > 0")
    page.locator(".pg").first.focus()
    page.keyboard.press("t")
    page.wait_for_function("document.querySelector('.pg-presenting')")
    page.wait_for_timeout(500)
    bottoms = page.evaluate(
        "['.pg-side', '.pg-main'].map(x => document.querySelector(x).lastElementChild.getBoundingClientRect().bottom)"
    )
    assert max(bottoms) <= 768
    box, title = (page.locator(f".pg-wide {part}").first.bounding_box() for part in ("input", "input + span"))
    assert title["x"] >= box["x"] + box["width"] and title["y"] <= box["y"] + box["height"]


def test_the_navigations_last_entry_is_never_cut_off(open_page):
    page = open_page("/gan", viewport={"width": 1340, "height": 800})
    page.wait_for_function("window.__playground?.step > 0")
    for width in range(1330, 1200, -8):
        page.set_viewport_size({"width": width, "height": 800})
        page.wait_for_timeout(250)  # Streamlit counts anew what has room
        last = box(page, "[data-testid=stTopNavSection]")
        at = [last["x"] + last["width"] - 2, last["y"] + last["height"] / 2]
        assert page.evaluate(
            "([x, y]) => !!document.elementFromPoint(x, y).closest('[data-testid=stTopNavSection]')", at
        )
