"""An empty environment with what the project says that it needs, and nothing else of what happens to be here."""

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


def link(distributions: Iterable[Distribution], site: Path) -> None:
    """Their files in a folder for packages, as links to those of this environment."""
    for one in distributions:
        for top in {file.parts[0] for file in one.files or () if file.parts[0] not in ("..", "__pycache__")}:
            if not (site / top).exists():
                (site / top).symlink_to(str(one.locate_file(top)))


def site_of(environment: Path) -> Path:
    return environment / "lib" / f"python{sys.version_info[0]}.{sys.version_info[1]}" / "site-packages"


def make(environment: Path) -> None:
    """A virtual environment with what the project needs."""
    venv.create(environment)
    link(needed(of_the_project()).values(), site_of(environment))
