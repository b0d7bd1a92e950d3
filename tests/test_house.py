"""The house stays as it was designed: imports point one way, families know nothing of screens or each other."""

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

from playground.live.bundle import FOLDERS

PACKAGE = Path(__file__).parents[1] / "playground"
FLOORS = (
    "core",
    "data",
    "training",
    "metrics",
    "render",
    "families",
    "arena",
    "evaluation",
    "engine",
    "classroom",
    "live",
    "ui",
    "site",
    "commands",
    "__main__",
)
"""From the ground up: a file imports from its own folder or from one further down."""
LEVEL = {name: level for level, name in enumerate(FLOORS)}
SCREENS = {
    "streamlit": {"ui", "live"},
    "plotly": {"render", "live"},
    "PIL": {"render", "ui", "live", "commands", "engine", "evaluation"},
    "starlette": {"live"},
}
"""What draws or serves, and who alone may import it."""

EVALUATES = {"core", "data", "metrics", "render", "families", "evaluation"}
"""What the evaluation may import; and these alone may import it."""
SHOWS_EVALUATIONS = {"evaluation", "live", "ui", "commands"}

WEB = PACKAGE / "web"
SCRIPTS = {
    "core": set(),
    "draw": {"core"},
    "history": {"core", "draw"},
    "stage": {"core", "draw", "history"},
    "panel": {"core", "draw"},
    "comparison": {"core", "draw"},
    "arena": {"core", "draw", "comparison"},
    "pad": {"core"},
    "room": {"core", "draw"},
    "lesson": {"core", "draw", "room", "panel", "stage"},
    "site": {"core", "draw", "stage", "lesson"},
}
"""The folders of the browser's scripts, and from which others each may import."""


def folder(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def modules() -> list[Path]:
    return [path for path in PACKAGE.rglob("*.py") if path != PACKAGE / "__init__.py"]


def imported(path: Path, root: Path = PACKAGE) -> set[str]:
    """What a file imports, in full: "playground.core.config", "torch.nn"."""
    found = set()
    inside = ("playground", *path.relative_to(root).parts[:-1])
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            start = inside[: len(inside) - node.level + 1] if node.level else ()
            module = [*start, *(node.module.split(".") if node.module else ())]
            found |= {".".join([*module, alias.name]) for alias in node.names}
    return found


def test_nothing_is_loose_at_the_root():
    files = {path.name for path in PACKAGE.iterdir() if path.is_file()}
    assert files <= {"__init__.py", "__main__.py", "py.typed"}


def test_every_folder_has_its_floor():
    assert {folder(path) for path in modules()} == set(FLOORS)


def test_imports_are_read():
    assert {"playground.live.exports.Exports", "starlette.routing.Route"} <= imported(PACKAGE / "live" / "server.py")


@pytest.mark.parametrize("path", modules(), ids=lambda p: str(p.relative_to(PACKAGE)))
def test_imports_point_down(path):
    here, parts = folder(path), path.relative_to(PACKAGE).parts
    for name in imported(path):
        first, *rest = name.split(".")
        if first == "playground" and rest and rest[0] in LEVEL:
            assert LEVEL[rest[0]] <= LEVEL[here], f"{here} imports {name}"
            if here == rest[0] == "families":
                assert rest[1] == parts[1], f"{parts[1]} imports {name}"
        assert here in SCREENS.get(first, FLOORS), f"{here} imports {name}"


@pytest.mark.parametrize("path", modules(), ids=lambda p: str(p.relative_to(PACKAGE)))
def test_the_evaluation_stands_apart(path):
    """It trains nothing: no arena or engine under it, and nothing that trains knows of it."""
    here = folder(path)
    for name in imported(path):
        there = name.split(".")[1] if name.startswith("playground.") else ""
        if here == "evaluation":
            assert there in EVALUATES | {""} or there not in LEVEL, f"{here} imports {name}"
        if there == "evaluation":
            assert here in SHOWS_EVALUATIONS, f"{here} imports {name}"


def at_module_level(body: list[ast.stmt]) -> Iterator[ast.Import | ast.ImportFrom]:
    """Imports that run when the file is read, or that a type checker follows: none of those inside functions."""
    for node in body:
        if isinstance(node, ast.Import | ast.ImportFrom):
            yield node
        elif isinstance(node, ast.If | ast.Try | ast.With):
            for part in ("body", "orelse", "finalbody"):
                yield from at_module_level(getattr(node, part, []))
            for handler in getattr(node, "handlers", []):
                yield from at_module_level(handler.body)


def graph_of_files(package: Path) -> dict[str, set[str]]:
    """Which files a file imports, by their names in full; a folder's name is its `__init__`."""
    files = {name_of(path, package): path for path in package.rglob("*.py")}
    graph = {}
    for name, path in files.items():
        inside = name.split(".") if path.name == "__init__.py" else name.split(".")[:-1]
        found = set()
        for node in at_module_level(ast.parse(path.read_text("utf-8")).body):
            if isinstance(node, ast.Import):
                found |= {alias.name for alias in node.names}
            else:
                start = inside[: len(inside) - node.level + 1] if node.level else []
                module = ".".join([*start, *(node.module.split(".") if node.module else [])])
                found |= {full if (full := f"{module}.{alias.name}") in files else module for alias in node.names}
        graph[name] = found & files.keys() - {name}
    return graph


def name_of(path: Path, package: Path) -> str:
    parts = path.relative_to(package.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def graph_inside(folder: str, files: dict[str, set[str]]) -> dict[str, set[str]]:
    """What stands side by side in a folder, a folder of it being one thing: which imports which."""
    graph = defaultdict(set)
    inside = f"{folder}."
    for name, targets in files.items():
        for target in targets:
            if name.startswith(inside) and target.startswith(inside):
                here, there = (one.removeprefix(inside).split(".")[0] for one in (name, target))
                if here != there:
                    graph[here].add(there)
    return graph


GRAPH = graph_of_files(PACKAGE)


def test_files_import_without_a_circle():
    assert "playground.core.registry" in GRAPH["playground.training.view"]
    list(TopologicalSorter(GRAPH).static_order())  # raises CycleError


@pytest.mark.parametrize("folder", sorted({name.rpartition(".")[0] for name in GRAPH} - {""}))
def test_what_stands_in_a_folder_imports_without_a_circle(folder):
    list(TopologicalSorter(graph_inside(folder, GRAPH)).static_order())


def test_circles_are_found(tmp_path):
    package = tmp_path / "toy"
    (package / "inner").mkdir(parents=True)
    for name, text in {
        "__init__": "",
        "a": "from . import b",
        "b": "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from .inner.c import C",
        "inner/__init__": "",
        "inner/c": "from ..d import D",
        "inner/e": "def later():\n    from .. import a",
        "d": "from .inner.e import later",
    }.items():
        (package / f"{name}.py").write_text(text)
    graph = graph_of_files(package)
    assert graph["toy.a"] == {"toy.b"} and graph["toy.b"] == {"toy.inner.c"} and graph["toy.inner.e"] == set()
    list(TopologicalSorter(graph).static_order())
    with pytest.raises(CycleError):
        list(TopologicalSorter(graph_inside("toy", graph)).static_order())


def test_no_class_grows_into_two():
    """14 methods are where to look for a second idea in a class."""
    large = {
        f"{path.relative_to(PACKAGE)}: {node.name}": count
        for path in PACKAGE.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.ClassDef)
        if (count := sum(isinstance(part, ast.FunctionDef | ast.AsyncFunctionDef) for part in node.body)) > 14
    }
    assert large == {}


def scripts() -> list[Path]:
    return sorted(WEB.rglob("*.js"))


def imported_scripts(path: Path) -> list[Path]:
    names = re.findall(r'^import [^"]*"([^"]+)";$', path.read_text("utf-8"), re.M)
    return [(path.parent / name).resolve() for name in names]


def test_every_script_stands_in_a_folder_that_the_server_mounts():
    assert {path.relative_to(WEB).parts[:-1] for path in scripts()} == {(name,) for name in SCRIPTS}
    assert set(FOLDERS) == set(SCRIPTS) - {"site"}  # the app has no use for the pages without a server


def test_imports_of_scripts_are_read():
    assert {WEB / "core" / "dom.js", WEB / "history" / "history.js"} <= set(
        imported_scripts(WEB / "stage" / "layout.js")
    )


@pytest.mark.parametrize("path", scripts(), ids=lambda p: str(p.relative_to(WEB)))
def test_scripts_import_one_way(path):
    here = path.parent.name
    for target in imported_scripts(path):
        assert target.is_file(), f"{path.name} imports {target}, which does not exist"
        there = target.parent.name
        assert there == here or there in SCRIPTS[here], f"{here}/{path.name} imports {there}/{target.name}"


def test_scripts_import_without_a_circle():
    list(TopologicalSorter({path: imported_scripts(path) for path in scripts()}).static_order())  # raises CycleError
    list(TopologicalSorter(SCRIPTS).static_order())


def test_no_file_grows_into_two():
    """About 300 lines are where to look for a second idea in a file."""
    long = {
        str(p): n
        for place in ("playground", "pages", "bench")
        for p in (PACKAGE.parent / place).rglob("*")
        if p.suffix in (".py", ".js", ".css") and (n := len(p.read_text("utf-8").splitlines())) > 300
    }
    assert long == {}


@pytest.mark.parametrize("path", modules(), ids=lambda p: str(p.relative_to(PACKAGE)))
def test_json_is_written_strictly(path):
    """By `core.strict_json.dumps`: Python's own writes NaN and Infinity, which no other reader takes."""
    if path != PACKAGE / "core" / "strict_json.py":
        assert not {"json.dumps", "json.dump"} & imported(path) and not re.search(r"\bjson\.dumps?\(", path.read_text())


@pytest.mark.parametrize("path", sorted(Path(__file__).parent.rglob("*.py")), ids=lambda p: p.stem)
def test_no_test_module_imports_another(path):
    """What several need stands in tests/support, fixtures in conftest.py."""
    assert not {name for name in imported(path, path.parent) if name.split(".")[0].startswith(("test_", "conftest"))}
