"""How far samples are from the truth, and the floor: what fresh samples of the truth score."""

from playground.core.score import Score

from .coverage import default_bins, grid_js, grid_kl, high_quality, mode_kl, modes_covered
from .distances import energy_distance, mmd2, sliced_w2
from .scores import METRICS, Metric, evaluate, floor, likelihood, nll, nll_gap, score, table, usual_distance

__all__ = [
    "METRICS", "Metric", "Score", "default_bins", "energy_distance", "evaluate", "floor", "grid_js", "grid_kl",
    "high_quality", "likelihood", "mmd2", "mode_kl", "modes_covered", "nll", "nll_gap", "score", "sliced_w2", "table",
    "usual_distance",
]  # fmt: skip
