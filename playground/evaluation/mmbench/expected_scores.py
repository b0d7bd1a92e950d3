"""What the baselines are expected to score on a benchmark whose questions differ in their number of options."""

from collections.abc import Callable, Iterable

from .baselines.chance import PositionBiased
from .baselines.knowing import KnowsPasses, KnowsQuestions
from .circular import one_pass, passes_expected
from .closed_forms import Expected, always_one_letter, at_random, knows_passes, knows_questions
from .question import Benchmark

Form = Callable[[int], Expected]
"""Number of options -> expected scores."""


def prefers_letter(bias: float, k: int) -> Expected:
    """One letter with probability `bias`, else a guess: the key stands once at that letter, k - 1 times elsewhere."""
    elsewhere = (1 - bias) / k
    return Expected(1 / k, (bias + elsewhere) * elsewhere ** (k - 1))


FORMS: dict[str, Form] = {
    "random": at_random,
    "always-a": always_one_letter,
    "position-biased": lambda k: prefers_letter(PositionBiased.bias, k),
    "oracle": lambda k: Expected(1.0, 1.0),
    "knows-questions": lambda k: knows_questions(KnowsQuestions.share, k),
    "knows-passes": lambda k: knows_passes(KnowsPasses.share, k),
}
"""By the name of the baseline; the others go by content, so that their scores are equal but not known beforehand."""


def expected(benchmark: Benchmark, form: Form) -> dict[str, float] | None:
    """Measure -> expected share, if the keys stand at every letter equally often. None: the file is not rotated, or
    has no questions."""
    sizes = [(len(rows[0].options), len(rows), passes_expected(rows[0])) for rows in benchmark.groups().values()]
    if not sizes or one_pass(benchmark) or any(not options for options, *_ in sizes):
        return None
    each = [(form(options), rows, passes) for options, rows, passes in sizes]
    return {
        "vanilla_0": _mean((one.vanilla, 1) for one, *_ in each),
        "vanilla_all": _mean((one.vanilla, rows) for one, rows, _ in each),
        "circular": _mean((one.circular if passes > 1 else one.vanilla, 1) for one, _, passes in each),
    }


def _mean(weighted: Iterable[tuple[float, int]]) -> float:
    pairs = list(weighted)
    return sum(value * weight for value, weight in pairs) / sum(weight for _, weight in pairs)
