"""What tests share: a real server and a real browser."""

import contextlib
import os
import shutil

import pytest
from support.server import Server

FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
os.environ["OMP_NUM_THREADS"] = "1"  # as in every worker: sums in another order would be other bits
WORKERS = ("test_cluster", "test_faults")
"""Modules that start workers or servers of their own."""
HELPERS = {"support.sockets", "support.hubs"}
"""What only tests with workers use."""
EXPECTED = ("_stcore/host-config", "_stcore/health")
"""Streamlit looks for its own base path in two places; the misses are not ours."""


def pytest_collection_modifyitems(config, items):
    """Browsers stand in two lines, servers and workers in a third; what only computes runs when these are done. Only
    the former, which run against the clock of a shared machine, get a second chance."""
    lines: dict[str, str] = {}
    for item in items:
        helped = any(getattr(value, "__module__", "") in HELPERS for value in vars(item.module).values())
        if "chromium" in item.fixturenames:
            line = lines.setdefault(item.module.__name__, f"browsers {len(lines) % 2}")  # each module in one line
        elif helped or {"server", "live_server"} & set(item.fixturenames) or item.module.__name__ in WORKERS:
            line = "workers"
        else:
            continue
        item.add_marker(pytest.mark.xdist_group(line))
        if config.option.reruns is None:
            item.add_marker(pytest.mark.flaky(reruns=1))


@pytest.fixture(scope="session")
def server(tmp_path_factory):
    server = Server(tmp_path_factory.mktemp("runs"))
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def live_server(tmp_path_factory):
    """The live routes without Streamlit, for clients of the socket."""
    from support.sockets import serving

    with serving(tmp_path_factory.mktemp("runs")) as client:
        yield client


@pytest.fixture(scope="module")
def chromium():
    """An installed Chromium; test.sh installs one, and in CI its absence is a failure.

    For one module, since Playwright's event loop must have ended when tests bring their own.
    """
    found = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    if found is None:
        if os.environ.get("CI"):
            pytest.fail("There is no Chromium; test.sh installs one.")
        pytest.skip("There is no Chromium; test.sh installs one.")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=found, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def open_page(server, chromium):
    """Open an address as a new visitor; afterwards the console must have stayed clean."""
    with contextlib.ExitStack() as stack:
        complaints = []

        def opened(path="/gan", **options):
            context = chromium.new_context(**{"viewport": {"width": 1400, "height": 900}, **options})
            stack.callback(context.close)
            page = context.new_page()
            page.on("pageerror", lambda error: complaints.append(str(error)))
            page.on(
                "console",
                lambda m: complaints.append(f"{m.text} {m.location.get('url', '')}") if m.type == "error" else None,
            )
            page.goto(server.url + path)
            return page

        opened.complaints = complaints
        yield opened
        own = [c for c in complaints if not any(part in c for part in EXPECTED)]
        assert own == []


@pytest.fixture
def staged(monkeypatch):
    """What the lessons put on the stage."""
    from playground.ui import lesson

    calls = []
    real = lesson.stage

    def spy(family, config, **rest):
        calls.append((family, config, rest))
        return real(family, config, **rest)

    monkeypatch.setattr(lesson, "stage", spy)
    return calls
