"""A lesson in a real browser: its steps move the page, ask before they show, and see what was done."""

import pytest
from support.browser import AXE, state, wait
from support.class_lesson import CODE, lesson_wait

SERIOUS = {"serious", "critical"}


def next_step(page):
    page.locator(".pg-lesson-foot").get_by_text("Next").click()


def play(page):
    page.locator(".pg-train" if state(page, "run") is None else ".pg-play").first.click()


def test_a_link_opens_the_lesson_at_its_page_and_steps_move_the_stage_at_once(open_page):
    page = open_page(f"/?lesson={CODE}&lang=en")
    lesson_wait(page, "l.at === 0 && l.here")
    page.wait_for_url("**/gan?**gan.seed=9300**")
    assert page.locator(".pg-lesson math").count() == 1
    wait(page, "p.connected && p.drawn > 0")
    assert not state(page, "playing")  # something is to be done: nothing runs by itself
    play(page)
    lesson_wait(page, "l.done")
    next_step(page)
    lesson_wait(page, "l.at === 1 && l.open")
    page.wait_for_url("**gan.g_lr=0.005**")
    page.locator('[data-testid="stSidebar"]').get_by_text("Generator: learning rate").first.wait_for()
    assert page.locator('[data-testid="stSidebar"]').get_by_text("R1 penalty").count() == 0
    play(page)
    page.get_by_text("First answer the question above, or skip it.").wait_for()
    assert not state(page, "playing")
    page.locator(".pg-place").click(position={"x": 40, "y": 40})
    page.locator(".pg-question").get_by_text("Answer", exact=True).click()
    lesson_wait(page, "!l.open")
    play(page)
    lesson_wait(page, "l.done", timeout=15_000)  # live settings are seen to be in force, and not waited for
    page.get_by_text("Show the answer", exact=True).click()
    page.locator(".pg-question[data-correct=true], .pg-question[data-correct=false]").wait_for()


def test_every_kind_of_question_is_answered_and_revealed(open_page):
    page = open_page(f"/?lesson={CODE}&at=3&lang=en")
    lesson_wait(page, "l.at === 2 && l.open")
    page.locator(".pg-choice").nth(1).click()
    page.locator(".pg-question").get_by_text("Answer", exact=True).click()
    page.get_by_text("Show the answer", exact=True).click()
    page.get_by_text("You were right.").wait_for()
    assert page.locator(".pg-question strong").inner_text() == "So"
    next_step(page)
    lesson_wait(page, "l.at === 3 && l.open")
    page.locator(".pg-sketch").wait_for()
    box = page.locator(".pg-sketch").bounding_box()
    page.mouse.move(box["x"] + 40, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] - 20, box["y"] + box["height"] / 2, steps=8)
    page.mouse.up()
    page.locator(".pg-question").get_by_text("Answer", exact=True).click()
    page.get_by_text("Show the answer", exact=True).click()
    page.get_by_text("The run has not shown that yet").wait_for()  # nothing is guessed
    play(page)
    lesson_wait(page, "l.done", timeout=15_000)  # live settings are seen to be in force, and not waited for
    page.get_by_text("Show the answer", exact=True).click()
    page.locator(".pg-question[data-correct=true], .pg-question[data-correct=false]").wait_for()
    next_step(page)
    page.wait_for_url("**/vae?**lesson=**")
    lesson_wait(page, "l.at === 4 && l.open")
    page.locator(".pg-number input").fill("2")
    page.locator(".pg-question").get_by_text("Answer", exact=True).click()
    page.get_by_text("Show the answer", exact=True).click()
    page.get_by_text("You were right.").wait_for()


def test_who_leaves_the_page_finds_the_way_back(open_page):
    page = open_page(f"/?lesson={CODE}&lang=en")
    lesson_wait(page, "l.at === 0 && l.here")
    page.get_by_role("link", name="Arena").click()
    page.get_by_text("The lesson waits", exact=False).wait_for()
    page.get_by_text("Back to the lesson").click()
    lesson_wait(page, "l.here")
    page.wait_for_url("**/gan?**")
    page.get_by_label("Leave the lesson").click()
    page.locator(".pg-lesson").wait_for(state="detached")
    assert "lesson=" not in page.url


def test_a_damaged_link_is_a_sentence_and_the_page_works(open_page):
    page = open_page(f"/gan?lesson={CODE[:-9]}&lang=en")
    page.get_by_text("The lesson in this link is damaged.").wait_for()
    wait(page, "p.connected && p.drawn > 0")


def test_a_lesson_is_made_from_pages_and_survives_a_reload(open_page):
    page = open_page("/gan?gan.data=moons&gan.seed=9301&lang=en")
    wait(page, "p.connected && p.drawn > 0")
    page.get_by_text("Make a lesson, beginning with this page").click()
    page.get_by_text("Steps: 1").wait_for()
    page.reload()
    page.get_by_text("Steps: 1").wait_for()
    page.get_by_role("link", name="VAE").click()
    page.wait_for_url("**/vae**")
    wait(page, "p.connected && p.drawn > 0")
    page.get_by_text("Add this page as a step").click()
    page.get_by_text("Steps: 2").wait_for()
    page.get_by_text("Edit and send").click()
    page.get_by_text("See it as a student").wait_for()
    link = page.get_by_text("See it as a student").locator("xpath=ancestor::a").get_attribute("href")
    page.goto(link)
    lesson_wait(page, "l.at === 0 && l.here")
    page.wait_for_url("**gan.seed=9301**")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_serious_barrier_in_a_lesson(open_page, scheme):
    page = open_page(f"/?lesson={CODE}&at=2&lang=en", color_scheme=scheme)
    lesson_wait(page, "l.at === 1")
    wait(page, "p.connected && p.drawn > 0")
    page.add_script_tag(path=AXE)
    found = page.evaluate("axe.run('.pg-lesson').then(({ violations }) => violations)")
    assert [v["id"] for v in found if v["impact"] in SERIOUS] == []
