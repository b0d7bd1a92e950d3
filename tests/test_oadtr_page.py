"""The lesson about online action detection: its tabs, its table of seeds, its cards."""

import pytest
from support.pages import ROOT, buttons, opened

from playground.core.config import parse
from playground.core.registry import FAMILIES
from playground.families.oadtr.config import RIVALS, OadtrConfig
from playground.families.oadtr.diagnosis import RULES
from playground.families.oadtr.presets import PRESETS
from playground.ui.lesson import Lesson
from playground.ui.oadtr_cards import CARDS, FAILURES
from playground.ui.seeds_table import table, verdict

PAGE = ROOT / "pages" / "oadtr.py"


def test_every_failure_of_the_lab_has_its_rule_and_its_preset():
    assert set(FAILURES) == set(RULES) - {"divergence"} and set(FAILURES.values()) <= set(PRESETS)


@pytest.mark.parametrize("data", ["stick", "watch"])
def test_the_data_are_described_with_how_often_each_class_occurs(staged, data):
    at = opened(PAGE, oadtr__data=data, tab="data")
    streams = parse(OadtrConfig, {"data": data}).streams
    rows = next(text.value for text in at.markdown if "Share of the frames" in text.value).splitlines()[2:]
    assert len(rows) == streams.classes and len(at.metric) == 3
    shares = [float(row.split("|")[2].removesuffix("% ")) for row in rows]
    assert sum(shares) == pytest.approx(100, abs=0.5)
    assert any("65.2" in text.value for text in at.markdown) and any("not measured here" in c.value for c in at.caption)


def test_the_page_shows_formulas_and_code_of_every_model(staged):
    first = set()
    for model in ("oadtr", "trn", "lstm", "mlp"):
        at = opened(PAGE, oadtr__model=model, oadtr__second="none", tab="maths")
        first.add(at.latex[0].value)
        at.session_state["oadtr parts en"] = "Code"
        at.run()
        assert not at.exception and "OadtrExperiment(" in at.code[0].value
    assert len(first) == 4


def test_the_table_of_seeds_is_shown_with_a_verdict(staged):
    at = opened(PAGE, tab="seeds")
    rows = [text.value for text in at.markdown if text.value.startswith("| Model")]
    assert len(rows) == 2 and all(len(one.splitlines()) == 2 + len(RIVALS) for one in rows)
    best = max(table()["scores"]["watch"], key=lambda name: sum(table()["scores"]["watch"][name]["map"]))
    assert any(FAMILIES["oadtr"].short in text.value or best.upper() in text.value for text in at.markdown)


def test_a_verdict_tells_a_difference_from_chance():
    lesson = Lesson("oadtr", "en", str, None, {})
    apart = {"lstm": {"map": [0.8, 0.81, 0.79]}, "mlp": {"map": [0.5, 0.51, 0.49]}}
    assert verdict(lesson, apart) == "**LSTM** is ahead of all others by more than chance."
    near = {"lstm": {"map": [0.8, 0.7, 0.75]}, "trn": {"map": [0.74, 0.7, 0.78]}, "mlp": {"map": [0.5, 0.51, 0.49]}}
    assert "**LSTM** has the best mean" in verdict(lesson, near) and "from TRN." in verdict(lesson, near)


def test_every_card_starts_the_run_it_speaks_of(staged):
    started = set()
    for card in CARDS:
        at = opened(PAGE, oadtr__seed="5", tab=f"change.{card.name}")
        keys = buttons(at, "oadtr card")
        assert len(keys) == len(card.starts)
        for key in keys:
            at.button(key=key).click().run()
            assert not at.exception, key
            started.add(tuple(sorted((k, str(v)) for k, v in staged[-1][1].items())))
    assert len(started) >= sum(len(card.starts) for card in CARDS) - 2  # the default run is on two cards
