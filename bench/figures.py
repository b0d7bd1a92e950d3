"""Every figure and every comparison in the pages' prose that comes from a training: measured again, and compared with
the file that the pages read (`playground/ui/figures.json`).

    python -m playground bench figures
    PYTHONPATH=. python bench/figures.py --write               (measures all and writes the file)
    PYTHONPATH=. python bench/figures.py --write vae_plane     (only this part)

One process, one thread; about ten minutes of one core. Rows of `CHEAP` parts take seconds, and a test runs them.
"""

import argparse
import json
import math
import sys
import time
from collections.abc import Callable, Iterable
from datetime import date

import torch
from _figures import figure, table
from _figures_diffusion import grid_floor, guidance
from _figures_flows import background, flow_pictures, flows, temperatures
from _figures_others import autoregressive, gan, gan_noise, known, vae_pictures, vae_plane
from _rows import Rows

from playground.ui.figures import FILE, Row

COMMAND = "PYTHONPATH=. python bench/figures.py --write"
TOLERANCE = 4.0
"""Combined standard errors by which a figure may differ from the one in the file. With about a hundred rows, a run in
which nothing has changed fails in fewer than one of a hundred cases."""
ROUNDING = 1e-3
"""Share of a figure by which machines may differ: training is exact on one machine only."""

CHEAP: dict[str, Callable[[], Rows]] = {
    "known": known,
    "temperatures": temperatures,
    "gan_noise": gan_noise,
    "guidance": guidance,
    "grid_floor": grid_floor,
    "background": background,
}
"""Parts that take seconds: they train nothing."""
PARTS: dict[str, Callable[[], Rows]] = {
    **CHEAP,
    "vae_plane": vae_plane,
    "vae_pictures": vae_pictures,
    "autoregressive": autoregressive,
    "flows": flows,
    "gan": gan,
    "flow_pictures": flow_pictures,
}


def measured(names: Iterable[str] = PARTS) -> Rows:
    """All rows of the named parts, on one thread."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        found: Rows = {}
        for name in names:
            began = time.process_time()
            found |= PARTS[name]()
            print(f"{name}: {time.process_time() - began:.0f} s", file=sys.stderr, flush=True)
        return found
    finally:
        torch.set_num_threads(before)


def deviation(now: Row, then: Row) -> float:
    """By how many combined standard errors a row differs from the file's, less what machines may differ by."""
    away = max(abs(now.value - then.value) - ROUNDING * abs(then.value), 0.0)
    return away / max(math.hypot(now.error, then.error), 1e-9)


def run(names: Iterable[str] = PARTS) -> dict:
    """Each row: how far it is from the file's, in standard errors; and whether a claim still holds as it did."""
    there, found = read(), []
    for key, now in measured(names).items():
        then = there[key]
        how = f"{now.value:.4g} ± {now.error:.2g} {now.unit}; in the file {then.value:.4g} ± {then.error:.2g}"
        found.append(figure(key, f"<= {TOLERANCE:g}", deviation(now, then), unit="standard errors", how=how))
        if now.claim:
            found.append(figure(f"{key}: {now.says}", ">= 1", float(bool(now.holds)), how=how))
    return {"figures": found}


def read() -> Rows:
    rows = json.loads(FILE.read_text("utf-8"))["rows"]
    return {
        key: Row(**{name: value for name, value in row.items() if name in Row._fields}) for key, row in rows.items()
    }


def write(rows: Rows) -> None:
    """Put these rows into the file; the others stay."""
    there = json.loads(FILE.read_text("utf-8"))["rows"] if FILE.exists() else {}
    today = date.today().isoformat()
    for key, now in rows.items():
        there[key] = {
            **now._asdict(),
            "value": float(f"{now.value:.6g}"),
            "error": float(f"{now.error:.3g}"),
            "date": today,
        }
    lines = ",\n".join(
        f"  {json.dumps(key)}: {json.dumps(row, ensure_ascii=False)}" for key, row in sorted(there.items())
    )
    FILE.write_text(f'{{"command": {json.dumps(COMMAND)},\n "rows": {{\n{lines}\n }}\n}}\n', "utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", choices=[*PARTS, []], default=[])
    parser.add_argument("--write", action="store_true", help="put what was measured into the file that the pages read")
    given = parser.parse_args()
    for name in given.names or PARTS:
        if given.write:
            rows = measured([name])
            write(rows)
            for key, now in rows.items():
                sign = {None: "", True: " holds", False: " DOES NOT HOLD"}[now.holds]
                print(f"{key}: {now.value:.4g} ± {now.error:.2g} {now.unit}{sign}", flush=True)
        else:
            print(table(run([name])), flush=True)


if __name__ == "__main__":
    main()
