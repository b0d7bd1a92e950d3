"""Panels in a real browser: a dial asks the living model, and no script runs again for it."""

from support.browser import MOTION, mine, pause, wait

SEED = 6300
RUNS = """new MutationObserver((changes) => { window.__runs = (window.__runs ?? 0) + changes.length })
          .observe(document.querySelector('[data-testid=stApp]'), {attributeFilter: ['data-test-script-state']})"""


def panel(page, name="From noise to samples"):
    found = page.get_by_role("region", name=name)
    found.wait_for()
    found.get_by_role("slider").evaluate("e => e.scrollIntoView({block: 'center'})")  # not under the page's header
    wait(page, "p.panels && p.panels.noise", 90_000)  # a worker may have to start first
    return found


def inked(figure):
    """What is on the canvas of a scene, as a picture."""
    return figure.locator("canvas").evaluate("canvas => canvas.toDataURL()")


def test_a_dial_changes_the_picture_without_a_run_of_the_script(open_page):
    page = mine(open_page(f"/gan?gan.seed={SEED}&tab=ask", **MOTION))
    found = panel(page)
    before = page.evaluate("window.__playground.panels.noise")
    wait(page, f"p.panels.noise.answers > {before['answers'] + 1} && p.panels.noise.step > {before['step']}")  # live
    pause(page)
    panel(page)
    wait(page, "p.panels.noise.step === p.head")
    page.wait_for_timeout(600)  # the way to the last picture has been drawn
    noise, samples = (found.get_by_role("figure").nth(i) for i in (0, 1))
    pictures = inked(noise), inked(samples)
    page.evaluate(RUNS)
    dial = found.get_by_role("slider", name="Noise scale")
    dial.focus()
    for _ in range(6):
        page.keyboard.press("ArrowLeft")
    wait(page, "p.panels.noise.values.scale === 0.7 && p.panels.noise.hand")
    page.wait_for_timeout(400)
    assert inked(noise) != pictures[0] and inked(samples) != pictures[1]
    assert found.get_by_role("status").is_hidden() and "0.70" in found.inner_text()
    found.get_by_role("radio", name="4,000").check(force=True)
    wait(page, "p.panels.noise.values.count === '4000'")
    assert page.evaluate("window.__runs ?? 0") == 0
    found.get_by_role("button", name="Reset dials").click()
    wait(page, "p.panels.noise.values.scale === 1 && p.panels.noise.values.count === '1000'")
    answers = page.evaluate("window.__playground.panels.noise.answers")
    page.evaluate("scrollTo(0, 0); document.querySelector('[data-testid=stMain]').scrollTo(0, 0)")
    page.locator(".pg-play").click()
    wait(page, f"p.head > {before['step'] + 200} && p.playing")
    page.wait_for_timeout(1500)
    assert page.evaluate("window.__playground.panels.noise.answers") <= answers + 1  # nobody looks, nobody asks


def test_on_a_phone_in_chinese_about_a_recording(open_page):
    page = open_page(
        "/gan?lang=zh&tab=ask",
        viewport={"width": 390, "height": 844},
        has_touch=True,
        is_mobile=True,
        color_scheme="dark",
        reduced_motion="reduce",
    )
    wait(page, "p.frames > 2 && p.run === null")
    found = panel(page, "从噪声到样本")
    assert "录制" in found.inner_text()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    for part in (found, found.get_by_role("figure").nth(0), found.get_by_role("slider")):
        box = part.bounding_box()
        assert box["x"] >= 0 and box["x"] + box["width"] <= 390
    found.get_by_role("radio", name="250").tap(force=True)
    wait(page, "p.panels.noise.values.count === '250'")
