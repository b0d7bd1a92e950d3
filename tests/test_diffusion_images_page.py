"""The lesson about diffusion where data are digits: what it offers goes with them."""

import pytest
from support.pages import ROOT, choices, opened, pick

from playground.families.diffusion.config import DiffusionConfig
from playground.ui import diffusion_images, diffusion_plane

PAGE = ROOT / "pages" / "diffusion.py"


def questions(at) -> list[str]:
    return choices(at, "diffusion ask")


def test_digits_have_laboratories_of_their_own(staged):
    digits = {"diffusion__data": "digits", "diffusion__width": "64", "diffusion__batch": "64"}
    at = opened(PAGE, **digits, diffusion__classes="true", tab="ask")
    assert not at.exception and staged[-1][1]["classes"]
    assert questions(at) == ["Samplers compared", "Calls against quality", "Guidance", "Input and prediction"]
    assert "diffusion.depth" not in {slider.key for slider in at.slider}
    at.toggle(key="diffusion.classes").set_value(False).run()
    assert not at.exception and "Guidance" not in questions(at)
    for classes in ("true", "false"):
        at = opened(PAGE, **digits, diffusion__classes=classes, tab="maths")
        assert any("p_t(c" in formula.value for formula in at.latex) == (classes == "true")
    at = opened(PAGE, diffusion__data="moons", tab="ask")
    assert "The heat equation" in questions(at) and "Calls against quality" not in questions(at)


def test_cards_and_hints_keep_what_suits_digits(staged):
    """One of each row of buttons: what is not named goes to its default, except where digits need another."""
    for key, tab in {
        "diffusion card kinds 3": "change.kinds",
        "diffusion card paths 1": "change.paths",
        "diffusion hint 1": "look",
        "diffusion preset few_steps": "look",
    }.items():
        at = opened(PAGE, diffusion__data="digits", diffusion__seed="5", tab=tab)
        at.button(key=key).click().run()
        assert not at.exception
        config = staged[-1][1]
        assert (config["data"], config["seed"], config["width"], config["batch"]) == ("digits", 5, 64, 64), key
        assert config["classes"] == ("preset" not in key)
        if key == "diffusion card kinds 3":
            assert (config["wanted"], config["guidance"]) == ("3", 8.0)


def test_guidance_of_the_plane_and_data_without_classes(staged):
    at = opened(PAGE, tab="change.guidance")
    at.button(key="diffusion card guidance 2").click().run()
    config = staged[-1][1]
    assert (config["data"], config["classes"], config["wanted"], config["guidance"]) == ("moons", True, "0", 3.0)
    pick(at, "diffusion", data="pinwheel")  # has none: the setting hides, and plays no part
    assert not at.exception and not at.warning
    assert staged[-1][1]["data"] == "pinwheel" and not staged[-1][1]["classes"]
    assert "diffusion.guidance" not in {slider.key for slider in at.slider}


STARTS = [("digits", *start) for card in diffusion_images.CARDS for start in card.starts]
STARTS += [("8gaussians", *start) for card in diffusion_plane.CARDS for start in card.starts]


@pytest.mark.parametrize(("data", "title", "settings"), STARTS)
def test_what_cards_start_can_be_started(data, title, settings):
    DiffusionConfig().changed(**{"data": data, **settings})
