"""The panels of a model of sequences: every one draws with every preset, and what is typed is read or refused in a
sentence."""

import re

import numpy as np
import pytest
from support.browser import state, wait
from support.transformer_panels import PACKAGE, REVERSE, SMALL, TEXT, ask, run_of

from playground.core.config import parse
from playground.core.errors import UserError
from playground.core.i18n import fill
from playground.core.registry import panels_of
from playground.families.transformer.config import TransformerConfig
from playground.families.transformer.experiment import TransformerExperiment
from playground.families.transformer.presets import PRESETS
from playground.families.transformer.tokens.panel_data import time as time_data
from playground.families.transformer.tokens.panels import PANELS
from playground.families.transformer.tokens.typed import shown_rows, typed, written
from playground.live.panels import encode


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    monkeypatch.setattr(time_data, "BUDGET", 0.02)


# ---- all of them ---------------------------------------------------------------------------------


@pytest.mark.parametrize("preset", PRESETS)
def test_every_panel_draws_with_every_preset(preset):
    run = TransformerExperiment(parse(TransformerConfig, {**PRESETS[preset].settings, **SMALL}))
    names = [panel.name for panel in panels_of(PACKAGE, run.config)]
    assert ("head" in names) == (run.config.model == "transformer") and set(names) <= set(PANELS)
    for panel in panels_of(PACKAGE, run.config):
        for dials in [{}, *ends(panel)] if preset in ("default", "reverse", "copy_lstm") else [{}]:
            _, scenes = ask(run, panel.name, **dials)
            assert scenes and len(encode({}, scenes, str)) > 100
            for title, scene in scenes:
                assert title and fill(scene.legend, **scene.values) and fill(scene.words, **scene.values)
                for layer in scene.layers:
                    moments = len(scene.trajectory.moments) if scene.trajectory and layer.trajectory else None
                    for array in vars(layer).values():
                        assert moments is None or not isinstance(array, np.ndarray) or len(array) == moments
                if scene.axes is not None:
                    x0, x1, y0, y1 = scene.extent
                    places = np.concatenate([layer.xy.reshape(-1, 2) for layer in scene.layers])
                    assert np.isfinite(places).all() and (places >= [x0, y0]).all() and (places <= [x1, y1]).all()


def ends(panel):
    for dial in panel.dials:
        if dial.kind == "slider":
            assert dial.low <= dial.default <= dial.high
            yield from ({dial.name: dial.low}, {dial.name: dial.high})
        if dial.kind == "choice":
            yield from ({dial.name: name} for name, _ in dial.options)


def test_panels_that_settings_do_not_offer_are_not_listed():
    def names(**settings):
        return [panel.name for panel in panels_of(PACKAGE, parse(TransformerConfig, settings))]

    assert names() == list(PANELS)
    assert names(model="lstm") == ["attends", "generate", "positions", "reach", "time"]
    assert "positions" not in names(model="lstm", data="modular")
    assert "positions" not in names(data="modular", positions="none")
    with pytest.raises(UserError):
        run_of(model="rnn").respond({"head": np.zeros(3, np.float32)})


@pytest.mark.parametrize("data", ["copy", "modular", "alice", "number_words"])
def test_the_rows_are_those_of_the_stage(data):
    run = run_of(data=data, length=TransformerConfig.model_fields["length"].default)
    assert np.array_equal(shown_rows(run.dataset, run.config.seed), run.view._shown.numpy())


# ---- what is typed -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("settings", "name", "dials", "why"),
    [
        ({}, "generate", {"prompt": "ab?→"}, r"“\?”"),
        ({}, "generate", {"prompt": "  "}, "empty"),
        ({}, "generate", {"prompt": "a" * 201}, "200"),
        ({}, "attends", {"text": "a1"}, "“1”"),
        ({"positions": "learned"}, "generate", {"prompt": "abcdefghij→"}, "Learned positions"),
        ({"positions": "learned"}, "attends", {"text": "abcdefghijk→"}, "Learned positions"),
        ({"data": "number_words"}, "generate", {"prompt": "five houses"}, "“houses”"),
        (TEXT, "generate", {"prompt": "中"}, "“中”"),
    ],
)
def test_what_cannot_be_read_is_refused_in_a_sentence(settings, name, dials, why):
    run = run_of(**settings)
    with pytest.raises(UserError) as refusal:
        ask(run, name, **dials)
    sentence = refusal.value.sentence(str)
    assert sentence.endswith(".") and re.search(why, sentence)
    ask(run, name)  # it still answers


@pytest.mark.parametrize("data", ["copy", "sort", "recall", "addition", "modular", "number_words", "parity", "alice"])
def test_what_is_written_is_read_back(data):
    config = parse(TransformerConfig, {"data": data})
    for row in shown_rows(config.task, 3):
        assert np.array_equal(typed(config.task, written(config.task, row)), row)


# ---- in a browser --------------------------------------------------------------------------------


def test_what_is_typed_in_the_page_is_answered_or_refused_and_nothing_is_lost(open_page):
    settings = "&".join(f"transformer.{name}={value}" for name, value in {**REVERSE, "seed": 93}.items())
    page = open_page(f"/transformer?{settings}&tab=ask.generate&play=1")
    wait(page, "p.run && p.step > 5", 90_000)
    page.click(".pg-play")
    wait(page, "!p.playing")
    panel = page.locator(".pg-panel[data-name=generate]")
    line = panel.get_by_role("textbox", name="Prompt")
    line.scroll_into_view_if_needed()
    wait(page, "p.panels && p.panels.generate", 60_000)
    answers, step = state(page, "panels.generate.answers"), state(page, "step")
    line.press_sequentially(" ")  # the page's key for playing: here it is a space
    wait(page, f"p.panels.generate.answers > {answers}")
    assert not state(page, "playing")
    line.fill("abcdef>")
    wait(page, "p.panels.generate.values.prompt === 'abcdef>'")
    line.fill("abc7")
    page.wait_for_function("document.querySelector('.pg-panel[data-name=generate].pg-refused')")
    assert "“7”" in panel.locator(".pg-panel-status").inner_text()
    assert panel.locator("canvas").count() == 3  # what was answered before is still there
    line.fill("abc>")
    wait(page, "p.panels.generate.values.prompt === 'abc>'")
    assert not panel.locator(".pg-panel-status").is_visible() and state(page, "step") == step
    assert line.evaluate("element => element.maxLength") == 200
