"""Online action detection in a real browser: the stream plays, and a changed future shows who looks ahead."""

from support.browser import state, wait

QUICK = "oadtr.width=16&oadtr.window=8&oadtr.batch=16&oadtr.second=mlp&oadtr.third=none"


def test_the_recorded_detector_plays_its_stream(open_page):
    page = open_page("/oadtr")
    wait(page, "p.drawn > 0")
    slider = page.locator(".pg-main .pg-trajectory-range")
    end = slider.input_value()
    page.locator(".pg-main .pg-trajectory .pg-button").last.click()  # play the stream
    page.wait_for_function("end => document.querySelector('.pg-main .pg-trajectory-range').value !== end", arg=end)
    assert not state(page, "run")  # the recording, no run of one's own


def test_the_pencil_stays_under_the_pointer_and_opens_the_form(open_page):
    """Two kinds of data alone: the title of what is under the pointer is wider than they are."""
    page = open_page("/oadtr")
    wait(page, "p.drawn > 0")
    pencil = page.locator(".pg-data-own")
    before = pencil.bounding_box()
    pencil.hover()
    assert pencil.bounding_box() == before
    pencil.click()
    page.get_by_role("dialog").get_by_text("Features and labels as a .npz file").wait_for()


def test_a_detector_that_looks_ahead_gives_itself_away(open_page):
    for number, (lookahead, said) in enumerate(((0, "Up to the line nothing moves"), (4, "a model sees the future"))):
        page = open_page(f"/oadtr?{QUICK}&oadtr.seed={70 + number}&oadtr.lookahead={lookahead}&tab=ask.tamper&play=1")
        wait(page, "p.run && p.step > 5")
        page.locator(".pg-play").first.click()
        wait(page, "!p.playing")
        panel = page.locator(".pg-panel[data-name=tamper]")
        panel.evaluate("e => e.scrollIntoView({block: 'center'})")
        wait(page, "p.panels && p.panels.tamper && p.panels.tamper.step === p.step")
        panel.get_by_text(said).locator("visible=true").first.wait_for()
