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
