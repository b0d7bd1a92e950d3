"""A class in real browsers behind a real nginx: the server that has its room, of two on one folder of runs, is killed
while everyone looks on and one pupil answers."""

import contextlib
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from _class_clients import LESSON
from _figures import figure
from _fortress_server import ROOT, Fortress
from _live_browser import browser_page
from playwright.sync_api import Page

PUPILS, BACK_S = 3, 5.0
LOST = "The connection to the room is lost"
WATCH = """
() => {
  const seen = (window.__breaks = { lost: 0, back: 0, stage: 0, gone: 0 });
  const look = () => {
    const line = document.querySelector(".pg-room-line")?.textContent;
    if (line === undefined) seen.gone = Date.now();
    else if (line.startsWith("LOST")) seen.lost ||= Date.now();
    else if (seen.lost) seen.back ||= Date.now();
    if (seen.lost && window.__playground?.connected) seen.stage ||= Date.now();
  };
  setInterval(look, 20);
}
""".replace("LOST", LOST)
"""When a page says that the room is lost, when it does no more, and when its stage is connected again."""


@contextlib.contextmanager
def two_servers(folder: Path) -> Iterator[tuple[list[Fortress], str]]:
    """Behind nginx, as docs/operations.md has it, and the address of that."""
    sys.path.append(str(ROOT / "tests"))
    from support.nginx import Nginx

    servers = [Fortress(folder / "runs", folder / f"log-{i}", PLAYGROUND_WORKERS="1") for i in range(2)]
    with contextlib.ExitStack() as stack:
        for server in servers:
            server.start()
            stack.callback(server.stop)
        proxy = Nginx([server.port for server in servers])
        stack.callback(proxy.stop)
        yield servers, proxy.url


def _enter(url: str, teacher: Page) -> list[Page]:
    """A room, and pupils in it, each in a browser of its own; all but one have answered."""
    teacher.goto(f"{url}/class?open={LESSON}&lang=en")
    teacher.wait_for_function("window.__room?.code", timeout=60_000)
    code, browser = teacher.evaluate("window.__room.code"), teacher.context.browser
    assert browser is not None  # it is launched, not attached to
    pupils = [browser.new_context().new_page() for _ in range(PUPILS)]
    for pupil in pupils:
        pupil.goto(f"{url}/class?code={code}&lang=en")
        pupil.locator(".pg-join button").click()
        pupil.wait_for_function("window.__lesson?.here && window.__playground?.connected", timeout=60_000)
        pupil.locator(".pg-question input").first.check()
        pupil.evaluate(WATCH)
    for pupil in pupils[1:]:
        _answer(pupil)
    teacher.get_by_text(f"Answered: {PUPILS - 1} of {PUPILS}.").wait_for()
    return pupils


def _answer(pupil: Page) -> None:
    pupil.locator(".pg-question").get_by_text("Answer", exact=True).click()


def _seconds(pupil: Page, what: str, since: float) -> float:
    """Until that was seen; inf if it never was."""
    with contextlib.suppress(Exception):
        pupil.wait_for_function(f"window.__breaks.{what}", timeout=30_000)
    at = pupil.evaluate(f"window.__breaks.{what}")
    return at / 1000 - since if at else float("inf")


def rows() -> list[dict]:
    with tempfile.TemporaryDirectory() as name, two_servers(Path(name)) as (servers, url), browser_page() as teacher:
        pupils = _enter(url, teacher)
        owner, other = sorted(servers, key=lambda server: server.health()["viewers"], reverse=True)
        apart, killed = other.health()["viewers"], time.time()
        owner.process.kill()
        pupils[0].wait_for_function("window.__breaks.lost", timeout=10_000)
        _answer(pupils[0])  # there is no server now
        back = [_seconds(pupil, "back", killed) for pupil in pupils]
        stages = [_seconds(pupil, "stage", killed) for pupil in pupils]
        time.sleep(BACK_S)
        answered = teacher.locator(".pg-console").inner_text()
        left = sum(not pupil.locator(".pg-lesson-heading").is_visible() for pupil in pupils)
        teacher.locator(".pg-console").get_by_role("button", name="Next", exact=True).click()
        moved = 0
        for pupil in pupils:
            with contextlib.suppress(Exception):
                pupil.wait_for_function("window.__lesson.at === 1", timeout=10_000)
                moved += 1
    how = f"{PUPILS} pupils in browsers, a teacher, nginx, two servers"
    return [
        figure("room: connections to the server that did not have it", "<= 0", apart, how=how),
        figure("room: longest until a pupil sat in it again", f"<= {BACK_S:g}", max(back), unit="s", how=how),
        figure("room: longest until a pupil's stage was connected again", f"<= {BACK_S:g}", max(stages), unit="s"),
        figure("room: pupils' pages without their lesson afterwards", "<= 0", left),
        figure(
            "room: answers lost, one given while no server was there",
            "<= 0",
            0 if f"Answered: {PUPILS} of {PUPILS}." in answered else 1,
        ),
        figure("room: pupils who followed the teacher afterwards", f">= {PUPILS}", moved),
    ]
