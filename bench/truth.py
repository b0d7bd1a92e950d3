"""Right answers: intervals that cover, classes with optimal transport, files as people have them.

    python -m playground bench truth

What is cheap is a test (tests/test_truth.py, test_pretrained_schedulers.py, test_files_people_bring.py); the figures in
the texts are `bench figures`. A few minutes of a core.
"""

from collections.abc import Callable
from pathlib import Path

from _figures import figure, main, measured
from _truth_coverage import coverage
from _truth_diffusion import fresh_noise_on_digits, optimal_coupling

from playground.core.errors import UserError
from playground.data.plane.point_table import read_points
from playground.data.plane.user_data import fitted_code
from playground.render.image_points import points_from_image

FILES = Path(__file__).parents[1] / "tests" / "data" / "files"
REFUSED = {"one_point.csv", "same_point.csv", "duplicates.csv"}
"""Too little to learn from."""


def files() -> list[dict]:
    """Files that are neither read nor refused as they should be."""
    wrong, paths = [], sorted(path for path in FILES.iterdir() if path.suffix != ".npz")
    for path in paths:
        raw = path.read_bytes()
        try:
            points = points_from_image(raw) if path.suffix in (".png", ".jpg") else read_points(raw).points
            fitted_code(points)
            refused = False
        except UserError:
            refused = True
        if refused != (path.name in REFUSED):
            wrong.append(path.name)
    return [figure("files as people have them: read or refused otherwise", "<= 0", len(wrong), how=", ".join(wrong))]


PARTS: dict[str, Callable[[], list[dict]]] = {
    "files": files,
    "coupling": optimal_coupling,
    "noise": fresh_noise_on_digits,
    "coverage": coverage,
}


def run() -> dict:
    """All the figures."""
    return measured(PARTS)


if __name__ == "__main__":
    main(__doc__, PARTS)
