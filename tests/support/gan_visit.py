"""A visit to the GAN page, as every address of the server must allow it: steps on a page that is open."""

import re

from .browser import mine, pause, state, wait


def play_the_shipped_training(page):
    """It opens on something alive, and play begins a run."""
    wait(page, "p.frames > 4 && p.run === null")  # the shipped training, played back
    mine(page)
    frames = state(page, "frames")
    wait(page, f"p.frames > {frames + 10}")


def pause_make_half_steps_and_scrub(page):
    """Of a run that plays; in the end it is paused."""
    pause(mine(page))
    head = state(page, "head")
    page.wait_for_timeout(400)
    assert state(page, "head") == head
    half = page.locator(".pg-half")
    assert half.count() == 2
    for done in (1, 2):
        half.nth(done - 1).click()
        wait(page, f"p.head === {head + done}")
        page.keyboard.press("Escape")
        counted = f"{head:,}\u00bd" if done == 1 else f"{head + 1:,}"  # each counts as half
        page.locator(".pg-count", has_text=re.compile(f"^{counted}$")).wait_for()
    page.locator(".pg-caption").wait_for()
    page.locator(".pg-time").focus()
    page.keyboard.press("Home")
    wait(page, "!p.live && p.step === 0")
    page.locator(".pg-live").click()
    wait(page, f"p.live && p.step === {head + 2}")


def reload(page):
    """A reloaded tab finds its run, which was paused."""
    run, head = state(page, "run"), state(page, "head")
    page.reload()
    wait(page, f"p.run === '{run}' && p.drawn > 0")
    assert state(page, "head") >= head


def pick_other_data(page):
    """Settings live in the link and begin another run; the link has two moons, its `kept` settings stay."""
    run = state(mine(page), "run")
    kept = [part for part in page.url.partition("?")[2].split("&") if not part.startswith("gan.data")]
    assert page.locator(".pg-data-options [aria-checked=true], .pg-data-options input:checked").count() == 1
    page.locator(".pg-data-options :is([aria-label='Eight Gaussians'], [title='Eight Gaussians'])").first.click()
    page.wait_for_url("**gan.data=8gaussians**")
    wait(page, f"p.run !== '{run}' && p.drawn > 0")
    assert len(kept) == 2 and all(part in page.url for part in kept)


def restart(server, page, complaints):
    """A restarted server is found again, and the run goes on."""
    run = state(mine(page), "run")
    wait(page, "p.head > 100")
    before = list(complaints)
    server.stop()
    wait(page, "!p.connected")
    head = state(page, "head")
    server.start()
    wait(page, f"p.connected && p.run === '{run}' && p.head >= {head}", 60_000)
    wait(page, f"p.head > {head + 50}", 60_000)
    complaints[:] = before  # while the server was away the browser may complain
