"""A page of the internet that gives its name this machine's address, or frames the app, against the real server."""

import urllib.error
import urllib.request

import _fortress_sockets as attack
import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import Route
from starlette.testclient import TestClient
from support.server import Server

from playground.live.door import Door
from playground.live.hosts import allowed, headers

PATHS = (
    "/",
    "/gan",
    "/live/health",
    "/live/all.js",
    "/_stcore/health",
    "/static/nothing.js",
    "/live/runs/none1/page.html",
)


def scope(host, here="127.0.0.1"):
    return {"type": "http", "server": (here, 80), "headers": [(b"host", host.encode())]}


@pytest.mark.parametrize(
    ("host", "here", "listed", "answers"),
    [
        ("localhost:8501", "127.0.0.1", "", True),
        ("127.0.0.1", "127.0.0.1", "", True),
        ("[::1]:8501", "::1", "", True),
        ("app.localhost", "127.0.0.1", "", True),
        ("evil.example", "127.0.0.1", "", False),
        ("evil.example", "::ffff:127.0.0.1", "", False),
        ("localhost.evil.example", "127.0.0.1", "", False),
        ("127.0.0.1.evil.example", "127.0.0.1", "", False),
        ("user@localhost:x", "127.0.0.1", "", False),
        ("", "127.0.0.1", "", False),
        ("lab.example", "192.168.1.4", "", True),
        ("lab.example", "127.0.0.1", "lab.example", True),
        ("LAB.example.:443", "127.0.0.1", "lab.example", True),
        ("a.lab.example", "127.0.0.1", "*.lab.example", True),
        ("evil.example", "192.168.1.4", "lab.example", False),
        ("192.168.1.4", "192.168.1.4", "lab.example", True),
        ("localhost", "127.0.0.1", "lab.example", True),
        ("evil.example", "127.0.0.1", "*", True),
    ],
)
def test_names(host, here, listed, answers):
    assert allowed(scope(host, here), {"PLAYGROUND_HOSTS": listed}) == answers


@pytest.mark.parametrize("path", PATHS)
def test_a_foreign_name_gets_nothing(server, path):
    status, _, body = attack.get(server.url, path, Host="evil.example")
    assert status == 403 and b"PLAYGROUND_HOSTS" in body


@pytest.mark.parametrize("path", ["/live/socket", "/live/socket/arena", "/_stcore/stream"])
def test_a_foreign_name_opens_no_socket(server, path):
    with pytest.raises(ConnectionError, match="403"):
        attack.Socket(server.url, path, headers={"Host": "evil.example"}, origin="http://evil.example")


@pytest.mark.parametrize("path", PATHS)
def test_every_answer_tells_browsers_what_to_obey(server, path):
    _, found, _ = attack.get(server.url, path)
    assert found["content-security-policy"] == "frame-ancestors 'self'"
    assert found["x-content-type-options"] == "nosniff"
    assert found["referrer-policy"] == "same-origin"


def test_the_pages_that_may_frame_it():
    told = dict(headers({"PLAYGROUND_ORIGINS": "school.example, Lab.example:8080", "SPACE_ID": "me/app"}))
    assert told[b"content-security-policy"].decode().split()[2:] == [
        "http://school.example:*",
        "https://school.example:*",
        "http://lab.example:8080",
        "https://lab.example:8080",
        "https://huggingface.co",
    ]


@pytest.mark.parametrize("path", ["/_stcore/upload_file/session/file", "/live/weights"])
@pytest.mark.parametrize("method", ["PUT", "POST", "DELETE"])
def test_pages_of_other_sites_send_nothing(server, path, method):
    """Whatever cookies a browser sends along or keeps back."""

    def status(**headers):
        request = urllib.request.Request(
            server.url + path, b"x" if method != "DELETE" else None, headers, method=method
        )
        try:
            return urllib.request.urlopen(request).status, ""
        except urllib.error.HTTPError as refused:
            return refused.code, refused.read().decode()

    foreign = status(Origin="http://evil.example", **{"Sec-Fetch-Site": "cross-site"})
    assert foreign[0] == 403 and "PLAYGROUND_ORIGINS" in foreign[1]
    own = status(Origin=server.url)
    assert "PLAYGROUND_ORIGINS" not in own[1]


def test_a_name_that_the_operator_has_listed(tmp_path):
    server = Server(tmp_path)
    server.start(PLAYGROUND_HOSTS="lab.example")
    try:
        assert attack.get(server.url, "/live/health", Host="lab.example")[0] == 200
        assert attack.get(server.url, "/live/health", Host="evil.example")[0] == 403
        with attack.Socket(server.url, headers={"Host": "lab.example"}, origin="http://lab.example") as visitor:
            visitor.watch()
            assert visitor.until("watching")
    finally:
        server.stop()


def test_an_answer_of_a_mistake_has_the_headers_too():
    def wrong(request):
        raise RuntimeError("secret")

    app = Starlette(routes=[Route("/wrong", wrong)], middleware=[Middleware(Door)])
    with TestClient(app, base_url="http://localhost", raise_server_exceptions=False) as client:
        answer = client.get("/wrong")
    assert answer.status_code == 500 and "secret" not in answer.text
    assert {name.decode(): value.decode() for name, value in headers()}.items() <= dict(answer.headers).items()
