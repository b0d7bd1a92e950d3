"""What drawing may cost: the stage in a real browser keeps to its budget and leaves the page's widgets their turn."""

from support.browser import MOTION, state, wait

MAIN_THREAD = 0.45
"""Seconds of computing a second, loosely: bench/live.py asks for 0.3. Other programs can only make it less."""
PATIENCE_S = 6
"""After so long the stage moves even if the widgets are not there (web/core/settled.js)."""


def seconds_busy(session):
    """What the main thread has computed so far, without what it waited for a core."""
    metrics = session.send("Performance.getMetrics")["metrics"]
    return next(metric["value"] for metric in metrics if metric["name"] == "TaskDuration")


def playing(open_page, **options):
    page = open_page("/gan", **{**MOTION, **options})
    wait(page, "p.drawn > 3 && window.Plotly", 60_000)
    page.wait_for_timeout(2000)
    return page


def test_a_playing_recording_leaves_the_main_thread_free(open_page):
    page = playing(open_page)
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable", {"timeDomain": "threadTicks"})
    before, pictures = seconds_busy(session), state(page, "pictures")
    page.wait_for_timeout(4000)
    assert seconds_busy(session) - before < 4 * MAIN_THREAD
    assert state(page, "pictures") > pictures + 8  # it moved meanwhile
    assert 0 < state(page, "drawing") < 1
    frames = state(page, "interval") * 60 / 1000
    assert abs(frames - round(frames)) < 1e-6  # of a screen, from one picture to the next: they come evenly


def test_nothing_moves_before_the_widgets_are_there(open_page):
    page = open_page("/gan", **MOTION)
    page.evaluate("""() => { const look = () => {
        const there = document.querySelector('[data-testid="stSidebar"] input');
        const now = performance.now() / 1000;
        if (there) window.__first = { now, drawn: window.__playground?.drawn ?? 0 };
        else setTimeout(look, 5);
      }; look(); }""")
    page.wait_for_function("window.__first", timeout=60_000)
    first = page.evaluate("window.__first")
    assert first["drawn"] <= 1 or first["now"] > PATIENCE_S
    wait(page, "p.drawn > 3")


def test_what_cannot_be_seen_is_not_drawn(open_page):
    page = playing(open_page, viewport={"width": 900, "height": 600})  # too narrow for a stage in the corner
    page.add_style_tag(content=".pg { margin-bottom: 3000px }")
    page.evaluate("document.querySelector('[data-testid=stMain]').scrollTo(0, 100000)")
    page.wait_for_timeout(1000)
    pictures = state(page, "pictures")
    page.wait_for_timeout(1500)
    assert state(page, "pictures") <= pictures + 1
    page.evaluate("document.querySelector('.pg-picture').scrollIntoView()")
    wait(page, f"p.pictures > {pictures + 3}")
