"""The lesson about diffusion: what it says follows the settings; and in a real browser its race asks the model."""

from streamlit.testing.v1 import AppTest
from support.browser import state, wait
from support.pages import ROOT, buttons, opened

from playground.core.config import relevant
from playground.families.diffusion.config import DiffusionConfig
from playground.ui.diffusion_plane import CARDS

PAGE = ROOT / "pages" / "diffusion.py"


def test_every_process_and_objective_has_its_formula(staged):
    at = opened(PAGE, tab="maths")
    said = {name: set() for name in ("process", "objective")}
    for place, name in ((1, "process"), (2, "objective")):
        options = at.selectbox(key=f"diffusion.{name}").options
        for option in options:
            at.selectbox(key=f"diffusion.{name}").select(option).run()
            assert not at.exception and staged[-1][1]["data"] == "8gaussians"
            assert "x_0" in at.latex[0].value  # the path is always there
            said[name].add(at.latex[place].value)
        assert len(said[name]) == len(options)
        at.selectbox(key=f"diffusion.{name}").select(options[0]).run()


def test_the_sampler_decides_formula_and_code(staged):
    said = {}
    for sampler, code in (("ddim", "def ddim("), ("euler_maruyama", "def euler_maruyama("), ("heun", "def heun(")):
        at = opened(PAGE, diffusion__sampler=sampler, tab="maths")
        said[sampler] = at.latex[3].value
        at.session_state["diffusion parts en"] = "Code"
        at.run()
        assert not at.exception and code in "".join(block.value for block in at.code)
    assert len(set(said.values())) == 3


def test_a_sampler_that_does_not_fit_is_refused_in_a_sentence(staged):
    """Heun in sigma needs a trace of the data at the end, which rectified flow has not."""
    at = opened(PAGE, diffusion__sampler="heun_sigma", diffusion__process="linear", diffusion__seed="7")
    config = staged[-1][1]
    assert not at.exception and config["seed"] == 7
    assert (config["sampler"], config["process"]) == ("ddim", "ddpm")  # what is whole
    assert "does not run on this process" in at.warning[0].value
    at.selectbox(key="diffusion.sampler").select("heun").run()
    assert not at.warning
    config = staged[-1][1]
    assert (config["sampler"], config["process"]) == ("heun", "linear")
    at.selectbox(key="diffusion.sampler").select("diffusers_heun").run()
    assert at.warning and staged[-1][1] == config


def test_every_card_starts_the_run_it_speaks_of(staged):
    for card in CARDS:
        at = opened(PAGE, diffusion__seed="5", tab=f"change.{card.name}")
        assert len(keys := buttons(at, "diffusion card")) == len(card.starts)
        for key in keys:
            at.button(key=key).click().run()
            assert not at.exception, key
            assert staged[-1][1]["seed"] == 5
            if key == "diffusion card steps 0":
                assert (staged[-1][1]["sampler"], staged[-1][1]["steps"]) == ("ddim", 1)
                assert staged[-1][2]["said"]["text"] == "Sampling steps 50 → 1: at once, without new training."
            if key == "diffusion card noise 2":
                assert (staged[-1][1]["sampler"], staged[-1][1]["steps"]) == ("ddpm_large", 20)


def test_the_race_asks_the_model_and_follows_its_dials(open_page):
    page = open_page("/diffusion?diffusion.seed=92&diffusion.width=16&diffusion.steps=8&tab=ask.samplers&play=1")
    wait(page, "p.run && p.step > 5", 90_000)
    page.click(".pg-play")
    wait(page, "!p.playing")
    page.wait_for_timeout(800)  # the chunk in flight has come
    count = page.get_by_role("slider", name="Number")
    count.scroll_into_view_if_needed()
    wait(page, "p.panels && p.panels.samplers", 60_000)
    answers = state(page, "panels.samplers.answers")
    pictures = page.locator(".pg-panel canvas")
    assert pictures.count() == 3
    slider, first = page.locator(".pg-panel .pg-trajectory").bounding_box(), pictures.first.bounding_box()
    assert slider["y"] + slider["height"] <= first["y"]  # it covers no picture
    count.focus()
    page.keyboard.press("ArrowRight")
    wait(page, f"p.panels.samplers.answers > {answers} && p.panels.samplers.values.count === 11", 60_000)
    assert "perfect samples" in page.locator(".pg-panel").inner_text()
    follow(page, pictures)
    frames, head = state(page, "frames"), state(page, "head")
    page.locator("[data-test-script-state=notRunning]").wait_for()
    sidebar = page.get_by_test_id("stSidebar")
    sidebar.get_by_role("slider", name="Fresh noise").focus()  # a sampling setting of a paused run is seen at once
    page.keyboard.press("ArrowRight")
    wait(page, f"p.frames > {frames} && p.head === {head}")


def follow(page, pictures):
    """One point in every picture: by keyboard, by a click, and no more; what it says has its place in each of them."""
    said = page.locator(".pg-panel [aria-live=polite]").last  # the panel's own, after those of its pictures
    pictures.nth(1).scroll_into_view_if_needed()
    page.wait_for_timeout(800)  # what comes into sight is drawn
    pictures.nth(1).focus()
    page.keyboard.press("ArrowRight")
    wait(page, "p.follow && p.follow.samplers !== null")
    first = state(page, "follow.samplers")
    page.keyboard.press("ArrowUp")
    wait(page, f"p.follow.samplers !== null && p.follow.samplers !== {first}")
    assert all(f"{title}: " in said.inner_text() for title in ("DDIM", "DDPM", "DPM-Solver++ (2M)"))
    before = [inked(pictures.nth(i)) for i in range(3)]
    page.keyboard.press("Escape")
    wait(page, "p.follow.samplers === null")
    page.wait_for_function(
        "before => [...document.querySelectorAll('.pg-panel canvas')].every("
        "(canvas, i) => canvas.toDataURL() !== before[i])",
        arg=before,
    )
    pictures.nth(2).evaluate("""canvas => {
        const box = canvas.getBoundingClientRect()
        for (let at = 0; window.__playground.follow.samplers === null && at < 2500; at += 1)
            canvas.dispatchEvent(new PointerEvent('click', {bubbles: true, pointerType: 'mouse',
                clientX: box.left + (at % 50 + 0.5) / 50 * box.width,
                clientY: box.top + (Math.floor(at / 50) + 0.5) / 50 * box.height}))}""")
    assert state(page, "follow.samplers") is not None
    page.get_by_role("button", name="Remove the mark").click()
    wait(page, "p.follow.samplers === null")


def inked(canvas):
    return canvas.evaluate("canvas => canvas.toDataURL()")


def widgets():
    import streamlit as st

    from playground.core.config import specs
    from playground.families.diffusion.config import DiffusionConfig
    from playground.ui.widgets import widget

    for spec in specs(DiffusionConfig):
        if spec.name in ("rounds", "distil"):
            st.session_state.setdefault(spec.name, spec.default)
            widget(spec, spec.name, str, picked=lambda name=spec.name: st.session_state.update(picked=name))


def test_reflow_brings_a_sampler_without_fresh_noise():
    """As the coupling does, so that no sentence is needed; and only then the steps of a round are shown."""
    at = AppTest.from_function(widgets).run()
    at.slider(key="rounds").set_value(1).run()
    assert at.session_state["picked"] == "rounds"
    at.toggle(key="distil").set_value(True).run()
    assert at.session_state["picked"] == "distil"
    before = DiffusionConfig(process="linear", objective="velocity", sampler="ddpm").model_dump()
    for name, value in (("rounds", 1), ("distil", True)):
        after = {**before, name: value}
        after |= DiffusionConfig.companions(name, after)
        assert (after["sampler"], after["eta"]) == ("ddim", 0.0) and DiffusionConfig(**after)
        shown = [{spec.name for spec in relevant(DiffusionConfig, values)} for values in (before, after)]
        assert "round" not in shown[0] and "round" in shown[1]


def test_a_sampler_that_does_not_go_with_the_pairs_has_a_remedy():
    at = opened(PAGE, **{"diffusion.coupling": "optimal"})
    at.session_state["diffusion all settings"] = True
    at.run()
    assert not any(one.key == "diffusion.round" for one in (*at.slider, *at.number_input, *at.select_slider))
    next(one for one in at.selectbox if one.key == "diffusion.sampler").set_value("ddpm").run()
    assert "choose a sampler" in at.warning[0].value
    next(one for one in at.button if one.key == "diffusion remedy").click().run()
    assert at.session_state["diffusion.sampler"] == "ddim" and not at.warning
