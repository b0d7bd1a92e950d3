"""The lesson about autoencoders: what it says follows the settings, its cards start what they say; and in a browser."""

from support.browser import state, wait
from support.pages import ROOT, buttons, opened

from playground.ui.vae_cards import CARDS

PAGE = ROOT / "pages" / "vae.py"


def test_every_law_has_its_formula(staged):
    at = opened(PAGE, vae__data="digits", tab="maths")
    said = set()
    for law in at.selectbox(key="vae.likelihood").options:
        at.selectbox(key="vae.likelihood").select(law).run()
        assert not at.exception
        said.add(at.latex[2].value)
    assert len(said) == 3
    count = len(at.latex)
    at = opened(PAGE, vae__data="digits", vae__strong="true", tab="maths")
    assert len(at.latex) == count + 1


def test_every_card_starts_the_run_it_speaks_of(staged):
    started = set()
    for card in CARDS:
        at = opened(PAGE, vae__seed="5", tab=f"change.{card.name}")
        for key in buttons(at, "vae card"):
            at.button(key=key).click().run()
            assert not at.exception, key
            config = staged[-1][1]
            assert config["seed"] == 5
            started.add(tuple(sorted(config.items())))
            if key == "vae card beta 2":
                assert (config["beta"], config["data"]) == (2.0, "moons")
            if key == "vae card strong 1":
                assert config["strong"] and config["data"] == "digits" and config["likelihood"] == "bernoulli"
    assert len(started) > 12


def test_draw_a_picture_and_walk(open_page):
    """From the shipped weights of digits: panels answer without a run."""
    page = open_page(
        "/vae?vae.data=digits&vae.likelihood=bernoulli&vae.width=200&vae.depth=1&vae.batch=100"
        "&vae.activation=silu&vae.lr=0.001&tab=ask.drawing"
    )
    wait(page, "p.frames > 0 && p.drawn > 0", 90_000)
    clear = page.get_by_role("button", name="Clear")
    clear.scroll_into_view_if_needed(timeout=90_000)
    wait(page, "p.panels && p.panels.drawing && p.panels.drawing.answers > 0", 90_000)
    answers = state(page, "panels.drawing.answers")
    clear.click()
    wait(page, f"p.panels.drawing.answers > {answers}", 60_000)
    assert "−ELBO is" in page.locator(".pg-panel").inner_text()
    page.get_by_role("radio", name="Interpolate between two digits").click(timeout=90_000)
    wait(page, "p.panels.walk && p.panels.walk.answers > 0", 90_000)
    assert page.locator(".pg-panel canvas").count() >= 3
