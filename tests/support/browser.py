"""A page in a real browser: what a visitor does, and what the page says about itself."""

from pathlib import Path

AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
MOTION = {"reduced_motion": "no-preference"}
"""Options of a page on which pictures glide from frame to frame: for tests of what moves."""


def wait(page, condition, timeout=90_000):
    page.wait_for_function(
        f"(() => {{ const p = window.__playground; return p && ({condition}) }})()", timeout=timeout, polling=30
    )


def state(page, name):
    return page.evaluate(f"window.__playground.{name}")


def mine(page):
    """A page with the visitor's own run under way."""
    wait(page, "p.run && p.playing && p.step > 30 && p.drawn > 5")
    return page


def tap(locator):
    """Tap what may stand under the bar at the foot of a phone's screen."""
    locator.evaluate("element => element.scrollIntoView({ block: 'center' })")
    locator.tap()


def pause(page):
    page.click(".pg-play")
    wait(page, "!p.playing")
    page.wait_for_timeout(300)
