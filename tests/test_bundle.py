"""The components' scripts as one file: complete, in order, the same modules under every address; kept by browsers."""

import gzip
import re

import pytest
from starlette.applications import Starlette
from starlette.routing import Route
from starlette.testclient import TestClient

from playground.live.bundle import Bundle, bundle, read, script
from playground.live.preload import STATIC, fetched_later

SMALL = {
    "stage/b.js": 'import { a as first, One } from "./a.js";\nexport const b = first() + 1;\n',
    "stage/a.js": "export function a() {\n  return 1;\n}\nexport class One {}\nconst hidden = 2;\n",
    "panel/c.js": 'import { b } from "../stage/b.js";\nexport function c() {\nreturn [b, import.meta.url]\n}',
    "stage/stage.css": ".a {}\n",
    "panel/panel.css": ".b {}\n",
}


def test_what_is_imported_comes_first_and_only_exports_leave():
    text = script(SMALL)
    assert text.index("const stage$a =") < text.index("const stage$b =") < text.index("const panel$c =")
    assert "const { a: first, One } = stage$a;" in text
    assert "return { a, One };" in text
    assert 'return [b, $at("panel/c.js")]' in text
    assert text.endswith("export { stage$a, stage$b, panel$c };\n")


@pytest.mark.parametrize(
    "text, said",
    [
        ('import * as all from "./a.js";', "import * as all"),
        ("export { a };", "export { a }"),
        ("export default 1;", "export default"),
        ("export let x = 1;", "export let"),
        ("const here = import.meta.dirname;", "import.meta.dirname"),
        ('import { b } from "./b.js";', "circle"),
    ],
)
def test_what_is_not_understood_is_said(text, said):
    with pytest.raises(ValueError, match=re.escape(said)):
        script({**SMALL, "stage/a.js": text + "\n"})


def test_a_part_hands_on_what_its_source_exports():
    small = Bundle(SMALL)
    assert small.part("stage/a.js") == (
        f'import {{ stage$a }} from "../all.js?v={small.version}";\nexport const {{ a, One }} = stage$a;\n'
    )
    assert small.part("stage/x.js") is small.part("stage/stage.css") is None
    assert Bundle({**SMALL, "stage/stage.css": ".c {}\n"}).version != small.version


def test_all_sources_are_in_it():
    whole = bundle().files["js"].decode()
    names = [name for name in read() if name.endswith(".js")]
    assert len(names) > 50
    for name in names:
        assert f"const {name[:-3].replace('/', '$')} = " in whole
    styles = bundle().files["css"].decode()
    assert styles.index(".pg-grid {") < styles.index(".pg-trajectory {")


def test_this_version_is_kept_for_ever_and_others_are_asked_after():
    whole = bundle()
    client = TestClient(Starlette(routes=[Route("/live/all.js", lambda request: whole.answer(request, "js"))]))
    kept = client.get(f"/live/all.js?v={whole.version}", headers={"accept-encoding": "gzip"})
    assert "immutable" in kept.headers["cache-control"] and kept.headers["content-encoding"] == "gzip"
    assert kept.content == whole.files["js"] == gzip.decompress(whole.packed["js"])
    other = client.get("/live/all.js?v=old", headers={"accept-encoding": "identity"})
    assert other.headers["cache-control"] == "no-cache" and "content-encoding" not in other.headers
    again = client.get("/live/all.js", headers={"if-none-match": other.headers["etag"]})
    assert again.status_code == 304 and not again.content


def test_the_scripts_that_streamlit_fetches_later_are_known_beforehand(tmp_path):
    assert fetched_later(tmp_path) == []  # another Streamlit: nothing is fetched sooner, nothing breaks
    folder = tmp_path / "static" / "js"
    folder.mkdir(parents=True)
    (tmp_path / "index.html").write_text('<link href="./static/js/known.1.js">')
    for name, text in {
        "Html.2.js": 'import{a}from"./deep.3.js";import{b}from"./known.1.js";',
        "deep.3.js": "",
        "known.1.js": "",
        "Other.4.js": "",
    }.items():
        (folder / name).write_text(text)
    assert fetched_later(tmp_path) == ["Html.2.js", "deep.3.js"]
    real = fetched_later(STATIC)
    assert any(name.startswith("BidiComponent.") for name in real) and len(real) < 60


MODULES = """async (names) => {
  const whole = await import("/live/stage/mount.js");
  const found = {};
  for (const name of names) found[name] = Object.keys(await import(`/live/${name}`)).sort();
  const [one, again] = await Promise.all(["", "?again"].map((how) => import(`/live/core/event_bus.js${how}`)));
  const once = one.stageOf === again.stageOf;
  return { found, once, mount: typeof whole.mount };
}"""


def test_every_module_can_be_asked_for_alone_and_is_the_same_one(server, chromium):
    page = chromium.new_page()
    page.goto(f"{server.url}/live/health")
    names = [name for name in read() if name.endswith(".js")]
    seen = page.evaluate(MODULES, names)
    page.close()
    assert seen["mount"] == "function" and seen["once"]
    for name in names:
        exported = re.findall(r"^export (?:async )?(?:function|class|const) (\w+)", read()[name], re.M)
        assert seen["found"][name] == sorted(exported), name
