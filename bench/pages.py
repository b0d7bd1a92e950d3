"""Every page at five widths, in both languages and both themes, in a real browser, and of MMBench every tab at two
widths: what it shows at first without scrolling, what is wider than the window, what axe-core finds. Pictures of the
pages are written to `docs/pictures/`.

    python -m playground bench pages               all of it
    python -m playground bench pages pictures      the pictures alone, anew

Needs `npm install` for axe-core; about fifteen minutes, since each is the page of a first visit (pictures: five).
"""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import product
from pathlib import Path

from _figures import figure
from _live_browser import CHROMIUM, FLAGS
from _live_server import ROOT, healthy, server
from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

PAGES = (
    "",
    "gan",
    "normalizing_flow",
    "diffusion",
    "vae",
    "autoregressive",
    "transformer",
    "oadtr",
    "arena",
    "mmbench",
    "class",
)
TABBED = {"mmbench": (1366, 390)}
"""Pages of which every tab is looked at, at these widths: each tab shows another kind of chart or table."""
PARTS = ("pictures", "measured")
WITHOUT_STAGE = ("", "arena", "mmbench", "class")
SIZES = ((1366, 768), (1024, 768), (768, 1024), (390, 844), (1920, 1080))
THEMES, LANGUAGES = ("light", "dark"), ("en", "zh")
KEPT = {(1366, "light", "en"), (1366, "dark", "zh"), (1024, "light", "en"), (390, "dark", "zh"), (1920, "light", "en")}
"""Of these the pictures are kept."""
PICTURES = ROOT / "docs" / "pictures"
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
QUIET_MS = 2500
"""After the first picture: charts are drawn, texts have their size."""

PLACES = """() => {
  const rect = (query) => document.querySelector(query)?.getBoundingClientRect()
  const sidebar = document.querySelector('[data-testid=stSidebar]')
  const widgets = [...(sidebar?.querySelectorAll('[data-testid=stSelectbox], [data-testid=stSlider], ' +
    '[data-testid=stNumberInput], [data-testid=stCheckbox]') ?? [])].filter((one) => one.checkVisibility())
  return {
    top: rect('.pg-picture')?.top ?? null,
    bottom: rect('.pg-timeline')?.bottom ?? null,
    long: document.querySelector('[data-testid=stMain]').scrollHeight,
    settings: widgets.length,
  }
}"""
WIDER = """() => {
  const clipped = '.st-key-head, .pg-data-options, .katex, pre, svg, [role=tablist], .pg-visually-hidden, .pg-over'
  const scrolls = (one) => {
    for (let e = one.parentElement; e; e = e.parentElement)
      if (['auto', 'scroll', 'hidden'].includes(getComputedStyle(e).overflowX) && e.clientWidth < e.scrollWidth)
        return true
    return false
  }
  return [...document.querySelectorAll('[data-testid=stMain] *')].filter((one) => {
    const { right, width, height } = one.getBoundingClientRect()
    return width && height && right > innerWidth + 1 && !one.closest(clipped) && !scrolls(one)
  }).map((one) => one.outerHTML.slice(0, 80))
}"""
CURVES = """() => [...document.querySelectorAll('.pg-plot')].every((one) =>
  !one.checkVisibility() || one.getBoundingClientRect().top > innerHeight || one.querySelector('.main-svg'))"""
"""The curves in sight are drawn; their library comes after the picture."""
BARRIERS = """() => axe.run({ runOnly: ['wcag2a', 'wcag2aa'] }).then(({ violations }) => violations
  .filter(({ impact }) => ['serious', 'critical'].includes(impact))
  .map(({ id, nodes }) => id + ': ' + nodes[0].html.slice(0, 80)))"""


@contextmanager
def visited(browser: Browser, url: str, name: str, size: tuple[int, int], theme: str, lang: str) -> Iterator[Page]:
    """A page as a first visitor sees it; its picture is kept."""
    width, height = size
    phone = width < 500
    context = browser.new_context(
        viewport={"width": width, "height": height},
        color_scheme="dark" if theme == "dark" else "light",
        has_touch=phone,
        is_mobile=phone,
    )
    context.add_init_script("localStorage.setItem('playground.tour', 'yes')")
    page = context.new_page()
    try:
        page.goto(f"{url}/{name}?lang={lang}")
        ready(page, name)
        if (width, theme, lang) in KEPT:
            keep(page, PICTURES / f"{name or 'home'}-{width}-{theme}-{lang}.webp")
        yield page
    finally:
        context.close()


def look(browser: Browser, url: str, name: str, size: tuple[int, int], theme: str, lang: str) -> dict:
    """Open a page and measure it."""
    width = size[0]
    with visited(browser, url, name, size, theme, lang) as page:
        found = page.evaluate(PLACES) | {"wider": page.evaluate(WIDER)}
        page.add_script_tag(content=AXE.read_text())
        found |= {"barriers": page.evaluate(BARRIERS)}
        for tab in page.get_by_role("tab").all()[1:] if width in TABBED.get(name, ()) else ():
            tab.click()
            ready(page, name)
            for kind, script in (("wider", WIDER), ("barriers", BARRIERS)):
                found[kind] += [f"{tab.inner_text()}: {what}" for what in page.evaluate(script)]
        return found


def ready(page: Page, name: str) -> None:
    page.locator("[data-testid=stApp][data-test-script-state=notRunning]").wait_for(timeout=90_000)
    if name not in WITHOUT_STAGE:
        page.wait_for_function("window.__playground?.drawn > 0", timeout=90_000)
        page.wait_for_function(CURVES, timeout=90_000)
    page.wait_for_timeout(QUIET_MS)


def keep(page: Page, path: Path) -> None:
    path.parent.mkdir(exist_ok=True)
    Image.open(io.BytesIO(page.screenshot())).convert("RGB").save(path, "WEBP", quality=80, method=6)


def make_pictures() -> None:
    with server() as url, sync_playwright() as play:
        healthy(url)
        browser = play.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        for name, size, theme, lang in product(PAGES, SIZES, THEMES, LANGUAGES):
            if (size[0], theme, lang) in KEPT:
                with visited(browser, url, name, size, theme, lang):
                    print(f"{name or 'home'} {size[0]} {theme} {lang}", flush=True)


def run(*parts: str) -> dict:
    if parts == ("pictures",):  # what is measured keeps them, too
        make_pictures()
        return {"figures": []}
    if not AXE.exists():
        raise SystemExit("npm install brings axe-core, which looks for barriers.")
    found: dict[tuple, dict] = {}
    with server() as url, sync_playwright() as play:
        healthy(url)
        browser = play.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        for name, size, theme, lang in product(PAGES, SIZES, THEMES, LANGUAGES):
            found[name, size[0], theme, lang] = one = look(browser, url, name, size, theme, lang)
            for kind in ("wider", "barriers"):
                for what in one[kind]:
                    print(f"{name or 'home'} {size[0]} {theme} {lang}: {kind}: {what}", flush=True)
    lessons = [one for (name, width, *_), one in found.items() if name not in WITHOUT_STAGE and width == 1366]
    return {
        "figures": [
            figure("top of the stage at 1366 x 768, most", "<= 150", max(one["top"] for one in lessons), unit="px"),
            figure("bottom of the timeline there, most", "<= 740", max(one["bottom"] for one in lessons), unit="px"),
            figure("length of a lesson page, most", "<= 1900", max(one["long"] for one in lessons), unit="px"),
            figure("settings shown at first, most", "<= 6", max(one["settings"] for one in lessons)),
            figure("elements wider than the window", "<= 0", sum(len(one["wider"]) for one in found.values())),
            figure("serious barriers (axe)", "<= 0", sum(len(one["barriers"]) for one in found.values())),
        ]
    }
