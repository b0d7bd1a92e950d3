"""Small benchmarks: questions about pictures, in all their passes."""

import io
import string
from collections.abc import Sequence

from PIL import Image

from playground.evaluation.mmbench.question import OFFSET, Benchmark, Row


def picture(colour: str = "red") -> bytes:
    """A small PNG."""
    whole = io.BytesIO()
    Image.new("RGB", (3, 2), colour).save(whole, "png")
    return whole.getvalue()


def question(index: int, texts: Sequence[str], answer: str | None, **more) -> list[Row]:
    """All passes of a question whose options have these texts, as CircularEval asks them (section 4.2): in pass p the
    option that was at place j is at (j - p) mod k."""
    k = len(texts)
    labels = string.ascii_uppercase[:k]
    fields = {"question": f"What is in picture {index}?", "hint": "", "category": "ocr", "l2": "", "split": "dev"}
    rows = []
    for p in range(k):
        options = {labels[j]: texts[(j + p) % k] for j in range(k)}
        key = None if answer is None else labels[(labels.index(answer) - p) % k]
        rows.append(
            Row(
                index=index + OFFSET * p,
                group=index,
                number=p,
                options=options,
                answer=key,
                **({"image": picture()} | fields | more),
            )
        )
    return rows


def benchmark(*questions: Sequence[Row]) -> Benchmark:
    return Benchmark("small", tuple(row for rows in questions for row in rows))
