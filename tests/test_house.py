"""The house stays as it was designed: imports point one way, families know nothing of screens or each other."""

import ast
from pathlib import Path

import pytest

from playground.core.registry import FAMILIES

PACKAGE = Path(__file__).parents[1] / "playground"
FLOORS = [
    {"texts", "stopwatch"},
    {"config", "layers", "scene", "dials", "nn", "learner", "rewriting", "optimisers", "pool", "data"},
    {"distances", "shares", "floors", "frechet", "classifier"},
    {"metrics"},
    {"contract", "findings"},
    {"ensemble"},
    {"registry", *FAMILIES, "vae", "autoregressive"},
    {"arena"},
    {"engine"},
    {"render"},
    {"live", "ui"},
    {"commands"},
    {"__main__"},
]
"""From the ground up: a module imports from its own floor or a lower one."""
LEVEL = {name: level for level, names in enumerate(FLOORS) for name in names}
SCREENS = {"streamlit", "plotly", "PIL", "starlette"}


def room(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def modules():
    return [path for path in PACKAGE.rglob("*.py") if path != PACKAGE / "__init__.py"]


def imports(path: Path) -> set[str]:
    """What a file imports: rooms of the package as `.room`, other packages by their first name."""
    found = set()
    inside = ("playground", *path.relative_to(PACKAGE).parts[:-1])
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            start = inside[: len(inside) - node.level + 1] if node.level else ()
            module = [*start, *(node.module.split(".") if node.module else ())]
            found |= {".".join([*module, alias.name]) for alias in node.names}
    return {f".{name.split('.')[1]}" if name.startswith("playground.") else name.split(".")[0] for name in found}


def test_every_room_has_its_floor():
    assert {room(path) for path in modules()} - {"__main__"} <= set(LEVEL)


def test_imports_are_read():
    assert {".engine", ".scene", "starlette"} <= imports(PACKAGE / "live" / "server.py") | imports(
        PACKAGE / "live" / "protocol.py"
    )


@pytest.mark.parametrize("path", modules(), ids=lambda p: str(p.relative_to(PACKAGE)))
def test_imports_point_down(path):
    here = room(path)
    for name in imports(path):
        if name[1:] in LEVEL:
            assert LEVEL[name[1:]] <= LEVEL[here], f"{here} imports {name}"
            if here in FAMILIES:
                assert name[1:] == here or name[1:] not in FAMILIES, f"{here} imports the family {name}"
        if here not in ("live", "ui", "render", "commands", "__main__"):
            assert name not in SCREENS, f"{here} imports {name}"


@pytest.mark.parametrize("family", FAMILIES)
def test_settings_and_scenes_of_a_family_do_without_torch(family):
    for name in ("config.py", "scene.py", "panels.py", "diagnosis.py"):
        if (PACKAGE / family / name).exists():
            assert "torch" not in imports(PACKAGE / family / name)


def test_no_file_grows_into_two():
    """The style's limit is about 250 lines; 300 is where a file must be split."""
    long = {
        str(p): n
        for folder in ("playground", "pages", "bench")
        for p in (PACKAGE.parent / folder).rglob("*")
        if p.suffix in (".py", ".js", ".css")
        if (n := len(p.read_text("utf-8").splitlines())) > 300
    }
    assert long == {}
