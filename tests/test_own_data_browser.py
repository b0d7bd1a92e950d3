"""Own data in a real browser: drawn with mouse and finger, uploaded, opened elsewhere by the link."""

import io

import numpy as np
import pytest
from PIL import Image
from support.browser import AXE, mine, pause, state, wait

SEED = 9100


def open_pad(page):
    page.locator(".pg-data-own").click()
    page.locator(".pad-canvas").wait_for()
    page.wait_for_timeout(600)  # the dialog slides in
    return page.locator(".pad-canvas").bounding_box()


def points(page) -> int:
    return int(page.locator(".pad").get_attribute("data-points"))


def ring(box, count=20):
    middle = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    for angle in np.linspace(0, 2 * np.pi, count):
        yield middle[0] + box["width"] * 0.3 * np.cos(angle), middle[1] + box["width"] * 0.3 * np.sin(angle)


def drawn_is_what_trains(page):
    page.wait_for_url("**gan.data=own**")
    page.locator(".pad").wait_for(state="detached")
    wait(page, "p.run && p.playing && p.step > 10")
    assert page.get_by_text("kernel density estimate: a Gaussian of width").count() == 1
    page.locator(".pg-data-own[aria-pressed=true]").wait_for()


def test_drawn_with_the_mouse_trained_and_opened_elsewhere(open_page):
    page = mine(open_page(f"/gan?gan.seed={SEED}"))
    pause(page)  # "train on it" trains all the same
    box = open_pad(page)
    assert page.locator(".pad-use").is_disabled()
    path = list(ring(box))
    page.mouse.move(*path[0])
    page.mouse.down()
    for place in path[1:]:
        page.mouse.move(*place)
    page.mouse.up()
    drawn = points(page)
    assert drawn > 100
    page.locator(".pad").get_by_text("Clear").click()
    assert points(page) == 0
    page.locator(".pad").get_by_text("Undo").click()
    assert points(page) == drawn
    page.locator(".pad").get_by_text("Points", exact=True).click()
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    assert points(page) == drawn + 1
    page.locator(".pad-use").click()
    drawn_is_what_trains(page)
    assert f"gan.seed={SEED}" in page.url
    link, run = page.url, state(page, "run")
    page.reload()
    wait(page, f"p.run === '{run}' && p.drawn > 0")
    other = open_page(link.partition("/gan")[2] and "/gan" + link.partition("/gan")[2])  # another visitor
    wait(other, "p.run && p.drawn > 0")
    assert state(other, "run") != run
    assert open_pad(other)["width"] > 300
    assert points(other) == drawn + 1  # the same data
    other.keyboard.press("Escape")


def test_drawn_with_a_finger_on_a_phone(open_page):
    page = mine(
        open_page(
            f"/gan?gan.seed={SEED + 1}",
            viewport={"width": 390, "height": 844},
            has_touch=True,
            is_mobile=True,
            color_scheme="dark",
        )
    )
    page.locator(".pg-data-own").scroll_into_view_if_needed()
    box = open_pad(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert box["x"] >= 0 and box["x"] + box["width"] <= 390
    touch = page.context.new_cdp_session(page)
    scrolled = "[window.scrollY, document.querySelector('[role=dialog]').getBoundingClientRect().top]"
    before = page.evaluate(scrolled)
    for kind, places in (
        ("touchStart", [next(ring(box))]),
        *(("touchMove", [at]) for at in ring(box)),
        ("touchEnd", []),
    ):
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y} for x, y in places]})
    page.wait_for_timeout(200)
    assert points(page) > 80
    assert page.evaluate(scrolled) == before  # drawing does not scroll the page
    for _ in range(4):  # a browser takes a tap soon after a swift stroke for the end of a fling
        page.wait_for_timeout(1200)
        if page.locator(".pad-use").count():
            page.locator(".pad-use").tap()
    drawn_is_what_trains(page)


def test_the_pad_by_keyboard_and_for_screen_readers(open_page):
    page = mine(open_page(f"/gan?gan.seed={SEED + 2}"))
    page.locator(".pg-data-own").focus()
    page.keyboard.press("Enter")
    page.locator(".pad-canvas").wait_for()
    page.wait_for_timeout(600)
    page.locator(".pad-canvas").focus()
    for key in ("Enter", "ArrowLeft", "Shift+ArrowUp", "Enter"):
        page.keyboard.press(key)
    assert points(page) == 24
    page.keyboard.press("Control+z")
    assert points(page) == 12
    page.add_script_tag(content=AXE.read_text())
    found = page.evaluate("axe.run('[role=dialog]', {runOnly: ['wcag2a', 'wcag2aa']})")
    assert [v["id"] for v in found["violations"] if v["impact"] in ("serious", "critical")] == []
    page.locator(".pad-use").focus()
    page.keyboard.press("Enter")
    drawn_is_what_trains(page)


def table(page, name, raw):
    page.locator("[role=dialog] input[type=file]").first.set_input_files(
        {"name": name, "mimeType": "text/csv", "buffer": raw}
    )


def test_a_table_is_shown_refused_in_a_sentence_and_trained_on(open_page):
    page = mine(open_page(f"/gan?gan.seed={SEED + 3}"))
    run = state(page, "run")
    open_pad(page)
    page.get_by_role("tab", name="Points (CSV)").click()
    table(page, "words.csv", b"x,y\nred,blue\ngreen,pink\n")
    page.get_by_text("no two columns of numbers").wait_for()
    assert state(page, "run") == run and "gan.own" not in page.url
    rows = np.random.default_rng(0).normal(size=(3000, 2)) * [400, 10]
    rows[:7] = -999
    cells = [f"{i};{x:.3f};{y:.3f}".replace(".", ",") for i, (x, y) in enumerate(rows, 1)]
    table(page, "points.csv", "\n".join(["id;price;area", *cells, "3001;;5"]).encode("utf-8-sig"))
    page.get_by_text("3000 points from the columns price").wait_for()
    page.get_by_text("Rows left out because a number is missing: 1.").wait_for()
    page.get_by_text("7 points lie far from the rest (-999)").wait_for()
    page.get_by_role("dialog").locator("label:has-text('Leave these points out')").click()
    page.get_by_text("Points kept: 2000 of 2993.").wait_for()
    page.get_by_text("each axis has its own scale").wait_for()
    page.get_by_role("dialog").get_by_role("button", name="Train on it").last.click()
    drawn_is_what_trains(page)
    assert "gan.own=%40" in page.url or "gan.own=@" in page.url  # too long for a link: kept under its hash
    other = open_page("/gan" + page.url.partition("/gan")[2])
    wait(other, "p.run && p.drawn > 0")
    open_pad(other)
    assert points(other) == 2000
    other.keyboard.press("Escape")


@pytest.mark.parametrize("colour, words", [("white", "one colour"), (None, "cannot be read")])
def test_a_bad_picture_is_one_sentence(open_page, colour, words):
    page = mine(open_page(f"/gan?gan.seed={SEED + 4}"))
    open_pad(page)
    page.get_by_role("tab", name="Picture").click()
    file = io.BytesIO()
    if colour:
        Image.new("RGB", (80, 80), colour).save(file, "PNG")
    page.locator("[role=dialog] input[type=file]").last.set_input_files(
        {"name": "picture.png", "mimeType": "image/png", "buffer": file.getvalue() or b"no picture"}
    )
    page.get_by_text(words).wait_for()
    page.keyboard.press("Escape")
    assert "gan.own" not in page.url


def test_a_broken_link_is_one_sentence(open_page):
    page = open_page(f"/gan?gan.data=own&gan.own=@{'0' * 32}&gan.seed={SEED + 5}")
    page.get_by_text("does not have the data of this link").wait_for()
    wait(page, "p.drawn > 0")  # the example stands in
