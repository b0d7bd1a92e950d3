"""MMBench without a model: extraction against VLMEvalKit's, the time to score, closed forms, malformed files."""

import csv
import io
import json
import random
import statistics
import string
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import openpyxl
from _figures import figure

from playground.core.errors import UserError
from playground.evaluation.mmbench import closed_forms as forms
from playground.evaluation.mmbench.circular import circularized
from playground.evaluation.mmbench.extraction import extract
from playground.evaluation.mmbench.extraction.replies import extracted, letters
from playground.evaluation.mmbench.files import read_benchmark, read_predictions
from playground.evaluation.mmbench.question import OFFSET, Benchmark, Row
from playground.evaluation.mmbench.scoring import score
from playground.evaluation.mmbench.tables import SUFFIXES, write_table
from playground.evaluation.mmbench.taxonomy import L2_OF_L3

VECTORS = Path(__file__).parents[1] / "tests" / "support" / "mmbench_extraction_vectors.json"
TEXTS = ["a cat", "two dogs", "one fox", "many owls"]
REPLIES = ["{}", "({})", "The answer is {}.", "{}. It looks like it", "I think that it is option {}", "No idea"]
MALFORMED = 10_000


def vectors() -> list[dict]:
    """Replies from which the same letter is extracted as by VLMEvalKit."""
    given = json.loads(VECTORS.read_text("utf-8"))["vectors"]
    same = sum(
        extract(one["prediction"], {label: str(text) for label, text in one["choices"].items()}, "vlmevalkit").letter
        == one["letter"]
        for one in given
    )
    scored = sum(_three(rows, wrong) == asked for rows, wrong, asked in _scored())
    return [
        figure("letters as VLMEvalKit extracts them", f">= {len(given)}", same, how=f"of {len(given)} replies"),
        figure("files scored as by VLMEvalKit", f">= {len(_scored())}", scored, how="all three scores, 4 decimals"),
    ]


def _scored() -> list[tuple[Benchmark, set[int] | None, tuple[float, float, float]]]:
    """Questions, the rows with a wrong letter (None: every letter is A), and VLMEvalKit's circular, vanilla_0 and
    vanilla_all (commit e8e78f05): its edge_base, edge_mixed_k, edge_always_A_4x25 and selftest."""
    return [
        (questions([4, 4]), {1 + 2 * OFFSET}, (0.5, 1, 0.875)),
        (questions([2, 3, 4]), {1 + OFFSET}, (0.6667, 1, 0.8889)),
        (questions([4] * 100), None, (0, 0.25, 0.25)),
        (questions([4, 4, 4, 3, 2]), {0, OFFSET, 1 + 3 * OFFSET, 3 + OFFSET}, (0.4, 0.8, 0.7647)),
    ]


def _three(given: Benchmark, wrong: set[int] | None) -> tuple[float, ...]:
    letters_ = {row.index: "A" if wrong is None else "Z" if row.index in wrong else row.answer for row in given.rows}
    scores = score(given, letters_)
    return tuple(round(scores.tally(measure).low, 4) for measure in ("circular", "vanilla_0", "vanilla_all"))


def questions(sizes: list[int]) -> Benchmark:
    """Questions with so many options each, in all their passes; keys balanced, abilities in turn."""
    abilities = list(L2_OF_L3.items())
    first = []
    for index, k in enumerate(sizes):
        category, l2 = abilities[index % len(abilities)]
        options = dict(zip("ABCD", TEXTS[:k], strict=False))
        key = "ABCD"[index % k]
        first.append(Row(index, index, 0, f"Question {index}?", "", options, key, category, l2, "test", None))
    return Benchmark("bench", circularized(first))


def scoring() -> list[dict]:
    """A file as long as the official test: 1,784 questions in 6,666 rows, from the raw replies to all scores."""
    benchmark = questions([4] * 1517 + [3] * 64 + [2] * 203)
    rng = random.Random(0)
    texts = {row.index: rng.choice(REPLIES).format(row.answer) for row in benchmark.rows}
    benchmark.groups()  # once a file
    times = {"vlmevalkit": [], "strict": []}
    for _ in range(5):
        for mode, taken in times.items():
            began = time.perf_counter()
            score(benchmark, letters(extracted(benchmark.rows, texts, mode), mode))
            taken.append(time.perf_counter() - began)
    how = f"{len(benchmark.rows)} rows of {len(benchmark.groups())} questions, median of 5"
    return [
        figure(f"extract and score, {mode}", "< 1", statistics.median(taken), unit="s", how=how)
        for mode, taken in times.items()
    ]


def closed_forms() -> list[dict]:
    """Distance of the scores from the closed forms, in standard errors."""
    n, p, found = 2000, 0.7, []
    for k in (2, 3, 4):
        benchmark, rng = questions([k] * n), np.random.default_rng(k)
        known = rng.random(n) < p
        ways: dict[str, tuple[Callable[[Row], str | None], forms.Expected]] = {
            "at random": (lambda row, rng=rng, k=k: "ABCD"[rng.integers(k)], forms.at_random(k)),
            "always A": (lambda row: "A", forms.always_one_letter(k)),
            "knows questions": (
                lambda row, known=known: row.answer if known[row.group] else "A",
                forms.knows_questions(p, k),
            ),
            "knows passes": (lambda row, rng=rng: row.answer if rng.random() < p else "A", forms.knows_passes(p, k)),
        }
        for name, (choose, expected) in ways.items():
            scores = score(benchmark, {row.index: choose(row) for row in benchmark.rows})
            for measure in ("circular", "vanilla_0"):
                share = expected.circular if measure == "circular" else expected.vanilla
                error = (share * (1 - share) / n) ** 0.5
                off = abs(scores.tally(measure).low - share) / max(error, 1e-9)
                found.append(figure(f"{name}, {k} options, {measure}", "<= 3", off, unit="standard errors"))
    return found


def malformed() -> list[dict]:
    """Malformed files that end in anything but questions or a sentence."""
    rng = random.Random(0)
    names = ["index", "question", "hint", "A", "B", "C", "answer", "image", "split", "g_index", "image_path"]
    told = wrong = 0
    for _ in range(MALFORMED):
        suffix = rng.choice(SUFFIXES[:2] if rng.random() < 0.95 else SUFFIXES)
        columns = [name for name in names if rng.random() < 0.95]
        rows = [{name: _cell(rng, name) for name in columns} for _ in range(rng.randrange(4))]
        raw = bytearray(write_table(columns, rows, suffix))
        for _ in range(rng.choice([0, 0, 1, 5])):
            raw[rng.randrange(len(raw))] = rng.randrange(256)
        for read in (read_benchmark, read_predictions):
            try:
                read(bytes(raw), f"a{suffix}")
            except UserError:
                told += read is read_benchmark
            except Exception:  # this is what is counted: any other error than a sentence
                wrong += 1
    how = f"{MALFORMED} files, of which {told} are refused with a sentence"
    return [figure("errors that are no sentence", "<= 0", wrong, how=how)]


def formulas() -> list[dict]:
    """Replies that a spreadsheet would compute, in the files that spreadsheets open."""
    texts = [
        start + text for start in ("=", "+", "-", "@", "\t=", "\r=") for text in ("1+1", "SUM(A1)", "cmd|' /C x'!A0")
    ]
    lines = write_table(["prediction"], [{"prediction": text} for text in texts], ".csv").decode()
    found = [row[0] for row in csv.reader(io.StringIO(lines, newline=""))][1:]
    bare = sum(not cell.startswith("'") for cell in found)
    raw = write_table(["prediction"], [{"prediction": text} for text in texts], ".xlsx")
    cells = openpyxl.load_workbook(io.BytesIO(raw)).worksheets[0]["A"][1:]
    computed = sum(cell.data_type != "s" or not cell.quotePrefix for cell in cells)
    how = f"{len(texts)} formulas"
    assert len(found) == len(cells) == len(texts)
    return [
        figure("formulas left bare in CSV", "<= 0", bare, how=how),
        figure("formulas left bare in XLSX", "<= 0", computed, how=how),
    ]


def _cell(rng: random.Random, name: str) -> str:
    good = {"index": str(rng.randrange(5)), "A": "cat", "B": "dog", "answer": "A", "image": "", "g_index": ""}
    if rng.random() < 0.8:
        return good.get(name, "")
    odd = ["", "\0", "[1]", "[[", "1e9", "-1", "9" * 30, "=1+1", "\ud800", "猫", "\r\n", '"', "A" * 70, "../x", "nan"]
    return rng.choice([*odd, "".join(rng.choices(string.printable, k=rng.randrange(9)))])
