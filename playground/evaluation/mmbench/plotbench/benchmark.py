"""PlotBench as a benchmark like any other: rows with pictures, the first pass of every question."""

import io
from functools import lru_cache

from PIL import Image

from ..question import Benchmark, Row
from .kinds import KINDS
from .lettered import lettered

SEED = 0
"""The benchmark's own; others are for training and tests."""
FIRST_INDEX = 1
"""Not 0: readers that tell passes by `index >= 10^6` would take question 0's pass 1, 10^6, for a first pass."""


@lru_cache(maxsize=3)
def plotbench(seed: int = SEED, pictures: bool = True) -> Benchmark:
    """All questions of a seed, in a second or two, or without `pictures` at once. The same seed, the same bytes."""
    rows = []
    for index, one in enumerate(lettered(seed), FIRST_INDEX):
        rows.append(
            Row(
                index=index,
                group=index,
                number=0,
                question=one.item.question,
                hint=one.item.hint,
                options=one.options,
                answer=one.answer,
                category=one.kind,
                l2=KINDS[one.kind].l2,
                split="dev",
                image=png(one.item.picture()) if pictures else None,
                source=f"PlotBench, seed {seed}",
            )
        )
    return Benchmark("PlotBench" if seed == SEED else f"PlotBench, seed {seed}", tuple(rows))


def png(image: Image.Image) -> bytes:
    """The bytes of a PNG file."""
    file = io.BytesIO()
    image.save(file, "PNG")
    return file.getvalue()
