"""What tests share: a real server and a real browser."""

import contextlib
import os
import shutil
import sys

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


LONG = [
    "contract",
    "base_path_browser",
    "page_browser",
    "malformed",
    "diffusion_samplers",
    "own_data_browser",
    "settings_matter",
    "hub",
    "browser",
    "faults",
    "template",
    "browser_take",
    "exports",
    "time_machine_page",
    "pretrained_schedulers",
    "lab_browser",
    "live",
    "packaging",
    "cost",
    "trajectory_browser",
    "transformer_panels",
    "transformer_panels_browser",
    "own_text_browser",
    "transformer_panels_attention",
    "corner_browser",
    "transformer_panels_generate",
    "transformer_diagnosis",
    "grid",
]
"""Modules that take longest, tests of browsers between those that compute."""


def pytest_collection_modifyitems(items):
    """Processes take whole modules (test.sh), so that what a module starts is started once; the longest ones begin,
    so that none is still under way alone at the end. Only tests with servers or browsers, which run against the clock
    of a shared machine, get a second chance."""
    place = {f"test_{name}": number for number, name in enumerate(LONG)}
    items.sort(key=lambda item: place.get(item.module.__name__, len(place)))
    for item in items:
        helped = any(getattr(value, "__module__", "") in HELPERS for value in vars(item.module).values())
        served = {"chromium", "server", "live_server"} & set(item.fixturenames)
        if (helped or served or item.module.__name__ in WORKERS) and item.config.option.reruns is None:
            item.add_marker(pytest.mark.flaky(reruns=1))


def pytest_sessionfinish():
    if used := sys.modules.get("support.kept_workers"):
        used.end_all()


@pytest.fixture(scope="session")
def server(tmp_path_factory):
    """The app; BEHIND_NGINX puts nginx before it, at a path such as `/play`, or at `/`."""
    with contextlib.ExitStack() as stack:
        server = Server(tmp_path_factory.mktemp("runs"))
        server.start()
        stack.callback(server.stop)
        if path := os.environ.get("BEHIND_NGINX"):
            from support.nginx import Nginx

            proxy = Nginx(server.port, path.rstrip("/"))
            stack.callback(proxy.stop)
            server.url = proxy.url
        yield server


@pytest.fixture(scope="module")
def live_server(tmp_path_factory):
    """The live routes without Streamlit, for clients of the socket."""
    from support.sockets import serving

    with serving(tmp_path_factory.mktemp("runs"), PLAYGROUND_COMMANDS_PER_S=100_000) as client:
        yield client


@pytest.fixture(scope="module")
def chromium():
    """An installed Chromium; test.sh installs one, and in CI its absence is a failure.

    For one module, since Playwright's event loop must have ended when tests bring their own.
    """
    names = ("chromium-headless-shell", "chromium", "google-chrome")  # the first has no windows to draw around pages
    found = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, names)), None)
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
    """Open an address as a new visitor; afterwards the console must have stayed clean.

    Without a GPU every picture costs tens of milliseconds: between two frames none is drawn unless a test asks for it.
    """
    with contextlib.ExitStack() as stack:
        complaints = []

        def opened(path="/gan", first_visit=False, **options):
            usual = {"viewport": {"width": 1400, "height": 900}, "reduced_motion": "reduce"}
            context = chromium.new_context(**{**usual, **options})
            stack.callback(context.close)
            if not first_visit:
                context.add_init_script("try { localStorage.setItem('playground.tour', 'yes') } catch {}")
            context.on("request", lambda request: opened.asked.append(request.url))
            page = context.new_page()
            page.on("pageerror", lambda error: complaints.append(str(error)))
            page.on(
                "console",
                lambda m: complaints.append(f"{m.text} {m.location.get('url', '')}") if m.type == "error" else None,
            )
            page.goto(server.url + path)
            return page

        opened.complaints, opened.asked = complaints, []
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
