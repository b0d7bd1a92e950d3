"""The static edition, written anew and opened in a real browser: each lesson in both languages, from a plain file
server and from a disk; every step is done. About ten minutes; needs `npm install` for axe-core."""

import functools
import http.server
import statistics
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from _figures import figure
from _lesson_player import answer, switch_layer, train
from _live_browser import CHROMIUM, FLAGS
from playwright.sync_api import Browser, BrowserContext, Error, Page, sync_playwright

from playground.classroom import catalogue
from playground.classroom.lesson import LessonStep
from playground.core.i18n import LANGUAGES
from playground.core.resources import ROOT
from playground.site import build, pages
from playground.site.lessons import SiteLesson, prepare

APP = "http://localhost:8501"
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
LATER_MS = 2000
"""What is asked for so long after the first moving picture still belongs to the first load."""
PATIENCE_MS = 20_000
WATCH = """(() => {
  const at = (window.__at = {});
  let pressed = null;
  const look = () => {
    const stage = window.__playground, lesson = window.__lesson;
    if (lesson && !stage) at.text ??= performance.now();
    if (!(stage?.drawn > 0)) return;
    at.still ??= performance.now();
    if (pressed === null && lesson?.ready && !lesson.open) {
      pressed = stage.pictures;
      document.querySelector('.pg-play').click();
    }
    if (pressed !== null && stage.step > 0 && stage.pictures > pressed + 2) at.moving ??= performance.now();
  };
  setInterval(look, 10);
})()"""
"""A visitor who presses play as soon as it can be pressed."""
BARRIERS = """() => axe.run({ runOnly: ['wcag2a', 'wcag2aa'] }).then(({ violations }) => violations
  .filter(({ impact }) => ['serious', 'critical'].includes(impact)).map(({ id }) => id))"""


class Quiet(http.server.SimpleHTTPRequestHandler):
    """Python's own file server, which compresses nothing."""

    def log_message(self, format: str, *args: Any) -> None:
        pass


class Files(http.server.ThreadingHTTPServer):
    request_queue_size = 64
    """By default five connections may wait; a browser opens six at once, and tries a lost one again a second later."""


@contextmanager
def served(folder: Path) -> Iterator[str]:
    with Files(("127.0.0.1", 0), functools.partial(Quiet, directory=folder)) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()


class Visits:
    """New visitors of a site below `base`, and what their browsers asked for and complained of."""

    def __init__(self, browser: Browser, base: str):
        self.browser, self.base = browser, base
        self.left: list[str] = []
        self.complaints: list[str] = []

    @contextmanager
    def page(self, **options: Any) -> Iterator[Page]:
        context: BrowserContext = self.browser.new_context(
            **{"viewport": {"width": 1366, "height": 768}, "reduced_motion": "reduce", **options}
        )
        page = context.new_page()
        page.on("request", lambda one: one.url.startswith((self.base, "data:")) or self.left.append(one.url))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", lambda said: said.type == "error" and self.complaints.append(said.text))
        yield page
        context.close()


def first_picture(visits: Visits, path: str) -> dict[str, float]:
    """Milliseconds to the first picture and to a moving one, and the bytes of the first load; of a first step without
    a picture only the latter."""
    sizes: list[int] = []
    with visits.page(reduced_motion="no-preference") as page:
        page.add_init_script(WATCH)
        page.on("response", lambda answer: sizes.append(int(answer.headers.get("content-length", 0))))
        page.goto(f"{visits.base}/{path}")
        page.wait_for_function("window.__at?.moving || window.__at?.text", polling=20, timeout=PATIENCE_MS)
        page.wait_for_timeout(LATER_MS)
        at = page.evaluate("window.__at")
    return {**{name: at[name] for name in ("still", "moving") if name in at}, "bytes": sum(sizes)}


def play(page: Page, steps: list[LessonStep], prepared: SiteLesson, url: str) -> list[str]:
    """Do every step; a sentence for each that could not be done."""
    page.goto(url)
    dead = []
    for at, (step, shown) in enumerate(zip(steps, prepared.data["lesson"]["steps"], strict=True)):
        try:
            _do(page, at, step, shown)
        except Error as error:
            state = page.evaluate("JSON.stringify([window.__lesson, window.__playground])")
            dead.append(f"{prepared.path} step {at + 1}: {str(error).splitlines()[0]}; {state}")
        if at + 1 < len(steps):
            page.locator(".pg-lesson-foot button").nth(1).click()
    return dead


def _do(page: Page, at: int, step: LessonStep, shown: dict[str, Any]) -> None:
    def lesson(condition: str) -> None:
        page.wait_for_function(f"(() => {{ const l = window.__lesson; return {condition} }})()", timeout=PATIENCE_MS)

    lesson(f"l?.at === {at} && l.here && l.ready")
    if shown["recording"]:
        page.wait_for_function("window.__playground?.connected && window.__playground.drawn > 0", timeout=PATIENCE_MS)
    if shown["question"]:
        answer(page, shown["question"]["kind"])
        lesson("!l.open")
    if shown["goal"]["kind"] in ("play", "step", "score"):
        train(page)
    elif shown["goal"]["kind"] == "layer":
        switch_layer(page, step.goal)
    lesson("l.done")
    if shown["question"] and shown["question"]["truth"]:
        page.locator(".pg-question-buttons button").nth(2).click()
        page.wait_for_selector(".pg-question:not([data-correct=''])", timeout=PATIENCE_MS)


def _barriers(visits: Visits, path: str, lesson: bool, **options: Any) -> tuple[list[str], bool]:
    """What axe-core finds, and whether the page is wider than the window."""
    with visits.page(**options) as page:
        page.goto(f"{visits.base}/{path}")
        if lesson:
            page.wait_for_function("window.__lesson?.ready", timeout=PATIENCE_MS)
            page.wait_for_timeout(800)
        page.add_script_tag(content=AXE.read_text())
        return page.evaluate(BARRIERS), page.evaluate("document.documentElement.scrollWidth > innerWidth")


def rows() -> list[dict]:
    began = time.monotonic()
    made = build.site({}, APP)
    took = time.monotonic() - began
    found = [(listed, prepare(listed, lang, APP)) for lang in LANGUAGES for listed in catalogue.listed(lang, {})]
    dead, steps, first, barriers, wide = [], 0, [], [], 0
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as driver:
        out = Path(folder) / "site"
        build.write(out, made)
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        with served(out) as base:
            visits, disk = Visits(browser, base), Visits(browser, out.as_uri())
            first = [first_picture(visits, one.path) for _, one in found]
            from_disk = [first_picture(disk, one.path) for _, one in found]
            for listed, one in found:
                steps += len(listed.lesson.steps)
                with visits.page() as page:
                    dead += play(page, listed.lesson.steps, one, f"{base}/{one.path}")
            for path, lesson in [
                *((home, False) for home in pages.HOMES.values()),
                *((o.path, True) for _, o in found),
            ]:
                for theme in ("light", "dark"):
                    barriers += [
                        f"{path} {theme}: {what}" for what in _barriers(visits, path, lesson, color_scheme=theme)[0]
                    ]
                phone = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}
                wide += _barriers(visits, path, lesson, **phone)[1]
        browser.close()
    for what in [*dead, *barriers, *visits.complaints, *disk.complaints, *visits.left, *disk.left]:
        print(what, flush=True)
    moving, moving_disk = ([one["moving"] for one in seen if "moving" in one] for seen in (first, from_disk))
    how = "python -m playground bench everywhere site"
    return [
        figure("site: lessons opened, of 18", ">= 18", len(first), how=how),
        figure("site: first load of a lesson, most", "<= 1.5", max(one["bytes"] for one in first) / 1e6, unit="MB"),
        figure("site: first moving picture, median", "<= 1", statistics.median(moving) / 1000, unit="s"),
        figure("site: first moving picture, slowest lesson", "<= 1", max(moving) / 1000, unit="s"),
        figure("site: the same from a disk, slowest lesson", "<= 1", max(moving_disk) / 1000, unit="s"),
        figure(
            "site: first picture, slowest lesson",
            "",
            max(one["still"] for one in first if "still" in one) / 1000,
            unit="s",
        ),
        figure("site: steps done", f">= {steps}", steps - len(dead)),
        figure("site: requests that leave the folder", "<= 0", len(visits.left) + len(disk.left)),
        figure("site: complaints of the console", "<= 0", len(visits.complaints) + len(disk.complaints)),
        figure("site: serious barriers (axe)", "<= 0", len(barriers)),
        figure("site: pages wider than a phone", "<= 0", wide),
        figure("site: the whole folder", "", sum(map(len, made.values())) / 1e6, unit="MB"),
        figure("site: writing it", "", took, unit="s"),
    ]
