"""Everything that the server imports and does, in this process: its modules, its live routes, every page. What it has
imported for that is written down, one package a line. `test_no_torch.py` runs it in a process of its own."""

import json
import sys
from importlib import import_module

from starlette.testclient import TestClient

import app
from playground.core.registry import FAMILIES
from playground.core.resources import PACKAGE
from support.pages import NAVIGATION, ROOT, opened

OF_A_FAMILY = {"about", "config", "presets", "diagnosis", "diagram", "scene", "panels"}
"""What the server reads of a family; the rest of it computes."""


def import_modules() -> None:
    for folder in ("live", "ui", "families"):
        for path in sorted((PACKAGE / folder).rglob("*.py")):
            parts = path.relative_to(PACKAGE).with_suffix("").parts
            if path != NAVIGATION and (folder != "families" or OF_A_FAMILY & set(parts)):
                import_module(".".join(["playground", *parts]).removesuffix(".__init__"))


def open_stages(client: TestClient) -> None:
    for family in FAMILIES:
        with client.websocket_connect("/live/socket") as socket:
            wanted = {"family": family, "config": {}, "owner": "m" * 32, "run": None, "play": False}
            socket.send_text(json.dumps({"do": "watch", **wanted}))
            while (message := socket.receive()).get("bytes") is None:  # the first frame
                assert json.loads(message["text"])["is"] != "refused", message["text"]


if __name__ == "__main__":
    import_modules()
    with TestClient(app.app) as client:
        for path in ("/live/health", "/live/thumbnails.json", "/live/plotly.min.js", "/live/all.js", "/live/all.css"):
            assert client.get(path).status_code == 200, path
        open_stages(client)
    for page in sorted((ROOT / "pages").glob("*.py")):
        opened(page)
    print(*sorted({name.partition(".")[0] for name in sys.modules}), sep="\n")
