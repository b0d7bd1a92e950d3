"""What all benchmarks share: a figure asked for, what was measured, and whether that meets it."""

import operator
from typing import Any

COMPARE = {">=": operator.ge, "<=": operator.le, ">": operator.gt, "<": operator.lt}


def figure(name: str, asked: str, measured: float, *, unit: str = "", how: str = "") -> dict[str, Any]:
    """One row: `asked` is like ">= 10"; `met` follows from it. Without a bound the row only reports."""
    row = {"name": name, "asked": asked, "measured": round(float(measured), 4), "unit": unit, "how": how}
    if asked:
        sign, bound = asked.split()
        row["met"] = bool(COMPARE[sign](measured, float(bound)))
    return row


def table(result: dict[str, Any]) -> str:
    """The figures as aligned text."""
    rows = [("figure", "asked", "measured", "")]
    for row in result["figures"]:
        verdict = {True: "met", False: "MISSED", None: ""}[row.get("met")]
        rows.append((row["name"], row["asked"], f"{row['measured']:g} {row['unit']}".strip(), verdict))
    widths = [max(len(row[i]) for row in rows) for i in range(3)]
    return "\n".join("  ".join([*(cell.ljust(w) for cell, w in zip(row, widths, strict=False)), row[3]]).rstrip()
                     for row in rows)
