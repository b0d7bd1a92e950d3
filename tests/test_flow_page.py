"""The lesson about flows: what it says follows the settings, its cards start what they say; and in a real browser."""

import numpy as np
from support.browser import state, wait
from support.pages import ROOT, buttons, opened

from playground.core.contract import Divergence
from playground.core.diagnosis import History
from playground.families.normalizing_flow.config import NormalizingFlowConfig
from playground.families.normalizing_flow.diagnosis import diagnose
from playground.ui.flow_cards import CARDS

PAGE = ROOT / "pages" / "normalizing_flow.py"


def test_every_flow_has_its_formula(staged):
    at = opened(PAGE, tab="maths")
    said = set()
    for flow in at.selectbox(key="normalizing_flow.flow").options:
        at.selectbox(key="normalizing_flow.flow").select(flow).run()
        assert not at.exception
        assert "z_0" in at.latex[0].value  # the change of variables is always there
        said.add(at.latex[1].value)
        at.session_state["normalizing_flow parts en"] = "Code"
        at.run()
        at.session_state["normalizing_flow parts en"], shown = "Mathematics", [block.value for block in at.code]
        script, its_map, model = shown
        assert "NormalizingFlowExperiment(" in script and "def inverse(" in its_map and "class Flow(" in model
    assert len(said) == len(at.selectbox(key="normalizing_flow.flow").options) == 9


def test_every_card_starts_the_run_it_speaks_of(staged):
    started = set()
    for card in CARDS:
        at = opened(PAGE, normalizing_flow__seed="5", tab=f"change.{card.name}")
        for key in buttons(at, "normalizing_flow card"):
            at.button(key=key).click().run()
            assert not at.exception, key
            config = staged[-1][1]
            assert config["seed"] == 5
            started.add(tuple(sorted(config.items())))
            if key == "normalizing_flow card volume 0":
                assert (config["flow"], config["scaling"], config["data"]) == ("nice", False, "moons")
            if key == "normalizing_flow card masks 0":
                assert (config["flow"], config["alternate"]) == ("realnvp", False)
    assert len(started) > 10


def test_own_data_are_called_an_estimate(staged):
    words = {}
    for data in ("moons", "own"):
        at = opened(PAGE, normalizing_flow__data=data)
        at.session_state["normalizing_flow parts en"] = "Data"
        at.run()
        assert not at.exception and staged[-1][1]["data"] == data
        words[data] = " ".join(block.value for block in at.markdown)
    assert "kernel estimate" in words["own"] and "kernel estimate" not in words["moons"]


def test_a_divergence_is_named_with_its_remedy():
    config = NormalizingFlowConfig(lr=10.0, optimiser="sgd")
    losses = {"loss": np.array([3.0, 80.0])}
    assert diagnose(History(config, 2, losses)) == []
    broken = Divergence("loss", 2)
    (found,) = diagnose(History(config, 2, losses, broken=broken.quantity))
    assert found.values["quantity"] == "loss"
    assert NormalizingFlowConfig(**config.model_dump() | found.remedy(config)).lr == 1e-3


def test_panels_answer_and_a_card_begins_another_run(open_page):
    link = "/normalizing_flow?normalizing_flow.seed=91&normalizing_flow.layers=2&normalizing_flow.width=16"
    page = open_page(f"{link}&play=1")
    wait(page, "p.run && p.step > 20", 90_000)
    page.click(".pg-play")
    wait(page, "!p.playing")
    page.get_by_role("tab", name="Ask the model").click()
    page.get_by_role("radio", name="Inpainting").click()
    value = page.get_by_role("slider", name="Its value")
    value.scroll_into_view_if_needed()
    wait(page, "p.panels && p.panels.inpainting")
    answers = state(page, "panels.inpainting.answers")
    value.focus()
    page.keyboard.press("ArrowRight")
    wait(page, f"p.panels.inpainting.answers > {answers} && p.panels.inpainting.values.value > 0.5")
    assert page.locator(".pg-panel canvas").count() == 2
    assert "conditional density" in page.locator(".pg-panel").inner_text()
    run = state(page, "run")
    page.get_by_role("tab", name="Limits").click()
    page.get_by_role("radio", name="NICE preserves volume").click()
    page.get_by_role("button", name="NICE without scaling").click()
    wait(page, f"p.run !== '{run}' && p.step > 5", 90_000)
    assert "normalizing_flow.flow=nice" in page.url and "scaling" in page.url
