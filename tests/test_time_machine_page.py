"""The time machine on the page: fork at a scrubbed step, the tree, and back; a pinned run in step."""

import re

from support.browser import MOTION, mine, pause, state, tap, wait

SEED = 5711


def at(page, step):
    """Go to a step by its number."""
    page.fill(".pg-number", str(step))
    page.keyboard.press("Enter")
    wait(page, f"p.step === {step} && !p.live")


def forked(page, step):
    """Fork there; ids of the old and the new run."""
    run = state(page, "run")
    at(page, step)
    page.get_by_role("button", name="Fork here").click()
    wait(page, f"p.run !== '{run}' && p.step === {step}")
    return run, state(page, "run")


def test_fork_at_a_scrubbed_step_change_a_setting_and_back_through_the_tree(open_page):
    page = mine(open_page(f"/gan?gan.seed={SEED}"))
    wait(page, "p.head > 200")
    pause(page)
    run, child = forked(page, 123)
    wait(page, "p.runs >= 2")
    page.get_by_role("slider", name="Generator: learning rate").press("ArrowRight")
    page.locator(".pg-fork", has_text="Generator: learning rate").wait_for()
    assert state(page, "run") == child
    page.wait_for_url("**gan.g_lr=**")
    page.locator(".pg-fork", has_text=f"Seed: {SEED}").locator(".pg-fork-open").click()
    wait(page, f"p.run === '{run}'")
    page.wait_for_function("!location.search.includes('g_lr')")  # the page has the old run's settings again
    page.wait_for_timeout(800)
    assert state(page, "run") == run and state(page, "runs") == page.locator(".pg-fork").count()


def test_a_pinned_run_is_shown_beside_and_in_step(open_page):
    page = mine(open_page(f"/gan?gan.seed={SEED + 1}", **MOTION))
    wait(page, "p.head > 300")
    pause(page)
    run, _ = forked(page, 100)
    page.locator(".pg-fork", has_text=f"Seed: {SEED + 1}").get_by_role("button", name="Pin this run").click()
    wait(page, f"p.pinned === '{run}' && p.pinnedStep !== null")
    at(page, 40)
    wait(page, "p.pinnedStep === 40")
    caption = page.locator(".pg-curve-value", has=page.locator(".pg-beside")).first
    said = " ".join(caption.inner_text().split())
    assert re.search(r" A [\d.]+ B [\d.]+ difference [\d.\u2212]+$", said), said
    page.locator(".pg-time").focus()
    page.keyboard.press("Home")
    wait(page, "p.step === 0 && p.pinnedStep === 0")
    assert "same seed" in page.locator(".pg-pin-differences").inner_text()
    page.evaluate("document.querySelector('[data-testid=stMain]').scrollTo(0, 0)")  # out of its corner
    big, small = (
        page.locator(f"{place} canvas.pg-canvas").bounding_box() for place in (".pg-main > .pg-picture", ".pg-pin")
    )
    assert abs(small["width"] - big["width"]) < 2 and small["x"] >= big["x"] + big["width"] and small["y"] == big["y"]
    page.locator(".pg-live").click()
    page.get_by_role("button", name="Play both").click()
    wait(page, "p.playing && p.head > 350 && p.pinnedStep > 310")
    page.get_by_role("button", name="Pause both").click()
    wait(page, "!p.playing")
    page.reload()
    wait(page, f"p.pinned === '{run}' && p.pinnedStep !== null")
    page.locator(".pg-pin").get_by_role("button", name="Unpin").click()
    wait(page, "p.pinned === null")


def test_deleting_asks_once_and_by_keyboard(open_page):
    page = mine(open_page(f"/gan?gan.seed={SEED + 2}"))
    wait(page, "p.head > 60")
    pause(page)
    page.locator(".pg-play").focus()
    page.keyboard.press("g")
    assert page.evaluate("document.activeElement.className") == "pg-number"
    page.keyboard.type("30")
    page.keyboard.press("Enter")
    wait(page, "p.step === 30")
    run = state(page, "run")
    page.locator(".pg-play").focus()
    page.keyboard.press("f")
    wait(page, f"p.run !== '{run}' && p.runs >= 2")
    runs = state(page, "runs")
    page.locator(".pg-fork", has=page.locator("[aria-current]")).get_by_role("button", name="Delete this run").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")  # the focus is on "Keep it": nothing is lost by pressing twice
    page.wait_for_timeout(300)
    assert state(page, "runs") == runs
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Delete for good").click()
    wait(page, f"p.run === '{run}' && p.runs === {runs - 1}")


def test_on_a_phone_the_pinned_run_stands_under_the_other(open_page):
    page = mine(
        open_page(
            f"/gan?gan.seed={SEED + 3}",
            viewport={"width": 390, "height": 844},
            has_touch=True,
            is_mobile=True,
            color_scheme="dark",
        )
    )
    page.locator(".pg-play").tap()
    wait(page, "!p.playing")
    tap(page.get_by_role("button", name="Pin", exact=True))
    wait(page, "p.pinned && p.pinnedStep !== null")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    big, small = (
        page.locator(f"{place} canvas.pg-canvas").bounding_box() for place in (".pg-main > .pg-picture", ".pg-pin")
    )
    assert small["y"] >= big["y"] + big["height"] and min(big["width"], small["width"]) > 320
