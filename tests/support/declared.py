"""An empty environment with what the project says that it needs, and nothing else of what happens to be here."""

import os
import shutil
import sys
import tomllib
import venv
from collections.abc import Iterable
from importlib.metadata import Distribution, distribution
from pathlib import Path

from packaging.requirements import Requirement

from .server import ROOT


def needed(wanted: Iterable[str]) -> dict[str, Distribution]:
    """The distributions that requirements lead to, by their names; those of this environment."""
    found: dict[str, Distribution] = {}
    ahead = [(Requirement(line), frozenset[str]()) for line in wanted]
    seen: set[tuple[str, frozenset[str]]] = set()
    while ahead:
        requirement, extras = ahead.pop()
        if requirement.marker is not None and not any(
            requirement.marker.evaluate({"extra": extra}) for extra in extras or {""}
        ):
            continue
        asked = frozenset(requirement.extras)
        if (requirement.name, asked) in seen:
            continue
        seen.add((requirement.name, asked))
        one = distribution(requirement.name)
        found[one.metadata["Name"]] = one
        ahead += [(Requirement(line), asked) for line in one.requires or ()]
    return found


def of_the_project() -> list[str]:
    """What `pip install .` asks for."""
    return tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["dependencies"]


def link(distributions: Iterable[Distribution], site: Path, whole: bool = False) -> None:
    """Their files in a folder for packages, as links to those of this environment. `whole`: no link leads to a folder
    here, which somebody else may not look into; on another disk they are copies."""
    for one in distributions:
        for top in {file.parts[0] for file in one.files or () if file.parts[0] not in ("..", "__pycache__")}:
            place = Path(str(one.locate_file(top)))
            if whole and place.is_dir():
                shutil.copytree(place, site / top, copy_function=_link, dirs_exist_ok=True)
            elif whole and place.exists():
                _link(place, site / top)
            elif place.exists() and not (site / top).exists():
                (site / top).symlink_to(place)


def _link(source: str | Path, target: str | Path) -> None:
    if os.path.exists(target):
        return
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


def site_of(environment: Path) -> Path:
    return environment / "lib" / f"python{sys.version_info[0]}.{sys.version_info[1]}" / "site-packages"


def make(environment: Path) -> None:
    """A virtual environment with what the project needs."""
    venv.create(environment)
    link(needed(of_the_project()).values(), site_of(environment))
