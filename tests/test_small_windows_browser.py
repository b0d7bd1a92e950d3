"""What must stay in sight in a small window or a frame of another page, and on a phone."""

import json

import pytest
from support.browser import wait


@pytest.mark.parametrize("width, height", [(1300, 800), (1200, 650)])
def test_the_pencil_and_all_of_the_drawing_pad_are_in_sight(open_page, width, height):
    page = open_page("/gan", viewport={"width": width, "height": height})
    wait(page, "p.connected && p.drawn > 0")
    page.locator(".pg-data-own").click()
    page.locator(".pad-canvas").wait_for()
    page.wait_for_timeout(600)  # the dialog slides in
    pad = page.locator(".pad").bounding_box()
    assert pad["y"] > 0 and pad["y"] + pad["height"] <= height
    assert page.locator(".pad-canvas").bounding_box()["width"] >= 220


def says_it_waits(socket):
    """Every status is that of a run that another server owns."""

    def told(message):
        if isinstance(message, str) and (status := json.loads(message)).get("is") == "status":
            return json.dumps({**status, "waits": "Another server owns this run: here it can only be watched. " * 2})
        return message

    upstream = socket.connect_to_server()
    upstream.on_message(lambda message: socket.send(told(message)))


@pytest.mark.parametrize("width, height", [(390, 844), (740, 900)])
def test_the_first_visits_card_covers_no_banner(open_page, width, height):
    page = open_page("/gan", first_visit=True, viewport={"width": width, "height": height})
    page.route_web_socket("**/live/socket*", says_it_waits)
    page.reload()
    page.locator(".pg-banner").wait_for()
    page.locator(".pg-tour").wait_for()
    apart = """() => {
      const box = (query) => document.querySelector(query).getBoundingClientRect();
      const [card, banner, part] = ['.pg-tour', '.pg-banner', '.pg-pointed'].map(box);
      const clear = (other) => other.bottom <= card.top || other.top >= card.bottom;
      return card.height > 50 && banner.height > 20 && clear(banner) && clear(part);
    }"""
    for _ in range(2):
        page.wait_for_function(apart)
        page.locator(".pg-tour .pg-text-button").last.click()
    page.wait_for_function(apart)
    page.evaluate("document.querySelector('[data-testid=stMain]').scrollBy(0, 40)")
    page.wait_for_function(apart)
    page.locator(".pg-tour .pg-text-button").last.click()
    assert page.locator(".pg-tour").is_hidden()
