"""The shipped lessons in a real browser: every step can be done as a person would. `bench` plays all of them."""

import pytest
from _lesson_player import play

from playground.classroom.catalogue import listed

SHORTEST = {"en": "normalizing_flow", "zh": "vae"}
"""Played by the tests; all of them take a quarter of an hour."""


@pytest.mark.parametrize("lang", SHORTEST)
def test_a_lesson_can_be_played_to_its_end(open_page, server, lang):
    page = open_page("/", viewport={"width": 1366, "height": 768})
    played = play(page, server.url, SHORTEST[lang], lang)
    assert not played.dead
    assert played.steps == len(next(x for x in listed(lang, {}) if x.name == SHORTEST[lang]).lesson.steps)


def test_an_open_question_holds_the_stage_and_hides_what_gives_it_away(open_page):
    page = open_page("/gan?lesson=gan&at=3&lang=en")
    page.wait_for_function("window.__lesson?.ready && window.__lesson.open")
    assert page.locator(".pg-tour").is_hidden()  # the lesson is the guide
    assert page.locator(".pg-curves").evaluate("e => getComputedStyle(e).visibility") == "hidden"
    for button in (".pg-play", ".pg-train"):
        page.locator(button).first.click()
        page.wait_for_timeout(600)
        assert not page.evaluate("window.__playground.playing") and page.evaluate("window.__playground.run") is None
    page.locator(".pg-question-buttons button").nth(1).click()  # skip
    page.wait_for_function("getComputedStyle(document.querySelector('.pg-curves')).visibility === 'visible'")
    page.locator(".pg-play").first.click()
    page.wait_for_function("window.__playground.step > 100")


def test_what_the_page_plays_by_itself_does_not_count(open_page):
    page = open_page("/gan?lesson=gan&at=1&lang=en")
    page.wait_for_function("window.__lesson?.ready && !window.__playground.playing && window.__playground.step === 0")
    page.wait_for_timeout(1000)
    assert not page.evaluate("window.__lesson.done")
    page.locator(".pg-play").first.click()
    page.wait_for_function("window.__lesson.done")


def test_an_answer_given_at_once_is_kept(open_page):
    """The page's script runs after each step; what was answered meanwhile stays answered."""
    page = open_page("/gan?lesson=gan&at=1&lang=en")
    page.wait_for_function("window.__lesson?.ready")
    page.locator(".pg-lesson-foot button").nth(1).click()
    page.locator(".pg-question input[type=radio]").first.check()
    page.locator(".pg-question-buttons .pg-primary").click()
    page.wait_for_url("**at=2**")
    page.wait_for_timeout(3000)
    assert page.evaluate("window.__lesson.at === 1 && !window.__lesson.open")


def test_each_step_opens_its_own_panel_and_layers(open_page):
    """Also where another one was open on the same page before."""
    page = open_page("/normalizing_flow?lesson=normalizing_flow&at=3&lang=en")
    page.locator(".pg-panel[data-name=density]").wait_for(timeout=60_000)
    for at, name in ((6, "generation"), (11, "interpolation")):
        page.locator(f".pg-lesson-dot:nth-child({at})").click()
        page.locator(f".pg-panel[data-name={name}]").wait_for(timeout=60_000)
    page.locator(".pg-lesson-dot:nth-child(2)").click()
    grid = page.locator(".pg-switches label", has_text="Warped grid").locator("input")
    grid.wait_for(timeout=60_000)
    assert not grid.is_checked()
    grid.check()
    page.wait_for_function("window.__lesson.done")
    page.locator(".pg-lesson-dot:nth-child(4)").click()
    page.wait_for_function("window.__lesson.at === 3 && window.__lesson.ready")
    page.locator(".pg-lesson-dot:nth-child(2)").click()
    page.wait_for_function("window.__lesson.at === 1 && window.__lesson.ready && !window.__lesson.done")
    assert not grid.is_checked()
