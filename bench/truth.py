"""Right answers: files as people have them, schedulers of pretrained networks, classes with optimal transport, figures
in the texts, addresses below a path, intervals that cover.

    python -m playground bench truth
    python bench/truth.py files prose            (only these parts)

Rows that are tests run them, and count those that fail. All of it takes about twenty minutes of a core. The figures in
the texts are measured again by `bench figures`.
"""

import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from _figures import figure, main, measured
from _truth_coverage import coverage
from _truth_diffusion import fresh_noise_on_digits, optimal_coupling

from playground.ui import figures

ROOT = Path(__file__).parents[1]


def passing(name: str, *chosen: str) -> Callable[[], list[dict]]:
    """A part that runs these tests: the number of those that fail."""

    def part() -> list[dict]:
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *chosen]
        done = subprocess.run(
            command, cwd=ROOT, env={**os.environ, "OMP_NUM_THREADS": "1"}, capture_output=True, text=True
        )
        counts = {word: int(number) for number, word in re.findall(r"(\d+) (passed|failed|error)", done.stdout)}
        wrong = counts.get("failed", 0) + counts.get("error", 0) or int(done.returncode != 0)
        return [figure(name, "<= 0", wrong, how=f"{counts.get('passed', '')} pass: pytest {' '.join(chosen)}")]

    return part


def prose() -> list[dict]:
    """Figures and comparisons in the texts that no row supports."""
    rows = figures.rows()
    broken = [key for key, row in rows.items() if row.holds is False]
    how = f"of {len(rows)} rows, {sum(row.claim is not None for row in rows.values())} of them comparisons"
    return [
        figure("comparisons in the texts that their rows do not support", "<= 0", len(broken), how=how),
        *passing("figures in the texts that are typed, or name no row", "tests/test_figures.py")(),
    ]


MEASURED: dict[str, Callable[[], list[dict]]] = {
    "files": passing(
        "files as people have them: other than their README says",
        "tests/test_files_people_bring.py",
        "tests/test_point_tables.py",
    ),
    "schedulers": passing(
        "diffusers' schedulers on a tiny network: neither equal nor refused by name",
        "tests/test_pretrained_schedulers.py",
    ),
    "coupling": optimal_coupling,
    "noise": fresh_noise_on_digits,
    "audit": passing("entries of the audit without their right value", "tests/test_truth.py", "tests/test_metrics.py"),
    "formulas": passing(
        "formulas on the pages that the code does not compute",
        *(f"tests/test_formulas_{name}.py" for name in ("autoregressive", "diffusion", "flows", "gan", "vae")),
        "tests/test_diffusion_formulas.py",
    ),
    "prose": prose,
    "paths": passing(
        "the page of GANs below /play, and behind a proxy that strips a prefix", "tests/test_base_path_browser.py"
    ),
    "coverage": coverage,
}


def repeatable(name: str, part: Callable[[], list[dict]]) -> Callable[[], list[dict]]:
    """The part, whose rows say how to repeat them."""
    return lambda: [{**row, "repeat": f"PYTHONPATH=. python bench/truth.py {name}"} for row in part()]


PARTS = {name: repeatable(name, part) for name, part in MEASURED.items()}


def run() -> dict:
    """All the figures."""
    return measured(PARTS)


if __name__ == "__main__":
    main(__doc__, PARTS)
