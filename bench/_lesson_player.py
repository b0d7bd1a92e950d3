"""Plays a lesson as a person would: answers, presses, drags, shows the answer, goes on. For tests and `bench`."""

import time
from collections.abc import Iterable
from dataclasses import dataclass, field

from playground.classroom import catalogue, goals
from playground.classroom.lesson import LessonStep
from playground.core.config import Setting, specs
from playground.core.i18n import LANGUAGES, translator
from playground.core.registry import FAMILIES

SLOW = 90_000  # ms: a step's training, on a machine that does other things too
SHORT = 20_000
QUESTION = ".pg-lesson .pg-question"
SLIDER = ":is([role=slider], input[type=range])"
DIAL = ":is(input, button, select, [role=slider], canvas[tabindex]):not([disabled]):visible"


@dataclass
class Played:
    """What came of a lesson. `dead`: a sentence for each step that could not be done."""

    steps: int = 0
    dead: list[str] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    """What each step took."""


def play(page, url: str, name: str, lang: str) -> Played:
    """Play a lesson from its link to its end. `page`: of Playwright; `url`: of the server."""
    from playwright.sync_api import Error

    lesson = catalogue.named(name, lang).lesson
    page.goto(f"{url}/?lesson={name}&lang={lang}")
    played = Played()
    for at, step in enumerate(lesson.steps):
        began = time.monotonic()
        try:
            _do(page, at, step, lang)
        except Error as error:
            reason = str(error).splitlines()[0]
            played.dead.append(f"{name}.{lang} step {at + 1} “{step.title}”: {reason}; {_state(page)}")
        played.steps += 1
        played.seconds.append(round(time.monotonic() - began, 1))
        if at + 1 < len(lesson.steps):
            page.locator(".pg-lesson-foot button").nth(1).click()
    return played


def play_all(browser, url: str, languages: Iterable[str] = tuple(LANGUAGES)) -> dict[str, Played]:
    """Play every shipped lesson, each as a new visitor of 1366 by 768 pixels: `name.language` -> what came of it."""
    played = {}
    for lang in languages:
        for name in sorted(found.name for found in catalogue.listed(lang, {})):
            with browser.new_context(viewport={"width": 1366, "height": 768}, reduced_motion="reduce") as context:
                played[f"{name}.{lang}"] = play(context.new_page(), url, name, lang)
    return played


def _state(page) -> str:
    return str(
        page.evaluate(
            """() => ({
                lesson: window.__lesson,
                step: window.__playground?.step,
                note: document.querySelector(".pg-question-note")?.textContent,
                url: location.href,
            })"""
        )
    )


def _lesson(page, condition: str, timeout: int = SHORT) -> None:
    page.wait_for_function(f"(() => {{ const l = window.__lesson; return l && ({condition}) }})()", timeout=timeout)


def _do(page, at: int, step: LessonStep, lang: str) -> None:
    _lesson(page, f"l.at === {at} && l.here", SLOW)
    if step.page in FAMILIES:
        page.wait_for_function("window.__playground?.connected", timeout=SLOW)
    _lesson(page, f"l.at === {at} && l.ready", SLOW)
    if step.question:
        answer(page, step.question.kind)
        _lesson(page, "!l.open")
    _reach(page, step, lang)
    _lesson(page, "l.done", SLOW)
    if step.question and step.question.truth:
        page.locator(f"{QUESTION} .pg-question-buttons button").nth(2).click()
        page.wait_for_selector(f"{QUESTION}:not([data-correct=''])", timeout=SLOW)
    page.wait_for_selector("[data-testid=stException]", state="detached", timeout=SHORT)


def answer(page, kind: str) -> None:
    asked = page.locator(QUESTION)
    asked.scroll_into_view_if_needed()
    if kind == "choice":
        asked.locator("input[type=radio]").first.check()
    elif kind == "number":
        asked.locator("input[type=range]").focus()
        for _ in range(5):
            page.keyboard.press("ArrowRight")
    else:
        canvas = asked.locator("canvas")
        canvas.scroll_into_view_if_needed()
        box = canvas.bounding_box()
        x, y, wide, high = box["x"], box["y"], box["width"], box["height"]
        page.mouse.move(x + 0.3 * wide, y + 0.3 * high)
        page.mouse.down()
        if kind == "sketch":
            page.mouse.move(x + 0.9 * wide, y + 0.6 * high, steps=8)
        page.mouse.up()
    asked.locator(".pg-question-buttons .pg-primary").click()


def _reach(page, step: LessonStep, lang: str) -> None:
    """Do what the goal asks for."""
    goal = step.goal
    if isinstance(goal, goals.Play | goals.ReachStep | goals.Score):
        train(page)
    elif isinstance(goal, goals.Seek):
        _to_beginning(page)
    elif isinstance(goal, goals.Fork):
        _to_beginning(page)
        page.wait_for_function("window.__playground.live === false", timeout=SHORT)
        page.locator(f"[data-testid=stSidebar] [class*='st-key-{step.page}-'] {SLIDER}").first.focus()
        page.keyboard.press("ArrowRight")
    elif isinstance(goal, goals.SetTo):
        spec = next(s for s in specs(FAMILIES[step.page].Config) if s.name == goal.name)
        _set(page, step.page, spec, goal.value, lang)
    elif isinstance(goal, goals.Panel):
        panel = page.locator(f".pg-panel[data-name='{goal.name}']")
        panel.wait_for(timeout=SLOW)
        dial = panel.locator(DIAL).first
        dial.evaluate("element => element.scrollIntoView({ block: 'center' })")
        dial.focus()
        page.keyboard.press("ArrowRight")
    elif isinstance(goal, goals.Layer):
        switch_layer(page, goal)


def train(page) -> None:
    """Press play, and again where that came before the strip had paused what was shown."""
    end = time.monotonic() + SLOW / 1000
    while time.monotonic() < end and not page.evaluate("window.__lesson.done"):
        if not page.evaluate("window.__playground.playing"):
            page.locator(".pg-play").click()
        page.wait_for_timeout(1500)


def _to_beginning(page) -> None:
    page.locator(".pg-time").first.focus()
    page.keyboard.press("Home")


def _set(page, family: str, spec: Setting, value, lang: str) -> None:
    """Give a setting a value by its widget in the sidebar."""
    row = page.locator(f"[data-testid=stSidebar] [class*='st-key-{family}-{spec.name}-']").first
    row.wait_for(timeout=SHORT)
    if spec.kind == "bool":
        row.locator("label").first.click()
    elif spec.kind == "choice":
        row.locator("input").first.click()
        words = translator(lang)(spec.options.get(value, str(value)))
        page.get_by_role("option", name=words, exact=True).click()
    elif row.locator(SLIDER).count():
        slider, shown = row.locator(SLIDER).first, row.get_by_test_id("stSliderThumbValue")
        slider.focus()
        page.keyboard.press("End" if value == spec.high else "Home")
        for _ in range(80):
            page.wait_for_timeout(400)  # the script may draw the slider anew
            if float(shown.inner_text()) == float(value):
                return
            slider.focus()
            page.keyboard.press("ArrowRight")
    else:
        row.locator("input").first.fill(f"{value:g}")
        page.keyboard.press("Enter")


def switch_layer(page, goal: goals.Layer) -> None:
    """Flip a layer's box in the legend, which is called by its title."""
    title = page.evaluate(
        """async ([name]) => {
            const words = document.querySelector(".pg-lesson-goal").textContent;
            return /“(.+)”/.exec(words)?.[1] ?? name;
        }""",
        [goal.name],
    )
    row = page.locator(".pg-switches label", has=page.get_by_text(title, exact=True)).first
    row.locator("input").set_checked(goal.on)
