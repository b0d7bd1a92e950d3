"""A page in a real browser: what a visitor does, and what the page says about itself."""

import json
from pathlib import Path

from playground.core.scene import Scene
from playground.live.protocol import encode_frame

AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
MOTION = {"reduced_motion": "no-preference"}
"""Options of a page on which pictures glide from frame to frame: for tests of what moves."""


def wait(page, condition, timeout=90_000):
    page.wait_for_function(
        f"(() => {{ const p = window.__playground; return p && ({condition}) }})()", timeout=timeout, polling=30
    )


def state(page, name):
    return page.evaluate(f"window.__playground.{name}")


def shows(page, scene: Scene):
    """From now on the page's stage shows this scene in the place of every frame."""

    def replaced(message):
        if not (isinstance(message, bytes) and message[:4] == b"PGF1"):
            return message
        header = json.loads(message[8 : 8 + int.from_bytes(message[4:8], "little")])
        kept = {name: value for name, value in header.items() if name in ("seq", "run", "step", "points", "scores")}
        return encode_frame(kept, scene, str)

    def through(socket):
        upstream = socket.connect_to_server()
        upstream.on_message(lambda message: socket.send(replaced(message)))

    page.route_web_socket("**/live/socket*", through)


def train(page):
    """Begin or go on with a run of the visitor's own, as a link that does not say `play=1` leaves it to a button."""
    wait(page, "p.connected && p.drawn > 0")
    if not state(page, "playing") or state(page, "run") is None:
        page.locator(".pg-train" if state(page, "run") is None else ".pg-play").first.click()


def mine(page):
    """A page with the visitor's own run under way."""
    train(page)
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
