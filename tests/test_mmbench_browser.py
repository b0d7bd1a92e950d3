"""A service asked from MMBench's page, in a real browser: start, progress, the budget, going on, what came of it."""

import itertools
import re

import pytest
from playwright.sync_api import expect
from support.mmbench import benchmark, question
from support.server import Server
from support.vision_service import Service, says

from playground.evaluation.mmbench.files import write_benchmark
from playground.ui.mmbench.runs import built_in

PATIENT_MS = 60_000
IDLE = "[data-testid=stApp][data-test-script-state=notRunning]"
SLOW_S = 0.5
"""Of an answer: so that the numbers of a run can be seen to grow."""
NUMBERS = itertools.count()
"""A second try asks a model of another name: of the first one's answers none would be asked for again."""


@pytest.fixture(scope="module")
def loopback():
    """It says A: late, while a run is watched."""
    with Service(lambda body, tries: says("A", pause_s=service.pause_s)) as service:
        service.pause_s = 0.0
        yield service


@pytest.fixture(scope="module")
def server(tmp_path_factory, loopback):
    """A server whose operator allows this service."""
    server = Server(tmp_path_factory.mktemp("runs"))
    server.start(PLAYGROUND_ENDPOINTS=loopback.url.split("/")[2])
    yield server
    server.stop()


def choose(page, label: str, title: str):
    page.wait_for_selector(IDLE, timeout=PATIENT_MS)
    page.get_by_role("combobox", name=label).click()
    page.get_by_role("option", name=title, exact=True).click()


def fill(page, label: str, value: str):
    page.get_by_label(label, exact=True).fill(value)
    page.get_by_label(label, exact=True).press("Tab")


def opened(open_page, loopback, model: str, path: str = "/mmbench?tab=questions"):
    page = open_page(path)
    choose(page, "Model under test", "A service (chat/completions)")
    fill(page, "Address of the service", loopback.url)
    fill(page, "Model", model)
    return page


def start(page):
    page.wait_for_selector(IDLE, timeout=PATIENT_MS)  # nothing moves under the mouse any more
    page.get_by_role("button", name="Start", exact=False).click()


def figure(page, label: str):
    """What a metric shows."""
    return page.get_by_test_id("stMetric").filter(has_text=label).get_by_test_id("stMetricValue")


def done(page) -> int:
    return int(figure(page, "Done").inner_text().split("/")[0])


def test_a_run_is_begun_watched_stopped_by_its_budget_continued_and_drilled_into(open_page, loopback):
    rows, model = len(built_in().rows), f"m{next(NUMBERS)}"
    loopback.asked.clear()
    page = opened(open_page, loopback, model)
    fill(page, "Stop after so many answers", "80")
    loopback.pause_s = SLOW_S
    start(page)
    expect(page.get_by_text("The run is under way.")).to_be_visible(timeout=PATIENT_MS)
    expect(figure(page, "Done")).to_have_text(re.compile(r"^[1-9]"), timeout=PATIENT_MS)
    seen = done(page)
    page.wait_for_function(  # numbers move by themselves
        "seen => parseInt([...document.querySelectorAll('[data-testid=stMetricValue]')]"
        ".map(one => one.innerText).find(text => text.includes('/'))) > seen",
        arg=seen,
        timeout=PATIENT_MS,
    )
    expect(page.get_by_text("The budget is spent; what is answered is kept.")).to_be_visible(timeout=PATIENT_MS)
    assert done(page) == 80 == loopback.asked.total()
    loopback.pause_s = 0.0
    fill(page, "Stop after so many answers", "")
    start(page)
    expect(page.get_by_text("Every row has an answer.")).to_be_visible(timeout=PATIENT_MS)
    expect(figure(page, "CircularEval")).to_have_text("0.0 %", timeout=PATIENT_MS)
    assert done(page) == rows == loopback.asked.total()
    expect(page.get_by_role("radio", name="Right at first, fails when rotated")).to_be_visible(timeout=PATIENT_MS)
    expect(page.get_by_role("img", name="The picture of the question")).to_be_visible(timeout=PATIENT_MS)
    choose(page, "Model under test", model)  # the finished run, without the form
    expect(page.get_by_label("Address of the service", exact=True)).to_have_count(0, timeout=PATIENT_MS)
    expect(figure(page, "CircularEval")).to_have_text("0.0 %", timeout=PATIENT_MS)
    page.get_by_role("tab", name="Compare").click()
    expect(page.get_by_text(f"Random minus {model}:")).to_be_visible(timeout=PATIENT_MS)


def test_a_run_is_stopped_by_hand_and_a_file_of_ones_own_is_asked(open_page, loopback):
    page = opened(open_page, loopback, f"other{next(NUMBERS)}")
    file = write_benchmark(benchmark(*(question(i, ["cat", "dog", "fox", "owl"], "A") for i in range(30))))
    page.locator("input[type=file]").first.set_input_files(
        {"name": "mine.tsv", "mimeType": "text/plain", "buffer": file}
    )
    expect(page.get_by_text("mine: 30 questions, 120 rows.")).to_be_visible(timeout=PATIENT_MS)
    before = loopback.asked.total()
    loopback.pause_s = SLOW_S
    start(page)
    expect(figure(page, "Done")).to_have_text(re.compile(r"^[1-9]"), timeout=PATIENT_MS)
    page.get_by_role("button", name="Stop", exact=False).last.click()
    expect(page.get_by_text("The run was stopped; what is answered is kept.")).to_be_visible(timeout=PATIENT_MS)
    loopback.pause_s = 0.0
    asked = loopback.asked.total() - before
    assert 0 < done(page) == asked < 120
    start(page)
    expect(page.get_by_text("Every row has an answer.")).to_be_visible(timeout=PATIENT_MS)
    assert loopback.asked.total() - before == 120
    expect(page.get_by_text("What is in picture 0?")).to_be_visible(timeout=PATIENT_MS)
