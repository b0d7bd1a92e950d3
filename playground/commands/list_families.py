"""`list`: the families and their settings."""

import argparse

from playground.core.config import specs
from playground.core.registry import FAMILIES, family

HELP = "list families, their data and settings"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("family", nargs="?", help="show this family's settings")


def run(given: argparse.Namespace) -> None:
    print(_listing(given.family))


def _listing(name: str | None) -> str:
    """All families in a few lines, or one family's settings with bounds, defaults and help."""
    if name is None:
        return "\n".join(_summary(key) for key in FAMILIES)
    lines = [f"{name}: {family(name).title}", ""]
    for spec in specs(family(name).Config):
        bounds = " | ".join(map(str, spec.choices)) or (
            "true | false"
            if spec.kind == "bool"
            else f"text of at most {spec.longest} characters"
            if spec.kind == "text"
            else f"{spec.kind} {spec.low} .. {spec.high}"
        )
        live = ", may change in mid-run" if spec.live else ""
        lines += [f"  {spec.name} = {spec.default}   [{bounds}{live}]", f"      {spec.help}"]
    presets = family(name).presets
    if presets:
        lines += ["", "presets:"] + [f"  {key}: {preset.help}" for key, preset in presets.items()]
    return "\n".join(lines)


def _summary(name: str) -> str:
    data = next((s for s in specs(family(name).Config) if s.name == "data"), None)
    lines = [f"{name}: {family(name).title}"]
    if data is not None:
        lines.append(f"  data: {', '.join(map(str, data.choices))}")
    others = (s.name for s in specs(family(name).Config) if s.name != "data")
    return "\n".join([*lines, f"  settings: {', '.join(others)}"])
