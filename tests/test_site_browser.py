"""The static edition in a real browser, opened from a disk and from a plain file server."""

import functools
import http.server
import threading

import pytest
from support.browser import AXE, state, wait
from support.site import APP, files

from playground.site import build

HEARD = """() => {
  window.__heard = [];
  const said = (change) => [...change.addedNodes].map((one) => one.innerText);
  const hear = (changes) => window.__heard.push(...changes.flatMap(said));
  new MutationObserver(hear).observe(document.querySelector('.pg-toasts'), { childList: true });
}"""
"""Keeps every message in the corner: it is gone after seven seconds, which may pass on a busy machine before it is
looked for."""
SERIOUS = {"serious", "critical"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    out = tmp_path_factory.mktemp("static") / "site"
    build.write(out, files())
    return out


@pytest.fixture(scope="module")
def served(folder):
    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, format, *args):
            pass

    class Files(http.server.ThreadingHTTPServer):
        request_queue_size = 64  # by default five connections may wait, and a browser opens six at once

    with Files(("127.0.0.1", 0), functools.partial(Quiet, directory=folder)) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture
def visit(chromium):
    """Open an address as a new visitor; afterwards nothing was complained of, and nothing asked for elsewhere."""
    contexts, asked, complaints = [], [], []

    def opened(url, base, **options):
        context = chromium.new_context(viewport={"width": 1366, "height": 768}, reduced_motion="reduce", **options)
        contexts.append(context)
        page = context.new_page()
        page.on("request", lambda request: asked.append((base, request.url)))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda message: message.type == "error" and complaints.append(message.text))
        page.goto(url)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert complaints == []
    assert [url for base, url in asked if not url.startswith((base, "data:"))] == []


def lesson_wait(page, condition):
    page.wait_for_function(f"(() => {{ const l = window.__lesson; return l && ({condition}) }})()", timeout=60_000)


def test_a_lesson_plays_from_a_disk(visit, folder):
    page = visit(f"{folder.as_uri()}/lessons/gan.en.html", folder.as_uri())
    lesson_wait(page, "l.at === 0 && l.ready")
    wait(page, "p.connected && p.drawn > 0 && !p.playing && p.step === 0")
    page.click(".pg-play")
    wait(page, "p.playing && p.step > 60")
    lesson_wait(page, "l.done")
    page.locator(".pg-time").first.focus()
    page.keyboard.press("Home")
    wait(page, "!p.playing && p.step === 0")
    page.keyboard.press("ArrowRight")
    wait(page, "p.step > 0")
    page.keyboard.press("End")
    wait(page, "p.step === 4000")
    page.locator(".pg-switches label").first.click()
    assert page.locator(".pg-plot canvas").count() >= 2
    box = page.locator(".pg-plot").first.bounding_box()
    page.mouse.move(box["x"] + 0.99 * box["width"] - 8, box["y"] + 0.12 * box["height"])
    for share in range(5, 95, 5):  # along the end of the curve, until one of its points is near
        page.mouse.move(box["x"] + box["width"] - 12, box["y"] + share / 100 * box["height"])
        if page.locator(".pg-plot-tip:visible").count():
            break
    assert page.locator(".pg-plot-tip:visible").inner_text().strip()


def test_a_question_is_asked_before_it_is_answered_by_the_recording(visit, served):
    page = visit(f"{served}/lessons/gan.en.html#2", served)
    lesson_wait(page, "l.at === 1 && l.open && l.ready")
    page.click(".pg-play")
    page.get_by_text("First answer the question above, or skip it.").wait_for()
    assert not state(page, "playing")
    page.locator(".pg-choice").first.click()
    page.locator(".pg-question").get_by_text("Answer", exact=True).click()
    lesson_wait(page, "!l.open")
    page.click(".pg-play")
    wait(page, "p.playing")
    page.get_by_text("Show the answer", exact=True).click()
    page.locator(".pg-question[data-correct=true], .pg-question[data-correct=false]").wait_for()


def test_steps_go_from_family_to_family_and_say_what_only_the_app_does(visit, served):
    page = visit(f"{served}/lessons/families.zh.html", served)
    lesson_wait(page, "l.at === 0")
    assert page.locator(".pg-grid").count() == 0
    forward = page.locator(".pg-lesson-foot button").nth(1)
    for family in ("gan", "normalizing_flow", "vae", "diffusion"):
        forward.click()
        wait(page, "p.connected && p.drawn > 0")
        assert page.locator(".pg-grid").count() == 1
        assert page.evaluate("window.playgroundLesson.stage.family") == family
    assert page.get_by_role("link", name="English").get_attribute("href").endswith("/families.en.html#5")
    page.evaluate("location.hash = '#8'")
    lesson_wait(page, "l.at === 7")
    assert page.locator(".pg-grid").count() == 0
    link = page.locator(".pg-lesson-needs a")
    assert link.get_attribute("href") == f"{APP}/?lesson=families&at=8&lang=zh"
    assert page.locator(".pg-lesson-needs").inner_text().startswith("这一步在应用的另一个页面上")
    page.go_back()
    lesson_wait(page, "l.at !== 7")
    page.get_by_role("button", name="所有课程").click()
    page.wait_for_url("**/index.zh.html")
    page.get_by_role("link", name="English").click()
    page.wait_for_url("**/index.html")


def test_nothing_that_needs_a_model_is_offered(visit, served):
    page = visit(f"{served}/lessons/diffusion.en.html#8", served)
    lesson_wait(page, "l.ready")
    wait(page, "p.drawn > 0")
    names = page.locator(".pg-grid button:visible").evaluate_all(
        "all => all.map(one => one.getAttribute('aria-label') || one.textContent)"
    )
    assert not {"One step", "Back to the start", "Train it yourself", "Export", "Pin", "Fork here"} & set(names)
    page.evaluate(HEARD)
    page.keyboard.press("ArrowRight")  # one step: asked for all the same
    page.wait_for_function("window.__heard.some((said) => said.includes('That needs a living model'))")
    page.keyboard.press("?")
    page.locator("dialog[open]").wait_for()
    assert page.locator("dialog[open] dd:visible").count() >= 5
    assert page.get_by_text("fork from the step shown").is_hidden()


@pytest.mark.parametrize("path", ["gan.en.html", "normalizing_flow.zh.html"])
@pytest.mark.parametrize("width, height", [(1366, 768), (1920, 1080)])
def test_for_a_projector_the_stage_fills_the_window(visit, served, path, width, height):
    page = visit(f"{served}/lessons/{path}", served)
    page.set_viewport_size({"width": width, "height": height})
    wait(page, "p.connected && p.drawn > 0")
    lesson_wait(page, "l.ready")
    sizes = """() => {
      const box = (query) => document.querySelector(query).getBoundingClientRect();
      const cut = (one) => one.scrollWidth > one.clientWidth || one.scrollHeight > one.clientHeight + 2;
      const clipped = [...document.querySelectorAll('.pg-node-title')].filter(cut);
      return {
        picture: box('.pg-picture').width,
        bottom: box('.pg-timeline').bottom,
        letters: parseFloat(getComputedStyle(document.querySelector('.pg-caption')).fontSize),
        clipped: clipped.map((one) => one.textContent),
        wide: document.documentElement.scrollWidth - innerWidth,
      };
    }"""
    before = page.evaluate(sizes)
    page.keyboard.press("t")
    page.wait_for_function("document.querySelector('.pg-lesson').checkVisibility() === false")
    page.wait_for_timeout(300)  # sizes settle in two frames
    now = page.evaluate(sizes)
    assert now["picture"] > before["picture"] + 60 and now["letters"] > 1.3 * before["letters"]
    assert height - 90 < now["bottom"] <= height and now["wide"] <= 0 and now["clipped"] == []
    page.keyboard.press(" ")
    wait(page, "p.playing && p.step > 0")
    page.keyboard.press("Escape")
    page.wait_for_function("document.querySelector('.pg-lesson').checkVisibility()")
    wait(page, "p.playing || p.step > 0")


@pytest.mark.parametrize(
    "path, options",
    [
        ("index.html", {}),
        ("lessons/gan.en.html#2", {}),
        ("lessons/transformer.zh.html", {"color_scheme": "dark"}),
        ("lessons/vae.en.html#10", {"color_scheme": "dark"}),
    ],
)
def test_no_barriers(visit, served, path, options):
    page = visit(f"{served}/{path}", served, **options)
    if "lessons" in path:
        lesson_wait(page, "l.ready")
        page.wait_for_timeout(1000)
    page.add_script_tag(content=AXE.read_text())
    found = page.evaluate("axe.run({ runOnly: ['wcag2a', 'wcag2aa'] }).then(({ violations }) => violations)")
    assert [(v["id"], v["nodes"][0]["html"][:120]) for v in found if v["impact"] in SERIOUS] == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
