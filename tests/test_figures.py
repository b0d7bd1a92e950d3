"""Figures in the pages' prose are measured, never typed: each is a row of the file, and cheap ones come out again."""

import importlib.util
import re
import sys
from pathlib import Path

import pytest

from playground.commands import translations
from playground.data.plane.drawing import CONTOUR_MASS
from playground.families.diffusion.processes import VE
from playground.families.gan.plane.panels.noise import ENCLOSED
from playground.families.normalizing_flow.plane.outliers import HDR_MASS
from playground.ui import figures

ROOT = Path(__file__).parents[1]
TEXTS = [str(message.id) for message in translations.extract() if message.id]

SETTINGS = {"0.001", "0.01", "0.1", "0.2", "0.25", "0.3", "0.9", "1.0"}
CLOSED_FORMS = {"0.16": "1 / (2 pi)", "0.69": "log 2"}
"""Decimal numbers that stand in texts although nothing measured them."""
CHOSEN = {
    f"{100 * CONTOUR_MASS:.0f} percent": "a line that is drawn",
    f"{100 * ENCLOSED:.0f} percent": "a line that is drawn",
    f"{100 * (1 - HDR_MASS):.0f} percent": "a line that is drawn",
    "four times": "channels of the U-Net",
    "fifty times": "calls of a sampler with fifty steps",
}
"""Whole numbers with a unit that were chosen."""
NUMBER = r"\d[\d,]*|two|three|four|five|six|seven|eight|nine|ten|fifteen|twenty|thirty|forty|fifty|a hundred|a thousand"
WITH_UNIT = re.compile(rf"(?<![\w.,/])(?:{NUMBER}) (?:percent|nats|times|ms|milliseconds?|seconds?|minutes?)\b")
AFTER_WORDS = re.compile(
    r"(?:images|pictures|samples|data|points|about|up to|less than|more than|at least|nearly|roughly|almost|only):? "
    r"(\d[\d,]*)(?![\w{]| ×)"
)
"""As in "real images: 98", "about 50"."""


def typed(text: str) -> list[str]:
    """Numbers in a text that look measured."""
    bare = re.sub(r"section [\d.]+", "", figures.PLACEHOLDER.sub("", text))
    decimals = [n for n in re.findall(r"(?<![\d.])\d+\.\d+", bare) if n not in SETTINGS and n not in CLOSED_FORMS]
    whole = [found for found in WITH_UNIT.findall(bare) if found not in CHOSEN]
    return [*decimals, *whole, *(n for n in AFTER_WORDS.findall(bare) if n not in ("0", "1"))]


def test_no_figure_in_prose_is_typed():
    found = {text: numbers for text in TEXTS if (numbers := typed(text))}
    assert not found
    reports = [text for text in TEXTS if re.search(r"[Mm]easured (?:after|gaps|KL)", text)]
    assert len(reports) > 10 and all(figures.named(text) for text in reports)


@pytest.mark.parametrize(
    "text",
    ["(real images: 98)", "by less than two percent", "at most 3.5 nats", "for fresh samples about 50", "17 nats"],
)
def test_what_looks_measured_is_seen(text):
    assert typed(text)


def test_the_widest_noise_is_fifty():
    assert VE().high == 50 and any("standard deviation of fifty" in text for text in TEXTS)


def test_every_figure_that_a_text_names_is_in_the_file():
    named = {key for text in TEXTS for key in figures.named(text)}
    assert named and named <= set(figures.rows())
    assert all(figures.figure(key) for key in named)
    assert "{figure" not in figures.fill(" ".join(TEXTS))


@pytest.mark.parametrize("key", [key for key, row in figures.rows().items() if row.claim])
def test_a_comparison_holds_and_stands_in_a_text(key):
    """Significant at 2.5 standard errors; or, where the text says that there is no clear difference, not."""
    row = figures.rows()[key]
    assert row.holds, (key, row)
    assert any(row.says in text for text in TEXTS), row.says


def test_figures_show_as_many_digits_as_their_error_leaves(monkeypatch):
    rows = {
        "a": figures.Row(0.34249, 0.0021, "", ""),
        "b": figures.Row(23.14, 0.4, "", ""),
        "c": figures.Row(37184.0, 0.0, "", ""),
        "d": figures.Row(0.1234, 0.0, "", ""),
        "e": figures.Row(-0.0004, 0.0098, "", ""),
    }
    monkeypatch.setattr(figures, "rows", lambda: rows)
    shown = [figures.figure(key) for key in rows]
    assert shown == ["0.342", "23.1", "37,184", "0.123", "0.00"]
    assert figures.fill("{figure:a} ± {error:a}") == "0.342 ± 0.002"


def bench(name):
    sys.path.insert(0, str(ROOT / "bench"))
    spec = importlib.util.spec_from_file_location(f"bench_{name}", ROOT / "bench" / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("part", ["known", "temperatures", "gan_noise", "guidance", "grid_floor", "background"])
def test_the_cheap_figures_are_those_of_the_file(part):
    """Within 4 combined standard errors: with fixed seeds they are the same on one machine."""
    module = bench("figures")
    assert part in module.CHEAP
    for row in module.run([part])["figures"]:
        assert row["met"], row
