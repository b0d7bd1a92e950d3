"""What a visitor sees and can do, in a real Chromium: when a page opens, how busy it is, how soon it pauses."""

import contextlib
import os
import statistics
import time
from collections.abc import Iterator, Mapping

from playwright.sync_api import Page, sync_playwright

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PATIENCE_MS = 120_000
SEED = 1234
"""Not the default: no recording is played, a run of one's own begins."""
SLIDER = '[data-testid="stSidebar"] [data-testid="stSlider"] input'
SELECT = '[data-testid="stSidebar"] [data-testid="stSelectbox"] input'
WATCH = """(() => {
  const at = (window.__at = {});
  const once = (name, seen) => { if (seen && !(name in at)) at[name] = performance.now() / 1000; };
  let value, began;
  const look = () => {
    const stage = window.__playground;
    once("still", stage?.drawn > 0);
    if (stage?.drawn > 1) began ??= stage.pictures;
    once("moving", stage?.pictures > began + 1); // it is on its way from the second frame to the third
    once("chart", document.querySelector('[data-testid="stPlotlyChart"] .scatterlayer'));
    const slider = document.querySelector(`SLIDER`);
    const rests = document.querySelector('[data-test-script-state="notRunning"]');
    once("there", slider && document.querySelector(`SELECT`) && rests);
    if (at.there) {
      value ??= slider?.value;
      once("controls", slider && slider.value !== value);
    }
  };
  setInterval(look, 20);
})()""".replace("SLIDER", SLIDER).replace("SELECT", SELECT)


@contextlib.contextmanager
def browser_page(script: str = "") -> Iterator[Page]:
    """A page of a browser that has seen nothing yet; `script` runs in it first."""
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = browser.new_page(viewport={"width": 1366, "height": 768})
        if script:
            page.add_init_script(script)
        yield page
        browser.close()


def picture_of(url: str, picture: str) -> dict[str, float]:
    """Seconds from the call of a page to its `picture` ("moving" stage, or "chart") while nobody touches it."""
    with browser_page(WATCH) as page:
        page.goto(url)
        page.wait_for_function(f"window.__at.{picture}", polling=50, timeout=PATIENCE_MS)
        return page.evaluate("window.__at")


def controls_of(url: str) -> float:
    """Seconds from the call of a page to usable controls: the sidebar's widgets are there, and a key moves the
    slider."""
    with browser_page(WATCH) as page:
        page.goto(url)
        page.wait_for_function("window.__at.there", polling=20, timeout=PATIENCE_MS)
        page.focus(SLIDER)
        page.keyboard.press("ArrowRight")
        page.wait_for_function("window.__at.controls", polling=50, timeout=PATIENCE_MS)
        return page.evaluate("window.__at.controls")


def in_turn(ours: str, bare: str, rounds: int) -> dict[str, float]:
    """Medians of our page and of the bare one, opened in turn, and what they are to each other. Picture and controls
    are of openings of their own: the first key runs the script again, and nobody waits for the picture while pressing
    it."""
    seen = []
    for _ in range(rounds):
        picture, chart = picture_of(ours, "moving"), picture_of(bare, "chart")
        controls = {"controls": controls_of(ours), "bare controls": controls_of(bare)}
        seen.append(
            {"still": picture["still"], "moving": picture["moving"], "bare picture": chart["chart"], **controls}
        )
    figures = {name: statistics.median(one[name] for one in seen) for name in seen[0]}
    figures["picture ratio"] = figures["moving"] / figures["bare picture"]
    figures["controls ratio"] = figures["controls"] / figures["bare controls"]
    return figures


def playing(url: str, seconds: float = 5) -> Mapping[str, float]:
    """The main thread while a page plays its recording: its own seconds of computing in a second (not those in which it
    waited for a core), the stage's pictures a second, and the share that the page itself counts as drawing."""
    with browser_page() as page:
        session = page.context.new_cdp_session(page)
        session.send("Performance.enable", {"timeDomain": "threadTicks"})
        page.goto(url)
        page.wait_for_function("window.__playground?.drawn > 2 && window.Plotly", timeout=PATIENCE_MS)
        page.wait_for_timeout(3000)
        if not page.evaluate("window.__playground.playing"):  # it rests: once more from the beginning
            page.click(".pg-play")

        def state() -> tuple[float, float, float]:
            metrics = session.send("Performance.getMetrics")["metrics"]
            busy = next(metric["value"] for metric in metrics if metric["name"] == "TaskDuration")
            return busy, page.evaluate("window.__playground.pictures"), time.monotonic()

        before = state()
        page.wait_for_timeout(1000 * seconds)
        after = state()
        took = after[2] - before[2]
        return {
            "busy": (after[0] - before[0]) / took,
            "pictures": (after[1] - before[1]) / took,
            "drawing": page.evaluate("window.__playground.drawing"),
        }


def live_setting(url: str, times: int = 9) -> float:
    """From a key on a slider of the sidebar, a sampling setting of a paused run of one's own, to the picture (ms):
    Streamlit waits for further keys, runs its script, and the model draws; the median."""
    with browser_page() as page:
        page.goto(f"{url}/diffusion?diffusion.seed={SEED}&play=1")
        page.wait_for_function("window.__playground?.run && window.__playground.step > 20", timeout=PATIENCE_MS)
        page.click(".pg-play")
        page.wait_for_function("!window.__playground.playing", timeout=PATIENCE_MS)
        slider = page.locator('[data-testid="stSidebar"] [data-testid="stSlider"]').filter(has_text="Sampling steps")
        slider.locator("input").first.focus()
        took = []
        for number in range(times):
            page.wait_for_timeout(800)
            before = page.evaluate("[window.__playground.frames, performance.now()]")
            page.keyboard.press("ArrowLeft" if number % 2 else "ArrowRight")
            page.wait_for_function(f"window.__playground.frames > {before[0]}", polling=10, timeout=PATIENCE_MS)
            took.append(page.evaluate("performance.now()") - before[1])
        return statistics.median(took)


def own_run(url: str) -> dict[str, float]:
    """From the click on play to moving pictures of one's own run (s), its frames a second, and from the click on pause
    to the last new step (ms)."""
    with browser_page() as page:
        page.goto(url)
        page.wait_for_function("window.__playground?.frames > 2", polling=20, timeout=PATIENCE_MS)
        moving = page.evaluate("performance.now()") / 1000
        page.click(".pg-train")
        clicked = time.monotonic()
        page.wait_for_function("window.__playground.run", polling=20, timeout=PATIENCE_MS)
        begun = page.evaluate("window.__playground.frames")
        page.wait_for_function(f"window.__playground.frames > {begun} + 1", polling=20, timeout=PATIENCE_MS)
        own = time.monotonic() - clicked
        page.wait_for_timeout(3000)
        frames, since = page.evaluate("window.__playground.frames"), time.monotonic()
        page.wait_for_timeout(6000)
        fps = (page.evaluate("window.__playground.frames") - frames) / (time.monotonic() - since)
        page.evaluate("""() => { const clicked = performance.now(); let step = -1, since = clicked;
            window.__stood = null;
            document.querySelector('.pg-play').click();
            const look = () => { const now = performance.now();
              if (window.__playground.step !== step) { step = window.__playground.step; since = now; }
              if (now - since > 600) window.__stood = since - clicked; else requestAnimationFrame(look); };
            look(); }""")
        page.wait_for_function("window.__stood !== null", timeout=PATIENCE_MS)
        return {"moving": moving, "own": own, "fps": fps, "pause": page.evaluate("window.__stood")}
