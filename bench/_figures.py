"""What all benchmarks share: a figure asked for, what was measured, and whether that meets it."""

import argparse
import json
import operator
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import torch

COMPARE = {">=": operator.ge, "<=": operator.le, ">": operator.gt, "<": operator.lt}


def figure(name: str, asked: str, measured: float, *, unit: str = "", how: str = "") -> dict[str, Any]:
    """One row: `asked` is like ">= 10"; `met` follows from it. Without a bound the row only reports."""
    row = {"name": name, "asked": asked, "measured": round(float(measured), 4), "unit": unit, "how": how}
    if asked:
        sign, bound = asked.split()
        row["met"] = bool(COMPARE[sign](measured, float(bound)))
    return row


def table(result: dict[str, Any]) -> str:
    """The figures as aligned text; with a column for the command that repeats them, where a row has one."""
    found = result["figures"]
    rows = [("figure", "asked", "measured", "", "repeat" if any("repeat" in row for row in found) else "")]
    for row in found:
        verdict = {True: "met", False: "MISSED", None: ""}[row.get("met")]
        value = f"{row['measured']:g} {row['unit']}".strip()
        rows.append((row["name"], row["asked"], value, verdict, row.get("repeat", "")))
    widths = [max(len(row[i]) for row in rows) for i in range(5)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    )


Parts = Mapping[str, Callable[[], list[dict]]]


def measured(parts: Parts, names: Iterable[str] = ()) -> dict[str, Any]:
    """The figures of the named parts, or of all, on one thread."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        return {"figures": [row for name in names or parts for row in parts[name]()]}
    finally:
        torch.set_num_threads(before)


def main(about: str, parts: Parts) -> None:
    """A benchmark as a script: names of its parts, and whether the figures are to be JSON."""
    parser = argparse.ArgumentParser(description=about, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", choices=[*parts, []], default=[])
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    result = measured(parts, given.names)
    print(json.dumps(result) if given.json else table(result))
