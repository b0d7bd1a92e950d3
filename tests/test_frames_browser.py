"""The app in a frame of another page, in a real browser: where the operator has named that page, and nowhere else."""

import functools
import http.server
import threading

import pytest
from support.server import Server


@pytest.fixture
def framing(tmp_path):
    """A page elsewhere; its host and port, and the folder that it is served from."""
    handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory=str(tmp_path))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as elsewhere:
        thread = threading.Thread(target=elsewhere.serve_forever, daemon=True)
        thread.start()
        yield f"127.0.0.1:{elsewhere.server_port}", tmp_path
        elsewhere.shutdown()
        thread.join(10)


@pytest.mark.parametrize("named", [True, False])
def test_a_page_frames_the_app_only_where_it_is_named(chromium, framing, tmp_path_factory, named):
    host, folder = framing
    server = Server(tmp_path_factory.mktemp("runs"))
    server.start(PLAYGROUND_ORIGINS=host if named else "")
    context = chromium.new_context(viewport={"width": 1400, "height": 900}, reduced_motion="reduce")
    try:
        (folder / "index.html").write_text(f'<iframe src="{server.url}/gan" width="1300" height="800"></iframe>')
        page = context.new_page()
        said = []
        page.on("console", lambda message: said.append(message.text))
        page.goto(f"http://{host}/index.html")
        if named:
            frame = next(frame for frame in page.frames if frame.url.startswith(server.url))
            frame.wait_for_function("window.__playground && window.__playground.drawn > 0", timeout=60_000)
            assert not [text for text in said if "frame-ancestors" in text]
        else:
            page.wait_for_timeout(1500)
            assert any("frame-ancestors" in text for text in said)
            assert not any(frame.url.startswith(server.url) for frame in page.frames)
    finally:
        context.close()
        server.stop()


FRAMING_PAGE = """<script>
window.told = []
addEventListener("message", ({ origin, data }) => {
  if (data.queryString !== undefined) window.told.push([origin, data.queryString, data.hash]) // Streamlit sends others
})
</script><iframe src="ADDRESS" width="1400" height="900"></iframe>"""


def test_in_the_page_of_another_site_files_arrive_and_links_keep_their_settings(chromium, framing, tmp_path_factory):
    """Another site: cookies of the app are not sent from there, nor does a link copied there show the app's address."""
    host, folder = framing
    site = host.replace("127.0.0.1", "localhost")
    server = Server(tmp_path_factory.mktemp("runs"))
    server.start(PLAYGROUND_ORIGINS=site)
    context = chromium.new_context(viewport={"width": 1500, "height": 1000}, reduced_motion="reduce")
    try:
        (folder / "index.html").write_text(FRAMING_PAGE.replace("ADDRESS", f"{server.url}/?page=gan&gan.data=moons"))
        page = context.new_page()
        page.goto(f"http://{site}/index.html")
        page.wait_for_function("window.told.length")
        frame = next(frame for frame in page.frames if frame.url.startswith(server.url))
        assert frame.url.partition("?")[0] == f"{server.url}/gan"
        assert page.evaluate("told")[0] == [server.url, "?page=gan&gan.data=moons", ""]
        frame.wait_for_function("window.__playground && window.__playground.drawn > 0", timeout=60_000)
        frame.locator(".pg-data-own").click()
        frame.get_by_role("tab", name="Points (CSV)").click()
        table = "x,y\n" + "".join(f"{i / 10},{i * i / 100}\n" for i in range(200))
        frame.locator("[role=dialog] input[type=file]").first.set_input_files(
            {"name": "points.csv", "mimeType": "text/csv", "buffer": table.encode()}
        )
        frame.get_by_role("dialog").get_by_role("button", name="Train on it").last.click()
        frame.wait_for_function("location.search.includes('gan.data=own') && window.__playground.step > 10")
        page.wait_for_function("told.at(-1)[1].includes('gan.own=')")
        copied = page.evaluate("told.at(-1)[1]")
        assert copied.startswith("?page=gan&") and not context.cookies()
        page.goto(f"{server.url}/{copied}")
        assert page.url.startswith(f"{server.url}/gan?") and "gan.data=own" in page.url
        page.wait_for_function("window.__playground && window.__playground.drawn > 0", timeout=60_000)
    finally:
        context.close()
        server.stop()
