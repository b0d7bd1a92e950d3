"""The GAN page as a visitor uses it, below a path: the server's own (`--server.baseUrlPath`), and one that nginx takes
off. Nothing outside of the path is asked for."""

import contextlib

import pytest
from support.browser import state, wait
from support.gan_visit import (
    pause_make_half_steps_and_scrub,
    pick_other_data,
    play_the_shipped_training,
    reload,
    restart,
)
from support.nginx import Nginx
from support.server import Server

SEED = 815


@pytest.fixture(scope="module", params=["own", "nginx"])
def server(request, tmp_path_factory):
    """What `url` of the server below a path is to a browser."""
    with contextlib.ExitStack() as stack:
        server = Server(tmp_path_factory.mktemp("runs"), base="/play" if request.param == "own" else "")
        server.start()
        stack.callback(server.stop)
        if request.param == "nginx":
            proxy = Nginx(server.port, "/play")
            stack.callback(proxy.stop)
            server.url = proxy.url
        yield server


def test_a_whole_visit_asks_for_nothing_outside_of_the_path(server, open_page):
    page, asked = open_page("/"), open_page.asked
    page.locator("a[href^='gan?']").first.click()
    wait(page, "p.drawn > 0")
    assert page.url.startswith(f"{server.url}/gan")
    play_the_shipped_training(page)
    page.goto(f"{server.url}/gan?gan.seed={SEED}")
    pause_make_half_steps_and_scrub(page)
    preloaded = page.locator("link[rel=modulepreload][href*='all.js']").first.evaluate("link => link.href")
    assert preloaded.startswith(f"{server.url}/live/all.js?v=")
    assert sum(url == preloaded for url in asked) <= 2  # what is loaded ahead is what is used
    page.locator(".pg-export").first.click()
    with page.expect_download() as download:
        page.locator("a[download], a[href*='picture.png']").first.click()
    assert download.value.url.startswith(f"{server.url}/live/runs/{state(page, 'run')}/picture.png")
    assert download.value.path().read_bytes().startswith(b"\x89PNG")
    reload(page)
    page.goto(f"{server.url}/gan?gan.seed={SEED + 1}&gan.data=moons&gan.g_width=32")
    pick_other_data(page)
    restart(server, page, open_page.complaints)
    assert [url for url in asked if not url.startswith((server.url + "/", "data:", "blob:"))] == []


def test_the_arena_leads_to_the_lessons(server, open_page):
    page = open_page("/arena?arena.contestants=gan&arena.budget=steps&arena.steps=50")
    link = page.locator("a[href*='/gan?run=']").first
    link.wait_for(timeout=60_000)
    assert link.get_attribute("href").startswith(f"{server.url}/gan?run=")
