"""Behind a real nginx, with the configuration that docs/hosting.md gives: a site of its own, and a path."""

import json
import socket
import urllib.error
import urllib.request

import pytest
from support.browser import mine, pause, state, wait
from support.nginx import Nginx
from support.server import Server
from websockets.sync.client import connect

SITE = "play.example.org"
"""By which the documented configuration calls it."""


@pytest.fixture(scope="module", params=["", "/play"], ids=["root", "path"])
def proxy(request, tmp_path_factory):
    server = Server(tmp_path_factory.mktemp("runs"))
    server.start(PLAYGROUND_HOSTS=SITE, PLAYGROUND_PROXIES="127.0.0.1", PLAYGROUND_SOCKETS_PER_ADDRESS="8")
    try:
        proxy = Nginx(server.port, request.param)
        yield proxy
        proxy.stop()
    finally:
        server.stop()


@pytest.fixture
def server(proxy):
    """What `open_page` opens."""
    return proxy


def asked(proxy, path, name=SITE, **more):
    return urllib.request.Request(proxy.url + path, headers={"Host": name, **more})


def test_only_the_name_of_the_site_is_answered(proxy):
    assert urllib.request.urlopen(asked(proxy, "/gan")).status == 200
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(asked(proxy, "/gan", "evil.example"))
    assert refused.value.code == 403


def test_visitors_are_told_apart(proxy):
    """Every address has so many sockets: nginx says whose each is, and what a visitor says of that is not believed."""
    url = f"ws://{SITE}{proxy.prefix}/live/socket"

    def opened(source, **more):
        tcp = socket.create_connection(("127.0.0.1", proxy.port), source_address=(source, 0))
        return connect(url, sock=tcp, additional_headers=more)

    held = [opened("127.0.0.2", **{"X-Forwarded-For": f"10.0.0.{i}"}) for i in range(8)]
    try:
        with opened("127.0.0.2") as full:
            assert json.loads(full.recv(timeout=10))["text"] == "The server is full. Try again in a minute."
        with opened("127.0.0.3") as other:
            small = {"g_width": 8, "d_width": 8, "batch": 16}
            watch = {"do": "watch", "family": "gan", "config": small, "owner": "m" * 32, "run": None, "play": False}
            other.send(json.dumps(watch))
            assert isinstance(other.recv(timeout=30), bytes) or other.recv(timeout=30)
    finally:
        for one in held:
            one.close()


def test_files_are_larger_than_a_proxy_lets_through_by_itself(proxy):
    """nginx refuses more than 1 MB (413) unless it is told otherwise; the app says that this is no file of weights."""
    request = urllib.request.Request(f"{proxy.url}/live/weights", b"x" * 5_000_000, {"X-Playground-Owner": "m" * 32})
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(request, timeout=30)
    assert refused.value.code == 422


def test_a_link_opens_plays_takes_a_file_and_gives_one(proxy, open_page):
    page = open_page("/gan?gan.data=moons&gan.seed=4711")
    pause(mine(page))
    assert page.url.startswith(f"{proxy.url}/gan?gan.data=moons")
    run = state(page, "run")
    page.locator(".pg-export").first.click()
    with page.expect_download() as download:
        page.locator("a[download], a[href*='picture.png']").first.click()
    assert download.value.path().read_bytes().startswith(b"\x89PNG")
    page.keyboard.press("Escape")
    page.locator(".pg-data-own").click()
    page.get_by_role("tab", name="Points (CSV)").click()
    table = "x,y\n" + "".join(f"{i / 10},{i * i / 100}\n" for i in range(200))
    page.locator("[role=dialog] input[type=file]").first.set_input_files(
        {"name": "points.csv", "mimeType": "text/csv", "buffer": table.encode()}
    )
    page.get_by_role("dialog").get_by_role("button", name="Train on it").last.click()
    page.wait_for_url("**gan.data=own**")
    wait(page, f"p.run && p.run !== '{run}' && p.step > 10")
    outside = [path for path, _ in proxy.asked() if not path.startswith(f"{proxy.prefix}/")]
    assert outside in ([], ["/"])  # the one that found out whether it is there
