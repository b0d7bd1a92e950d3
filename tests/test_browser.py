"""The GAN page in a real browser, as a visitor uses it."""

import json

import pytest
from support.browser import AXE, MOTION, mine, pause, state, wait
from support.gan_visit import (
    pause_make_half_steps_and_scrub,
    pick_other_data,
    play_the_shipped_training,
    reload,
    restart,
)

SEED = 4711
"""Not the shipped training's: a run of one's own begins at once."""


def test_it_opens_on_something_alive_and_play_begins_a_run(open_page):
    play_the_shipped_training(open_page("/gan", **MOTION))


def test_pause_half_steps_scrubbing_and_back(open_page):
    pause_make_half_steps_and_scrub(open_page(f"/gan?gan.seed={SEED}", **MOTION))


def test_a_reloaded_tab_finds_its_run(open_page):
    page = mine(open_page(f"/gan?gan.seed={SEED + 1}"))
    pause(page)
    reload(page)


def test_settings_live_in_the_link_and_begin_another_run(open_page):
    pick_other_data(open_page(f"/gan?gan.seed={SEED + 2}&gan.data=moons&gan.g_width=32"))


def test_a_restarted_server_is_found_again_and_the_run_goes_on(server, open_page):
    restart(server, open_page(f"/gan?gan.seed={SEED + 4}"), open_page.complaints)


def test_by_keyboard_alone(open_page):
    page = mine(open_page(f"/gan?gan.seed={SEED + 3}"))
    page.locator(".pg-play").focus()
    page.keyboard.press("Space")
    wait(page, "!p.playing")
    page.wait_for_timeout(300)
    head = state(page, "head")
    page.keyboard.press("ArrowRight")
    wait(page, f"p.head === {head + 1}")
    page.keyboard.press("?")
    page.get_by_text("play or pause").wait_for()
    page.keyboard.press("Escape")
    words = page.locator("[aria-live=polite][aria-atomic=true]").inner_text()
    assert len(words) > 20


def test_on_a_phone_nothing_is_cut_off(open_page):
    page = mine(
        open_page(
            f"/gan?gan.seed={SEED + 5}",
            viewport={"width": 390, "height": 844},
            has_touch=True,
            is_mobile=True,
            color_scheme="dark",
        )
    )
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    box = page.locator(".pg-play").bounding_box()
    assert box["width"] >= 40 and box["height"] >= 40
    page.locator(".pg-play").tap()
    wait(page, "!p.playing")


def test_in_chinese(open_page):
    page = open_page(f"/gan?lang=zh&gan.seed={SEED + 6}")
    mine(page)
    assert page.get_by_role("heading", level=1).inner_text() == "生成对抗网络"
    assert page.locator(".pg-play").get_attribute("aria-label") in ("暂停", "播放")


def test_reduced_motion_still_shows_every_frame(open_page):
    page = mine(open_page(f"/gan?gan.seed={SEED + 7}", reduced_motion="reduce"))
    frames, drawn = state(page, "frames"), state(page, "drawn")
    wait(page, f"p.frames > {frames + 3} && p.drawn > {drawn + 3}")


@pytest.mark.parametrize("path", ["/", f"/gan?gan.seed={SEED + 8}"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_serious_barrier(open_page, path, scheme):
    page = open_page(path, color_scheme=scheme)
    if "gan" in path:
        mine(page)
    else:
        page.get_by_role("heading", level=1).first.wait_for()
        unchanged(page)
    assert serious_barriers(page) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_serious_barrier_on_any_tab(open_page, scheme):
    page = open_page("/mmbench", color_scheme=scheme)
    page.locator(".sunburstlayer path").first.wait_for(timeout=90_000)
    tabs = page.get_by_role("tab")
    assert tabs.count() > 5
    found = {}
    for tab in tabs.all():
        tab.click()
        page.locator("[data-testid=stApp][data-test-script-state=notRunning]").wait_for()
        unchanged(page)
        found[tab.inner_text()] = serious_barriers(page)
    assert not any(found.values()), json.dumps(found, indent=1)


UNCHANGED = """still => new Promise(found => {
    let timer = setTimeout(done, still);
    const looking = new MutationObserver(() => { clearTimeout(timer); timer = setTimeout(done, still); });
    const most = setTimeout(done, 10 * still);
    looking.observe(document.body, { subtree: true, childList: true });
    function done() { looking.disconnect(); clearTimeout(most); found(); }
})"""


def unchanged(page):
    """Wait until charts and tables are drawn: nothing came or went for a while."""
    page.evaluate(UNCHANGED, 600)


def serious_barriers(page):
    """What axe-core finds, as (rule, elements)."""
    if not page.evaluate("'axe' in window"):
        page.add_script_tag(content=AXE.read_text())
    found = page.evaluate("axe.run(document, {runOnly: ['wcag2a', 'wcag2aa']})")
    return [
        (v["id"], [n["html"][:160] for n in v["nodes"]][:3])
        for v in found["violations"]
        if v["impact"] in ("serious", "critical")
    ]
